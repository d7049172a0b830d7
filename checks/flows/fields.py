"""What an attribute of a project's objects is made of: every assignment to it, and what is added to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..model import Place
from ..project.attributes import PROPERTIES, fields_of, mentioning, methods, set_outside
from ..project.conditions import names_used
from ..project.edges import name_of
from ..project.lineage import mro
from ..project.recent import just_set
from ..project.scope import AttrSet, Binding, Scope, Site
from ..project.values import Cls
from ..read.tree import Attr, Call, Const, Name, is_name, walk
from .selves import is_same_object
from .texts import GAP, Got, Joined, Later, Record, Text, Told, either, given_by
from .written import growing, growth, keys_to, under

if TYPE_CHECKING:
    from .build import Builder, Spot


def field_text(make: Builder, owner: Scope, name: str) -> Text:
    """The text of `instance.name`."""
    family = _family(make, owner)
    for each in family:
        for method in methods(each, name):
            if any(name_of(each) in PROPERTIES for each in method.decorators):
                return given_by(method)
            return GAP
    first: list[Text] = []
    for each in family:
        for binding in each.bindings.get(name, ()):
            if binding.how == "value" and binding.expr is not None:
                first.append(Later(binding.expr, each, binding.line, binding.frames))
        for method in mentioning(each, name):
            first.extend(_set(method, name))
    first.extend(_given(make, owner, name))
    first.extend(make.outside(owner, name))
    return _with_growth(make, family, name, either(first))


def recent_text(make: Builder, owner: Scope, expr: Attr, spot: Spot) -> Text | None:
    """The text of `self.name` where its own method has just set it, with what is added to it since; None where that
    isn't certain."""
    sets = just_set(make.ev, expr, (spot.scope, spot.line, spot.frames))
    if not sets or any(each.binding.how != "value" for each in sets):
        return None
    text = either([each for one in sets for each in _told(one, spot.scope, expr.name)])
    start, family = min(each.line for each in sets), _family(make, owner)
    if any(_grows(make, family, site, expr.name) for site in spot.scope.sites if start < site.line < spot.line):
        return _with_growth(make, family, expr.name, text)
    added = list(_grown(make, spot.scope, expr.name, start))
    return Joined((text, *added)) if added else text


def _grows(make: Builder, family: list[Scope], site: Site, name: str) -> bool:
    """Whether a call runs a method of the object that adds to the attribute, itself or by another one."""
    queue, seen = [site], set[str]()
    while queue:
        at = queue.pop()
        called = name_of(at.call.func)
        if called in seen or not is_same_object(at):
            continue
        seen.add(called)
        for method in (found for each in family for found in methods(each, called)):
            if next(_grown(make, method, name), None) is not None:
                return True
            queue.extend(each for inner in method.tree() for each in inner.sites)
    return False


def _family(make: Builder, owner: Scope) -> list[Scope]:
    return list(dict.fromkeys((*mro(make.ev, owner), *make.ev.subclasses(owner))))


def _with_growth(make: Builder, family: list[Scope], name: str, text: Text) -> Text:
    added = [text for each in family for method in mentioning(each, name) for text in _grown(make, method, name)]
    return Joined((text, *added)) if added else text


def _is_own(base: object, method: Scope) -> bool:
    return isinstance(base, Name) and bool(method.params) and method.params[0].name == base.id


def _set(method: Scope, name: str) -> Iterator[Text]:
    """`self.name = …`."""
    for each in method.sets:
        if each.name == name and each.binding.how == "value" and _is_own(each.base, method):
            yield from _told(each, method, name)


def _told(each: AttrSet, method: Scope, name: str) -> Iterator[Text]:
    if each.binding.expr is not None:
        new = Later(each.binding.expr, method, each.line, each.binding.frames)
        yield Told(new, Place(method.module.path, each.line), f"kept in `{name}`")


def from_outside(make: Builder, owner: Scope, name: str) -> Iterator[Text]:
    """`chunks.name = …`, wherever such an object is at hand; what methods set on themselves is no news."""
    for each, scope in set_outside(make.ev, owner, name):
        own = scope.klass() is not None and _is_own(each.base, scope)
        if each.binding.expr is not None and each.binding.how == "value" and not own and not _is_of_itself(each):
            new = Later(each.binding.expr, scope, each.line, each.binding.frames)
            yield Told(new, Place(scope.module.path, each.line), f"kept in `{name}`")


def _is_of_itself(new: AttrSet) -> bool:
    """Whether what is set is only what was there in another form: `each.text = each.text.strip()`."""
    match new:
        case AttrSet(base=Name(id=base), name=str() as name, binding=Binding(expr=expr)) if expr is not None:
            nodes = list(walk(expr))
            called = {node.func.id for node in nodes if isinstance(node, Call) and isinstance(node.func, Name)}
            own = sum(isinstance(node, Attr) and node.name == name and is_name(node.value, base) for node in nodes)
            return names_used(expr) - called == {base} and own == sum(is_name(node, base) for node in nodes)
        case _:
            return False


def _grown(make: Builder, method: Scope, name: str, start: float = 0) -> Iterator[Text]:
    """`self.name.append(…)`, `self.name[key].append(…)`, `self.name += …`, `self.name[key] = …`, from a line on."""

    def is_held(base: object) -> bool:
        return isinstance(base, Attr) and base.name == name and _is_own(base.value, method)

    for site in growing(method, make.lore.roles):
        text = growth(make, site, is_held) if site.line >= start else None
        if text is not None:
            yield Told(text, Place(method.module.path, site.line), f"put into `{name}`")
    for each in method.sets:
        if each.binding.expr is None or each.line < start:
            continue
        if each.name == name and each.binding.how == "other" and _is_own(each.base, method):
            yield Later(each.binding.expr, method, each.line, each.binding.frames)
        keys = keys_to(each.base, is_held) if each.name is None else None
        if keys is not None:
            key = each.key.value if isinstance(each.key, Const) else None
            inner = Later(each.binding.expr, method, each.line, each.binding.frames)
            yield under((*keys, key if isinstance(key, str) else "*"), inner)


def _given(make: Builder, owner: Scope, name: str) -> Iterator[Text]:
    """What the project passes for a field of a class without a constructor of its own."""
    ev = make.ev
    if any(methods(each, "__init__") for each in mro(ev, owner)):
        return
    fields = fields_of(ev, owner)
    if name not in fields:
        return
    for module, unit in ev.world.mentioning(owner.short, owner.module.path):
        top = module.scope(unit.name)
        for body in top.tree() if top is not None else ():
            for site in body.sites:
                func = site.call.func
                last = func.name if isinstance(func, Attr) else func.id if isinstance(func, Name) else ""
                if last != owner.short or Cls(owner) not in ev.callee(site):
                    continue
                given = [*zip(fields, site.call.args, strict=False), *((k.name, k.value) for k in site.call.keywords)]
                entries = tuple((key, Later(value, body, site.line, site.frames)) for key, value in given)
                if any(key == name for key, _ in entries):
                    made = Got(Record(entries, owner.short), name)
                    yield Told(made, Place(module.path, site.line), f"`{name}=`")


def constructor(make: Builder, owner: Scope) -> Scope | None:
    """The constructor of a class, its own or that of a project base."""
    for each in mro(make.ev, owner):
        found = methods(each, "__init__")
        if found:
            return found[0]
    return None


__all__ = ["constructor", "field_text", "from_outside", "recent_text"]
