"""A run of the bench as the page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from ...bench.outcome import Outcome
from .. import bench_cost, bench_facts, bench_tables
from ..bench_text import of_client
from ..bench_words import shown, stranger, sure, whole
from .audits import Headline
from .charts import Chart, cumulative, histogram, sweep, timeline

STYLES = {"pass": "pass", "fail": "fail", "inconclusive": "partial", "invalid": "partial"}
WORDS = {"pass": "Passed", "fail": "Failed", "inconclusive": "Inconclusive", "invalid": "Invalid"}
MOST_TAGS = 50
Row = tuple[str, ...]


class RunPage:
    """What the template asks of one run."""

    def __init__(self, outcome: Outcome, prefix: str) -> None:
        self.outcome, self.prefix = outcome, prefix
        told = outcome.target
        words = dict.fromkeys(filter(None, (told.get("name", told.get("protocol", "")), told.get("model", ""))))
        self.url = told.get("url", "") if words else ""
        self.name = " ".join(words) or told.get("url", "unknown target")
        self.facts, self.tables, self.costs = bench_facts, bench_tables, bench_cost

    @property
    def headline(self) -> Headline:
        """The verdict of the run."""
        of = self.outcome
        word = WORDS[of.verdict]
        if of.verdict == "pass" and not of.judgements:
            return Headline("none", "Measured", bench_facts.judged(of))
        return Headline(STYLES[of.verdict], word, bench_facts.judged(of))

    @property
    def plan(self) -> Iterator[Row]:
        """What was done, in rows of a title and words."""
        of = self.outcome
        yield "Plan", "; ".join(bench_facts.plan(of))
        yield "Run", bench_facts.course(of)
        yield "Requests", bench_facts.requests(of)
        yield "Run id", of.run

    @property
    def tiles(self) -> Iterator[tuple[str, str, str]]:
        """The figures that people look for first: a name, a value, how sure it is."""
        figures = self.outcome.figures
        metric = bench_tables.lead(self.outcome)
        pairs = [(metric, 50), (metric, 95), *([("e2e", 95)] if metric != "e2e" else [])]
        for name, p in pairs:
            if len(figures.distributions[name]):
                found = figures.distributions[name].at(p)
                yield f"p{p} {name}", shown(found.value, "s"), sure(found, "s")
        for name, title, unit in (("rps", "requests", "/s"), ("error_rate", "error rate", "share")):
            found = figures.rates[name]
            if found.value is not None:
                yield title, shown(found.value, unit), sure(found, unit)
        cost = self.outcome.costs.get("cost_per_1k")
        if cost is not None and cost.value is not None:
            yield "1,000 requests", shown(cost.value, "$"), sure(cost, "$")

    @property
    def gates(self) -> list[tuple[str, Row]]:
        """Each threshold: the style of its verdict, and its row."""
        return [(STYLES[row[0]], row) for row in bench_tables.gates(self.outcome)]

    @cached_property
    def charts(self) -> list[Chart]:
        """What lends itself to a picture."""
        of, prefix = self.outcome, self.prefix
        found = [
            sweep(of, prefix),
            cumulative(of.figures, prefix),
            timeline(of.course, prefix) if of.course and of.figures.attempted > 1 else None,
            histogram("ttft", of.figures.distributions["ttft"], prefix),
            histogram("itl", of.figures.distributions["itl"], prefix),
        ]
        if not len(of.figures.distributions["ttft"]):
            found.append(histogram("e2e", of.figures.distributions["e2e"], prefix))
        return [each for each in found if each is not None]

    @property
    def latency(self) -> list[Row]:
        """Percentiles of every latency."""
        return list(bench_tables.latency(self.outcome.figures))

    @property
    def errors(self) -> Iterator[tuple[str, str, str, tuple[tuple[str, int], ...], str]]:
        """Of each class: its name, its meaning, how many, what they said, and how many said anything else."""
        for each in self.outcome.errors:
            yield each.failure, each.meaning, whole(each.count), each.messages, bench_tables.others(each)

    @property
    def parts(self) -> list[tuple[str, list[Row]]]:
        """Levels and tags, each as a table."""
        of, metric = self.outcome, bench_tables.lead(self.outcome)
        tags = [bench_tables.part(stranger(name), each, metric) for name, each in of.tags.items()]
        found = (("Levels", list(bench_tables.levels(of)) if not self._swept else []), ("Tags", tags[:MOST_TAGS]))
        return [(title, rows) for title, rows in found if rows]

    @property
    def _swept(self) -> bool:
        """The picture of the levels has their table beside it."""
        return any(each.name.endswith("-sweep") for each in self.charts)

    @property
    def others(self) -> list[tuple[Row, float]]:
        """Other models with the length of their bars."""
        money = self.outcome.money
        found = bench_cost.others(money) if money else []
        most = max((float(each.total or 0) for each in found), default=0.0)
        parts = [round(100 * float(each.total or 0) / most, 1) if most else 0.0 for each in found]
        return list(zip(bench_cost.other_rows(money), parts, strict=True)) if money else []

    @property
    def client(self) -> list[Row]:
        """How our own side did."""
        seen = self.outcome.connections
        rows: list[Row] = [("verdict", self.outcome.client.verdict)]
        rows += [("measured", each) for each in of_client(self.outcome.client.figures)]
        if seen.opened or seen.reused:
            rows.append(("connections", f"{seen.opened:,} opened, {seen.reused:,} requests on earlier ones"))
        return rows

    @property
    def files(self) -> str:
        """Where all of it is computed from."""
        return ", ".join(path.as_posix() for path in self.outcome.paths)
