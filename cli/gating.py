"""What `aiready gate` gathers: a policy, an audit, and what was measured."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ..checks.config import configured, section
from ..checks.config.find import seen_from
from ..checks.errors import NothingToAudit, UsageError
from ..checks.model import Audit
from . import surroundings
from .holding import Holding, Wanted
from .levels import Levels
from .running import Asked, Job, known

if TYPE_CHECKING:
    from ..checks.catalogue import Catalogue
    from ..gate import Measured, Policy, Ruling

LESS = frozenset({"--select", "--ignore", "--min-severity", "--since"})
"""Options of an audit after which it tells less than there is."""


@dataclass(frozen=True, slots=True)
class Gating:
    """One use of the command."""

    asked: Asked
    quiet: bool
    verbose: bool

    def ruling(self, stored: str | None, runs: Sequence[str], *, measures: bool) -> Ruling:
        """The policy held against the stored audit or a fresh one, and against these runs, a new one, or the latest.

        What is wrong with the policy is told before anything is done. Raises AuditError and BenchMistake.
        """
        from ..gate import Case, policy_of, ruled

        asked = self.asked
        catalogue = known(asked.paths)
        said = configured(asked.paths, asked.config)  # for its mistakes, too: what is misplaced isn't passed over
        today = date.fromisoformat(surroundings.today())
        policy = policy_of(section("gate", asked.paths, asked.config), catalogue, today)
        fresh = self._measured(policy, said.path) if measures else []  # first: the audit takes it as evidence
        audit = self._audit(stored, catalogue)
        if audit.nothing:
            raise NothingToAudit(audit.nothing)
        homes = (Path(), Path(audit.root)) if stored is None else (Path(),)
        benches = fresh if measures else _stored(policy, runs, homes)
        return ruled(_seen(policy, audit), Case(audit, tuple(benches), today), catalogue)

    def _audit(self, stored: str | None, catalogue: Catalogue) -> Audit:
        if stored is not None:
            from ..report.audit_stored import read

            return _whole(read(_text(stored), stored), stored)
        chosen = self.asked.options(None)
        held = Holding(Wanted(), self.asked.paths, chosen, catalogue)
        found = Job(self.asked.paths, held.options, "", self.quiet, self.verbose, held=held).audited()
        return Levels(chosen.config.min_severity or "note").shown(found)

    def _measured(self, policy: Policy, config: str) -> list[Measured]:
        """Does what `aiready bench` without a target does with the configuration that the policy is of, and holds its
        runs to the policy's thresholds."""
        from ..bench.mistakes import RunError
        from ..bench.outcome import outcome
        from ..bench.scenarios import Settings
        from ..gate.measured import of_outcome
        from ..report.look import Look
        from .bench_session import Session
        from .form import Form
        from .kept import Kept, tolerated

        session = Session(Settings(), Kept(None, None, tolerated(None)), Form("text", Look()), self.quiet, True)
        done = session.measured(None, None, config or None)
        if session.left:
            raise RunError([f"interrupted before these were measured: {'; '.join(session.left)}"])
        return [of_outcome(outcome(each.paths, policy.slos or None), policy) for each in done]


def _stored(policy: Policy, runs: Sequence[str], homes: Sequence[Path]) -> list[Measured]:
    """The runs named, else the latest result of the first of these folders that has one, if the policy asks for it."""
    from ..gate.stored import named, newest

    if runs:
        return [found for each in runs for found in named(each, policy)]
    found = (newest(home, policy) for home in homes) if policy.measures else ()
    return list(islice((each for each in found if each is not None), 1))


def _whole(audit: Audit, stored: str) -> Audit:
    """The stored audit, if nothing that a gate asks for was left out of it. Raises UsageError."""
    less = [each for each in audit.narrowed if each in LESS]
    if less:
        raise UsageError(f"--audit: {stored!r} was made with {', '.join(less)}: a gate needs all findings and items")
    return audit


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not UTF-8"
        raise UsageError(f"--audit: {path!r} can't be read: {reason}") from error


def _seen(policy: Policy, audit: Audit) -> Policy:
    """The policy with patterns of files as they are seen from the audited folder."""
    folder = os.path.dirname(os.path.realpath(policy.path))
    below = os.path.relpath(os.path.realpath(audit.root), folder).replace(os.sep, "/")
    seen = (replace(each, seen=seen_from(below, each.path)) for each in policy.exceptions)
    return replace(policy, exceptions=tuple(seen))
