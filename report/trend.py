"""Stored results as a trend, though no history holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..checks.catalogue import Catalogue
from ..history.figures import figures_of, subject_of
from ..history.model import Kind, Point, Track, Trend
from . import audit_json, bench_json
from .look import Look
from .stored import Results

_Found = tuple[Kind, str, Point]


def trend(of: Results, catalogue: Catalogue) -> Trend:
    """A track for each project that was audited, and for each target and load; the points in the order given."""
    held: dict[tuple[Kind, str], list[Point]] = {}
    for kind, subject, point in (*_audits(of, catalogue), *_runs(of)):
        held.setdefault((kind, subject), []).append(point)
    return Trend(tuple(Track(kind, subject, tuple(points)) for (kind, subject), points in held.items()))


def _audits(of: Results, catalogue: Catalogue) -> Iterable[_Found]:
    """Of one project alone the folder isn't told, which is that of whichever machine it was audited on."""
    alone = len({each.root for _, each in of.audits}) == 1
    for name, each in of.audits:
        document = audit_json.as_values(each, catalogue, Look())
        yield "audit", "." if alone else each.root, Point(name, "", "", "", figures_of(document))


def _runs(of: Results) -> Iterator[_Found]:
    for name, each in of.runs:
        document = bench_json.as_values(each)
        at = each.started.strftime("%Y-%m-%dT%H:%M:%SZ") if each.started else ""
        yield "bench", subject_of(document), Point(name, at, "", each.verdict, figures_of(document))
