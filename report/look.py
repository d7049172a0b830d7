"""How a document is to look where it will be read."""

from __future__ import annotations

import os
from dataclasses import dataclass

STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "place": "1",
    "help": "32",
    "dim": "2",
    "good": "1;32",
}
"""What each kind of text means to a terminal (ECMA-48, "select graphic rendition")."""


@dataclass(frozen=True, slots=True)
class Look:
    """Chosen once by the CLI. The default is what a pipe gets: plain text of 80 columns."""

    width: int = 80
    """Columns."""
    colour: bool = False
    here: str = ""
    """The folder the reader stands in, from which paths must lead to their files; empty: the audited one."""
    quiet: bool = False
    """Findings only, no summary."""
    statistics: bool = False
    """Counts by rule in place of the findings, or beside them where a program reads them."""
    blocks: bool = True
    """Pictures may be drawn with block characters; False where the reader's encoding has none."""
    online: str = ""
    """The address behind which the files of `here` are seen on the web, with a slash at its end; empty: nowhere."""

    def paint(self, text: str, style: str) -> str:
        """The text in a style of STYLES, or as it is."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.colour and text else text

    def way_to(self, root: str) -> str:
        """What goes before a path relative to `root` so that a terminal can open it from `here`; often nothing."""
        if not self.here or os.path.normpath(self.here) == os.path.normpath(root):
            return ""
        whole = root.replace(os.sep, "/").rstrip("/") + "/"
        try:
            way = os.path.relpath(root, self.here).replace(os.sep, "/") + "/"
        except ValueError:  # another drive
            return whole
        return whole if way.startswith("../") and len(whole) <= len(way) else way
