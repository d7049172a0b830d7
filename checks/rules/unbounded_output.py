"""COST101: nothing caps the answer."""

from __future__ import annotations

from ..model import Call
from . import advice
from .interface import Remark, Subject, per_call


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of state `unset`."""
    if call.facts.max_output.state != "unset":
        return None
    model = call.facts.model.state
    whose = f"of {model}" if model not in {"", "config", "unknown", "n/a"} else "of the model"
    message = f"the answer may grow to the limit {whose}: nothing caps its output tokens"
    return Remark(message, {"cap": advice.output_cap(call)})
