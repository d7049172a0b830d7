"""Which folders of a project are its own: what stands in others was installed or generated."""

from __future__ import annotations

import os

NOT_OURS = frozenset({"venv", "node_modules", "site-packages", "build", "dist", "__pycache__"})
"""Names of folders that hold no code of the project, wherever they are."""
ENVIRONMENT = "env"
"""Often an environment at the top, which holds no pins; deeper it may be anything."""
MOST = 500
"""Folders of a project looked into for pins and scripts."""


def subfolders(root: str) -> list[str]:
    """The project's own folders right under its root, where parts of it may have pins and scripts; sorted."""
    try:
        with os.scandir(root) as entries:
            found = [entry for entry in entries if _is_own(entry.name) and entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return sorted(entry.path for entry in found)[:MOST]


def _is_own(name: str) -> bool:
    return not name.startswith(".") and name not in NOT_OURS and name != ENVIRONMENT
