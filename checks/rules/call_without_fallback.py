"""REL401: nothing stands in for the model when it fails."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Call, Persona
from .interface import Remark, Subject, per_project

_WAITED_FOR = {"remote", "background"}
_EXTRAS = {"moderation", "batch"}


@per_project
def check(subject: Subject) -> Iterator[tuple[int, Remark]]:
    """Speaks of calls on which others depend and whose failure is the end of what was asked. That is mostly so in a
    whole project or nowhere: everybody is told of the first call to each SDK, the pedantic of all."""
    told: set[str] = set()
    for index, call in enumerate(subject.calls):
        if _is_alone(call):
            persona: Persona = "pedantic" if call.sdk in told else "regular"
            told.add(call.sdk)
            named = "the request" if call.sdk == "raw-http" else call.sdk
            yield index, Remark(f"when {named} fails, nothing answers in its place", persona=persona)


def _is_alone(call: Call) -> bool:
    facts = call.facts
    remote = facts.audience.state in _WAITED_FOR and facts.timeout.state != "n/a"
    return facts.fallback.state == "no" and remote and call.kind not in _EXTRAS
