"""SAFE104: text from outside is the template that other text is put into."""

from __future__ import annotations

from ..model import Call
from .interface import Remark, Subject, per_call
from .texts import remark, worst


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of flows into a template's own text."""
    flow = worst(call, lambda each: each.template)
    return remark(flow, "{what} is used as a template") if flow is not None else None
