"""The HTML page: one whole document that loads nothing, says the verdict first, and can't be made to do harm."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from pages import PAGES, audit, many, page, run, sweep, trend

from aiready.bench.outcome import outcome
from aiready.checks.catalogue import load
from aiready.checks.looked import Counts
from aiready.checks.model import Audit, Finding, Place
from aiready.history.model import Point, Track
from aiready.history.model import Trend as History
from aiready.report.html import of_audit, of_outcome, of_trend
from aiready.report.html.charts.canvas import Scale, over, times
from aiready.report.html.charts.times import CROSS
from aiready.report.html.page import LIMIT
from aiready.report.look import Look

BenchRuns = Any
Run = Callable[..., "CompletedProcess[str]"]
LOADING = {"src", "srcset", "data", "action", "formaction", "poster", "background", "ping", "xlink:href", "style"}
every_page = pytest.mark.parametrize("name", PAGES)


class Document(HTMLParser):
    """The elements of a page in order, each with its attributes; and the text of some."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.elements:
            self.texts.append((self.elements[-1][0], data))

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.elements if attribute in attributes]


@every_page
def test_a_page_loads_nothing(name: str, runs: BenchRuns) -> None:
    found = Document(page(name, runs))
    assert [attribute for attribute in LOADING for _ in found.values(attribute)] == []
    assert [href for href in found.values("href") if not href.startswith("#")] == []
    assert {tag for tag, _ in found.elements} & {
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "image",
        "use",
    } == set()
    (style,) = [text for tag, text in found.texts if tag == "style" and text.strip()]
    assert re.findall(r"@import|url\((?!#)[^)]*", style) == []


@every_page
def test_only_the_page_s_own_style_and_script_may_run(name: str, runs: BenchRuns) -> None:
    found = Document(page(name, runs))
    (policy,) = [meta["content"] for meta in found.of("meta") if "http-equiv" in meta]
    told = dict(part.split(" ", 1) for part in policy.split("; "))
    assert (told["default-src"], told["base-uri"], told["form-action"]) == ("'none'", "'none'", "'none'")
    for tag in ("style", "script"):
        (text,) = [text for of, text in found.texts if of == tag and text.strip()][:1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert told[f"{tag}-src"] == f"'sha256-{digest}'"
    assert [each for _, attributes in found.elements for each in attributes if each.startswith("on")] == []


@every_page
def test_what_is_pointed_at_is_there_once(name: str, runs: BenchRuns) -> None:
    found = Document(page(name, runs))
    ids = Counter(found.values("id"))
    assert [each for each, count in ids.items() if count > 1] == []
    aims = [
        word
        for attribute in ("aria-labelledby", "for", "data-for")
        for value in found.values(attribute)
        for word in value.split()
    ]
    aims += [href[1:] for href in found.values("href")]
    assert sorted(set(aims) - set(ids)) == []


@every_page
def test_headings_go_down_step_by_step(name: str, runs: BenchRuns) -> None:
    levels = [int(tag[1]) for tag, _ in Document(page(name, runs)).elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [(one, two) for one, two in pairwise(levels) if two > one + 1] == []


@every_page
def test_tables_have_captions_and_pictures_have_words(name: str, runs: BenchRuns) -> None:
    found = Document(page(name, runs))
    tags = Counter(tag for tag, _ in found.elements)
    assert tags["table"] == tags["caption"] > 0
    assert [each for each in found.of("th") if each.get("scope") not in ("col", "row")] == []
    pictures = [each for each in found.of("svg") if each.get("role") == "img"]
    assert len(pictures) == tags["title"] - 1 == tags["desc"]
    assert [each for each in found.of("svg") if "aria-hidden" not in each and each not in pictures] == []


def test_hostile_words_are_only_words(runs: BenchRuns) -> None:
    text = page("hostile", runs)
    found = Document(text)
    assert [tag for tag, _ in found.elements if tag in ("img", "script")] == ["script"]
    assert not set(text) & set("\x1b\u202e\u2066\ud800")
    assert "{{7*7}}" in text
    assert text.count("window.hacked=1") == text.count("window.hacked=1&lt;") + text.count(
        "window.hacked=1&gt;"
    ) + text.count("window.hacked=1)")
    text.encode()


def test_the_verdict_comes_first() -> None:
    text = of_audit(audit("desk"), load(), Look())
    order = [
        "Not ready",
        "4 errors",
        "at a glance",
        "What is wrong",
        "Checklist</h3>",
        "Findings</h3>",
        "Model calls</h3>",
    ]
    places = [text.index(word) for word in order]
    assert places == sorted(places)


def test_every_item_finding_and_call_is_on_the_page() -> None:
    found = audit("desk")
    read = Document(of_audit(found, load(), Look()))
    rows = [attributes for _, attributes in read.elements if "data-row" in attributes]
    assert sum("data-v" in row for row in rows) == len(found.checklist) == 23
    assert Counter(row["data-r"] for row in rows if "data-r" in row) == Counter(each.rule for each in found.findings)
    assert sum("data-a" in row for row in rows) == len(found.calls)


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({}, "Not ready"),
        ({"findings": ()}, "Not ready"),
        ({"findings": (), "checklist": ()}, "Ready"),
        ({"findings": (), "counts": Counts(0, 0, 0, 0), "checklist": (), "nothing": "no Python file"}, "Not audited"),
    ],
)
def test_the_verdict_in_a_word(changed: dict[str, Any], word: str) -> None:
    text = of_audit(replace(audit("desk"), **changed), load(), Look())
    assert re.findall(r"aria-hidden=true>.</span> ([A-Z][a-z ]+)</p>", text) == [word]


def test_known_and_suppressed_findings_are_counted_only() -> None:
    found = audit("desk")
    first, second, *rest = found.findings
    changed = replace(found, findings=(replace(first, known=True), replace(second, suppressed="meant"), *rest))
    text = of_audit(changed, load(), Look())
    assert "Besides, 1 known, 1 suppressed." in text
    assert text.count("data-r=") == len(rest)


@pytest.mark.parametrize("count", [29, 200])
def test_a_normal_project_s_page_is_small_and_whole(count: int) -> None:
    text = of_audit(many(count), load(), Look())
    assert len(text.encode()) <= LIMIT
    assert text.count("data-r=") == count
    assert "left out" not in text


def test_what_a_large_audit_s_page_leaves_out_is_said() -> None:
    found = many(1500)
    text = of_audit(found, load(), Look())
    assert len(text.encode()) <= LIMIT
    (left,) = re.findall(r"(\d+) milder findings left out", text)
    assert int(left) == 1500 - text.count("data-r=")
    errors = sum(each.severity == "error" for each in found.findings)
    assert text.count("data-s=error") == min(errors, text.count("data-r="))
    assert "--format json" in text


@pytest.mark.parametrize("count", [29, 1500])
def test_filters_offer_what_the_page_shows_and_nothing_else(count: int) -> None:
    text = of_audit(many(count), load(), Look())
    assert text.count("<select") == 6
    for part, key, row in (("found", "s", "li"), ("found", "r", "li"), ("found", "k", "li"), ("inventory", "k", "tr")):
        (choices,) = re.findall(rf'<select id="a1-{part}-{key}".*?</select>', text, re.DOTALL)
        offered = set(re.findall(r'value="([^"]+)"', choices))
        rows = re.findall(rf"<{row} data-row .*?>", text)
        assert offered == {found for each in rows for found in re.findall(rf'data-{key}="?([^ ">]+)', each)}


def test_source_around_a_place_is_shown_while_the_file_says_the_same(tmp_path: Path) -> None:
    code = "def ask(q):\n    return client.create(\n        q,\n    )\n"
    (tmp_path / "app.py").write_text(code)
    kept = "    return client.create("
    place = Place("app.py", 2, 12, 4, 6)
    finding = Finding("REL101", place, "error", "high", "m", "h", source=kept)
    found = Audit(str(tmp_path), Counts(1, 1, 1, 0), (), (), (finding,))
    assert numbers(of_audit(found, load(), Look())) == ["1", "2", "3", "4"]
    (tmp_path / "app.py").write_text("# changed\n" + code)
    assert numbers(of_audit(found, load(), Look())) == ["2"]
    (tmp_path / "app.py").unlink()
    assert numbers(of_audit(found, load(), Look())) == ["2"]


def numbers(text: str) -> list[str]:
    return re.findall(r"data-n=(\d+)", text)


@pytest.mark.parametrize(
    "key",
    ["sk-proj-abcdefghijklmnopqrstuvwx", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6", "12345678-9abc-4def-8123-456789abcdef"],
)
def test_a_key_in_a_line_beside_is_not_shown(tmp_path: Path, key: str) -> None:
    (tmp_path / "app.py").write_text(f'KEY = "{key}"\nclient.create()\n')
    finding = Finding("REL101", Place("app.py", 2, 1, 2, 16), "error", "high", "m", "h", source="client.create()")
    text = of_audit(Audit(str(tmp_path), Counts(1, 1, 1, 0), (), (), (finding,)), load(), Look())
    assert numbers(text) == ["1", "2"]
    assert key not in text
    assert "*" * 20 in text


def test_a_run_is_told_in_pictures_and_in_tables(runs: BenchRuns) -> None:
    text = of_outcome(run(runs), Look())
    assert re.findall(r"<figcaption>(.*?)</figcaption>", text) == [
        "Latency: share of requests done by a time",
        "Over time",
        "Time to first token: how many requests",
        "Inter-token gap: how many gaps between chunks",
    ]
    for title in (
        "Thresholds",
        "Errors",
        "Rate limits",
        "Tags",
        "Cost",
        "What if another model answered",
        "How it was measured",
    ):
        assert f"<h3>{title}</h3>" in text
    assert text.count('class="band') == 2
    assert text.count(f"{CROSS}</text>") == 1
    assert "rate_limited</span> <b>4</b>" in text


def test_the_knee_of_a_sweep_is_marked(runs: BenchRuns) -> None:
    found = sweep(runs)
    assert found.capacity is not None
    text = of_outcome(found, Look())
    assert f">knee: {found.capacity.best:g} users</text>" in text
    assert "<h3>Levels</h3>" not in text


def test_a_run_without_anything_is_a_page(runs: BenchRuns) -> None:
    text = of_outcome(outcome(runs.made([])), Look())
    assert "<figure>" not in text
    assert "How it was measured" in text


def test_a_trend_has_a_picture_a_figure_and_all_in_a_table() -> None:
    (found,) = trend()
    assert [each.title for each in found.charts] == [
        "time to first token p95",
        "failed requests",
        found.figures[2].title,
    ]
    assert [each.desc for each in found.charts] == [
        "From 800 ms to 500 ms over 2 results.",
        "From 20.0 % to 0 % over 3 results.",
        "From 0 to 1 over 3 results.",
    ]
    assert list(found.rows)[1] == ("b2", "2026-11-08 10:00", "-", "10.0 %", "0")


@pytest.mark.parametrize(
    ("values", "zero", "told"),
    [
        ([0.0, 4.1], True, ["0 s", "1 s", "2 s", "3 s", "4 s"]),
        ([0.0, 0.0], True, ["0 s", "0.2 s", "0.4 s", "0.6 s", "0.8 s", "1 s"]),
        ([0.001, 1.0], False, ["0.001 s", "0.003 s", "0.01 s", "0.03 s", "0.1 s", "0.3 s", "1 s"]),
        ([0.05, 0.09], False, ["0 ms", "20 ms", "40 ms", "60 ms", "80 ms"]),
    ],
)
def test_axes_have_round_marks(values: list[float], zero: bool, told: list[str]) -> None:  # noqa: FBT001
    scale = over(values, 0, 400, zero=zero)
    assert times(scale.ticks()) == told


def test_values_stand_within_their_axis() -> None:
    scale = Scale(1, 100, 0, 200, log=True)
    assert [scale.at(each) for each in (0.5, 1, 10, 100, 1000)] == [0, 0, 100, 200, 200]


def test_the_page_is_the_same_in_every_process(tmp_path: Path, root: Path) -> None:
    command = [sys.executable, "-m", "aiready", "audit", "examples/support_desk", "--format", "html", "--no-cache"]
    pages = {
        subprocess.run(
            command, cwd=root, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=False
        ).stdout
        for seed in ("1", "2")
    }
    assert len(pages) == 1
    assert pages.pop().startswith(b"<!DOCTYPE html>")


def test_html_is_a_format_of_every_command_that_reports(runs: BenchRuns, aiready: Run, root: Path) -> None:
    run(runs, "one")
    run(runs, "two", 900)
    for words in (
        ("audit", str(root / "examples" / "support_desk")),
        ("report", str(runs.home / "one")),
        ("compare", str(runs.home / "one"), str(runs.home / "two")),
    ):
        told = aiready(*words, "--format", "html", cwd=runs.home)
        assert (told.returncode, told.stdout[:15], told.stdout[-8:]) == (1, "<!DOCTYPE html>", "</html>\n")


def test_one_call_is_no_page(aiready: Run, root: Path) -> None:
    told = aiready("audit", "examples/support_desk", "--call", "desk/llm.py:56", "--format", "html", cwd=root)
    assert (told.returncode, told.stdout) == (2, "")


def test_other_formats_wait_for_no_templates() -> None:
    code = (
        "import sys, aiready.report.interface as i; print({'jinja2', 'markupsafe', 'aiready.bench'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_the_history_is_a_page_with_a_course_for_each_thing_measured() -> None:
    audits = tuple(Point(f"{n}", f"2026-11-0{n}T10:00:00Z", "", "", {"findings.error": 9.0 - n}) for n in (1, 2))
    runs = tuple(Point(f"r{n}", f"2026-11-0{n}T11:00:00Z", "", "pass", {"ttft.p95": n / 10}) for n in (1, 2))
    history = History((Track("audit", ".", audits), Track("bench", "<script>x</script>", runs)))
    text = of_trend(history, Look())
    assert re.findall(r"<h2[^>]*>([^<]*)</h2>", text) == [
        "Audit of the whole project",
        "Bench of &lt;script&gt;x&lt;/script&gt;",
    ]
    assert re.findall(r"<desc[^>]*>([^<]*)</desc>", text) == [
        "From 8 to 7 over 2 results.",
        "From 100 ms to 200 ms over 2 results.",
    ]
    assert "2026-11-02 10:00" in text
