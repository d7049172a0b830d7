"""What CI systems read of an audit, read as they read it: nothing is lost on the way, and nothing does harm."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import pytest
from hostile_audit import CELL, HARM, LONG, PATH, hostile
from jsonschema import Draft202012Validator
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase
from workflow_commands import Command, commands

from aiready.checks.catalogue import load
from aiready.checks.looked import Counts
from aiready.checks.model import Audit, Finding, Place
from aiready.report.github import LARGEST
from aiready.report.interface import AUDIT_FORMATS, step_summary
from aiready.report.look import Look
from aiready.report.terminal import safe

SHOWN = safe(HARM)
"""How every reader shows it: what can't be seen is written out, the rest is as it was."""
SAFE_PATH = safe(PATH)
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/].*$", "not": {"pattern": "^\\./"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {
                            "begin": {"type": "integer", "minimum": 1},
                            "end": {"type": "integer", "minimum": 1},
                        },
                    },
                },
            },
        },
    },
}
"""As GitLab's page on Code Quality asks for it."""


def made(form: str, of: Audit | None = None, **look: Any) -> str:
    return AUDIT_FORMATS[form](hostile() if of is None else of, load(), Look(**look))


def sarif(of: Audit | None = None, **look: Any) -> dict[str, Any]:
    (run,) = json.loads(made("sarif", of, **look))["runs"]
    return cast("dict[str, Any]", run)


def cases(text: str) -> dict[str, list[TestCase]]:
    return {suite.name: list(suite) for suite in JUnitXml.fromstring(text.encode())}


def one(place: Place) -> Audit:
    found = Finding("REL101", place, "error", "high", "waits", "Don't.", fingerprint="a" * 32)
    return Audit("/srv/app", Counts(1, 1, 1, 0), (), (), (found,))


NOTHING = Audit("/srv/app", Counts(0, 0, 0, 0), (), (), (), nothing="no Python files found")


@pytest.mark.parametrize("form", ["sarif", "junit", "github", "gitlab"])
def test_a_document_is_plain_text_that_ends_with_a_line(form: str) -> None:
    text = made(form)
    assert [char for char in text if not char.isprintable() and char != "\n"] == []
    assert text.endswith("\n")


# SARIF


def test_sarif_points_every_result_at_its_rule_and_says_what_to_do() -> None:
    run = sarif()
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in load().rules]
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == ["REL101", "REL102", "REL102", "REL301"]
    assert [each["level"] for each in run["results"]] == ["error", "warning", "warning", "note"]
    timeout = next(rule for rule in rules if rule["id"] == "REL101")
    assert timeout["name"] == "CallWithoutTimeout"
    assert timeout["help"]["markdown"].startswith("# call-without-timeout (REL101)\n\n## What it finds\n")
    assert ("## Bad" in timeout["help"]["markdown"], "## Bad" in timeout["help"]["text"]) == (True, False)
    assert timeout["properties"]["tags"] == ["reliability", "reliability.timeouts", "call-without-timeout"]


def test_sarif_holds_no_link_that_a_name_brought() -> None:
    inert = SHOWN.replace("](", "] (")
    assert sarif()["results"][0]["message"]["text"] == f"{inert}. {inert}."
    unfixed = replace(hostile(), findings=tuple(replace(each, fix=None) for each in hostile().findings))
    assert re.findall(r"\]\(javascript", made("sarif", unfixed)) == []


def test_sarif_paths_are_relative_and_lead_back_to_their_files() -> None:
    run = sarif()
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"] == "file:///srv/a%20b/%C3%BC/"
    places = [each["locations"][0]["physicalLocation"] for each in run["results"]]
    uris = [each["artifactLocation"]["uri"] for each in places]
    assert {tuple(urlsplit(uri))[:2] + tuple(urlsplit(uri))[3:] for uri in uris} == {("", "", "", "")}
    assert unquote(uris[3]) == CELL.path
    assert unquote(uris[0]) == PATH.encode(errors="backslashreplace").decode()
    assert {each["artifactLocation"]["uriBaseId"] for each in places} == {"%SRCROOT%"}


def test_a_file_name_that_is_no_utf8_keeps_its_bytes() -> None:
    found = sarif(one(Place("a\udcff.py", 1)))["results"][0]["locations"][0]["physicalLocation"]
    assert found["artifactLocation"]["uri"] == "a%FF.py"


def test_sarif_regions_count_characters_from_one_and_end_behind_the_last() -> None:
    run = sarif()
    assert run["columnKind"] == "unicodeCodePoints"
    regions = [each["locations"][0]["physicalLocation"]["region"] for each in run["results"]]
    assert regions[0] == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}
    assert regions[1] == {"startLine": 7, "startColumn": 1, "endLine": 9, "endColumn": 2}


def test_a_notebook_is_pointed_at_as_a_whole_with_its_cell_in_words() -> None:
    found = sarif()["results"][3]
    assert found["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert found["locations"][0]["logicalLocations"] == [{"name": "cell 3", "kind": "cell"}]
    assert {key: found["properties"][key] for key in ("cell", "line", "column")} == {"cell": 2, "line": 4, "column": 2}
    assert found["message"]["text"].startswith("cell 3, line 4: ")


def test_a_trace_is_told_as_places_and_as_a_flow_that_ends_at_the_finding() -> None:
    first, _, third, _ = sarif()["results"]
    lines = [each["physicalLocation"]["region"]["startLine"] for each in first["relatedLocations"]]
    assert lines == [LONG.line, 1]
    (flow,) = first["codeFlows"][0]["threadFlows"]
    assert [each["location"]["physicalLocation"]["region"]["startLine"] for each in flow["locations"]] == [7, 1, 3]
    assert [each["id"] for each in third["relatedLocations"]] == [0]
    assert "codeFlows" not in third


def test_what_is_lived_with_is_marked() -> None:
    results = sarif()["results"]
    suppressed = {"kind": "inSource", "status": "accepted", "justification": SHOWN.replace("](", "] (")}
    assert [each["suppressions"] for each in results] == [[], [suppressed], [], []]
    assert [each["baselineState"] for each in results] == ["new", "new", "unchanged", "new"]
    fresh = replace(hostile(), findings=tuple(replace(each, known=False) for each in hostile().findings))
    assert ["baselineState" in each for each in sarif(fresh)["results"]] == [False] * 4


def test_a_finding_keeps_its_name_where_its_file_changes_elsewhere() -> None:
    before, after = (sarif(one(Place("a.py", line)))["results"][0]["partialFingerprints"] for line in (3, 30))
    assert before == after == {"aireadyFingerprint/v1": "a" * 32, "primaryLocationLineHash": "a" * 32}


def test_a_fix_replaces_what_it_says() -> None:
    (fix,) = sarif()["results"][0]["fixes"]
    (change,) = fix["artifactChanges"]
    (replacement,) = change["replacements"]
    assert replacement["deletedRegion"] == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 5}
    assert replacement["insertedContent"] == {"text": HARM.replace("\ud800\udcff", "")}
    assert fix["properties"] == {"applicability": "unsafe"}


def test_what_was_not_looked_at_is_told_of_the_run() -> None:
    (invocation,) = sarif()["invocations"]
    assert invocation["executionSuccessful"] is True
    told = [each["message"]["text"].partition(":")[0] for each in invocation["toolExecutionNotifications"]]
    assert told == ["could not be looked at", "pins no SDK to a release"]
    assert len(invocation["toolConfigurationNotifications"]) == 2
    (invocation,) = sarif(NOTHING)["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"] == [
        {"level": "error", "message": {"text": "no Python files found."}}
    ]


@pytest.mark.parametrize(
    ("root", "here", "path", "top"),
    [
        ("/srv/app", "/srv/app", "a.py", "file:///srv/app/"),
        ("/srv/app", "/srv", "app/a.py", "file:///srv/"),
        ("/srv/app", "/srv/app/deep", "a.py", "file:///srv/app/"),
        ("/srv/app", "/else", "a.py", "file:///srv/app/"),
        ("/srv/app", "", "a.py", "file:///srv/app/"),
        ("/", "/", "a.py", "file:///"),
        ("C:\\x y", "", "a.py", "file:///C:/x%20y/"),
        ("\\\\host\\share\\x", "", "a.py", "file://host/share/x/"),
    ],
)
def test_paths_start_where_the_command_was_given(root: str, here: str, path: str, top: str) -> None:
    found = replace(one(Place("a.py", 1)), root=root)
    run = sarif(found, here=here)
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == path
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"] == top
    assert json.loads(made("gitlab", found, here=here))[0]["location"]["path"] == path
    assert commands(made("github", found, here=here))[0].properties["file"] == path


# JUnit


def test_junit_tells_the_checklist_and_the_findings_of_each_file() -> None:
    suites = cases(made("junit"))
    assert list(suites) == ["checklist", SAFE_PATH, CELL.path, "files that could not be looked at"]
    results = {name: [[type(each) for each in case.result] for case in held] for name, held in suites.items()}
    assert results == {
        "checklist": [[Failure], [], [Skipped], [Skipped], []],
        SAFE_PATH: [[Failure], [Skipped]],
        CELL.path: [[Skipped], [Failure]],
        "files that could not be looked at": [[Error]],
    }
    assert suites[SAFE_PATH][0].name == "REL101 call-without-timeout at 3:5"
    assert suites[CELL.path][1].name == "REL301 unguarded-call at cell 3, line 4: column 2"


def test_junit_says_what_was_said() -> None:
    suites = cases(made("junit"))
    (failure,) = suites[SAFE_PATH][0].result
    assert (failure.message, failure.type) == (SHOWN, "error")
    assert cast("str", failure.text).split("\n") == [
        f"error: {SHOWN}",
        f"{SAFE_PATH}:3: {safe(HARM.strip())}",
        f"{SAFE_PATH}:7: {SHOWN}",
        f"{CELL.path}:cell 3, line 4: {SHOWN}",
        f"help: {SHOWN}",
    ]
    assert [each.message for case in suites[SAFE_PATH][1:] for each in case.result] == [f"suppressed: {SHOWN}"]
    assert suites["checklist"][1].system_out.split("\n")[0] == f"partial 1/2: {SHOWN}"


def test_junit_counts_what_it_holds() -> None:
    whole = JUnitXml.fromstring(made("junit").encode())
    assert (whole.tests, whole.failures, whole.errors, whole.skipped) == (10, 3, 1, 4)
    assert [(each.tests, each.failures, each.errors, each.skipped) for each in whole] == [
        (5, 1, 0, 2),
        (2, 1, 0, 1),
        (2, 1, 0, 1),
        (1, 0, 1, 0),
    ]


def test_an_audit_of_nothing_is_no_passed_test() -> None:
    ((case,),) = cases(made("junit", NOTHING)).values()
    (error,) = case.result
    assert (type(error), error.message) == (Error, "no Python files found")


# GitHub


def test_github_gets_a_command_a_finding_the_gravest_first() -> None:
    first, second, unread = commands(made("github"))
    title = "REL101 call-without-timeout"
    spot = {"file": SAFE_PATH, "line": "3", "endLine": "3", "col": "5", "endColumn": "9"}
    assert first == Command("error", {**spot, "title": title}, f"{SHOWN}\nhelp: {SHOWN}")
    assert second == Command(
        "notice",
        {"file": CELL.path, "line": "1", "endLine": "1", "title": "REL301 unguarded-call"},
        f"cell 3, line 4: {SHOWN}\nhelp: {SHOWN}",
    )
    assert unread == Command(
        "warning",
        {"file": SAFE_PATH, "title": "aiready could not look at this file"},
        f"syntax-error: {SHOWN}",
    )


def test_github_sees_no_other_command() -> None:
    lines = made("github").splitlines()
    assert [line.startswith("::") for line in lines] == [True, True, True, False]
    assert lines[-1] == "2 findings: 1 error, 1 note (1 known, 1 suppressed)"
    assert made("github", NOTHING, quiet=True) == "Nothing was audited\n"


def test_a_step_summary_holds_every_open_finding_and_the_checklist() -> None:
    lines = step_summary(hostile(), load(), Look()).splitlines()
    assert lines[:3] == ["### aiready audit", "", "2 findings: 1 error, 1 note (1 known, 1 suppressed)"]
    rows = [line for line in lines if line.startswith("| ")]
    assert [re.split(r"(?<!\\)\|", row)[1].strip() for row in rows] == [
        "", "---", "error", "note",
        "", "---", ":x: fail", ":warning: partial", ":heavy_minus_sign: n/a", ":grey_question: attest",
        ":white_check_mark: pass",
    ]  # fmt: skip
    assert {len(re.split(r"(?<!\\)\|", row)) for row in rows} == {7}


def test_nothing_in_a_step_summary_is_markup_of_somebody_elses() -> None:
    text = step_summary(hostile(), load(), Look())
    bare = re.sub(r"\\.", "", text)  # what is escaped means nothing
    assert [mark for mark in ("<script", "](", "[a", "://", "@team", "www.", "`") if mark in bare] == []
    assert [char for char in text if not char.isprintable() and char != "\n"] == []


def test_a_step_summary_is_no_longer_than_github_takes() -> None:
    few, many = (replace(hostile(), findings=hostile().findings * times) for times in (1, 3000))
    assert "have no room here" not in step_summary(few, load(), Look())
    text = step_summary(many, load(), Look())
    assert LARGEST * 0.9 < len(text.encode()) <= LARGEST
    shown = len(re.findall("^[|] (?:error|note) [|]", text, re.MULTILINE))
    assert f"\n{6000 - shown} more have no room here" in text
    assert "#### Checklist" in text


Run = Callable[..., Any]
CODE = "import openai\n\nopenai.OpenAI().chat.completions.create(model='gpt-4o', messages=[])\n"


def test_the_summary_is_added_behind_what_other_commands_said(
    aiready: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "a.py").write_text(CODE)
    os.utime(folder / "a.py", (1_000_000_000, 1_000_000_000))
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    first = aiready("audit", ".", "--format=github", cwd=folder)
    once = summary.read_text()
    assert once.startswith("before\n### aiready audit\n")
    assert aiready("audit", ".", "--format=github", cwd=folder).stdout == first.stdout
    assert summary.read_text() == once + once.removeprefix("before\n")
    aiready("audit", ".", "--format", "json", cwd=folder)
    assert summary.read_text() == once + once.removeprefix("before\n")


def test_a_summary_that_cant_be_written_is_told_and_changes_nothing(
    aiready: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.py").write_text(CODE)
    plain = aiready("audit", "a.py", "--format", "github", "--quiet", cwd=tmp_path)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    done = aiready("audit", "a.py", "--format", "github", "--quiet", cwd=tmp_path)
    assert (done.stdout, done.returncode) == (plain.stdout, plain.returncode)
    assert done.stderr == "aiready: can't add to the file that GITHUB_STEP_SUMMARY names: Is a directory\n"


def test_one_call_is_told_to_people_and_programs_only(aiready: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(CODE)
    done = aiready("audit", "a.py", "--call", "a.py:3", "--format", "sarif", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("aiready: --call: one call is told as text or json, not as sarif\n")


# GitLab


def test_gitlab_gets_what_is_open_as_it_asks_for_it() -> None:
    issues = json.loads(made("gitlab"))
    Draft202012Validator(CODE_QUALITY).validate(issues)
    assert [(each["severity"], each["check_name"], each["fingerprint"]) for each in issues] == [
        ("critical", "REL101 call-without-timeout", "0" * 32),
        ("info", "REL301 unguarded-call", "3" * 32),
    ]
    assert issues[0]["description"] == f"{SHOWN}; {SHOWN}"
    assert [each["location"] for each in issues] == [
        {"path": SAFE_PATH, "lines": {"begin": 3, "end": 3}},
        {"path": CELL.path, "lines": {"begin": 1, "end": 1}},
    ]
    assert made("gitlab", NOTHING) == "[]\n"
