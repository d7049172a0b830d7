"""SAFE203: an answer that is parsed although it may have been cut off."""

from __future__ import annotations

from ..model import Call
from .interface import Remark, Subject, per_call


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of parsed answers whose end nobody asked about."""
    if call.facts.finish.state != "unchecked":
        return None
    return Remark("the answer is parsed, and nothing looks at whether it was cut off or refused")
