"""What carries a function on before it is run: a list it stands in, a factory that returns it, an attribute or a table
that keeps it.

Names are followed first, cheaply; whether the function is really in what a name stands for, the evaluator says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ..read.tree import Attr, Await, Binary, Call, Comp, Either, Expr, Index, Items, Mapping, Name, Star, is_name
from .attributes import fields_of, methods
from .edges import ALL, Edge, arguments_of, name_of
from .handed import entered, given, name_uses, param_at
from .identity import is_called, overrides
from .lineage import mro
from .mappings import item
from .scope import Scope, Site
from .values import Cls, Ext, Fn, Map, Mod, Obj, Part, Prm, Seq, Unk, Value, Values

if TYPE_CHECKING:
    from .evaluate import Evaluator
    from .world import Module

Bodies = Callable[[str], Iterator[Scope]]
"""The bodies that hold a word and may concern the function asked about."""
DEEPEST = 4
"""Names that carry a function on to one another, and helpers that hand it on."""
MOST = 16
FILLING = frozenset({"append", "add", "insert", "appendleft", "setdefault"})
"""Methods that put their argument into a container."""
PASSING = frozenset({"value", "element"})
"""How a name gets what it passes on: it is set to it, or a loop gives it one after the other."""
DISPLAYS = frozenset({"list", "tuple", "set", "dict", "sorted", "frozenset"})


class Kept(NamedTuple):
    """Where a function stays that was handed to a helper: an attribute of a class, or a table."""

    name: str
    owner: Scope
    """The class of the attribute, or the function that fills the table."""
    is_table: bool
    is_sure: bool = False
    """A decorator keeps it: what it decorates isn't seen where the attribute is read."""


def carried(ev: Evaluator, scope: Scope, around: Iterable[Scope], bodies: Bodies) -> Iterator[Edge]:
    """Where the function is called, or handed on, under the name of something that carries it; `around` are the bodies
    that can name it itself."""
    for name in _carriers(ev, scope, around, bodies):
        for body in bodies(name):
            for site in ev.world.once(_sites, body).get(name, ()):
                yield from _at(ev, scope, name, site)


def packed(ev: Evaluator, scope: Scope, around: Iterable[Scope], bodies: Bodies) -> Iterator[Edge]:
    """Where helpers of the project are handed a list with a function that stands in another: they run it while that one
    runs, since nobody else knows it."""
    for name in (*_carriers(ev, scope, around, bodies), scope.short):
        for body in bodies(name):
            for site in ev.world.once(_sites, body).get(name, ()):
                for at, arg in enumerate(arguments_of(site.call)):
                    listed = (each for each in ev.eval(arg, site.scope) if isinstance(each, (Seq, Map)))
                    if name in dict(_handed_on(arg)) and _holds(ev, tuple(listed), scope):
                        yield from _unpacked(ev, site, at)


def _unpacked(ev: Evaluator, site: Site, at: int) -> Iterator[Edge]:
    """Where a helper runs what it is given in a list: what that is called in there says so, or else nothing does."""
    for callee in ev.eval(site.call.func, site.scope):
        helper = entered(callee) if isinstance(callee, (Fn, Cls)) else None
        param = param_at(helper, site.call, at) if helper is not None else None
        runs = list(_runs_of_list(ev, helper, param)) if helper is not None and param is not None else []
        for run in runs:
            yield Edge(site, (run.site, *run.inner), run.hop, skip=ALL)
        if helper is not None and not runs:
            yield Edge(site, hop=True, skip=ALL)


def _runs_of_list(ev: Evaluator, helper: Scope, param: str) -> Iterator[Edge]:
    names = {param}
    for body in helper.tree():
        for name, bindings in body.bindings.items():
            passed = (each for each in bindings if each.how in PASSING and each.unpack in ((), (0,)))
            if any(names & set(dict(_handed_on(each.expr))) for each in passed if each.expr is not None):
                names.add(name)
    for body in helper.tree():
        for site in body.sites:
            if _called(site.call.func) in names:
                yield Edge(site)
            for at, arg in enumerate(arguments_of(site.call)):
                if names & set(dict(_handed_on(arg))):
                    yield from given(ev, site, at)


def _at(ev: Evaluator, scope: Scope, name: str, site: Site) -> Iterator[Edge]:
    func = site.call.func
    if _called(func) == name and any(_runs(ev, value, scope) for value in ev.eval(func, site.scope)):
        yield Edge(site)
    for at, arg in enumerate(arguments_of(site.call)):
        if name in dict(_handed_on(arg)) and _holds(ev, ev.eval(arg, site.scope), scope):
            yield from given(ev, site, at)


def _sites(body: Scope) -> dict[str, list[Site]]:
    """The calls of a body by the names that carry what they call, or what they are given."""
    found: dict[str, list[Site]] = {}
    for site in body.sites:
        handed = (word for arg in arguments_of(site.call) for word, _ in _handed_on(arg))
        for word in dict.fromkeys((_called(site.call.func), *handed)):
            found.setdefault(word, []).append(site)
    return found


def _called(func: Expr) -> str:
    """The name in `name(…)`, `x.name(…)`, `name[key](…)`, `name(…)(…)`."""
    match func:
        case Index(value=value) | Call(func=value) | Await(value=value):
            return name_of(value)
        case _:
            return name_of(func)


def _carriers(ev: Evaluator, scope: Scope, around: Iterable[Scope], bodies: Bodies) -> Iterator[str]:
    seen: set[str] = set()
    queue = [(scope.short, 0)]
    while queue:
        word, depth = queue.pop(0)
        for body in bodies(word) if depth else around:
            for name, expr, once_called in ev.world.once(_takers, body).get(word, ()):
                if (once_called and not depth) or not name or name in seen or (not depth and name == scope.short):
                    continue
                if len(seen) < MOST and _holds(ev, ev.eval(expr, body), scope):
                    seen.add(name)
                    yield name
                    if depth < DEEPEST:
                        queue.append((name, depth + 1))


def _takers(body: Scope) -> dict[str, list[tuple[str, Expr, bool]]]:
    """By each word, the names that get something of which it is a part, and the functions that return it; and whether
    that is only what calling it gives."""
    found: dict[str, list[tuple[str, Expr, bool]]] = {}
    for name, expr in _given(body):
        words: dict[str, bool] = {}
        for word, once_called in _handed_on(expr):
            words[word] = words.get(word, True) and once_called
        for word, once_called in words.items():
            found.setdefault(word, []).append((name, expr, once_called))
    return found


def _given(body: Scope) -> Iterator[tuple[str, Expr]]:
    """What gets what in a body; what it returns gets its own name. Of what a loop gives, that is tasks, functions with
    what they are to be given: `for run, day in tasks`, `submit(*task)`."""
    spread = {name_of(arg.value) for site in body.sites for arg in site.call.args if isinstance(arg, Star)}
    for name, bindings in body.bindings.items():
        passing = (e for e in bindings if e.how == "value" or (e.how == "element" and (e.unpack or name in spread)))
        yield from ((name, each.expr) for each in passing if each.expr is not None)
    for put in body.sets:
        if put.binding.expr is not None:
            yield put.name or name_of(put.base), put.binding.expr
    yield from ((body.short, expr) for expr in (body.returns if body.kind == "function" else ()))


def _handed_on(expr: Expr) -> Iterator[tuple[str, bool]]:
    """The words that an expression hands on, each with whether it is what calling that gives."""
    match expr:
        case Name() | Attr():
            yield name_of(expr), False
        case Await(value=value) | Star(value=value) | Index(value=value):
            yield from _handed_on(value)
        case Items(elements=parts) | Mapping(values=parts) | Either(parts=parts):
            for each in parts:
                yield from _handed_on(each)
        case Comp(element=element):
            yield from _handed_on(element)
        case Binary(op="+", left=left, right=right):
            yield from _handed_on(left)
            yield from _handed_on(right)
        case Call(func=Name(id=name), args=args) if name in DISPLAYS:
            for each in args:
                yield from _handed_on(each)
        case Call(func=func):
            if isinstance(func, Attr) and func.name in ("get", "pop"):
                yield from _handed_on(func.value)
            yield name_of(func), True
        case _:
            pass


def _runs(ev: Evaluator, value: Value, scope: Scope) -> bool:
    """Whether a value, where it is called, runs the function."""
    match value:
        case Fn(scope=found):
            return found is scope or overrides(ev, scope, value)
        case Obj(scope=found):
            return is_called(ev, found, scope)
        case Part(func=inner):
            return _runs(ev, inner, scope)
        case _:
            return False


def _holds(ev: Evaluator, values: Values, scope: Scope, depth: int = 0) -> bool:
    """Whether the values are the function or displays with it."""
    for value in values:
        if _runs(ev, value, scope):
            return True
        if isinstance(value, (Seq, Map)) and depth < 3 and _holds(ev, item(ev, (value,), None), scope, depth + 1):
            return True
    return False


def kept_by(ev: Evaluator, site: Site, at: int) -> Iterator[Kept]:
    """Where a function stays that is argument `at` of a call of a helper of the project."""
    yield from _kept_by(ev, site, at, set(), 0)


def _kept_by(ev: Evaluator, site: Site, at: int, seen: set[tuple[Scope, str]], depth: int) -> Iterator[Kept]:
    for callee in ev.eval(site.call.func, site.scope) if depth < DEEPEST else ():
        if not isinstance(callee, (Fn, Cls)):
            continue
        inner = entered(callee)
        if inner is None:
            name = _field_at(ev, callee.scope, site.call, at)
            if name is not None:
                yield Kept(name, callee.scope, is_table=False)
            continue
        param = param_at(inner, site.call, at)
        if param is not None:
            yield from _kept_of(ev, inner, param, seen, depth)


def _field_at(ev: Evaluator, owner: Scope, call: Call, at: int) -> str | None:
    """The field of a dataclass, or of a model, that an argument of its constructor fills."""
    if at >= len(call.args):
        return call.keywords[at - len(call.args)].name
    fields = fields_of(ev, owner)
    return fields[at] if at < len(fields) else None


def kept_of(ev: Evaluator, inner: Scope, param: str) -> Iterator[Kept]:
    """Where a parameter of a function of the project stays."""
    yield from _kept_of(ev, inner, param, set(), 0)


def _kept_of(ev: Evaluator, inner: Scope, param: str, seen: set[tuple[Scope, str]], depth: int) -> Iterator[Kept]:
    """`seen`: parameters that have been looked into, since helpers hand them to one another in circles."""
    if (inner, param) in seen:
        return
    seen.add((inner, param))
    for body in inner.tree():
        for each in body.sets:
            if is_name(each.binding.expr, param):
                owner = _class_of(body) if each.name is not None else None
                yield Kept(each.name or name_of(each.base), owner or body, is_table=each.name is None)
        for site, at in ev.world.once(name_uses, body).get(param, ()):
            func = site.call.func
            if at < 0 or not is_name(arguments_of(site.call)[at], param):
                continue
            if isinstance(func, Attr) and func.name in FILLING:
                yield Kept(name_of(func.value), body, is_table=True)
            else:
                yield from _kept_by(ev, site, at, seen, depth + 1)


def _class_of(body: Scope) -> Scope | None:
    at: Scope | None = body
    while at is not None and at.klass() is None:
        at = at.parent
    return at.klass() if at is not None else None


def of_kept(ev: Evaluator, kept: Kept, scope: Scope, bodies: Iterator[Scope]) -> Iterator[Edge]:
    """Where what stays there is called, or handed on."""
    for body in bodies:
        for site in body.sites:
            func = site.call.func
            if kept.is_table:
                table = _table_of(site, kept.name)
                if table is not None and _is_near(ev, kept, site, table):
                    yield Edge(site)
                continue
            if isinstance(func, Attr) and func.name == kept.name and _is_kept(ev, func, kept, scope, site):
                yield Edge(site)
            for at, arg in enumerate(arguments_of(site.call)):
                if isinstance(arg, Attr) and arg.name == kept.name and _is_kept(ev, arg, kept, scope, site):
                    yield from given(ev, site, at)


def _is_kept(ev: Evaluator, node: Attr, kept: Kept, scope: Scope, site: Site) -> bool:
    """Whether an attribute is the one that keeps the function; where nothing says what is in it, its class decides."""
    values = ev.eval(node, site.scope)
    if any(_runs(ev, value, scope) for value in values):
        return True
    known = not kept.is_sure and not all(isinstance(value, (Unk, Prm, Ext)) for value in values)
    if known or kept.owner.kind != "class":
        return False
    owners = [base.scope for base in ev.eval(node.value, site.scope) if isinstance(base, Obj)]
    return any(_is_kin(ev, each, kept.owner) for each in owners)


def _is_kin(ev: Evaluator, one: Scope, two: Scope) -> bool:
    return one is two or one in mro(ev, two) or two in mro(ev, one)


def _is_near(ev: Evaluator, kept: Kept, site: Site, table: Expr) -> bool:
    """A table of the same class, of the same module, or of one that it is imported from."""
    own, other = _class_of(kept.owner), _class_of(site.scope)
    if own is not None and other is not None:
        return own is other
    if kept.owner.module is site.scope.module:
        return True
    home = _home(ev, kept.name, kept.owner.module) if own is None else None
    if home is None or not isinstance(table, Attr):
        return home is not None and _home(ev, kept.name, site.scope.module, site.scope) is home
    return any(isinstance(value, Mod) and value.module is home for value in ev.eval(table.value, site.scope))


def _home(ev: Evaluator, name: str, module: Module, scope: Scope | None = None, *, left: int = 3) -> Module | None:
    """The module in which a name is set that a module has, itself or by imports."""
    bindings = (*(scope.bindings.get(name, ()) if scope is not None else ()), *module.top.bindings.get(name, ()))
    taken = next((each for each in bindings if each.how == "import" and each.attr is not None), None)
    if taken is None or taken.attr is None:
        return module if bindings else None
    path = ev.world.locate(taken.module or "", taken.level, module.path)
    above = ev.world.module(path) if path is not None and left else None
    return _home(ev, taken.attr, above, left=left - 1) if above is not None else None


def _table_of(site: Site, name: str) -> Expr | None:
    """`TABLE[key](…)`, `TABLE.get(key)(…)`, `for f in TABLE: f(…)`, also where the function was given a name first."""
    func = site.call.func
    made = [func]
    if isinstance(func, Name):
        made += [each.expr for each in site.scope.bindings.get(func.id, ()) if each.expr is not None]
    for each in made:
        match each:
            case Index(value=table) | Call(func=Attr(value=table, name="get" | "pop" | "values" | "items")):
                if name_of(table) == name:
                    return table
            case Name() | Attr() if each is not func:
                if name_of(each) == name:
                    return each
            case _:
                continue
    return None


def decorated(ev: Evaluator, scope: Scope) -> Iterator[Kept]:
    """Where decorators of the project keep the function."""
    for decorator in scope.decorators:
        made = isinstance(decorator, Call)
        for value in ev.eval(decorator.func if isinstance(decorator, Call) else decorator, scope.parent or scope):
            for each in _takers_of(value.scope, made=made) if isinstance(value, Fn) else ():
                params = each.params[1:] if each.klass() is not None else each.params
                for kept in kept_of(ev, each, params[0].name) if params else ():
                    yield kept._replace(is_sure=True)


def _takers_of(maker: Scope, *, made: bool) -> list[Scope]:
    """The functions that are given what is decorated: the decorator, or what it returns where it takes arguments."""
    if not made:
        return [maker]
    names = {name_of(expr) for expr in maker.returns}
    return [each for each in maker.children if each.kind == "function" and each.short in names]


def instances(ev: Evaluator, scope: Scope, bodies: Bodies) -> Iterator[Edge]:
    """Where a new instance is handed on as a function (`app.event("message")(Handler(bot))`), for what that runs."""
    owner = scope.klass()
    if owner is None or not methods(owner, scope.short):
        return
    for body in bodies(owner.short):
        for site in body.sites:
            for at, arg in enumerate(arguments_of(site.call)):
                made = ev.eval(arg, site.scope) if isinstance(arg, Call) and name_of(arg.func) == owner.short else ()
                if any(_runs(ev, value, scope) for value in made):
                    yield from given(ev, site, at)
