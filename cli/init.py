"""`aiready init`: the files a project needs to keep aiready, chosen by what it is. Nothing is written over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from . import options as o
from .declare import Arg, Opt

if TYPE_CHECKING:
    from ..adopt.detected import Detected
    from ..adopt.plan import Line, Planned
    from ..adopt.repository import Ci, Repository
    from ..adopt.writing import Result
    from ..checks.catalogue import Catalogue
    from ..checks.model import Audit

Folder = Annotated[str, Arg("FOLDER", "The folder that holds the project; the current one if none is named.")]
Pipelines = Annotated[
    Literal["auto", "github", "gitlab", "none"],
    Opt(("--ci",), "Whose pipeline to write; auto: as the repository's files and its remote say."),
]
DryRun = Annotated[bool, Opt(("--dry-run",), "Write nothing; show what would be written.")]
Quiet = Annotated[bool, Opt(("--quiet", "-q"), "No progress.")]


def init(
    folder: Folder = ".",
    ci: Pipelines = "auto",
    dry_run: DryRun = False,
    quiet: Quiet = False,
    jobs: o.Jobs = 0,
) -> int:
    """Set a project up: configuration, baseline, pipeline, hook.

    All of them commented, and made of what its audit finds.

    Files that exist are never changed, but for .gitignore, which gets one line at its end if it lacks it. Exit status:
    0, also where everything is there already; 2 a mistake in the command; 3 there is nothing to audit.
    """
    from ..adopt.detected import detected
    from ..adopt.repository import repository
    from ..adopt.writing import carried_out
    from ..checks.judging import told_to
    from ..history.store import make_folder
    from .destination import deliver
    from .init_told import told
    from .keeping import FOLDER
    from .running import known

    home = repository(folder)
    catalogue = known((str(home.folder),))
    audit = _audit(home.folder, jobs, quiet=quiet)
    found = detected(replace(audit, findings=told_to("regular", audit.findings)))
    chosen: Ci = home.ci() if ci == "auto" else ci
    results = carried_out(list(_plan(home, chosen, found)), _within(home), dry=dry_run)
    results.insert(1, _baseline(home, audit, catalogue, dry=dry_run))
    if not dry_run:
        make_folder(home.folder / FOLDER)
    deliver(told(found, results, home.top, dry=dry_run).encode())
    return 0


def _audit(folder: Path, jobs: int, *, quiet: bool) -> Audit:
    """The project as it is, with all that anybody may be told. Raises NothingToAudit before anything is written."""
    from ..checks.errors import NothingToAudit
    from .running import Asked, Job

    asked = Asked((str(folder),), None, "auto", jobs, (), None)
    audit = Job(asked.paths, asked.options(None, persona="auditor"), quiet=quiet).audited()
    if audit.nothing:
        raise NothingToAudit(audit.nothing)
    return audit


def _baseline(home: Repository, audit: Audit, catalogue: Catalogue, *, dry: bool) -> Result:
    """The findings there are, written down; a baseline that exists is kept."""
    from ..adopt.writing import AWAY, Result, leads_away
    from ..checks.config import configured
    from .destination import deliver
    from .known import Known, placed

    paths = [str(home.folder)]
    where = placed(paths, configured(paths), None)
    file = Path(where.file)
    if leads_away(file, _within(home)):
        return Result(file, "kept", "", AWAY)
    if file.exists():
        return Result(file, "kept", "")
    if not dry:
        text, _ = Known.at(where, paths, required=False).renewed(audit, catalogue)
        deliver(text.encode(), where.file)
    return Result(file, "written", "")


def _within(home: Repository) -> Path:
    """Where files may be written: in the repository, and outside of git in the project that the folder is a part of."""
    from ..checks.files.top import top

    return min(home.top, Path(top(str(home.folder))), key=lambda path: len(path.parts))


def _plan(home: Repository, ci: Ci, found: Detected) -> Iterator[Planned | Line]:
    from ..adopt.configuration import NAME, configuration
    from ..adopt.plan import Planned, planned
    from ..checks.config import place

    path = place((str(home.folder),)) or home.folder / NAME
    yield Planned(path, configuration(found))
    yield from planned(home, ci)
