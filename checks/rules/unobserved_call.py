"""OBS101: a call that leaves too little of a trace."""

from __future__ import annotations

from ..model import Call, Step
from .interface import Remark, Subject, per_call

_TALKS = {"chat", "completion"}


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of states `no` and `partial`."""
    observed = call.facts.observed
    if call.kind not in _TALKS:
        return None
    if observed.state == "no":
        return Remark("nothing records this call: no tracer, and no log of prompt, answer, latency or cost")
    if observed.state != "partial":
        return None
    trace = (Step(observed.where, f"recorded: {observed.detail}"),) if observed.where is not None else ()
    return Remark(f"too little of this call is recorded: {observed.detail}", trace=trace, case="partial")
