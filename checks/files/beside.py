"""Files beside the code that may declare something of how the project is run: pipelines, alert rules, documentation;
and templates of prompts."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    Beside = tuple[str, int, int]

ENDS = (".md", ".rst", ".yml", ".yaml", ".tf", ".j2", ".jinja", ".jinja2")
NAMES = frozenset({
    ".env.example", ".env.sample", ".env.template", "env.example", "Jenkinsfile", "Makefile", "justfile", "METADATA",
    "PKG-INFO", "README", "README.txt", "pyproject.toml", "requirements.txt", "setup.py",
})  # fmt: skip
JSON = ("promptfoo", "alert", "alarm", "dashboard", "grafana", "monitor", "cloudformation", "template", "eval")
"""What stands in the path of a JSON file that is no mere data."""
HIDDEN = frozenset(
    {".github", ".gitlab", ".circleci", ".buildkite", ".azure-pipelines", ".aiready", ".azure", ".drone"}
)
MOST = 3000
"""Files of this kind that are looked at."""
DEPTH = 3
"""Folders gone down below a hidden one."""


def is_beside(name: str, prefix: str) -> bool:
    """Whether a file of that name, in the folder with that prefix, may declare something."""
    if name.endswith(ENDS) or name in NAMES:
        return True
    return name.endswith((".json", ".template")) and any(mark in (prefix + name).lower() for mark in JSON)


def hidden(folder: str, prefix: str) -> Iterator[Beside]:
    """The files below a hidden folder, few and none of them a link."""
    stack = [(folder, prefix, 0)]
    while stack:
        at, before, depth = stack.pop()
        try:
            with os.scandir(at) as entries:
                held = list(entries)
        except OSError:
            continue
        for entry in held:
            if entry.is_dir(follow_symlinks=False):
                if depth < DEPTH:
                    stack.append((entry.path, f"{before}{entry.name}/", depth + 1))
            elif entry.name.endswith((*ENDS, ".json")):
                yield from stamped(entry, before)


def stamped(entry: os.DirEntry[str], prefix: str) -> Iterator[Beside]:
    """The file with its size and time of change, unless it is a link or has gone."""
    try:
        if not entry.is_symlink():
            status = entry.stat(follow_symlinks=False)
            yield prefix + entry.name, status.st_size, status.st_mtime_ns
    except OSError:
        return
