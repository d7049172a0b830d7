"""MULTI101: one provider's interface is spoken all over the project."""

from __future__ import annotations

from ..model import Call, Step
from .interface import Remark, Subject, once
from .wording import listed


@once
def check(subject: Subject) -> tuple[int, Remark] | None:
    """Speaks when modules that serve people or commands themselves call a provider's SDK."""
    first: dict[str, int] = {}
    for index, call in enumerate(subject.calls):
        if call.setup.direct and not _is_adapter(call):
            first.setdefault(call.place.path, index)
    if len(first) < 2:
        return None
    steps = tuple(Step(subject.calls[index].place, "called directly") for index in first.values())
    names = [*first][:3]
    more = f" and {len(first) - 3} more" if len(first) > len(names) else ""
    message = f"providers are called directly in {listed(names) if not more else ', '.join(names) + more}"
    return next(iter(first.values())), Remark(message, trace=steps)


def _is_adapter(call: Call) -> bool:
    """A module that is only reached through others: none of the call's entry points stands in it."""
    return all(entry.where.path != call.place.path for entry in call.facts.entries)
