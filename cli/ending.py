"""How a command ends: by its exit status or, when its work can't be done, by a line on why and one of advice."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from ..checks.errors import AuditError, DataError, NothingToAudit, UsageError

MISTAKE = 2
UNDONE = 3
INTERRUPTED = 130

ADVICE: tuple[tuple[type[AuditError], int, str], ...] = (
    (UsageError, MISTAKE, "Nothing was done; `aiready --help` and `aiready COMMAND --help` tell what can be asked."),
    (NothingToAudit, UNDONE, "Name a file or a folder that holds Python code which can be read."),
    (DataError, UNDONE, "This is a bug in aiready, or a broken installation; please report it."),
    (AuditError, UNDONE, "Nothing was judged."),
)
"""For each kind of error, most special first: exit status and advice."""


def finished(command: Callable[..., int], chosen: Mapping[str, Any]) -> int:
    """Run a command and return its exit status, also after an AuditError, Ctrl-C or a crash."""
    try:
        return command(**chosen)
    except AuditError as error:
        return _refused(error)
    except KeyboardInterrupt:
        return interrupted()
    except Exception:  # noqa: BLE001 - Python's own status for a crash is 1, which means "findings" here
        return crashed()


def _refused(error: AuditError) -> int:
    from ..report.terminal import safe

    status, advice = next((status, advice) for kind, status, advice in ADVICE if isinstance(error, kind))
    sys.stderr.write(f"aiready: {safe(str(error))}\n{advice}\n")
    return status


def interrupted() -> int:
    """After Ctrl-C: one line, and the status that shells use for it."""
    sys.stderr.write("\naiready: interrupted\n")
    return INTERRUPTED


def crashed() -> int:
    """After an exception that nobody foresaw: the traceback, and a status that can't be taken for a verdict."""
    import traceback

    from ..report.terminal import safe

    sys.stderr.writelines(f"{safe(line)}\n" for line in traceback.format_exc().split("\n") if line)
    sys.stderr.write("aiready: this is a bug in aiready; nothing was judged\nPlease report it with the lines above.\n")
    return UNDONE
