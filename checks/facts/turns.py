"""Whether a call is a turn of a conversation: what it is sent holds a history that goes on when it is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..flows.prompt import BODIES
from ..flows.roles import role_named
from ..flows.written import growing
from ..project.arguments import of_param
from ..project.edges import arguments_of, name_of
from ..project.scope import Binding, Frame, Scope, Site
from ..project.values import Fn
from ..read.tree import (
    Attr,
    Await,
    Binary,
    Call,
    Comp,
    Const,
    Either,
    Expr,
    For,
    Index,
    Items,
    Loop,
    Mapping,
    Name,
    Star,
    names_in,
    walk,
)
from ..sdks.prompts import USUAL
from .settings import TEXT_KINDS
from .subject import Subject

CONTINUES = frozenset({
    "previous_response_id", "conversation", "conversation_id", "message_history", "chat_history", "history",
    "thread_id", "session_id",
})  # fmt: skip
"""Arguments, and keys of what a graph or a chain is given, that name what was said before."""
SPEAKS = frozenset({"send_message", "send_message_async", "send_message_stream"})
"""Methods of chats that keep what was said by themselves."""
HISTORY = re.compile(r"(?i)(?:^|_)(?:history|conversation|turns|dialogu?e?|transcript|past_messages|previous_messages)")
SAID = re.compile(r"(?i)(?:^|_)(?:messages|history|conversation|turns)$")
REPLY = re.compile(r"(?i)^(?:choices|resp\w*|reply|answer|completion|result|output)$")
MESSAGES = re.compile(r"(?:^|_)[Mm]essage$|Message(?:Param)?$|^(?:Content|Turn)$")
"""Classes and functions that make a message."""
MAKERS = frozenset({"__init__", "__new__", "__post_init__", "setup"})
"""Functions that put examples into a prompt, before anything was said."""
ASKS = frozenset({"input", "prompt", "ask", "prompt_async", "receive_text", "receive_json", "recv"})
"""Functions that wait for what a person says next."""
DEEPEST = 8
MOST = 12
"""Callers of one function, and bodies that mention one name."""


def is_turn(subject: Subject) -> bool:
    """Whether each request of a call is a turn of a conversation."""
    if subject.kind not in TEXT_KINDS:
        return False
    site, func = subject.site, subject.site.call.func
    given = dict(_given(subject))
    if any(_continues(given[name], site.scope) for name in CONTINUES & given.keys()):
        return True
    history = _History(subject)
    if isinstance(func, Attr) and func.name in SPEAKS and not history.is_local(func.value, site.scope):
        return True
    prompt = subject.found.match.rule.prompt or subject.sdk.prompt
    bodies = (*BODIES, "url") if subject.sdk.id == "raw-http" else ()  # a URL may be a request made before
    held = (given[name] for name in (*prompt.messages, *prompt.user, *bodies, "0") if name in given)
    return any(history.held(each, site.scope, 0) for each in held)


def _given(subject: Subject) -> Iterator[tuple[str, Expr]]:
    """The arguments of the call by name, and what stands in its configuration."""
    call, found = subject.site.call, subject.found
    args = call.args[1:] if found.handed else call.args
    names = found.match.rule.args
    for at, arg in enumerate(args):
        yield (names[at] if at < len(names) else str(at)), arg
    for each in call.keywords:
        yield from ((each.name, each.value),) if each.name is not None else ()
        if each.name == "config":
            yield from _keyed(_plain(each.value, subject.scope))


def _keyed(expr: Expr) -> Iterator[tuple[str, Expr]]:
    """All that stands under a name, however deep."""
    for node in walk(expr):
        if isinstance(node, Mapping):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, Const) and isinstance(key.value, str):
                    yield key.value, value


def _continues(expr: Expr, scope: Scope) -> bool:
    """Whether something is given: neither a constant nor an empty list."""
    plain = _plain(expr, scope)
    return not isinstance(plain, Const) and not (isinstance(plain, Items) and not plain.elements)


def _plain(expr: Expr, scope: Scope) -> Expr:
    """What a name was given, where that happens once."""
    found = scope.bindings.get(expr.id, ()) if isinstance(expr, Name) else ()
    match found:
        case [Binding(how="value", expr=value, unpack=())] if value is not None:
            return value
        case _:
            return expr


class _Kept(NamedTuple):
    """What something is kept as: the last name on the way to it, and whether a function's end is its own."""

    name: str
    local: bool


class _History:
    """The search for a history in what one call is sent."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._ev = subject.ev
        self._seen: set[tuple[int, Scope]] = set()

    def is_local(self, expr: Expr, scope: Scope) -> bool:
        """Whether an object is made anew by the function that uses it."""
        kept = _kept(expr, scope)
        return kept is None or kept.local

    def held(self, expr: Expr, scope: Scope, depth: int) -> bool:
        """Whether an expression holds a history."""
        if depth > DEEPEST or (id(expr), scope) in self._seen:
            return False
        self._seen.add((id(expr), scope))
        kept = _kept(expr, scope)
        if kept is not None and (self._is_grown(kept, scope) or self._is_sent(expr, scope)):
            return True
        match expr:
            case Name(id=name):
                return self._named(name, scope, depth + 1)
            case Comp(element=element, loops=(first, *_)):
                return _is_told(element, first, scope) or self.held(first.source, scope, depth + 1)
            case Call():
                return self._called(expr, scope, depth + 1)
            case Mapping():
                return any(
                    (key in CONTINUES and _continues(value, scope)) or self.held(value, scope, depth + 1)
                    for key, value in _keyed(expr)
                    if key in CONTINUES or key in USUAL.messages
                )
            case _:
                return any(self.held(each, scope, depth + 1) for each in _inside(expr))

    def _named(self, name: str, scope: Scope, depth: int) -> bool:
        """Whether a name stands for a history, by what it is given here, or by what all callers give."""
        found = scope.bindings.get(name, ())
        if not found and scope.parent is not None and scope.parent.kind != "class":
            return self._named(name, scope.parent, depth + 1) if depth <= DEEPEST else False
        for each in found:
            match each:
                case Binding(how="value", expr=expr, unpack=()) if expr is not None:
                    if self.held(expr, scope, depth):
                        return True
                case Binding(how="param", param=param) if param is not None:
                    return self._passed(scope, name, depth)
                case _:
                    continue
        return False

    def _passed(self, scope: Scope, name: str, depth: int) -> bool:
        param = next((each for each in scope.params if each.name == name), None)
        edges = self._ev.callers(scope)
        if param is None or not edges or self._subject.entries.of(scope):
            return HISTORY.search(name) is not None
        given = [(edge.target or edge.site, edge.skip) for edge in edges[:MOST]]
        values = [(of_param(site, scope, param, skip), site) for site, skip in given]
        return all(value is not None and self.held(value, site.scope, depth) for value, site in values)

    def _called(self, call: Call, scope: Scope, depth: int) -> bool:
        """What a function gives back: of the project by its returns, else by what it is given."""
        site = self._ev.site(call, scope)
        inner = [value.scope for value in self._ev.callee(site) if isinstance(value, Fn)] if site is not None else []
        if inner:
            return any(self.held(each, body, depth) for body in inner for each in body.returns)
        given = (*arguments_of(call), *((call.func.value,) if isinstance(call.func, Attr) else ()))
        return any(self.held(each, scope, depth) for each in given)

    def _is_sent(self, expr: Expr, scope: Scope) -> bool:
        """Whether whoever is at the other end of an entry point sends what was said before: `request.messages`."""
        match expr:
            case Attr(value=Name(id=base), name=name) | Index(value=Name(id=base), key=Const(value=str() as name)):
                given = any(each.how == "param" for each in scope.bindings.get(base, ()))
                entries = self._subject.entries.of(scope) if given and base != "self" and SAID.search(name) else ()
                return any(each.audience == "remote" for each in entries)
            case _:
                return False

    def _is_grown(self, kept: _Kept, scope: Scope) -> bool:
        """Whether messages are put into it: anywhere, if it outlives the function, else while somebody is asked."""
        if not kept.local and _is_new(kept.name, scope):
            return False
        for body in (scope,) if kept.local else self._bodies(kept.name, scope):
            for site in growing(body):
                base = _put_into(site, body)
                if base is None or base.name != kept.name:
                    continue
                over = _gone_through(site)
                if over:
                    if any(HISTORY.search(name) for each in over for name in names_in(each.source)):
                        return True
                elif (not kept.local and not _is_new(kept.name, body)) or _is_asked(site, kept.name):
                    return True
        return False

    def _bodies(self, name: str, scope: Scope) -> Iterator[Scope]:
        module = scope.module
        for unit in sorted({unit.name for unit in module.index.holding(name)})[: 4 * MOST]:
            top = module.scope(unit)
            yield from top.tree() if top is not None else ()


def _inside(expr: Expr) -> tuple[Expr, ...]:
    """What a list is made of."""
    match expr:
        case Items(elements=elements):
            return tuple(each for each in elements if isinstance(each, Star))
        case Binary(left=left, right=right):
            return left, right
        case Either(parts=parts):
            return parts
        case Star(value=value) | Await(value=value) | Index(value=value):
            return (value,)
        case _:
            return ()


def _kept(expr: Expr, scope: Scope) -> _Kept | None:
    """What an expression is kept as: `history` of `self.history[user]`, of `state["history"]`, of `history`."""
    match expr:
        case Name(id=name):
            given = _plain(expr, scope)
            if isinstance(given, (Attr, Index)) or (isinstance(given, Call) and _is_looked_up(given)):
                return _kept(given, scope)
            return _Kept(name, any(each.how in ("value", "param") for each in scope.bindings.get(name, ())))
        case Attr(name=name):
            return _Kept(name, local=False)
        case Index(value=value, key=key) | Call(func=Attr(value=value, name="get" | "setdefault"), args=(key, *_)):
            if isinstance(key, Const) and isinstance(key.value, str):
                return _Kept(key.value, local=False)
            return _kept(value, scope)
        case _:
            return None


def _is_looked_up(call: Call) -> bool:
    return isinstance(call.func, Attr) and call.func.name in ("get", "setdefault") and bool(call.args)


def _put_into(site: Site, body: Scope) -> _Kept | None:
    """What a message is put into there: `self.history.append({"role": "user", "content": text})`."""
    func = site.call.func
    return _kept(func.value, body) if isinstance(func, Attr) and _is_message(site.call.args[-1], body) else None


def _is_message(expr: Expr, scope: Scope) -> bool:
    """Whether it is a message with something in it that isn't written there."""
    match _plain(expr, scope):
        case Mapping() as message:
            said = dict(_keyed(message))
            return "role" in said and any(not isinstance(said[key], Const) for key in said)
        case Call(func=func) as made:
            given = arguments_of(made)
            speaks = any(isinstance(each, Const) and role_named(str(each.value)) for each in given)
            named = MESSAGES.search(name_of(func)) is not None
            return (named or speaks) and any(not isinstance(each, Const) for each in given)
        case Attr(name="message") as message:
            return any(map(REPLY.match, names_in(message)))
        case Items(elements=elements):
            return any(_is_message(each, scope) for each in elements)
        case _:
            return False


def _is_new(name: str, body: Scope) -> bool:
    """Whether a function makes what it puts something into: it begins anew, or is made ready by it."""
    return body.short in MAKERS or any(not any(each.kind == "if" for each in frames) for frames in _made(name, body))


def _made(name: str, body: Scope) -> Iterator[tuple[Frame, ...]]:
    """What stands around where a body gives something a value that has nothing of what was there."""
    given = [each for each in body.bindings.get(name, ()) if each.how == "value"]
    for each in (*given, *(each.binding for each in body.sets if each.name == name)):
        if each.expr is not None and name not in names_in(each.expr):
            yield each.frames


def _is_asked(put: Site, name: str) -> bool:
    """Whether the loop around what is put into a name asks somebody for more, and doesn't begin anew each time."""
    for loop in (frame.node for frame in put.frames if isinstance(frame.node, Loop)):
        inside = [site for site in put.scope.sites if any(frame.node is loop for frame in site.frames)]
        anew = any(frame.node is loop for frames in _made(name, put.scope) for frame in frames)
        if not anew and any(name_of(site.call.func) in ASKS for site in inside):
            return True
    return False


def _gone_through(site: Site) -> list[Loop]:
    """The loops that make what is put in out of what they go through."""
    names = set(names_in(_plain(site.call.args[-1], site.scope)))
    loops = (frame.node for frame in site.frames if isinstance(frame.node, Loop))
    return [each for each in loops if each.target is not None and not names.isdisjoint(names_in(each.target))]


def _is_told(element: Expr, loop: For, scope: Scope) -> bool:
    """Whether a comprehension makes messages of what was said: `{"role": m.role, …} for m in history`."""
    if isinstance(loop.source, Name) and any(each.how == "param" for each in scope.bindings.get(loop.source.id, ())):
        return False  # that of its callers
    role = dict(_keyed(element)).get("role")
    own = role is not None and not set(names_in(loop.target)).isdisjoint(names_in(role))
    return own and any(map(SAID.search, (*names_in(loop.source), scope.short)))
