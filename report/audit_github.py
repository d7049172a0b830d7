"""The audit for GitHub Actions: findings as annotations, and, since GitHub shows ten of each kind a step, all of them
once more as the step's summary, with the checklist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..checks.catalogue import Catalogue
from ..checks.model import Audit, Finding, Severity
from . import summary
from .github import LARGEST, Kind, command, fitting
from .look import Look
from .markdown import escaped
from .places import Tree, in_cell, lines, tree

_KINDS: Mapping[Severity, Kind] = {"error": "error", "warning": "warning", "note": "notice"}
_GRAVITY: Mapping[Severity, int] = {"error": 0, "warning": 1, "note": 2}
_MARKS = {"pass": ":white_check_mark:", "partial": ":warning:", "fail": ":x:", "n/a": ":heavy_minus_sign:"}
_UNDECIDED = ":grey_question:"
_REST = 8 << 10
"""Bytes kept for what follows the table."""


def document(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """A command a finding that is open, the gravest first, and a line with their number for who reads the log."""
    top = tree(audit, look)
    told = [_annotation(each, catalogue, top) for each in _open(audit)]
    told += [
        command("warning", {"file": top.path(each.path), "title": "aiready could not look at this file"}, why)
        for each in sorted(audit.skipped, key=lambda one: (one.path, one.reason, one.detail))
        for why in [f"{each.reason}: {each.detail}" if each.detail else each.reason]
    ]
    counts = [] if look.quiet and told else summary.of_findings(audit, Look())
    return "\n".join([*told, *counts]) + "\n"


def step_summary(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """Markdown of at most a megabyte, which is all that GitHub takes."""
    head = ["### aiready audit", "", escaped(". ".join(summary.of_findings(audit, Look())))]
    if audit.nothing:
        head += ["", f"> **Nothing was audited:** {escaped(audit.nothing)}"]
    rest = [*_unread(audit), *_checklist(audit, catalogue)]
    room = LARGEST - _REST - sum(len(line.encode(errors="replace")) + 1 for line in [*head, *rest])
    return "\n".join([*head, *_findings(audit, catalogue, tree(audit, look), room), *rest]) + "\n"


def _open(audit: Audit) -> list[Finding]:
    return sorted((each for each in audit.findings if each.open), key=lambda each: _GRAVITY[each.severity])


def _annotation(found: Finding, catalogue: Catalogue, top: Tree) -> str:
    place = found.place
    first, last = lines(place)
    within = {"col": place.column, "endColumn": place.end_column} if first == last and place.cell is None else {}
    rule = catalogue.rule(found.rule)
    spot = {"file": top.path(place.path), "line": first, "endLine": last, **within}
    told = f"{in_cell(place)}{found.message}"
    return command(_KINDS[found.severity], {**spot, "title": f"{rule.id} {rule.name}"}, told, f"help: {found.help}")


def _findings(audit: Audit, catalogue: Catalogue, top: Tree, room: int) -> Iterator[str]:
    rows = [_row(each, catalogue, top) for each in _open(audit)]
    if rows:
        yield from ("", "| | rule | where | what is wrong | what to do |", "| --- | --- | --- | --- | --- |")
        shown = fitting(rows, room)
        yield from rows[:shown]
        if shown < len(rows):
            yield from ("", f"{len(rows) - shown} more have no room here; `--format json` tells them all.")


def _row(found: Finding, catalogue: Catalogue, top: Tree) -> str:
    place, rule = found.place, catalogue.rule(found.rule)
    where = (
        f"{top.path(place.path)}:{place.line}" if place.cell is None else f"{top.path(place.path)}, {in_cell(place)}"
    )
    cells = (found.severity, f"{rule.id} {rule.name}", where.removesuffix(": "), found.message, found.help)
    return f"| {' | '.join(map(escaped, cells))} |"


def _unread(audit: Audit) -> Iterator[str]:
    """At most as many as the report for terminals names."""
    for line in summary.of_files(audit, Look(width=10_000)):
        yield from ("", escaped(line.strip()))


def _checklist(audit: Audit, catalogue: Catalogue) -> Iterator[str]:
    if not audit.checklist:
        return
    yield from ("", "#### Checklist", "", "| | item | calls | why | next |", "| --- | --- | ---: | --- | --- |")
    for each in audit.checklist:
        share = f"{each.met}/{each.needed}" if each.needed and each.attested is None else ""
        title = catalogue.item(each.item).title
        cells = (each.verdict, f"{each.item}: {title}", share, each.reason, each.advice)
        yield f"| {_MARKS.get(each.verdict, _UNDECIDED)} {' | '.join(map(escaped, cells))} |"
