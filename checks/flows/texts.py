"""What a text is made of, worked out backwards from where it is used.

A value is built once for an expression, with the parameters it depends on left open: who passes them is asked only
where somebody wants to know what the text can be (`walk.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from sys import intern

from ..model import Place
from ..project.scope import LAST, Frame, Scope
from ..read.tree import Expr, Star
from .roles import Whose


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """Text written in the code."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """Something that can't be read, or is no text from outside: a number, the user's own settings, a model's answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Text that somebody else wrote."""

    what: str
    """In words: "FastAPI route parameter `question`"."""
    audience: str
    retrieved: bool
    place: Place
    choice: bool = False
    """It is one of a few roles, and so no text; that of instructions is among them."""
    closed: frozenset[str] = frozenset()
    """Parts of it that are no text."""
    same: str = field(init=False)
    """What it is told from others by: another look at the same place finds the same."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "same", intern(f"{self.place} {self.what}"))


@dataclass(frozen=True, slots=True, eq=False)
class Open:
    """A parameter of a function; of a lambda or a prompt template too."""

    scope: Scope
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """An attribute of the instances of a project class."""

    owner: Scope
    name: str
    own: bool = False
    """It is one of the object in whose method it is read."""


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Pieces in a row: of a text, or of a list that is built in steps."""

    parts: tuple[Text, ...]
    surely: bool = False
    """It can only be a text."""


@dataclass(frozen=True, slots=True, eq=False)
class Either:
    """One of several."""

    options: tuple[Text, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A mapping, or an object built with named arguments; a name of None is `**value`, of "*" a key not known."""

    entries: tuple[tuple[str | None, Text], ...]
    maker: str = ""
    """What built it: the last name of a class."""


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """A list; a starred element, or one with `spread`, is a list itself."""

    elements: tuple[Text, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Got:
    """A part of a value: `value.name`, `value["name"]`; an element where the name is empty, or all (see `ROW`)."""

    value: Text
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Keyed:
    """A part of a value, under a key that is worked out as well."""

    value: Text
    key: Text


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """A value that went through something: escaped, cut or checked."""

    value: Text
    how: str
    """escaped, dumped (as JSON), spelled (as text), cut, fits (a limit for all that is said in it, where cut may limit
    how many things are in it), split (each of its pieces is short, all of them together aren't), known (it is one of
    the program's own values), label (it says little, see `is_label`), yielded (a generator hands it out, one by one),
    opened (the value names a file that is read) or stored (it names a template)."""
    place: Place
    part: str = ""
    """The part that it holds for; empty: all of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """A message as far as it is of certain roles, or a part of such a message."""

    value: Text
    whose: Whose


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A value with a step that its trace should name."""

    value: Text
    place: Place
    note: str


@dataclass(frozen=True, slots=True, eq=False)
class Called:
    """What a project function returns for one call: its parameters are the arguments of that call."""

    value: Text
    scope: Scope
    given: tuple[tuple[str, Text], ...]
    certain: bool = True
    """False where arguments may stand in something that can't be read."""
    own: bool = False
    """It is a method of the caller's own object, or a function inside the caller's method."""
    on: Text | None = None
    """The object whose method it is, where the code that calls it has just made it."""


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """What a method of the caller's own object returns: which one runs depends on the object's class."""

    name: str
    value: Text
    """Of whichever class."""
    of: Callable[[Scope], Text]
    """Of one method of that name."""


@dataclass(frozen=True, slots=True, eq=False)
class Later:
    """An expression that is built when somebody asks."""

    expr: Expr
    scope: Scope
    line: float
    """Names in it have what they were given up to there."""
    frames: tuple[Frame, ...] = ()
    told: int = 0
    """The line to name as its place, where that is another."""


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """An instance of a project class, with what its constructor was given."""

    owner: Scope
    init: Scope
    given: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """A prompt template with what is put into it."""

    template: Text
    values: Text
    holes: str
    """How its holes are written: `{}` or `{{}}`."""
    place: Place
    left: Text | None = None
    """What of the values goes into a part that can't be read; None: any."""


Text = (
    Word | Gap | Source | Open | Field | Joined | Either | Record | Listed | Got | Keyed | Marked | Told | Called
    | Later | Made | Filled | Own | Chosen
)  # fmt: skip

GAP = Gap()
ROW = "#"
"""Stands for all elements of a list, one behind the other."""

NOWHERE = Place("", 0)
KINDS = ("type", "mime_type", "media_type", "mimeType", "mediaType")
LABELS = frozenset({"role", "id", "type", "name", "status", "mime_type", "media_type", "timestamp", "date"})

NUMBERS = frozenset({"returncode", "exit_code", "exitstatus", "status_code", "pid"})
"""Parts that are no text, whatever they are parts of."""


PICTURES = frozenset({"image", "input_image", "image_url"})
PIXELS = frozenset({"data", "source", "image", "bytes", "base64", "url"})


def recorded(entries: Sequence[tuple[str | None, Text]], maker: str = "") -> Record:
    """A mapping. What a picture is made of is left out: that is no text of any length."""
    kinds = {text.text for key, text in entries if key in KINDS and isinstance(text, Word)}
    is_picture = any(kind in PICTURES or kind.startswith("image/") for kind in kinds)
    return Record(tuple(each for each in entries if not (is_picture and each[0] in PIXELS)), maker)


def is_label(name: str) -> bool:
    """Whether a part of a message or a record is called like one that says little: whose it is, what kind, and when."""
    return name in LABELS or name.endswith(("_id", "_at"))


def either(options: Sequence[Text]) -> Text:
    """One of the options, each once."""
    flat = [each for one in options for each in (one.options if isinstance(one, Either) else (one,))]
    found = tuple(dict.fromkeys(flat))
    return found[0] if len(found) == 1 else Either(found[:MOST]) if found else GAP


def given_by(function: Scope) -> Text:
    """What a function of the project returns or, where it returns nothing, yields."""
    yields = function.is_generator and not function.returns
    found: list[Text] = []
    for each in function.yields if yields else function.returns:
        text = Later(each, function, *function.given.get(id(each), (LAST, ())))
        found.append(Marked(text, "yielded", NOWHERE) if yields and not isinstance(each, Star) else text)
    return either(found)


def got(value: Text, name: str) -> Text:
    """A part of a value, as far as that is plain."""
    match value:
        case Gap():
            return value
        case _ if name in NUMBERS:
            return GAP
        case Record(entries=entries) if name and all(key not in (None, "*") for key, _ in entries):
            held = [text for key, text in entries if key == name]
            kept = held[-1] if held else GAP
            return Marked(kept, "label", NOWHERE) if is_label(name) and not isinstance(kept, (Word, Gap)) else kept
        case Told(value=inner):
            return replace(value, value=got(inner, name))
        case _:
            return Got(value, name)


def got_by(value: Text, key: Text) -> Text:
    """A part of a value, under a key that may be known only where somebody asks."""
    match key:
        case Word(text=name):
            return got(value, name)
        case Gap() | Source():
            return got(value, "")
        case _:
            return value if isinstance(value, Gap) else Keyed(value, key)


MOST = 24
"""Options that are followed."""
