"""SAFE202: an answer that is run."""

from __future__ import annotations

from ..model import Call, Flow, Step
from .interface import Remark, Subject, per_call
from .wording import at, listed

_MOST = 5  # functions of different names: many statements of SQL hide no `exec`


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of uses in state `executed`."""
    flows = [flow for flow in call.facts.output.found if flow.state == "executed"]
    if not flows:
        return None
    kinds: dict[str, Flow] = {}
    for flow in flows:
        kinds.setdefault(flow.what.rpartition(".")[2], flow)
    told = list(kinds.values())[:_MOST]
    places = listed(f"{each.what} ({at(each.where)})" for each in told)
    more = f" and {len(flows) - len(told)} more" if len(flows) > len(told) else ""
    first = flows[0]
    message = f"what the model answers reaches {places}{more}"
    return Remark(message, {"sink": first.what}, (*first.trace, Step(first.where, first.what)))
