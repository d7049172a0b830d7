"""Objects of frameworks that a project puts its own things on: a session's state, a bot's data, a request's app."""

from __future__ import annotations

import re

from ..read.tree import Attr, Const, Name
from .scope import AttrSet
from .values import Eval, Ext, Unk, Value, Values, union

HOLDERS = frozenset({
    "state", "g", "app", "session_state", "extensions", "ctx", "user_data", "bot_data", "bot", "request",
})  # fmt: skip
"""Names of such objects."""
_HOLDERS = "|".join(sorted(HOLDERS))


def shared(ev: Eval, value: Value, name: object) -> Values:
    """What the project puts on such an object under a name, or a key; the object itself may be reached by several
    ways."""
    if not isinstance(value, (Ext, Unk)) or not isinstance(name, str) or name in HOLDERS or "." not in value.path:
        return ()
    if value.path.rpartition(".")[2].removesuffix("()") not in HOLDERS:
        return ()
    if name not in ev.held:
        ev.held[name] = ()
        groups: list[Values] = []
        word = re.escape(name)
        for scope in ev.world.anywhere(name, rf"""\b(?:{_HOLDERS})\s*(?:\.\s*{word}\b|\[\s*["']{word}["'])"""):
            groups.extend(ev.eval(e.binding.expr, scope) for e in scope.sets if _is_put(e, name) and e.binding.expr)
        ev.held[name] = union(*groups)
    return ev.held[name]


def _is_put(each: AttrSet, name: str) -> bool:
    base = each.base.name if isinstance(each.base, Attr) else each.base.id if isinstance(each.base, Name) else ""
    if base not in HOLDERS:
        return False
    return each.name == name or (each.name is None and isinstance(each.key, Const) and each.key.value == name)
