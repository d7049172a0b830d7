"""REL208: a retry that can't fire."""

from __future__ import annotations

from ..model import Call
from . import advice
from .interface import Remark, Subject, per_call
from .wording import layer_steps


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of a layer whose facts say why it has no effect."""
    layers = [layer for layer in call.facts.retry.layers if layer.without_effect is not None]
    if not layers:
        return None
    message = f"{layers[0].name} never repeats this call: {layers[0].without_effect}"
    return Remark(message, {"errors": advice.passing_errors(call)}, layer_steps(layers))
