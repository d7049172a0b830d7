"""The figures of a run as rows of words: what the text for terminals and the one for pull requests both lay out."""

from __future__ import annotations

from collections.abc import Iterator

from ..bench.metrics import METRICS, RATES, Figures, Observed
from ..bench.outcome import Failed, Level, Outcome
from .bench_facts import HEADLINE, counted, level
from .bench_words import NOTHING, interval, number, shown, stranger, sure, whole

Row = tuple[str, ...]

LATENCY: Row = ("", "p50", "p95", "95 % interval", "p99", "max", "n")
FAILING: Row = ("failures counted as never", "p50", "p95", "p99")
PARTS: Row = ("", "requests", "errors", "p50 {metric}", "p95 {metric}", "good/s")
UNSURE = "~"
"""Behind a figure whose interval can't be told: n too small."""


def latency(of: Figures) -> Iterator[Row]:
    """Of each latency that was measured: percentiles, with the interval of p95."""
    for name in (*HEADLINE, "connect", "dispatch_delay"):
        found = of.distributions[name]
        if len(found) and not (name == "ttfa" and _same(of)):
            high = found.at(95)
            yield (
                name,
                marked(found.at(50)),
                marked(high),
                sure(high, "s"),
                marked(found.at(99)),
                shown(float(found.values[-1]), "s"),
                whole(len(found)),
            )


def failing(of: Figures) -> Iterator[Row]:
    """The same with failures as requests that never ended; none where nothing failed."""
    if of.succeeded == of.attempted:
        return
    for name in HEADLINE:
        found = of.distributions[name]
        if METRICS[name].endless and len(found) and not (name == "ttfa" and _same(of)):
            yield (name, *(shown(found.with_failures(p).value, "s") for p in (50, 95, 99)))


def _same(of: Figures) -> bool:
    """Nothing reasoned: the first answer is the first token."""
    return bool(of.distributions["ttfa"].values.tolist() == of.distributions["ttft"].values.tolist())


def marked(of: Observed) -> str:
    """A time; with a mark where it has no interval."""
    told = shown(of.value, "s")
    return told if of.value is None or of.interval else f"{told}{UNSURE}"


def rates(of: Outcome) -> Iterator[Row]:
    """Throughput and errors: a name, a value, an interval or why there is none."""
    titles = {
        "rps": "requests",
        "output_tps": "output tokens",
        "output_tps_steady": "while steady",
        "error_rate": "error rate",
        "goodput": "good requests",
        "attainment": "good share",
        "tokens_per_chunk": "tokens per chunk",
        "coalesced": "gaps not seen",
    }
    for name, title in titles.items():
        found = of.figures.rates[name]
        if found.value is None or (name in ("goodput", "attainment") and not of.judgements and not _checked(of)):
            continue
        if name == "coalesced" and not found.value:
            continue
        yield title, shown(found.value, RATES[name].unit), sure(found, RATES[name].unit)


def _checked(of: Outcome) -> bool:
    """Whether good requests are fewer than those that succeeded: expected answers were not given."""
    return of.figures.rates["attainment"].value != 1 - (of.figures.rates["error_rate"].value or 0)


def tokens(of: Outcome) -> str:
    """Totals, and who counted."""
    told = of.tokens
    parts = [
        f"{whole(each)} {name}"
        for name, each in (
            ("in", told.input),
            ("out", told.output),
            ("cached", told.cached),
            ("reasoning", told.reasoning),
        )
        if each is not None
    ]
    who = {"provider": "counted by the provider", "tokenizer": "by a tokenizer", "chunks": "by chunks", "none": ""}
    sources = [who.get(name, stranger(name)) for name in told.sources if name != "none"]
    return f"{', '.join(parts)} ({', '.join(sources)})" if parts else "nobody counted"


def gates(of: Outcome) -> Iterator[Row]:
    """Of each threshold: the verdict, how it was written, what was observed and how sure that is."""
    for each in of.judgements:
        unit = _unit(each.slo.name)
        sure_of = interval(each.observed, unit)
        told = shown(each.observed.value, unit)
        yield each.verdict, stranger(each.slo.text), told, "; ".join(filter(None, (sure_of, each.why)))


def _unit(name: str) -> str:
    from .bench_words import about

    return about(name).unit


def errors(of: Failed) -> str:
    """What a class of failures says, and how often."""
    return (
        f"{whole(of.count)} {of.failure} ({of.meaning})" if of.meaning else f"{whole(of.count)} {stranger(of.failure)}"
    )


def others(of: Failed) -> str:
    """How many of a class aren't told of by their messages; empty where all are."""
    return f"and {whole(of.others)} more, with other messages or none" if of.others else ""


def part(name: str, of: Figures, metric: str) -> Row:
    """A tag or a level in one row."""
    found = of.distributions[metric]
    return (
        name,
        whole(of.attempted),
        shown(of.rates["error_rate"].value, "share"),
        marked(found.at(50)),
        marked(found.at(95)),
        number(of.rates["goodput"].value) if of.rates["goodput"].value is not None else NOTHING,
    )


def parts_head(metric: str) -> Row:
    """The head of such rows."""
    return tuple(each.format(metric=metric) for each in PARTS)


def lead(of: Outcome) -> str:
    """The latency that leads: ttft, or e2e where nothing was streamed."""
    return "ttft" if len(of.figures.distributions["ttft"]) else "e2e"


def levels(of: Outcome) -> Iterator[Row]:
    """Of each level, the lowest first, or of each step as they came."""
    planned = of.capacity is not None
    for each in sorted(of.levels, key=lambda level: (planned and (level.level or 0), level.stage)):
        name = _level(each, of)
        yield part(name, each.figures, lead(of))


def _level(of: Level, run: Outcome) -> str:
    if of.level is None:
        return f"step {of.stage + 1}"
    if run.capacity is not None:
        return level(of.level, run.capacity)
    return counted(of.level, "user") if str(run.plan.get("shape")).startswith("closed") else f"{number(of.level)}/s"


def server(of: Outcome) -> Iterator[Row]:
    """What the server says it spent: medians and p95, and what is left of the TTFT."""
    titles = {
        "load": "loading the model",
        "prompt_eval": "reading the prompt",
        "eval": "generating",
        "total": "in all",
        "rest": "TTFT less both",
    }
    for name, each in of.server.items():
        yield titles[name], marked(each.at(50)), marked(each.at(95))
