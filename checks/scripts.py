"""Console scripts of a project: commands that start one of its functions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from .folders import subfolders

ENTRY = re.compile(r"(?:^|['\"])\s*([\w.-]+)\s*=\s*([\w.]+)\s*:\s*([\w.]+)", re.MULTILINE)
MOST_BYTES = 2_000_000


def console_scripts(root: Path) -> dict[str, str]:
    """`module:function` -> command, from pyproject.toml, setup.cfg, setup.py and the metadata of unpacked packages."""
    found: dict[str, str] = {}
    for folder in (root, *map(Path, subfolders(str(root)))):
        found.update(_pyproject(folder / "pyproject.toml"))
        for name in ("setup.cfg", "setup.py", "entry_points.txt"):
            for command, module, function in ENTRY.findall(_text(folder / name)):
                found.setdefault(f"{module}:{function}", command)
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace") if path.stat().st_size <= MOST_BYTES else ""
    except OSError:
        return ""


def _pyproject(path: Path) -> Iterator[tuple[str, str]]:
    try:
        data: dict[str, object] = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError:
        return
    project, poetry = _table(data, "project"), _table(_table(data, "tool"), "poetry")
    for table in (_table(project, "scripts"), _table(project, "gui-scripts"), _table(poetry, "scripts")):
        for command, target in table.items():
            if isinstance(target, str) and ":" in target:
                yield target.partition("[")[0].strip(), command


def _table(holder: dict[str, object], name: str) -> dict[str, object]:
    """A table inside a table; empty where there is none, or something else has its name."""
    found = holder.get(name)
    return cast("dict[str, object]", found) if isinstance(found, dict) else {}
