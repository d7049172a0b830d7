"""OBS301: nobody is told when it breaks."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Finding
from .interface import Subject, of_item


def check(subject: Subject) -> Iterator[Finding]:
    """Speaks of a deployed project that declares no alert; an error tracker is half of it."""
    yield from of_item(subject, "attest", "fail")
