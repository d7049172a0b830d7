"""Whether a person can be reading along while the answer is written."""

from __future__ import annotations

from functools import lru_cache

from ..flows.taint import Use
from ..model import EntryPoint
from ..project.scope import Scope
from ..project.uses import statements
from ..read.tree import Await, Do
from .shaped import shaped
from .subject import Subject


def shown(subject: Subject) -> bool:
    """False of an answer that nothing uses, and of one that is asked for as data."""
    return not (_is_dropped(subject) or shaped(subject))


def gets(subject: Subject, uses: list[Use]) -> tuple[EntryPoint, ...] | None:
    """The entry points in whose own code something is done with the answer while it is still text; None where it comes
    to no entry point in any form."""
    functions: dict[Scope, bool] = {}
    for use in uses:
        function = use.taint.scope.function()
        if function is not None:
            functions[function] = functions.get(function, False) or (use.kind != "test" and is_text(use))
    found = [(entry, texts) for function, texts in functions.items() for entry in subject.entries.of(function)]
    return tuple(entry for entry, texts in found if texts) if found else None


def is_text(use: Use) -> bool:
    """Whether the answer is as the model wrote it, or the response that holds it."""
    return use.taint.parse is None and use.taint.form in ("raw", "text", "wire")


def _is_dropped(subject: Subject) -> bool:
    """A statement of its own: a request to warm up, or to try a key."""
    return id(subject.site.call) in _alone(subject.scope)


@lru_cache(maxsize=64)
def _alone(scope: Scope) -> frozenset[int]:
    """The expressions of a body that nothing is done with."""
    values = (statement.value for statement, _ in statements(scope.body) if isinstance(statement, Do))
    return frozenset(id(value.value if isinstance(value, Await) else value) for value in values)
