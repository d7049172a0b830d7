"""Whether a person can be reading along while the answer is written."""

from __future__ import annotations

from ..project.uses import statements
from ..read.tree import Await, Do
from .shaped import shaped
from .subject import Subject


def shown(subject: Subject) -> bool:
    """False of an answer that nothing uses, and of one that is asked for as data."""
    return not (_is_dropped(subject) or shaped(subject))


def _is_dropped(subject: Subject) -> bool:
    """A statement of its own: a request to warm up, or to try a key."""
    call = subject.site.call
    for statement, _ in statements(subject.scope.body):
        if isinstance(statement, Do):
            value = statement.value
            if (value.value if isinstance(value, Await) else value) is call:
                return True
    return False
