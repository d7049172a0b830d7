"""A run for GitHub Actions: a threshold that isn't shown to be met is an annotation."""

from __future__ import annotations

from collections.abc import Iterable

from .bench_cases import Case
from .bench_words import stranger
from .github import Kind, command


def written(cases: Iterable[Case]) -> str:
    """A command for each case that didn't pass, then a line for each that did, for who reads the log."""
    held = list(cases)
    told = [_annotation(each) for each in held if each.verdict != "pass"]
    passed = [f"passed: {stranger(each.group)}: {stranger(each.told)}" for each in held if each.verdict == "pass"]
    return "\n".join([*told, *passed]) + "\n"


def _annotation(of: Case) -> str:
    kind: Kind = "error" if of.verdict == "fail" else "warning"
    title = f"aiready {of.topic} {of.verdict}: {of.name}"
    return command(kind, {"file": of.path, "line": 1, "title": title}, f"{of.group}: {of.told}")
