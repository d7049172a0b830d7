"""What an audit's findings are held against before they are shown: a baseline, and what a change touched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..checks.catalogue import Catalogue
from ..checks.config.find import root_of
from ..checks.errors import UsageError
from ..checks.judging import told_to
from ..checks.model import Audit, Finding
from ..checks.options import Options
from ..checks.quoting import fingerprints
from ..checks.standing import Standing
from .known import Known, Where, placed
from .levels import Levels


@dataclass(frozen=True, slots=True)
class Wanted:
    """As the command line says it."""

    baseline: str | None = None
    none: bool = False
    ratchet: bool = False
    since: str | None = None


class Holding:
    """All that is needed for it, read before the work begins, so that mistakes are told first. Raises UsageError."""

    def __init__(self, wanted: Wanted, paths: Sequence[str], options: Options, catalogue: Catalogue) -> None:
        if wanted.none and wanted.baseline is not None:
            raise UsageError("--baseline and --no-baseline contradict each other: give one of them")
        ran = frozenset(each.id for each in catalogue.rules) if options.select is None else options.select
        self._wanted = wanted
        self._options = options
        self._unasked = frozenset(each.id for each in catalogue.rules) - (ran - options.ignore)
        self._known: Known | None = None
        if not wanted.none:
            where = placed(paths, options.config, wanted.baseline)
            self._known = Known.at(where, paths, required=where.said or wanted.ratchet)
        elif wanted.ratchet:
            raise UsageError("--ratchet needs a baseline: leave --no-baseline out")
        self._changes = None
        if wanted.since is not None:
            from ..checks.git import changes_since

            self._changes = changes_since(root_of(paths), wanted.since)

    @property
    def also(self) -> tuple[str, ...]:
        """The files that the document then depends on, whether they are there or not."""
        return () if self._known is None else (self._known.where.file,)

    @property
    def options(self) -> Options:
        """How to audit: a baseline holds what anybody may be told, and so must what is held against it."""
        return self._options if self._held_against is None else replace(self._options, persona="auditor")

    @property
    def _held_against(self) -> Known | None:
        return None if self._known is None or self._known.text is None else self._known

    def judged(self, audit: Audit) -> Callable[[Finding], bool]:
        """Tells which findings of an audit count, also as they are when something was mended: where a change is judged,
        those that it touched."""
        if self._changes is None:
            return lambda _: True
        touched = {_spot(each) for each in self._narrowed(audit).findings}
        others = {_spot(each) for each in audit.findings} - touched
        files = {spot[:2] for spot in touched}

        def counts(finding: Finding) -> bool:
            spot = _spot(finding)
            return spot in touched or (spot not in others and spot[:2] in files)

        return counts

    def reworded(self, before: Audit, after: Audit, fixed: Sequence[Finding]) -> tuple[Where, str] | None:
        """The baseline's file and its text after lines were changed by ourselves; None where it stays as it is."""
        known = self._held_against
        text = known.reworded(before, after, fixed) if known is not None else ""
        return (known.where, text) if known is not None and text else None

    def lasting(self) -> bool:
        """Whether the document depends on nothing but files: git's answers change without them."""
        return self._changes is None and not (self._known is not None and self._known.asked_git)

    def applied(self, audit: Audit) -> Audit:
        """The audit with its known findings marked, and without those that no change touched."""
        return audit if audit.nothing else self._narrowed(self._marked(audit))

    def status(self, levels: Levels, shown: Audit) -> int:
        """By the counts of rules where these were asked for, else by the findings shown."""
        if not self._wanted.ratchet:
            return levels.status(shown.findings)
        return int(bool(shown.standing.grown) and not levels.exit_zero)

    def _marked(self, audit: Audit) -> Audit:
        known = self._held_against
        if known is None:
            return audit
        found = known.held(audit, self._unasked)
        told = told_to(self._options.persona, found.findings)
        names = zip(told, fingerprints(told), strict=True)
        new = {each.rule for each in told if each.open}
        grown = tuple(each for each in found.grown if each.rule in new) if self._wanted.ratchet else ()
        standing = Standing(known.where.shown, sum(each.count for each in found.fixed), grown)
        findings = tuple(replace(each, fingerprint=name) for each, name in names)
        return replace(audit, findings=findings, standing=standing)

    def _narrowed(self, audit: Audit) -> Audit:
        if self._changes is None:
            return audit
        from ..checks.touched import Touched

        touched = Touched(self._changes, audit.root)
        shown = tuple(each for each in audit.findings if touched.holds(each, audit.calls))
        elsewhere = sum(each.open for each in audit.findings) - sum(each.open for each in shown)
        standing = replace(audit.standing, since=self._wanted.since or "", elsewhere=elsewhere)
        return replace(audit, findings=shown, standing=standing)


def _spot(finding: Finding) -> tuple[str, str, str]:
    """By what a finding is known wherever its line has moved."""
    return finding.rule, finding.place.path, finding.source
