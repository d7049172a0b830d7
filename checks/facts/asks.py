"""Whether running something asks a model: what a handler or a helper calls, followed down through the project."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..project.calls import is_call
from ..project.scope import Scope, Site
from ..project.values import Fn
from ..read.tree import Call, walk

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

DEEPEST = 5
"""Functions between a handler and the request it makes."""
MOST = 400
"""Calls looked at for one question."""


class Asks:
    """Answers for one project; what is known of a function is kept."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._known: dict[Scope, bool] = {}
        self._left = 0

    def within(self, node: object, scope: Scope, besides: Callable[[Call], bool] | None = None) -> bool:
        """Whether a call anywhere in a piece of a function asks a model; `besides` says of some that they don't
        count."""
        for part in walk(node):
            if isinstance(part, Call) and (besides is None or not besides(part)):
                site = self._ev.site(part, scope)
                if site is not None and self.at(site):
                    return True
        return False

    def at(self, site: Site) -> bool:
        """Whether the call sends a request to a model, itself or in what it runs."""
        self._left = MOST
        return self._at(site, 0)

    def _at(self, site: Site, depth: int) -> bool:
        self._left -= 1
        if self._left < 0:
            return False
        if is_call(self._ev, site):
            return True
        if depth >= DEEPEST:
            return False
        functions = [value.scope for value in self._ev.callee(site) if isinstance(value, Fn)]
        return any(self._inside(function, depth + 1) for function in functions[:4])

    def _inside(self, function: Scope, depth: int) -> bool:
        if function not in self._known:
            self._known[function] = False
            found = any(self._at(site, depth) for site in function.sites)
            if self._left < 0 and not found:
                del self._known[function]
                return False
            self._known[function] = found
        return self._known[function]
