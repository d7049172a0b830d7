"""COST105: a frontier model for an answer of a few words."""

from __future__ import annotations

from ..model import Call
from .interface import Remark, Subject, per_call


@per_call
def check(call: Call, subject: Subject) -> Remark | None:
    """Speaks of a model of the largest class where the cap of the answer says that a label or a number is wanted."""
    short = call.setup.short
    if call.setup.tier != "frontier" or short is None or short > subject.limit("tokens"):
        return None
    return Remark(f"{call.facts.model.state!r} is of the largest class, for an answer of at most {short} tokens")
