"""The pages of the rules are run: what `# finds: NAME` promises under Bad is found, and nothing under Good.

In Bad and Good each fenced python block is a whole project. `# file: NAME` starts a file of it, Python or not; without
one it is `app.py`. The comment stands on the first line of a call. Only the page's own rule is asked.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from aiready.checks.catalogue import Rule, load
from aiready.checks.model import Finding

HEADINGS = ["What it finds", "Why it hurts", "Bad", "Good", "When to ignore it", "References"]
PROMISE = re.compile(r"  # finds: ([a-z-]+)$")
NESTED_MATTERS = {
    "call-without-timeout",
    "unguarded-call",
    "swallowed-failure",
    "guard-that-misses-errors",
    "blocking-call-in-async",
}


@dataclass(frozen=True)
class Block:
    """One fenced block: its files, and where the page says that a finding is."""

    files: dict[str, str]
    promised: list[tuple[str, int, str]]


def sections(page: str) -> dict[str, str]:
    """Heading -> text under it, fences left in."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def blocks(text: str) -> list[Block]:
    """The python blocks of a section."""
    return [block(body.splitlines()) for body in re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)]


def block(lines: list[str]) -> Block:
    """A block as files; the promises are taken out of the code, so that no comment changes what is found."""
    files: dict[str, str] = {}
    promised: list[tuple[str, int, str]] = []
    name = "app.py"
    for line in lines:
        if line.startswith("# file: "):
            name = line.removeprefix("# file: ").strip()
            continue
        files[name] = files.get(name, "") + PROMISE.sub("", line) + "\n"
        promised += [(name, files[name].count("\n"), rule) for rule in PROMISE.findall(line)]
    return Block(files, promised)


RULES = load().rules
TODAY = date(2026, 11, 28)
"""The day on which the pages' examples are looked at."""
PAGES = {rule.name: rule.page.read_text(encoding="utf-8") for rule in RULES}
BLOCKS = [
    pytest.param(rule, found, id=f"{rule.name}-{heading.lower()}-{number}")
    for rule in RULES
    for heading in ("Bad", "Good")
    for number, found in enumerate(blocks(sections(PAGES[rule.name])[heading]), 1)
]


def findings_of(rule: Rule, project: Path) -> tuple[Finding, ...]:
    """What the audit says of a project when it is asked for this one rule, and for everything it has to say."""
    from aiready.checks.options import Options
    from aiready.checks.pipeline import run

    return run([project], Options(select=frozenset({rule.id}), persona="auditor", today=TODAY)).findings


@pytest.mark.parametrize(("rule", "found"), BLOCKS)
def test_blocks_are_judged_as_the_page_says(rule: Rule, found: Block, tmp_path: Path) -> None:
    for name, text in found.files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    got = [(finding.place.path, finding.place.line, rule.name) for finding in findings_of(rule, tmp_path)]
    assert sorted(got) == sorted(found.promised)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_pages_have_one_form(rule: Rule) -> None:
    page = PAGES[rule.name]
    assert page.splitlines()[0] == f"# {rule.name} ({rule.id})"
    assert list(sections(page)) == HEADINGS
    assert [heading for heading, text in sections(page).items() if not text.strip()] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_pages_cite_what_the_catalogue_cites(rule: Rule) -> None:
    assert re.findall(r"<(https://[^>]+)>", sections(PAGES[rule.name])["References"]) == list(rule.references)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_pages_show_both_sides(rule: Rule) -> None:
    bad, good = (blocks(sections(PAGES[rule.name])[heading]) for heading in ("Bad", "Good"))
    assert len(bad) >= 2
    assert len(good) >= 2
    assert [found.files for found in bad if not found.promised] == []
    assert [found.promised for found in good if found.promised] == []
    assert {name for found in bad for _, _, name in found.promised} == {rule.name}


@pytest.mark.parametrize("found", [pytest.param(one.values[1], id=one.id) for one in BLOCKS])
def test_blocks_are_modules_and_promises_stand_on_code(found: Block) -> None:
    starts = {
        (name, node.lineno)
        for name, text in found.files.items()
        if name.endswith(".py")
        for node in ast.walk(ast.parse(text, name))
        if isinstance(node, ast.Call | ast.Constant)
    }
    assert [promise for promise in found.promised if promise[:2] not in starts] == []


@pytest.mark.parametrize("rule_name", sorted(NESTED_MATTERS))
def test_helpers_defined_inside_are_shown(rule_name: str) -> None:
    """What stands around the definition of an inner function does not stand around its body."""
    nested = [
        inner
        for section in ("Bad", "Good")
        for found in blocks(sections(PAGES[rule_name])[section])
        for name, text in found.files.items()
        if name.endswith(".py")
        for outer in ast.walk(ast.parse(text))
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and inner is not outer
    ]
    assert nested != []
