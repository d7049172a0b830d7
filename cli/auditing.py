"""One audit, from its options to its document."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..checks.catalogue import Catalogue
from ..checks.errors import UsageError
from ..checks.model import Audit
from ..checks.options import Options
from ..report.interface import AUDIT_FORMATS, ONE_CALL_FORMATS, step_summary
from . import step_summary as summary
from .form import Form
from .holding import Holding, Wanted
from .levels import Levels
from .running import Job

if TYPE_CHECKING:
    from .fixing import Fixing


NARROWING = ("select", "ignore", "min_severity", "persona", "exclude", "config", "since", "baseline", "no_baseline")
"""Options by which an audit tells of less, or of other things, than by itself."""


@dataclass(frozen=True, slots=True)
class Auditing:
    """What is to be read, by which rules, what of it counts, and how it is told."""

    paths: tuple[str, ...]
    options: Options
    catalogue: Catalogue
    levels: Levels
    form: Form
    quiet: bool = False
    verbose: bool = False

    def of(self, options: Options) -> Auditing:
        """The same with other options."""
        return replace(self, options=options)

    def fixing(self, wanted: Wanted, *, unsafe: bool) -> Fixing:
        """What mends it."""
        from .fixing import Fixing

        held = Holding(wanted, self.paths, self.options, self.catalogue)
        return Fixing(self.paths, self.options, held, unsafe, self.quiet, self.verbose)

    def one(self, call: str) -> int:
        """Tells of the call at this place, whatever was selected; the exit status. Raises UsageError."""
        from ..report.one_call import find

        form = self.form.format
        if form not in ONE_CALL_FORMATS:
            raise UsageError(f"--call: one call is told as {' or '.join(ONE_CALL_FORMATS)}, not as {form}")

        def written(found: Audit) -> tuple[str, int]:
            return ONE_CALL_FORMATS[form](found, find(found, call), self.catalogue, self.form.look), 0

        everything = replace(self.options, select=None, ignore=frozenset(), persona="auditor")
        return self._job(everything).done(sys.argv[1:], written)

    def whole(self, wanted: Wanted, given: Mapping[str, object]) -> int:
        """Tells of everything, held against a baseline or a change; the exit status. `given` are the options
        as they were given: only what none of NARROWING did is kept in the history, where counts are compared."""
        from .keeping import audits_of

        narrowed = tuple(f"--{name.replace('_', '-')}" for name in NARROWING if given[name])
        held = Holding(wanted, self.paths, self.options, self.catalogue)

        def written(found: Audit) -> tuple[str, int]:
            shown = replace(self.levels.shown(found), narrowed=narrowed)
            summary.add(self.form.format, lambda: step_summary(shown, self.catalogue, self.form.look))
            document = AUDIT_FORMATS[self.form.format](shown, self.catalogue, self.form.look)
            return document, held.status(self.levels, shown)

        keep = None if set(narrowed) - {"--min-severity"} else audits_of(self.paths, self.catalogue)
        return replace(self._job(held.options), keep=keep, held=held).done(sys.argv[1:], written)

    def _job(self, options: Options) -> Job:
        return Job(self.paths, options, self.form.output, self.quiet, self.verbose)
