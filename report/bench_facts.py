"""What the headings of all formats say of a run: which target, which plan, how it ended, what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from ..bench.outcome import Capacity, Outcome
from ..bench.outcome.levels import plan_of
from ..bench.texts import shown
from .bench_words import count, number, seconds, stranger

HEADLINE = ("ttft", "ttfa", "e2e", "tpot", "itl", "stall_max", "sched_latency")
"""Latencies in the order in which they are read."""
_STOPS = {
    "requests": "{} requests",
    "duration": "{} s",
    "spend": "${}",
    "tokens": "{} tokens",
    "error_rate": "an error rate of {}",
}
VERDICTS: Mapping[str, str] = {"pass": "good", "fail": "error", "inconclusive": "warning", "invalid": "warning"}
"""Styles of verdicts."""

ENDINGS: Mapping[str, str] = {
    "requests": "all requests sent",
    "shape": "at the end of its shape",
    "duration": "time was up",
    "spend": "the spending cap was reached",
    "tokens": "the token cap was reached",
    "errors": "too many errors",
    "interrupted": "interrupted",
    "killed": "killed",
}


def part(of: Outcome, name: str) -> Mapping[str, object]:
    """An object of the plan."""
    found = of.plan.get(name)
    return cast("Mapping[str, object]", found) if isinstance(found, Mapping) else {}


def target(of: Outcome) -> str:
    """`openai gpt-4o-mini at https://...`."""
    told = of.target
    name = told.get("name") or told.get("protocol", "")
    words = [each for each in (name, told.get("model", "")) if each and each != told.get("url")]
    at = ["at", told["url"]] if words and "url" in told else [told.get("url", "unknown target")] if not words else []
    return stranger(" ".join([*words, *at]))


def plan(of: Outcome) -> Iterator[str]:
    """What was asked for, in short phrases."""
    yield stranger(of.plan.get("shape", "unknown shape"))
    given = part(of, "stops")
    stops = [text.format(_plain(given[name])) for name, text in _STOPS.items() if given.get(name) is not None]
    if stops:
        each = " a level" if plan_of(of.plan.get("shape")) else ""
        yield "stop at " + stranger(" or ".join(stops)) + each
    prompts = part(of, "prompts")
    if prompts:
        yield stranger(_prompts(prompts))
    yield "streamed" if of.plan.get("stream", True) else "not streamed"
    if of.figures.warmup:
        yield f"{of.figures.warmup} warm-up"
    if isinstance(of.plan.get("seed"), int):
        yield f"seed {of.plan['seed']}"


def _prompts(given: Mapping[str, object]) -> str:
    """`24 prompts of default`; those made up as they are asked have no number."""
    known, source = given.get("count"), given.get("source", "?")
    many = count(known, "prompt") if isinstance(known, int) else "prompts"
    nonce = ", with a nonce" if given.get("nonce") else ""
    return f"{many} of {'standard input' if source == '-' else source}{nonce}"


def _plain(value: object) -> str:
    return shown(value) if isinstance(value, int | float) else stranger(value)


def course(of: Outcome) -> str:
    """When, how long, and why it ended."""
    when = f"{of.started:%Y-%m-%d %H:%M:%S} UTC, " if of.started else ""
    long = f"{seconds(of.figures.window.seconds)}, " if of.figures.window else ""
    return f"{when}{long}{ENDINGS.get(of.ending, stranger(of.ending))}"


def requests(of: Outcome) -> str:
    """`200 requests: 198 succeeded, 2 failed`."""
    figures = of.figures
    lost = figures.attempted - figures.succeeded
    return f"{count(figures.attempted, 'request')}: {figures.succeeded:,} succeeded, {lost:,} failed"


def judged(of: Outcome) -> str:
    """What the verdict rests on."""
    if of.client.fault:
        return f"the client was the bottleneck: {stranger(of.client.fault)}"
    if of.figures.attempted and not of.figures.succeeded:
        return "every request failed"
    if of.ending == "errors":
        return f"more errors than the run was to go on with: {of.figures.attempted - of.figures.succeeded:,}"
    if not of.judgements:
        return "no threshold was set; --slo p95_ttft<1.5s sets one"
    met = sum(each.verdict == "pass" for each in of.judgements)
    at = f" at {level(of.judged_at, of.capacity)}" if of.judged_at is not None else ""
    return f"{met} of {count(len(of.judgements), 'threshold')} met{at}"


def level(value: float | None, found: Capacity | None) -> str:
    """A level with its unit."""
    if value is None:
        return "?"
    if found is None:
        return shown(value)
    return counted(value, "user") if found.unit == "users" else f"{number(value)}/s"


def counted(value: float, noun: str) -> str:
    """`1 user`, `2 users`."""
    return f"{shown(value)} {noun}{'' if value == 1 else 's'}"


def capacity(found: Capacity) -> str:
    """What a sweep or search found, in a sentence."""
    best = level(found.best, found)
    if found.best is None and found.ending in ("client", "unresolved"):
        return _nothing(found)
    if found.kind == "sweep":
        return {
            "found": f"the knee is at {best}: more load brings more waiting than answers",
            "held": f"the knee was not reached: it lies at {best} or above; sweep further up",
            "failed": f"no level below the knee: it lies at {best} or below; sweep further down",
            "unresolved": f"the sweep was cut short; the best level so far is {best}",
            "client": f"the client gave out before the server; the best level so far is {best}",
        }[found.ending]
    fails = level(found.fails, found)
    return {
        "found": f"the thresholds hold up to {best} and fail at {fails}",
        "held": f"the thresholds hold at {best}, the last level: the limit is higher",
        "failed": f"the thresholds fail at {fails}, the first level: the limit is lower",
        "unresolved": f"the thresholds hold up to {best}; what lies above could not be told with that many requests",
        "client": f"the client gave out before the server; the thresholds hold up to {best}",
    }[found.ending]


def _nothing(found: Capacity) -> str:
    """Where no level was found to be good, and none to be bad."""
    sweep = found.kind == "sweep"
    if found.ending == "client":
        known = "where the knee is" if sweep else "what the thresholds hold up to"
        return f"the client gave out at the first level, before the server: {known} isn't known"
    cut_short = "the sweep was cut short before a level was measured"
    return cut_short if sweep else "whether the thresholds hold could not be told with that many requests"


def parts(of: Outcome) -> Iterator[tuple[str, str]]:
    """What is known of limits, in words: a title and a sentence."""
    limits = of.limits
    if limits.refused:
        wait = limits.waits
        ends = dict.fromkeys(map(seconds, (wait.least, wait.most))) if wait else ()
        asked = f"; Retry-After {' to '.join(ends)}" if ends else "; no Retry-After"
        yield "refused", f"{count(limits.refused, 'answer')} with 429{asked}"
    ceilings = [
        f"{number(value)} {what} a minute"
        for value, what in ((limits.requests, "requests"), (limits.tokens, "tokens"))
        if value is not None
    ]
    if ceilings:
        yield "ceiling", f"{', '.join(ceilings)} ({limits.how})"
    for each in limits.allowances:
        period = {1.0: "a second", 60.0: "a minute", 3600.0: "an hour", 86400.0: "a day"}[each.period]
        left = "" if each.remaining is None else f", {each.remaining:,} left at the least"
        taken = "" if each.derived else " (taken as of a minute)"
        yield stranger(each.name), f"{each.limit:,} {period}{left}{taken}"
