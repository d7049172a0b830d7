"""What one function looks up and what it fills: places where answers may be kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from ..model import Place
from ..project.edges import arguments_of, name_of
from ..project.scope import Scope, Site
from ..project.uses import Frames, statements
from ..read.tree import (
    Assign,
    Attr,
    Call,
    Compare,
    Const,
    Either,
    Expr,
    If,
    Index,
    Items,
    Mapping,
    Name,
    Return,
    Statement,
    Try,
    Unary,
    Walrus,
    is_name,
    is_none,
    names_in,
    walk,
)
from .substitutes import leaving, shown

CACHE = re.compile(r"(?i)cache|memo(?:_|$|iz)|lru|redis")
"""Names of what keeps answers."""
ASKED = frozenset({
    "get", "load", "read", "lookup", "fetch", "find", "exists", "is_file", "isfile", "hget", "hexists", "mget", "aget",
    "read_text", "read_bytes", "contains", "has", "check", "get_or_none", "retrieve", "get_by_id", "get_by_key",
})  # fmt: skip
FILLED = frozenset({
    "set", "setex", "put", "add", "store", "save", "write", "hset", "hmset", "update", "setdefault", "aset", "insert",
    "write_text", "write_bytes", "persist", "dump", "to_json", "to_csv", "set_many", "mset", "psetex", "upsert",
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
THING = r"(?:cached_|existing_|stored_|saved_)?(\w+?)(?:_(?:by|for|from|of|in|to)_\w+)?$"
LOADING = re.compile(rf"(?i)^_?(?:get|load|read|fetch|find|lookup|retrieve)_{THING}")
KEEPING = re.compile(rf"(?i)^_?(?:put|save|store|set|write|insert|upsert|record|persist)_{THING}")
"""Names of two functions for one thing: what `save_summary(page, text)` keeps, `get_summary(page)` gives."""
STARTS = frozenset({
    "create_task", "ensure_future", "submit", "run_coroutine_threadsafe", "Thread", "Process", "Popen", "spawn",
})  # fmt: skip
"""What gives something that is running."""
CLOCKS = frozenset({"time", "monotonic", "perf_counter", "now", "utcnow"})
"""What says when something was kept."""
PAIR = "()"
"""Begins what two functions of the project are about, one that gives it and one that keeps it."""
OWN = "cache()"
"""What functions of the project are about that say they look into a cache, or fill one."""


class Marks:
    """Lookups and stores of one function, read once."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    @cached_property
    def _filled(self) -> tuple[tuple[str, int, Call | None, Expr | None], ...]:
        """What gets something, in which line, and by which call or which value."""
        found: list[tuple[str, int, Call | None, Expr | None]] = []
        for statement, _ in self._statements:
            if isinstance(statement, Assign):
                slots = [_slot(each.value, each.key) for each in statement.targets if isinstance(each, Index)]
                found += [(slot, statement.line, None, statement.value) for slot in slots]
        for site in self._scope.sites:
            found += [(slot, site.line, site.call, value) for slot, value in _put(site.call)]
        return tuple(found)

    def _is_mark(self, value: Expr | None, line: int, seen: tuple[str, ...] = ()) -> bool:
        """`done[key] = True`, `versions[key] = version`, `{"at": time.time()}`: says that something was done, or when,
        and keeps nothing that was made of the answer of a call in this line."""
        match value:
            case Const():
                return True
            case Name(id=name) if name not in seen:
                made = self._scope.bindings.get(name, ())
                inner = [each for each in made if each.how != "param" and each.line >= line]
                marks = all(each.how == "value" and self._is_mark(each.expr, line, (*seen, name)) for each in inner)
                tested = [frame.node for each in inner for frame in each.frames if frame.kind == "if"]
                marks = marks and all(isinstance(each, If) and self._is_mark(each.test, line, seen) for each in tested)
                return bool(made) and marks and not self._is_filled(name, line)
            case Unary(value=part):
                return self._is_mark(part, line, seen)
            case Compare(left=left, rest=rest):
                return all(self._is_mark(each, line, seen) for each in (left, *rest))
            case Either(parts=parts, test=test):
                return all(self._is_mark(each, line, seen) for each in (*parts, *((test,) if test is not None else ())))
            case Items(elements=parts) | Mapping(values=parts):
                return bool(parts) and all(self._is_mark(each, line, seen) for each in parts)
            case Call(func=func, args=(), keywords=()):
                return name_of(func) in CLOCKS
            case _:
                return False

    def _is_filled(self, name: str, line: int) -> bool:
        """Whether a method of what a variable holds is run from a line on: `chunks.append(chunk)`."""
        sites = (each for each in self._scope.sites if each.line >= line)
        return any(isinstance(each.call.func, Attr) and is_name(each.call.func.value, name) for each in sites)

    def _is_open(self, value: Expr | None) -> bool:
        """`sessions[user] = {"session": session}` with what a `with` opened and will close: something that is running,
        no answer."""
        match value:
            case Name(id=name):
                return any(each.how == "enter" for each in self._scope.bindings.get(name, ()))
            case Items(elements=parts) | Mapping(values=parts):
                return any(self._is_open(each) for each in parts)
            case _:
                return False

    def _is_started(self, value: Expr | None) -> bool:
        """`tasks[user] = create_task(answer())`: an answer only for those who wait for it."""
        match value:
            case Call(func=func):
                return name_of(func) in STARTS
            case Name(id=name):
                made = [each.expr for each in self._scope.bindings.get(name, ()) if each.how == "value"]
                return any(isinstance(each, Call) and name_of(each.func) in STARTS for each in made)
            case _:
                return False

    def _keeps(self, call: Call, site: Site) -> bool:
        """`save_summary(page, text)` with what was made of the answer, and not before it."""
        for part in walk(tuple(arguments_of(call)[1:])):
            if part is site.call:
                return True
            made = self._scope.bindings.get(part.id, ()) if isinstance(part, Name) else ()
            if any(each.how == "value" and each.line >= site.line for each in made):
                return True
        return False

    @cached_property
    def _statements(self) -> tuple[tuple[Statement, Frames], ...]:
        return tuple(statements(self._scope.body))

    @cached_property
    def _tests(self) -> tuple[tuple[If, Frames, frozenset[str]], ...]:
        """Every `if`, with what it looks at directly or through a name that was given it before."""
        through: dict[str, list[tuple[int, frozenset[str]]]] = {}
        for statement, _ in self._statements:
            match statement:
                case Assign(targets=(Name(id=name),), value=value, line=line) if value is not None:
                    through.setdefault(name, []).append((line, frozenset(_looked_up(value))))
                case _:
                    continue
        found: list[tuple[If, Frames, frozenset[str]]] = []
        for statement, frames in self._statements:
            if isinstance(statement, If):
                asked = set(_looked_up(statement.test))
                for name in names_in(statement.test):
                    asked |= {slot for line, slots in through.get(name, ()) if line <= statement.line for slot in slots}
                found.append((statement, frames, frozenset(asked)))
        return tuple(found)

    def around(self, site: Site) -> Place | None:
        """Where the function looks up what a call would give, goes without the call on a hit, and keeps it after."""
        filled = {
            slot: self._is_started(value)
            for slot, line, call, value in self._filled
            if line >= site.line and call is not site.call
            if not self._is_mark(value, site.line) and not self._is_open(value)
            if not slot.startswith(PAIR) or (call is not None and self._keeps(call, site))
        }
        for statement, frames, asked in self._tests if filled else ():
            hits = {slot for slot in asked & filled.keys() if not slot.startswith(PAIR) or _gives_it(statement)}
            if hits and all(filled[slot] for slot in hits) and not _gives(statement):
                continue
            if statement.line <= site.line and hits and _spares(statement, frames, site):
                return Place(self._scope.module.path, statement.line)
        for tried, _ in self._statements if filled else ():
            if isinstance(tried, Try) and _is_spared(tried, site) and not filled.keys().isdisjoint(_taken(tried)):
                return Place(self._scope.module.path, tried.line)
        return None

    def gives_back(self, where: Place) -> bool:
        """Whether the test in a line gives back what is kept, and doesn't only go without the call."""
        return any(_gives(test) for test, *_ in self._tests if test.line == where.line)

    def asked(self, line: int) -> frozenset[str]:
        """Caches, by their name, that a test looks at before a line is come to."""
        return _caches(slot for test, _, asked in self._tests if test.line <= line for slot in asked)

    def filled(self, site: Site) -> frozenset[str]:
        """Caches, by their name, that get something where such a call is made or behind it: this one, or the one that
        is made in its place where there is a cache."""
        first = min(site.line, self._first.get(name_of(site.call.func), site.line))
        return _caches(slot for slot, at, *_ in self._filled if at >= first)

    @cached_property
    def _first(self) -> dict[str, int]:
        """By the last name of what is called, the line of its first call."""
        found: dict[str, int] = {}
        for site in self._scope.sites:
            name = name_of(site.call.func)
            found[name] = min(site.line, found.get(name, site.line))
        return found


def _spares(statement: If, frames: Frames, site: Site) -> bool:
    """Whether one way through an `if` makes the call needless: it leaves, or the call is in the other branch alone."""
    inside = next((frame.part for frame in site.frames if frame.node is statement), None)
    if inside is not None:
        beside = statement.orelse if inside == "body" else statement.body
        again = any(isinstance(each, Call) and shown(each.func) == shown(site.call.func) for each in walk(beside))
        return _is_miss(statement.test) == (inside == "body") and not again
    if statement.line >= site.line:
        return False
    around = {id(frame.node) for frame in site.frames}
    if any(id(frame.node) not in around for frame in frames if frame.kind == "loop"):
        return False
    nested = [each for each, _ in statements(statement.body)]
    return not _is_miss(statement.test) and any(leaving(each) for each in nested)


def _is_spared(tried: Try, site: Site) -> bool:
    """Whether a call is made only where what is tried fails: in its handler, or behind it where it gives something."""
    inside = next((frame.part for frame in site.frames if frame.node is tried), None)
    behind = inside is None and tried.line < site.line and isinstance(tried.body[-1], Return)
    return inside == "handler" or behind


def _taken(tried: Try) -> Iterator[str]:
    """What is looked up by the one statement that is tried: `try: return cache[key]`."""
    match tried.body:
        case (Assign(value=value) | Return(value=value),) if value is not None:
            yield from _looked_up(value)
        case _:
            return


def _gives(statement: If) -> bool:
    """Whether something that isn't written there is given back in the branch of a test."""
    returned = (each.value for each, _ in statements(statement.body) if isinstance(each, Return))
    return any(each is not None and not isinstance(each, Const) for each in returned)


def _gives_it(statement: If) -> bool:
    """Whether a test is of whether there is something, and what there is is used in the call's place: `if kept: return
    kept`, `if kept is None: kept = ask()`, but not `if used and used > most: return "No more"`."""
    if not _asks_for_it(statement.test):
        return False
    inside = [each for each, _ in statements(statement.body)]
    if _is_miss(statement.test) and any(map(leaving, inside)):
        return True
    used = (each.targets if isinstance(each, Assign) else () for each in inside)
    names = names_in(tuple(used) if _is_miss(statement.test) else statement.body)
    return not set(names_in(statement.test)).isdisjoint(names)


def _asks_for_it(test: Expr) -> bool:
    """Whether a test is of whether there is something: `if kept:`, `if kept is not None and not force:`."""
    match test:
        case Name() | Walrus():
            return True
        case Unary(op="not", value=value):
            return _asks_for_it(value)
        case Compare(ops=("is" | "is not" | "==" | "!=",), rest=(other,)):
            return is_none(other)
        case Either(op="and" | "or", parts=parts):
            return any(map(_asks_for_it, parts))
        case _:
            return False


def _is_miss(test: Expr) -> bool:
    """`if key not in cache`, `if not hit`, `if hit is None or force`."""
    match test:
        case Either(op="or", parts=parts):
            return any(map(_is_miss, parts))
        case Compare(ops=(op,), rest=(other,)):
            return op == "not in" or (op in ("is", "==") and isinstance(other, Const) and other.value is None)
        case _:
            return getattr(test, "op", "") == "not"


def _looked_up(node: Expr) -> Iterator[str]:
    for part in walk(node):
        match part:
            case Compare(left=key, ops=("in" | "not in",), rest=(holder,)):
                yield _slot(holder, key)
            case Call(func=Attr(value=of, name="exists" | "isfile"), args=(path,)) if shown(of) in ("os.path", "path"):
                yield _slot(path)
            case Call(func=Attr(value=holder, name=name), args=args) if name in ASKED:
                yield _slot(holder, args[0] if args else None)
            case Call(func=func) if ASKING.search(name_of(func)):
                yield OWN
            case Call() as call if (thing := LOADING.search(name_of(call.func))) is not None:
                yield from _of_pair(thing[1], call)
            case Index(value=holder, key=key):
                yield _slot(holder, key)
            case _:
                continue


def _slot(holder: Expr, key: Expr | None = None) -> str:
    """Where something is kept: a cache by its name alone, anything else by the key as well."""
    name = shown(holder)
    return name if _is_cache(holder) else f"{name}[{shown(key) if key is not None else ''}]"


def _is_cache(holder: Expr) -> bool:
    return CACHE.search(shown(holder).rpartition(".")[2]) is not None


def _put(call: Call) -> Iterator[tuple[str, Expr | None]]:
    """Where a call keeps something, and what, as far as that is told apart from the key."""
    match call:
        case Call(func=Attr(name="setdefault"), args=(_, Mapping(keys=()) | Items(elements=()))):
            return
        case Call(func=Attr(value=holder, name="add"), args=(_,), keywords=()) if not _is_cache(holder):
            return  # a set holds what was asked, to skip it the next time, and no answer
        case Call(func=Attr(value=holder, name=name), args=(Mapping(keys=(_, *_)) as put, *_)) if name in FILLED:
            for key, value in zip(put.keys, put.values, strict=True):
                if key is not None:
                    yield _slot(holder, key), value
        case Call(func=Attr(value=holder, name=name), args=args) if name in FILLED:
            kept = Items("tuple", args[1:]) if len(args) > 1 and not call.keywords else None
            yield _slot(holder, args[0] if args and not name.startswith("write") else None), kept
            yield from ((_slot(arg), None) for arg in args if name in WRITES)
        case Call(func=Name(id="open"), args=(path, Const(value=str() as mode), *_)) if "w" in mode:
            yield _slot(path), None
        case Call(func=func) if FILLING.search(name_of(func)):
            yield OWN, None
        case Call() if (thing := KEEPING.search(name_of(call.func))) is not None:
            yield from ((slot, None) for slot in _of_pair(thing[1], call))
        case _:
            return


def _of_pair(thing: str, call: Call) -> Iterator[str]:
    """Where one of two functions keeps a thing, by the key that both are given first."""
    yield from (f"{PAIR}{thing.lower()}[{shown(key)}]" for key in arguments_of(call)[:1] if shown(key))


def _caches(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if name != OWN and CACHE.search(name.rpartition(".")[2]))
