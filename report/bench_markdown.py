"""A run for a comment on a pull request: GitHub's Markdown, the verdict first, details folded away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..bench.outcome import Outcome
from . import bench_cost as cost
from . import bench_facts as facts
from . import bench_tables as tables
from .look import Look
from .markdown import escaped

_MARKS: Mapping[str, str] = {
    "pass": ":white_check_mark:",
    "fail": ":x:",
    "inconclusive": ":grey_question:",
    "invalid": ":warning:",
}
_SHOWN = 20


def document(of: Outcome, look: Look) -> str:
    """Nothing that a server said can become markup, a link or a mention."""
    del look
    return "\n".join(_lines(of)) + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table of which all columns but the first stand to the right."""
    names = list(head)
    yield f"| {' | '.join(map(escaped, names))} |"
    yield f"| --- |{' ---: |' * (len(names) - 1)}"
    for row in rows:
        yield f"| {' | '.join(map(escaped, row))} |"


def folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A section that opens on a click; nothing where it has no lines."""
    held = list(lines)
    if held:
        yield from ("", f"<details><summary>{title}</summary>", "", *held, "", "</details>")


def _lines(of: Outcome) -> Iterator[str]:
    yield f"### {_MARKS[of.verdict]} aiready bench: {of.verdict}"
    yield ""
    yield f"**{escaped(facts.target(of))}** &mdash; {escaped('; '.join(facts.plan(of)))}  "
    yield f"{escaped(facts.course(of))}; {escaped(facts.requests(of))}; {escaped(facts.judged(of))}"
    yield from _gates(of)
    if of.capacity:
        yield from ("", f"**{of.capacity.kind.capitalize()}:** {escaped(facts.capacity(of.capacity))}")
    for each in of.notices:
        yield from ("", f"> **Note:** {escaped(each)}")
    rows = list(tables.latency(of.figures))
    if rows:
        yield from ("", *table(tables.LATENCY, rows))
        if any(tables.UNSURE in each for row in rows for each in row):
            yield from ("", f"{escaped(tables.UNSURE)} n too small for a 95 % interval")
    lost = list(tables.failing(of.figures))
    if lost:
        yield from ("", *table(tables.FAILING, lost))
    yield from _details(of)


def _gates(of: Outcome) -> Iterator[str]:
    rows = list(tables.gates(of))
    if rows:
        yield from ("", "| | threshold | observed | 95 % interval |", "| --- | --- | ---: | --- |")
        for verdict, text, told, why in rows:
            yield f"| {_MARKS[verdict]} {verdict} | {escaped(text)} | {escaped(told)} | {escaped(why)} |"


def _details(of: Outcome) -> Iterator[str]:
    head = tables.parts_head(tables.lead(of))
    tags = [tables.part(name, each, tables.lead(of)) for name, each in of.tags.items()]
    levels = list(tables.levels(of))
    sections: tuple[tuple[str, Iterable[str]], ...] = (
        ("Errors", _errors(of)),
        ("Throughput and tokens", _throughput(of)),
        ("Cost", _cost(of)),
        ("Rate limits", (f"- {escaped(title)}: {escaped(text)}" for title, text in facts.parts(of))),
        ("What the server says it spent", _server(of)),
        ("Levels", table(head, levels[:_SHOWN]) if levels else ()),
        ("Tags", table(head, tags[:_SHOWN]) if tags else ()),
    )
    for title, lines in sections:
        yield from folded(title, lines)


def _errors(of: Outcome) -> Iterator[str]:
    for each in of.errors:
        yield f"- {escaped(tables.errors(each))}"
        yield from (f"  - {times} x {escaped(text)}" for text, times in each.messages)
        if each.others:
            yield f"  - {tables.others(each)}"


def _throughput(of: Outcome) -> Iterator[str]:
    yield from table(("", "value", "95 % interval"), tables.rates(of))
    yield from ("", f"Tokens: {escaped(tables.tokens(of))}")


def _cost(of: Outcome) -> Iterator[str]:
    rows = list(cost.rows(of))
    if rows:
        yield from table(("cost of", ""), rows)
    for line in cost.told(of):
        yield from ("", escaped(line))
    others = list(cost.other_rows(of.money)) if of.money else []
    if others and of.money:
        yield from ("", *table(("the same tokens on", "cost", ""), others))
        yield from (line for each in cost.hidden(of.money) for line in ("", each))


def _server(of: Outcome) -> Iterator[str]:
    rows = list(tables.server(of))
    if rows:
        yield from table(("", "p50", "p95"), rows)
