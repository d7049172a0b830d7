"""The plain formats of an audit: Markdown for a comment, CSV for a spreadsheet, a finding a line for programs."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.checks.catalogue import load
from aiready.checks.looked import Counts, Skipped
from aiready.checks.model import Audit, Finding, Place, Severity, Step, Verdict
from aiready.cli import surroundings
from aiready.report import audit_json
from aiready.report.interface import AUDIT_FORMATS
from aiready.report.look import Look
from aiready.report.markdown import escaped
from aiready.report.sheet import Section, fitted

HOSTILE = (
    "<script>alert(1)</script> ](javascript:alert(1)) \x1b[2J \u202e [bold]x[/bold] ::set-output name=a::b\n"
    "=cmd() @team https://evil.example www.evil.example | `x` \ud800"
)
EXAMPLE = Path(__file__).parents[1] / "examples" / "support_desk"


def finding(path: str = "app/llm.py", severity: Severity = "error", **more: Any) -> Finding:
    usual = Finding("REL101", Place(path, 7, 5, 7, 9), severity, "high", "waits for ever", "Set a timeout.")
    return replace(usual, **more)


def audit(*findings: Finding, **more: Any) -> Audit:
    return replace(Audit("/project", Counts(3, 2, 2, 0), (), (), findings), **more)


def shown(form: str, of: Audit, **look: Any) -> str:
    return AUDIT_FORMATS[form](of, load(), Look(**look))


CHECKLIST = (
    Verdict("reliability.retries", "pass", "all", 4, 4),
    Verdict("reliability.timeouts", "fail", "no limit set", 4, 1),
)
MARKDOWN = """\
### :x: aiready audit: 3 findings: 1 error, 1 warning, 1 note (1 known, 1 suppressed)

0 model calls in 2 audited files; 1 file could not be audited

<details><summary>Checklist: 1 pass, 1 fail</summary>

| | item | met | why |
| --- | --- | ---: | --- |
| :white_check_mark: pass | Every model call is retried with exponential backoff, and not for ever | 4/4 | all |
| :x: fail | Every model call has a time limit its callers can live with | 1/4 | no limit set |

</details>

<details open><summary><code>app/llm.py</code>: 1 error, 1 note</summary>

- :x: [app/llm.py:7](app/llm.py#L7) **REL101** call-without-timeout: waits for ever
  1. [app/main.py:3](app/main.py#L3) called here
  - Set a timeout.
- :information_source: [app/llm.py:7](app/llm.py#L7) **REL101** call-without-timeout: waits for ever
  - Set a timeout.

</details>

<details open><summary>the whole project: 1 warning</summary>

- :warning: [nb.ipynb: cell 3, line 7](nb.ipynb) **REL101** call-without-timeout: waits for ever
  - Set a timeout.

</details>
"""


def test_markdown_tells_the_counts_the_checklist_and_the_findings_by_file() -> None:
    of = audit(
        finding(severity="note"),
        finding(trace=(Step(Place("app/main.py", 3, 1), "called here"),)),
        finding("nb.ipynb", "warning", place=Place("nb.ipynb", 7, 5, cell=2), whole=True),
        finding(known=True),
        finding(suppressed=""),
        checklist=CHECKLIST,
        skipped=(Skipped("a.py", "not-utf8", ""),),
    )
    assert shown("markdown", of) == MARKDOWN


@pytest.mark.parametrize(
    ("of", "first"),
    [
        (audit(finding(severity="note")), "### :information_source: aiready audit: 1 finding: 1 note"),
        (audit(finding(known=True)), "### :white_check_mark: aiready audit: No new findings (1 known)"),
        (audit(counts=Counts(1, 0, 0, 0)), "### :grey_question: aiready audit: Nothing was audited"),
    ],
)
def test_the_first_line_is_the_verdict(of: Audit, first: str) -> None:
    assert shown("markdown", of).splitlines()[0] == first


def test_of_many_findings_only_files_with_errors_are_open() -> None:
    many = shown("markdown", audit(*[finding("b.py", "warning")] * 11, finding("z.py")))
    opened = re.findall(r"<details( open)?><summary><code>(.*?)</code>", many)
    assert opened == [(" open", "z.py"), ("", "b.py")]


def test_markdown_fits_a_comment_and_says_what_it_left_out() -> None:
    of = audit(*[finding(f"app/{number:04}.py", "warning", message="m" * 5_000) for number in range(500)])
    document = shown("markdown", of)
    (left_out,) = re.findall(r"\*\*(\d+) rows left out:\*\*", document)
    assert (len(document) <= 65_536, document.count("- :warning:") + int(left_out)) == (True, 500)
    assert document.count("<details") == document.count("</details>")


def test_statistics_take_the_place_of_findings_and_quiet_leaves_out_the_checklist() -> None:
    of = audit(finding(), finding(), checklist=CHECKLIST)
    told = shown("markdown", of, statistics=True, quiet=True)
    assert told.splitlines()[3:] == [
        "",
        "| findings | rule | |",
        "| ---: | --- | --- |",
        "| 2 | REL101 | call-without-timeout |",
    ]


def test_links_lead_to_the_commit_where_it_is_seen_on_the_web() -> None:
    blob = "https://github.com/o/r/blob/abc/"
    of = audit(finding("a b.py"), finding("../x.py"), root="/here/sub")
    told = shown("markdown", of, here="/here", online=blob)
    assert re.findall(r"\]\((.*?)\)", told) == [f"{blob}x.py#L7", f"{blob}sub/a%20b.py#L7"]
    assert re.findall(r"\]\((.*?)\)", shown("markdown", audit(finding("../x.py")), online=blob)) == ["../x.py#L7"]


GITHUB = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "abc"}
GITLAB = {"CI_PROJECT_URL": "https://gitlab.com/o/r", "CI_COMMIT_SHA": "abc"}


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ({**GITHUB, "GITHUB_WORKSPACE": "."}, "https://github.com/o/r/blob/abc/"),
        ({**GITHUB, "GITHUB_WORKSPACE": ".."}, ""),
        (GITHUB, ""),
        ({**GITHUB, "GITHUB_WORKSPACE": ".", "GITHUB_REPOSITORY": "o/r)[x](javascript:"}, ""),
        ({**GITLAB, "CI_PROJECT_DIR": "."}, "https://gitlab.com/o/r/-/blob/abc/"),
        ({}, ""),
    ],
)
def test_ci_tells_where_files_are_seen(said: dict[str, str], address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*GITHUB, *GITLAB, "GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert surroundings.online() == address
    assert surroundings.described("day")[-1] == address  # no stored document is shown where links lead elsewhere


HOSTILE_AUDIT = audit(
    finding(
        HOSTILE,
        message=HOSTILE,
        help=HOSTILE,
        source=HOSTILE,
        suppressed=None,
        trace=(Step(Place("//evil.example/" + HOSTILE, 1, 1), HOSTILE),),
    ),
    checklist=(Verdict("reliability.timeouts", "fail", HOSTILE, 1, 0),),
    nothing=HOSTILE,
)


def test_markdown_holds_no_markup_link_or_mention_of_the_code_s() -> None:
    document = shown("markdown", HOSTILE_AUDIT)
    assert re.findall(r"<(?!/?(?:details|summary|code)\b)", document) == []
    assert re.findall(r"[\x00-\x09\x0b-\x1f\u202e\ud800]", document) == []
    text = re.sub(r"\]\(.*?\)|<code>.*?</code>", "", document)
    assert [text.count(each) for each in ("@", "://", "www.")] == [0, 0, 0]
    targets = re.findall(r"(?<!\\)\]\((.*?)\)", document)
    assert [re.findall(r"[^A-Za-z0-9/._~%#-]", each) + re.findall(r"^//", each) for each in targets] == [[]] * 2


def test_csv_cells_are_no_formulas() -> None:
    dangers = ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1", "\t=1", "\r=1"]
    of = audit(*[finding(each, message=each, help=each, source=each, suppressed=each) for each in dangers])
    rows = list(csv.reader(io.StringIO(shown("csv", of))))
    assert [row for row in rows if any(re.match(r"[=+\-@\t\r\uff1d]", cell) for cell in row)] == []
    assert [len(row) for row in rows] == [19] * 8


def test_csv_has_a_row_a_finding() -> None:
    of = audit(finding(), finding("b.py", known=True, suppressed="", fingerprint="f" * 32))
    rows = list(csv.DictReader(io.StringIO(shown("csv", of))))
    assert [(row["rule"], row["path"], row["suppressed"], row["baseline"]) for row in rows] == [
        ("REL101", "app/llm.py", "", "new"),
        ("REL101", "b.py", "without a reason", "known"),
    ]


def test_jsonl_has_the_findings_of_the_document_one_a_line() -> None:
    of = replace(HOSTILE_AUDIT, findings=(*HOSTILE_AUDIT.findings, finding(known=True)))
    lines = shown("jsonl", of).splitlines()
    assert [json.loads(each) for each in lines] == json.loads(audit_json.document(of, load(), Look()))["findings"]
    assert "".join(lines).isascii()


@given(st.text())
def test_escaped_text_is_one_line_without_markup(text: str) -> None:
    told = escaped(text)
    assert re.findall(r"[<>\n@\x1b]|(?<!\\)(?:\\\\)*[`*_\[\]|~]", told) == []


def test_after_the_first_row_that_does_not_fit_nothing_follows() -> None:
    sections = [Section(("aa", "bb"), ("h",), ("t",)), Section(("c", "dddd", "e"), ("h",)), Section(("f",))]
    assert fitted(sections, 14) == (["h", "aa", "bb", "t", "h", "c"], 3)
    assert fitted(sections, 9) == (["h", "aa", "t"], 5)
    assert fitted(sections, 6) == ([], 6)


@pytest.mark.parametrize("form", ["markdown", "csv", "jsonl"])
def test_the_formats_are_those_of_the_command(form: str, aiready: Any) -> None:
    done: CompletedProcess[str] = aiready("audit", str(EXAMPLE), "--format", form)
    assert (done.returncode, done.stderr, "REL101" in done.stdout) == (1, "", True)


def test_a_call_by_itself_has_two_formats(aiready: Any) -> None:
    done: CompletedProcess[str] = aiready("audit", str(EXAMPLE), "--call", "a.py:1", "--format", "csv")
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        2,
        "aiready: --call: one call is told as text or json, not as csv",
    )
