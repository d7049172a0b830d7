from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aiready import __version__
from aiready.checks.catalogue import load
from aiready.checks.looked import Counts, LeftOut, Skipped, UnreadPins
from aiready.checks.model import (
    Audit,
    Call,
    Facts,
    Finding,
    Guard,
    Place,
    Retry,
    RetryLayer,
    Secret,
    Setting,
    Step,
    Suppression,
    Timeout,
)
from aiready.checks.quoting import Lines, quoted
from aiready.report.interface import AUDIT_FORMATS
from aiready.report.look import Look

SOURCE = """\
import openai

client = openai.OpenAI()


def ask(text):
    reply = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
    return reply.choices[0].message.content


def vector(text):
\treturn client.embeddings.create(
\t\tmodel="small", input=text
\t)


key = "sk-proj-abcdefghijklmnop"
"""
CALL = Place("app/llm.py", 7, 13, 7, 103)
EMBEDDING = Place("app/llm.py", 12, 9, 14, 3)
KEY = Place("app/llm.py", 17, 7, 17, 33)


def facts(**changed: Any) -> Facts:
    usual = Facts(
        timeout=Timeout("sdk-default", 600.0, None, "openai's default", Place("app/llm.py", 3, 10)),
        retry=Retry("sdk-default", 3, None, "openai's default", (RetryLayer("sdk", "openai's default", 3),)),
        guard=Guard("unhandled"),
        max_output=Setting("unset"),
        streaming=Setting("no"),
        blocking_in_async=Setting("no"),
        model=Setting("gpt-4o", CALL),
        audience=Setting("remote"),
    )
    return replace(usual, **changed)


def call(place: Place = CALL, **changed: Any) -> Call:
    usual = Call(place, "openai", "chat", "chat.completions.create", "ask", "high", 1, facts())
    return replace(usual, **changed)


def finding(rule: str = "REL101", place: Place = CALL, **changed: Any) -> Finding:
    message = "waits up to 600 s for an answer: openai's default; client built at app/llm.py:3"
    usual = Finding(rule, place, "warning", "high", message, "Choose a limit the caller can live with: `timeout=30`.")
    return replace(usual, **changed)


def audit(root: Path | str, *findings: Finding, **changed: Any) -> Audit:
    embedding = call(EMBEDDING, kind="embedding", method="embeddings.create", function="vector")
    usual = replace(Audit(str(root), Counts(3, 2, 2, 0), (), (call(), embedding), findings), **changed)
    secrets = [Secret(each.place, "openai", "") for each in usual.findings if each.rule == "SAFE501"]
    calls, told = quoted(usual.calls, usual.findings, Lines(str(root), secrets))
    return replace(usual, calls=calls, findings=told)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "llm.py").write_text(SOURCE)
    return tmp_path


def text(found: Audit, **look: Any) -> str:
    return AUDIT_FORMATS["text"](found, load(), Look(**look))


def data(found: Audit) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(AUDIT_FORMATS["json"](found, load(), Look()))
    return document


REPORT = """\
app/llm.py:7:13  openai chat.completions.create in ask (remote)
   7 | reply = client.chat.completions.create(model="gpt-4o", messages=[{"ro ...
     |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

  error REL301 unguarded-call (medium confidence)
    a failed request is caught nowhere
    nothing catches it here:
      app/main.py:9:1
      app/main.py:12:5
    help: Catch it.

  warning REL101 call-without-timeout
    waits up to 600 s for an answer: openai's default; client built at
    app/llm.py:3
    help: Choose a limit the caller can live with: `timeout=30`.

app/llm.py:12:9  openai embeddings.create in vector (remote)
  12 | return client.embeddings.create(
     |        ^^^^^^^^^^^^^^^^^^^^^^^^^

  note MULTI102 hardcoded-model
    the model is written into the call

app/llm.py:17:7
  17 | key = "************************"
     |       ^^^^^^^^^^^^^^^^^^^^^^^^^^

  error SAFE501 hardcoded-key
    a key of openai is written into the code
    help: Revoke it.

4 findings: 2 errors, 1 warning, 1 note (1 suppressed)
2 model calls: openai 2
3 files found, 2 audited (2 parsed), 1 skipped:
  app/old.py: syntax-error, line 3: Missing parentheses in call to 'print'
"""


def whole(root: Path) -> Audit:
    way = (
        Step(Place("app/main.py", 9, 1), "nothing catches it here"),
        Step(Place("app/main.py", 12, 5), "nothing catches it here"),
        Step(CALL, "nothing catches it here"),
    )
    unguarded = finding(
        "REL301", severity="error", confidence="medium", message="a failed request is caught nowhere", help="Catch it."
    )
    return audit(
        root,
        finding(call=0, trace=(Step(Place("app/llm.py", 3, 10), "client built here"),)),
        replace(unguarded, call=0, trace=way),
        finding("COST101", call=0, suppressed="the prompt caps it"),
        finding("MULTI102", EMBEDDING, severity="note", message="the model is written into the call", help="", call=1),
        finding(
            "SAFE501", KEY, severity="error", message="a key of openai is written into the code", help="Revoke it."
        ),
        skipped=(Skipped("app/old.py", "syntax-error", "line 3: Missing parentheses in call to 'print'"),),
    )


def test_text_report(project: Path) -> None:
    assert text(whole(project)) == REPORT


def test_text_fits_80_columns(project: Path) -> None:
    assert [line for line in text(whole(project)).splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("width", [80, 61, 40])
def test_continued_lines_fit_too(width: int, project: Path) -> None:
    """Lines after the first were once two columns wider than asked for."""
    calls = tuple(call(sdk=f"sdk{'x' * (number % 5)}{number}") for number in range(40))
    note = " ".join(f"{'y' * (number % 7)}" for number in range(60))
    skipped = tuple(Skipped(f"{number}.py", "syntax-error", note[number:]) for number in range(10))
    steps = (Step(Place("app/x.py", 3), note),)
    shown = text(
        audit(project, finding(trace=steps, message=note, help=note), calls=calls, skipped=skipped), width=width
    )
    assert [line for line in shown.splitlines() if len(line) > width] == []


def test_colour_adds_escapes_and_nothing_else(project: Path) -> None:
    coloured = text(whole(project), colour=True)
    assert "\x1b[1;31merror\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == REPORT


def test_quiet_is_the_findings_alone(project: Path) -> None:
    assert text(whole(project), quiet=True) == REPORT[: REPORT.index("\n4 findings")]


def test_statistics_count_by_rule(project: Path) -> None:
    found = audit(project, finding(), finding(place=EMBEDDING, severity="note"), finding("SAFE501", severity="error"))
    assert text(found, statistics=True, quiet=True) == (
        "2  REL101   call-without-timeout  1 warning, 1 note\n1  SAFE501  hardcoded-key         1 error\n"
    )


def test_statistics_stand_in_json_beside_the_findings(project: Path) -> None:
    hidden = finding("COST101", suppressed="why not")
    found = audit(project, finding("SAFE501", severity="error"), finding(), finding(severity="note"), hidden)
    document = json.loads(AUDIT_FORMATS["json"](found, load(), Look(statistics=True)))
    assert document["statistics"] == [
        {"rule": "REL101", "name": "call-without-timeout", "error": 0, "warning": 1, "note": 1},
        {"rule": "SAFE501", "name": "hardcoded-key", "error": 1, "warning": 0, "note": 0},
    ]
    assert {key: value for key, value in document.items() if key != "statistics"} == data(found)


def test_nothing_found_is_said(project: Path) -> None:
    assert text(audit(project, calls=(), findings=())) == (
        "No findings\nNo model calls found\n3 files found, 2 audited (2 parsed)\n"
    )
    assert text(audit(project, calls=(), findings=()), quiet=True) == ""


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (LeftOut(12, 3), "12 tests and 3 examples"),
        (LeftOut(1, 0, 2), "1 test and 2 docs files"),
        (LeftOut(0, 1, 1), "1 example and 1 docs file"),
    ],
)
def test_files_left_out_for_what_they_are_are_told(files: LeftOut, words: str, project: Path) -> None:
    found = audit(project, counts=Counts(20, 2, 2, 0, files))
    told = " ".join(line.strip() for line in text(found).splitlines()[3:])
    assert told == f"{words} left out (a file named on the command line is audited)"
    assert data(found)["files"]["left_out"] == {"tests": files.tests, "examples": files.examples, "docs": files.docs}


def test_pins_that_cannot_be_read_are_told(project: Path) -> None:
    found = audit(project, unread_pins=(UnreadPins("../uv\x1b.lock", "Expected '=' (at line 1)"),))
    assert text(found).splitlines()[3:] == [
        "1 file that should pin releases can't be read, so defaults may be of another",
        "  release:",
        r"  ../uv\x1b.lock: Expected '=' (at line 1)",
    ]
    assert data(found)["files"]["unread_pins"] == [{"path": "../uv\x1b.lock", "detail": "Expected '=' (at line 1)"}]


def test_what_could_not_be_read_is_said_first(project: Path) -> None:
    lost = (Skipped("a.py", "syntax-error"),)
    doubtful = audit(project, calls=(), counts=Counts(2, 1, 1, 0), skipped=lost)
    assert text(doubtful).splitlines()[:5] == [
        "1 file could not be read, so model calls in it are missing here (named at the",
        "end)",
        "",
        "No findings",
        "No model calls found in what could be read",
    ]
    assert text(replace(doubtful, skipped=())).splitlines()[:2] == ["No findings", "No model calls found"]
    assert text(audit(project, finding(call=0), counts=Counts(3, 2, 2, 0), skipped=lost)).startswith("app/llm.py")


def test_a_run_that_audited_nothing_found_nothing_out(project: Path) -> None:
    found = audit(project, calls=(), counts=Counts(1, 0, 1, 0), skipped=(Skipped("a.py", "syntax-error"),))
    assert text(found).splitlines() == [
        "Nothing was audited",
        "No model calls found",
        "1 file found, 0 audited (1 parsed), 1 skipped:",
        "  a.py: syntax-error",
    ]


def test_paths_lead_from_where_the_reader_stands_to_the_file(project: Path) -> None:
    shown = text(audit(project, finding(call=0)), here=str(project.parent), quiet=True)
    assert shown.splitlines()[0] == f"{project.name}/app/llm.py:7:13"
    assert f"\n    {project.name}/app/llm.py:3\n" in shown


def test_a_source_file_that_has_gone_leaves_no_excerpt(tmp_path: Path) -> None:
    assert text(audit(tmp_path, finding(call=0)), quiet=True).splitlines()[:3] == [
        "app/llm.py:7:13  openai chat.completions.create in ask (remote)",
        "",
        "  warning REL101 call-without-timeout",
    ]


def test_many_skipped_files_are_counted(project: Path) -> None:
    skipped = tuple(Skipped(f"m{number:02}.py", "not-utf8") for number in range(13))
    assert text(audit(project, skipped=skipped)).splitlines()[-2:] == [
        "  m09.py: not-utf8",
        "  and 3 more (--format json lists all)",
    ]


def test_notebook_places_name_the_cell(tmp_path: Path) -> None:
    cells = [{"cell_type": "markdown", "source": "#"}, {"cell_type": "code", "source": "x = 1\nask(x)"}]
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}}))
    place = Place("n.ipynb", 2, 1, 2, 7, 1)
    shown = text(audit(tmp_path, finding(place=place, call=0), calls=(call(place, function=""),)), quiet=True)
    assert shown.splitlines()[:3] == [
        "n.ipynb:cell 2:2:1  openai chat.completions.create (remote)",
        "   2 | ask(x)",
        "     | ^^^^^^",
    ]


HOSTILE = "evil\x1b[2J\n\u202e.py"


def hostile(root: Path) -> Audit:
    place = Place(HOSTILE, 1, 1, 1, 9)
    bad = call(place, sdk="open\x1bai", method="chat\ncreate", function="f\x07", kind="ch\x1b")
    marked = replace(bad, facts=facts(model=Setting("gpt\x1b]0;x\x07"), audience=Setting("remote")))
    said = finding(
        place=place,
        call=0,
        message="line\nbreak\x1b[1m",
        help="\x1b[8mhidden",
        trace=(Step(Place("a\r.py", 2), "\x9b1m"),),
    )
    return audit(root, said, calls=(marked,), skipped=(Skipped(HOSTILE, "syntax-error", "\x1b[5mblink"),))


def test_hostile_names_are_inert_in_every_format(tmp_path: Path) -> None:
    (tmp_path / HOSTILE).write_text("ask('\x1b]0;title\x07\u202e')\n")
    for form in AUDIT_FORMATS.values():
        document = form(hostile(tmp_path), load(), Look())
        assert [char for char in document if not char.isprintable() and char != "\n"] == []


def test_keys_are_never_shown_even_where_no_rule_speaks_of_them(project: Path) -> None:
    (project / "app" / "llm.py").write_text('ask(OpenAI(api_key="sk-proj-abcdefghijklmnop"))\n')
    place = Place("app/llm.py", 1, 1, 1, 48)
    assert text(audit(project, finding(place=place)), quiet=True).splitlines()[1] == (
        '   1 | ask(OpenAI(api_key="************************"))'
    )


def test_long_and_wide_lines_are_cut_around_the_call(project: Path) -> None:
    line = "x" * 8_000 + "=" + "日本" * 10 + "(ask(1), 2)" + "y" * 1000
    (project / "app" / "llm.py").write_text(line + "\n")
    start = line.index("ask") + 1
    shown = text(audit(project, finding(place=Place("app/llm.py", 1, start, 1, start + 6))), quiet=True).splitlines()
    assert shown[1].endswith(" ...")
    mark = shown[2].index("^")
    assert len(shown[2]) - mark == 6
    assert "ask(1)" in shown[1]


def test_json_document(project: Path) -> None:
    document = data(whole(project))
    assert list(document) == [
        *(
            "schema",
            "tool",
            "root",
            "files",
            "calls",
            "findings",
            "unused_suppressions",
            "checklist",
            "narrowed",
            "summary",
        )
    ]
    assert (document["schema"], document["root"], document["checklist"]) == ("aiready.audit/1", str(project), [])
    assert document["tool"] == {"name": "aiready", "version": __version__}
    assert document["summary"] == {
        "findings": {"error": 2, "warning": 1, "note": 1},
        "suppressed": 1,
        "known": 0,
        "items": {"pass": 0, "partial": 0, "fail": 0, "n/a": 0, "attest": 0},
    }
    skipped = document["files"].pop("skipped")
    left_out = {"tests": 0, "examples": 0, "docs": 0}
    assert document["files"] == {
        "found": 3,
        "audited": 2,
        "parsed": 2,
        "cached": 0,
        "left_out": left_out,
        "unread_pins": [],
    }
    detail = "line 3: Missing parentheses in call to 'print'"
    assert skipped == [{"path": "app/old.py", "reason": "syntax-error", "detail": detail}]


def test_json_finding(project: Path) -> None:
    found = data(whole(project))["findings"][0]
    assert len(found.pop("fingerprint")) == 32
    assert found == {
        "rule": "REL101",
        "name": "call-without-timeout",
        "severity": "warning",
        "confidence": "high",
        "item": "reliability.timeouts",
        "path": "app/llm.py",
        "line": 7,
        "column": 13,
        "end_line": 7,
        "end_column": 103,
        "cell": None,
        "message": "waits up to 600 s for an answer: openai's default; client built at app/llm.py:3",
        "help": "Choose a limit the caller can live with: `timeout=30`.",
        "trace": [{"path": "app/llm.py", "line": 3, "column": 10, "cell": None, "note": "client built here"}],
        "call": 0,
        "fix": None,
        "suppressed": None,
        "baseline": "new",
        "whole": False,
        "source": SOURCE.splitlines()[6],
    }
    assert data(whole(project))["findings"][2]["suppressed"] == "the prompt caps it"


def test_json_call(project: Path) -> None:
    found = data(whole(project))["calls"][0]
    told = ("path", "line", "column", "end_line", "end_column", "cell", "sdk", "method", "confidence", "paths")
    assert [found[key] for key in told[:6]] == ["app/llm.py", 7, 13, 7, 103, None]
    assert [found[key] for key in told[6:]] == ["openai", "chat.completions.create", "high", 1]
    assert found["facts"]["timeout"] == {
        "state": "sdk-default",
        "seconds": 600.0,
        "where": None,
        "source": "openai's default",
        "client": {"path": "app/llm.py", "line": 3, "column": 10, "cell": None},
        "trap": None,
    }
    assert [found["facts"]["retry"][key] for key in ("state", "attempts", "where")] == ["sdk-default", 3, None]
    assert found["facts"]["model"] == {
        "state": "gpt-4o",
        "where": {"path": "app/llm.py", "line": 7, "column": 13, "cell": None},
        "detail": "",
    }


def test_fingerprints_outlive_edits_elsewhere_and_tell_twins_apart(project: Path) -> None:
    source = project / "app" / "llm.py"
    source.write_text("ask()\nask()\n")
    twins = [finding(place=Place("app/llm.py", line, 1)) for line in (1, 2)]
    before = [each["fingerprint"] for each in data(audit(project, *twins))["findings"]]
    source.write_text("import os\n\nif os:\n    ask()\n    ask()\n")
    moved = [finding(place=Place("app/llm.py", line, 5)) for line in (4, 5)]
    after = [each["fingerprint"] for each in data(audit(project, *moved))["findings"]]
    assert (after, len(set(before))) == (before, 2)


def test_the_same_audit_gives_the_same_bytes(project: Path) -> None:
    for form in AUDIT_FORMATS.values():
        assert form(whole(project), load(), Look()) == form(whole(project), load(), Look())


def test_a_long_way_is_shortened(tmp_path: Path) -> None:
    way = tuple(Step(Place("b.py", line), "a way") for line in range(1, 8))
    found = audit(tmp_path, finding(call=0, trace=way, help=""))
    assert text(found, quiet=True).splitlines()[-6:] == [
        *("    a way:", "      b.py:1:1", "      b.py:2:1", "      b.py:3:1", "      (3 more)", "      b.py:7:1")
    ]


def test_what_a_block_has_told_it_does_not_tell_again(tmp_path: Path) -> None:
    way = (Step(Place("a.py", 1), "a way"), Step(Place("b.py", 2), "a way"))
    named = Step(Place("main.py", 9), "reached from FastAPI route ask")
    first = finding("REL301", call=0, severity="error", message="caught nowhere from main.py:9", trace=way)
    second = finding(call=0, trace=(named, *way, Step(Place("b.py", 3), "limit decided here")))
    elsewhere = finding("REL301", EMBEDDING, call=1, message="caught nowhere", trace=way)
    shown = text(audit(tmp_path, first, second, elsewhere), quiet=True)
    assert [line.strip() for line in shown.splitlines() if ".py:" in line] == [
        "app/llm.py:7:13  openai chat.completions.create in ask (remote)",
        *("caught nowhere from main.py:9", "a.py:1:1", "b.py:2:1"),
        *("app/llm.py:3", "b.py:3:1: limit decided here"),
        "app/llm.py:12:9  openai embeddings.create in vector (remote)",
        *("a.py:1:1", "b.py:2:1"),
    ]


def test_what_is_said_of_the_whole_project_stands_together_at_the_end(project: Path) -> None:
    here = finding("LAT106", call=None, whole=True, message="no bench")
    there = finding("REL402", EMBEDDING, call=None, whole=True, message="no breaker")
    blocks = text(audit(project, here, finding(call=0), there), quiet=True).split("\n\n")
    assert [block.splitlines() for block in blocks if block.startswith("the whole project")] == [
        ["the whole project", "  told at app/llm.py:7:13, app/llm.py:12:9"]
    ]
    assert blocks[0].startswith("app/llm.py:7:13  openai")
    assert ["no bench" in blocks[-2], "no breaker" in blocks[-1]] == [True, True]


def test_one_cause_at_two_calls_is_told_whole_once(tmp_path: Path) -> None:
    sink = Step(Place("app/run.py", 3, 1), "is read as code")
    one, two = (
        finding(place=place, message="the answer reaches exec", help="Do not run it.", trace=(sink,), call=at)
        for at, place in enumerate((CALL, EMBEDDING))
    )
    printed = text(audit(tmp_path, one, two, calls=(call(), call(EMBEDDING))))
    assert [printed.count(each) for each in ("app/run.py:3:1", "help: Do not run it.", "the answer reaches exec")] == [
        1,
        1,
        2,
    ]
    assert "the answer reaches exec (as at app/llm.py:7:13)" in printed


def test_suppressions_without_effect_are_told(project: Path) -> None:
    idle = (
        Suppression(Place("app/llm.py", 3, 12), ("REL101", "COST")),
        Suppression(Place("app/llm.py", 20, 1)),
        Suppression(Place("n.ipynb", 1, 5, cell=0), problem="no rule is called\x1b"),
    )
    assert text(audit(project, unused=idle)).splitlines()[-4:] == [
        "3 suppressions without effect:",
        "  app/llm.py:3:12     REL101, COST",
        "  app/llm.py:20:1     every rule",
        r"  n.ipynb:cell 1:1:5  no rule is called\x1b",
    ]
    assert data(audit(project, unused=idle))["unused_suppressions"][0] == {
        "path": "app/llm.py",
        "line": 3,
        "column": 12,
        "cell": None,
        "words": ["REL101", "COST"],
        "problem": "",
    }
