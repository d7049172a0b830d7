"""Builds the value that says a file was not looked at, without loading the data model until there is one."""

from __future__ import annotations

TYPE_CHECKING = False  # typing and dataclasses cost 20 ms, more than a whole listing
if TYPE_CHECKING:
    from ..looked import Skipped


def skip(path: str, reason: str, detail: str = "") -> Skipped:
    """A `Skipped` (see `model`); reasons are those of `docs/facts.md`."""
    from ..looked import Skipped

    return Skipped(path, reason, detail)


def unread(path: str, error: OSError) -> Skipped:
    """What an operating system's refusal means for the user: the file is gone, a link in a circle, or forbidden."""
    import errno

    reasons = {errno.ENOENT: "vanished", errno.ENOTDIR: "vanished", errno.ELOOP: "symlink-loop"}
    return skip(path, reasons.get(error.errno or 0, "unreadable"), error.strerror or "")
