"""Results to make HTML pages of: real audits and runs, and ones whose every word is hostile."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from aiready.bench.outcome import Outcome, comparison, outcome
from aiready.bench.prices import Band, Price
from aiready.bench.samples import Clock, End, Reply, Sample
from aiready.checks.catalogue import load
from aiready.checks.looked import Skipped
from aiready.checks.model import Audit, Call, Finding, Place, Step, Suppression, Verdict
from aiready.history.model import Point, Track, Trend
from aiready.report.audit_stored import read
from aiready.report.html import of_audit, of_comparison, of_outcome
from aiready.report.html.course import Course, courses
from aiready.report.html.page import document
from aiready.report.look import Look

ROOT = Path(__file__).resolve().parent.parent
PROJECTS = {"desk": "examples/support_desk", "bad": "tests/planted/bad", "flows": "tests/planted/flows/work"}
BenchRuns = Any
"""The one of conftest, which can't be imported by name."""
HOSTILE = (
    "</title></style></script><script>window.hacked=1</script>\"'><img src=x onerror=window.hacked=1>"
    "<svg/onload=window.hacked=1>[a](javascript:window.hacked=1)`{{7*7}}`{%raw%}\x1b[2J\u202eevil\u2066\ud800"
)
PRICE = Price(
    "openai",
    "gpt-4o-mini",
    "gpt-4o-mini",
    "configuration",
    date(2023, 11, 1),
    (Band(input=Decimal("0.15"), output=Decimal("0.6"), cache_read=Decimal("0.075")),),
)
CLOCK = Clock(0, 1_700_000_000_000_000_000)


@cache
def audit(project: str) -> Audit:
    """What the program finds in one of PROJECTS."""
    command = [sys.executable, "-m", "aiready", "audit", PROJECTS[project], "--format", "json", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return read(done.stdout, project)


def hostile_audit() -> Audit:
    """An audit whose every text that comes from outside is hostile."""
    found = audit("desk")
    place = Place(f"{HOSTILE}.py", 3, 2, 3, 40)
    steps = (Step(place, HOSTILE), Step(Place("app.py", 1), HOSTILE))

    def call(of: Call) -> Call:
        return replace(
            of,
            place=place,
            sdk=HOSTILE,
            method=HOSTILE,
            function=HOSTILE,
            source=HOSTILE,
            facts=replace(of.facts, model=replace(of.facts.model, state=HOSTILE)),
        )

    def finding(of: Finding) -> Finding:
        return replace(of, place=place, message=HOSTILE, help=HOSTILE, source=HOSTILE, trace=steps)

    def verdict(of: Verdict) -> Verdict:
        return replace(of, reason=HOSTILE, advice=HOSTILE, evidence=steps)

    return replace(
        found,
        root=f"/srv/{HOSTILE.replace('/', '')}",
        calls=tuple(map(call, found.calls)),
        findings=tuple(map(finding, found.findings)),
        checklist=tuple(map(verdict, found.checklist)),
        skipped=(Skipped(HOSTILE, "unreadable", HOSTILE),),
        unused=(Suppression(place, (HOSTILE,), problem=HOSTILE),),
    )


def many(count: int) -> Audit:
    """An audit with so many findings, in several files."""
    found = audit("desk")
    times = -(-count // len(found.findings))
    files = [f"service_{number}/" for number in range(times)]

    def moved(place: Place, folder: str) -> Place:
        return replace(place, path=folder + place.path)

    size = len(found.calls)
    calls = [replace(each, place=moved(each.place, folder)) for folder in files for each in found.calls]
    findings = [
        replace(
            each,
            place=moved(each.place, folder),
            trace=tuple(replace(step, place=moved(step.place, folder)) for step in each.trace),
            call=None if each.call is None else each.call + number * size,
        )
        for number, folder in enumerate(files)
        for each in found.findings
    ]
    return replace(found, calls=tuple(calls), findings=tuple(findings[:count]))


def run(runs: BenchRuns, name: str = "full", first: int = 200) -> Outcome:
    """A run with failures, tags, limits, thresholds and a price."""
    headers = (("x-ratelimit-limit-requests", "500"), ("x-ratelimit-remaining-requests", "490"))
    reply = Reply(200, headers, new_connection=False)
    samples = [
        runs.stream(number, number * 100, first + number % 50, tags=("long" if number % 3 else "short",), reply=reply)
        for number in range(100)
    ]
    samples += [runs.failed(100 + number, 2000 + number, "rate_limited", message="slow down") for number in range(4)]
    client = {"verdict": "ok", "cpu_share": 0.31, "loop_lag": {"p50": 0.0001, "p99": 0.002}, "stamps": "kernel"}
    plan = {
        "slo": ["p95_ttft<1.5s", "p50_e2e<1s", "error_rate<1%"],
        "price": PRICE.as_json(),
        "users": {"daily": 1000, "calls": 5},
    }
    return outcome(runs.made(samples, name, End("requests", CLOCK, client), **plan))


def sweep(runs: BenchRuns, name: str = "sweep") -> Outcome:
    """A sweep whose knee lies between its levels."""
    samples: list[Sample] = []
    for stage, (users, wait) in enumerate(((1, 50), (2, 50), (4, 55), (8, 300), (16, 900))):
        for place in range(40):
            start = stage * 60_000 + place * (wait + 100) // users
            samples.append(runs.stream(len(samples), start, wait, wait + 100, stage=stage))
    levels = {str(stage): float(2**stage) for stage in range(5)}
    end = End("shape", CLOCK, {"verdict": "ok", "levels": levels})
    return outcome(runs.made(samples, name, end, shape="sweep:1-16"))


def hostile_run(runs: BenchRuns) -> Outcome:
    """A run whose target, prompts, tags, models and answers are hostile."""
    word = HOSTILE.replace("\ud800", "")
    samples = [runs.stream(number, number * 50, tags=(word,), reply=Reply(200, model=word)) for number in range(40)]
    samples += [runs.failed(40 + number, 100, "server_error", message=word) for number in range(5)]
    target = {"name": word, "protocol": word, "url": f"https://{word}", "model": word}
    return outcome(runs.made(samples, "hostile", target=target, prompts={"source": word, "count": 3}, slo=["rps>1/s"]))


def trend() -> tuple[Course, ...]:
    """Three results, of which one lacks a figure."""
    points = (
        Point("a1", "2026-11-01T10:00:00Z", "", "pass", {"error_rate": 0.2, "ttft.p95": 0.8}),
        Point("b2", "2026-11-08T10:00:00Z", "", "pass", {"error_rate": 0.1}),
        Point(HOSTILE, HOSTILE, HOSTILE, HOSTILE, {"error_rate": 0, "ttft.p95": 0.5, f"rule.{HOSTILE}": 1.0}),
    )
    return courses(Trend((Track("bench", HOSTILE, points),)))


def page(name: str, runs: BenchRuns) -> str:
    """One of PAGES."""
    look, catalogue = Look(), load()
    if name in PROJECTS:
        return of_audit(audit(name), catalogue, look)
    if name == "compare":
        return of_comparison(comparison([run(runs), run(runs, "later", 400)]), look)
    if name == "hostile":
        return document([hostile_audit()], [hostile_run(runs)], catalogue, look, trend())
    if name == "together":
        return document([audit("desk"), audit("bad")], [run(runs)], catalogue, look, trend())
    return of_outcome(run(runs) if name == "run" else sweep(runs), look)


PAGES = (*PROJECTS, "run", "sweep", "compare", "together", "hostile")
