"""What an annotation says: instances of the types it names."""

from __future__ import annotations

from functools import lru_cache

from ..read import UnreadableUnit, read_quickly
from ..read.tree import Attr, Binary, Call, Const, Do, Expr, Index, Items, Name
from .scope import Scope
from .values import Cls, Eval, Ext, Fn, Obj, Value, Values, union


@lru_cache(maxsize=2048)
def _parsed(text: str) -> Expr | None:
    try:
        match read_quickly(text):
            case (Do(value=value),):
                return value
            case _:
                return None
    except UnreadableUnit:
        return None


WRAPPING = {"Optional", "Union", "Annotated", "ClassVar", "Final", "InitVar", "Mapped", "SkipValidation", "Required"}
HOLDING = {"Type", "type"}
ROWS = {"list", "sequence", "iterable", "iterator", "collection", "tuple", "set", "frozenset", "deque"}
TABLES = {"dict", "mapping", "mutablemapping", "defaultdict", "ordereddict"}
"""Containers, spelled small."""


def instances(ev: Eval, annotation: Expr, scope: Scope) -> Values:
    """Instances of the types an annotation names."""
    match annotation:
        case Const(value=str() as text):
            inner = _parsed(text)
            return instances(ev, inner, scope) if inner is not None else ()
        case Binary(op="|", left=left, right=right):
            return union(instances(ev, left, scope), instances(ev, right, scope))
        case Index(value=value, key=key):
            return _subscripted(ev, value, key, scope)
        case Name() | Attr():
            return tuple(made for value in _types(ev, annotation, scope) for made in _instance(value))
        case _:
            return ()


def _types(ev: Eval, annotation: Expr, scope: Scope) -> Values:
    """The types that an expression names: of a type variable, those that it stands for."""
    return union(*(_stood_for(ev, value) for value in ev.eval(annotation, scope)))


def _stood_for(ev: Eval, value: Value) -> Values:
    match value:
        case Ext(path="typing.TypeVar()" | "typing_extensions.TypeVar()", sites=(made, *_)):
            given = [*made.call.args[1:], *(each.value for each in made.call.keywords if each.name == "bound")]
            named = [_parsed(str(each.value)) if isinstance(each, Const) else each for each in given]
            return union(*(ev.eval(each, made.scope) for each in named if each is not None))
        case _:
            return (value,)


def contained(ev: Eval, annotation: Expr | None, scope: Scope, containers: set[str]) -> Values:
    """Instances of what a container holds that an annotation names: of a mapping, its values."""
    match annotation:
        case Const(value=str() as text):
            return contained(ev, _parsed(text), scope, containers)
        case Binary(op="|", left=left, right=right):
            return union(contained(ev, left, scope, containers), contained(ev, right, scope, containers))
        case Index(value=Name(id=name) | Attr(name=name), key=key):
            inside = key.elements if isinstance(key, Items) else (key,)
            if name in WRAPPING:
                return union(*(contained(ev, each, scope, containers) for each in inside))
            held = inside[1:] if name.lower() in TABLES else inside
            return union(*(instances(ev, each, scope) for each in held)) if name.lower() in containers else ()
        case _:
            return ()


def is_foreign(ev: Eval, values: Values) -> bool:
    """Whether one of the values comes from a package that no SDK is known by."""
    return any(isinstance(value, Ext) and ev.matcher.is_foreign(value.path) for value in values)


def clients(ev: Eval, values: Values, annotation: Expr, scope: Scope) -> Values:
    """The clients that an annotation names for values of which one is foreign."""
    if not is_foreign(ev, values):
        return ()
    named = instances(ev, annotation, scope)
    return tuple(each for each in named if isinstance(each, Ext) and ev.matcher.is_client(each.path))


def is_function(annotation: Expr) -> bool:
    """Whether an annotation says that something is called: `Callable[..., str] | None`."""
    match annotation:
        case Const(value=str() as text):
            inner = _parsed(text)
            return inner is not None and is_function(inner)
        case Binary(op="|", left=left, right=right):
            return is_function(left) or is_function(right)
        case Index(value=Name(id=name) | Attr(name=name), key=key) if name in WRAPPING:
            return any(map(is_function, key.elements if isinstance(key, Items) else (key,)))
        case Index(value=Name(id=name) | Attr(name=name)) | Name(id=name) | Attr(name=name):
            return name == "Callable"
        case _:
            return False


def _subscripted(ev: Eval, value: Expr, key: Expr, scope: Scope) -> Values:
    name = value.name if isinstance(value, Attr) else value.id if isinstance(value, Name) else ""
    inside = key.elements if isinstance(key, Items) else (key,)
    if name == "Annotated" and inside:
        extra = [depends(ev, each, scope) for each in inside[1:]]
        return union(*[group for group in extra if group], instances(ev, inside[0], scope))
    if name in WRAPPING:
        return union(*(instances(ev, each, scope) for each in inside))
    if name in HOLDING:
        return union(*(_types(ev, each, scope) for each in inside))
    if name.lower() in {"callable", *ROWS, *TABLES}:
        return ()
    return tuple(_of_type(ev, each, inside[0], scope) if inside else each for each in instances(ev, value, scope))


def _of_type(ev: Eval, value: Value, inside: Expr, scope: Scope) -> Value:
    """An object of another package with what it holds, where that is of the type in brackets."""
    typed = isinstance(value, Ext) and ev.matcher.typed(value.path.removesuffix("()"))
    return value._replace(inside=instances(ev, inside, scope)) if isinstance(value, Ext) and typed else value


def _instance(value: Value) -> Values:
    match value:
        case Cls(scope=scope):
            return (Obj(scope),)
        case Ext(path=path, sites=sites) if not path.startswith(("builtins.", "typing.", "typing_extensions.")):
            return (Ext(f"{path}()", sites),)
        case _:
            return ()


def depends(ev: Eval, node: Expr, scope: Scope) -> Values:
    """FastAPI's `Depends(get_client)`: what the dependency returns."""
    match node:
        case Call(func=Name(id="Depends") | Attr(name="Depends"), args=(target, *_)):
            groups: list[Values] = []
            for value in ev.eval(target, scope):
                if isinstance(value, Fn):
                    groups.extend(ev.eval(expr, value.scope) for expr in (*value.scope.returns, *value.scope.yields))
                elif isinstance(value, (Cls, Ext)):
                    groups.append(_instance(value))
            return union(*groups)
        case _:
            return ()
