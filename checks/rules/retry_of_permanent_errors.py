"""REL206: what can never succeed is repeated too."""

from __future__ import annotations

from ..model import Call
from . import advice
from .interface import Remark, Subject, per_call
from .layers import repeating
from .wording import layer_steps, types


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of a layer that repeats 400, 401, 403 or 404."""
    layers = [layer for layer in repeating(call) if layer.permanent_errors]
    if not layers:
        return None
    errors = advice.passing_errors(call)
    named = types(tuple(each for each in layers[0].catches if not advice.may_pass(each)))
    caught = f" ({named})" if named else ""
    message = f"{layers[0].name} also repeats requests that can never succeed{caught}"
    return Remark(message, {"errors": errors}, layer_steps(layers))
