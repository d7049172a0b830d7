"""SAFE401: what a model says reaches the public as it is."""

from __future__ import annotations

from ..audiences import is_shown
from .interface import Remark, Subject, once


@once
def check(subject: Subject) -> tuple[int, Remark] | None:
    """Speaks of a project that shows answers to people without any moderation."""
    bare = [index for index, call in enumerate(subject.calls) if is_shown(call) and not call.setup.moderated]
    if not bare or subject.verdict == "pass":
        return None
    many = f"the answers of {len(bare)} calls are" if len(bare) > 1 else "the answer is"
    return bare[0], Remark(f"nothing moderates what goes in or comes out, and {many} shown to people")
