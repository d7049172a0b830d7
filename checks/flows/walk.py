"""From a prompt to the outside: what a text takes from where, and where in the prompt that stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar

from ..model import Place, Step
from ..project.attributes import methods
from ..project.entries import exposed
from ..project.lineage import mro
from ..project.scope import LAST, Scope
from ..read.tree import Param
from . import selves
from .handed import handed
from .holes import SWAPPED
from .parts import NOT_TEXT, Parts, can_be, is_element, is_inside, is_looked_into, is_meant_by, named, number, part_of
from .reached import Found, around, as_template, as_text, labelled, marked, said, told, within
from .roles import ROLES, SAYING, Whose, role_named
from .search import Node, Way, Ways, behind, together
from .spell import Env, Speller, param_of
from .stored import stored_roles
from .texts import (
    ROW,
    Called,
    Chosen,
    Either,
    Field,
    Filled,
    Got,
    Joined,
    Keyed,
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
    given_by,
    is_label,
)

if TYPE_CHECKING:
    from ..project.edges import Edge
    from ..project.entries import Entries
    from .build import Builder

TURNS = 2
"""How often a function is looked into on behalf of itself."""
T = TypeVar("T")


@dataclass(slots=True)
class Walk:
    """All walks of a project."""

    make: Builder
    entries: Entries
    reader: Speller = field(init=False)
    base: Scope | None = None
    """The class of `self` where the text stands (see `selves`)."""
    _nodes: dict[tuple[object, ...], Node] = field(default_factory=dict[tuple[object, ...], Node])
    _asking: set[Record] = field(default_factory=set[Record])
    """Messages whose role is being asked for."""
    _kept: bool | None = None
    """See `_keeps_chosen_roles`."""

    def __post_init__(self) -> None:
        self.reader = Speller(self.make)

    def sources(self, texts: Sequence[tuple[Text, Scope]]) -> list[Found]:
        """Every source that each text can hold, in the body it stands in, the nearest first."""
        return together(
            [self._as(selves.owner_of(scope), partial(self._ways, text, (), None)) for text, scope in texts]
        )

    def _sources(self, text: Text, env: Env | None) -> Found:
        return together([self._ways(text, (), env)])[0]

    def _ways(self, text: Text, parts: Parts, env: Env | None) -> Ways:
        """What a text, or the part of it that is asked for, takes from where."""
        match text:
            case Record() | Made() if parts and isinstance(parts[0], Whose):
                return self._ways(text, parts[1:], env) if self._is_meant(text, parts[0], env) else []
            case Chosen(value=value, whose=whose):
                return self._ways(value, parts if parts[:1] == (whose,) else (whose, *parts), env)
            case Later():
                near = _pertinent(env, text.scope)
                return self._node(
                    text.scope,
                    (id(text.expr), text.line, parts, near),
                    lambda: self._ways(self.make.force(text), parts, near),
                )
            case Told(value=value, place=place, note=note):
                return behind(self._ways(value, parts, env), told(Step(place, note)))
            case Marked():
                return self._marked(text, parts, env)
            case Got(value=value, name=name):
                found = self._ways(value, part_of(name, parts), env)
                return behind(found, labelled) if is_label(name) and not named(parts) else found
            case Joined(parts=inside, surely=surely):  # what is put into a text is asked for as a whole
                return self._joined(inside, () if surely else parts, env, flat=surely)
            case Either(options=options):
                if parts[:1] == (ROW,) and all(isinstance(each, Marked) and each.how == "yielded" for each in options):
                    return self._joined(options, parts, env)
                return [way for each in options for way in self._ways(each, parts, env)]
            case Record():
                return self._member(text, parts, env) if parts else self._record(text, env)
            case Listed(elements=elements):
                return self._listed(elements, parts, env)
            case _:
                return self._asked(text, parts, env)

    def _marked(self, text: Marked, parts: Parts, env: Env | None) -> Ways:
        how, value = text.how, text.value
        of_another = is_looked_into(how, parts) or (text.part and not is_meant_by(text.part, parts))
        # of how many there are, a limit is none for what each of them says
        of_number = how == "cut" and not text.part and is_inside(parts) and not isinstance(value, Source)
        if of_another or of_number or (how == "split" and parts[:1] == (ROW,)):
            return self._ways(value, parts, env)
        if how == "stored" or (how == "known" and (named(parts) or not text.part)):
            return []  # one of the program's own values
        if how == "yielded":  # where a generator stands for what it yields, as in a `with`, no element is asked for
            return self._ways(value, parts[1:] if is_element(parts) else parts, env)
        if how == "label":
            return behind(self._ways(value, parts, env), labelled)
        return behind(self._ways(value, () if how == "opened" else parts, env), marked(how, text.place))

    def _asked(self, text: Text, parts: Parts, env: Env | None) -> Ways:
        match text:
            case Open(scope=scope, name=name):
                return self._parameter(scope, name, parts, env)
            case Own():
                return self._own(text, parts, env)
            case Called(value=value, own=own):
                inner = self._entered(text, env)
                return self._as(self.base if own else None, lambda: self._ways(value, parts, inner)) if inner else []
            case Made(owner=owner) if is_element(parts):
                return self._as(owner, lambda: self._ways(self._back(owner, "__iter__"), parts, None))
            case Made(owner=owner) if parts and (name := str(parts[0])).endswith("()"):
                return self._as(owner, lambda: self._ways(self._back(owner, name[:-2]), parts[1:], None))
            case Made(owner=owner) if parts:
                inner = self._entered(text, env)
                asked, rest = Field(owner, str(parts[0]), own=True), parts[1:]
                if inner is not None and rest and isinstance(rest[0], Whose) and rest[0].of_part:
                    inner, rest = inner if self._allows_made(rest[0], owner, inner) else None, rest[1:]
                return self._as(owner, lambda: self._field(asked, rest, inner)) if inner else []
            case Field(owner=owner, own=own):
                near = _pertinent(env, owner)
                known = near.object_of(text.name) if own and near is not None else None
                if known is not None:
                    return self._as(None, lambda: self._ways(known[0], (text.name, *parts), known[1]))
                return self._as(self.base if own else None, lambda: self._field(text, parts, near))
            case _:
                return self._taken(text, parts, env)

    def _taken(self, text: Text, parts: Parts, env: Env | None) -> Ways:
        match text:
            case Filled():
                return self._filled(text, parts, env)
            case Keyed(value=value, key=key):
                names = sorted(self.reader.words(key, env)) or [""]
                return [way for each in names for way in self._ways(value, part_of(each, parts), env)]
            case Source():
                return [Way(text)] if can_be(text, parts) else []
            case _:
                return []

    def _back(self, owner: Scope, name: str) -> Text:
        """What a method of a class gives back."""
        found = [method for each in mro(self.make.ev, owner) for method in methods(each, name)]
        return either([given_by(method) for method in found[:1]])

    def _entered(self, text: Called | Made, env: Env | None) -> Env | None:
        """On whose behalf a function is looked into; nobody's, where it would be for itself time and again."""
        inner = self.reader.entered(text, env, self.base)
        at, turns = env, 0
        while at is not None:
            turns += at.scope is inner.scope
            at = at.outer
        return inner if turns < TURNS else None

    def _field(self, text: Field, parts: Parts, env: Env | None) -> Ways:
        owner, name = text.owner, text.name
        found = self._node(
            owner, (owner, name, parts, env), lambda: self._ways(self.make.field(owner, name), parts, env)
        )
        return behind(found, labelled) if is_label(name) and not named(parts) else found

    def _as(self, base: Scope | None, work: Callable[[], T]) -> T:
        """What is done while `self` is of that class."""
        before, self.base = self.base, base
        try:
            return work()
        finally:
            self.base = before

    def _node(self, scope: Scope, key: tuple[object, ...], look: Callable[[], Ways]) -> Ways:
        """What is found in a body, for the class that `self` is of there: looked at when somebody gets so far."""
        base = selves.narrowed(self.make.ev, self.base, scope)
        node = self._nodes.get((*key, base))
        if node is None:
            node = self._nodes[(*key, base)] = Node(partial(self._as, base, look))
        return [Way(node)]

    def _own(self, text: Own, parts: Parts, env: Env | None) -> Ways:
        """What an object's own method returns, of whichever class where its own leaves that open."""
        found = selves.speaking(self.make.ev, self.base, text.name) if self.base is not None else []
        options = [text.of(each) for each in found] or [text.value]
        return [way for each in options for way in self._ways(each, parts, env)]

    def _joined(self, pieces: tuple[Text, ...], parts: Parts, env: Env | None, *, flat: bool = False) -> Ways:
        if (at := number(parts)) is not None:
            pieces = self.make.as_far_as(at, pieces)
            if at and isinstance(pieces[0], Listed):  # something may have been put in front
                parts = ("", *parts[1:])
        if any(isinstance(each, Record) and [key for key, _ in each.entries] == ["role"] for each in pieces):
            parts = tuple(each for each in parts if isinstance(each, str))  # its role is set later
        inner = [[] if isinstance(each, Word) else self._ways(each, parts, env) for each in pieces]
        inner = [behind(ways, as_text) for ways in inner] if flat else inner
        if (parts and parts[0] != ROW) or len(pieces) == 1:
            return [way for each in inner for way in each]
        spelled = self.reader.row if parts else self.reader.spell
        said = cache(lambda: [spelled(each, env, 0) for each in pieces])
        return [way for at, each in enumerate(inner) if each for way in behind(each, around(said, at))]

    def _record(self, record: Record, env: Env | None) -> Ways:
        base = self.base
        role = cache(lambda: self._as(base, lambda: self._role(record, env)))
        found: Ways = []
        for key, text in record.entries:
            inner = self._ways(text, (), env) if key not in NOT_TEXT else []
            if inner:
                found += behind(inner, said(role, SAYING.get(key or "", "")))
        return found

    def _member(self, record: Record, parts: Parts, env: Env | None) -> Ways:
        name, rest = str(parts[0]), parts[1:]
        whose = rest[0] if rest else None
        if isinstance(whose, Whose) and whose.of_part:
            rest = rest[1:]
            if not self._allows(whose, record, env):
                return []
        any_one = name in {"", "()"} or name.startswith("#")
        held = [text for key, text in record.entries if key == name or (any_one and key is not None)]
        if not held and name.endswith("()"):
            return self._ways(record, rest, env)
        if held:
            return [way for text in (held if any_one else held[-1:]) for way in self._ways(text, rest, env)]
        unsure = [(text, parts if key is None else rest) for key, text in record.entries if key in (None, "*")]
        return [way for text, asked in unsure for way in self._ways(text, asked, env)]

    def _role(self, record: Record, env: Env | None) -> str:
        """Whose words a record holds, if it is a message."""
        written, role = self._written_role(record, env), dict(record.entries).get("role")
        if written or role is None:
            return written
        if record in self._asking:  # a role that is made of the message itself
            return "user"
        self._asking.add(record)
        try:
            sources = self._sources(role, env)
        finally:
            self._asking.discard(record)
        remote = [each.source for each in sources if each.source.audience == "remote"]
        chosen = any(not source.retrieved for source in remote) or (remote and self._keeps_chosen_roles())
        return "system" if chosen else "user"

    def _keeps_chosen_roles(self) -> bool:
        """Whether the project stores roles that a client chose; what it stores else is no client's choice."""
        if self._kept is None:
            self._kept = False
            sent = (each.source for text in stored_roles(self.make) for each in self._sources(text, None))
            self._kept = any(source.audience == "remote" and not source.retrieved for source in sent)
        return self._kept

    def _written_role(self, record: Record, env: Env | None) -> str:
        """The role, as far as it is written in the code (and can be no other one); an author can also be a person."""
        known = self.make.lore.roles.get(record.maker, "")
        keys = dict(record.entries)
        said = keys.get("role", keys.get("author"))
        if known not in ("", "role"):
            return known
        if said is None:
            return "user" if known else role_named(self.reader.spell(keys.get("type", Word("")), env, 0))
        return role_named(self.reader.spell(said, env, 0))

    def _is_meant(self, text: Record | Made, whose: Whose, env: Env | None) -> bool:
        """Whether a condition on messages leaves this one over."""
        if whose.of_part:
            return True
        if isinstance(text, Record):
            return self._allows(whose, text, env)
        inner = self._entered(text, env)
        return inner is None or self._allows_made(whose, text.owner, inner)

    def _allows(self, whose: Whose, record: Record, env: Env | None) -> bool:
        """Whether a message can be of the roles that are meant; one whose role isn't certain can."""
        known, keys = self.make.lore.roles.get(record.maker, ""), dict(record.entries)
        said = keys.get("role", keys.get("author"))
        if known in ("", "role") and said is not None:
            roles = self.reader.words(said, env)
            return not roles or any(whose.allows(role_named(each)) for each in roles)
        return whose.allows("user" if known == "role" else known)

    def _allows_made(self, whose: Whose, owner: Scope, env: Env) -> bool:
        """Whether an object can be, that gets its role from its constructor."""
        roles = self.reader.words(self.make.field(owner, "role"), env)
        return not roles or any(whose.allows(role_named(each)) for each in roles)

    def _listed(self, elements: tuple[Text, ...], parts: Parts, env: Env | None) -> Ways:
        if parts and isinstance(parts[0], Whose):
            return [way for each in elements for way in self._ways(each, parts, env)]
        if parts:
            name, rest = str(parts[0]), parts[1:]
            if name == ROW:
                return self._joined(elements, parts, env)  # a starred one is a list itself
            if name.endswith("()"):
                return self._listed(elements, rest, env)
            place = number(parts)
            chosen = elements[place : place + 1] if place is not None and place < len(elements) else elements
            return [way for each in chosen for way in self._ways(each, rest, env)]
        if len(elements) == 2 and isinstance(elements[0], Word) and elements[0].text.lower() in ROLES:
            return behind(self._ways(elements[1], (), env), within(ROLES[elements[0].text.lower()]))
        return behind([way for each in elements for way in self._ways(each, (), env)], within(""))

    def _filled(self, text: Filled, parts: Parts, env: Env | None) -> Ways:
        own = [] if text.holes.startswith(SWAPPED) else self._ways(text.template, parts, env)
        filled = self._ways(self.reader.unfold(text.template, text, env), parts, env)
        put = told(Step(text.place, "put into a template"))
        return [*behind(own, as_template(text.place)), *behind(filled, put)]

    def _parameter(self, scope: Scope, name: str, parts: Parts, env: Env | None) -> Ways:
        near = _pertinent(env, scope)  # a function inside the one that is looked into on somebody's behalf
        while env is not None and env.scope is not scope:
            env = env.outer
        if env is None:
            return self._node(scope, (scope, name, parts, near), lambda: self._outside(scope, name, parts, near))
        if name in env.given:
            given, outer = env.given[name], env.outer
            return self._as(env.base, lambda: self._ways(given, parts, outer))
        param = param_of(scope, name)
        if param is None or param.default is None:
            return []
        return self._ways(Later(param.default, scope.parent or scope, LAST), parts, None)

    def _outside(self, scope: Scope, name: str, parts: Parts, env: Env | None) -> Ways:
        """What comes in by a parameter: from outside, or from its function's callers."""
        param = param_of(scope, name)
        if param is None:
            return []
        found: Ways = []
        entries = [entry for entry in self.entries.naming(scope) if _hands_text(entry, self.entries)]
        if entries:
            worst = exposed(tuple(entries))
            entry = next((each for each in entries if each.audience == worst), entries[0])
            text = handed(self.make, scope, param, named(parts), entry)
            found += self._ways(text, parts, None) if text is not None else []
        for edge in self.reader.ways_in(scope, self.entries):
            found += self._passed(edge, scope, param, parts, env)
        if param.default is not None and not entries:
            found += self._ways(Later(param.default, scope.parent or scope, LAST), parts, None)
        return found

    def _passed(self, edge: Edge, scope: Scope, param: Param, parts: Parts, env: Env | None) -> Ways:
        site = edge.target or edge.site
        base, possible = selves.after(self.make.ev, site, scope.short, self.base)
        text = self.reader.given(edge, scope, param) if possible else None
        if text is None:
            return []
        place = Place(site.scope.module.path, site.call.span.line)
        step = Step(place, f"passed to `{scope.short}()` as `{param.name}`")
        return behind(self._as(base, lambda: self._ways(text, parts, env)), told(step))


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
