"""REL105: each part is fine, and together they keep a caller waiting too long."""

from __future__ import annotations

from ..model import Call, Timeout
from . import advice
from .interface import Remark, Subject, per_call
from .layers import attempts, backoff_seconds, repeating
from .wording import duration, layer_steps, origin, timeout_steps

_DEADLINES = ("asyncio.", "anyio.", "async_timeout.", "trio.", "signal.", "concurrent.futures.", "future.result")
_DEADLINES_OF_LIBRARIES = ("timeout_decorator.", "wrapt_timeout_decorator.", "func_timeout.", "stopit.")


@per_call
def check(call: Call, subject: Subject) -> Remark | None:
    """Compares timeout * attempts + backoff, over all layers, with the budget of a remote caller.

    attempts is the product of the layers' attempts; the backoff is that of `layers.backoff_seconds`. A single attempt
    over the budget is another rule's business, as is a retry that never ends.
    """
    timeout, layers, budget = call.facts.timeout, repeating(call), subject.limit("remote_seconds")
    if call.facts.audience.state != "remote" or timeout.seconds is None or _is_deadline(timeout):
        return None
    if not layers or timeout.seconds > budget or any(layer.attempts is None for layer in layers):
        return None
    backoff = backoff_seconds(layers)
    worst = timeout.seconds * attempts(layers) + backoff
    if min(worst, timeout.deadline or worst) <= budget:
        return None
    pauses = f" + {duration(backoff)} between them" if backoff else ""
    message = (
        f"may wait {duration(worst)}, over the budget of {duration(budget)}: {duration(timeout.seconds)}"
        f" x {attempts(layers)} attempts{pauses} ({origin(timeout)})"
    )
    share = max(1, (budget - backoff) // attempts(layers))
    words = {"budget": f"{budget:g}", "timeout": advice.timeout(call, share)}
    return Remark(message, words, timeout_steps(call) + layer_steps(layers))


def _is_deadline(timeout: Timeout) -> bool:
    """True if the limit is a construct around the call, which all attempts share."""
    return timeout.source.startswith(_DEADLINES + _DEADLINES_OF_LIBRARIES)
