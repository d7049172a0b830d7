"""The audit as JUnit's XML: the checklist as tests of the project, and findings as tests that their files failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from ..checks.catalogue import Catalogue
from ..checks.model import Audit, Finding, Step, Verdict
from .junit import Case, Result, written
from .look import Look
from .places import Tree, in_cell, lines, tree

_RESULTS: Mapping[str, Result] = {"fail": "failure", "n/a": "skipped", "attest": "skipped"}
"""Of verdicts; what is met in part passes, and says what lacks: the findings about it fail. So do they alone where they
are known or suppressed: who lives with them lives with the verdict."""
CHECKLIST = "checklist"
UNREAD = "files that could not be looked at"


def document(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """A suite for the checklist, one for each file with findings, one for what could not be looked at."""
    top = tree(audit, look)
    told = _Told(catalogue, top, _lived_with(audit, catalogue))
    suites = {CHECKLIST: [told.verdict(each) for each in audit.checklist]}
    for path, group in groupby(audit.findings, key=lambda each: each.place.path):
        suites.setdefault(top.path(path), []).extend(map(told.finding, group))
    suites[UNREAD] = list(_unread(audit, top))
    return written("aiready audit", {title: cases for title, cases in suites.items() if cases})


def _lived_with(audit: Audit, catalogue: Catalogue) -> frozenset[str]:
    """The items that fail, of which there are findings and none is open."""
    found = {catalogue.rule(each.rule).item for each in audit.findings}
    open_ones = {catalogue.rule(each.rule).item for each in audit.findings if each.open}
    return frozenset(each.item for each in audit.checklist if each.verdict == "fail") & (found - open_ones)


class _Told:
    """Verdicts and findings as cases."""

    def __init__(self, catalogue: Catalogue, top: Tree, lived_with: frozenset[str]) -> None:
        self._catalogue = catalogue
        self._top = top
        self._lived_with = lived_with

    def verdict(self, of: Verdict) -> Case:
        """An item of the checklist."""
        result = "skipped" if of.item in self._lived_with else _RESULTS.get(of.verdict, "passed")
        rest = [self._step(each) for each in of.evidence] + ([f"next: {of.advice}"] if of.advice else [])
        first = f"{of.verdict} {of.met}/{of.needed}: {of.reason}" if of.needed else f"{of.verdict}: {of.reason}"
        title = self._catalogue.item(of.item).title
        return Case(f"{of.item}: {title}", f"aiready.{of.item}", result, of.verdict, of.reason, (first, *rest))

    def finding(self, of: Finding) -> Case:
        """A finding; one that somebody decided to live with is a test that was skipped."""
        rule = self._catalogue.rule(of.rule)
        path, place = self._top.path(of.place.path), of.place
        spot = f"{in_cell(place)}column {place.column}" if in_cell(place) else f"{place.line}:{place.column}"
        skipped = "suppressed" if of.suppressed is not None else "known: it is in the baseline" if of.known else ""
        reason = f"{skipped}: {of.suppressed}" if of.suppressed else skipped
        return Case(
            f"{rule.id} {rule.name} at {spot}",
            path,
            "skipped" if skipped else "failure",
            of.severity,
            reason or of.message,
            tuple(self._lines(of)),
            path,
            lines(place)[0],
        )

    def _lines(self, of: Finding) -> Iterator[str]:
        yield f"{of.severity}: {of.message}"
        yield self._step(Step(of.place, of.source.strip()))
        yield from map(self._step, of.trace)
        yield f"help: {of.help}"

    def _step(self, step: Step) -> str:
        place = step.place
        return f"{self._top.path(place.path)}:{in_cell(place) or f'{place.line}: '}{step.note}"


def _unread(audit: Audit, top: Tree) -> Iterator[Case]:
    if audit.nothing:
        yield Case("something could be audited", "aiready", "error", "nothing", audit.nothing)
    for each in sorted(audit.skipped, key=lambda one: (one.path, one.reason, one.detail)):
        path = top.path(each.path)
        yield Case(path, "aiready.files", "error", each.reason, each.detail or each.reason, file=path)
