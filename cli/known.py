"""The baseline's file: where it lies, what an audit makes of it, and how it is written again."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ..checks.catalogue import Catalogue
from ..checks.config import Config
from ..checks.config.find import root_of
from ..checks.errors import UsageError
from ..checks.files.top import BASELINE, top
from ..checks.model import Audit, Finding
from ..report.terminal import counted

if TYPE_CHECKING:
    from ..checks.baseline import Baseline, Matched, Scope


@dataclass(frozen=True, slots=True)
class Where:
    """Where the file lies, and whether somebody said so: then it has to be there."""

    file: str
    said: bool

    @property
    def shown(self) -> str:
        """As it is named to the user."""
        try:
            way = os.path.relpath(self.file)
        except ValueError:  # on another drive
            return self.file
        return self.file if way.startswith("..") else way.replace(os.sep, "/")


def placed(paths: Sequence[str], config: Config, named: str | None) -> Where:
    """The file named, else the configuration's, else the one at the project's top."""
    if named is not None or config.baseline:
        return Where(os.path.abspath(named or config.baseline), said=True)
    return Where(os.path.join(os.path.abspath(top(root_of(paths))), BASELINE), said=False)


class Known:
    """A baseline, and the run that is held against it."""

    def __init__(self, where: Where, text: str | None, paths: Sequence[str]) -> None:
        self.where = where
        self.text = text
        """The file's, None where there is none."""
        self.asked_git = False
        self._paths = paths
        if text is not None:
            _ = self._baseline  # its mistakes are told first

    @classmethod
    def at(cls, where: Where, paths: Sequence[str], *, required: bool) -> Known:
        """The baseline of that file. Raises UsageError for one that can't be used, or is required and not there."""
        try:
            with open(where.file, encoding="utf-8") as stream:
                text = stream.read()
        except FileNotFoundError as error:
            if required:
                advice = "write one with `aiready baseline`"
                raise UsageError(f"there is no baseline {where.shown!r}: {advice}") from error
            return cls(where, None, paths)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "not UTF-8"
            raise UsageError(f"the baseline {where.shown!r} can't be read: {reason}") from error
        return cls(where, text, paths)

    @cached_property
    def _baseline(self) -> Baseline:
        from ..checks.baseline import Baseline, parsed

        return Baseline() if self.text is None else parsed(self.text, self.where.shown)

    def held(self, audit: Audit, unasked: frozenset[str] = frozenset()) -> Matched:
        """An audit's findings against the baseline."""
        from ..checks.baseline import Scope, matched

        scope = Scope.of(audit, self._folder, self._paths, unasked)
        return matched(audit.findings, self._baseline, scope, self._renames)

    def pruned(self, audit: Audit, catalogue: Catalogue) -> tuple[str, str]:
        """The file's text without what is fixed, and what to say of it. Raises UsageError after half an audit."""
        self._scope(audit)
        found = self.held(audit)
        return self._again(replace(self._baseline, entries=(*found.kept, *found.unseen)), catalogue)

    def renewed(self, audit: Audit, catalogue: Catalogue) -> tuple[str, str]:
        """The file's text with all that is there now, and what to say of it. Raises UsageError after half an audit."""
        from ..checks.baseline import Baseline, entries_of

        scope = self._scope(audit)
        unread = {each.key: each for each in self._baseline.entries if each.path in scope.unread}
        entries = {**unread, **{each.key: each for each in entries_of(audit.findings, scope)}}
        paths = tuple(sorted({scope.seen(path) for path in scope.paths}))
        return self._again(Baseline(tuple(entries.values()), paths), catalogue)

    def reworded(self, before: Audit, after: Audit, fixed: Sequence[Finding]) -> str:
        """The file's text after lines of the audited files were changed by ourselves; empty where it stays."""
        from ..checks.baseline import Scope, reworded, written

        scope = Scope.of(before, self._folder, self._paths)
        found = reworded(self._baseline, self.held(before).findings, after.findings, fixed, scope)
        return "" if found == self._baseline else written(found)

    @property
    def _folder(self) -> str:
        return os.path.dirname(self.where.file)

    def _scope(self, audit: Audit) -> Scope:
        """What was looked at, if that is all that the baseline was made of."""
        from ..checks.baseline import Scope

        scope = Scope.of(audit, self._folder, self._paths)
        if self.text is not None and not scope.spans(self._baseline):
            made = ", ".join(os.path.relpath(os.path.join(self._folder, path)) for path in self._baseline.paths)
            raise UsageError(f"{self.where.shown!r} was made of more than what is named here: name {made!r} too")
        return scope

    def _renames(self) -> Mapping[str, Sequence[str]]:
        from ..checks.git import renames_since

        self.asked_git = True
        return renames_since(self.where.file)

    def _again(self, baseline: Baseline, catalogue: Catalogue) -> tuple[str, str]:
        from ..checks.baseline import written

        before, now = self._baseline.by_rule, baseline.by_rule
        added, removed = now - before, before - now
        changes = [
            f"{total} {word}" for total, word in ((added.total(), "added"), (removed.total(), "removed")) if total
        ]
        rows = [
            f"  {sign}{count} {_named(rule, catalogue)}\n"
            for sign, counts in (("+", added), ("-", removed))
            for rule, count in sorted(counts.items())
        ]
        told = f"{self.where.shown}: {counted(now.total(), 'known finding')}, {', '.join(changes) or 'as before'}\n"
        return written(baseline), told + "".join(rows)


def _named(rule: str, catalogue: Catalogue) -> str:
    names = {each.id: each.name for each in catalogue.rules}
    return f"{rule} {names[rule]}" if rule in names else rule
