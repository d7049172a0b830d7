"""A model's answer, or what was made of it, at one expression on its way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..model import Place, Step
from ..project.arguments import of_param
from ..project.edges import name_of
from ..project.scope import Scope, Site
from ..read.tree import Const, Expr, Name

ANY = "*"
"""A position in a container that isn't known."""
SOME = "*:"
"""A key that isn't known, of a mapping that a comprehension made."""
PACKED = "json()"
"""Stands among the keys where the container is a JSON text that the project wrote of one."""
WORD = "argv"
"""Stands among what took the harm out of an answer: in the list that holds it, it is a word that a program is given."""
DEEPEST = 4
"""Containers in containers that are told apart."""
WRAPPED = frozenset({"model_dump", "model_dump_json", "dict", "to_dict", "to_json"})
"""Methods that give the same in another form."""
BODY = frozenset({"text", "content", "body", "data"})
"""What a response over the network brought."""
FILED = ("file", "name")
"""Forms that don't show the answer, and only lead to it."""
CONTENT = frozenset({"content", "text", "output_text", "parts", "candidates_text", "completion", "generated_text"})
"""What a response calls its text: nothing below is about the response any more."""
FAR = 17
"""Steps after which an answer has become part of other work: a transcript that became a question, whose answer is an
entry in a log; a plan that became a file, which another tool reads. What runs an answer is told however far it is."""
Key = str | int


class Trail(NamedTuple):
    """Where an answer came along, the last step first."""

    place: Place
    note: str
    before: Trail | None = None
    out_of: Scope | None = None
    """The function that gives it back there."""
    within: Scope | None = None
    """What holds the place."""

    def is_far(self) -> bool:
        """Whether there are more steps than reviewers count as the answer's own way. A name that a function binds again
        and again, each time to what is left of a text that is cleaned, is one step."""
        at: Trail | None = self
        steps = 0
        last: tuple[Scope | None, str] = (None, "")
        while at is not None and steps <= FAR:
            steps += (at.within, at.note) != last
            last, at = (at.within, at.note), at.before
        return steps > FAR

    def functions(self) -> Iterator[Scope]:
        """The functions that gave it back."""
        at: Trail | None = self
        while at is not None:
            if at.out_of is not None:
                yield at.out_of
            at = at.before

    def steps(self) -> tuple[Step, ...]:
        """The steps, the source first."""
        found: list[Step] = []
        at: Trail | None = self
        while at is not None:
            if not found or (found[-1].place, found[-1].note) != (at.place, at.note):
                found.append(Step(at.place, at.note))
            at = at.before
        return tuple(reversed(found))

    def onto(self, start: Trail) -> Trail:
        """The way with its beginning `HERE` put in the place of another's end."""
        if self is HERE or self.before is None:
            return start
        return Trail(self.place, self.note, self.before.onto(start), self.out_of, self.within)


HERE = Trail(Place("", 0), "")
"""The beginning of ways that are told from some place on."""


class Parse(NamedTuple):
    """Where text of an answer was turned into data."""

    site: Site
    what: str
    before: Parse | None = None
    """An earlier one: a pattern that cuts the JSON out of the text."""
    whole: bool = True
    """All of it, as JSON is parsed; a pattern or a separator only cuts something out."""
    sure: bool = False
    """By something that holds it against a schema."""


class Taint(NamedTuple):
    """An answer at one expression.

    form: wire (the bytes of an HTTP response), raw (the response object or a part of it), text (made of it), pieces (a
    split text), match (the match of a pattern), data (what a parser made of it), file (a file that holds it) or name (a
    text that names such a file).
    """

    node: Expr
    scope: Scope
    trail: Trail
    form: str = "raw"
    whole: bool = True
    """Whether it is the response as it came, or shows that (`f"{response}"`), and no part of it."""
    fresh: bool = False
    """Whether it is the bytes of a response, or was just made of them, with the answer somewhere in it."""
    inside: tuple[Key, ...] = ()
    """The keys and positions under which containers hold it, the outermost first."""
    parse: Parse | None = None
    stack: tuple[Site, ...] = ()
    """Calls through which it came into this function, the last one last."""
    base: Scope | None = None
    """The class of `self` before those calls, where it is narrower than the method's own (see `selves`)."""
    escaped: frozenset[str] = frozenset()
    """What took the harm out of it for some readers."""
    lines: Site | None = None
    """The call that cut it into the lines, sentences or words of which it is one."""

    def key(self) -> tuple[object, ...]:
        """What makes it different from another one at the same expression."""
        top = self.stack[-1] if self.stack else None
        parse = self.parse.site if self.parse is not None else None
        state = self.form, self.whole, self.fresh, self.inside, self.escaped
        return self.node, *state, parse, top, self.base, self.lines

    def at(self, node: Expr) -> Taint:
        """The same at another expression of the same body."""
        return self._replace(node=node)

    def put(self, node: Expr, key: Key) -> Taint | None:
        """Inside a container, under a key."""
        if len(self.inside) - (PACKED in self.inside) >= DEEPEST:
            return None
        return self._replace(node=node, inside=(key, *self.inside))

    def held(self, node: Expr, key: Key) -> Taint:
        """Inside an object, under a name; what is too deep in it isn't told apart."""
        inside = (key, *self.inside)[: DEEPEST + 1]
        return self._replace(node=node, inside=inside if PACKED in inside else inside[:DEEPEST])

    def take(self, node: Expr, key: Key) -> Taint | None:
        """Taken out of a container by a key; None when another key holds it."""
        if not self.inside:
            return self._replace(node=node)
        if self.is_packed:
            return self.plain()._replace(node=node)
        if ANY in (key, self.inside[0]) or self.inside[0] in (key, SOME):
            return self._replace(node=node, inside=self.inside[1:], escaped=self.escaped - {WORD})
        return None

    @property
    def is_keyed(self) -> bool:
        """Whether what holds the answer holds it under a name: a mapping, or an object."""
        return self.inside[:1] not in ((), (ANY,), (PACKED,)) and isinstance(self.inside[0], str)

    @property
    def is_packed(self) -> bool:
        """Whether it is a JSON text that holds the answer, and that nobody but the project can have spoiled."""
        return self.inside[:1] == (PACKED,)

    def packed(self, node: Expr) -> Taint:
        """Written as JSON, with what holds it."""
        return self.held(node, PACKED)

    def unpacked(self, node: Expr) -> Taint:
        """Read again as it was before it was written as JSON."""
        return self._replace(node=node, inside=self.inside[1:])

    def plain(self) -> Taint:
        """A JSON text as any other text."""
        return self._replace(form="text", whole=False, inside=()) if self.is_packed else self

    def in_text(self) -> Taint:
        """Put into a text: data that is printed stays known as parsed, and JSON in it is no answer to be parsed."""
        inside = (PACKED, ANY) if PACKED in self.inside else ()
        escaped = self.escaped - {WORD}
        return self._replace(form=self.spelled, whole=self.is_whole, inside=inside, lines=None, escaped=escaped)

    @property
    def is_sent(self) -> bool:
        """Whether it is all that came over the network, the answer somewhere in it."""
        return self.form == "wire" or (self.form == "raw" and self.fresh)

    def decoded(self, node: Expr) -> Taint:
        """Data made of it."""
        if self.form != "wire":
            return self.at(node)
        return self._replace(node=node, form="raw", fresh=True)

    @property
    def is_whole(self) -> bool:
        """Whether it is the response as it came, or that in a text, and no part of it."""
        return self.whole and (self.form in ("raw", "text") or (self.form == "wire" and self.fresh))

    @property
    def spelled(self) -> str:
        """The form of a text that is made of it."""
        return "name" if self.form in FILED else "text"

    @property
    def is_listed(self) -> bool:
        """Whether it is one of the lines in a list, as it was in the text."""
        return self.lines is not None and of_lines(self.lines) and ANY in self.inside and self.parse is None

    def listed(self) -> Taint:
        """The lines in a list as what was cut out of the text; anything else as it is."""
        if self.lines is None or not self.is_listed:
            return self
        return self.cut_out()

    def cut_out(self) -> Taint:
        """A line, sentence or word as what was cut out of the text."""
        if self.lines is None:
            return self
        what = name_of(self.lines.call.func)
        return self._replace(parse=Parse(self.lines, what, self.parse, whole=False), lines=None)

    def behind(self, trail: Trail) -> Taint:
        """The same, come along another's way first."""
        return self._replace(trail=self.trail.onto(trail))

    def read(self, node: Expr, name: str) -> Taint:
        """A part of the response, or of what was made of it."""
        if self.form == "raw" and name in CONTENT:
            return self._replace(node=node, form="text", whole=False)
        if self.form == "wire" and name in BODY:
            return self._replace(node=node, fresh=True)
        whole = self.whole and self.form in ("wire", "raw") and name in WRAPPED
        return self._replace(node=node, whole=whole, fresh=False)


class Use(NamedTuple):
    """What is done with an answer at one place.

    kind: read (an attribute or item of a response), argument (of a call that leaves the project), test, leaves (a
    function gives it back), returned (to whoever calls the library or waits for the entry point), stored, validated or
    parsed.
    """

    kind: str
    what: str
    taint: Taint
    place: Place
    site: Site | None = None
    at: int = -1
    """Which argument, positional ones first; -1 where it is none."""


def key_of(node: Expr) -> Key:
    """A key as far as it is written."""
    match node:
        case Const(value=str() | int() as value) if not isinstance(value, bool):
            return value
        case _:
            return ANY


def of_lines(cut: Site) -> bool:
    """Whether a call cuts a text into its lines, and not into sentences or words."""
    match cut.call.args:
        case (Const(value=str() as text), *_):
            return text.startswith("\n")
        case _:
            return name_of(cut.call.func) == "splitlines"


def key_at(taint: Taint, node: Expr) -> Key:
    """A key as far as it is written, there or in the call by which the answer came in: `get(answer, "usage")`."""
    function = taint.scope.function()
    if not isinstance(node, Name) or function is None or not taint.stack:
        return key_of(node)
    if name_of(taint.stack[-1].call.func) != function.short:
        return ANY
    param = next((each for each in function.params if each.name == node.id), None)
    given = of_param(taint.stack[-1], function, param) if param is not None else None
    return key_of(given) if given is not None and len(function.bindings.get(node.id, ())) == 1 else ANY
