"""Do what the help says, and the finding goes: `helped.md` shows it for every rule, and bad code of all pages tries it.

In a section of the page the first block has one finding, the quotation is its help, and the second block is the first
with that done. For helps of the form "`timeout=30` where the client is built (app.py:5)" it is done here by machine.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from aiready.checks.catalogue import load
from aiready.checks.model import Audit, Facts, Finding
from aiready.checks.options import Options
from aiready.checks.pipeline import run

BLOCK = r"```python\n(.*?)```\n"
SECTION = re.compile(rf"^## ([^\n]+)\n\n{BLOCK}\n((?:> [^\n]*\n)+)\n{BLOCK}", re.MULTILINE | re.DOTALL)
PAGE = (Path(__file__).parent / "helped.md").read_text(encoding="utf-8")


class Helped(NamedTuple):
    """One section of the page."""

    title: str
    before: str
    help: str
    after: str

    @property
    def rule(self) -> str:
        """The rule's name, which is what the title begins with."""
        return self.title.partition(":")[0]


HELPED = [
    Helped(title, before, " ".join(line.removeprefix("> ") for line in quoted.splitlines()), after)
    for title, before, quoted, after in SECTION.findall(PAGE)
]
CASES = pytest.mark.parametrize("case", [pytest.param(each, id=each.title) for each in HELPED])


def found(project: Path, files: dict[str, str]) -> tuple[Finding, ...]:
    """What most people are told of these files."""
    for name, text in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return run([project], Options(jobs=1, persona="pedantic")).findings


def of(findings: tuple[Finding, ...], rule: str) -> list[Finding]:
    """Those of one rule."""
    return [each for each in findings if each.rule == load().rule(rule).id]


@CASES
def test_the_finding_goes_when_the_help_is_followed(case: Helped, tmp_path: Path) -> None:
    before = found(tmp_path, {"app.py": case.before})
    after = found(tmp_path, {"app.py": case.after})
    assert [each.help for each in of(before, case.rule)] == [case.help]
    assert [each.message for each in of(after, case.rule)] == []


@CASES
def test_no_other_finding_comes_in_its_place(case: Helped, tmp_path: Path) -> None:
    before, after = (found(tmp_path, {"app.py": code}) for code in (case.before, case.after))
    came = {each.rule for each in after if each.persona == "regular"} - {each.rule for each in before}
    assert came == set()


@CASES
def test_the_second_block_holds_what_the_help_says(case: Helped) -> None:
    """One of the pieces of code in the help, where it has any; `...` in it stands for anything."""
    codes = [re.escape(code).replace(r"\.\.\.", ".*?") for code in re.findall(r"`([^`]+)`", case.help)]
    spaced = [code.replace(r"\ ", r"\s*") for code in codes]
    assert not codes or any(re.search(code, case.after, re.DOTALL) for code in spaced)


BESIDE = {"unbenchmarked-project", "project-without-evals", "project-without-alerts", "scattered-provider-calls"}
"""Rules whose help is done in other files: their pages show it."""


def test_every_help_is_tried() -> None:
    assert {each.rule for each in HELPED} == {rule.name for rule in load().rules if rule.help} - BESIDE
    assert len(HELPED) == PAGE.count("\n## ")
    for each in HELPED:
        ast.parse(each.before)
        ast.parse(each.after)


# By machine: `code` with where to write it

WRITES = re.compile(
    r"`(?P<code>[^`]+)` (?:in the call|where the client is built \((?P<built>[^():]+:\d+)\)"
    r"|in `(?P<step>\w+)(?:\(\))?` \((?P<at>[^():]+:\d+)\))"
)
IMPORTS = {
    "google.genai.types": ("HttpOptions", "HttpRetryOptions", "GenerateContentConfig"),
    "botocore.config": ("Config",),
}
MECHANICAL = ("REL101", "REL102", "REL103", "REL104", "REL201", "REL202", "COST101")
TRIES = 6
"""Where several clients or paths lead to a call, each is told when the one before it is mended."""


def target(tree: ast.Module, finding: Finding, facts: Facts, told: re.Match[str]) -> ast.Call | None:
    """The call whose argument the help speaks of: the model call, its client, or a step or HTTP client on the way."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    line = int((told["built"] or told["at"] or ":0").rpartition(":")[2])
    if told["step"]:
        keyed = [each.value for one in calls for each in one.keywords if each.arg == told["step"]]
        fit = [each for each in calls if last(each) == told["step"] or each in keyed]
        fit = [each for each in fit if each.lineno <= line <= (each.end_lineno or 0)]
    else:
        client = (facts.retry if finding.rule.startswith("REL2") else facts.timeout).client
        place = client if told["built"] and client else finding.place
        wanted = (place.line, place.column), (place.end_line, place.end_column)
        fit = [each for each in calls if span(each) == wanted]
    return fit[0] if fit else None


def span(node: ast.Call) -> tuple[tuple[int, int], tuple[int, int]]:
    """As a place has it."""
    return (node.lineno, node.col_offset + 1), (node.end_lineno or 0, (node.end_col_offset or 0) + 1)


def last(node: ast.Call) -> str:
    """The last name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def written(text: str, node: ast.Call, code: str) -> str:
    """The text with an argument of a call set to what the code says, beside what a mapping given there has already."""
    call = ast.parse(f"f({code})", mode="eval").body
    assert isinstance(call, ast.Call)
    (given,) = call.keywords
    for each in node.keywords:
        if each.arg == given.arg and isinstance(each.value, ast.Dict) and isinstance(given.value, ast.Dict):
            given.value = ast.Dict([*each.value.keys, *given.value.keys], [*each.value.values, *given.value.values])
    node.keywords = [each for each in node.keywords if each.arg != given.arg] + [given]
    lines = text.encode().split(b"\n")
    end_line, end_column = (node.end_lineno or 0) - 1, node.end_col_offset or 0
    before = b"\n".join([*lines[: node.lineno - 1], lines[node.lineno - 1][: node.col_offset]])
    after = b"\n".join([lines[end_line][end_column:], *lines[end_line + 1 :]])
    return (before + ast.unparse(node).encode() + after).decode()


def mended(files: dict[str, str], finding: Finding, facts: Facts) -> dict[str, str] | None:
    """The files with the first help done that a machine can do; None where there is none."""
    for told in WRITES.finditer(finding.help):
        name = (told["built"] or told["at"] or finding.place.path).rpartition(":")[0] or finding.place.path
        if not name.endswith(".py") or name not in files:
            continue
        node = target(ast.parse(files[name]), finding, facts, told)
        if node is not None:
            return {**files, name: written(files[name], node, told["code"]) + needed(told["code"])}
    return None


def needed(code: str) -> str:
    """Imports of the names in a help."""
    pairs = [(module, name) for module, names in IMPORTS.items() for name in names if f"{name}(" in code]
    return "".join(f"\nfrom {module} import {name}\n" for module, name in pairs)


ROOT = Path(__file__).resolve().parent
PAGES = [*sorted((ROOT.parent / "docs" / "rules").glob("*.md")), *sorted((ROOT / "shapes").glob("*.md"))]


def projects(page: Path) -> Iterator[dict[str, str]]:
    """The Python blocks of a page, each with its files; notebooks are left out."""
    for block in re.findall(BLOCK, page.read_text(encoding="utf-8"), re.DOTALL):
        first, *rest = re.split(r"^# file: (.+)\n", block, flags=re.MULTILINE)
        files = dict(zip(rest[::2], rest[1::2], strict=True)) | ({"app.py": first} if first.strip() else {})
        if not any(name.endswith(".ipynb") for name in files):
            yield {name.strip(): text for name, text in files.items()}


def audited(folder: Path, files: dict[str, str]) -> Audit:
    """These files and no others, asked for what a machine can mend."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return run([folder], Options(jobs=1, persona="pedantic", select=frozenset(MECHANICAL)))


def told_after(folder: Path, files: dict[str, str], finding: Finding, audit: Audit) -> str:
    """The help that is still given when the finding's was followed, again and again; empty when the finding goes."""
    left = finding
    for _ in range(TRIES):
        changed = mended(files, left, audit.calls[left.call or 0].facts)
        if changed is None:
            return "" if left is finding else f"{left.help} (of which nothing can be done)"
        files, audit = changed, audited(folder, changed)
        same = [each for each in audit.findings if (each.rule, each.call) == (finding.rule, finding.call)]
        if not same:
            return ""
        left = same[0]
    return left.help


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_help_that_a_machine_can_follow_is_enough(page: Path, tmp_path: Path) -> None:
    tried: set[tuple[str, str, str]] = set()
    stays: list[tuple[str, str, str]] = []
    for files in projects(page):
        audit = audited(tmp_path / "code", files)
        for finding in audit.findings:
            sdk = audit.calls[finding.call or 0].sdk
            kind = (finding.rule, sdk, re.sub(r" \([^()]+:\d+\)", "", finding.help))
            if kind not in tried:
                tried.add(kind)
                after = told_after(tmp_path / "code", files, finding, audit)
                stays += [(finding.rule, finding.message, after)] if after else []
    assert stays == []
