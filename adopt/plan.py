"""What is to be written, and where: pure values, of which nothing is written yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from .. import __version__
from .repository import GITLAB, Ci, Repository

TEMPLATES = Path(__file__).with_name("templates")
HOOKS = ".pre-commit-config.yaml"
_OTHER = "it audits another folder: give it another name, and set this one up again"
IGNORED = ".aiready/"
"""Where results are kept: nothing for a repository."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A file that a project could use."""

    path: Path
    text: str
    advice: str = ""
    """What to do where the file is there already, without `mark`; lines that it needs may follow."""
    mark: str = "aiready"
    """Words that tell that a file has what it needs."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that a file needs, which is put at its end."""

    path: Path
    line: str


def planned(repository: Repository, ci: Ci) -> Iterator[Planned | Line]:
    """Pipeline, hook and what git is to leave out, in the order in which they are told."""
    top = repository.top
    mark = "aiready" if repository.folder == top else f'"{repository.way}"'
    if ci == "github":
        place = top / ".github" / "workflows" / f"{repository.name}.yml"
        yield Planned(place, _template("github.yml", repository), _OTHER, mark)
    if ci == "gitlab":
        pipeline = f"{repository.name}.gitlab-ci.yml"
        yield Planned(top / ".gitlab" / pipeline, _template("gitlab.yml", repository), _OTHER, mark)
        yield _with_lines(top / GITLAB, _template("gitlab-include.yml", repository), f".gitlab/{pipeline}")
    yield _with_lines(top / HOOKS, _template("pre-commit.yaml", repository), mark)
    yield Line(top / ".gitignore", IGNORED)


def _with_lines(path: Path, text: str, mark: str) -> Planned:
    return Planned(path, text, f"add these lines to it yourself:\n{text}", mark)


def _template(name: str, repository: Repository) -> str:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    words = {"@VERSION@": __version__, "@FOLDER@": repository.way, "@NAME@": repository.name}
    return reduce(lambda made, word: made.replace(word, words[word]), words, text)
