"""COST103: the prompt grows with what it is given."""

from __future__ import annotations

from ..model import Call, Flow
from .interface import Remark, Subject, per_call
from .texts import is_prompted, remark, worst


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of whole documents, pages and files, and of a history that only grows."""
    flow = worst(call, lambda each: each.limited is None and (each.retrieved or _is_kept(each)))
    if flow is None or not is_prompted(call):
        return None
    how = (
        "a history that is never trimmed" if _is_kept(flow) and not flow.retrieved else "all of it, however long it is"
    )
    return remark(flow, f"{{what}} goes into the prompt: {how}")


def _is_kept(flow: Flow) -> bool:
    return any(step.note.startswith("put into `") for step in flow.trace)
