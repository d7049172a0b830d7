"""REL402: a provider that keeps failing is asked again with every request."""

from __future__ import annotations

from collections.abc import Iterator

from .interface import Remark, Subject, per_project


@per_project
def check(subject: Subject) -> Iterator[tuple[int, Remark]]:
    """Speaks once of a project that answers people and has no breaker over any of its calls."""
    waited = [index for index, call in enumerate(subject.calls) if call.facts.audience.state == "remote"]
    if waited and not any(call.setup.breaker for call in subject.calls):
        many = f"{len(waited)} calls" if len(waited) > 1 else "the call"
        yield waited[0], Remark(f"{many} that people wait for have no circuit breaker over them")
