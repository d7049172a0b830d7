"""Retry layers taken together: which of them work, and what their attempts and waits come to."""

from __future__ import annotations

from math import prod

from ..model import Call, RetryLayer

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0


def working(call: Call) -> tuple[RetryLayer, ...]:
    """The layers that can fire, innermost first as the facts list them."""
    return tuple(layer for layer in call.facts.retry.layers if layer.without_effect is None)


def repeating(call: Call) -> tuple[RetryLayer, ...]:
    """The working layers that send a request more than once."""
    return tuple(layer for layer in working(call) if layer.attempts is None or layer.attempts > 1)


def attempts(layers: tuple[RetryLayer, ...]) -> int:
    """Requests in the worst case: each layer repeats all the layers inside it. Unknown numbers count as one."""
    return prod(layer.attempts or 1 for layer in layers)


def backoff_seconds(layers: tuple[RetryLayer, ...]) -> float:
    """Seconds spent between attempts in the worst case, layers innermost first.

    A layer that waits exponentially is taken to wait min(8, 0.5 * 2**n) s after its n-th failure (n from 0), which is
    the schedule of openai and anthropic without jitter; of others the wait is not known and counts as nothing. What
    a layer waits, it waits again in each attempt of the layers around it.
    """
    waited = 0.0
    for layer in layers:
        waited = waited * (layer.attempts or 1) + _waits(layer)
    return waited


def _waits(layer: RetryLayer) -> float:
    if layer.backoff != "exponential":
        return 0.0
    return sum(min(_LONGEST_WAIT, _FIRST_WAIT * 2.0**n) for n in range((layer.attempts or 1) - 1))
