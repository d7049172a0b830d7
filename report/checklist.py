"""The checklist as a table: a line an item; under what fails, where that shows and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby, islice
from typing import get_args, get_type_hints

from ..checks.catalogue import Catalogue
from ..checks.model import Audit, Verdict
from . import wording
from .look import Look
from .terminal import safe, wrap

VERDICTS: tuple[str, ...] = get_args(get_type_hints(Verdict)["verdict"])
STYLES: Mapping[str, str] = {"pass": "good", "partial": "warning", "fail": "error", "n/a": "dim", "attest": "note"}
_LEFT = 18
"""Columns before the name of an item: what its verdict is, and for how many of the calls it holds."""
_INDENT = " " * _LEFT
_NAME = 17
_SHOWN = 3
"""Files shown of an item."""


def block(audit: Audit, catalogue: Catalogue, look: Look) -> list[str]:
    """The lines of the table, the areas in the catalogue's order; none where nothing was judged."""
    if not audit.checklist:
        return []
    judged = {each.item: each for each in audit.checklist}
    lines = [_counts(audit, look)]
    way = look.way_to(audit.root)
    for area in catalogue.areas:
        found = [judged[item.id] for item in catalogue.items if item.area == area.id and item.id in judged]
        if found:
            lines += ["", look.paint(area.title, "place")]
            lines += [line for each in found for line in _item(each, look, way)]
    return lines


def _counts(audit: Audit, look: Look) -> str:
    counts = Counter[str](each.verdict for each in audit.checklist)
    attested = sum(each.attested is not None for each in audit.checklist)
    notes = {"pass": f" ({attested} attested)"} if attested else {}
    parts = [
        look.paint(f"{counts[word]} {word}", STYLES[word]) + notes.get(word, "") for word in VERDICTS if counts[word]
    ]
    return f"{look.paint('Checklist', 'place')}: {', '.join(parts)}"


def _item(verdict: Verdict, look: Look, way: str) -> Iterator[str]:
    """One item: `fail  0/4  timeouts  no limit was set`, and what follows from it."""
    word = look.paint(f"{verdict.verdict:<7}", STYLES[verdict.verdict])
    measured = verdict.needed and verdict.attested is None
    share = f"{verdict.met}/{verdict.needed}" if measured else ""
    name = verdict.item.partition(".")[2]
    first, *rest = wrap(safe(verdict.reason), look.width, " " * (_LEFT + _NAME + 2))
    yield f"  {word} {share:>6}  {name:<{_NAME}}  {first.lstrip()}"
    yield from rest
    if verdict.advice or verdict.attested is not None:
        yield from _places(verdict, look, way)
    if verdict.advice:
        head, *tail = wrap(f"next: {safe(verdict.advice)}", look.width, _INDENT)
        yield head.replace("next:", look.paint("next:", "help"), 1)
        yield from (f"{_INDENT}      {line.lstrip()}" for line in tail)


def _places(verdict: Verdict, look: Look, way: str) -> Iterator[str]:
    """Where it shows: a line a file, `app/llm.py:12, 40: why`, with what the reason doesn't say."""
    shown = 0
    for _, group in islice(groupby(verdict.evidence, key=lambda step: (step.place.path, step.note)), _SHOWN):
        steps = list(group)
        shown += len(steps)
        more = "".join(f", {step.place.line}" for step in steps[1:])
        known = steps[0].note in verdict.reason
        where = wording.location(steps[0].place, way).rpartition(":")[0]
        yield from wrap(f"{where}{more}{'' if known else f': {safe(steps[0].note)}'}", look.width, _INDENT)
    left = verdict.needed - verdict.met - shown
    if shown and left > 0:
        yield f"{_INDENT}and {left} more"
