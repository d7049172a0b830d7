"""MULTI301: several models, and nobody wrote down which serves what."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Finding
from .interface import Subject, of_item


def check(subject: Subject) -> Iterator[Finding]:
    """Speaks of a project whose documents name none of its several models."""
    yield from of_item(subject, "fail")
