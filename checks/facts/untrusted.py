"""Which text that somebody else wrote reaches the prompt, where it stands there, and whether its length is bounded."""

from __future__ import annotations

from dataclasses import replace

from ..model import Flows, Setting
from .subject import Subject

PROMPTED = frozenset({"chat", "completion", "image", "batch"})
"""Kinds of calls that have a prompt; what the others are given is material, and no instruction."""


def untrusted(subject: Subject) -> Flows:
    """The worst of the flows; a call without a prompt has only what is plainly given to it as a whole. A prompt that is
    nested too deeply to be followed is not known."""
    try:
        found = subject.ground.prompts.of(subject.found)
    except RecursionError:
        return Flows("unknown")
    if subject.kind not in PROMPTED:
        whole = tuple(replace(flow, state="own-message") for flow in found)
        return Flows("own-message" if whole else "n/a", whole)
    return Flows(found[0].state if found else "none", found)


def input_limit(fact: Flows) -> Setting:
    """Whether every untrusted text is bounded on its way; the first that isn't decides."""
    if not fact.found:
        return Setting("n/a")
    loose = next((flow for flow in fact.found if flow.limited is None), None)
    if loose is not None:
        return Setting("no", loose.trace[0].place, loose.what)
    return Setting("yes", fact.found[0].limited, fact.found[0].what)
