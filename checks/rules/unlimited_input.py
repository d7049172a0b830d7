"""SAFE103: whoever asks decides how long the prompt is."""

from __future__ import annotations

from ..model import Call, Flow
from .interface import Remark, Subject, per_call
from .texts import remark, worst


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of text that people send from elsewhere and that nothing on its way bounds."""
    flow = worst(call, _is_sent)
    return remark(flow, "nothing bounds the length of {what}") if flow is not None else None


def _is_sent(flow: Flow) -> bool:
    return flow.source == "remote" and not flow.retrieved and flow.limited is None
