"""Findings mended: what the fixes propose is tried in an audit of the edited files before any of them is written.

A fix is kept when its finding is gone and nothing else has come: no new finding, no call lost, no file that can't be
read. What touches another fix waits for the next round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .edits import clash
from .files.decode import read
from .fixes import Ground, fixes
from .fixes.source import Sources
from .inventory import Progress
from .judging import limited, told_to
from .looked import Skipped
from .model import Audit, Finding, Fix
from .options import Options
from .pipeline import releases, run
from .trial import Group, Trial, sign, signs

ROUNDS = 12
"""More than there are fixes that can stand at one place."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What mending comes to; nothing is written yet."""

    audit: Audit
    """Of the files as they will be."""
    whole: Audit
    """The same with all that any persona is told."""
    files: Mapping[str, tuple[bytes, bytes]] = field(default_factory=dict[str, tuple[bytes, bytes]])
    """By path: what a file holds, and what it is to hold."""
    fixed: tuple[tuple[Finding, Fix], ...] = ()
    """Findings that are gone, each with what mended it, in terms of the files at that time."""
    refused: tuple[tuple[Finding, Fix], ...] = ()
    """Findings whose fix was tried and would not have mended them, or would have brought others."""
    unsafe: int = 0
    """Findings for which there is a fix that somebody should look at, which was not asked for."""
    left: Mapping[str, str] = field(default_factory=dict[str, str])
    """Files with findings that are left alone, and why."""


class Mender:
    """One tree that is mended round by round, in memory."""

    def __init__(self, paths: Sequence[str], options: Options, progress: Progress | None = None) -> None:
        self._paths, self._options, self._progress = paths, options, progress
        self._sdks = {sdk.id: sdk for sdk in releases(paths, options)}
        self._old: dict[str, bytes] = {}
        self._new: dict[str, bytes] = {}
        self._tried: set[tuple[str, tuple[str, ...]]] = set()
        self.whole = self._run({})
        """All that any persona is told; what is mended, and what may not come, is what the one that asked is told."""
        self._fixed: list[tuple[Finding, Fix]] = []
        self._refused: list[tuple[Finding, Fix]] = []
        self._left: dict[str, str] = {}

    @property
    def audit(self) -> Audit:
        """Of the files by now."""
        return self._told(self.whole)

    def mend(self, wanted: Callable[[Finding], bool], *, unsafe: bool) -> Mended:
        """Mend what can be; `wanted` says which findings, `unsafe` whether also by fixes to be looked at."""
        more = 0
        for _ in range(ROUNDS):
            known = [(finding, fix) for finding, fix in self._proposed() if wanted(finding)]
            more = sum(1 for _, fix in known if fix.applicability == "unsafe" and not unsafe)
            groups = self._chosen(each for each in known if unsafe or each[1].applicability == "safe")
            if not groups:
                break
            self._try(groups)
        files = {path: (self._old[path], new) for path, new in self._new.items()}
        left = dict(sorted(self._left.items()))
        return Mended(self.audit, self.whole, files, tuple(self._fixed), tuple(self._refused), more, left)

    def _run(self, instead: Mapping[str, bytes]) -> Audit:
        everything = replace(self._options, select=None, ignore=frozenset(), persona="auditor")
        return run(self._paths, everything, self._progress, instead)

    def _told(self, audit: Audit) -> Audit:
        return replace(audit, findings=told_to(self._options.persona, audit.findings))

    def _proposed(self) -> list[tuple[Finding, Fix]]:
        """What the fixes say of the tree as it is by now, but for what was tried and refused."""
        audited = frozenset(call.place.path for call in self.audit.calls)
        places = (each.facts.timeout.client for each in self.audit.calls)
        audited |= {place.path for place in places if place is not None}
        sources = Sources(self.audit.root, audited, self._new)
        ground = Ground(self.audit, self._sdks, sources, lambda rule, path: limited(rule, path, self._options.config))
        found = [each for each in fixes(ground) if sign(*each) not in self._tried]
        self._left |= sources.left
        return found

    def _chosen(self, known: Iterable[tuple[Finding, Fix]]) -> list[Group]:
        """Fixes that don't touch one another, each with all findings that it is for."""
        groups: dict[Fix, list[Finding]] = {}
        for finding, fix in known:
            if fix in groups or not any(clash(fix.edits, other.edits) for other in groups):
                groups.setdefault(fix, []).append(finding)
        return [(fix, tuple(findings)) for fix, findings in groups.items()]

    def _try(self, groups: list[Group]) -> None:
        """Keep those of the fixes that mend and bring nothing; there are fewer each time round."""
        while groups:
            trial = Trial(self.audit, groups, self._held)
            after = None if trial.broken else self._run({**self._new, **trial.files})
            bad = trial.bad(None if after is None else self._told(after))
            if after is not None and not bad:
                self._keep(trial, after)
                return
            out = [each for each in groups if each[0] in bad]
            self._tried |= signs(out)
            self._refused += [(finding, fix) for fix, findings in out for finding in findings]
            groups = [each for each in groups if each[0] not in bad]

    def _keep(self, trial: Trial, after: Audit) -> None:
        self._fixed += trial.gone(self._told(after))
        for path in trial.files:
            self._old.setdefault(path, self._held(path))
        self._new |= trial.files
        self.whole = after

    def _held(self, path: str) -> bytes:
        """What a file holds by now."""
        data = self._new.get(path) or read(self.audit.root, path)
        return b"" if isinstance(data, Skipped) else data
