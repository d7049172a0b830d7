"""A trend as cases that pass or don't, as CI systems think: what the last result says against the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from ..bench.slo import Verdict
from ..history.model import Track, Trend
from . import trend_rows as rows
from .bench_against import BY_CASES
from .bench_cases import TREND, UNNAMED, Case, Written, fingerprint
from .look import Look
from .terminal import safe


def document(written: Written, of: Trend, look: Look) -> str:
    """The document; of a track of one result there is nothing to say but a load test's verdict."""
    del look
    return written(case for track in of.tracks for case in _cases(track))


def _cases(track: Track) -> Iterator[Case]:
    """Counts of an audit are exact, so one that is worse fails. What a load test measured moves by chance: its figures
    are told, and its own verdict is what passes or doesn't."""
    last = track.points[-1]
    if verdict := _verdict(last.verdict):
        yield _case(track, "newest result", verdict, f"{safe(last.name)}: {verdict}")
    if len(track.points) > 1:
        for row in rows.rows(track):
            worse = track.kind == "audit" and row.way == "worse"
            change = f" ({row.change})" if row.change else ""
            yield _case(
                track, row.title, "fail" if worse else "pass", f"{row.title}: {row.first} to {row.last}{change}"
            )


def _verdict(of: str) -> Verdict | None:
    """A history may hold a word that is none."""
    match of:
        case "pass" | "fail" | "inconclusive" | "invalid":
            return of
        case _:
            return None


def _case(track: Track, name: str, verdict: Verdict, told: str) -> Case:
    group = rows.titled(track)
    return Case(TREND, name, group, verdict, told, UNNAMED, fingerprint(TREND, group, name))


TREND_BY_CASES: Mapping[str, Callable[[Trend, Look], str]] = {
    name: partial(document, written) for name, written in BY_CASES.items()
}
