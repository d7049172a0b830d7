"""What a framework does with an exception that reaches it: handlers for every entry point, exceptions that answer."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import EntryPoint
from ..project.arguments import keyword
from ..project.scope import Scope, Site
from ..project.values import Cls, Ext, Fn, Lit, Map, Seq
from ..read.tree import Call, Expr
from ..sdks.schema import Framework
from .around import Around, Passage, Raised, Strand
from .coverage import raises, same, types_of
from .ground import Ground

EVERYTHING = ("*",)
EXITS = ("builtins.SystemExit", "builtins.KeyboardInterrupt")
"""Ends of a program that are meant."""
SILENT = ("retry_error_callback",)
"""Parameters of retry libraries that give a substitute after the last attempt."""


class Answers:
    """What is left of exceptions behind frameworks and retry libraries."""

    def __init__(self, ground: Ground, around: Around) -> None:
        self._ground = ground
        self._around = around
        self._types: dict[str, tuple[str, ...]] = {}

    def at_entry(self, function: Scope | None, entry: EntryPoint, raised: Raised) -> Passage:
        """What nobody answers of the exceptions that reach an entry point."""
        frameworks = self._ground.frameworks.get(entry.how, ())
        if any(each.swallow for each in frameworks):
            return Passage((), True)
        found = self._around.minus(self._handled_types(entry.how, frameworks), raised)
        if function is not None:
            for types in self._autoretries(function):
                found = self._around.minus(types, found.left)
        answers = self._ground.answers(entry.audience)
        left = tuple(strand for strand in found.left if not _is_answer(strand, answers))
        return Passage(left, found.stopped or len(left) < len(raised))

    def by_decorators(self, function: Scope, raised: Raised) -> Passage:
        """What a retry library that ends in a substitute lets out of a function it decorates."""
        stopped = False
        for decorator in reversed(function.decorators):
            types = self._substituted(decorator, function.parent or function)
            if types:
                found = self._around.minus(types, raised)
                raised, stopped = found.left, stopped or found.stopped
        return Passage(raised, stopped)

    def _substituted(self, decorator: Expr, scope: Scope) -> tuple[str, ...]:
        guards = self._ground.ev.world.declared.guards
        target = decorator.func if isinstance(decorator, Call) else decorator
        if guards and any(
            isinstance(each, Ext) and each.path in guards for each in self._ground.ev.eval(target, scope)
        ):
            return EVERYTHING
        if not isinstance(decorator, Call):
            return ()
        for value in self._ground.ev.eval(decorator.func, scope):
            known = self._ground.retry_tool(value.path) if isinstance(value, Ext) else None
            site = self._ground.ev.site(decorator, scope)
            if known is None or site is None:
                continue
            quiet = keyword(self._ground.ev, site, "raise_on_giveup").values == (Lit(False),)
            substitute = any(keyword(self._ground.ev, site, name).values for name in SILENT)
            if quiet or substitute or known[1].gives_up_silently:
                return EVERYTHING
        return ()

    def _handled_types(self, how: str, frameworks: tuple[Framework, ...]) -> tuple[str, ...]:
        if how not in self._types:
            names = dict.fromkeys(name for each in frameworks for name in each.handlers)
            self._types[how] = tuple(each for name in names for each in self._registered(name))
        return self._types[how]

    def _registered(self, name: str) -> Iterator[str]:
        """Types for which the project registers a handler under that name."""
        ground = self._ground
        if name.startswith(("on_", "process_")):
            if any(raises(scope.body) == "never" for scope in ground.functions_named(name)):
                yield "*"
            return
        for site in ground.calls_named(name.rpartition(".")[2]):
            yield from self._types_given(site)

    def _types_given(self, site: Site) -> Iterator[str]:
        for arg in site.call.args[:1]:
            for value in self._ground.ev.eval(arg, site.scope):
                match value:
                    case Fn() | Lit(value=500):
                        yield "*"
                    case Ext() | Cls() | Seq():
                        yield from (name for name in types_of(self._ground.ev, arg, site.scope) if name != "?")
                    case Map(entries=entries):
                        for key, _, scope in entries:
                            yield from types_of(self._ground.ev, key, scope) if key is not None else ()
                    case _:
                        continue

    def _autoretries(self, function: Scope) -> Iterator[tuple[str, ...]]:
        for decorator in function.decorators:
            for each in decorator.keywords if isinstance(decorator, Call) else ():
                if each.name == "autoretry_for":
                    yield types_of(self._ground.ev, each.value, function)


def _is_answer(strand: Strand, answers: tuple[str, ...]) -> bool:
    return any(same(name, answer) for name in strand for answer in (*answers, *EXITS))
