"""Whether a person can be reading along while the answer is written."""

from __future__ import annotations

from functools import lru_cache

from ..flows.taint import Use
from ..flows.words import DUMPS, TEXTS, WORDS
from ..model import EntryPoint
from ..project.names import BUILTINS
from ..project.scope import Scope
from ..project.uses import statements
from ..project.values import Cls
from ..read.tree import Await, Do
from .logs import is_log
from .rest import Rest, is_text
from .shaped import shaped
from .subject import Subject

MAKING = frozenset({*TEXTS, *DUMPS, *WORDS, "join", "format"})
"""Functions that make other text of an answer, which is followed on."""


def shown(subject: Subject) -> bool:
    """False of an answer that nothing uses, and of one that is asked for as data."""
    return not (_is_dropped(subject) or shaped(subject))


def gets(subject: Subject, uses: list[Use]) -> tuple[EntryPoint, ...] | None:
    """The entry points in whose own code something is done with the answer while it is still text; None where it comes
    to no entry point in any form, and not all of it is made into data either."""
    rest = Rest(subject, uses)
    texts: dict[Scope, list[Use]] = {}
    made: set[Scope] = set()
    for use in uses:
        function = use.taint.scope.function()
        if function is not None:
            texts.setdefault(function, []).extend([use] if _is_whole(use, rest) else [])
            made |= {function} if use.taint.parse is not None else set()
    found = {
        entry: any(function not in made or _gives_on(subject, use) for use in texts[function])
        for function in texts
        for entry in subject.entries.of(function)
    }
    given = (use for each in texts.values() for use in each if _gives_on(subject, use))
    if not found and not (made and next(given, None) is None):
        return None
    return tuple(entry for entry, reads in found.items() if reads)


def _is_whole(use: Use, rest: Rest) -> bool:
    """Whether something other than a test is done with the text of the answer as it came."""
    return use.kind != "test" and is_text(use) and not rest.holds(use)


def _gives_on(subject: Subject, use: Use) -> bool:
    """Whether a text leaves a function by a use: it is given back, or to what isn't followed further and is no log."""
    if use.kind != "argument" or use.site is None:
        return use.kind in ("leaves", "returned")
    if (
        use.what in BUILTINS
        or use.what in MAKING
        or any(isinstance(value, Cls) for value in subject.ev.callee(use.site))
    ):
        return False
    return not is_log(subject.ground.writers, subject, use.site)


def _is_dropped(subject: Subject) -> bool:
    """A statement of its own: a request to warm up, or to try a key."""
    return id(subject.site.call) in _alone(subject.scope)


@lru_cache(maxsize=64)
def _alone(scope: Scope) -> frozenset[int]:
    """The expressions of a body that nothing is done with."""
    values = (statement.value for statement, _ in statements(scope.body) if isinstance(statement, Do))
    return frozenset(id(value.value if isinstance(value, Await) else value) for value in values)
