"""REL402: a provider that keeps failing is asked again with every request."""

from __future__ import annotations

from collections.abc import Iterator

from .interface import Remark, Subject, per_project


@per_project
def check(subject: Subject) -> Iterator[tuple[int, Remark]]:
    """Speaks once of a project with calls that people wait for and no breaker over them."""
    bare = [
        index
        for index, call in enumerate(subject.calls)
        if call.facts.audience.state == "remote" and call.facts.retry.state != "n/a" and not call.setup.breaker
    ]
    if bare and subject.verdict != "pass":
        many = f"{len(bare)} calls" if len(bare) > 1 else "the call"
        yield bare[0], Remark(f"{many} that people wait for have no circuit breaker over them")
