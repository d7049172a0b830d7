"""What a repository has already: where its top is, whose pipelines it runs, and which folder of it is meant."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..checks.errors import UsageError

Ci = Literal["github", "gitlab", "none"]
GITLAB = ".gitlab-ci.yml"
_PLAIN = re.compile(r"[\w. /-]+")
_REMOTE = re.compile(r"^\s*url\s*=\s*(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Repository:
    """A folder that is audited, and the repository it lies in."""

    folder: Path
    """Absolute, links resolved."""
    top: Path
    """Where pipelines and hooks are looked for; the folder itself outside of git."""

    @property
    def way(self) -> str:
        """The folder as seen from the top, with `/`. Raises UsageError for a name that would be code in a pipeline."""
        way = self.folder.relative_to(self.top).as_posix()
        if not _PLAIN.fullmatch(way):
            raise UsageError(f"{way!r} can't be named in a pipeline: letters, digits and . _ - / only")
        return way

    @property
    def name(self) -> str:
        """By which pipelines know the folder: several of a repository don't share one. Raises UsageError as `way`."""
        return "-".join(["aiready", *re.findall(r"\w+", self.way)])

    def ci(self) -> Ci:
        """Whose pipelines are there already, else whose the remote is; `none` where nothing tells."""
        if (self.top / GITLAB).is_file():
            return "gitlab"
        if (self.top / ".github").is_dir():
            return "github"
        urls = " ".join(_REMOTE.findall(_text(_git(self.top) / "config"))).lower()
        return "github" if "github" in urls else "gitlab" if "gitlab" in urls else "none"


def repository(folder: str) -> Repository:
    """The repository of a folder. Raises UsageError where there is no such folder."""
    here = Path(os.path.realpath(folder))
    if not here.is_dir():
        raise UsageError(f"{folder!r} is no folder: name the one that holds the project")
    return Repository(here, next((at for at in (here, *here.parents) if (at / ".git").exists()), here))


def _git(top: Path) -> Path:
    """Git's own folder; in a worktree or a submodule a file says where it is."""
    there = top / ".git"
    said = _text(there).removeprefix("gitdir:").strip() if there.is_file() else ""
    if not said:
        return there
    own = (top / said).resolve()
    shared = _text(own / "commondir").strip()
    return (own / shared).resolve() if shared else own


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
