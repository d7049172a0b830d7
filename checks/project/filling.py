"""What a function gives for one of its calls: with the constants that this call passes for parameters."""

from __future__ import annotations

from collections.abc import Iterator

from ..read.tree import Call, Const, Expr, If, Keyword, Name, Param, is_name, is_none, is_not_none, same
from .arguments import of_param
from .edges import is_starred, name_of
from .scope import AttrSet, Binding, Scope, Site, ahead_of
from .values import Eval, Ext, Map, Prm, Unk, Value, Values

FIELDS = frozenset({"dataclasses.field", "pydantic.Field", "attr.ib", "attrs.field", "attr.field"})
"""What makes an attribute of a class with a default."""


def filled_in(ev: Eval, values: Values, scope: Scope, site: Site) -> Values:
    """Mappings and objects of other packages that a function returns, with the constants this call passes for
    parameters that are in them."""
    if not any(isinstance(value, (Map, Ext)) for value in values):
        return values
    constants = {each.name: found for each in scope.params if (found := _constant(scope, each, site)) is not None}
    optional = {
        each.name: constants[each.name]
        for each in scope.params
        if is_none(each.default) and each.name in constants and constants[each.name].value
    }

    def of(value: Value) -> Value:
        match value:
            case Map():
                return _with_constants(value, scope, constants)
            case Ext(sites=sites):
                made = (_made_with(ev, each, site, optional) if each.scope is scope else each for each in sites)
                return value._replace(sites=tuple(made))
            case _:
                return value

    return tuple(of(value) for value in values)


def _made_with(ev: Eval, made: Site, site: Site, optional: dict[str, Const]) -> Site:
    """A call inside a function with what the call of the function sets by parameters that may be left out."""
    found = [each for given in made.call.keywords for each in _set_by(given, made.scope, optional)]
    if not found:
        return made
    key = (id(site.call), id(made.call))
    if key not in ev.filled:
        names = {each.name for each in found}
        others = (each for each in made.call.keywords if each.name not in names)
        call = Call(made.call.func, made.call.args, (*found, *others), made.call.span)
        ev.filled[key] = Site(call, made.scope, made.frames, made.awaited, made.line)
    return ev.filled[key]


def _set_by(given: Keyword, scope: Scope, optional: dict[str, Const]) -> Iterator[Keyword]:
    """What a keyword argument is for one caller: `size=size`, `**kwargs` with `if size: kwargs["size"] = size`."""
    match given:
        case Keyword(name=str() as name, value=Name(id=param)) if param in optional:
            yield Keyword(name, optional[param], given.line)
        case Keyword(name=None, value=Name() as mapping):
            sets = [each for each in scope.sets if same(each.base, mapping)]
            yield from (found for each in sets if (found := _put(each, sets, optional)) is not None)
        case _:
            return


def _put(each: AttrSet, sets: list[AttrSet], optional: dict[str, Const]) -> Keyword | None:
    """What is put into a mapping by a parameter, and by nothing else."""
    match each:
        case AttrSet(name=None, key=Const(value=str() as key), binding=Binding(expr=Name(id=param)), line=line):
            others = [one for one in sets if one is not each and (one.key is None or same(one.key, each.key))]
            sure = param in optional and not others and _is_reached(each.binding, param)
            return Keyword(key, optional[param], line) if sure else None
        case _:
            return None


def _is_reached(binding: Binding, param: str) -> bool:
    """Whether what is done with a parameter is done whenever it is given."""
    return all(
        isinstance(frame.node, If)
        and frame.part == "body"
        and (is_name(frame.node.test, param) or is_not_none(frame.node.test, Name(param)))
        for frame in binding.frames
    )


def _with_constants(mapping: Map, scope: Scope, constants: dict[str, Const]) -> Map:
    entries = tuple(
        (key, constants.get(expr.id, expr) if isinstance(expr, Name) and where is scope else expr, where)
        for key, expr, where in mapping.entries
    )
    return mapping if entries == mapping.entries else mapping._replace(entries=entries)


def for_call(ev: Eval, expr: Expr, scope: Scope, site: Site | None) -> Values:
    """What a function gives by one of its returns: a parameter is what this call passes, not what others do, as the
    default of `get(key, default=None)`."""
    expr = _default_of(ev, expr, scope) if site is not None and isinstance(expr, Call) else expr
    bindings = scope.bindings.get(expr.id, ()) if isinstance(expr, Name) else ()
    param = bindings[0].param if len(bindings) == 1 else None
    if site is None or param is None or name_of(site.call.func) != scope.short:  # in a thread, or held by a partial
        return _at_return(ev, expr, scope)
    passed = of_param(site, scope, param)
    found: Values = ()
    if passed is not None:
        found = ev.eval_at(passed, site.scope, ahead_of(site.line), site.frames)
    elif param.default is not None and not is_starred(site.call):
        found = ev.eval(param.default, scope.parent or scope)
    return found if any(not isinstance(value, (Unk, Prm)) for value in found) else _at_return(ev, expr, scope)


def _default_of(ev: Eval, made: Call, scope: Scope) -> Expr:
    """What a field that is made by a project's own function has where nothing is given: `return field(default=default)`
    in `def option(*, default)`."""
    given = next((each.value for each in made.keywords if each.name == "default"), None)
    makers = ev.eval(made.func, scope) if isinstance(given, Name) else ()
    return given if given and any(isinstance(each, Ext) and each.path in FIELDS for each in makers) else made


def _at_return(ev: Eval, expr: Expr, scope: Scope) -> Values:
    """What is given back, where the tests of types before it say what is left to be that."""
    place = scope.given.get(id(expr)) if scope.asks_types and isinstance(expr, Name) else None
    return ev.eval_at(expr, scope, *place) if place is not None else ev.eval(expr, scope)


def _constant(scope: Scope, param: Param, site: Site) -> Const | None:
    """The constant that a call passes for a parameter which nothing else is assigned to; a switch may be left out."""
    if len(scope.bindings.get(param.name, ())) != 1:
        return None
    expr = of_param(site, scope, param)
    if expr is None and not is_starred(site.call):
        expr = param.default if isinstance(param.default, Const) and isinstance(param.default.value, bool) else None
    return expr if isinstance(expr, Const) else None
