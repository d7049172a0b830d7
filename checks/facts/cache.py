"""Cache: whether the same question, asked again, is answered without the model.

In the code that is a decorator, or a place looked up before the call, whose hit makes the call needless, and filled
with the answer. The lookup may stand in a caller: "which of these are not in the cache yet".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..model import Place, Setting
from ..project.edges import name_of
from ..project.scope import Scope, Site
from ..project.values import Ext
from ..read.tree import Call
from .standin import by_data
from .subject import Subject

MOST = 40
"""Functions on one way up."""
NO = Setting("no")
SOME = "cached on some ways only"
"""What is cached where one caller looks first and another doesn't."""
WIDEST = 16
"""Callers of one function that are looked at once a way without a cache is known."""
ENOUGH = 40
"""Functions above the call that are looked into once one is."""
Way = Setting | None


def cache(subject: Subject) -> Setting:
    """Whether a cache of answers is in effect for the call, on every way to it."""
    found = by_data(subject, "cache")
    return found if found is not None else Caches(subject).fact()


class _Kept(NamedTuple):
    """Receivers looked up and filled so far on a way up."""

    asked: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()

    @property
    def both(self) -> bool:
        return bool(self.asked & self.filled)


class Caches:
    """Looks for caches around one call, in its function and on every way to it."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._ev = subject.ev
        self._known: dict[tuple[Scope, _Kept], Way] = {}
        self._sure: set[Place] = set()
        """Where a hit is given back, which alone shows a cache beside ways that have none."""
        self._height = 0

    def fact(self) -> Setting:
        """The cache of the subject's call."""
        return self._from(self._subject.own_sites(), _Kept()) or NO

    def _from(self, sites: tuple[Site, ...], kept: _Kept) -> Way:
        for site in sites:
            marks = self._subject.ground.marks(site.scope)
            found = marks.around(site)
            if found is not None:
                self._sure |= {found} if marks.gives_back(found) else set()
                return Setting("yes", found)
            kept = _Kept(kept.asked | marks.asked(site.line), kept.filled | marks.filled(site))
            if kept.both:
                return Setting("yes", Place(site.scope.module.path, site.line), min(kept.asked & kept.filled))
        return self._above(sites[-1].scope, kept)

    def _above(self, scope: Scope, kept: _Kept) -> Way:
        function = scope.owner()
        if function.kind == "module":
            return NO
        key = (function, kept)
        if key not in self._known:
            self._known[key] = None
            self._height += 1
            self._known[key] = self._outward(function, kept) if self._height < MOST else NO
            self._height -= 1
        return self._known[key]

    def _outward(self, function: Scope, kept: _Kept) -> Way:
        found = self._decorated(function)
        if found is not None:
            return found
        if self._subject.entries.of(function):
            return NO
        edges = [each for each in self._ev.callers(function) if self._subject.entries.registration(each) is None]
        return self._weakest(self._from((*edge.inner, edge.site), kept) for edge in edges)

    def _weakest(self, ways: Iterable[Way]) -> Way:
        """What all ways together come to; those that lead back to themselves, None, don't count."""
        found, sure, bare = None, None, False
        for at, way in enumerate(ways):
            if way is not None:
                found = found or (way if way.state == "yes" else None)
                sure = sure or (way if way.where in self._sure else None)
                bare = bare or way.state == "no"
            if bare and (sure is not None or at >= WIDEST or len(self._known) > ENOUGH):
                break
        if found is not None and not bare:
            return found
        return NO if sure is None else Setting("no", sure.where, SOME)

    def _decorated(self, function: Scope) -> Way:
        for decorator in function.decorators:
            func = decorator.func if isinstance(decorator, Call) else decorator
            for value in self._ev.eval(func, function.parent or function):
                if isinstance(value, Ext) and self._is_cache(value.path, function):
                    return Setting("yes", Place(function.module.path, function.line), f"@{name_of(func)}")
        for wrapper, inner in self._ev.wrappers(function):
            for site in inner:
                found = self._subject.ground.marks(site.scope).around(site)
                if found is not None:
                    return Setting("yes", found, f"decorator {wrapper.short}")
        return None

    def _is_cache(self, path: str, function: Scope) -> bool:
        plain = path.replace("()", "")
        root, name = plain.partition(".")[0], plain.rpartition(".")[2]
        if (root, name) not in self._subject.ground.cache_tools:
            return False
        return not (function.is_async and root in ("functools", "cachetools"))  # they keep the coroutine
