"""Text of an answer that is left where nothing could be cut out of it, or parsed: `return match.group(1) if match else
answer`. Who gets that waits for the whole answer all the same."""

from __future__ import annotations

from collections.abc import Iterator

from ..flows.taint import ANY, Key, Parse, Use
from ..flows.words import CUTTING
from ..project.scope import Frame, Scope
from .subject import Subject


class Rest:
    """The functions that give back data made of the answer, and the answer itself only where there is none."""

    def __init__(self, subject: Subject, uses: list[Use]) -> None:
        self._bodies = subject.ground.becomes.bodies
        leaving: dict[Scope, tuple[list[Use], list[Use]]] = {}
        for use in uses:
            function = use.taint.scope.function()
            if use.kind == "leaves" and function is not None:
                leaving.setdefault(function, ([], []))[is_text(use)].append(use)
        self._functions = frozenset(
            function
            for function, (data, texts) in leaving.items()
            if data and all(self._is_left(t, data) for t in texts)
        )

    def holds(self, use: Use) -> bool:
        """Whether a use is one of such text."""
        if use.kind in ("leaves", "returned") and use.taint.scope.function() in self._functions:
            return True
        return not self._functions.isdisjoint(use.taint.trail.functions())

    def _is_left(self, text: Use, data: list[Use]) -> bool:
        """Whether a text leaves a function in the place of data."""
        return any(_is_same_part(text.taint.inside, each.taint.inside) and self._is_tried(text, each) for each in data)

    def _is_tried(self, text: Use, data: Use) -> bool:
        """Whether something was looked for in the text before it is given back."""
        spot = self._bodies.of(text.taint.scope).spot(text.taint.node)
        parses = [each for each in _chain(data.taint.parse) if each.what not in CUTTING]
        if spot is None or not parses:
            return False
        around = {(id(frame.node), frame.part) for frame in spot.frames}
        return data.taint.node is text.taint.node or any(
            each.site.scope is text.taint.scope and each.site.line <= spot.line and _entered(each.site.frames) <= around
            for each in parses
        )


def is_text(use: Use) -> bool:
    """Whether the answer is as the model wrote it, or the response that holds it."""
    return use.taint.parse is None and use.taint.form in ("raw", "text", "wire")


def _is_same_part(text: tuple[Key, ...], data: tuple[Key, ...]) -> bool:
    """Whether one can be in the place of the other: not in `answer, json.loads(answer)`."""
    return all(one == other or ANY in (one, other) for one, other in zip(text, data, strict=False))


def _chain(parse: Parse | None) -> Iterator[Parse]:
    while parse is not None:
        yield parse
        parse = parse.before


def _entered(frames: tuple[Frame, ...]) -> set[tuple[int, str]]:
    """The constructs that may be passed by; the body of a `try` or of a `with` is run."""
    return {
        (id(frame.node), frame.part)
        for frame in frames
        if frame.kind in ("if", "loop", "comp") or (frame.kind == "try" and frame.part != "body")
    }
