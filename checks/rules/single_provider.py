"""MULTI201: one provider's outage is the project's."""

from __future__ import annotations

from .interface import Remark, Subject, once

_ASKED = {"chat", "completion"}


@once
def check(subject: Subject) -> tuple[int, Remark] | None:
    """Speaks of a project whose answers to people all come from one provider, called directly."""
    asked = [(index, call) for index, call in enumerate(subject.calls) if call.kind in _ASKED]
    remote = [(index, call) for index, call in asked if call.facts.audience.state == "remote"]
    providers = {call.provider or call.sdk for _, call in asked}
    known = all(call.setup.direct and call.sdk != "raw-http" for _, call in asked)
    if not remote or not known or len(providers) != 1:
        return None
    return remote[0][0], Remark(f"every answer comes from {providers.pop()}: its outage is this project's")
