"""REL203: the waits between attempts don't grow."""

from __future__ import annotations

from ..model import Call
from . import advice
from .interface import Remark, Subject, per_call
from .layers import repeating
from .wording import layer_steps

_OWN = {"decorator", "loop", "client", "runnable"}
_HOW = {"none": "without waiting", "fixed": "after always the same wait"}


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of a layer the project set up, that ends, and whose backoff is none or fixed."""
    layers = [layer for layer in repeating(call) if layer.bounded and layer.kind in _OWN and layer.backoff in _HOW]
    if not layers:
        return None
    layer = layers[0]
    times = f"up to {layer.attempts} times " if layer.attempts else ""
    message = f"{layer.name} sends the request {times}{_HOW[layer.backoff]}"
    return Remark(message, {"backoff": advice.backoff(layer)}, layer_steps(layers))
