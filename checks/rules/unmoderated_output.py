"""SAFE401: what a model says reaches the public as it is."""

from __future__ import annotations

from ..model import Call
from .interface import Remark, Subject, once

_SAID = {"chat", "completion", "image"}


@once
def check(subject: Subject) -> tuple[int, Remark] | None:
    """Speaks of a project that shows answers to people without any moderation."""
    bare = [index for index, call in enumerate(subject.calls) if _is_shown(call) and not call.setup.moderated]
    if not bare or subject.verdict == "pass":
        return None
    many = f"the answers of {len(bare)} calls are" if len(bare) > 1 else "the answer is"
    return bare[0], Remark(f"nothing moderates what goes in or comes out, and {many} shown to people")


def _is_shown(call: Call) -> bool:
    uses = {each.state for each in call.facts.output.found}
    return call.facts.audience.state == "remote" and call.kind in _SAID and (not uses or "text" in uses)
