"""REL205: retries inside retries multiply."""

from __future__ import annotations

from ..model import Call, RetryLayer
from . import advice
from .interface import Remark, Subject, per_call
from .layers import attempts, repeating
from .wording import layer_steps


@per_call
def check(call: Call, subject: Subject) -> Remark | None:
    """Multiplies the layers' known attempts. One layer alone is stacked only if it is a framework's own stack."""
    layers = tuple(layer for layer in repeating(call) if layer.attempts is not None)
    stacked = len(layers) > 1 or any(layer.kind == "sdk" for layer in layers)
    if not stacked or attempts(layers) <= subject.limit("product"):
        return None
    off = advice.retry_off(call)
    words = {"off": f" ({off} for {advice.name(call, call.facts.retry.sdk)}'s)" if off else ""}
    return Remark(f"sends up to {_product(layers)} for one answer", words, layer_steps(layers))


def _product(layers: tuple[RetryLayer, ...]) -> str:
    """`3 (openai's default) x 5 (@retry of tenacity) = 15 requests`."""
    factors = " x ".join(f"{layer.attempts} ({layer.name})" for layer in layers)
    return f"{factors} = {attempts(layers)} requests" if len(layers) > 1 else f"{factors} requests"
