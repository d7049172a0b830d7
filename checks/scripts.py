"""Console scripts of a project: commands that start one of its functions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ENTRY = re.compile(r"(?:^|['\"])\s*([\w.-]+)\s*=\s*([\w.]+)\s*:\s*([\w.]+)", re.MULTILINE)
MOST_BYTES = 2_000_000


def console_scripts(root: Path) -> dict[str, str]:
    """`module:function` -> command, from pyproject.toml, setup.cfg, setup.py and the metadata of unpacked packages."""
    found: dict[str, str] = {}
    for folder in (root, *_folders(root)):
        found.update(_pyproject(folder / "pyproject.toml"))
        for name in ("setup.cfg", "setup.py", "entry_points.txt"):
            for command, module, function in ENTRY.findall(_text(folder / name)):
                found.setdefault(f"{module}:{function}", command)
    return found


def _folders(root: Path) -> Iterator[Path]:
    try:
        for each in sorted(root.iterdir()):
            if each.is_dir() and not each.is_symlink() and not each.name.startswith("."):
                yield each
    except OSError:
        return


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace") if path.stat().st_size <= MOST_BYTES else ""
    except OSError:
        return ""


def _pyproject(path: Path) -> Iterator[tuple[str, str]]:
    try:
        data: dict[str, Any] = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError:
        return
    project, tool = data.get("project"), data.get("tool")
    tables = [project.get("scripts"), project.get("gui-scripts")] if isinstance(project, dict) else []
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    tables += [poetry.get("scripts")] if isinstance(poetry, dict) else []
    for table in tables:
        for command, target in table.items() if isinstance(table, dict) else ():
            if isinstance(target, str) and ":" in target:
                yield target.partition("[")[0].strip(), str(command)
