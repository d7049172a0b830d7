"""Who calls a function of the project, and through what.

A caller is a call site, or a place that hands the function on: to a thread, to a retry helper, to a decorator's
wrapper. What the function passes through on the way stands in the edge's `inner` sites.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ..read.tree import Attr, Call, Expr, Index, Items, Keyword, Mapping, Name, Star, is_name
from .implicit import PROTOCOLS, accesses, is_property
from .invoke import text_of
from .mappings import item
from .scope import Scope, Site
from .values import Cls, Ext, Fn, Map, Obj, Part, Seq, Unk, Value

if TYPE_CHECKING:
    from .evaluate import Evaluator


class Edge(NamedTuple):
    """One way into a function."""

    site: Site
    """Where the way goes on upwards: the call, or the call the function is handed to."""
    inner: tuple[Site, ...] = ()
    """Calls of the function inside helpers and wrappers between it and the site, innermost first."""
    hop: bool = False
    """It runs in another thread or process, or later."""
    skip: int = 0
    """Arguments of `site` that belong to the helper and not to the function."""
    target: Site | None = None
    """The call whose arguments the function gets, where that isn't `site`."""
    guess: bool = False
    """The receiver is unknown; only the name says so."""
    handed: bool = False
    """The function is an argument of `site`, which isn't a helper of the project."""
    at: int = 0
    """Which argument, positional ones first."""


class Callers:
    """Finds and remembers the edges of every function asked about."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._known: dict[Scope, tuple[Edge, ...]] = {}

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
            yield from self._of_local(scope)
            return
        for word in self._words(scope):
            for site in self._mentions(word, scope):
                yield from self._through(site, scope, word)
        if is_property(scope) or scope.short in PROTOCOLS:
            yield from self._accessed(scope)
        else:
            yield from self._dispatched(scope)

    def _accessed(self, scope: Scope) -> Iterator[Edge]:
        """Reads of a property, and the constructs that run a special method."""
        owner = scope.klass()
        words = [scope.short]
        if owner is not None and scope.short in PROTOCOLS:
            words = [owner.short, *self._instance_names(owner)]
        for each in dict.fromkeys(found for word in words for found in self._bodies(word, scope)):
            yield from (Edge(site) for site in accesses(self._ev, scope, each))

    def _dispatched(self, scope: Scope) -> Iterator[Edge]:
        """Calls of what comes out of a table (`TABLE[name](…)`), or is looked up by a made-up name."""
        words = self._words(scope)
        seen: set[Scope] = set()
        for word in [name for each in words for name in self._tables(each, scope)]:
            for body in self._bodies(word, scope):
                if body not in seen:
                    seen.add(body)
                    yield from (Edge(site) for site in body.sites if self._is_looked_up(site, scope))
        if scope.klass() is not None and "_" in scope.short.strip("_"):
            for body in self._bodies("getattr", scope):
                yield from (Edge(site) for site in body.sites if self._is_made_up(site, scope))

    def _tables(self, word: str, scope: Scope) -> list[str]:
        """Names of the displays that hold the function or class: `TABLE = {"a": word}`, `TABLE["a"] = word`."""
        found: dict[str, None] = {}
        for body in self._bodies(word, scope):
            for name, bindings in body.bindings.items():
                if any(binding.how == "value" and holds(binding.expr, word) for binding in bindings):
                    found[name] = None
            for each in body.sets:
                stored = each.binding.expr
                if stored is not None and (holds(stored, word) or (each.name is None and _name(stored) == word)):
                    found[each.name or _name(each.base)] = None
        return [name for name in found if name]

    def _is_looked_up(self, site: Site, scope: Scope) -> bool:
        """Whether a call is one of anything in a table that holds the function, whatever the key is."""
        for table in _looked_up_in(site):
            values = self._ev.eval(table, site.scope)
            entries = item(self._ev, tuple(value for value in values if isinstance(value, (Map, Seq))), None)
            if any(not isinstance(value, (Unk, Ext)) and self._is(value, scope, site) for value in entries):
                return True
        return False

    def _is_made_up(self, site: Site, scope: Scope) -> bool:
        """`getattr(self, f"cmd_{name}")(…)`, at once or by way of a variable."""
        for lookup in _lookups(site):
            pattern = text_of(self._ev.eval(lookup.args[1], site.scope))
            if len(pattern) > 3 and "\0" in pattern and re.fullmatch(".*".join(map(re.escape, pattern.split("\0"))), scope.short):
                owner = scope.klass()
                for value in self._ev.eval(lookup.args[0], site.scope):
                    if isinstance(value, (Obj, Cls)) and (value.scope is owner or owner in self._bases(value.scope)):
                        return True
        return False

    def _words(self, scope: Scope) -> list[str]:
        owner = scope.klass()
        if owner is not None and scope.short == "__call__":
            return self._instance_names(owner)
        if owner is not None and scope.short in ("__init__", "__new__", "__post_init__"):
            return [owner.short]
        return [scope.short]

    def _instance_names(self, owner: Scope) -> list[str]:
        """Names and attributes of the project that hold an instance of the class or of one it stands in for."""
        family = [owner, *self._bases(owner)]
        found: dict[str, None] = {}
        for klass in family:
            for module, unit in self._ev.world.mentioning(klass.short, klass.module.path):
                top = module.scope(unit.name)
                for scope in top.tree() if top is not None else ():
                    for name in (*scope.bindings, *(each.name for each in scope.sets if each.name)):
                        if name not in found and self._holds(name, scope, family):
                            found[name] = None
        return list(found)

    def _holds(self, name: str, scope: Scope, family: list[Scope]) -> bool:
        values = [*self._ev.name(name, scope)] if name in scope.bindings else []
        for each in scope.sets:
            if each.name == name and each.binding.expr is not None:
                values += self._ev.eval(each.binding.expr, scope)
        return any(isinstance(value, Obj) and value.scope in family for value in values)

    def _mentions(self, word: str, scope: Scope) -> Iterator[Site]:
        """Call sites in units that hold the word and may concern it."""
        for each in self._bodies(word, scope):
            yield from (site for site in each.sites if _concerns(site, word))

    def _bodies(self, word: str, scope: Scope) -> Iterator[Scope]:
        """Bodies that hold the word, in files that may concern the function."""
        owner = scope.klass()
        paths = [scope.module.path, *(base.module.path for base in self._bases(owner))] if owner else [scope.module.path]
        for module, unit in self._ev.world.mentioning(word, *dict.fromkeys(paths), passed_on=owner is not None):
            top = module.scope(unit.name)
            if top is not None:
                yield from top.tree()

    def _through(self, site: Site, scope: Scope, word: str) -> Iterator[Edge]:
        """Edges that one call site makes to the function: a call of it, or an argument that is it."""
        func = site.call.func
        if _name(func) == word or isinstance(func, Name):
            values = self._ev.eval(func, site.scope)
            known = any(isinstance(value, Fn) for value in values)
            for value in values:
                if not (known and isinstance(value, (Unk, Ext))) and self._is(value, scope, site):
                    yield Edge(site, guess=isinstance(value, Unk))
                    break
        for at, arg in enumerate(_arguments(site.call)):
            if _mentions_reference(arg, word):
                yield from self._handed(site, at, arg, scope)

    def _is(self, value: Value, scope: Scope, site: Site) -> bool:
        """Whether calling the value runs the function."""
        match value:
            case Fn(scope=found):
                return found is scope or (found.short == scope.short and self._overrides(scope, found))
            case Part(func=inner):
                return self._is(inner, scope, site)
            case Cls(scope=found):
                owner = scope.klass()
                return scope.short in ("__init__", "__new__", "__post_init__") and owner is not None and (
                    found is owner or owner in self._bases(found)
                )
            case Obj(scope=found):
                owner = scope.klass()
                return scope.short == "__call__" and owner is not None and (
                    found is owner or owner in self._bases(found) or found in self._bases(owner)
                )
            case Unk(path=path):
                return _is_guess(path, scope, site)
            case Ext(path=path) if "()." in path and not self._ev.matcher.is_client(path.rpartition(".")[0]):
                return "_" in scope.short and _is_guess(path, scope, site)  # out of a registry: `bot.get_cog("Index")`
            case _:
                return False

    def _overrides(self, scope: Scope, found: Scope) -> bool:
        """Whether a method that a call resolves to is one that this method implements in a subclass."""
        owner, base = scope.klass(), found.klass()
        return owner is not None and base is not None and base in self._bases(owner)

    def _bases(self, scope: Scope) -> list[Scope]:
        from .attributes import mro

        return mro(self._ev, scope)[1:]

    def _handed(self, site: Site, at: int, arg: Expr, scope: Scope) -> Iterator[Edge]:
        """The function is an argument of the call."""
        if _name(site.call.func) == "partial" and site.frames[-1:] and site.frames[-1].kind == "arg":
            return  # found again as the argument of the call around it
        values = self._ev.eval(_reference(arg), site.scope)
        if not any(self._is(value, scope, site) for value in values if not isinstance(value, Unk)):
            return
        yield from self._given(site, at)

    def handed(self, site: Site, at: int) -> tuple[Edge, ...]:
        """Edges of a function handed to a call in argument `at`, as far as a project helper runs it."""
        return tuple(edge for edge in self._given(site, at) if edge.inner)

    def _given(self, site: Site, at: int) -> Iterator[Edge]:
        """A function handed to a call in argument `at`: where it runs."""
        callees = self._ev.eval(site.call.func, site.scope)
        for callee in callees:
            if isinstance(callee, (Fn, Cls)):
                inner = _entered(callee)
                if inner is None:
                    continue
                param = _param_at(inner, site.call, at)
                if param is None:
                    continue
                for run in self._runs(inner, param, 0):
                    yield Edge(site, (run.site, *run.inner), run.hop, skip=0, target=run.site)
                return
        yield Edge(site, (), is_hop(callees, site), skip=at + 1, handed=True, at=at)

    def _runs(self, scope: Scope, param: str, depth: int) -> Iterator[Edge]:
        """Where a parameter that holds a function is called or handed on."""
        if depth > 4:
            return
        for each in scope.tree():
            for site in each.sites:
                if isinstance(site.call.func, Name) and site.call.func.id == param:
                    yield Edge(site)
                    continue
                for at, arg in enumerate(_arguments(site.call)):
                    if is_name(_reference(arg), param):
                        yield from self._passed_on(site, at, depth)

    def _passed_on(self, site: Site, at: int, depth: int) -> Iterator[Edge]:
        callees = self._ev.eval(site.call.func, site.scope)
        for callee in callees:
            if isinstance(callee, (Fn, Cls)):
                inner = _entered(callee)
                param = _param_at(inner, site.call, at) if inner is not None else None
                if inner is not None and param is not None:
                    for run in self._runs(inner, param, depth + 1):
                        yield Edge(site, (run.site, *run.inner), run.hop)
                return
        yield Edge(site, (), is_hop(callees, site), skip=at + 1, handed=True, at=at)

    def _of_local(self, scope: Scope) -> Iterator[Edge]:
        """Callers of a nested function or a lambda: uses of its name around it, or the call it is an argument of."""
        parent = scope.parent
        if parent is None:
            return
        root = parent
        while root.parent is not None and root.parent.is_function:
            root = root.parent
        for each in root.tree():
            for site in each.sites:
                func = site.call.func
                if isinstance(func, Name) and self._is_local(func, scope, site.scope):
                    yield Edge(site)
                for at, arg in enumerate(_arguments(site.call)):
                    target = _reference(arg)
                    if target is scope.node or (isinstance(target, Name) and self._is_local(target, scope, site.scope)):
                        yield from self._given(site, at)

    def _is_local(self, name: Name, scope: Scope, at: Scope) -> bool:
        if scope.kind != "lambda" and name.id != scope.short:
            found = at.bindings.get(name.id, ())
            if not any(b.how == "value" and isinstance(b.expr, (Name, Call)) for b in found):
                return False
        return any(isinstance(value, Fn) and value.scope is scope for value in self._ev.eval(name, at))

    def _as_wrapper(self, scope: Scope) -> list[Scope]:
        """Functions for which this nested function stands in, as the wrapper of a decorator of the project."""
        maker = scope.parent.function() if scope.parent is not None else None
        if maker is None or not _returns(maker, scope):
            return []
        outer = maker.parent.function() if maker.parent is not None else None
        if outer is not None and _returns(outer, maker):
            maker = outer
        found: list[Scope] = []
        for module, unit in self._ev.world.mentioning(maker.short, maker.module.path):
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
                if isinstance(value, Fn):
                    found.append((value.scope, tuple(_decorated(value.scope))))
                    break
        return found


def _decorated(maker: Scope) -> Iterator[Site]:
    """Calls of the decorated function inside a decorator: of its parameter, or of its inner function's parameter."""
    names = {each.params[0].name for each in maker.tree() if each.is_function and each.params}
    for each in maker.tree():
        if each is maker:
            continue
        for site in each.sites:
            if isinstance(site.call.func, Name) and site.call.func.id in names:
                yield site


def _returns(maker: Scope, inner: Scope) -> bool:
    return any(isinstance(expr, Name) and expr.id == inner.short for expr in maker.returns)


def _unique(edges: Iterator[Edge]) -> Iterator[Edge]:
    seen: set[tuple[int, tuple[int, ...], bool]] = set()
    for edge in edges:
        key = (id(edge.site), tuple(id(each) for each in edge.inner), edge.hop)
        if key not in seen:
            seen.add(key)
            yield edge


def _name(func: Expr) -> str:
    match func:
        case Name(id=name) | Attr(name=name):
            return name
        case _:
            return ""


def _arguments(call: Call) -> list[Expr]:
    return [*call.args, *(each.value for each in call.keywords)]


def _reference(arg: Expr) -> Expr:
    """What an argument hands over: `partial(f, x)` hands over f."""
    match arg:
        case Star(value=value):
            return value
        case Call(func=Name(id="partial") | Attr(name="partial"), args=(func, *_)):
            return func
        case _:
            return arg


def _mentions_reference(arg: Expr, word: str) -> bool:
    return _name(_reference(arg)) == word and not isinstance(_reference(arg), Call)


def _concerns(site: Site, word: str) -> bool:
    if _name(site.call.func) == word:
        return True
    if any(_mentions_reference(arg, word) for arg in _arguments(site.call)):
        return True
    return isinstance(site.call.func, Name) and word not in ("",) and site.scope.bindings.get(site.call.func.id) is not None


def _entered(callee: Fn | Cls) -> Scope | None:
    if isinstance(callee, Fn):
        return callee.scope
    from .attributes import methods

    found = methods(callee.scope, "__init__")
    return found[0] if found else None


def _param_at(scope: Scope, call: Call, at: int) -> str | None:
    """Name of the parameter that argument `at` (positional, then keywords) is passed for."""
    if at >= len(call.args):
        keyword: Keyword = call.keywords[at - len(call.args)]
        return keyword.name
    params = [each for each in scope.params if each.kind == "positional"]
    if scope.klass() is not None and not any(getattr(d, "id", "") == "staticmethod" for d in scope.decorators):
        params = params[1:]
    return params[at].name if at < len(params) else None


HOPS = frozenset({
    "to_thread", "run_in_executor", "run_sync", "run_in_threadpool", "submit", "map", "Thread", "Process", "Timer",
    "apply_async", "apply", "start_soon", "start_new_thread", "delay", "enqueue", "enqueue_in", "add_task", "add_job",
    "sync_to_async", "call_later", "start_background_task", "run_job", "imap", "imap_unordered", "starmap",
    "async_to_sync", "defer", "send_task",
})  # fmt: skip


def is_hop(callees: tuple[Value, ...], site: Site) -> bool:
    """Whether handing a function to this call runs it in another thread, process or later."""
    name = _name(site.call.func)
    return name in HOPS and all(isinstance(value, (Ext, Unk)) or not isinstance(value, (Fn, Cls)) for value in callees)


COMMON = frozenset({
    "run", "get", "call", "main", "create", "send", "start", "process", "execute", "handle", "chat", "complete", "query",
    "generate", "invoke", "ask", "stream", "update", "predict", "embed", "search", "load", "save", "set", "post", "parse",
    "read", "write", "close", "init", "reset", "build", "add", "delete", "open", "next", "items", "setup", "check", "test",
})  # fmt: skip


def _is_guess(path: str, scope: Scope, site: Site) -> bool:
    """A method call on an object of unknown class counts when the name is the project's own and distinctive."""
    if not isinstance(site.call.func, Attr) or scope.klass() is None or scope.short.startswith("__"):
        return False
    if scope.short in COMMON or len(scope.short) < 6:
        return False
    return path.endswith(f".{scope.short}")


def holds(expr: Expr | None, word: str) -> bool:
    """Whether a display, or a display in it, holds the name."""
    match expr:
        case Items(elements=found) | Mapping(values=found):
            return any(_name(each) == word or holds(each, word) for each in found)
        case Call(func=Name(id="func" | "cron") | Attr(name="func" | "cron"), args=(made, *_)):
            return _name(made) == word
        case Call(func=Name(id="dict"), keywords=keywords):
            return any(_name(each.value) == word for each in keywords)
        case _:
            return False


def _looked_up_in(site: Site) -> Iterator[Expr]:
    """The tables out of which the site's callee comes: `T[key](…)`, `T.get(key)(…)`, `for f in T: f(…)`."""
    func = site.call.func
    made = [func]
    if isinstance(func, Name):
        made = [binding.expr for binding in site.scope.bindings.get(func.id, ()) if binding.expr is not None]
    for each in made:
        match each:
            case Index(value=table) | Call(func=Attr(value=table, name="get" | "pop" | "values" | "items")):
                yield table
            case Name() | Attr() if isinstance(func, Name):
                yield each
            case _:
                continue


def _lookups(site: Site) -> Iterator[Call]:
    """`getattr(x, name)` calls whose result the site calls."""
    func = site.call.func
    made = [func]
    if isinstance(func, Name):
        made = [binding.expr for binding in site.scope.bindings.get(func.id, ()) if binding.expr is not None]
    for each in made:
        if isinstance(each, Call) and _name(each.func) == "getattr" and len(each.args) > 1:
            yield each
