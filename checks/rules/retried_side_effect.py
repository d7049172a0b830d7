"""REL207: something other than the request is repeated with it."""

from __future__ import annotations

from ..model import Call, Step
from .interface import Remark, Subject, per_call
from .layers import repeating
from .wording import at, layer_steps


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of a layer around writes, sends or payments."""
    layers = [layer for layer in repeating(call) if layer.side_effects]
    if not layers:
        return None
    layer = layers[0]
    place, name = layer.side_effects[0]
    more = f" and {len(layer.side_effects) - 1} more" if len(layer.side_effects) > 1 else ""
    times = f", up to {layer.attempts} times" if layer.attempts else ""
    message = f"{layer.name} repeats {name} ({at(place)}){more} with the request{times}"
    effects = tuple(Step(where, f"{what} is repeated") for where, what in layer.side_effects)
    return Remark(message, {"effect": f"`{name}`"}, layer_steps(layers) + effects)
