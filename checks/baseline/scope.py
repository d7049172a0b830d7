"""What a run can say of a baseline: that of a file nobody looked at is not fixed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from ..model import Audit
from .form import Baseline, Entry


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run looked at, as seen from the baseline's folder."""

    folder: str
    """The baseline's, links resolved: paths in it start there."""
    root: str
    """The audited folder, links resolved: paths of findings start there."""
    paths: tuple[str, ...]
    """What was to be audited: absolute, links resolved."""
    unread: frozenset[str] = frozenset()
    """Files, as in the baseline, that could not be read this time."""
    unasked: frozenset[str] = frozenset()
    """Ids of rules that were left out."""

    @classmethod
    def of(cls, audit: Audit, folder: str, paths: Iterable[str], unasked: frozenset[str] = frozenset()) -> Scope:
        """The scope of an audit of these paths against a baseline in that folder."""
        whole = tuple(os.path.realpath(path) for path in paths) or (os.path.realpath("."),)
        bare = cls(os.path.realpath(folder), os.path.realpath(audit.root), whole)
        unread = frozenset(bare.seen(each.path) for each in audit.skipped)
        return cls(bare.folder, bare.root, whole, unread, unasked)

    def seen(self, path: str) -> str:
        """A path of a finding as one of the baseline."""
        whole = os.path.join(self.root, path)
        try:
            return os.path.relpath(whole, self.folder).replace(os.sep, "/")
        except ValueError:  # on another drive
            return whole.replace(os.sep, "/")

    def spans(self, baseline: Baseline) -> bool:
        """Whether all was looked at that the baseline was made of."""
        return all(self._holds(os.path.normpath(os.path.join(self.folder, path))) for path in baseline.paths)

    def covers(self, entry: Entry) -> bool:
        """Whether a run that spans the baseline would have met what the entry speaks of."""
        return entry.rule not in self.unasked and entry.path not in self.unread

    def _holds(self, whole: str) -> bool:
        return any(whole == each or whole.startswith(each.rstrip(os.sep) + os.sep) for each in self.paths)
