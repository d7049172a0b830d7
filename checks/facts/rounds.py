"""What differs from one round of a loop to the next: whether another model is asked in each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..flows.tools import last_name
from ..project.edges import arguments_of, name_of
from ..project.scope import Site
from ..project.uses import Frames, statements
from ..read.tree import (
    Assign,
    Attr,
    Await,
    Call,
    Do,
    Expr,
    If,
    Index,
    Loop,
    Match,
    Return,
    Statement,
    With,
    names_in,
    walk,
)
from .news import TOLD
from .turned import MODELS, WORDS

ASKED_BY = re.compile(
    rf"{WORDS}|agent|chain|conf|cfg|param|payload|req|body|header|args|opts|option|setting|url|endpoint|host|key|token",
    re.IGNORECASE,
)
"""Names of what a request is made of or sent by."""
FINDING = re.compile(r"(?i)search|find|retriev|fetch|scrap|crawl|look_?up|download|extract|transcri")
"""Names of what gives a text to ask about."""


def is_given_as_model(loop: Loop, site: Site, names: re.Pattern[str] = MODELS) -> bool:
    """Whether the call is given what the loop runs over as its model, or made on what is got by that:
    `for each in chain: ask(text, model=each)`, `for each in chain: provider = PROVIDERS[each]`,
    `for at in range(3): model = MODELS[at]`."""
    targets = set(names_in(loop.target))
    given = {
        name
        for each in site.call.keywords
        if each.name is not None and names.search(each.name)
        for name in names_in(each.value)
    }
    if targets & given:
        return True
    made_on = set(names_in(site.call.func))
    for each, _ in statements(loop.body):
        if isinstance(each, Assign) and each.value is not None and not targets.isdisjoint(names_in(each.value)):
            taken = set(names_in(each.targets))
            said = (*(taken & made_on), _holder(each.value)) if taken & made_on else ()
            if any(map(names.search, said)) or (is_range(loop) and taken & given):
                return True
    return False


def _holder(value: Expr) -> str:
    """The name of what something is taken out of: `PROVIDERS[each]`, `PROVIDERS.get(each)`."""
    match value:
        case Index(value=holder) | Call(func=Attr(value=holder, name="get")):
            return last_name(holder)
        case _:
            return ""


def is_range(loop: Loop) -> bool:
    """Whether a loop only counts its rounds."""
    return isinstance(loop.source, Call) and name_of(loop.source.func) in ("range", "count")


class Rounds:
    """What differs from one round of a loop to the next: what it runs over, and what is found with that."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._names = set(names_in(loop.target))
        """What it runs over, and what is taken out of that or built of it: a client, settings."""
        self._found = set[str]()
        """What somebody else gave for one of those: `search(provider, query)`."""
        self._told = False
        """Whether one of those was put somewhere, or given to what changes something."""
        for each, frames in statements(loop.body):
            self._read(each, frames)

    def turn(self, site: Site) -> bool:
        """Whether a call may ask another in each round. It asks the same one where it is given what was found, and
        neither it nor a test before it has to do with whom to ask."""
        call = site.call
        given = arguments_of(call)
        if self._told or not any(self._is_of(self._found, each) for each in given):
            return True
        return any(self._is_of(self._names, each) for each in (call.func, *given, *self._tests(site)))

    @staticmethod
    def _is_of(names: set[str], expr: Expr) -> bool:
        return not names.isdisjoint(names_in(expr))

    def _tests(self, site: Site) -> Iterator[Expr]:
        """What has to hold for a site to be come to: around it, or before it where another answer is given."""
        around = {id(frame.node) for frame in site.frames}
        for each, _ in statements(self._loop.body):
            match each:
                case If(test=test, body=(*_, Return(value=Call() | Await()))):
                    yield test
                case If(test=test) if id(each) in around:
                    yield test
                case Match(subject=subject) if any(part is site.call for part in walk(each)):
                    yield subject
                case _:
                    pass

    def _read(self, statement: Statement, frames: Frames) -> None:
        match statement:
            case Assign(targets=targets, value=value) if value is not None:
                chosen = any(isinstance(each.node, If) and self._is_of(self._names, each.node.test) for each in frames)
                for target in targets:
                    self._take(target, value, chosen=chosen)
            case With(items=items):
                for value, bound in items:
                    self._told = self._told or (bound is None and self._is_of(self._names, value))
                    self._take(bound, value)
            case Loop(target=element, source=source):
                self._take(element, source)
            case Do(value=Call() | Await() as value):
                call = value.value if isinstance(value, Await) else value
                given = arguments_of(call) if isinstance(call, Call) and name_of(call.func) not in TOLD else ()
                self._told = self._told or any(self._is_of(self._names, each) for each in given)
            case _:
                pass

    def _take(self, target: Expr | None, value: Expr, *, chosen: bool = False) -> None:
        """A target gets a value; one of several, `chosen` by what the loop runs over."""
        direct = chosen or self._is_of(self._names, value)
        if target is None or not (direct or self._is_of(self._found, value)):
            return
        if isinstance(target, (Attr, Index)):
            self._told = self._told or direct
            return
        for name in names_in(target):
            is_whom = direct and (self._is_built(value) or ASKED_BY.search(name))
            (self._names if is_whom else self._found).add(name)

    def _is_built(self, value: Expr) -> bool:
        """Whether a value only takes out of something, or puts together, what the loop runs over: `CLIENTS[name]`,
        `CLIENTS.get(name)`, `Client(name)`, `name.strip()`."""
        call = value.value if isinstance(value, Await) else value
        if not isinstance(call, Call):
            return True
        name = name_of(call.func)
        if self._is_of(self._names, call.func):
            return not FINDING.search(name)
        return name == "get" or name[:1].isupper()
