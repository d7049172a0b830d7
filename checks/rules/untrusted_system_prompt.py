"""SAFE101: text from outside gives the instructions."""

from __future__ import annotations

from ..model import Call
from .interface import Remark, Subject, per_call
from .texts import is_prompted, remark, worst


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of state `system`, unless it is the template itself that comes from outside."""
    flow = worst(call, lambda each: each.state == "system" and not each.template) if is_prompted(call) else None
    return remark(flow, "{what} reaches the system prompt") if flow is not None else None
