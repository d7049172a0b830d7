"""What of a text is written in the code: its words, the keys of mappings, templates with their holes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from ..model import Place
from ..project.arguments import of_edge
from ..project.edges import Edge, is_partial
from ..project.graphs import state_of, updates
from ..project.queued import passed_later, queued
from ..project.scope import LAST, Scope, Site
from ..read.tree import Param
from .delimiters import FILE, HOLE
from .given import arguments
from .holes import SWAPPED, holes, pieces
from .texts import (
    MOST,
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
    got,
)

if TYPE_CHECKING:
    from ..project.entries import Entries
    from .build import Builder

ANY_KEY = frozenset({"*"})
KEYS_DEPTH = 14
FEW = 8
"""How far, and to how many callers, the keys of a mapping are looked for."""
WORDS_DEPTH = 12
"""How far all is looked for that a text can be."""
MOST_PARTS = 10_000
"""Parts of a template that are looked at: one that is filled again and again with itself has ever more."""
DEEPEST = 40
"""Names a template goes through."""


@dataclass(frozen=True, slots=True, eq=False)
class Env:
    """The call on whose behalf a function is looked into."""

    scope: Scope
    given: dict[str, Text]
    outer: Env | None
    base: Scope | None = None
    """The class of `self` at the call (see `selves`)."""
    on: Text | None = None
    """What `self` is, where that is known."""
    own: bool = False
    """`self` is the same as in the call around it."""

    def object_of(self, name: str) -> tuple[Text, Env | None] | None:
        """What `self` is, with the call in which it was made, if that tells of such an attribute."""
        at: Env | None = self
        while at is not None and at.on is None and at.own:
            at = at.outer
        if at is None or at.on is None or (isinstance(at.on, Record) and name not in dict(at.on.entries)):
            return None
        return at.on, at.outer


@dataclass(slots=True)
class Speller:
    """Reads what is written; one for a project."""

    make: Builder
    _envs: dict[tuple[int, int, Scope | None], Env] = field(default_factory=dict[tuple[int, int, Scope | None], Env])
    _unfolding: set[int] = field(default_factory=set[int])
    _looked_at: list[Text] = field(default_factory=list["Text"])
    """The parts so far of the template that is unfolded."""
    _queued: dict[Scope, tuple[Edge, ...]] = field(default_factory=dict[Scope, tuple[Edge, ...]])

    def entered(self, text: Called | Made, outer: Env | None, base: Scope | None = None) -> Env:
        """The call that a text is of, one object for each."""
        key = (id(text), id(outer), base)
        if key not in self._envs:
            if isinstance(text, Made):
                self._envs[key] = Env(text.init, dict(text.given), outer, base)
            else:
                self._envs[key] = Env(text.scope, dict(text.given), outer, base, text.on, text.own)
        return self._envs[key]

    def unfold(self, template: Text, text: Filled, env: Env | None) -> Text:
        """A template with its holes filled, messages and all; what is in it already stays."""
        self._looked_at.clear()
        return self._unfold(template, text, env)

    def _unfold(self, template: Text, text: Filled, env: Env | None) -> Text:
        self._looked_at.append(template)
        if len(self._looked_at) > MOST_PARTS:
            return template
        match template:
            case Word(text=found):
                filled = tuple(pieces(found, text))
                return filled[0] if len(filled) == 1 else Joined(filled, surely=True)
            case Joined(parts=parts, surely=surely):
                return Joined(tuple(self._unfold(each, text, env) for each in parts), surely)
            case Listed(elements=elements):
                text = text if text.left is not None else replace(text, left=self._left(template, text, env))
                return Listed(tuple(self._unfold(each, text, env) for each in elements))
            case Either(options=options):
                return Either(tuple(self._unfold(each, text, env) for each in options))
            case Record(entries=entries, maker=maker):
                return Record(tuple((key, self._unfold(each, text, env)) for key, each in entries), maker)
            case Later():
                return self._unfold_once(id(template.expr), template, lambda: self.make.force(template), text, env)
            case Told(value=value) | Chosen(value=value):
                return self._unfold(value, text, env)
            case Field(owner=owner, name=name):
                key = hash((id(owner), name))
                inner = self._made_for(template, env) or env
                return self._unfold_once(key, template, lambda: self.make.field(owner, name), text, inner)
            case Filled(template=inner):
                return self._unfold(self._unfold(inner, template, env), text, env)
            case Got() | Keyed() | Open() | Called():
                forms = islice(self._held(template, env, 0), MOST)
                return either([Joined(tuple(pieces(self.spell(each, at, 0), text))) for each, at in forms])
            case _:
                return Joined(tuple(pieces(self.spell(template, env, 0), text)))

    def _left(self, template: Listed, text: Filled, env: Env | None) -> Text:
        """What is put into those of several messages that can't be read: what no other one has a place for."""
        values = self.make.shown(text.values)
        if not isinstance(values, Record) or text.holes.startswith(SWAPPED):
            return text.values
        known = {found[1] for found in holes(text).finditer(self.row(template, env, 0))}
        put = {id(value) for name, value in values.entries if name in known}
        return Record(tuple(each for each in values.entries if id(each[1]) not in put), values.maker)

    def _unfold_once(self, key: int, template: Text, inside: Callable[[], Text], text: Filled, env: Env | None) -> Text:
        """What a template stands for; one that is being unfolded already, and so is made of itself, stays as it is."""
        if key in self._unfolding or len(self._unfolding) > DEEPEST:
            return template
        self._unfolding.add(key)
        try:
            return self._unfold(inside(), text, env)
        finally:
            self._unfolding.discard(key)

    def _held(self, text: Text, env: Env | None, depth: int) -> Iterator[tuple[Text, Env | None]]:
        """What a template can be that is a part of a mapping, with the call on whose behalf: under a key that isn't
        known, any part."""
        match text:
            case _ if depth > DEEPEST:
                yield text, env
            case Later():
                yield from self._held(self.make.force(text), env, depth + 1)
            case Told(value=value) | Chosen(value=value) | Own(value=value):
                yield from self._held(value, env, depth + 1)
            case Called(value=value):
                yield from self._held(value, self.entered(text, env), depth + 1)
            case Either(options=options):
                for each in options:
                    yield from self._held(each, env, depth + 1)
            case Open(scope=scope, name=name) if (at := _call_of(scope, env)) is not None and name in at.given:
                yield from self._held(at.given[name], at.outer, depth + 1)
            case Got(value=value) | Keyed(value=value):
                for base, at in self._held(value, env, depth + 1):
                    for each in self._parts(text, base, env):
                        found = (each, at) if isinstance(each, Got) else None
                        yield from (found,) if found else self._held(each, at, depth + 1)
            case _:
                yield text, env

    def _parts(self, text: Got | Keyed, base: Text, env: Env | None) -> list[Text]:
        """The parts of a value that are meant by a name or a key."""
        if isinstance(text, Got):
            return [got(base, text.name)]
        names = sorted(self.words(text.key, env))
        if not names and isinstance(base, Record):
            return [each for _, each in base.entries]
        return [got(base, name) for name in names or [""]]

    def ways_in(self, scope: Scope, entries: Entries) -> Iterator[Edge]:
        """Where a function is given arguments: by a registration only if that runs it later with them."""
        for edge in self.make.ev.callers(scope):
            if not edge.handed or edge.hop or entries.registration(edge) is None:
                yield edge
        if scope not in self._queued:
            self._queued[scope] = tuple(queued(self.make.ev, scope))
        yield from self._queued[scope]

    def given(self, edge: Edge, scope: Scope, param: Param) -> Text | None:
        """What one caller passes for a parameter."""
        if edge.node is not None and param is state_of(scope):
            return self._state(edge.site, edge.node, scope)
        site, expr = of_edge(edge, scope, param)
        spot = self.make.site(site)
        later = edge.queued or (edge.hop and edge.handed)
        held = edge.target is not None and is_partial(edge.target.call)
        added = passed_later(edge, scope, param) if later and (held or expr is None or edge.target is None) else None
        if added is not None:
            return self.make.build(added, self.make.site(edge.site))
        if expr is not None and (not later or edge.target is not None):
            return self.make.build(expr, spot)
        return None if edge.queued else dict(arguments(self.make, scope, site, spot, edge.skip)[0]).get(param.name)

    def _state(self, run: Site, added: Site, node: Scope) -> Text:
        """The state that a node of a graph is given: what the graph is run with, and what other nodes answer."""
        first = [*run.call.args[:1], *(each.value for each in run.call.keywords if each.name == "input")]
        found: list[Text] = [self.make.build(each, self.make.site(run)) for each in first]
        for other in self.make.ev.graphs.beside(added):
            for each in other.returns if other is not node else ():
                update = Later(updates(each), other, *other.given.get(id(each), (LAST, ())))
                found.append(
                    Told(update, Place(other.module.path, other.line), f"put into the state by `{other.short}()`")
                )
        return either(found)

    def keys(self, text: Text, depth: int = 0) -> frozenset[str]:
        """The keys that a mapping can have; "*" among them where somebody else may have put in others."""
        if depth > KEYS_DEPTH:
            return ANY_KEY
        match text:
            case Record(entries=entries):
                inner = [self.keys(each, depth + 1) for key, each in entries if key is None]
                return frozenset(key for key, _ in entries if key is not None).union(*inner)
            case Joined(parts=texts) | Either(options=texts):
                return frozenset[str]().union(*(self.keys(each, depth + 1) for each in texts))
            case Told(value=value) | Marked(value=value) | Called(value=value) | Own(value=value) | Chosen(value=value):
                return self.keys(value, depth + 1)
            case Later():
                return self.keys(self.make.force(text), depth + 1)
            case Field(owner=owner, name=name):
                return self.keys(self.make.field(owner, name), depth + 2)
            case Open():
                given = self._given(text)
                return frozenset[str]().union(*(self.keys(each, depth + 3) for each in given)) if given else ANY_KEY
            case Got(value=Open() as value, name=name) if given := self._given(value):
                return frozenset[str]().union(*(self.keys(got(each, name), depth + 3) for each in given))
            case Got(value=value, name=name):
                inside = got(self.make.shown(value), name)
                return (
                    self.keys(value, depth + 1) & ANY_KEY if isinstance(inside, Got) else self.keys(inside, depth + 1)
                )
            case Source():
                return ANY_KEY
            case _:
                return frozenset()

    def words(self, text: Text, env: Env | None, depth: int = 0) -> frozenset[str]:
        """All that a text can be, where each of it is written in the code; else none."""
        if depth > WORDS_DEPTH:
            return frozenset()
        match text:
            case Word(text=found):
                return frozenset((found,))
            case Told(value=value) | Marked(value=value) | Chosen(value=value):
                return self.words(value, env, depth)
            case Later():
                return self.words(self.make.force(text), env, depth + 1)
            case Field(owner=owner, name=name):
                return self.words(self.make.field(owner, name), None, depth + 1)
            case Either(options=several) | Joined(parts=several):
                each = [self.words(one, env, depth + 1) for one in several]
                if not all(each) or (isinstance(text, Joined) and any(len(one) > 1 for one in each)):
                    return frozenset()
                spelled = frozenset((self.spell(text, env, 0),))
                return spelled if isinstance(text, Joined) else frozenset[str]().union(*each)
            case Open(scope=scope, name=name) if env is not None and env.scope is scope and name in env.given:
                return self.words(env.given[name], env.outer, depth + 1)
            case _:
                return frozenset()

    def spell(self, text: Text, env: Env | None, depth: int) -> str:
        """The text as far as it is written in the code, with a mark for the pieces that aren't."""
        if depth > 24:
            return HOLE
        match text:
            case Word(text=found):
                return found
            case Joined(parts=parts):
                return "".join(self.spell(each, env, depth + 1) for each in parts)
            case Marked(value=value, how="opened" | "stored") | Got(value=value, name="read_text()"):
                return self.make.ev.world.source.written(self.spell(value, env, depth + 1).rpartition(HOLE)[2]) or FILE
            case (
                Told(value=value)
                | Marked(value=value)
                | Own(value=value)
                | Chosen(value=value)
                | Got(value=value, name="read()")
            ):
                return self.spell(value, env, depth + 1)
            case Later():
                return self.spell(self.make.force(text), env, depth + 1)
            case Either(options=options):
                return self._spell_one(options[:4], env, depth + 1)
            case Called(value=value):
                return self.spell(value, self.entered(text, env), depth + 1)
            case Got(value=value, name=name):
                return self.row(value, env, depth + 1) if name == ROW else self._spell_part(text, env, depth)
            case Filled(template=template):
                said = self.spell(template, env, depth + 1)
                return holes(text).sub(HOLE, said)
            case Field() | Open():
                return self._spell_held(text, env, depth)
            case _:
                return HOLE

    def row(self, text: Text, env: Env | None, depth: int) -> str:
        """The elements of a list, each on a line of its own."""
        if depth > 24:
            return HOLE
        match text:
            case Listed(elements=parts) | Joined(parts=parts, surely=False):
                return "".join(self.row(each, env, depth + 1) for each in parts)
            case Told(value=value) | Marked(value=value) | Own(value=value) | Chosen(value=value):
                return self.row(value, env, depth + 1)
            case Later():
                return self.row(self.make.force(text), env, depth + 1)
            case Called(value=value):
                return self.row(value, self.entered(text, env), depth + 1)
            case _:
                return f"\n{self.spell(text, env, depth + 1)}\n"

    def _spell_one(self, options: tuple[Text, ...], env: Env | None, depth: int) -> str:
        """The first of several of which some words are known."""
        best = HOLE
        for each in options:
            said = self.spell(each, env, depth)
            if said.strip(HOLE + FILE):
                return said
            best = max(best, said)
        return best

    def _spell_part(self, text: Got, env: Env | None, depth: int) -> str:
        """What a part of a mapping or an object is."""
        held = self.make.shown(text.value)
        if isinstance(held, Made):
            return self.spell(self.make.field(held.owner, text.name), self.entered(held, env, held.owner), depth + 8)
        inside = got(held, text.name)
        return HOLE if isinstance(inside, Got) else self.spell(inside, env, depth + 1)

    def _spell_held(self, text: Field | Open, env: Env | None, depth: int) -> str:
        """What an attribute or a parameter is."""
        if isinstance(text, Field):
            return self.spell(self.make.field(text.owner, text.name), self._made_for(text, env), depth + 8)
        scope, name = text.scope, text.name
        at = _call_of(scope, env)
        if at is not None and name in at.given:
            return self.spell(at.given[name], at.outer, depth + 1)
        param = param_of(scope, name)
        if param is not None and param.default is not None:
            return self.spell(Later(param.default, scope.parent or scope, LAST), None, depth + 4)
        return self._spell_one(self._passed(scope, param)[:4], None, depth + 8) if param is not None else HOLE

    def _made_for(self, text: Field, env: Env | None) -> Env | None:
        """The call that made the object whose attribute it is, where that is known."""
        made, outer = (env.object_of(text.name) if text.own and env is not None else None) or (None, None)
        return self.entered(made, outer, text.owner) if isinstance(made, Made) else None

    def _given(self, text: Open) -> tuple[Text, ...]:
        """What a parameter is given, if that is known."""
        param = param_of(text.scope, text.name)
        return self._passed(text.scope, param) if param is not None else ()

    def _passed(self, scope: Scope, param: Param) -> tuple[Text, ...]:
        """What the first callers of a function give for a parameter."""
        edges = self.make.ev.callers(scope)[:FEW]
        return tuple(given for edge in edges if (given := self.given(edge, scope, param)) is not None)


def _call_of(scope: Scope, env: Env | None) -> Env | None:
    """The call of a function among those on whose behalf something is looked into."""
    while env is not None and env.scope is not scope:
        env = env.outer
    return env


def param_of(scope: Scope, name: str) -> Param | None:
    """The parameter of that name."""
    return next((each for each in scope.params if each.name == name), None)
