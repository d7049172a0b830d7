"""Which entries of a baseline a run can say anything of: that of a file nobody looked at is not fixed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from ..model import Audit, Persona
from .form import Baseline, Entry

PERSONAS: tuple[Persona, ...] = ("regular", "pedantic", "auditor")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run looked at, as seen from the baseline's folder."""

    folder: str
    """The baseline's, links resolved: paths in it start there."""
    root: str
    """The audited folder, links resolved: paths of findings start there."""
    paths: tuple[str, ...]
    """What was to be audited: absolute, links resolved."""
    unread: frozenset[str]
    """Files, as in the baseline, that could not be read this time."""
    persona: Persona
    unasked: frozenset[str]
    """Ids of rules that were left out."""

    @classmethod
    def of(cls, audit: Audit, folder: str, paths: Iterable[str], persona: Persona, unasked: frozenset[str]) -> Scope:
        """The scope of an audit of these paths against a baseline in that folder."""
        whole = tuple(os.path.realpath(path) for path in paths) or (os.path.realpath("."),)
        bare = cls(os.path.realpath(folder), os.path.realpath(audit.root), whole, frozenset(), persona, unasked)
        unread = frozenset(bare.seen(each.path) for each in audit.skipped)
        return cls(bare.folder, bare.root, whole, unread, persona, unasked)

    def seen(self, path: str) -> str:
        """A path of a finding as one of the baseline."""
        whole = os.path.join(self.root, path)
        try:
            return os.path.relpath(whole, self.folder).replace(os.sep, "/")
        except ValueError:  # on another drive
            return whole.replace(os.sep, "/")

    def covers(self, entry: Entry, baseline: Baseline) -> bool:
        """Whether this run would have met what the entry speaks of."""
        if entry.rule in self.unasked or PERSONAS.index(self.persona) < PERSONAS.index(baseline.persona):
            return False
        if not entry.path:  # said of the whole project: of that, only who looks at all of it can speak
            return all(self.holds(each.path) for each in baseline.entries if each.path)
        return self.holds(entry.path) and entry.path not in self.unread

    def holds(self, path: str) -> bool:
        """Whether a path of the baseline is, or lies below, one that was to be audited."""
        whole = os.path.normpath(os.path.join(self.folder, path))
        return any(whole == each or whole.startswith(each.rstrip(os.sep) + os.sep) for each in self.paths)
