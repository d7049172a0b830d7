"""COST102: nobody reads how many tokens a call used."""

from __future__ import annotations

from ..model import Call
from .interface import Remark, Subject, per_call

_COUNTED = {"chat", "completion", "embedding"}


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of state `unread`, where the SDK counts tokens."""
    if call.facts.usage.state != "unread" or call.kind not in _COUNTED:
        return None
    return Remark("the token counts of the response are never read, and no tracer records them")
