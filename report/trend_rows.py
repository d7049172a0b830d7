"""A trend as words and numbers: what its tables hold in every format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ..history.figures import FIGURES, Figure
from ..history.model import Kind, Point, Track
from .bench_words import NOTHING, shown
from .terminal import counted, safe

RULE = "rule."
RULES = 10
"""Rules of which the change is told, those that changed most."""
HASH = 7
"""Characters of a commit that people know it by."""
LISTED: Mapping[Kind, Mapping[str, str]] = {
    "audit": {
        "items.pass": "PASS",
        "items.partial": "PARTIAL",
        "items.fail": "FAIL",
        "findings.error": "ERRORS",
        "findings.warning": "WARNINGS",
        "findings.note": "NOTES",
    },
    "bench": {
        "ttft.p95": "TTFT p95",
        "e2e.p95": "E2E p95",
        "error_rate": "FAILED",
        "cost_per_1k": "$/1k",
    },
}
"""The figures of each result that a list of them has room for."""
Change = Literal["better", "worse", ""]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure over all points of a track."""

    title: str
    unit: str
    """As Figure has it."""
    values: tuple[float | None, ...]
    first: str
    last: str
    change: str
    """Of the last against the first; empty where nothing changed or only one is known."""
    way: Change


def titled(track: Track) -> str:
    """`Audit of the whole project`, `Bench of openai gpt-4o-mini, closed:4`."""
    if track.kind == "audit":
        return "Audit of the whole project" if track.subject == "." else f"Audit of {safe(track.subject)}"
    return f"Bench of {safe(track.subject)}"


def spanned(track: Track) -> str:
    """How many results, and from when to when."""
    days = sorted({each.at[:10] for each in track.points if each.at})
    told = [counted(len(track.points), "result")]
    told += [f"{safe(days[0])} to {safe(days[-1])}" if len(days) > 1 else safe(days[0])] if days else []
    told += [f"{track.earlier} more not shown"] if track.earlier else []
    return ", ".join(told)


def rows(track: Track) -> Iterator[Row]:
    """The figures that any point has, in the order of FIGURES, then the rules whose findings changed."""
    for name, about in FIGURES[track.kind].items():
        values = track.values(name)
        if any(values) or (about.better == "higher" and 0 in values):
            yield _row(about, values)
    for rule in _changed(track):
        yield _row(Figure(f"findings of {safe(rule.removeprefix(RULE))}", "", "lower"), _counts(track, rule))


def _changed(track: Track) -> list[str]:
    names = {name for each in track.points for name in each.figures if name.startswith(RULE)}
    size = {name: abs(_counts(track, name)[-1] - _counts(track, name)[0]) for name in names}
    return sorted((name for name in names if size[name]), key=lambda name: (-size[name], name))[:RULES]


def _counts(track: Track, rule: str) -> tuple[float, ...]:
    """A rule that isn't among an audit's figures found nothing."""
    return tuple(each or 0.0 for each in track.values(rule))


def _row(about: Figure, values: tuple[float | None, ...]) -> Row:
    known = [each for each in values if each is not None]
    change, way = _change(known[0], known[-1], about)
    return Row(about.title, about.unit, values, told(known[0], about.unit), told(known[-1], about.unit), change, way)


def _change(first: float, last: float, about: Figure) -> tuple[str, Change]:
    """In the unit of counts and shares, else in percent of the first."""
    if first == last:
        return "", ""
    way: Change = "" if not about.better else "better" if (last > first) == (about.better == "higher") else "worse"
    if not about.unit:
        return f"{last - first:+,.0f}", way
    if about.unit == "share":
        return f"{(last - first) * 100:+.3g} pt", way
    return (f"{(last / first - 1) * 100:+,.0f} %" if first else ""), way


def told(value: float | None, unit: str) -> str:
    """A value with its unit; counts whole."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if not unit else shown(value, unit)


def head(track: Track) -> tuple[str, ...]:
    """Of the list of results."""
    verdict = ("VERDICT",) if track.kind == "bench" else ()
    return ("ID", "WHEN", "COMMIT", *verdict, *_listed(track).values())


def listed(track: Track) -> Iterator[tuple[str, ...]]:
    """The results, the newest first."""
    for each in reversed(track.points):
        verdict = (safe(each.verdict),) if track.kind == "bench" else ()
        figures = (told(each.figures.get(name), FIGURES[track.kind][name].unit) for name in _listed(track))
        yield (safe(each.name), when(each), safe(each.commit[:HASH]) or NOTHING, *verdict, *figures)


def _listed(track: Track) -> dict[str, str]:
    return {name: title for name, title in LISTED[track.kind].items() if any(v is not None for v in track.values(name))}


def when(point: Point) -> str:
    """To the minute, in UTC."""
    return safe(point.at[:16].replace("T", " ")) or NOTHING
