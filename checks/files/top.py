"""Where the project lies that an audited folder belongs to: its pins and scripts count wherever an audit begins."""

from __future__ import annotations

import os

BASELINE = "aiready-baseline.json"
"""The file of known findings."""
MARKS = frozenset({
    "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "uv.lock", "poetry.lock", "pdm.lock", "Pipfile",
    "PKG-INFO", ".git", "aiready.yaml", "aiready.yml", ".aiready.yaml", BASELINE,
})  # fmt: skip
UNPACKED = (".dist-info", ".egg-info")
"""Folders beside which an unpacked package lies."""
HEIGHT = 8
"""Folders looked at on the way up."""


def top(root: str) -> str:
    """The nearest folder at or above `root` that looks like a project's; `root` itself where there is none."""
    at = root
    for _ in range(HEIGHT):
        if any(name in MARKS or name.endswith(UNPACKED) for name in _names(at)):
            return at
        above = os.path.dirname(at)
        if above == at:
            break
        at = above
    return root


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
