"""What the outside hands an entry point: which of its parameters are text somebody else wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..model import Place
from ..project.edges import name_of
from ..project.lineage import mro
from ..project.values import Cls, Ext, Fn
from ..read.tree import Attr, Binary, Call, Const, Expr, Index, Items, Keyword, Name, Param, walk
from .options import closed, is_closed
from .roles import role_named
from .texts import Marked, Source, Text, either, given_by

if TYPE_CHECKING:
    from ..model import EntryPoint
    from ..project.scope import Scope
    from .build import Builder

PLAIN = frozenset({
    "int", "float", "bool", "UUID", "UUID4", "datetime", "date", "time", "timedelta", "Decimal", "PositiveInt",
    "Literal", "NonNegativeInt", "PositiveFloat", "Enum", "complex", "NoneType", "conint", "confloat", "StrictInt",
    "StrictBool", "ObjectId",
})  # fmt: skip
"""Types whose values can't hold instructions."""
WRAPPING = frozenset(
    {"Optional", "Union", "Annotated", "List", "list", "Sequence", "Iterable", "Set", "set", "tuple", "Tuple"}
)
PARSED = "argparse command"
"""An entry point that is given all arguments in one object."""
CAPS = ("max_length", "max_items", "maxLength", "max_size")
OWN = frozenset({"self", "cls"})
SAME = frozenset({"strip", "lower", "get", "copy", "dict", "to_dict", "model_dump", "items", "values"})
"""Methods that give back the same, or what is in it."""


def handed(make: Builder, scope: Scope, param: Param, parts: tuple[str, ...], entry: EntryPoint) -> Text | None:
    """What an entry point gets for a parameter, or for the part of it that is asked for; None where that is no text."""
    if param.name in OWN or _is_first(scope, param):
        return None
    given = _dependency(make, scope, param)
    if given is not None:
        return given
    kind = _kind(make, param.annotation, scope)
    where = Place(scope.module.path, scope.line)
    if kind == "plain":
        return _chosen(make, param.annotation, scope, entry, where)
    names = [each.rstrip("()") for each in parts if each and not each.startswith("#")]
    if is_closed(scope, param.name) or (entry.how == PARSED and not closed(scope.module).isdisjoint(names[:1])):
        return None
    if kind == "event" or (not kind and param.name in make.lore.handed):
        if not names and kind:
            return None
        if any(name in make.lore.aside or name.endswith("_id") for name in names):
            return None
    elif kind == "foreign":
        return None
    typed = entry.audience == "local" and kind != "model" and param.kind != "kwargs"  # a word: it has no members
    told = [] if typed else _members(make, param.annotation, scope, [name for name in names if name not in SAME])
    path = ".".join((param.name, *told))
    found: Text = Source(f"{entry.how} parameter `{path}`", entry.audience, False, where)
    limit = limited(make, param.default, scope) or limited(make, param.annotation, scope)
    owners = [v.scope for v in _types(make, param.annotation, scope) if isinstance(v, Cls)]
    for owner in owners[:1] if names else ():
        field = _field(make, owner, names)
        if field is None:
            continue
        if field.is_plain:
            return _chosen(make, field.annotation, field.owner, entry, where)
        limit = limit or field.is_limited
    return Marked(found, "cut", where) if limit else found


def _members(make: Builder, annotation: Expr | None, scope: Scope, names: list[str]) -> list[str]:
    """The members that a value of a declared type can be asked for: a text has none."""
    types = _types(make, annotation, scope)
    if types and all(isinstance(each, Ext) and each.path.rpartition(".")[2] in ("str", "bytes") for each in types):
        return []
    for owner in mro(make.ev, types[0].scope) if names and types and isinstance(types[0], Cls) else ():
        for binding in owner.bindings.get(names[0], ()):
            if binding.how == "annotated" and binding.expr is not None:
                return [names[0], *_members(make, binding.expr, owner, names[1:])]
    return names


def _is_first(scope: Scope, param: Param) -> bool:
    return scope.klass() is not None and bool(scope.params) and scope.params[0] is param and not scope.decorators


def _dependency(make: Builder, scope: Scope, param: Param) -> Text | None:
    """`Depends(f)`, as the default or in the annotation: what f returns."""
    for expr in (param.default, param.annotation):
        for node in walk(expr) if expr is not None else ():
            if isinstance(node, Call) and name_of(node.func) in ("Depends", "Security") and node.args:
                values = make.ev.eval(node.args[0], scope.parent or scope)
                return either([given_by(value.scope) for value in values if isinstance(value, Fn)])
    return None


def _types(make: Builder, annotation: Expr | None, scope: Scope) -> list[object]:
    """The types an annotation names, through lists and options."""
    match annotation:
        case None:
            return []
        case Binary(op="|", left=left, right=right):
            return [*_types(make, left, scope), *_types(make, right, scope)]
        case Index(value=value, key=key):
            name = name_of(value)
            if name == "Annotated" and isinstance(key, Items):
                return _types(make, key.elements[0], scope)
            if name in WRAPPING:
                inner = key.elements if isinstance(key, Items) else (key,)
                return [each for part in inner for each in _types(make, part, scope)]
            return [Ext(name)]
        case Const(value=None):
            return [Ext("NoneType")]
        case Name() | Attr():
            return list(make.ev.eval(annotation, scope.parent or scope))
        case _:
            return []


def _kind(make: Builder, annotation: Expr | None, scope: Scope) -> str:
    """plain (a number, a choice), event (a request or the like), foreign (an object of another package), text or
    model; empty where nothing is said."""
    kinds: set[str] = set()
    for value in _types(make, annotation, scope):
        last = value.path.rpartition(".")[2] if isinstance(value, Ext) else ""
        if last in PLAIN:
            kinds.add("plain")
        elif isinstance(value, Cls):
            kinds.add("plain" if _is_enum(make, value.scope) else "model")
        elif last in make.lore.handed:
            kinds.add("event")
        elif isinstance(value, Ext) and last not in (
            "str",
            "dict",
            "Dict",
            "Any",
            "bytes",
            "object",
            "list",
            "Mapping",
            "SecretStr",
        ):
            kinds.add(
                "foreign" if last[:1].isupper() and not last.endswith(("Str", "Url", "Text", "String")) else "text"
            )
        else:
            kinds.add("text")
    for kind in ("text", "model", "event", "foreign", "plain"):
        if kind in kinds:
            return kind
    return ""


def _is_enum(make: Builder, owner: Scope) -> bool:
    bases = [base for each in mro(make.ev, owner) for base in make.ev.bases(each)]
    return any(isinstance(base, Ext) and base.path.endswith(("Enum", "Flag")) for base in bases)


def _chosen(make: Builder, annotation: Expr | None, scope: Scope, entry: EntryPoint, where: Place) -> Source | None:
    """What is chosen from a few roles, if that of instructions is among them."""
    named = [annotation] if annotation is not None else []
    if isinstance(annotation, Name):
        named += [each.expr for each in scope.module.top.bindings.get(annotation.id, ()) if each.expr is not None]
    enums = [each.scope for each in _types(make, annotation, scope) if isinstance(each, Cls)]
    words = [node.value for expr in named for node in walk(expr) if isinstance(node, Const)]
    words += [
        each.expr.value for enum in enums for b in enum.bindings.values() for each in b if isinstance(each.expr, Const)
    ]
    instructs = any(isinstance(each, str) and role_named(each) == "system" for each in words)
    return Source(f"role chosen in a {entry.how}", entry.audience, False, where, choice=True) if instructs else None


class _Declared(NamedTuple):
    """A field of a request model."""

    annotation: Expr
    owner: Scope
    is_plain: bool
    """It is no text."""
    is_limited: bool


def _field(make: Builder, owner: Scope, names: list[str]) -> _Declared | None:
    """What a field of a request model is declared as; None where it isn't known."""
    for each in mro(make.ev, owner):
        for binding in each.bindings.get(names[0], ()):
            if binding.how == "annotated" and binding.expr is not None:
                kind = _kind(make, binding.expr, each)
                values = [b.expr for b in each.bindings[names[0]] if b.how == "value"]
                limit = any(limited(make, expr, each) for expr in (binding.expr, *values))
                inner = [v.scope for v in _types(make, binding.expr, each) if isinstance(v, Cls)]
                if inner and len(names) > 1 and not limit:
                    deeper = _field(make, inner[0], names[1:])
                    return deeper or _Declared(binding.expr, each, kind == "plain", limit)
                limit = limit or _is_validated(make, owner, names[0])
                return _Declared(binding.expr, each, kind == "plain", limit)
    return None


def _is_validated(make: Builder, owner: Scope, name: str) -> bool:
    """Whether a validator of the field looks at its length."""
    for each in mro(make.ev, owner):
        index = each.module.index
        for unit in index.within(each.name):
            method = each.module.scope(unit.name) if unit.kind == "function" else None
            for decorator in method.decorators if method is not None else ():
                if isinstance(decorator, Call) and name_of(decorator.func) in ("validator", "field_validator"):
                    named = {arg.value for arg in decorator.args if isinstance(arg, Const)}
                    if method is not None and named & {name, "*"} and make.checks.measures(method):
                        return True
    return False


def limited(make: Builder, expr: Expr | None, scope: Scope) -> bool:
    """Whether a declaration bounds a length: `Field(max_length=…)`, `constr(max_length=…)`."""
    if expr is None:
        return False
    for node in walk(expr):
        if (
            isinstance(node, Keyword)
            and node.name in CAPS
            and not (isinstance(node.value, Const) and node.value.value is None)
        ):
            return True
        if isinstance(node, Name) and node.id[:1].isupper():
            named = [each.expr for each in scope.module.top.bindings.get(node.id, ()) if each.how == "value"]
            inner = (part for each in named if each is not expr for part in walk(each))
            if any(isinstance(part, Keyword) and part.name in CAPS for part in inner):
                return True
    return False
