"""What a project declares belongs to what is known of the world. How, is loaded only where something is declared: the
configuration is read by more than the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..sdks import Knowledge
    from .values import Declared


def with_declared(knowledge: Knowledge, declared: Declared) -> Knowledge:
    """The knowledge with what a project says of its own functions, which comes first."""
    if not declared.names():
        return knowledge
    from .entries import with_entries

    return with_entries(knowledge, declared)
