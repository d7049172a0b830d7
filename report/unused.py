"""Suppressions that suppressed nothing."""

from __future__ import annotations

from collections.abc import Sequence

from ..checks.model import Audit
from ..checks.suppress import Suppression


def unused(audit: Audit) -> Sequence[Suppression]:
    """What an audit says of them, in order of place."""
    held: tuple[Suppression, ...] = getattr(audit, "unused", ())
    return sorted(held, key=lambda one: (one.place.path, one.place.cell or 0, one.place.line))
