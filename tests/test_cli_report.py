"""`aiready report`: what was stored, found by its name, alone or together, in every format."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml

from aiready.checks.catalogue import load
from aiready.checks.looked import Counts
from aiready.checks.model import Audit, Finding, Place, Severity
from aiready.report.audit_json import document
from aiready.report.bench_interface import BENCH_FORMATS
from aiready.report.interface import AUDIT_FORMATS
from aiready.report.joined import JOINERS, TOGETHER_FORMATS
from aiready.report.look import Look

Run = Callable[..., "subprocess.CompletedProcess[str]"]
BenchRuns = Any
"""The one of conftest, which can't be imported by name."""


def audit(place: Path, *severities: Severity, known: bool = False, audited: int = 2) -> str:
    found = [
        Finding("REL101", Place("app/llm.py", 7, 5), each, "high", "waits for ever", "Set one.", known=known)
        for each in severities
    ]
    made = Audit("/project", Counts(3, audited, audited, 0), (), (), tuple(found))
    place.write_text(document(made, load(), Look()), encoding="utf-8")
    return str(place)


@pytest.fixture
def clean(tmp_path: Path) -> str:
    return audit(tmp_path / "clean.json")


@pytest.fixture
def faulty(tmp_path: Path) -> str:
    return audit(tmp_path / "faulty.json", "error", "note")


def test_an_audit_is_shown_in_the_formats_of_an_audit(faulty: str, aiready: Run) -> None:
    shown = {form: aiready("report", faulty, "--format", form) for form in ("text", "json", "markdown", "csv", "jsonl")}
    assert {form: (each.returncode, each.stderr) for form, each in shown.items()} == dict.fromkeys(shown, (1, ""))
    assert shown["json"].stdout == Path(faulty).read_text(encoding="utf-8")
    assert shown["markdown"].stdout.startswith("### :x: aiready audit: 2 findings: 1 error, 1 note\n")
    assert [len(shown[form].stdout.splitlines()) for form in ("csv", "jsonl")] == [3, 2]


@pytest.mark.parametrize(
    ("made", "status"),
    [
        ({"severities": ()}, 0),
        ({"severities": ("note",)}, 0),
        ({"severities": ("warning",)}, 1),
        ({"severities": ("error",), "known": True}, 0),
        ({"severities": (), "audited": 0}, 3),
    ],
)
def test_an_audit_ends_as_it_did(made: dict[str, Any], status: int, aiready: Run, tmp_path: Path) -> None:
    severities = made.pop("severities")
    assert aiready("report", audit(tmp_path / "a.json", *severities, **made)).returncode == status


def test_audits_and_runs_stand_in_one_document(runs: BenchRuns, faulty: str, clean: str, aiready: Run) -> None:
    folder = str(runs.made(runs.steady(20)))
    text = aiready("report", folder, faulty, clean)
    heads = [line.rstrip("=").strip("= ") for line in text.stdout.splitlines() if line.startswith("== ")]
    assert (text.returncode, heads) == (1, [faulty, clean, folder])
    told = json.loads(aiready("report", folder, faulty, "--format", "json").stdout)
    assert (told["schema"], [each["run"] for each in told["runs"]]) == ("aiready.report/1", ["run-1"])
    assert told["audits"] == [json.loads(Path(faulty).read_text(encoding="utf-8"))]
    markdown = aiready("report", folder, faulty, "--format", "markdown").stdout
    assert re.findall(r"^### :\w+: aiready (\w+)", markdown, re.MULTILINE) == ["audit", "bench"]


def test_a_document_of_both_can_be_shown_again(runs: BenchRuns, faulty: str, aiready: Run, tmp_path: Path) -> None:
    words = [str(runs.made(runs.steady(20))), faulty, "--format", "json"]
    first = aiready("report", *words)
    (tmp_path / "both.json").write_text(first.stdout, encoding="utf-8")
    again = aiready("report", str(tmp_path / "both.json"), "--format", "json")
    assert (again.returncode, again.stdout) == (first.returncode, first.stdout)


def test_together_they_fit_a_comment(runs: BenchRuns, aiready: Run, tmp_path: Path) -> None:
    many: tuple[Severity, ...] = ("warning",) * 600
    words = [audit(tmp_path / f"{name}.json", *many) for name in "abc"]
    document = aiready("report", *words, str(runs.made(runs.steady(20))), "--format", "markdown").stdout
    assert (len(document) <= 65_536, len(re.findall(r"\*\*\d+ rows left out", document))) == (True, 3)
    assert document.count("<details") == document.count("</details>")


@pytest.mark.parametrize(
    ("samples", "slo", "status"), [(20, "p50_ttft<1s", 0), (20, "p50_ttft<0.1s", 1), (20, "p99_ttft<1s", 4), (0, "", 3)]
)
def test_of_several_the_gravest_decides(
    samples: int, slo: str, status: int, runs: BenchRuns, clean: str, aiready: Run
) -> None:
    made = [*runs.steady(samples), runs.failed(99, 0)]
    folder = runs.made(made, slo=[slo] if slo else [])
    assert aiready("report", clean, str(folder)).returncode == status
    assert aiready("report", clean, str(folder), "--exit-zero").returncode == 0


def test_a_run_is_found_by_its_document(runs: BenchRuns, aiready: Run, tmp_path: Path) -> None:
    folder = runs.made(runs.steady(20))
    made = aiready("report", str(folder), "--format", "json")
    for place in (folder / "result.json", tmp_path / "elsewhere.json"):
        place.write_text(made.stdout, encoding="utf-8")
        assert aiready("report", str(place), "--format", "json").stdout == made.stdout
    (folder / "worker-0.jsonl").rename(tmp_path / "gone")
    lost = aiready("report", str(tmp_path / "elsewhere.json"))
    assert (lost.returncode, "whose samples are not at" in lost.stderr) == (2, True)


def test_results_side_by_side_are_a_trend(runs: BenchRuns, faulty: str, clean: str, aiready: Run) -> None:
    words = [faulty, clean, *(str(runs.made(runs.steady(20, first), f"run-{first}")) for first in (200, 300))]
    told = json.loads(aiready("report", *words, "--trend", "--format", "json").stdout)
    names = [[each["id"] for each in track["results"]] for track in told["tracks"]]
    assert (names, told["tracks"][0]["subject"]) == ([words[:2], words[2:]], ".")
    text = aiready("report", *words, "--trend").stdout.splitlines()
    (errors,) = [line for line in text if line.startswith("  errors")]
    assert errors.split()[1:4] == ["1", "0", "-1"]


def test_a_result_of_the_history_is_shown_by_its_number(aiready: Run, tmp_path: Path) -> None:
    (tmp_path / ".aiready").mkdir()
    (tmp_path / "app.py").write_text("from openai import OpenAI\nOpenAI().responses.create(model='m', input='x')\n")
    made = aiready("audit", "--format", "json", cwd=tmp_path)
    shown = aiready("report", "history:1", "--format", "json", cwd=tmp_path)
    assert (shown.returncode, shown.stdout) == (made.returncode, made.stdout)


def test_options_of_one_run_are_refused_for_others(runs: BenchRuns, clean: str, aiready: Run) -> None:
    folder = str(runs.made(runs.steady(20)))
    for words, line in (
        ((clean, "--slo", "p50_ttft<1s"), "--slo: is for one run by itself, not for 1 audit"),
        ((clean, folder, "--baseline", "main"), "--baseline: is for one run by itself, not for 1 audit and 1 run"),
        ((folder, folder, "--tolerance", "1%"), "--tolerance: is for one run by itself, not for 2 runs"),
    ):
        done = aiready("report", *words)
        assert (done.returncode, done.stderr.splitlines()[0]) == (2, f"aiready: {line}")


def test_every_format_holds_results_of_both_kinds(runs: BenchRuns, faulty: str, aiready: Run, tmp_path: Path) -> None:
    folder = str(runs.made(runs.steady(20)))

    def shown(form: str, *words: str) -> str:
        done = aiready("report", *words, "--format", form, cwd=tmp_path)
        assert done.stderr == ""
        return done.stdout

    for form in sorted(JOINERS):
        alone = [shown(form, faulty), shown(form, folder)]
        both = shown(form, faulty, folder)
        match form:
            case "sarif":
                assert json.loads(both)["runs"] == [run for each in alone for run in json.loads(each)["runs"]]
            case "junit":
                read = [JUnitXml.fromstring(each.encode()) for each in (*alone, both)]
                cases = [[(case.classname, case.name) for suite in each for case in suite] for each in read]
                assert min(len(cases[0]), len(cases[1])) > 0
                assert cases[0] + cases[1] == cases[2]
                assert read[0].tests + read[1].tests == read[2].tests
            case "gitlab":
                assert json.loads(both) == json.loads(alone[0]) + json.loads(alone[1])
            case _:
                assert both == ("\n" if form == "csv" else "").join(alone)
    assert set(TOGETHER_FORMATS) == set(AUDIT_FORMATS) == set(BENCH_FORMATS)


@pytest.mark.parametrize("count", [1, 2])
def test_annotations_of_stored_results_come_with_a_summary(
    count: int, faulty: str, aiready: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    done = aiready("report", *[faulty] * count, "--format", "github")
    assert done.stdout.startswith("::")
    assert summary.read_text(encoding="utf-8").count("aiready audit") == count


def test_a_trend_comes_in_every_format(
    clean: str, faulty: str, aiready: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    shown = {form: aiready("report", "--trend", clean, faulty, "--format", form) for form in AUDIT_FORMATS}
    assert {form: (each.returncode, each.stderr) for form, each in shown.items()} == dict.fromkeys(shown, (0, ""))
    worse = ["errors", "notes", "findings of REL101"]
    cases = {case.name: len(case.result) for suite in JUnitXml.fromstring(shown["junit"].stdout) for case in suite}
    assert [name for name, failed in cases.items() if failed] == worse
    issues = [each["check_name"] for each in json.loads(shown["gitlab"].stdout)]
    assert issues == [f"trend {name}" for name in worse]
    found = json.loads(shown["sarif"].stdout)["runs"][0]["results"]
    assert [each["message"]["text"].split(": ")[1] for each in found] == worse
    errors, *_ = [line for line in shown["github"].stdout.splitlines() if line.startswith("::")]
    title = "aiready trend fail%3A errors"
    told = "Audit of the whole project: errors: 0 to 1 (+1)"
    assert errors == f"::error file=aiready.yaml,line=1,title={title}::{told}"
    assert summary.read_text(encoding="utf-8").startswith("### Audit of the whole project\n")


@pytest.mark.parametrize("form", list(AUDIT_FORMATS))
def test_a_rule_that_is_not_installed_is_told_as_its_document_does(form: str, faulty: str, aiready: Run) -> None:
    told = Path(faulty).read_text(encoding="utf-8").replace("REL101", "ACME101").replace("call-without", "acme-without")
    Path(faulty).write_text(told, encoding="utf-8")
    for words in ([faulty], [faulty, faulty], [faulty, "--trend"]):
        done = aiready("report", *words, "--format", form, "--exit-zero")
        assert (done.returncode, done.stderr) == (0, "")
        assert "ACME101" in done.stdout or words[-1] == "--trend"


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("message", None, "findings.0.message: Input should be a valid string"),
        ("severity", "fatal", "findings.0.severity: Input should be 'error', 'warning' or 'note'"),
        ("line", [], "TypeError "),
        ("trace", [{"path": "a", "line": 1, "column": 1, "end_line": "x", "note": ""}], "findings.0.trace.0."),
    ],
)
def test_an_audit_that_somebody_broke_is_refused_in_a_line(
    key: str, value: object, why: str, faulty: str, aiready: Run
) -> None:
    told = json.loads(Path(faulty).read_text(encoding="utf-8"))
    told["findings"][0][key] = value
    Path(faulty).write_text(json.dumps(told), encoding="utf-8")
    done = aiready("report", faulty, "--format", "sarif")
    assert done.returncode == 2
    assert done.stderr.startswith(f"aiready: {faulty!r} is an audit that is not whole: {why}")


def test_runs_side_by_side_are_shown_from_their_document(runs: BenchRuns, aiready: Run, tmp_path: Path) -> None:
    made = [str(runs.made(runs.steady(20, first), name)) for first, name in ((200, "a"), (300, "b"))]
    document = tmp_path / "side.json"
    aiready("compare", *made, "--format", "json", "--output", str(document))
    for words in ((), ("--trend",)):
        shown, meant = (aiready("report", *named, *words, "--format", "csv") for named in ([str(document)], made))
        assert shown.returncode == meant.returncode
        assert len(shown.stdout.splitlines()) == len(meant.stdout.splitlines()) > 4


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"schema": "aiready.trend/1"}', "is of schema aiready.trend/1, which holds figures but no results"),
        (
            b'{"schema": "aiready.compare/1", "runs": [3]}',
            "tells of the run None, whose samples are not at '.' any more",
        ),
        (b'{"runs": []}', "is neither an audit nor a run: `aiready audit --format json --output FILE` makes the one"),
        (b'{"schema": "aiready.report/1"}', "is neither an audit nor a run: "),
        (b"[]", "is neither an audit nor a run: "),
        (b"words", "is neither an audit's JSON document nor a run's file: "),
        (b"[" * 100_000, "is neither an audit's JSON document nor a run's file: "),
        (b"\xff\xfe", "is neither an audit nor a run: it is no text in UTF-8"),
        (b'{"schema": "aiready.audit/1"}', "is an audit that is not whole: KeyError "),
        (b'{"schema": "aiready.bench/1", "run": "x"}', "tells of the run x, whose samples are not at '.' any more"),
    ],
)
def test_what_is_no_result_is_refused(content: bytes, why: str, aiready: Run, tmp_path: Path) -> None:
    (tmp_path / "it").write_bytes(content)
    done = aiready("report", "it", cwd=tmp_path)
    assert (done.returncode, done.stderr.startswith(f"aiready: 'it' {why}")) == (2, True)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ((), "no result: name an audit's JSON document, a run, or both; --trend alone shows the history"),
        (("history:x",), "'history:x': after history: stands the number of a result; `aiready history` lists them"),
        (("other.jsonl",), "other.jsonl: no samples: a file of samples begins with a header"),
    ],
)
def test_mistakes_are_told_in_a_line(words: tuple[str, ...], line: str, aiready: Run, tmp_path: Path) -> None:
    (tmp_path / "other.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
    done = aiready("report", *words, cwd=tmp_path)
    assert (done.returncode, line in done.stderr.splitlines()[0]) == (2, True)
