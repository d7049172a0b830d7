"""Runs as cases that pass or don't, as CI systems think: one for each threshold, for each regression against a
baseline, and for the run itself."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import PurePath

from ..bench.outcome import Compared, Outcome
from ..bench.slo import Verdict
from . import bench_facts as facts
from . import bench_tables as tables
from . import compare_rows as rows
from .bench_words import stranger
from .look import Look

RUN, THRESHOLD, REGRESSION, TREND = "BENCH101", "BENCH102", "BENCH103", "TREND101"
TOPICS = {RUN: "bench", THRESHOLD: "bench", REGRESSION: "bench", TREND: "trend"}
"""What a case is about, by its kind."""
UNNAMED = "aiready.yaml"
"""The file that stands for a bench whose thresholds came from the command line: CI systems want to be shown one."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something a run was to come up to."""

    kind: str
    """RUN, THRESHOLD, REGRESSION or TREND."""
    name: str
    group: str
    """The target and the load, in words that are those of the next run too: so no URL that may hold a free port."""
    verdict: Verdict
    told: str
    """In words, on one line."""
    path: str
    """The file that asked for it."""
    fingerprint: str
    """The same in the next run."""

    @property
    def topic(self) -> str:
        """In a word, before its name."""
        return TOPICS[self.kind]


Written = Callable[[Iterable[Case]], str]


def of_run(written: Written, of: Outcome, look: Look) -> str:
    """The document of a run."""
    del look
    return written(_cases(of))


def of_runs(written: Written, of: Compared, look: Look) -> str:
    """The document of several."""
    del look
    return written(compared(of))


def against(of: Outcome, found: Compared, written: Written) -> str:
    """The document of a run and of what has got worse since its baseline."""
    return written([*_cases(of), *_regressions(found)])


def compared(of: Compared) -> Iterator[Case]:
    """The cases of all runs, then what is worse in a later one."""
    for each in of.runs:
        yield from _cases(each)
    yield from _regressions(of)


def _cases(of: Outcome) -> Iterator[Case]:
    told = f"{facts.requests(of)}; {facts.judged(of)}"
    yield _case(of, RUN, "run", _of_itself(of), told)
    for each, (verdict, text, value, why) in zip(of.judgements, tables.gates(of), strict=True):
        told = f"{text}: {verdict}, observed {value}{f', {why}' if why else ''}"
        yield _case(of, THRESHOLD, text, each.verdict, told)


def _of_itself(of: Outcome) -> Verdict:
    """What a run is worth without its thresholds: a failed one had no answer or was given up for its errors."""
    if of.client.fault:
        return "invalid"
    if not of.figures.attempted:
        return "inconclusive"
    return "fail" if of.ending == "errors" or not of.figures.succeeded else "pass"


def _regressions(of: Compared) -> Iterator[Case]:
    for each in of.regressions:
        told = f"{each.subject} has got worse: {', '.join(filter(None, rows.many(each)[1:]))}"
        yield _case(of.runs[-1], REGRESSION, each.subject, "fail", told)


def _case(of: Outcome, kind: str, name: str, verdict: Verdict, told: str) -> Case:
    target = of.target
    words = filter(None, (target.get("name") or target.get("url", ""), target.get("model", "")))
    group = stranger(f"{' '.join(dict.fromkeys(words))}, {next(facts.plan(of))}")
    return Case(kind, name, group, verdict, told, _path(of), fingerprint(kind, group, name))


def fingerprint(kind: str, group: str, name: str) -> str:
    """By what the same case is known in the next run."""
    return blake2b(f"{kind}\0{group}\0{name}".encode(errors="backslashreplace"), digest_size=16).hexdigest()


def _path(of: Outcome) -> str:
    """The scenario or the configuration, where it lies below the folder that the run was started in."""
    told = of.plan.get("scenario")
    path = posixpath.normpath(told.replace("\\", "/")) if isinstance(told, str) and told else UNNAMED
    return UNNAMED if PurePath(path).is_absolute() or path.startswith("..") or ":" in path[:2] else path
