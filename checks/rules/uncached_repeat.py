"""COST104: the same question is paid for again."""

from __future__ import annotations

from ..model import Call, Step
from .interface import Remark, Subject, per_call


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of calls whose answer is meant to be the same each time, and is not kept."""
    repeats = call.setup.repeats
    if repeats.state != "yes" or call.facts.cache.state != "no":
        return None
    trace = (Step(repeats.where, repeats.detail),) if repeats.where is not None else ()
    return Remark(f"{repeats.detail}, and no answer is kept", trace=trace)
