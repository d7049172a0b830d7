"""Stored results of both kinds as one document. Each format shows them its own way; most one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .. import __version__
from ..bench.outcome import Outcome
from ..checks.catalogue import Catalogue
from ..checks.model import Audit
from . import audit_json, audit_markdown, bench_json, bench_markdown, bench_text, html, text, values
from .look import Look
from .terminal import counted, safe

SCHEMA = "aiready.report/1"


@dataclass(frozen=True, slots=True)
class Results:
    """What is to be shown, each with the name under which it was asked for, in that order."""

    audits: tuple[tuple[str, Audit], ...] = ()
    runs: tuple[tuple[str, Outcome], ...] = ()

    def __len__(self) -> int:
        return len(self.audits) + len(self.runs)


def as_text(of: Results, catalogue: Catalogue, look: Look) -> str:
    """Audits, then load tests, each below its name."""
    parts = [(name, text.document(each, catalogue, look)) for name, each in of.audits]
    parts += [(name, bench_text.document(each, look)) for name, each in of.runs]
    return "\n".join(f"{look.paint(line, 'place')}\n{each}" for line, each in _ruled(parts, look.width))


def _ruled(parts: list[tuple[str, str]], width: int) -> Iterator[tuple[str, str]]:
    for name, each in parts:
        yield f"== {safe(name)} ".ljust(width, "="), each


def as_json(of: Results, catalogue: Catalogue, look: Look) -> str:
    """The documents as they are by themselves, in two lists."""
    audits = [audit_json.as_values(each, catalogue, look) for _, each in of.audits]
    runs = [bench_json.as_values(each) for _, each in of.runs]
    tool = {"name": "aiready", "version": __version__}
    return values.written({"schema": SCHEMA, "tool": tool, "audits": audits, "runs": runs})


def as_markdown(of: Results, catalogue: Catalogue, look: Look) -> str:
    """In the room of one comment: load tests as they are, while they fit, audits in what they leave."""
    room = audit_markdown.ROOM - audit_markdown.SPARE
    runs: list[str] = []
    for _, each in of.runs:
        document = bench_markdown.document(each, look)
        if len(document) < room:
            runs.append(document)
            room -= len(document) + 1
    share = room // max(1, len(of.audits)) - 1
    audits = [audit_markdown.written(each, catalogue, look, share) for _, each in of.audits]
    missing = len(of.runs) - len(runs)
    last = [f"**{counted(missing, 'load test')} left out:** a comment has no room for more.\n"] if missing else []
    return "\n".join([*audits, *runs, *last])


def as_html(of: Results, catalogue: Catalogue, look: Look) -> str:
    """One page."""
    return html.of_results([each for _, each in of.audits], [each for _, each in of.runs], catalogue, look)


COMBINED_FORMATS: Mapping[str, Callable[[Results, Catalogue, Look], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
    "html": as_html,
}
