"""Cache: whether the same question, asked again, is answered without the model.

In the code that is a decorator, or a place looked up before the call, whose hit makes the call needless, and filled
with the answer. The lookup may stand in a caller: "which of these are not in the cache yet".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..model import Place, Setting
from ..project.edges import Edge
from ..project.scope import Scope, Site
from ..project.uses import Frames, statements
from ..project.values import Ext
from ..read.tree import Assign, Attr, Call, Compare, Const, Expr, If, Index, Name, Statement, walk
from .kept import callee
from .loops import names_in
from .standin import by_data
from .subject import Subject
from .substitutes import leaving, shown

CACHE = re.compile(r"(?i)cache|memo(?:_|$|iz)|lru|redis")
"""Names of what keeps answers."""
ASKED = frozenset({
    "get", "load", "read", "lookup", "fetch", "find", "exists", "is_file", "isfile", "hget", "hexists", "mget", "aget",
    "read_text", "read_bytes", "contains", "has", "check", "get_or_none", "retrieve",
})  # fmt: skip
FILLED = frozenset({
    "set", "setex", "put", "add", "store", "save", "write", "hset", "hmset", "update", "setdefault", "aset", "insert",
    "write_text", "write_bytes", "persist", "dump", "to_json", "to_csv", "set_many", "mset", "psetex",
})  # fmt: skip
WRITES = frozenset({"dump", "persist", "to_json", "to_csv", "save"})
"""Those that are given the place they write to."""
ASKING = re.compile(
    r"(?i)(?:get|load|read|check|lookup|look_up|fetch|find|from|try|query|search|is|has|in)_?\w*cache|cached"
    r"|cache_?(?:get|lookup|hit|load|read)"
)
FILLING = re.compile(
    r"(?i)(?:save|store|set|put|write|add|update|insert|to|dump)_?\w*cache"
    r"|cache_?(?:set|put|save|store|write|answer|result|response|add)|^cache$"
)
OWN = "cache()"
"""What functions of the project are about that say they look into a cache, or fill one."""
MOST = 40
"""Functions on one way up."""
NO = Setting("no")
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
        self._height = 0
        self._tools = {
            (root.partition(".")[0], name.rpartition(".")[2])
            for library in subject.ground.knowledge.libraries
            if library.role == "cache"
            for root in library.imports
            for name in library.uses.get("decorator", ())
        }

    def fact(self) -> Setting:
        """The cache of the subject's call."""
        return self._from(self._subject.own_sites(), _Kept()) or NO

    def _from(self, sites: tuple[Site, ...], kept: _Kept) -> Way:
        for site in sites:
            found = lookup_around(site)
            if found is not None:
                return Setting("yes", found)
            more = _named_caches(site)
            kept = _Kept(kept.asked | more.asked, kept.filled | more.filled)
            if kept.both:
                return Setting("yes", Place(site.scope.module.path, site.line), min(kept.asked & kept.filled))
        return self._above(sites[-1].scope, kept)

    def _above(self, scope: Scope, kept: _Kept) -> Way:
        function = scope
        while function.kind == "class" and function.parent is not None:
            function = function.parent
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
        ways = [self._through(edge, kept) for edge in edges]
        known = [way for way in ways if way is not None]
        return next((way for way in known if way.state == "no"), known[0]) if known else NO

    def _through(self, edge: Edge, kept: _Kept) -> Way:
        return self._from((*edge.inner, edge.site), kept)

    def _decorated(self, function: Scope) -> Way:
        for decorator in function.decorators:
            func = decorator.func if isinstance(decorator, Call) else decorator
            for value in self._ev.eval(func, function.parent or function):
                if isinstance(value, Ext) and self._is_cache(value.path, function):
                    return Setting("yes", Place(function.module.path, function.line), f"@{callee(func)}")
        for wrapper, inner in self._ev.wrappers(function):
            for site in inner:
                found = lookup_around(site)
                if found is not None:
                    return Setting("yes", found, f"decorator {wrapper.short}")
        return None

    def _is_cache(self, path: str, function: Scope) -> bool:
        plain = path.replace("()", "")
        root, name = plain.partition(".")[0], plain.rpartition(".")[2]
        if (root, name) not in self._tools:
            return False
        return not (function.is_async and root in ("functools", "cachetools"))  # they keep the coroutine


def lookup_around(site: Site) -> Place | None:
    """Where the function looks up what a call would give, goes without the call on a hit, and keeps it after."""
    scope = site.scope
    body = tuple(scope.body)
    filled = _filled(scope, site.line, site.call)
    if not filled:
        return None
    for statement, frames in statements(body):
        if isinstance(statement, If) and statement.line <= site.line and _spares(statement, frames, site):
            asked = _asked(statement.test, body, statement.line)
            if asked & filled:
                return Place(scope.module.path, statement.line)
    return None


def _spares(statement: If, frames: Frames, site: Site) -> bool:
    """Whether one way through an `if` makes the call needless: it leaves, or the call is in the other branch."""
    inside = next((frame.part for frame in site.frames if frame.node is statement), None)
    if inside is not None:
        return _is_miss(statement.test) == (inside == "body")
    if statement.line >= site.line:
        return False
    around = {id(frame.node) for frame in site.frames}
    if any(id(frame.node) not in around for frame in frames if frame.kind == "loop"):
        return False
    nested = [each for each, _ in statements(statement.body)]
    return not _is_miss(statement.test) and any(leaving(each) for each in nested)


def _is_miss(test: Expr) -> bool:
    """`if key not in cache`, `if not hit`, `if hit is None`."""
    match test:
        case Compare(ops=(op,), rest=(other,)):
            return op == "not in" or (op in ("is", "==") and isinstance(other, Const) and other.value is None)
        case _:
            return getattr(test, "op", "") == "not"


def _asked(test: Expr, body: tuple[Statement, ...], line: int) -> frozenset[str]:
    """Receivers whose content an `if` looks at, directly or through a name it was put in before."""
    found = set(_looked_up(test))
    names = set(names_in(test))
    for statement, _ in statements(body):
        match statement:
            case Assign(targets=(Name(id=name),), value=value, line=at) if value is not None and name in names:
                found |= set(_looked_up(value)) if at <= line else set()
            case _:
                continue
    return frozenset(found)


def _looked_up(node: Expr) -> Iterator[str]:
    for part in walk(node):
        match part:
            case Compare(left=key, ops=("in" | "not in",), rest=(holder,)):
                yield _slot(holder, key)
            case Call(func=Attr(value=of, name="exists" | "isfile"), args=(path,)) if shown(of) in ("os.path", "path"):
                yield _slot(path)
            case Call(func=Attr(value=holder, name=name), args=args) if name in ASKED:
                yield _slot(holder, args[0] if args else None)
            case Call(func=func) if ASKING.search(callee(func)):
                yield OWN
            case Index(value=holder, key=key):
                yield _slot(holder, key)
            case _:
                continue


def _slot(holder: Expr, key: Expr | None = None) -> str:
    """Where something is kept: a cache by its name alone, anything else by the key as well."""
    name = shown(holder)
    return name if CACHE.search(name.rpartition(".")[2]) else f"{name}[{shown(key) if key is not None else ''}]"


def _filled(scope: Scope, line: int, but: Call | None = None) -> frozenset[str]:
    """What gets something at or after a line."""
    found: set[str] = set()
    for statement, _ in statements(scope.body):
        if isinstance(statement, Assign) and statement.line >= line:
            found |= {_slot(each.value, each.key) for each in statement.targets if isinstance(each, Index)}
    for site in scope.sites:
        if site.line >= line and site.call is not but:
            found |= set(_put(site.call))
    return frozenset(found)


def _put(call: Call) -> Iterator[str]:
    match call:
        case Call(func=Attr(value=holder, name=name), args=args) if name in FILLED:
            yield _slot(holder, args[0] if args and not name.startswith("write") else None)
            yield from (_slot(arg) for arg in args if name in WRITES)
        case Call(func=Name(id="open"), args=(path, Const(value=str() as mode), *_)) if "w" in mode:
            yield _slot(path)
        case Call(func=func) if FILLING.search(callee(func)):
            yield OWN
        case _:
            return


def _named_caches(site: Site) -> _Kept:
    """What the function of a site looks up and fills that is called a cache, wherever in it."""
    asked: set[str] = set()
    for statement, _ in statements(site.scope.body):
        if isinstance(statement, If):
            asked |= _asked(statement.test, (), 0)
    filled = _filled(site.scope, 0)
    return _Kept(_caches(asked), _caches(filled))


def _caches(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if name != OWN and CACHE.search(name.rpartition(".")[2]))
