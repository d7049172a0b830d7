"""SAFE202: an answer that is run."""

from __future__ import annotations

from ..model import Call, Step
from .interface import Remark, Subject, per_call
from .wording import at


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of uses in state `executed`."""
    flows = [flow for flow in call.facts.output.found if flow.state == "executed"]
    if not flows:
        return None
    flow = flows[0]
    message = f"what the model answers reaches {flow.what} ({at(flow.where)})"
    return Remark(message, {"sink": flow.what}, (*flow.trace, Step(flow.where, flow.what)))
