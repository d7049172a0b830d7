"""REL402: a provider that keeps failing is asked again with every request."""

from __future__ import annotations

from .interface import Remark, Subject, once


@once
def check(subject: Subject) -> tuple[int, Remark] | None:
    """Speaks of a project with calls that people wait for and no breaker over them."""
    bare = [
        index
        for index, call in enumerate(subject.calls)
        if call.facts.audience.state == "remote" and call.facts.retry.state != "n/a" and not call.setup.breaker
    ]
    if not bare or subject.verdict == "pass":
        return None
    one = "the call that people wait for has no circuit breaker over it"
    many = f"{len(bare)} calls that people wait for have no circuit breaker over them"
    return bare[0], Remark(many if len(bare) > 1 else one)
