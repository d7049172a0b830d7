"""The audit as text for a person, at a terminal or at the other end of a pipe: the same words, coloured or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import get_args

from ..checks.catalogue import Catalogue
from ..checks.model import Audit, Finding, Place, Severity, Step
from . import checklist, summary, wording
from .excerpt import excerpt
from .groups import Group, groups
from .look import Look
from .terminal import cells, safe, wrap

_GUTTER = 4
_BODY = " " * 4
_STEPS = 5
"""Lines that one way through the code takes at most."""
_ORDER: tuple[Severity, ...] = get_args(Severity)


def document(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """Findings by call with the line they speak of, then the checklist and the summary."""
    blocks = [summary.statistics(audit, catalogue, look)] if look.statistics else _blocks(audit, catalogue, look)
    blocks.append(summary.of_growth(audit, catalogue, look))
    if not look.quiet:
        blocks.insert(0, summary.of_unread(audit, look))
        blocks.append(checklist.block(audit, catalogue, look))
        blocks.append(
            [
                *summary.of_findings(audit, look),
                *summary.of_standing(audit, look),
                *summary.of_calls(audit, look),
                *summary.of_files(audit, look),
                *summary.of_suppressions(audit, look),
            ]
        )
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return text + "\n" if text else ""


def _blocks(audit: Audit, catalogue: Catalogue, look: Look) -> list[list[str]]:
    page = _Page(audit, catalogue, look)
    return [page.block(group) for group in groups(audit)]


class _Page:
    """What every block of one document needs to know."""

    def __init__(self, audit: Audit, catalogue: Catalogue, look: Look) -> None:
        self.catalogue = catalogue
        self.look = look
        self.way = look.way_to(audit.root)
        self.relocated = _relocator(audit, self.way)
        self.said: dict[tuple[str, str], str] = {}
        """Where a rule said something first."""
        self.helped: set[tuple[str, str]] = set()

    def block(self, group: Group) -> list[str]:
        """One call (or place) and all that is said of it, the worst first."""
        findings = sorted(group.findings, key=lambda finding: _ORDER.index(finding.severity))
        lines = self.heading(group)
        if not group.whole:
            lines += self.excerpt(group, findings[0].severity)
        told = _Told(group.place)
        for finding in findings:
            lines += ["", *self.finding(finding, group, told)]
        return lines

    def heading(self, group: Group) -> list[str]:
        """Where it is, and which call; on a second line where one is too short."""
        where, call = wording.location(group.place, self.way), group.call
        painted = self.look.paint(where, "place")
        if group.whole:
            told = dict.fromkeys(wording.location(each.place, self.way) for each in group.findings)
            places = wrap(f"told at {', '.join(told)}", self.look.width, "  ")
            return [self.look.paint("the whole project", "place"), *places]
        if call is None:
            return [painted]
        audience = "" if call.facts.audience.state == "unknown" else f" ({safe(call.facts.audience.state)})"
        inside = f" in {safe(call.function)}" if call.function else ""
        what = f"{safe(call.sdk)} {safe(call.method)}{inside}{audience}"
        if cells(where) + 2 + cells(what) <= self.look.width:
            return [f"{painted}  {what}"]
        return [painted, *wrap(what, self.look.width, "  ")]

    def excerpt(self, group: Group, severity: Severity) -> list[str]:
        """The line with the call marked; nothing where the file had gone meanwhile."""
        place, line = group.place, group.source
        if not line.strip():
            return []
        number = f"{place.line:>{_GUTTER}}"
        shown = excerpt(line, place, self.look.width - len(number) - 3)
        marks = " " * shown.start + self.look.paint("^" * (shown.end - shown.start), severity)
        bar = self.look.paint("|", "dim")
        return [f"{self.look.paint(number, 'dim')} {bar} {shown.text}".rstrip(), f"{' ' * len(number)} {bar} {marks}"]

    def finding(self, finding: Finding, group: Group, told: _Told) -> list[str]:
        """What is wrong, what to do, and the places that make it so, but for those that the block names already."""
        rule, look = self.catalogue.rule(finding.rule), self.look
        doubt = "" if finding.confidence == "high" else f" ({finding.confidence} confidence)"
        moved = () if group.whole or _same_spot(finding.place, group.place) else (Step(finding.place, "found here"),)
        here = wording.location(group.place, self.way)
        first = self.said.setdefault((finding.rule, finding.message), here)
        trace = told.news((*moved, *finding.trace), finding.message)
        known = f" (as at {first})" if first != here and trace else ""
        return [
            f"  {look.paint(finding.severity, finding.severity)} {look.paint(rule.id, 'place')} {rule.name}{doubt}",
            *wrap(self.relocated(safe(finding.message)) + known, look.width, _BODY),
            *(self.steps(trace) if not known else ()),
            *self.help(finding),
        ]

    def help(self, finding: Finding) -> list[str]:
        """The advice, its first word painted; what a rule advised before is not told again."""
        text = finding.help
        if not text or (finding.rule, text) in self.helped:
            return []
        self.helped.add((finding.rule, text))
        first, *rest = wrap(f"help: {self.relocated(safe(text))}", self.look.width, _BODY)
        painted = first.replace("help:", self.look.paint("help:", "help"), 1)
        return [painted, *rest]

    def steps(self, trace: Iterable[Step]) -> list[str]:
        """The places of a trace, those of one note together."""
        lines: list[str] = []
        for note, steps in groupby(trace, key=lambda each: each.note):
            where = [wording.location(each.place, self.way) for each in steps]
            alone = f"{where[0]}: {safe(note)}" if len(where) == 1 else f"{safe(note)}:"
            lines += wrap(alone, self.look.width, _BODY, "  ")
            lines += [f"{_BODY}  {place}" for place in _shortened(where if len(where) > 1 else [])]
        return lines


class _Told:
    """What a reader of one block knows by now: the call's own place, what messages named, and earlier traces."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._messages = ""
        self._steps: set[Step] = set()

    def news(self, trace: Iterable[Step], message: str) -> list[Step]:
        """The steps of a finding that are not known yet."""
        self._messages += f"\n{message}"
        new = [each for each in trace if not self._knows(each)]
        self._steps.update(new)
        return new

    def _knows(self, step: Step) -> bool:
        return _same_spot(step.place, self._place) or step in self._steps or _names(self._messages, step.place)


def _shortened(places: list[str]) -> list[str]:
    """The ends of a long way, and how much lies between."""
    if len(places) <= _STEPS:
        return places
    return [*places[: _STEPS - 2], f"({len(places) - _STEPS + 1} more)", places[-1]]


def _names(message: str, place: Place) -> bool:
    """Whether the message tells of this place already."""
    after = message.split(f"{place.path}:{place.line}")[1:] if place.cell is None else []
    return any(not rest[:1].isdigit() for rest in after)


def _same_spot(one: Place, other: Place) -> bool:
    return (one.path, one.cell, one.line) == (other.path, other.cell, other.line)


def _relocator(audit: Audit, way: str) -> Callable[[str], str]:
    """Makes the places named in messages (`app/llm.py:14`) lead to their files from where the reader stands."""
    places = [call.place for call in audit.calls] + [finding.place for finding in audit.findings]
    places += [step.place for finding in audit.findings for step in finding.trace]
    names = sorted({safe(place.path) for place in places}, key=lambda name: (-len(name), name))
    if not way or not names:
        return lambda text: text
    pattern = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, names))})(?=:)")
    return lambda text: pattern.sub(lambda found: safe(way) + found[0], text)
