"""SAFE401: what a model says reaches the public as it is."""

from __future__ import annotations

from collections.abc import Iterator

from .interface import Remark, Subject, per_project

_SAID = {"chat", "completion", "image"}


@per_project
def check(subject: Subject) -> Iterator[tuple[int, Remark]]:
    """Speaks of answers to people in a project without any moderation."""
    for index, call in enumerate(subject.calls if subject.verdict != "pass" else ()):
        shown = call.facts.audience.state == "remote" and call.kind in _SAID
        uses = {each.state for each in call.facts.output.found}
        if shown and not call.setup.moderated and (not uses or "text" in uses):
            yield index, Remark("nothing moderates what goes in or comes out, and the answer is shown to people")
