"""A run for people: what was asked, the verdict, the figures and how sure they are, in 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from ..bench.outcome import Outcome
from . import bench_blocks as blocks
from . import bench_cost as cost
from . import bench_facts as facts
from . import bench_tables as tables
from .bench_words import number, seconds, stranger
from .look import Look
from .terminal import broken, cells, columns, cut
from .terminal import wrap as whole_words

_SHOWN, _MOST = 12, 40
"""Tags that are shown, and levels; JSON has all."""
_INDENT = "  "
_TAG = 24
"""Columns of a tag's name."""


def document(of: Outcome, look: Look) -> str:
    """Sections with a blank line between; what there is nothing to say of is left out."""
    if look.quiet:
        sections = [list(_verdict(of, look))]
    else:
        sections = [list(each(of, look)) for each in _SECTIONS]
    return "\n\n".join("\n".join(each) for each in sections if each) + "\n"


def wrap(text: str, width: int, indent: str = "", hang: str = "") -> list[str]:
    """Lines with room for whatever a server says, a word of a thousand letters included."""
    return whole_words(broken(text, width - cells(indent) - cells(hang)), width, indent, hang)


def _head(of: Outcome, look: Look) -> Iterator[str]:
    yield look.paint(facts.target(of), "place")
    yield from wrap("; ".join(facts.plan(of)), look.width)
    yield from wrap(facts.course(of), look.width)
    yield from wrap(facts.requests(of), look.width)


def _verdict(of: Outcome, look: Look) -> Iterator[str]:
    word = look.paint(of.verdict.upper(), facts.VERDICTS[of.verdict])
    first, *rest = wrap(f"{of.verdict.upper()}: {facts.judged(of)}", look.width, hang=_INDENT)
    yield word + first.removeprefix(of.verdict.upper())
    yield from rest
    rows = list(tables.gates(of))
    wide = max((cells(each[1]) for each in rows), default=0)
    value = max((cells(each[2]) for each in rows), default=0)
    for verdict, text, told, why in rows:
        start = f"{_INDENT}{verdict:<12}  {text:<{wide}}  {told:>{value}}"
        one, *more = _behind(start, why, look.width)
        yield _INDENT + look.paint(verdict, facts.VERDICTS[verdict]) + one[len(_INDENT) + len(verdict) :]
        yield from more


def _behind(start: str, text: str, width: int) -> list[str]:
    """A start and a text behind it, or below it where it doesn't fit."""
    if not text:
        return [start.rstrip()]
    if cells(start) + 2 + cells(text) <= width:
        return [f"{start}  {text}"]
    return [start.rstrip(), *wrap(text, width, _INDENT * 8)]


def _notices(of: Outcome, look: Look) -> Iterator[str]:
    for each in of.notices:
        first, *rest = wrap(f"note: {stranger(each)}", look.width, hang=_INDENT)
        yield look.paint("note:", "warning") + first.removeprefix("note:")
        yield from rest


def _capacity(of: Outcome, look: Look) -> Iterator[str]:
    if of.capacity is not None:
        yield look.paint(of.capacity.kind.capitalize(), "place")
        yield from wrap(facts.capacity(of.capacity), look.width, _INDENT)


def _latency(of: Outcome, look: Look) -> Iterator[str]:
    rows = list(tables.latency(of.figures))
    if rows:
        most = look.width - len(_INDENT)
        table = [tables.LATENCY, *rows]
        for name in ("max", "95 % interval"):  # what a narrow line has no room for; other formats have it
            if max(map(cells, _right(table))) > most:
                at = table[0].index(name)
                table = [(*each[:at], *each[at + 1 :]) for each in table]
        together = ", all levels together" if of.levels else ""
        yield from _titled(f"Latency of successes{together}", table, look)
    lost = list(tables.failing(of.figures))
    if lost:
        yield from (_INDENT + each for each in _right([tables.FAILING, *lost]))
    if any(tables.UNSURE in each for row in rows for each in row):
        yield look.paint(f"{_INDENT}{tables.UNSURE} n too small for a 95 % interval", "dim")


def _picture(of: Outcome, look: Look) -> Iterator[str]:
    name = tables.lead(of)
    rows = list(blocks.histogram(of.figures.distributions[name], look.width - 2, blocks=look.blocks))
    if rows:
        yield look.paint(f"Distribution of {name}", "place")
        yield from (_INDENT + each for each in rows)
    course = of.course
    if course is not None and len(rows) > 1:
        known = [each for each in course.latency if each is not None]
        if known:
            head, ends = f"{_INDENT}over time  ", f"  {seconds(min(known))} to {seconds(max(known))}"
            seen = blocks.fitted(course.latency, look.width - len(head) - len(ends))
            yield f"{head}{blocks.sparkline(seen, blocks=look.blocks)}{ends}"


def _throughput(of: Outcome, look: Look) -> Iterator[str]:
    rows = list(tables.rates(of))
    if rows:
        yield from _titled("Throughput", rows, look, right=(1,))
    yield from wrap(f"tokens: {tables.tokens(of)}", look.width, _INDENT)


def _errors(of: Outcome, look: Look) -> Iterator[str]:
    if of.errors:
        yield look.paint("Errors", "place")
    for each in of.errors:
        yield _INDENT + look.paint(tables.errors(each), "error")
        for text, times in each.messages:
            yield from wrap(f"{times:,} x {stranger(text)}", look.width, _INDENT * 2, _INDENT)
        if each.others:
            yield _INDENT * 2 + tables.others(each)


def _limits(of: Outcome, look: Look) -> Iterator[str]:
    rows = list(facts.parts(of))
    if rows:
        yield look.paint("Rate limits", "place")
    for title, text in rows:
        yield from wrap(f"{title}: {text}", look.width, _INDENT, _INDENT)


def _cost(of: Outcome, look: Look) -> Iterator[str]:
    told = list(cost.told(of))
    if told:
        yield look.paint("Cost", "place")
    yield from (_INDENT + each for each in columns(cost.rows(of)))
    for line in told:
        yield from wrap(line, look.width, _INDENT, _INDENT)


def _others(of: Outcome, look: Look) -> Iterator[str]:
    rows = list(cost.other_rows(of.money)) if of.money else []
    if rows and of.money:
        yield from _titled("The same tokens on other models", rows, look)
        yield from (_INDENT + each for each in cost.hidden(of.money))


def _server(of: Outcome, look: Look) -> Iterator[str]:
    rows = list(tables.server(of))
    if rows:
        yield from _titled("What the server says it spent", [("", "p50", "p95"), *rows], look)


def _client(of: Outcome, look: Look) -> Iterator[str]:
    side = of.client
    style = "good" if side.verdict == "ok" else "warning"
    told = "; ".join(of_client(side.figures))
    first, *rest = whole = wrap(stranger(side.verdict), look.width - len(_INDENT))
    beside = not rest and cells(first) + len("Client  ") <= look.width
    yield look.paint("Client", "place") + (f"  {look.paint(first, style)}" if beside else "")
    if not beside:
        yield from (_INDENT + look.paint(each, style) for each in whole)
    if told:
        yield from wrap(told, look.width, _INDENT)
    seen = of.connections
    if seen.opened or seen.reused:
        yield f"{_INDENT}connections: {seen.opened:,} opened, {seen.reused:,} requests on earlier ones"


def of_client(figures: Mapping[str, object]) -> Iterator[str]:
    """What the engine measured of its own side, in short phrases."""
    share, lag = figures.get("cpu_share"), figures.get("loop_lag")
    if isinstance(share, int | float):
        yield f"{number(share * 100)} % of a core"
    if isinstance(lag, Mapping):
        each = cast("Mapping[str, object]", lag)
        times = [f"{name} {seconds(value)}" for name, value in each.items() if isinstance(value, int | float)]
        yield f"loop lag {', '.join(times)}"
    if figures.get("stamps"):
        yield f"stamps by the {stranger(figures['stamps'])}"
    warnings = figures.get("warnings")
    if isinstance(warnings, list):
        yield from map(stranger, cast("list[object]", warnings))


def _levels(of: Outcome, look: Look) -> Iterator[str]:
    if of.levels:
        rows = list(tables.levels(of))
        yield from _titled("Levels", [tables.parts_head(tables.lead(of)), *rows[:_MOST]], look)
        yield from _more(len(rows) - _MOST)


def _tags(of: Outcome, look: Look) -> Iterator[str]:
    if of.tags:
        head = tables.parts_head(tables.lead(of))
        rows = [tables.part(cut(stranger(name), _TAG), each, tables.lead(of)) for name, each in of.tags.items()]
        yield from _titled("Tags", [head, *rows[:_SHOWN]], look)
        yield from _more(len(rows) - _SHOWN)


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f"{_INDENT}and {count} more (--format json has all)"


def _files(of: Outcome, look: Look) -> Iterator[str]:
    place = of.paths[0] if len(of.paths) == 1 else of.paths[0].parent
    yield look.paint(f"samples: {stranger(place)}", "dim")


def _titled(title: str, rows: Iterable[tuple[str, ...]], look: Look, right: tuple[int, ...] = ()) -> Iterator[str]:
    yield look.paint(title, "place")
    yield from (_INDENT + each for each in _right(rows, right))


def _right(rows: Iterable[tuple[str, ...]], only: tuple[int, ...] = ()) -> Iterator[str]:
    """Rows as aligned lines, all columns but the first to the right."""
    held = list(rows)
    widths = [max(map(cells, column)) for column in zip(*held, strict=True)]
    for row in held:
        filled = [
            " " * (width - cells(each)) + each
            if (place in only if only else place)
            else each + " " * (width - cells(each))
            for place, (each, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(filled).rstrip()


_SECTIONS = (
    *(_head, _verdict, _notices, _capacity, _levels, _latency, _picture, _throughput, _errors),
    *(_limits, _cost, _others, _server, _tags, _client, _files),
)
