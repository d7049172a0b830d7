"""Whether a person can be reading along while the answer is written."""

from __future__ import annotations

from functools import lru_cache

from ..project.scope import Scope
from ..project.uses import statements
from ..read.tree import Await, Do
from .shaped import shaped
from .subject import Subject


def shown(subject: Subject) -> bool:
    """False of an answer that nothing uses, and of one that is asked for as data."""
    return not (_is_dropped(subject) or shaped(subject))


def _is_dropped(subject: Subject) -> bool:
    """A statement of its own: a request to warm up, or to try a key."""
    return id(subject.site.call) in _alone(subject.scope)


@lru_cache(maxsize=64)
def _alone(scope: Scope) -> frozenset[int]:
    """The expressions of a body that nothing is done with."""
    values = (statement.value for statement, _ in statements(scope.body) if isinstance(statement, Do))
    return frozenset(id(value.value if isinstance(value, Await) else value) for value in values)
