"""How a command ends: by its exit status or, when its work can't be done, by a line on why and one of advice."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from ..bench.mistakes import BenchMistake, RunError
from ..checks.errors import AuditError, ConfigError, DataError, NothingToAudit, PluginError, UsageError
from ..history.mistakes import HistoryError

MISTAKE = 2
UNDONE = 3
INTERRUPTED = 130
_MOST_SAID = 200

ADVICE: tuple[tuple[type[AuditError], int, str], ...] = (
    (UsageError, MISTAKE, "Nothing was done; `aiready --help` and `aiready COMMAND --help` tell what can be asked."),
    (NothingToAudit, UNDONE, "Name a file or a folder that holds Python code which can be read."),
    (PluginError, UNDONE, "Nothing was judged; mend or uninstall the package that is named."),
    (DataError, UNDONE, "This is a bug in aiready, or a broken installation; please report it."),
    (AuditError, UNDONE, "Nothing was judged."),
)
"""For each kind of error, most special first: exit status and advice."""


def finished(command: Callable[..., int], chosen: Mapping[str, Any]) -> int:
    """Run a command and return its exit status, also after an AuditError, Ctrl-C or a crash."""
    try:
        return command(**chosen)
    except AuditError as error:
        return refused(error)
    except BenchMistake as error:
        return mistaken(error)
    except HistoryError as error:
        return refused(UsageError(str(error)))
    except KeyboardInterrupt:
        return interrupted()
    except Exception as error:  # noqa: BLE001 - Python's own status for a crash is 1, which means "findings" here
        return crashed(error)


def refused(error: AuditError) -> int:
    """After work that can't be done: why, and what may help."""
    from ..report.terminal import safe

    status, advice = next((status, advice) for kind, status, advice in ADVICE if isinstance(error, kind))
    said = "".join(
        f"aiready: {safe(line)}\n" for line in str(error).split("\n" if isinstance(error, ConfigError) else "\0")
    )
    sys.stderr.write(f"{said}{advice}\n")
    return status


def mistaken(error: BenchMistake) -> int:
    """After a bench that can't be done as it was asked for: a line for each mistake, which says what to do."""
    from ..report.terminal import safe

    sys.stderr.writelines(f"aiready: {safe(each)}\n" for each in error.mistakes)
    return UNDONE if isinstance(error, RunError) else MISTAKE


def interrupted() -> int:
    """After Ctrl-C: one line, and the status that shells use for it."""
    sys.stderr.write("\naiready: interrupted\n")
    return INTERRUPTED


def crashed(error: Exception) -> int:
    """After an exception that nobody foresaw: the way to it, and a status that can't be taken for a verdict.

    What the exception says may quote the audited code at any length: it is shown cut, and inert.
    """
    import traceback

    from ..report.terminal import cut, safe

    sys.stderr.writelines(traceback.format_tb(error.__traceback__))
    sys.stderr.write(cut(f"{type(error).__name__}: {safe(str(error)[:_MOST_SAID])}", _MOST_SAID) + "\n")
    sys.stderr.write("aiready: this is a bug in aiready; nothing was judged\nPlease report it with the lines above.\n")
    return UNDONE
