"""What the README says is what the program does."""

from __future__ import annotations

import json
import re
import runpy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from aiready.checks.catalogue import load

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    Run = Callable[..., subprocess.CompletedProcess[str]]
    Pictures = dict[str, Any]

EXAMPLE = "examples/support_desk"
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/facts.md",
    "benchmarks/README.md",
    f"{EXAMPLE}/README.md",
)
BENCH = ("bench", "--quiet")
PACED = ("simulator", "--simulate", "ttft=40ms&itl=2ms&tokens=5", "--requests")
CLEAN = "from openai import OpenAI\n\nclient = OpenAI(timeout=20)\n"


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pictures(root: Path) -> Pictures:
    return runpy.run_path(str(root / "docs" / "pictures.py"))


def table(text: str, heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, without the table's own."""
    _, _, below = text.partition(f"{heading}\n")
    rows: list[list[str]] = []
    for line in below.splitlines():
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
        elif rows:
            break
    return rows[2:]


def fenced(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_there_are_exactly_two_commands_and_they_are_tasks(root: Path, readme: str) -> None:
    commands = [line.partition("#")[0].split() for block in fenced(readme, "sh") for line in block.splitlines()]
    assert commands == [["python3", "make.py", "example"], ["python3", "make.py", "test"]]
    tasks: dict[str, Any] = runpy.run_path(str(root / "make.py"))
    assert {"example", "test"} <= {name for name, value in tasks.items() if callable(value)}


def test_a_wrong_task_is_a_mistake(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tasks: dict[str, Any] = runpy.run_path(str(root / "make.py"))
    assert tasks["main"](["examples"]) == 2
    assert capsys.readouterr().err.startswith("The tasks of this repository")


def lines_of(picture: str) -> list[str]:
    """What stands in an SVG, without the blanks and the numbers that place it."""
    found = ET.fromstring(picture).iterfind(".//{http://www.w3.org/2000/svg}text")
    return [" ".join("".join(each.itertext()).split()) for each in found]


def test_the_picture_of_an_audit_is_the_programs_own_output(pictures: Pictures) -> None:
    shown = pictures["AUDIT"]
    fresh = pictures["drawn"](shown, pictures["printed"](shown))
    assert lines_of(shown.path.read_text(encoding="utf-8")) == lines_of(fresh)


def test_the_picture_of_a_load_test_has_the_lines_of_a_fresh_one(pictures: Pictures) -> None:
    """Those without figures: headings, notes, and the command itself."""
    shown = pictures["BENCH"]
    told = [line for line in lines_of(shown.path.read_text(encoding="utf-8")) if line and not re.search(r"\d", line)]
    assert {"Latency of successes", "Throughput"} <= {*told}
    fresh = lines_of(pictures["drawn"](replace(shown, lines=1000), pictures["printed"](shown)))
    assert [line for line in told if line not in {*fresh, pictures["CUT"]}] == []


def test_the_pictures_load_nothing(pictures: Pictures) -> None:
    for each in (pictures["AUDIT"], pictures["BENCH"]):
        assert (
            re.findall(r"(?:url\(|href=|src=|@import)[\"']?(?!#)[^)\s]*", each.path.read_text(encoding="utf-8")) == []
        )


def test_the_help_is_the_programs_own(readme: str, pictures: Pictures) -> None:
    assert pictures["helped"](readme) == readme
    assert re.findall(r"^\$ (aiready.*)$", readme, re.MULTILINE) == ["aiready --help", "aiready audit --help"]


def test_the_example_has_the_faults_its_page_lists(root: Path, aiready: Run) -> None:
    done = aiready("audit", EXAMPLE, "--format", "json", cwd=root)
    document = json.loads(done.stdout)
    functions = {(call["path"], call["line"], call["column"]): call["function"] for call in document["calls"]}
    found = [
        [finding["path"], functions[finding["path"], finding["line"], finding["column"]], finding["name"]]
        for finding in document["findings"]
    ]
    listed = table((root / EXAMPLE / "README.md").read_text(encoding="utf-8"), "# The support desk")
    assert sorted(found) == sorted(listed)
    assert done.returncode == 1


def test_the_rules_are_those_of_the_catalogue(root: Path) -> None:
    rules = [[rule.id, f"[{rule.name}](rules/{rule.name}.md)", rule.summary] for rule in load().rules]
    assert table((root / "docs" / "rules.md").read_text(encoding="utf-8"), "# Rules") == rules


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["audit", "clean"], 0),
        (["audit", f"{{root}}/{EXAMPLE}"], 1),
        (["audit", f"{{root}}/{EXAMPLE}", "--exit-zero"], 0),
        (["audit", "clean", "--no-such-option"], 2),
        (["audit", "missing"], 2),
        (["audit", "clean", "--select", "no-such-rule"], 2),
        (["audit", "empty"], 3),
        ([*BENCH, *PACED, "80", "--slo", "p95_e2e<5s"], 0),
        ([*BENCH, *PACED, "80", "--slo", "p95_e2e<1ms"], 1),
        ([*BENCH, "nowhere"], 2),
        ([*BENCH, "http://127.0.0.1:9/v1", "--model", "m", "--requests", "2"], 3),
        ([*BENCH, *PACED, "10", "--slo", "p99_e2e<5s"], 4),
    ],
)
def test_exit_statuses_are_as_documented(
    arguments: list[str], status: int, root: Path, tmp_path: Path, aiready: Run
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "llm.py").write_text(CLEAN, encoding="utf-8")
    done = aiready(*(word.format(root=root) for word in arguments), cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (status, False)


def test_the_table_of_exit_statuses_is_whole(readme: str) -> None:
    assert [row[0] for row in table(readme, "### Exit statuses")] == ["0", "1", "2", "3", "4"]


def test_the_suppression_shown_suppresses(readme: str, tmp_path: Path, aiready: Run) -> None:
    (line,) = fenced(readme, "python")
    code = f"from openai import OpenAI\n\nclient = OpenAI()\nrequest = {{'max_completion_tokens': 9}}\n{line}"
    (tmp_path / "app.py").write_text(code, encoding="utf-8")
    document = json.loads(aiready("audit", ".", "--select", "REL101", "--format", "json", cwd=tmp_path).stdout)
    assert [(each["rule"], each["suppressed"]) for each in document["findings"]] == [
        ("REL101", "the job queue ends it after 30 s")
    ]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str, root: Path) -> None:
    text = (root / page).read_text(encoding="utf-8")
    targets = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [link for link in targets if not (root / page).parent.joinpath(link).exists()] == []
