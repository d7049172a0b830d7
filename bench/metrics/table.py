"""The table of metrics: what each name means, in which unit, which direction is better, and how it is computed.

Names and meanings follow the field: vLLM, AIPerf, GuideLLM. Loads no numpy; its functions do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from . import values

if TYPE_CHECKING:
    from ..samples.columns import Columns, Floats

Better = Literal["lower", "higher"]
Unit = Literal["s", "tokens", "share", "/s", "tokens/s", "tokens/chunk", "$"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One value a request: told by percentiles and the mean."""

    name: str
    sentence: str
    unit: Unit
    better: Better | None
    """None: neither is."""
    of: Callable[[Columns], Floats]
    """A value for each row, nan where it has none."""
    of_failures: bool = False
    """Failed requests have it too."""
    needs: str = "t0"
    """A failure counts as one that took for ever where this column is known."""
    pooled: bool = False
    """Several values a request, which depend on one another; `of` leaves out those that have none."""

    @property
    def endless(self) -> bool:
        """A failed request counts as +infinity beside the plain figure."""
        return self.better == "lower" and not self.of_failures and not self.pooled


@dataclass(frozen=True, slots=True)
class Rate:
    """One figure a run."""

    name: str
    sentence: str
    unit: Unit
    better: Better | None


_METRICS = (
    Metric("ttft", "first chunk with content, reasoning or a tool call, minus t0", "s", "lower", values.ttft),
    Metric("ttfa", "first chunk that isn't reasoning, minus t0", "s", "lower", values.ttfa),
    Metric("e2e", "last content chunk, or the body read, minus t0", "s", "lower", values.e2e),
    Metric("tpot", "(e2e - ttft) / (output tokens - 1), from two tokens and two reads on", "s", "lower", values.tpot),
    Metric(
        "itl",
        "gaps between content chunks of all requests; gaps inside one read are counted apart",
        "s",
        "lower",
        values.itl,
        pooled=True,
    ),
    Metric("stall_max", "largest gap between two content chunks of a request", "s", "lower", values.stall_max),
    Metric(
        "dispatch_delay",
        "t0 minus the scheduled time (open loop): how late our own side was",
        "s",
        "lower",
        values.dispatch_delay,
        of_failures=True,
    ),
    Metric(
        "sched_latency",
        "last content chunk minus the scheduled time (open loop): what a user waited who came on schedule",
        "s",
        "lower",
        values.sched_latency,
        needs="t_sched",
    ),
    Metric(
        "connect",
        "connection opened, TLS included, minus t0; requests that reuse one have none",
        "s",
        "lower",
        values.connect,
        of_failures=True,
    ),
    Metric("output_tokens", "tokens of the answer, reasoning included", "tokens", None, values.output_tokens),
    Metric("input_tokens", "tokens of the prompt, cached ones included", "tokens", None, values.input_tokens),
    Metric("cached_tokens", "tokens of the prompt that came from a cache", "tokens", None, values.cached_tokens),
    Metric("reasoning_tokens", "tokens of the answer that were reasoning", "tokens", None, values.reasoning_tokens),
)
_RATES = (
    Rate("rps", "successful requests / window", "/s", "higher"),
    Rate("output_tps", "output tokens of successes, each when it came / window", "tokens/s", "higher"),
    Rate("output_tps_steady", "the same while in flight were at least 90 % of the peak", "tokens/s", "higher"),
    Rate("error_rate", "failures / attempted", "share", "lower"),
    Rate("goodput", "requests that meet every objective / window", "/s", "higher"),
    Rate("attainment", "requests that meet every objective / attempted", "share", "higher"),
    Rate("tokens_per_chunk", "output tokens / content chunks of streamed successes", "tokens/chunk", None),
    Rate("coalesced", "gaps inside one read / all gaps", "share", None),
)
_COSTS = (
    Rate("cost_per_request", "mean cost of an attempted request", "$", "lower"),
    Rate("cost_per_1k", "cost of 1,000 requests", "$", "lower"),
    Rate("cost_per_good_request", "cost of the run / requests that meet every objective", "$", "lower"),
    Rate("cost_per_1m_output", "cost of the run / 1,000,000 output tokens", "$", "lower"),
)

METRICS: Mapping[str, Metric] = {each.name: each for each in _METRICS}
RATES: Mapping[str, Rate] = {each.name: each for each in _RATES}
COSTS: Mapping[str, Rate] = {each.name: each for each in _COSTS}
"""Computed elsewhere, from prices; named here so that thresholds on them can be checked."""

PERCENTILES = (50.0, 90.0, 95.0, 99.0, 99.9)
"""Those that are reported; a threshold may name any other."""
