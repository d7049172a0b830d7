"""From a prompt to the outside: every source that a text can hold, and where in the prompt it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ..model import Place, Step
from ..project.attributes import methods, mro
from ..project.entries import exposed
from ..project.scope import LAST, Scope
from ..read.tree import Param
from . import selves
from .delimiters import HOLE
from .handed import handed
from .spell import SWAPPED, Env, Speller, param_of
from .texts import (
    Called,
    Either,
    Field,
    Filled,
    Got,
    Joined,
    Later,
    Listed,
    Made,
    Marked,
    Open,
    Own,
    Record,
    Source,
    Text,
    Told,
    Word,
    either,
)

if TYPE_CHECKING:
    from ..project.edges import Edge
    from ..project.entries import Entries
    from .build import Builder

MOST = 3000
"""Names, parameters and attributes looked at for one call; what lies further off isn't."""
FAR = 4000
"""Characters around a piece that are kept."""
TURNS = 1
"""How often a text that is built out of itself is followed round."""
DEEPEST = 90
ENOUGH = 24
"""Flows of one call that are told."""
ROLES = {"system": "system", "developer": "system", "assistant": "assistant", "model": "assistant", "ai": "assistant",
         "tool": "tool", "function": "tool", "user": "user", "human": "user"}  # fmt: skip
NOT_TEXT = frozenset(
    {"role", "type", "id", "tool_call_id", "name", "image_url", "mime_type", "cache_control", "detail", "status"}
)


class Reached(NamedTuple):
    """A source that a text can hold, and where in that text it stands."""

    source: Source
    role: str = ""
    """Of the message it stands in; empty: that of whatever holds the text."""
    own: bool = False
    """It stands in a value of its own, in no text that goes around it."""
    before: str = ""
    after: str = ""
    alone: bool = True
    escaped: bool = False
    limited: Place | None = None
    opened: bool = False
    names: tuple[str, ...] = ()
    """The members that were asked of it."""
    steps: tuple[Step, ...] = ()
    """From the text down to the source."""


Found = tuple[Reached, ...]
Parts = tuple[str, ...]


@dataclass(slots=True)
class Walk:
    """All walks of a project: what was found for a parameter or an attribute is remembered."""

    make: Builder
    entries: Entries
    reader: Speller = field(init=False)
    left: int = MOST
    base: Scope | None = None
    """The class of `self` where the text stands (see `selves`)."""
    _memo: dict[tuple[object, ...], Found] = field(default_factory=dict[tuple[object, ...], Found])
    _partial: dict[tuple[object, ...], Found] = field(default_factory=dict[tuple[object, ...], Found])
    """Answers cut short by a circle: good enough for the call that is being asked about, and for no other."""
    _open: dict[tuple[object, ...], int] = field(default_factory=dict[tuple[object, ...], int])
    """How often each expression, parameter or attribute is being asked about, for one part of it or another."""
    _depth: int = 0

    def __post_init__(self) -> None:
        self.reader = Speller(self.make)

    def start(self, scope: Scope) -> None:
        """A new question, asked of a call in that body, with a budget of its own."""
        self.left = MOST
        self.base = selves.owner_of(scope)
        self._partial.clear()

    def go(self, text: Text, parts: Parts, env: Env | None) -> Found:
        """The sources of a text, or of the part of it that is asked for."""
        match text:
            case Source():
                return (Reached(text, names=parts),)
            case Told(value=value, place=place, note=note):
                step = Step(place, note)
                return tuple(each._replace(steps=(step, *each.steps)) for each in self.go(value, parts, env))
            case Marked(value=value, how=how, place=place):
                return self._marked(value, how, place, parts, env)
            case Got(value=value, name=name):
                return self.go(value, parts if name == "" and parts[:1] == ("",) else (name, *parts), env)
            case Joined(parts=inside):
                return self._joined(inside, parts, env)
            case Either(options=options):
                return few(found for each in options for found in self.go(each, parts, env))
            case Record():
                return self._member(text, parts, env) if parts else self._record(text, env)
            case Listed(elements=elements):
                return self._listed(elements, parts, env)
            case _:
                return self._asked(text, parts, env)

    def _asked(self, text: Text, parts: Parts, env: Env | None) -> Found:
        match text:
            case Open(scope=scope, name=name):
                return self._parameter(scope, name, parts, env)
            case Own():
                return self._own(text, parts, env)
            case Called(value=value, own=own):
                inner = self.reader.entered(text, env, self.base)
                return self._as(self.base if own else None, lambda: self.go(value, parts, inner))
            case Made(owner=owner) if parts and parts[0].endswith("()"):
                found = [m for each in mro(self.make.ev, owner) for m in methods(each, parts[0][:-2])]
                returns = either([Later(expr, method, LAST) for method in found[:1] for expr in method.returns])
                return self._as(owner, lambda: self.go(returns, parts[1:], None))
            case Made(owner=owner) if parts:
                inner = self.reader.entered(text, env, self.base)
                return self._as(owner, lambda: self._field(Field(owner, parts[0], own=True), parts[1:], inner))
            case Field(owner=owner, own=own):
                near = _pertinent(env, owner)
                return self._as(self.base if own else None, lambda: self._field(text, parts, near))
            case Later():
                near = _pertinent(env, text.scope)
                return self._remembered(
                    text.scope,
                    (id(text.expr), text.line, parts, near),
                    lambda: self.go(self.make.force(text), parts, near),
                )
            case Filled():
                return self._filled(text, parts, env)
            case _:
                return ()

    def _own(self, text: Own, parts: Parts, env: Env | None) -> Found:
        """What an object's own method returns, of whichever class where its own leaves that open."""
        found = selves.speaking(self.make.ev, self.base, text.name) if self.base is not None else []
        options = [text.of(each) for each in found] or [text.value]
        return few(way for each in options for way in self.go(each, parts, env))

    def _field(self, text: Field, parts: Parts, env: Env | None) -> Found:
        owner, name = text.owner, text.name
        return self._remembered(
            owner, (owner, name, parts, env), lambda: self.go(self.make.field(owner, name), parts, env)
        )

    def _as(self, base: Scope | None, work: Callable[[], Found]) -> Found:
        """What is found while `self` is of that class."""
        before, self.base = self.base, base
        try:
            return work()
        finally:
            self.base = before

    def _remembered(self, scope: Scope, key: tuple[object, ...], work: Callable[[], Found]) -> Found:
        """What is found in a body, for the class that `self` is of there."""
        base = selves.narrowed(self.make.ev, self.base, scope)
        return self._as(base, lambda: self._once((*key, base), work))

    def _once(self, key: tuple[object, ...], work: Callable[[], Found]) -> Found:
        """Worked out once; nothing while it is being worked out."""
        known = self._memo.get(key)
        known = known if known is not None else self._partial.get(key)
        if known is not None:
            return known
        progress = self.make.ev.progress
        if progress.is_circle(key):
            return ()
        self.left -= 1
        origin = key[:2]
        again = self._open.get(origin, 0)
        if self.left < 0 or self._depth > DEEPEST or again > TURNS:
            progress.cut()
            return ()
        before = progress.enter(key)
        self._depth += 1
        self._open[origin] = again + 1
        found: Found = ()
        complete = False
        try:
            found = work()
        finally:
            self._depth -= 1
            self._open[origin] = again
            complete = progress.leave(key, before)
        (self._memo if complete else self._partial)[key] = found
        return found

    def _marked(self, value: Text, how: str, place: Place, parts: Parts, env: Env | None) -> Found:
        if how == "opened":
            found = self.go(value, (), env)
            return tuple(Reached(e.source, opened=True, steps=(Step(place, "read"), *e.steps)) for e in found)
        note = Step(place, "bounded" if how == "cut" else "escaped or checked")
        marked: list[Reached] = []
        for each in self.go(value, parts, env):
            new = each._replace(limited=each.limited or place) if how == "cut" else each._replace(escaped=True)
            new = new._replace(role="", own=False) if how == "dumped" else new  # messages no more, but one text
            marked.append(new._replace(steps=(note, *each.steps)))
        return tuple(marked)

    def _joined(self, pieces: tuple[Text, ...], parts: Parts, env: Env | None) -> Found:
        if parts or len(pieces) == 1:
            return few(found for each in pieces for found in self.go(each, parts, env))
        inner = [() if isinstance(each, Word) else self.go(each, (), env) for each in pieces]
        if not any(inner):
            return ()
        spelled = [self.reader.spell(each, env, 0) for each in pieces]
        joined: list[Reached] = []
        for at, found in enumerate(inner):
            before, after = "".join(spelled[:at]), "".join(spelled[at + 1 :])
            joined.extend(_around(each, before, after) for each in found)
        return few(joined)

    def _record(self, record: Record, env: Env | None) -> Found:
        keys = dict(record.entries)
        found: list[Reached] = []
        role: str | None = None
        for key, text in record.entries:
            if key in NOT_TEXT:
                continue
            inner = self.go(text, (), env)
            if inner and role is None:
                role = self._role(record, keys, env)
            named = role or {"messages": "messages", "system": "system"}.get(key or "", "")
            found.extend(_within(each, named) for each in inner)
        return few(found)

    def _member(self, record: Record, parts: Parts, env: Env | None) -> Found:
        name, rest = parts[0], parts[1:]
        any_one = name in {"", "()"} or name.startswith("#")
        held = [text for key, text in record.entries if key == name or (any_one and key is not None)]
        if not held and name.endswith("()"):
            return self.go(record, rest, env)
        if held:
            return few(found for text in (held if any_one else held[-1:]) for found in self.go(text, rest, env))
        unsure = [(text, parts if key is None else rest) for key, text in record.entries if key in (None, "*")]
        return few(found for text, asked in unsure for found in self.go(text, asked, env))

    def _role(self, record: Record, keys: dict[str | None, Text], env: Env | None) -> str:
        """Whose words a record holds, if it is a message."""
        known = self.make.lore.roles.get(record.maker, "")
        if known and known != "role":
            return known
        said = keys.get("role", keys.get("author"))
        if said is None:
            return "user" if known else ""
        text = self.reader.spell(said, env, 0).strip().lower().rpartition(".")[2]
        if text in ROLES or "role" not in keys:  # an author can also be a person
            return ROLES.get(text, "")
        return "system" if any(each.source.audience == "remote" for each in self.go(said, (), env)) else "user"

    def _listed(self, elements: tuple[Text, ...], parts: Parts, env: Env | None) -> Found:
        if parts:
            name, rest = parts[0], parts[1:]
            if name.endswith("()"):
                return self._listed(elements, rest, env)
            number = int(name[1:]) if name.startswith("#") and name[1:].isdigit() else None
            chosen = elements[number : number + 1] if number is not None and number < len(elements) else elements
            return few(found for each in chosen for found in self.go(each, rest, env))
        if len(elements) == 2 and isinstance(elements[0], Word) and elements[0].text.lower() in ROLES:
            role = ROLES[elements[0].text.lower()]
            return few(_within(each, role) for each in self.go(elements[1], (), env))
        return few(_within(found, "") for each in elements for found in self.go(each, (), env))

    def _filled(self, text: Filled, parts: Parts, env: Env | None) -> Found:
        own: list[Reached] = []
        if not text.holes.startswith(SWAPPED):
            note = Step(text.place, "the template itself")
            found = self.go(text.template, parts, env)
            own = [each._replace(role="template", steps=(note, *each.steps)) for each in found]
        step = Step(text.place, "put into a template")
        filled = self.go(self.reader.unfold(text.template, text, env), parts, env)
        return few([*own, *(each._replace(steps=(step, *each.steps)) for each in filled)])

    def _parameter(self, scope: Scope, name: str, parts: Parts, env: Env | None) -> Found:
        while env is not None and env.scope is not scope:
            env = env.outer
        if env is None:
            return self._remembered(scope, (scope, name, parts), lambda: self._outside(scope, name, parts))
        if name in env.given:
            given, outer = env.given[name], env.outer
            return self._as(env.base, lambda: self.go(given, parts, outer))
        param = param_of(scope, name)
        if param is None or param.default is None:
            return ()
        return self.go(Later(param.default, scope.parent or scope, LAST), parts, None)

    def _outside(self, scope: Scope, name: str, parts: Parts) -> Found:
        """What comes in by a parameter: from outside, or from its function's callers."""
        param = param_of(scope, name)
        if param is None:
            return ()
        found: list[Reached] = []
        entries = [entry for entry in self.entries.of(scope) if _hands_text(entry, self.entries)]
        if entries:
            worst = exposed(tuple(entries))
            entry = next((each for each in entries if each.audience == worst), entries[0])
            text = handed(self.make, scope, param, parts, entry)
            if text is not None:
                found.extend(self.go(text, parts, None))
        for edge in self.make.ev.callers(scope):
            if not (edge.handed and self.entries.registration(edge) is not None):
                found.extend(self._passed(edge, scope, param, parts))
        if param.default is not None and not entries:
            found.extend(self.go(Later(param.default, scope.parent or scope, LAST), parts, None))
        return few(found)

    def _passed(self, edge: Edge, scope: Scope, param: Param, parts: Parts) -> Found:
        site = edge.target or edge.site
        base, possible = selves.after(self.make.ev, site, scope.short, self.base)
        text = self.reader.given(edge, scope, param) if possible else None
        if text is None:
            return ()
        step = Step(
            Place(site.scope.module.path, site.call.span.line), f"passed to `{scope.short}()` as `{param.name}`"
        )
        found = self._as(base, lambda: self.go(text, parts, None))
        return tuple(each._replace(steps=(step, *each.steps)) for each in found)


def few(found: Iterable[Reached]) -> Found:
    """Each way once, and not too many."""
    kept: dict[tuple[object, ...], Reached] = {}
    for each in found:
        key = (each.source.place, each.source.what, each.role, each.own, each.alone, each.escaped, each.limited is None,
               each.before[-40:], each.after[:40], each.opened)  # fmt: skip
        kept.setdefault(key, each)
        if len(kept) >= ENOUGH:
            break
    return tuple(kept.values())


def _around(each: Reached, before: str, after: str) -> Reached:
    """With the text that goes around it, unless it stands in a message of its own."""
    if each.own and each.role:
        return each
    alone = each.alone and not (before + after).replace(HOLE, "").strip()
    return each._replace(before=(before + each.before)[-FAR:], after=(each.after + after)[:FAR], alone=alone)


def _within(each: Reached, role: str) -> Reached:
    """In a value of its own: what the message of that role says; nothing inside a message is another message."""
    if role in ("user", "assistant", "tool") and each.role != "template":
        return each._replace(role=role, own=True)
    kept = each.role if each.role in ("system", "template") or (each.own and each.role) else ""
    return each._replace(role=kept or role, own=True)


def _pertinent(env: Env | None, scope: Scope) -> Env | None:
    """The call that matters for what stands in a scope; None where none does."""
    at: Scope | None = scope
    while at is not None and env is not None:
        if env.scope is at or (scope.kind == "class" and env.scope.parent is scope):
            return env
        at = at.parent
    return None


def _hands_text(entry: object, entries: Entries) -> bool:
    audience, how = getattr(entry, "audience", ""), getattr(entry, "how", "")
    return audience in ("remote", "local") or "Lambda" in how or how in entries.hands_text
