"""What a reader of Markdown makes of our documents when the audited code means harm: our tags and our links only."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt  # rich brings it

from aiready.checks.catalogue import load
from aiready.checks.looked import Counts
from aiready.checks.model import Audit, Finding, Place, Step, Verdict
from aiready.history.model import Point, Track, Trend
from aiready.report.interface import AUDIT_FORMATS
from aiready.report.look import Look
from aiready.report.trend_interface import TREND_FORMATS

TAGS = {
    *("details", "summary", "code", "h3", "p", "strong", "ul", "ol", "li"),
    *("table", "thead", "tbody", "tr", "th", "td", "a"),
}
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "](javascript:alert(1))",
    "[a](https://evil.example)",
    "![a](https://evil.example/x.png)",
    "</code></summary></details><h1>x</h1>",
    "``` \n# head\n\n| a | b |\n",
    "<https://evil.example> www.evil.example",
    "&lt;script&gt; &#60;b&#62;",
    "\\[a\\](b) \\\\`x`",
)


class Seen(HTMLParser):
    """Tags and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        allowed = {"a": {"href"}, "details": {"open"}, "td": {"style"}, "th": {"style"}}
        assert {name for name, _ in attrs} <= allowed.get(tag, set())
        self.links += [value or "" for name, value in attrs if name == "href"]


def read(document: str) -> Seen:
    seen = Seen()
    seen.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(document))
    return seen


def audit(text: str) -> Audit:
    finding = Finding("REL101", Place(text, 7, 5), "error", "high", text, text, (Step(Place("a.py", 1, 1), text),))
    whole = replace(finding, whole=True)
    verdict = Verdict("reliability.timeouts", "fail", text, 1, 0)
    return Audit("/project", Counts(1, 1, 1, 0), (), (), (finding, whole), checklist=(verdict,))


def harmless(text: str) -> None:
    seen = read(AUDIT_FORMATS["markdown"](audit(text), load(), Look()))
    assert seen.tags - TAGS == set()
    assert len(seen.links) == 4
    assert [each for each in seen.links if not re.fullmatch(r"(?!/)[\w./~%-]*#L\d+", each, re.ASCII)] == []
    points = tuple(Point(text, text, text, text, {"ttft.p95": float(n), f"rule.{text}": float(n)}) for n in (1, 2))
    trend = read(TREND_FORMATS["markdown"](Trend((Track("bench", text, points),)), Look()))
    assert (trend.tags - TAGS, trend.links) == (set(), [])


@pytest.mark.parametrize("text", HOSTILE)
def test_code_that_means_harm_is_text(text: str) -> None:
    harmless(text)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*HOSTILE, *"<>[]()`|\\*_~&#!\n \t", "a", "://"]), max_size=8).map("".join))
def test_whatever_is_put_together_is_text(text: str) -> None:
    harmless(text)
