"""`aiready audit --fix` and `--diff`: what can be mended is, or is shown."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ..checks.errors import NothingToAudit, UsageError
from ..checks.mending import Mended, Mender
from ..checks.model import Audit, Finding, Fix
from ..checks.options import Options
from ..checks.rewriting import rewrite
from ..checks.rules.wording import at
from ..report.patch import patch, shown
from ..report.terminal import safe
from .destination import check, deliver
from .holding import Holding
from .progress import Bar


@dataclass(frozen=True, slots=True)
class Fixing:
    """What is to be mended, and how much of it is told."""

    paths: tuple[str, ...]
    options: Options
    held: Holding
    """A baseline, whose lines may be changed, and a change: what it didn't touch isn't mended."""
    unsafe: bool
    quiet: bool = False
    verbose: bool = False

    def checked(self, output: str, *, fix: bool, diff: bool, call: str | None) -> None:
        """Raises UsageError, before anything is changed, for options that don't go together and a place for the
        document that can't be written."""
        if output:
            check(output)
        if not (fix or diff):
            raise UsageError("--unsafe-fixes says which fixes to use; give --fix to apply them or --diff to see them")
        if fix and diff:
            raise UsageError("--diff shows what --fix would do; give one of them")
        if call is not None:
            raise UsageError("--call tells of one call and mends nothing; leave out --fix and --diff")

    def diff(self, meant: Callable[[Finding], bool], output: str) -> int:
        """Show what would be changed, and change nothing; 1 where something would be."""
        mended = self._mended(meant)[1]
        if mended.audit.nothing:
            raise NothingToAudit(mended.audit.nothing)
        text = b"".join(patch(_seen(mended, path), old, new) for path, (old, new) in sorted(mended.files.items()))
        deliver(shown(text).encode() if not output and sys.stdout.isatty() else text, output)
        self._tell(mended, "would be fixed", dict(mended.left))
        return int(bool(mended.files))

    def fix(self, meant: Callable[[Finding], bool]) -> Options:
        """Change the files. The options for a report on them; it isn't kept, or it would mend nothing the next time."""
        before, mended = self._mended(meant)
        left = rewrite(mended.audit.root, mended.files)
        self._tell(mended, "fixed", {**mended.left, **left}, set(left))
        again = None if left else self.held.reworded(before, mended.whole, [each for each, _ in mended.fixed])
        if again is not None:
            where, text = again
            deliver(text.encode("ascii"), where.file)
            if not self.quiet:
                sys.stderr.write(f"aiready: {safe(where.shown)}: known findings go by the lines as they read now\n")
        return replace(self.options, cache_dir=None)

    def _mended(self, meant: Callable[[Finding], bool]) -> tuple[Audit, Mended]:
        """All that there is in the files as they are, and what mending makes of them."""
        with Bar(wanted=not self.quiet) as bar:
            mender = Mender(self.paths, self.options, bar)
            before = mender.whole
            judged = self.held.judged(before)

            def wanted(finding: Finding) -> bool:
                chosen = self.options.select is None or finding.rule in self.options.select
                return chosen and finding.rule not in self.options.ignore and meant(finding) and judged(finding)

            return before, mender.mend(wanted, unsafe=self.unsafe)

    def _tell(self, mended: Mended, word: str, left: dict[str, str], unwritten: set[str] | None = None) -> None:
        """One line on standard error of what was done; with --verbose, also of each fix."""
        if self.quiet:
            return
        done = [
            each
            for each in mended.fixed
            if not unwritten or unwritten.isdisjoint(edit.place.path for edit in each[1].edits)
        ]
        lines = [f"{path!r} is left alone: {why}" for path, why in left.items()]
        if self.verbose:
            lines += [*_each(done, word), *_each(mended.refused, "tried in vain")]
        more = f", {mended.unsafe} more with --unsafe-fixes" if mended.unsafe else ""
        tried = f", {len(mended.refused)} tried in vain" if mended.refused else ""
        lines.append(f"{len(done)} {'finding' if len(done) == 1 else 'findings'} {word}{more}{tried}")
        sys.stderr.writelines(f"aiready: {safe(line)}\n" for line in lines)


def _seen(mended: Mended, path: str) -> str:
    """A file as it is named from where the command was given, if it lies below."""
    try:
        way = os.path.relpath(os.path.join(mended.audit.root, path))
    except ValueError:  # on another drive
        return path
    return path if way.startswith("..") else way.replace(os.sep, "/")


def _each(known: Iterable[tuple[Finding, Fix]], word: str) -> Iterator[str]:
    for finding, fix in known:
        yield f"{at(finding.place)}: {finding.rule} {word}: {fix.title} ({fix.applicability})"
