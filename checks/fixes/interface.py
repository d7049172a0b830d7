"""What a fix is: a function that is given a finding and what is known around it, and says how to mend the code.

It gives None where it can't be sure: what is written there can't be seen (`**settings`), or nothing known would help.
Whether the finding is gone afterwards is not its business; that is tried before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..model import Audit, Call, Edit, Finding, Fix, Place
from ..rules.interface import Subject
from ..sdks.schema import Sdk
from .source import Source, Sources, in_order

RAW_HTTP = "raw-http"


@dataclass(frozen=True, slots=True)
class Ground:
    """What all findings of an audit share."""

    audit: Audit
    sdks: Mapping[str, Sdk]
    """By id, in the releases in effect."""
    sources: Sources
    subject: Callable[[str, str], Subject]
    """A rule with the limits it has for a file."""


@dataclass(frozen=True, slots=True)
class Case:
    """A finding of a call that is to be mended."""

    finding: Finding
    call: Call
    ground: Ground

    def source(self, place: Place | None) -> Source | None:
        """The file of a place; None where it is left alone."""
        return None if place is None else self.ground.sources.get(place.path)

    def sdk(self, name: str = "") -> Sdk:
        """The SDK of the call, or that of one of its facts; one without parameters where nothing is known of it."""
        wanted = name or self.call.sdk
        if wanted == RAW_HTTP:
            from ..project.rawhttp import library_named, library_sdk

            return library_sdk(library_named(self.call.method.rpartition(".")[0]), self.call.kind)
        return self.ground.sdks.get(wanted) or Sdk(id=wanted, package=wanted, newest="", imports=())

    def seconds(self) -> float:
        """How long one attempt may wait: half of what callers of this client, the least patient of them, put up with.

        The other half is for the next attempt.
        """
        client = self.call.facts.timeout.client
        others = [each for each in self.ground.audit.calls if client and each.facts.timeout.client == client]
        limits = [self.ground.subject("REL103", each.place.path).wait_limit(each) for each in (self.call, *others)]
        return min(limits) / 2


Fixer = Callable[[Case], Fix | None]


def safe(title: str, edits: list[Edit]) -> Fix:
    """A fix after which every answer that came before comes still, and is the same."""
    return Fix(title, "safe", in_order(edits))


def unsafe(title: str, edits: list[Edit]) -> Fix:
    """A fix that somebody should look at."""
    return Fix(title, "unsafe", in_order(edits))
