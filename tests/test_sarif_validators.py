"""Our SARIF before the two that say what SARIF is: the official schema, and the validator that GitHub and Azure DevOps
recommend, with GitHub's own rules. The schema finds what the validator lets pass, and the other way round.

Run with `pytest -m validators`: npm installs the validator into a folder of the user's cache, unless
AIREADY_SARIF_MULTITOOL names the folder of an installed `@microsoft/sarif-multitool-linux`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile_audit import hostile
from jsonschema.validators import validator_for

from aiready.bench.outcome import comparison, outcome
from aiready.checks.catalogue import load
from aiready.history.model import Point, Track, Trend
from aiready.report.bench_interface import BENCH_FORMATS, COMPARE_FORMATS
from aiready.report.interface import AUDIT_FORMATS
from aiready.report.look import Look
from aiready.report.trend_interface import TREND_FORMATS

pytestmark = pytest.mark.validators
BenchRuns = Any
"""The one of conftest, which can't be imported by name."""
Judge = Callable[[str], list[str]]

PACKAGE = "@microsoft/sarif-multitool-linux"
VERSION = "5.7.0"
RULES = ("--rule-kind", "Sarif;Gh;Ghas", "--level", "Error;Warning")
SAID = re.compile(r"(?:error|warning) [A-Z]+\d+: .*")
KNOWN = re.compile(r"warning SARIF2005: .*'informationUri'|warning SARIF2006: ")
"""That aiready has no page on the web, and what can't be reached from a machine without a network."""


@pytest.fixture(scope="session")
def multitool() -> Path:
    """The folder of the validator and the schema."""
    told = os.environ.get("AIREADY_SARIF_MULTITOOL")
    if told:
        return Path(told)
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aiready-tests" / f"sarif-{VERSION}"
    folder = home / "node_modules" / PACKAGE
    if not (folder / "sarif-2.1.0.json").exists():
        home.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(home)]
        subprocess.run([*command, f"{PACKAGE}@{VERSION}"], check=True, timeout=600)
    return folder


@pytest.fixture
def judge(multitool: Path, tmp_path: Path) -> Judge:
    """What is wrong with a document."""
    program, schema = multitool / "Sarif.Multitool", multitool / "sarif-2.1.0.json"
    if not os.access(program, os.X_OK):
        program.chmod(0o755)
    raw = json.loads(schema.read_text(encoding="utf-8-sig"))
    official = validator_for(raw)(raw)

    def judged(text: str) -> list[str]:
        file = tmp_path / "judged.sarif"
        file.write_text(text, encoding="utf-8")
        command = [str(program), "validate", str(file), "-j", str(schema), *RULES, "--rich-return-code", "true"]
        environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=300)
        wrong = [f"{error.json_path}: {error.message}" for error in official.iter_errors(json.loads(text))]
        wrong += [said for said in SAID.findall(done.stdout) if not KNOWN.match(said)]
        return wrong if "Analyzing..." in done.stdout and done.returncode == 0 else [*wrong, done.stdout + done.stderr]

    return judged


@pytest.mark.parametrize(
    "folder", ["examples/support_desk", *(f"tests/planted/{name}" for name in ("bad", "flows", "good", "traps"))]
)
def test_an_audit_is_sarif_without_a_fault(folder: str, judge: Judge, root: Path) -> None:
    command = [sys.executable, "-m", "aiready", "audit", folder, "--persona", "auditor", "--format", "sarif"]
    done = subprocess.run([*command, "--no-cache", "--exit-zero"], cwd=root, capture_output=True, text=True, check=True)
    assert len(json.loads(done.stdout)["runs"][0]["results"]) > 0
    assert judge(done.stdout) == []


def test_an_audit_of_what_means_harm_is_sarif_without_a_fault(judge: Judge) -> None:
    assert judge(AUDIT_FORMATS["sarif"](hostile(), load(), Look())) == []


def test_a_run_is_sarif_without_a_fault(judge: Judge, runs: BenchRuns) -> None:
    slos = ["p50_ttft<1s", "p50_e2e<1ms", "p99_ttft<1s"]
    before = outcome(runs.made(runs.steady(120), "before", slo=slos))
    after = outcome(runs.made(runs.steady(120, first=300), "after", slo=slos))
    assert judge(BENCH_FORMATS["sarif"](before, Look())) == []
    assert judge(COMPARE_FORMATS["sarif"](comparison([before, after]), Look())) == []


def test_a_trend_is_sarif_without_a_fault(judge: Judge) -> None:
    points = tuple(Point(f"{n}", "", "", "fail", {"findings.error": n, "ttft.p95": n / 10}) for n in (1.0, 2.0))
    trend = Trend((Track("audit", ".", points), Track("bench", "openai](javascript:x), closed:4", points)))
    assert judge(TREND_FORMATS["sarif"](trend, Look())) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (("level", "eror"), "is not one of"),
        (("ruleIndex", 9999), "SARIF"),
        (("locations", []), "GH"),
    ],
)
def test_both_judges_see_what_is_wrong(changed: tuple[str, object], told: str, judge: Judge) -> None:
    document = json.loads(AUDIT_FORMATS["sarif"](hostile(), load(), Look()))
    document["runs"][0]["results"][0][changed[0]] = changed[1]
    assert told in "\n".join(judge(json.dumps(document)))
