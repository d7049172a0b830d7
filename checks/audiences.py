"""Who is at the other end of an entry point: people who read what is answered, or programs."""

from __future__ import annotations

from .model import Call, EntryPoint

FOR_PEOPLE = frozenset({"chat", "completion", "image"})
"""Kinds of calls whose answers can be read or looked at."""
READ_BY_PEOPLE = frozenset({
    "route", "view", "resource", "responder", "consumer", "handler", "listener", "event", "command", "bot", "callback",
    "script", "page", "app", "component",
})  # fmt: skip
"""Last words of entry points whose answers people read."""
READ_BY_PROGRAMS = frozenset({"lambda", "runpod", "server"})
"""Words of those whose answers go to programs all the same."""


def shows_answers(entry: EntryPoint) -> bool:
    """Whether a person reads what is answered there: a "FastAPI route" or a "Gradio callback", but no "gRPC method" and
    no "AWS Lambda handler"."""
    words = entry.how.lower().split() or [""]
    return entry.audience == "remote" and words[-1] in READ_BY_PEOPLE and READ_BY_PROGRAMS.isdisjoint(words)


def is_shown(call: Call) -> bool:
    """Whether a person at the other end gets the answer: remote, and not only taken apart by the code."""
    uses = {flow.state for flow in call.facts.output.found}
    read = call.kind in FOR_PEOPLE and (not uses or "text" in uses)
    return read and call.facts.audience.state == "remote" and any(map(shows_answers, call.facts.entries))
