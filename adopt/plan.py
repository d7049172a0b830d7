"""What is to be written, and where: pure values, of which nothing is written yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .. import __version__
from .repository import GITLAB, Ci, Repository

TEMPLATES = Path(__file__).with_name("templates")
HOOKS = ".pre-commit-config.yaml"
IGNORED = ".aiready/"
"""Where results are kept: nothing for a repository."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A file that a project could use."""

    path: Path
    text: str
    advice: str = ""
    """What to do where the file is there already; lines that it needs may follow."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that a file needs, which is put at its end."""

    path: Path
    line: str


def planned(repository: Repository, ci: Ci) -> Iterator[Planned | Line]:
    """Pipeline, hook and what git is to leave out, in the order in which they are told."""
    top = repository.top
    if ci == "github":
        yield Planned(top / ".github" / "workflows" / "aiready.yml", _template("github.yml", repository))
    if ci == "gitlab":
        yield Planned(top / ".gitlab" / "aiready.gitlab-ci.yml", _template("gitlab.yml", repository))
        yield _with_lines(top / GITLAB, _template("gitlab-include.yml", repository))
    yield _with_lines(top / HOOKS, _template("pre-commit.yaml", repository))
    yield Line(top / ".gitignore", IGNORED)


def _with_lines(path: Path, text: str) -> Planned:
    return Planned(path, text, f"add these lines to it yourself:\n{text}")


def _template(name: str, repository: Repository) -> str:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    return text.replace("@VERSION@", __version__).replace("@FOLDER@", repository.way)
