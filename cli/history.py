"""`aiready history`: how the figures of a project's results went."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from . import options as o
from .declare import Arg, Opt

LIMIT = 20
"""As `history` has it, which isn't loaded for every command."""
Folder = Annotated[str | None, Arg("FOLDER", "The project, or a folder in it; the current folder if none is named.")]
Limit = Annotated[int, Opt(("--limit",), "The newest so many of each kind; 0: all.", "N")]
Since = Annotated[
    str | None, Opt(("--since",), "Only results from a day on, such as 2026-11-29, or of so many days: 30d.", "DAY")
]
HistoryQuiet = Annotated[bool, Opt(("--quiet", "-q"), "The figures only, without the list of results.")]


def history(  # noqa: PLR0917 - typer and plain give them by name
    folder: Folder = None,
    limit: Limit = LIMIT,
    since: Since = None,
    format: o.Format = "text",  # noqa: A002 - the option's name
    output: o.Output = None,
    color: o.Color = "auto",
    quiet: HistoryQuiet = False,
) -> int:
    """Show how findings, latency and cost of a project went.

    Over its latest results, with the items of the checklist.

    Kept in .aiready/history.db are the load tests of real targets, and the audits of whole projects that have a folder
    .aiready. Exit status: 0, 2 a mistake in the command, or nothing was kept yet.
    """
    from ..history.reading import trend_of
    from .form import Form
    from .keeping import home
    from .looks import look
    from .reporting import drawn

    form = Form(format, look(color, output, quiet=quiet), output or "")
    return drawn(lambda: trend_of(home(folder or "."), limit, _day(since)), form)


def _day(text: str | None) -> str:
    """The first day as a date; empty where none is said. Raises UsageError."""
    from ..checks.errors import UsageError

    if text is None:
        return ""
    days = re.fullmatch(r"(\d{1,5})d", text, re.ASCII)
    try:
        found = datetime.now(UTC).date() - timedelta(int(days[1])) if days else date.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"--since: {text!r} is neither a day, such as 2026-11-29, nor a number of days: 30d"
        ) from error
    return found.isoformat()
