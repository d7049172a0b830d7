"""COST102: nobody reads how many tokens a call used."""

from __future__ import annotations

from ..model import Call
from . import advice
from .interface import Remark, Subject, per_call

_COUNTED = {"chat", "completion", "embedding"}


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of state `unread`, where the response holds counts somebody pays for: a model in the own process costs
    nothing by the token, and a framework's vectors come without them."""
    if call.facts.usage.state != "unread" or call.kind not in _COUNTED or call.facts.timeout.state == "n/a":
        return None
    if call.kind == "embedding" and advice.is_framework(call):
        return None
    lacking = call.facts.usage.detail
    if not lacking:
        message = "the token counts of the response are never read, and no tracer records them"
        return Remark(message, {"usage": "the usage of the response"})
    asked = advice.counts_asked_for(call)
    message = f"the token counts of the response are read, but without {asked} a streamed one has none"
    return Remark(message, {"usage": f"the usage of the last chunk, which comes with {asked},"})
