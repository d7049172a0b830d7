"""REL101: nobody chose how long this call may wait, so the SDK's default decides, or nothing does."""

from __future__ import annotations

from ..model import Call, Timeout
from . import advice
from .interface import Remark, Subject, per_call
from .wording import origin, timeout_steps, waits


@per_call
def check(call: Call, subject: Subject) -> Remark | None:
    """Speaks of states `none` and `sdk-default`; how bad a default is depends on its length."""
    timeout, limit = call.facts.timeout, subject.wait_limit(call)
    if timeout.state not in {"none", "sdk-default"}:
        return None
    return Remark(
        f"{waits(timeout)}: {origin(timeout)}",
        {"timeout": advice.timeout(call, limit / 2)},
        timeout_steps(call),
        _case(timeout, limit),
    )


def _case(timeout: Timeout, limit: float) -> str:
    if timeout.state == "none":
        return ""
    over = timeout.seconds is not None and timeout.seconds > limit
    return "default-over-limit" if over else "default-under-limit"
