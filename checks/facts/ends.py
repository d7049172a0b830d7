"""Where nothing goes on: `sys.exit()`, `st.stop()`, functions of the project that never come back, or what says on a
page that it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..flows.tools import Tools
from ..project.edges import name_of
from ..project.scope import Scope
from ..project.values import Fn
from ..read.tree import Await, Call, Do, Function, If, Jump, Raise, Return, Statement, With
from ..sdks.schema import Knowledge
from .coverage import raises

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

NEVER = frozenset({"NoReturn", "Never"})
"""Annotations of what a function gives that doesn't come back."""
DEEPEST = 3
"""Functions of the project, each called by the one before, that may show an error."""


class Ends:
    """Knows for one project the calls that don't come back."""

    def __init__(self, ev: Evaluator, knowledge: Knowledge) -> None:
        self._ev = ev
        self._tools = Tools(knowledge, ("ending",))

    def within(self, body: tuple[Statement, ...], scope: Scope) -> bool:
        """Whether a run of statements always ends in such a call or an exception, whatever stands behind it."""
        for statement in body:
            match statement:
                case Raise():
                    return True
                case Return() | Jump():
                    return False
                case Do(value=Call() as call) | Do(value=Await(value=Call() as call)) if self._at(call, scope):
                    return True
                case If(body=then, orelse=other) if self.within(then, scope) and self.within(other, scope):
                    return True
                case With(body=inner) if self.within(inner, scope):
                    return True
                case _:
                    continue
        return False

    def _at(self, call: Call, scope: Scope) -> bool:
        site = self._ev.site(call, scope)
        if site is None:
            return False
        called = self._ev.callee(site)
        own = [each.scope for each in called if isinstance(each, Fn)]
        if own:
            return len(own) == len(called) and all(self._never_returns(each) for each in own)
        return self._tools.of(site, called) is not None

    def _never_returns(self, function: Scope) -> bool:
        node = function.node
        told = isinstance(node, Function) and node.returns is not None and name_of(node.returns) in NEVER
        return told or raises(function.body) == "always"


class Alarms:
    """Knows for one project the calls that show somebody an error: `st.error(f"Failed: {error}")`."""

    def __init__(self, ev: Evaluator, knowledge: Knowledge) -> None:
        self._ev = ev
        self._tools = Tools(knowledge, ("alarm",))

    def within(self, body: tuple[Statement, ...], scope: Scope, depth: int = 0) -> bool:
        """Whether a run of statements always makes such a call, or calls a function of the project that does."""
        for statement in body:
            match statement:
                case Do(value=Call() as call) if self._at(call, scope, depth):
                    return True
                case If(body=then, orelse=other) if self.within(then, scope, depth) and self.within(
                    other, scope, depth
                ):
                    return True
                case With(body=inner) if self.within(inner, scope, depth):
                    return True
                case _:
                    continue
        return False

    def _at(self, call: Call, scope: Scope, depth: int) -> bool:
        site = self._ev.site(call, scope)
        if site is None:
            return False
        called = self._ev.callee(site)
        own = [each.scope for each in called if isinstance(each, Fn)] if depth < DEEPEST else []
        if own:
            return len(own) == len(called) and all(self.within(each.body, each, depth + 1) for each in own)
        return self._tools.of(site, called) is not None
