"""What a class above takes from a method of the object's own class (`self.model = self.load()`)."""

from __future__ import annotations

from ..read.tree import Attr, Await, Call, Either, Expr, Name, is_name
from .lineage import mro
from .scope import Scope
from .values import Cls, Eval, Lit, Obj, Values, union

EMPTY = (Lit(None), Lit(None, "default"))
"""What one of two only holds the place for the other with."""


def by_own_method(ev: Eval, expr: Expr | None, method: Scope, owner: Scope, receiver: Obj | Cls) -> Values:
    """The value of what calls a method of `self`, as the receiver's class defines it, where a class above makes it;
    none where nothing of it is such a call.

    The class above alone would have it that any class below has made it."""
    if expr is None or not method.params or owner not in mro(ev, receiver.scope)[1:]:
        return ()
    return _made(ev, expr, method, receiver)


def _made(ev: Eval, expr: Expr, method: Scope, receiver: Obj | Cls) -> Values:
    match expr:
        case Await(value=value):
            return _made(ev, value, method, receiver)
        case Name(id=name):
            held = method.bindings.get(name, ())
            given = held[0].expr if len(held) == 1 and held[0].how == "value" and not held[0].unpack else None
            return _made(ev, given, method, receiver) if given is not None else ()
        case Either(parts=parts, op=op) if op != "and":
            own = [_made(ev, each, method, receiver) for each in parts]
            others = union(*(ev.eval(part, method) for part, made in zip(parts, own, strict=True) if not made))
            return union(*own, tuple(each for each in others if each not in EMPTY)) if any(own) else ()
        case Call(func=Attr(value=base, name=called)):
            site = ev.site(expr, method)
            held_by = (receiver,) if is_name(base, method.params[0].name) else _made(ev, base, method, receiver)
            found = (each for one in held_by for each in ev.attribute(one, called))
            return union(*(ev.invoke(each, site) for each in found)) if site is not None else ()
        case _:
            return ()
