"""How a trend looks to people and programs."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from aiready.history.model import Point, Track, Trend
from aiready.report.look import Look
from aiready.report.terminal import cells
from aiready.report.trend_interface import TREND_FORMATS

HOSTILE = "<script>\x1b[2J\u202e](javascript:x) =cmd @team | [bold]x\n::set-output name=a::b"


def audited(number: int, passed: float, errors: float, **rules: float) -> Point:
    figures = {"items.pass": passed, "findings.error": errors, "findings.warning": 0.0, "calls": 6.0}
    named = {f"rule.{rule}": count for rule, count in rules.items()}
    return Point(f"{number}", f"2026-11-0{number}T10:00:00Z", f"{number}" * 40, "", figures | named)


def measured(number: int, ttft: float, failed: float, cost: float) -> Point:
    figures = {"ttft.p95": ttft, "error_rate": failed, "cost_per_1k": cost}
    return Point(f"{number}", f"2026-11-0{number}T10:00:00Z", "", "pass", figures)


AUDITS = Track("audit", ".", (audited(1, 3, 4, REL101=4), audited(3, 4, 4, REL101=4), audited(4, 9, 1, REL101=1)), 2)
BENCHES = Track("bench", "openai gpt-4o, closed:4", (measured(2, 0.2, 0, 1.5), measured(5, 0.3, 0.01, 1.2)))
TREND = Trend((AUDITS, BENCHES))

TEXT = """\
Audit of the whole project
  3 results, 2026-11-01 to 2026-11-04, 2 more not shown

  FIGURE                        FIRST       LAST   CHANGE  TREND
  items that pass                   3          9       +6  ▁▂█
  errors                            4          1       -3  ██▁
  model calls                       6          6           ▅▅▅
  findings of REL101                4          1       -3  ██▁

  ID  WHEN              COMMIT   PASS  ERRORS  WARNINGS
  4   2026-11-04 10:00  4444444  9     1       0
  3   2026-11-03 10:00  3333333  4     4       0
  1   2026-11-01 10:00  1111111  3     4       0

Bench of openai gpt-4o, closed:4
  2 results, 2026-11-02 to 2026-11-05

  FIGURE                        FIRST       LAST   CHANGE  TREND
  time to first token p95      200 ms     300 ms    +50 %  ▁█
  failed requests                 0 %     1.00 %    +1 pt  ▁█
  cost of 1,000 requests        $1.50      $1.20    -20 %  █▁

  ID  WHEN              COMMIT  VERDICT  TTFT p95  FAILED  $/1k
  5   2026-11-05 10:00  -       pass     300 ms    1.00 %  $1.20
  2   2026-11-02 10:00  -       pass     200 ms    0 %     $1.50
"""


def shown(form: str, of: Trend = TREND, **look: Any) -> str:
    return TREND_FORMATS[form](of, Look(**look))


def test_a_terminal_shows_each_figure_s_way() -> None:
    assert shown("text") == TEXT


def test_of_one_result_there_is_no_way() -> None:
    one = Trend((replace(BENCHES, points=BENCHES.points[:1]),))
    assert shown("text", one).splitlines() == [
        "Bench of openai gpt-4o, closed:4",
        "  1 result, 2026-11-02",
        "",
        "  ID  WHEN              COMMIT  VERDICT  TTFT p95  FAILED  $/1k",
        "  2   2026-11-02 10:00  -       pass     200 ms    0 %     $1.50",
    ]


def test_quiet_leaves_out_the_results() -> None:
    assert [line for line in shown("text", quiet=True).splitlines() if line.startswith("  ID")] == []


def test_better_is_green_and_worse_is_red() -> None:
    text = shown("text", colour=True)
    assert re.findall(r"\x1b\[1;3([12])m(.*?)\x1b", text) == [
        *[("2", "+6"), ("2", "-3"), ("2", "-3")],
        *[("1", "+50 %"), ("1", "+1 pt"), ("2", "-20 %")],
    ]
    assert re.sub(r"\x1b\[[\d;]*m", "", text) == TEXT


@pytest.mark.parametrize("width", [40, 60, 80])
def test_many_results_fit_the_width(width: int) -> None:
    points = tuple(
        replace(audited(1, float(n * 100), float(n)), name=f"{n}", at=f"2026-11-{n % 28 + 1:02}T10:00:00Z")
        for n in range(300)
    )
    wide = measured(1, 123.4, 0.5, 123456.0)
    many = Trend((Track("audit", "services/chat", points), replace(BENCHES, points=(wide, wide))))
    lines = shown("text", many, width=width).splitlines()
    assert max(map(cells, lines)) <= width


def test_without_block_characters_the_picture_is_ascii() -> None:
    assert shown("text", blocks=False).isascii()


def test_no_results_are_told() -> None:
    assert [shown(form, Trend()) for form in ("text", "markdown")] == ["No results.\n"] * 2


def test_json_holds_every_figure_of_every_result() -> None:
    told = json.loads(shown("json"))
    assert (told["schema"], [each["subject"] for each in told["tracks"]]) == ("aiready.trend/1", [".", BENCHES.subject])
    assert told["tracks"][0]["results"][2] == {
        "id": "4",
        "at": "2026-11-04T10:00:00Z",
        "commit": "4" * 40,
        "verdict": None,
        "figures": {"calls": 6, "findings.error": 1, "findings.warning": 0, "items.pass": 9, "rule.REL101": 1},
    }


def test_csv_has_a_row_a_figure() -> None:
    rows = list(csv.DictReader(io.StringIO(shown("csv"))))
    assert len(rows) == sum(len(point.figures) for track in TREND.tracks for point in track.points)
    assert rows[-1] == {
        "kind": "bench",
        "subject": "openai gpt-4o, closed:4",
        "result": "5",
        "at": "2026-11-05T10:00:00Z",
        "commit": "",
        "verdict": "pass",
        "figure": "ttft.p95",
        "unit": "s",
        "value": "0.3",
    }


def test_markdown_marks_what_got_better_and_worse() -> None:
    lines = shown("markdown").splitlines()
    assert [line for line in lines if "_check" in line or ":x:" in line] == [
        "| items that pass | 3 | 9 | +6 | :white_check_mark: | ▁▂█ |",
        "| errors | 4 | 1 | -3 | :white_check_mark: | ██▁ |",
        "| findings of REL101 | 4 | 1 | -3 | :white_check_mark: | ██▁ |",
        "| time to first token p95 | 200 ms | 300 ms | +50 % | :x: | ▁█ |",
        "| failed requests | 0 % | 1.00 % | +1 pt | :x: | ▁█ |",
        "| cost of 1,000 requests | $1.50 | $1.20 | -20 % | :white_check_mark: | █▁ |",
    ]


def test_lines_are_the_rows_of_the_table() -> None:
    rows = [{name: str(cell) for name, cell in json.loads(line).items()} for line in shown("jsonl").splitlines()]
    assert rows == list(csv.DictReader(io.StringIO(shown("csv"))))


def test_counts_that_are_worse_fail_and_measures_are_told() -> None:
    worse = Track("audit", "app", tuple(reversed(AUDITS.points)))
    document = json.loads(shown("sarif", Trend((worse, replace(BENCHES, points=(*BENCHES.points, failed()))))))
    told = {each["name"]: (each["verdict"], each["told"]) for each in document["runs"][0]["properties"]["cases"]}
    assert told == {
        "items that pass": ("fail", "items that pass: 9 to 3 (-6)"),
        "errors": ("fail", "errors: 1 to 4 (+3)"),
        "model calls": ("pass", "model calls: 6 to 6"),
        "findings of REL101": ("fail", "findings of REL101: 1 to 4 (+3)"),
        "newest result": ("fail", "7: fail"),
        "time to first token p95": ("pass", "time to first token p95: 200 ms to 900 ms (+350 %)"),
        "failed requests": ("pass", "failed requests: 0 % to 50.0 % (+50 pt)"),
        "cost of 1,000 requests": ("pass", "cost of 1,000 requests: $1.50 to $9.00 (+500 %)"),
    }
    assert {each["ruleId"] for each in document["runs"][0]["results"]} == {"TREND101"}


def failed() -> Point:
    return replace(measured(7, 0.9, 0.5, 9.0), verdict="fail")


def test_of_one_result_a_case_is_only_its_verdict() -> None:
    tracks = (replace(AUDITS, points=AUDITS.points[:1]), replace(BENCHES, points=(failed(),)))
    words = "Bench of openai gpt-4o, closed:4: 7: fail"
    command = "::error file=aiready.yaml,line=1,title=aiready trend fail%3A newest result::"
    assert shown("github", Trend(tracks)) == f"{command}{words}\n"


@pytest.mark.parametrize("form", list(TREND_FORMATS))
def test_names_of_strangers_do_nothing(form: str) -> None:
    points = tuple(
        Point(HOSTILE, HOSTILE, HOSTILE, HOSTILE, {"ttft.p95": float(n), f"rule.{HOSTILE}": float(n)}) for n in (1, 2)
    )
    document = shown(form, Trend((Track("bench", HOSTILE, points),)))
    assert re.findall(r"[\x00-\x09\x0b-\x1f\u202e]", document) == []
    assert [line for line in document.splitlines() if line.lstrip().startswith(("::", "=cmd"))] == []
    if form == "markdown":
        assert re.findall(r"<(?!/?(?:details|summary)\b)|@|(?<!\\)\]\(", document) == []
