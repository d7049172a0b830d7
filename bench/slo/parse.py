"""Thresholds out of text, such as `p95_ttft<1.5s`; checked whole before anything is sent, all mistakes at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from .. import texts
from ..metrics.rates import Objective
from ..metrics.table import COSTS, METRICS, RATES, Metric, Rate
from ..mistakes import SloError
from ..samples.model import FAILURES

_FORM = re.compile(r"\s*([\w.]+)\s*(<=|>=|==|!=|=|<|>)\s*(.*?)\s*", re.ASCII)
_STATISTIC = re.compile(r"(p\d+(?:\.\d+)?|mean)_(\w+)", re.ASCII)
_LOOSE = {
    "latency": "p95_e2e",
    "e2el": "p95_e2e",
    "duration": "p95_e2e",
    "errors": "error_rate",
    "failures": "error_rate",
    "tps": "output_tps",
    "throughput": "rps",
    "cost": "cost_per_1k",
}
"""What other tools say, and what is meant."""


@dataclass(frozen=True, slots=True)
class Slo:
    """A threshold. The bound is in seconds, a share, a rate per second, tokens or dollars."""

    text: str
    """As it was written."""
    name: str
    """A metric, a rate, a cost, or `error_rate.<class>`."""
    op: str
    bound: float
    statistic: str = ""
    """Of a metric: "mean" or a percentile, "p95"."""

    @property
    def percentile(self) -> float | None:
        """From 0 to 100."""
        return float(self.statistic[1:]) if self.statistic.startswith("p") else None

    def __str__(self) -> str:
        """A text that reads back as the same threshold."""
        about = _about(self.name)
        unit = {"s": "s", "/s": "/s", "tokens/s": "/s"}.get(about.unit if about else "", "")
        money = "$" if about and about.unit == "$" else ""
        subject = f"{self.statistic}_{self.name}" if self.statistic else self.name
        bound = "100%" if about and about.unit == "share" and self.bound == 1 else texts.shown(self.bound)
        return f"{subject}{self.op}{money}{bound}{unit}"


def parse(given: Iterable[str]) -> tuple[Slo, ...]:
    """The thresholds in the texts, each of which may hold several with commas between. Raises SloError with every
    mistake of all of them."""
    found: list[Slo] = []
    mistakes: list[str] = []
    for text in (each.strip() for one in given for each in one.split(",")):
        try:
            found.append(_one(text))
        except ValueError as error:
            mistakes.append(f"{text or 'an empty threshold'}: {error}")
    seen: dict[tuple[str, str, str], Slo] = {}
    for each in found:
        first = seen.setdefault((each.statistic, each.name, each.op[0]), each)
        if first is not each:
            mistakes.append(f"{each.text}: {first.text} says another bound of the same; keep one of them")
    if mistakes:
        raise SloError(mistakes)
    return tuple(found)


def objectives(slos: Iterable[Slo]) -> tuple[Objective, ...]:
    """What each request is to meet to be good: the loosest bound that a percentile puts on a time that requests have.

    p50_ttft<0.5s with p99_ttft<3s: half may take longer than 0.5 s, so a good one is below 3 s.
    """
    loosest: dict[str, Slo] = {}
    for each in slos:
        metric = METRICS.get(each.name)
        if metric is not None and metric.endless and each.percentile is not None:
            loosest[each.name] = max(each, loosest.get(each.name, each), key=lambda slo: slo.bound)
    return tuple(Objective(name, each.op, each.bound) for name, each in loosest.items())


def _one(text: str) -> Slo:
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError("no comparison: write it like p95_ttft<1.5s or error_rate<1%")
    subject, op, bound = found.groups()
    statistic, name = _subject(subject)
    about = _about(name)
    if about is None:
        raise ValueError(f"{subject} is no metric{_meant(subject)}")
    wrong = list(_wrong(about, statistic, subject, op))
    try:
        value = _BOUNDS[about.unit](bound)
    except ValueError as error:
        raise ValueError("; ".join([*wrong, str(error)])) from error
    if wrong:
        raise ValueError("; ".join(wrong))
    return Slo(text, name, op, value, statistic)


def _subject(subject: str) -> tuple[str, str]:
    found = _STATISTIC.fullmatch(subject)
    return (found[1], found[2]) if found else ("", subject)


def _about(name: str) -> Metric | Rate | None:
    before, dot, of = name.partition(".")
    if dot:
        return RATES[before] if before == "error_rate" and of in FAILURES else None
    return METRICS.get(name) or RATES.get(name) or COSTS.get(name)


def _wrong(about: Metric | Rate, statistic: str, subject: str, op: str) -> Iterable[str]:
    if isinstance(about, Metric) and not statistic:
        yield f"which of its values? write p95_{about.name} or mean_{about.name}"
    if isinstance(about, Rate) and statistic:
        yield f"{about.name} is one figure a run: write it without {statistic}_"
    if statistic.startswith("p") and not 0 < float(statistic[1:]) < 100:
        digits = statistic[1:]
        hint = f": write p{digits[:2]}.{digits[2:]}" if re.fullmatch("99+", digits) else ""
        yield f"percentiles lie between 0 and 100, neither of them{hint}"
    if op in ("=", "==", "!="):
        yield f"no figure is the same twice: write {subject}{'>' if about.better == 'higher' else '<'}"
    elif about.better is not None and (op[0] == "<") != (about.better == "lower"):
        other = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}[op]
        yield f"{about.name} is better when {about.better}: write {subject}{other}"


def _meant(subject: str) -> str:
    single = [*RATES, *COSTS, *(f"error_rate.{each}" for each in FAILURES)]
    if subject in _LOOSE:
        return f"; did you mean {_LOOSE[subject]}?"
    before, _, rest = subject.rpartition("_")
    if before and rest in METRICS:  # max_ttft, median_ttft
        return f": write p50_{rest}, p99_{rest} or mean_{rest}"
    statistic, name = _subject(subject)
    if statistic:
        found = texts.nearest(name, METRICS)
        return f"; did you mean {statistic}_{found}?" if found else f": there are {', '.join(METRICS)}"
    return texts.near(subject, [*single, *METRICS]) or f": there are {', '.join([*METRICS, *RATES, *COSTS])}"


def _tokens_a_second(text: str) -> float:
    return texts.amount(text.removesuffix("/s").rstrip())


_BOUNDS: Mapping[str, Callable[[str], float]] = {
    "s": texts.seconds,
    "share": texts.ratio,
    "/s": texts.per_second,
    "tokens": texts.amount,
    "tokens/s": _tokens_a_second,
    "tokens/chunk": texts.amount,
    "$": texts.dollars,
}
