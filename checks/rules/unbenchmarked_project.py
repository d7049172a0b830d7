"""LAT106: nobody has measured how long people wait."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Finding
from .interface import Subject, of_item


def check(subject: Subject) -> Iterator[Finding]:
    """Speaks of a project without a recorded bench result, or with none that passed."""
    yield from of_item(subject, "fail")
