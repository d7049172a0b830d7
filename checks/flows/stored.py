"""Roles of messages that a project stores: where a client chose them, they are its choice when they are read again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..project.edges import name_of
from ..read.tree import Attr, Call, Const, Expr, Index, Keyword, Name, walk

if TYPE_CHECKING:
    from .build import Builder
    from .texts import Later

STORING = re.compile(r"_*(?:save|store|persist|insert|upsert|execute)|add$")
"""Beginnings of names of what puts something into a database."""
SAID = frozenset({"content", "contents", "text", "message", "body", "parts"})


def stored_roles(make: Builder) -> Iterator[Later]:
    """What the project's code stores as the role of a message."""
    for scope in make.ev.world.anywhere("role", r"\brole\b"):
        for site in scope.sites:
            if not STORING.match(name_of(site.call.func)):
                continue
            given = (*site.call.args, *(each.value for each in site.call.keywords))
            nodes = [node for arg in given for node in walk(arg)]
            if any(_is_said(node) for node in (*nodes, *site.call.keywords)):
                roles = (node for node in nodes if isinstance(node, (Name, Attr, Index, Call)) and _is_role(node))
                yield from (make.site(site).later(role) for role in roles)


def _is_said(node: object) -> bool:
    """Whether it is called as the text of a message is; accounts have roles, too."""
    match node:
        case Name(id=name) | Attr(name=name) | Const(value=str() as name):
            return name in SAID
        case Keyword(name=name):
            return name in SAID
        case _:
            return False


def _is_role(expr: Expr) -> bool:
    """`role`, `message.role`, `message["role"]`, `message.get("role")`."""
    match expr:
        case Name(id="role") | Attr(name="role") | Index(key=Const(value="role")):
            return True
        case Call(func=Attr(name="get"), args=(Const(value="role"), *_)):
            return True
        case _:
            return False
