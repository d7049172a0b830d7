"""What `value.name` can be."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator

from ..read.tree import Attr, Expr, Function, Name, is_none
from .annotations import clients, instances, is_foreign
from .edges import name_of
from .inherited import by_own_method
from .lineage import behind, foreign_bases, mro
from .lists import added
from .madeup import lazily
from .mappings import named
from .names import bound, local, member
from .scope import AttrSet, Scope
from .shared import shared
from .there import is_dead
from .values import (
    Cfg,
    Cls,
    Eval,
    Ext,
    Fn,
    Kw,
    Lit,
    Map,
    Mod,
    Obj,
    Part,
    Prm,
    Seq,
    Sup,
    Text,
    Unk,
    Value,
    Values,
    union,
)

PROPERTIES = {"property", "cached_property", "hybrid_property", "classproperty", "computed_field"}
SETTINGS = {"BaseSettings", "Settings", "Config", "Dynaconf"}


def attribute(ev: Eval, value: Value, name: str) -> Values:
    """The values of an attribute of one value."""
    match value:
        case Ext(path=path, inside=inside) if inside and ev.matcher.typed(path.removesuffix("()")) == name:
            return inside
        case Ext(path=path) | Unk(path=path):
            return shared(ev, value, name) or (value._replace(path=f"{path}.{name}"),)
        case Mod():
            return _of_module(ev, value, name)
        case Obj(scope=scope) | Cls(scope=scope):
            return of_class(ev, scope, name, value)
        case Sup(scope=scope, bound=bound_to):
            return _of_super(ev, scope, name, bound_to)
        case Map():
            return named(ev, value, name)
        case Cfg(origin=origin):
            return (Cfg(origin),)
        case Prm(param=param):
            return shared(ev, value, name) or (Unk(f"?{param.name}.{name}"),)
        case Lit(value=str()) if name == "value":  # of an enum's member
            return (value,)
        case Fn(scope=scope) if scope.decorators:
            return _of_decorated(ev, scope, name) or (Unk(f"?.{name}"),)
        case Fn() | Part() | Lit() | Text() | Seq() | Kw():
            return (Unk(f"?.{name}"),)


def _of_super(ev: Eval, scope: Scope, name: str, bound_to: Obj) -> Values:
    """What `super().name` of a class can be: the next method in the order of bases of that class, or of one below it,
    which may have put a class beside it; else what another package's base has."""
    line = (behind(ev, each, scope) for each in (scope, *ev.subclasses(scope)))
    found = (next((here for owner in each if (here := _own(ev, owner, name, bound_to))), ()) for each in line)
    foreign = (attribute(ev, _as_instance(base), name) for base in foreign_bases(ev, scope))
    values = union(*dict.fromkeys(found), *foreign)
    led = "" if any(isinstance(each, Fn) for each in values) else led_to(ev, scope, name, by_super=True)
    return of_class(ev, scope, led, Obj(scope)) if led else values or (Unk(f"?.{name}"),)


def _of_module(ev: Eval, value: Mod, name: str) -> Values:
    module = value.module
    found = member(ev, module, name)
    if found is not None:
        open_ended = _only_placeholders(found) or all(isinstance(each, Lit) for each in found)
        return union(found, _set_from_outside(ev, value, name)) if open_ended else found
    inner = ev.world.locate(".".join((*module.package, name)), 0, module.path) if module.is_package else None
    sub = ev.world.module(inner) if inner else None
    return (Mod(sub),) if sub is not None else (Unk(f"?.{name}"),)


def _set_from_outside(ev: Eval, value: Mod, name: str) -> Values:
    """What other modules put into a name of the module (`state.client = …`)."""
    return _put(ev, _assigned(ev, value.module.path, name, lambda held: value in held))


def set_outside(ev: Eval, owner: Scope, name: str) -> Iterator[tuple[AttrSet, Scope]]:
    """Assignments to an attribute of a class's objects, wherever one is at hand (`runtime.llm = ChatOllama()`)."""

    def holds(held: Values) -> bool:
        return any(isinstance(each, (Obj, Cls)) and owner in mro(ev, each.scope) for each in held)

    return _assigned(ev, owner.module.path, name, holds)


def _assigned(ev: Eval, near: str, name: str, wanted: Callable[[Values], bool]) -> Iterator[tuple[AttrSet, Scope]]:
    for module, unit in ev.world.setting(name, near):
        top = module.scope(unit.name)
        for scope in top.tree() if top is not None else ():
            for each in scope.sets:
                if each.name == name and each.binding.how != "annotated" and wanted(ev.eval(each.base, scope)):
                    yield each, scope


def _put(ev: Eval, found: Iterable[tuple[AttrSet, Scope]]) -> Values:
    return union(*(ev.eval(each.binding.expr, scope) for each, scope in found if each.binding.expr is not None))


def _of_decorated(ev: Eval, scope: Scope, name: str) -> Values:
    """A member of what another package's decorator made of a function (`@click.group()` gives `.command`)."""
    found: list[Values] = []
    for decorator in scope.decorators:
        made = ev.eval(decorator, scope.parent or scope)
        found.append(tuple(Ext(f"{v.path}.{name}", v.sites) for v in made if isinstance(v, Ext)))
    return union(*found)


def _as_instance(base: Value) -> Value:
    match base:
        case Cls(scope=scope):
            return Obj(scope)
        case Ext(path=path, sites=sites):
            return Ext(f"{path}()", sites)
        case _:
            return base


def of_class(ev: Eval, scope: Scope, name: str, receiver: Obj | Cls) -> Values:
    """A member of a class or of its instances; an instance without a site may be of any subclass."""
    from .built import constructed

    groups: list[Values] = []
    if found := constructed(ev, scope, name, receiver):
        return found
    for owner in mro(ev, scope):
        if found := _own(ev, owner, name, receiver):
            groups.append(found)
            if not _only_placeholders(found):
                break
    values = union(*groups)
    if isinstance(receiver, Cls) or receiver.site is None:
        below = [_own(ev, sub, name, receiver) for sub in ev.subclasses(scope)]
        values = union(values, *below) or _of_siblings(ev, scope, name, receiver)
    if values and not _only_placeholders(values) and not _only_declared(values):
        return values
    outside = ev.remember(scope, f"{name} from outside", lambda: _put(ev, set_outside(ev, scope, name))) or ()
    if outside and not _only_placeholders(outside):
        return outside
    dynamic = ev.remember(scope, f"{name} made up", lambda: _dynamic(ev, scope, name)) or ()
    made = union(_of_foreign_bases(ev, scope, name, receiver), values, dynamic)
    gathered = _gathered(ev, scope, name) if name in ev.matcher.gathered else ()
    return gathered or made or (Unk(f"?.{name}"),)


def _of_siblings(ev: Eval, scope: Scope, name: str, receiver: Obj | Cls) -> Values:
    """What a mixin uses of the classes it is put together with."""
    own = mro(ev, scope)
    others = dict.fromkeys(each for sub in ev.subclasses(scope) for each in mro(ev, sub) if each not in own)
    return union(*(_own(ev, each, name, receiver) for each in others))


def _only_placeholders(values: Values) -> bool:
    return all(isinstance(value, (Unk, Prm)) or (isinstance(value, Lit) and value.value is None) for value in values)


def _only_declared(values: Values) -> bool:
    """Whether only annotations tell of it: objects of other packages that are made nowhere."""
    return all(isinstance(value, Ext) and not value.sites and value.path.endswith("()") for value in values)


def _of_foreign_bases(ev: Eval, scope: Scope, name: str, receiver: Obj | Cls) -> Values:
    sites = (receiver.site,) if isinstance(receiver, Obj) and receiver.site is not None else ()
    call = "()" if isinstance(receiver, Obj) else ""
    found = [base for base in foreign_bases(ev, scope) if not base.path.startswith(("builtins.", "typing.", "abc."))]
    if any(base.path.rpartition(".")[2] in SETTINGS for base in found):
        return (Cfg("settings"),)
    if led := led_to(ev, scope, name):
        return of_class(ev, scope, led, receiver)
    if stepped := steps_by(ev, scope, name):
        return tuple(map(Fn, stepped))
    return tuple(Ext(f"{base.path}{call}.{name}", sites) for base in found)


def led_to(ev: Eval, scope: Scope, name: str, *, by_super: bool = False) -> str:
    """The method of a class, or of a project class above or below, that runs by a method of another package's base."""
    rules = [ev.matcher.leads(base.path) for base in foreign_bases(ev, scope)]
    rules += [ev.matcher.hooks(base.path) for base in foreign_bases(ev, scope)] if by_super else []
    found = [led for rule in rules if (led := rule.get(name, ""))]
    family = (*mro(ev, scope), *ev.subclasses(scope)) if found else ()
    return next((led for led in found if any(methods(owner, led) for owner in family)), "")


def steps_by(ev: Eval, scope: Scope, name: str) -> list[Scope]:
    """The methods of the class that a method of another package's base runs, one after another."""
    rules = (ev.matcher.steps(base.path) for base in foreign_bases(ev, scope))
    marked = {mark for rule in rules if rule is not None and name in rule.runs for mark in rule.marked}
    found = (method for owner in mro(ev, scope) for method in _decorated(owner)) if marked else ()
    return [method for method in found if is_marked(ev, method, marked)]


def is_marked(ev: Eval, method: Scope, marks: Container[str]) -> bool:
    """Whether a decorator of another package makes a method a step."""
    made = (value for each in method.decorators for value in ev.eval(each, method.parent or method))
    paths = (value.path.removesuffix("()") for value in made if isinstance(value, Ext))
    return any(path.rpartition(".")[2] in marks for path in paths)


def _dynamic(ev: Eval, scope: Scope, name: str) -> Values:
    """Members that `__getattr__` makes up."""
    groups: list[Values] = []
    for owner in mro(ev, scope):
        for getter in methods(owner, "__getattr__"):
            groups.append(lazily(ev, getter, name))
    return union(*groups)


def _gathered(ev: Eval, scope: Scope, name: str) -> Values:
    """What another package gathers of a class's methods: `self.agents`, of those with `@agent`."""
    found = (method for owner in mro(ev, scope) for method in _decorated(owner) if _is_gathered(ev, method, name))
    return union(*(ev.eval(expr, method) for method in found for expr in method.returns))


def _is_gathered(ev: Eval, method: Scope, name: str) -> bool:
    made = (value for each in method.decorators for value in ev.eval(each, method.parent or method))
    return any(isinstance(value, Ext) and ev.matcher.gathers(value.path, name) for value in made)


def _decorated(owner: Scope) -> Iterator[Scope]:
    """The methods of the class that have decorators."""
    units = [unit.name.rpartition(".")[2] for unit in owner.module.index.within(owner.name) if unit.kind == "function"]
    names = dict.fromkeys((*units, *(child.short for child in owner.children)))
    yield from (method for name in names for method in methods(owner, name) if method.decorators)


def methods(owner: Scope, name: str) -> list[Scope]:
    """The methods of that name the class itself defines."""
    if owner.parent is not None and owner in owner.parent.children:
        return [child for child in owner.children if child.short == name and child.kind == "function"]
    member = f"{owner.name}.{name}"
    if member not in owner.module.index.units:
        return []
    return [each for each in owner.module.definitions(member) if each.kind == "function"]


def _own(ev: Eval, owner: Scope, name: str, receiver: Obj | Cls) -> Values:
    """What the class itself says of the member: methods, class attributes, `self.name = …`."""
    groups: list[Values] = []
    for method in methods(owner, name):
        groups.append(_method(ev, method, receiver))
    if not groups:
        found = local(ev, name, owner)
        if found is not None:
            groups.append(_fields(found, ev, owner, name, receiver))
    sets = list(sets_of(owner, name))
    if len(sets) > 1:
        sets = [each for each in sets if not is_dead(ev, each[0].binding.frames, each[1], besides=name)] or sets
    if len(sets) > 1:  # a None that the constructor puts there only holds the place
        sets = [(each, method) for each, method in sets if not is_none(each.binding.expr)] or sets
    for each, method in sets:
        own = by_own_method(ev, each.binding.expr, method, owner, receiver) if not each.binding.unpack else ()
        groups.append(own or bound(ev, each.binding, method))
    values = union(*groups)
    return _grown(owner, name, union(values, _typed(ev, owner, name, values)))


def _typed(ev: Eval, owner: Scope, name: str, values: Values) -> Values:
    """What annotations of the member say where its values don't tell."""
    unread = _only_placeholders(values)
    if not unread and not is_foreign(ev, values):
        return ()
    typed = [(b.expr, owner) for b in owner.bindings.get(name, ()) if b.how == "annotated"]
    typed += [(each.binding.expr, method) for each, method in sets_of(owner, name, annotated=True)]
    told = [(expr, scope) for expr, scope in typed if expr is not None]
    return union(*(instances(ev, *each) if unread else clients(ev, values, *each) for each in told))


def _fields(values: Values, ev: Eval, owner: Scope, name: str, receiver: Obj | Cls) -> Values:
    """Class attributes: a constant there is a setting; `field(default_factory=…)` is what the factory gives."""
    if isinstance(receiver, Cls) and name.isupper():
        return values
    if isinstance(receiver, Obj) and receiver.site is None and _is_request(ev, owner):
        return tuple(Cfg("request", value) if isinstance(value, Lit) else value for value in values)
    return tuple(Lit(value.value, "field") if isinstance(value, Lit) else value for value in values)


def _is_request(ev: Eval, owner: Scope) -> bool:
    """Whether instances that the project doesn't build itself are what clients send."""
    return any(base.path in ("pydantic.BaseModel", "pydantic.main.BaseModel") for base in foreign_bases(ev, owner))


def _method(ev: Eval, method: Scope, receiver: Obj | Cls) -> Values:
    if any(name_of(each) in PROPERTIES for each in method.decorators):
        results = union(*(ev.eval(expr, method) for expr in method.returns))
        if isinstance(method.node, Function) and method.node.returns is not None:
            told = method.node.returns
            results = union(clients(ev, results, told, method), results) or instances(ev, told, method)
        return results or (Unk(),)
    declared = ev.world.opaque(method.module, method.name)
    if declared:
        owner, _, last = declared.rpartition(".")
        return (Ext(f"{owner}().{last}" if isinstance(receiver, Obj) else declared),)
    return (Fn(method, receiver),)


def sets_of(owner: Scope, name: str, *, annotated: bool = False) -> Iterator[tuple[AttrSet, Scope]]:
    """`self.name = …` in the class's methods, and `cls.name = …`, `Class.name = …`."""
    for method in _setting(owner, name):
        for scope in method.tree():
            for each in scope.sets:
                if each.name != name or (each.binding.how == "annotated") != annotated:
                    continue
                if isinstance(each.base, Name) and _is_receiver(each.base.id, method, owner):
                    yield each, scope


def _setting(owner: Scope, name: str) -> Iterator[Scope]:
    """The methods of the class that may set the attribute."""
    if owner.parent is not None and owner in owner.parent.children:
        yield from (child for child in owner.children if child.kind == "function")
        return
    for unit in owner.module.index.setting(name, owner.name):
        found = owner.module.scope(unit.name)
        if found is not None:
            yield found


def mentioning(owner: Scope, name: str) -> Iterator[Scope]:
    """The methods of the class that mention the attribute and so may fill it."""
    if owner.parent is not None and owner in owner.parent.children:
        yield from (child for child in owner.children if child.kind == "function")
        return
    index = owner.module.index
    for unit in index.within(owner.name):
        if unit.kind == "function" and index.holds(unit, name):
            found = owner.module.scope(unit.name)
            if found is not None:
                yield found


def _is_receiver(name: str, method: Scope, owner: Scope) -> bool:
    return bool(method.params and method.params[0].name == name) or name == owner.short


def _grown(owner: Scope, name: str, values: Values) -> Values:
    """A mapping attribute with what `self.name[key] = …` puts in, a list with what `self.name.append(…)` does."""
    if any(isinstance(value, Seq) for value in values) and f".{name}." in owner.module.index.text:
        filling = [method for method in mentioning(owner, name) if method.params]
        values = union(values, *(added(f"{method.params[0].name}.{name}", method.tree()) for method in filling))
    if not any(isinstance(value, Map) for value in values):
        return values
    entries: list[tuple[Expr | None, Expr, Scope]] = []
    for method in mentioning(owner, name):
        for each in method.sets:
            match each.base:
                case Attr(value=Name(id=base), name=own) if own == name and _is_receiver(base, method, owner):
                    if each.name is None and each.binding.expr is not None:
                        entries.append((each.key, each.binding.expr, method))
                case _:
                    pass
    return tuple(Map((*value.entries, *entries), value.base) if isinstance(value, Map) else value for value in values)


def fields_of(ev: Eval, scope: Scope) -> list[str]:
    """The names that a class and its bases annotate in their bodies: what a dataclass takes, in that order."""
    owned = [owner.bindings.items() for owner in reversed(mro(ev, scope))]
    named = (name for each in owned for name, found in each if any(b.how == "annotated" for b in found))
    return list(dict.fromkeys(named))
