"""What a class above takes from a method of the object's own class (`self.model = self.load()`)."""

from __future__ import annotations

from ..read.tree import Attr, Await, Call, Expr, is_name
from .lineage import mro
from .scope import Scope
from .values import Cls, Eval, Obj, Values, union


def by_own_method(ev: Eval, expr: Expr | None, method: Scope, owner: Scope, receiver: Obj | Cls) -> Values:
    """The value of a call of a method of `self`, as the receiver's class defines it, where a class above makes it.

    The class above alone would have it that any class below has made it."""
    value = expr.value if isinstance(expr, Await) else expr
    match value:
        case Call(func=Attr(value=base, name=made)) if method.params and is_name(base, method.params[0].name):
            site = ev.site(value, method)
            if site is None or owner not in mro(ev, receiver.scope)[1:]:
                return ()
            return union(*(ev.invoke(each, site) for each in ev.attribute(receiver, made)))
        case _:
            return ()
