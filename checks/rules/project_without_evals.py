"""OBS201: nothing says whether the answers are any good."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Finding
from .interface import Subject, of_item


def check(subject: Subject) -> Iterator[Finding]:
    """Speaks of a project in which nothing evaluates answers; evaluations that nothing runs are half of it."""
    yield from of_item(subject, "fail")
