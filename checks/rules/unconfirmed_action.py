"""SAFE301: a model can do what nobody can undo."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Step
from .interface import Remark, Subject, per_project


@per_project
def check(subject: Subject) -> Iterator[tuple[int, Remark]]:
    """Speaks once a tool that acts without asking, at the first call that hands it over."""
    seen: set[object] = set()
    for index, call in enumerate(subject.calls):
        for action in call.setup.actions:
            if not action.confirmed and action.where not in seen:
                seen.add(action.where)
                does = action.what if " " in action.what else f"calls {action.what}"
                message = f"nobody is asked before {action.tool}, which the model can run, {does}"
                yield index, Remark(message, {"action": action.what}, (Step(action.where, "acts here"),))
