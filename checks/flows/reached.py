"""What reaches a prompt, and what each thing on its way does to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from ..model import Place, Step
from .delimiters import HOLE
from .texts import Source

FAR = 4000
"""Characters around a piece that are kept."""
SPOKEN = frozenset({"system", "user", "assistant", "tool"})
"""Roles of messages."""


Trace = tuple[Step, "Trace"] | None
"""How it comes from the text down to the source: a step, and the way on from there, which others share."""


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
    trace: Trace = None

    def key(self) -> tuple[object, ...]:
        """What makes it another than the next one: not the way it came, nor what is written around it. First whether
        it has no limit."""
        return self.limited is None, self.source.same, self.role, self.own, self.alone, self.escaped, self.opened

    def steps(self) -> list[Step]:
        """The steps of its trace, the source first."""
        found: list[Step] = []
        at = self.trace
        while at is not None:
            step, at = at
            found.append(step)
        return found[::-1]

    def near(self) -> tuple[str, str]:
        """What is written next to it."""
        return self.before[-40:], self.after[:40]


Found = tuple[Reached, ...]
Change = Callable[[Reached], Reached]
"""What a text does to everything that it takes out of another one."""


@lru_cache(maxsize=4096)
def told(step: Step) -> Change:
    """It is part of the trace. A dozen ways go by one step, and hold the same."""
    return lambda each: Reached(*each[:-1], (step, each.trace))  # the last of its fields


def within(role: str) -> Change:
    """It stands in a value of its own: what the message of that role says."""
    return lambda each: into(each, role)


def into(each: Reached, role: str) -> Reached:
    """In a message of that role, or in a value of no role; nothing inside a message is another message, but what a tool
    answered stays that."""
    if each.role == "result":
        return each
    if role in ("user", "assistant", "tool") and each.role != "template":
        return each._replace(role=role, own=True)
    kept = each.role if each.role in ("system", "template") or (each.own and each.role) else ""
    return each._replace(role=kept or role, own=True)


def as_text(each: Reached) -> Reached:
    """In a text that is made of messages, which are none any more: `str(messages)`, `f"So far: {messages}"`."""
    return each._replace(role="", own=False) if each.role in SPOKEN else each


def around(pieces: Callable[[], list[str]], at: int) -> Change:
    """With the text of the other pieces around it, unless it stands in a message of its own."""

    def change(each: Reached) -> Reached:
        if each.own and each.role:
            return each
        said = pieces()
        before, after = "".join(said[:at]), "".join(said[at + 1 :])
        whole = each.role == "template"  # what goes around what was made with it is no part of the template
        alone = each.alone and (whole or not (before + after).replace(HOLE, "").strip())
        return each._replace(before=(before + each.before)[-FAR:], after=(each.after + after)[:FAR], alone=alone)

    return change


def marked(how: str, place: Place) -> Change:
    """It went through something: was bounded, escaped or checked, made into JSON, or named a file that is read."""
    done = {"opened": "read", "cut": "bounded", "split": "bounded", "fits": "bounded"}
    step = Step(place, done.get(how, "escaped or checked"))

    def change(each: Reached) -> Reached:
        trace = step, each.trace
        match how:
            case "opened":
                return Reached(each.source, opened=True, trace=trace)
            case "cut" | "split" | "fits":
                return each._replace(limited=each.limited or place, trace=trace)
            case "spelled":
                return as_text(each)
            case "dumped":  # messages no more, but one text
                return each._replace(escaped=True, role="", own=False, trace=trace)
            case _:
                return each._replace(escaped=True, trace=trace)

    return change


def labelled(each: Reached) -> Reached:
    """It is a label of what is kept somewhere: nothing of any length."""
    return each._replace(limited=each.limited or each.source.place) if each.source.retrieved else each


def as_template(place: Place) -> Change:
    """It is a template itself, not what is put into one."""
    step = Step(place, "the template itself")
    return lambda each: each._replace(role="template", trace=(step, each.trace))


def said(role: Callable[[], str], otherwise: str) -> Change:
    """It is said in a message of that role, or stands below a key that names another one."""
    return lambda each: into(each, role() or otherwise)
