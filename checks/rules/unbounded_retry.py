"""REL204: nothing ends the retries."""

from __future__ import annotations

from ..model import Call
from . import advice
from .interface import Remark, Subject, per_call
from .layers import working
from .wording import layer_steps

_HOW = {"none": ", without waiting", "fixed": ", after always the same wait"}


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of a layer that can fire and has no bound."""
    layers = [layer for layer in working(call) if not layer.bounded]
    if not layers:
        return None
    layer = layers[0]
    message = f"{layer.name} repeats a failing request for ever{_HOW.get(layer.backoff, '')}"
    return Remark(message, {"stop": advice.stop(layer)}, layer_steps(layers))
