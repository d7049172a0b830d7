"""Results kept in the project's history. What goes wrong with it is told in a line, and changes no result."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..bench.outcome import Outcome
    from ..checks.catalogue import Catalogue
    from ..checks.model import Audit
    from ..history.store import Result

FOLDER = ".aiready"
"""As `history` has it, which isn't loaded for every audit."""


def home(folder: str) -> Path:
    """The `.aiready` of a folder, else of the project it belongs to; where neither has one, that of the folder."""
    from ..checks.files.top import top

    at = os.path.abspath(folder or ".")
    places = [Path(each, FOLDER) for each in dict.fromkeys((at, top(at)))]
    return next((each for each in places if each.is_dir()), places[0])


def own_folder() -> None:
    """Makes the `.aiready` of the folder the command was given in, if it isn't there. Where it can't be made, whoever
    writes into it says so."""
    from contextlib import suppress

    from ..history.store import make_folder

    with suppress(OSError):
        make_folder(Path(FOLDER))


def audits_of(paths: Sequence[str], catalogue: Catalogue) -> Callable[[Audit], None] | None:
    """What keeps an audit of these paths; None where they aren't one folder of a project that has an `.aiready`, since
    nothing is left in a repository that was only looked at."""
    if len(paths) > 1 or not os.path.isdir(paths[0] if paths else "."):
        return None
    goal = home(paths[0] if paths else ".")
    return (lambda found: _keep_audit(goal, found, catalogue)) if goal.is_dir() else None


def _keep_audit(goal: Path, found: Audit, catalogue: Catalogue) -> None:
    from ..checks.git import commit_of
    from ..history.store import Result
    from ..report.audit_json import as_values
    from ..report.look import Look

    about = as_values(found, catalogue, Look())
    subject = os.path.relpath(found.root, goal.parent).replace(os.sep, "/")
    _keep(goal, Result(about, subject, datetime.now(UTC), commit_of(str(goal.parent))))


def keep_run(of: Outcome) -> None:
    """Keeps a load test in the history of the folder the command was given in."""
    from ..checks.git import commit_of
    from ..history.figures import subject_of
    from ..history.store import Result
    from ..report.bench_json import as_values

    about = as_values(of)
    _keep(Path(FOLDER), Result(about, subject_of(about), of.started or datetime.now(UTC), commit_of(".")))


def _keep(goal: Path, result: Result) -> None:
    from ..history.mistakes import HistoryError
    from ..history.store import record
    from ..report.terminal import safe

    try:
        record(goal, result)
    except HistoryError as error:
        sys.stderr.write(f"aiready: not kept in the history: {safe(str(error))}\n")
