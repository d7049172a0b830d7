"""What an audit tells of a project that is new to aiready: whom it asks, who asks it, and what it could measure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..bench.scenarios.providers import PROVIDERS
from ..checks.model import Audit, Call, EntryPoint

ASKED = frozenset({"chat", "completion"})
"""Kinds of calls that the bench can send."""
UNNAMED = frozenset({"config", "unknown", "n/a", ""})
"""What stands in place of a model's name where the code doesn't say it."""
KINDS = {"remote": "service", "background": "worker", "local": "cli"}
"""Audience -> what a project of nothing else is called in the configuration."""
MOST_TARGETS = 3
_MODEL = re.compile(r"[A-Za-z0-9][\w.:/@-]{0,99}")
_WORDS = re.compile(r"[-_/.]")


@dataclass(frozen=True, slots=True)
class Detected:
    """A project in a few words. Everything in it is in our own words or a plain name."""

    calls: int
    findings: int
    """Those that somebody should act on."""
    sdks: tuple[str, ...]
    """The most used first."""
    entries: tuple[tuple[str, int], ...]
    """What starts the code that asks ("FastAPI route"), and how many there are; the most first."""
    audiences: tuple[str, ...]
    targets: tuple[str, ...]
    """What the bench could measure, as its shorthands say it: `openai:gpt-4o-mini`."""
    streams: bool
    """Answers are streamed somewhere."""

    @property
    def kind(self) -> str:
        """What the project is, where all who are known to start its code are of one kind; else empty."""
        return KINDS.get(self.audiences[0], "") if len(self.audiences) == 1 else ""


def detected(audit: Audit) -> Detected:
    """What the audit tells."""
    entries = set(_entries(audit))
    return Detected(
        calls=len(audit.calls),
        findings=sum(finding.open for finding in audit.findings),
        sdks=_ranked(Counter(call.sdk for call in audit.calls)),
        entries=tuple(_counted(Counter(entry.how for entry in entries))),
        audiences=tuple(sorted({entry.audience for entry in entries} & set(KINDS))),
        targets=_ranked(Counter(target for call in audit.calls if (target := _target(call))))[:MOST_TARGETS],
        streams=any(call.facts.streaming.state == "yes" for call in audit.calls),
    )


def _entries(audit: Audit) -> Iterator[EntryPoint]:
    for call in audit.calls:
        yield from call.facts.entries


def _counted(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _ranked(counts: Counter[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in _counted(counts))


def _target(call: Call) -> str:
    """The model of a call as the bench names it; empty where the provider or the model isn't plain."""
    model = call.facts.model.state
    if call.kind not in ASKED or model in UNNAMED or not _MODEL.fullmatch(model):
        return ""
    names = {each.name for each in PROVIDERS}
    first, slash, rest = model.partition("/")
    if slash and first in names and rest:  # litellm's way to write it
        return f"{first}:{rest}"
    named = [word for word in _WORDS.split(call.sdk) if word in names]
    return f"{named[-1]}:{model}" if named else ""
