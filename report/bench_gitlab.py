"""A run as a Code Quality report of GitLab: what it did not come up to."""

from __future__ import annotations

from collections.abc import Iterable

from . import gitlab
from .bench_cases import Case


def written(cases: Iterable[Case]) -> str:
    """An issue for each case that didn't pass."""
    return gitlab.written(_issue(each) for each in cases if each.verdict != "pass")


def _issue(of: Case) -> gitlab.Issue:
    told = f"{of.group}: {of.told}"
    return gitlab.Issue(
        f"{of.topic} {of.name}", told, "critical" if of.verdict == "fail" else "major", of.fingerprint, of.path
    )
