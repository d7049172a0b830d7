"""SAFE201: an answer used as data that nothing held against a schema."""

from __future__ import annotations

from ..model import Call, Confidence, Step
from .interface import Remark, Subject, per_call
from .wording import at, listed

_MOST = 3
_SHAPED = "an object of a schema"  # made by the SDK, which raises what does not fit

_LACKS = {
    "both": "the answer is used as data without a schema, and nothing catches a bad one",
    "handler": "nothing catches an answer that does not fit its schema",
    "schema": "errors are caught, but the answer is used as data without a schema",
    "": "the answer is used as data without a schema",
}
"""What is wrong, the worst first."""


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of uses in state `parsed-unvalidated`."""
    flows = [flow for flow in call.facts.output.found if flow.state == "parsed-unvalidated"]
    if not flows:
        return None
    worst = next(lacks for lacks in _LACKS if any(flow.lacks == lacks for flow in flows))
    flows = [flow for flow in flows if flow.lacks == worst]
    places = listed(
        at(flow.where) if flow.what == _SHAPED else f"{flow.what} ({at(flow.where)})" for flow in flows[:_MOST]
    )
    more = f" and {len(flows) - _MOST} more" if len(flows) > _MOST else ""
    sure: Confidence = "high" if call.confidence == "high" else "medium"
    message = f"{_LACKS[worst]}: {places}{more}"
    return Remark(message, trace=(*flows[0].trace, Step(flows[0].where, flows[0].what)), confidence=sure)
