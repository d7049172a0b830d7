"""Who calls a function of the project, and through what.

A caller is a call site, or a place that hands the function on: to a thread, to a retry helper, to a decorator's
wrapper. What the function passes through on the way stands in the edge's `inner` sites.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from ..read.tree import Attr, Call, Expr, Lambda, Name, walk
from .aliases import aliases, naming
from .called import is_for_calls, other_names, run_names
from .carriers import Kept, carried, decorated, instances, kept_by, of_kept, packed
from .constructors import CONSTRUCTORS, by_classes, inheriting
from .dispatch import by_path, dispatched, is_made_up, made_up, may_be_made_up
from .edges import ALL, CALLED, Edge, arguments_of, is_partial, name_of, references
from .handed import given, wrap_of, wrapping
from .identity import accepts, bases, runs
from .implicit import PROTOCOLS, accesses, is_property
from .mentions import DIRECT, Mention, mentions
from .scope import Scope, Site
from .values import Ext, Fn, Obj, Part, Unk

if TYPE_CHECKING:
    from ..index import Unit
    from .evaluate import Evaluator
    from .world import Module

RENAMED = 3
"""How often a function may get another name."""
Lookups = list[tuple[Site, list[Call]]]
"""Calls of something that `getattr` gives, with the calls of that."""


class Callers:
    """Finds and remembers the edges of every function asked about."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._known: dict[Scope, tuple[Edge, ...]] = {}
        self._made: dict[Scope, list[tuple[str, frozenset[str], frozenset[int]]]] = {}
        self._lookups: dict[tuple[str, ...], Lookups] = {}
        self._mentioned: dict[tuple[str, int], list[Mention]] = {}

    def of(self, scope: Scope) -> tuple[Edge, ...]:
        """All known ways into a function; empty while it is being worked out."""
        if scope in self._known:
            return self._known[scope]
        progress = self._ev.progress
        if progress.is_circle(scope):
            return ()
        before = progress.enter(scope)
        edges: tuple[Edge, ...] = ()
        try:
            edges = tuple(_unique(self._find(scope)))
        finally:
            complete = progress.leave(scope, before)
        if complete or edges:
            self._known[scope] = edges
        return edges

    def _find(self, scope: Scope) -> Iterator[Edge]:
        if scope.kind == "lambda":
            yield from self._of_local(scope)
            return
        if scope.kind != "function":
            return
        wrapped = self._as_wrapper(scope)
        if wrapped:
            for target in wrapped:
                yield from self.of(target)
            return
        if scope.parent is not None and scope.parent.is_function:
            yield from self._nested(scope)
            return
        met, steps = False, run_names(self._ev, scope)
        after = "class" if steps else ""  # `@listen(step)` in a class says what comes before
        kept: dict[Kept, None] = dict.fromkeys(decorated(self._ev, scope))
        for word in self._words(scope):
            for mention in self._mentions(word, scope):
                for edge in self._through(mention, scope, word) if mention.site.scope.kind != after else ():
                    met = True
                    yield edge
                kept.update(dict.fromkeys(self._kept(mention, scope)))
        for edge in (*self._of_kept(kept, scope), *by_classes(self._ev, scope)):
            met = True
            yield edge
        yield from (Edge(site) for site in by_path(self._ev, scope))
        yield from self._stepped(scope, steps)
        if is_property(scope) or scope.short in PROTOCOLS:
            yield from self._accessed(scope)
        elif not met:
            yield from self._carried(scope)

    def _stepped(self, scope: Scope, steps: list[str]) -> Iterator[Edge]:
        """Where the flow is run of which the method is a step; its arguments are the flow's, none of the step's."""
        for word in steps:
            for site, _ in self._mentions(word, scope):
                if name_of(site.call.func) == word and Fn(scope) in self._ev.callee(site):
                    yield Edge(site, skip=ALL)

    def _carried(self, scope: Scope) -> Iterator[Edge]:
        """Ways into a function that nothing names where it is run."""

        def bodies(word: str) -> Iterator[Scope]:
            return self._bodies(word, scope)

        yield from (Edge(site) for site in dispatched(self._ev, scope, self._words(scope), bodies))
        for site, lookups in self._made_up(scope) if may_be_made_up(scope) else ():
            if is_made_up(self._ev, site, lookups, scope):
                yield Edge(site)
        if is_for_calls(self._ev, scope):
            yield from instances(self._ev, scope, bodies)
        else:
            yield from carried(self._ev, scope, bodies(scope.short), bodies)

    def _nested(self, scope: Scope) -> Iterator[Edge]:
        """Callers of a function inside a function, in it or wherever it gets to."""
        met = False
        for edge in self._of_local(scope):
            met = True
            yield edge
        for edge in self._of_kept(dict.fromkeys(decorated(self._ev, scope)), scope):
            met = True
            yield edge
        root = scope
        while root.parent is not None and root.parent.is_function:
            root = root.parent
        if not met:
            around, bodies = list(root.tree()), partial(self._bodies, scope=root)
            yield from tuple(carried(self._ev, scope, around, bodies)) or packed(self._ev, scope, around, bodies)

    def _kept(self, mention: Mention, scope: Scope) -> Iterator[Kept]:
        """Where the function stays that is an argument of the call."""
        for at in mention.handed:
            if self._is_handed(mention.site, at, scope):
                yield from kept_by(self._ev, mention.site, at)

    def _of_kept(self, kept: Iterable[Kept], scope: Scope) -> Iterator[Edge]:
        for each in kept:
            paths = dict.fromkeys((scope.module.path, each.owner.module.path))
            tops = _tops(self._ev.world.mentioning(each.name, *paths, passed_on=True))
            bodies = (body for top in tops for body in top.tree())
            yield from of_kept(self._ev, each, scope, bodies)

    def _accessed(self, scope: Scope) -> Iterator[Edge]:
        """Reads of a property, and the constructs that run a special method."""
        owner = scope.klass()
        words = [scope.short]
        if owner is not None and scope.short in PROTOCOLS:
            words = [owner.short, *self._instance_names(owner)]
        for each in dict.fromkeys(found for word in words for found in self._bodies(word, scope)):
            yield from (Edge(site) for site in accesses(self._ev, scope, each))

    def _words(self, scope: Scope) -> list[str]:
        owner = scope.klass()
        if owner is not None and scope.short == "__call__":
            return [owner.short, *self._instance_names(owner)]
        if owner is not None and scope.short in CONSTRUCTORS:
            classes = [owner, *inheriting(self._ev, owner, scope.short)]
            return [name for each in classes for name in aliases(self._ev.world, each.short, each.module.path)]
        others = other_names(self._ev, scope)
        called = [owner.short, *self._instance_names(owner)] if owner is not None and "__call__" in others else []
        return [*aliases(self._ev.world, scope.short, scope.module.path), *others, *called]

    def _instance_names(self, owner: Scope) -> list[str]:
        """Names and attributes of the project that hold an instance of the class or of one it stands in for, and
        functions that give one."""
        family = [owner, *bases(self._ev, owner)]
        found: dict[str, None] = {}
        named = [(each.short, each.module.path) for each in family]
        for word, path in named:
            for module, unit in naming(self._ev.world, word, path):
                top = module.scope(unit.name)
                for scope in top.tree() if top is not None else ():
                    for name in (*scope.bindings, *(each.name for each in scope.sets if each.name)):
                        if name not in found and self._holds(name, scope, family):
                            found[name] = None
                    if scope.short not in found and self._gives(scope, family):
                        found[scope.short] = None
                        named.append((scope.short, scope.module.path))
        return list(found)

    def _gives(self, scope: Scope, family: list[Scope]) -> bool:
        """Whether a function of a module gives an instance of one of the classes."""
        if scope.kind != "function" or scope.klass() is not None:
            return False
        values = (value for expr in scope.returns for value in self._ev.eval(expr, scope))
        return any(isinstance(value, Obj) and value.scope in family for value in values)

    def _holds(self, name: str, scope: Scope, family: list[Scope]) -> bool:
        values = [*self._ev.name(name, scope)] if name in scope.bindings else []
        for each in scope.sets:
            if each.name == name and each.binding.expr is not None:
                values += self._ev.eval(each.binding.expr, scope)
        return any(isinstance(value, Obj) and value.scope in family for value in values)

    def _mentions(self, word: str, scope: Scope) -> list[Mention]:
        """Call sites in units that hold the word and may concern it."""
        units = self._units(word, scope)
        key = (word, id(units))  # the world keeps them, one for all that ask in the same files
        if key not in self._mentioned:
            tops = _tops(units)
            self._mentioned[key] = [each for top in tops for each in mentions(self._ev.world, top, word)]
        return self._mentioned[key]

    def _bodies(self, word: str, scope: Scope) -> Iterator[Scope]:
        """Bodies that hold the word, in files that may concern the function."""
        for top in self._holding(word, scope):
            yield from top.tree()

    def _holding(self, word: str, scope: Scope) -> Iterator[Scope]:
        """The units that hold the word, in files that may concern the function."""
        return _tops(self._units(word, scope))

    def _units(self, word: str, scope: Scope) -> tuple[tuple[Module, Unit], ...]:
        return self._ev.world.mentioning(word, *self._near(scope), passed_on=scope.klass() is not None)

    def _near(self, scope: Scope) -> tuple[str, ...]:
        """The files of the function and of the classes above its own."""
        owner = scope.klass()
        above = bases(self._ev, owner) if owner is not None else []
        return tuple(dict.fromkeys((scope.module.path, *(base.module.path for base in above))))

    def _made_up(self, scope: Scope) -> Lookups:
        """The calls of something that `getattr` gives, in files that may concern the function."""
        near = self._near(scope)
        if near not in self._lookups:
            bodies = (body for top in self._holding("getattr", scope) for body in top.tree())
            self._lookups[near] = [each for body in bodies for each in self._ev.world.once(made_up, body)]
        return self._lookups[near]

    def _through(self, mention: Mention, scope: Scope, word: str) -> Iterator[Edge]:
        """Edges that one call site makes to the function: a call of it, or an argument that is it."""
        site, func = mention.site, mention.site.call.func
        if isinstance(func, Attr) and name_of(func.value) == word and func.name in DIRECT and scope.decorators:
            yield from (Edge(site) for v in self._ev.eval(func.value, site.scope) if v == Fn(scope))
        named = name_of(func) == word or isinstance(func, Name) or _makes(func, word)
        if named and accepts(scope, site.call):
            values = self._ev.callee(site) if site.scope.asks_types else self._ev.eval(func, site.scope)
            known = any(isinstance(value, Fn) for value in values)
            for value in values:
                doubtful = known and isinstance(value, (Unk, Ext))
                if doubtful or not runs(self._ev, value, scope, site):
                    continue
                if isinstance(value, Part) and not isinstance(value.func, Part):
                    yield Edge(site, skip=1, target=value.site, at=CALLED)
                    continue
                yield Edge(site, guess=isinstance(value, Unk), wrap=wrap_of(self._ev, site))
                break
        for at in mention.handed:
            if not _is_inner_partial(site) and self._is_handed(site, at, scope):
                yield from given(self._ev, site, at)

    def _is_handed(self, site: Site, at: int, scope: Scope) -> bool:
        """Whether the function is an argument of the call."""
        values = (v for each in references(arguments_of(site.call)[at]) for v in self._ev.eval(each, site.scope))
        return any(runs(self._ev, value, scope, site) for value in values if not isinstance(value, Unk))

    def handed(self, site: Site, at: int) -> tuple[Edge, ...]:
        """Edges of a function handed to a call in argument `at`, as far as a project helper runs it."""
        return tuple(edge for edge in given(self._ev, site, at) if edge.inner)

    def _of_local(self, scope: Scope) -> Iterator[Edge]:
        """Callers of a nested function or a lambda: uses of its name around it, or the call it is an argument of."""
        parent = scope.parent
        if parent is None:
            return
        root = parent
        while root.parent is not None and root.parent.is_function:
            root = root.parent
        names = self._names_of(scope, root)
        for each in root.tree():
            for site in each.sites:
                func = site.call.func
                if isinstance(func, Name) and self._is_local(func, scope, site.scope, names):
                    yield Edge(site)
                if _is_inner_partial(site):
                    continue
                for at, arg in enumerate(arguments_of(site.call)):
                    if any(self._is_local(each, scope, site.scope, names) for each in references(arg)):
                        yield from given(self._ev, site, at)

    def _is_local(self, name: Expr, scope: Scope, at: Scope, names: set[str]) -> bool:
        if not isinstance(name, Name):
            return name is scope.node
        return name.id in names and any(
            isinstance(value, Fn) and value.scope is scope for value in self._ev.eval(name, at)
        )

    def _names_of(self, scope: Scope, root: Scope) -> set[str]:
        """What a nested function or lambda may be called: its own name, and names that get something made of it."""
        if root not in self._made:
            self._made[root] = list(_made_in(root))
        names = {scope.short} if scope.kind != "lambda" else set[str]()
        for _ in range(RENAMED):
            more = {name for name, words, lambdas in self._made[root] if id(scope.node) in lambdas or words & names}
            if more <= names:
                break
            names |= more
        return names

    def _as_wrapper(self, scope: Scope) -> list[Scope]:
        """Functions for which this nested function stands in, as the wrapper of a decorator of the project."""
        maker = scope.parent.function() if scope.parent is not None else None
        if maker is None or not _returns(maker, scope):
            return []
        outer = maker.parent.function() if maker.parent is not None else None
        if outer is not None and _returns(outer, maker):
            maker = outer
        found: list[Scope] = []
        for module, unit in naming(self._ev.world, maker.short, maker.module.path):
            if unit.kind != "function":
                continue
            other = module.scope(unit.name)
            if other is not None and self.wrappers(other) and any(made is maker for made, _ in self.wrappers(other)):
                found.append(other)
        return found

    def wrappers(self, scope: Scope) -> list[tuple[Scope, tuple[Site, ...]]]:
        """Project decorators on a function: the decorator and the sites inside it that call the function."""
        found: list[tuple[Scope, tuple[Site, ...]]] = []
        for decorator in scope.decorators:
            target = decorator.func if isinstance(decorator, Call) else decorator
            for value in self._ev.eval(target, scope.parent or scope):
                called = self._ev.attribute(value, "__call__")[:1] if isinstance(value, Obj) else (value,)
                if called and isinstance(called[0], Fn):
                    maker = wrapping(self._ev, called[0].scope)
                    found.append((maker, tuple(_decorated(maker))))
                    break
        return found


def _tops(units: Iterable[tuple[Module, Unit]]) -> Iterator[Scope]:
    """The scopes of units, without those that can't be read."""
    found = (module.scope(unit.name) for module, unit in units)
    return (top for top in found if top is not None)


def _made_in(root: Scope) -> Iterator[tuple[str, frozenset[str], frozenset[int]]]:
    """Names that get another name's value or what a call gives, with the names and lambdas in that."""
    for each in root.tree():
        for name, bindings in each.bindings.items():
            for binding in bindings:
                if binding.how == "value" and isinstance(binding.expr, (Name, Call, Lambda)):
                    parts = list(walk(binding.expr))
                    words = frozenset(part.id for part in parts if isinstance(part, Name))
                    yield name, words, frozenset(id(part) for part in parts if isinstance(part, Lambda))


def _decorated(maker: Scope) -> Iterator[Site]:
    """Calls of the decorated function inside a decorator: of its parameter, or of its inner function's parameter."""
    names = {each.params[0].name for each in maker.tree() if each.is_function and each.params}
    names |= {each.name for each in maker.params[1:2] if maker.klass() is not None}
    for each in maker.tree():
        if each is maker:
            continue
        for site in each.sites:
            if isinstance(site.call.func, Name) and site.call.func.id in names:
                yield site


def _returns(maker: Scope, inner: Scope) -> bool:
    return any(isinstance(expr, Name) and expr.id == inner.short for expr in maker.returns)


def _unique(edges: Iterator[Edge]) -> Iterator[Edge]:
    seen: set[tuple[int, tuple[int, ...], bool, int, int]] = set()
    for edge in edges:
        key = (id(edge.site), tuple(id(each) for each in edge.inner), edge.hop, id(edge.target), id(edge.wrap))
        if key not in seen:
            seen.add(key)
            yield edge


def _is_inner_partial(site: Site) -> bool:
    """A `partial(f, …)` that is an argument: f is found again as the argument of the call around it."""
    return is_partial(site.call) and bool(site.frames[-1:]) and site.frames[-1].kind == "arg"


def _makes(func: Expr, word: str) -> bool:
    """An instance that is called where it is made: `Handler()(…)`."""
    return isinstance(func, Call) and name_of(func.func) == word
