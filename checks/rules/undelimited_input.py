"""SAFE102: nothing tells where text from outside ends and the instructions go on."""

from __future__ import annotations

from ..model import Call
from .interface import Remark, Subject, per_call
from .texts import is_prompted, remark, worst


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of state `undelimited`; of a call with text from outside in its system prompt another rule does."""
    if not is_prompted(call) or call.facts.untrusted.state != "undelimited":
        return None
    flow = worst(call, lambda each: each.state == "undelimited")
    return remark(flow, "{what} stands in the prompt with nothing around it") if flow is not None else None
