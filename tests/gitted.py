"""A project in a git repository of its own, for the tests that ask about both."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., "subprocess.CompletedProcess[str]"]

PLANTED = """import openai


def planted(text):
    return openai.OpenAI(timeout=None, max_retries=0).chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": text}]
    )
"""


class Project:
    """A copy of a project, committed, and the program as a user runs it there."""

    def __init__(self, source: Path, folder: Path, aiready: Run) -> None:
        self.folder = folder
        self._aiready = aiready
        shutil.copytree(source, folder)
        self.git("init", "--quiet")
        self.commit()

    def git(self, *words: str) -> str:
        """git with an identity, and without what the user configured."""
        identity = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c"}
        committer = {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c"}
        apart = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        environment = {**os.environ, **identity, **committer, **apart}
        return subprocess.run(
            ["git", *words], cwd=self.folder, env=environment, capture_output=True, text=True, check=True
        ).stdout

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a step")

    def run(self, *words: str, cwd: str = ".") -> tuple[int, str, str]:
        """Exit status, standard output, standard error."""
        done = self._aiready(*words, cwd=self.folder / cwd)
        return done.returncode, done.stdout, done.stderr

    def audit(self, *words: str, cwd: str = ".") -> tuple[int, dict[str, Any]]:
        """Exit status and document of an audit."""
        status, out, err = self.run("audit", "--format", "json", *words, cwd=cwd)
        assert out, err
        return status, json.loads(out)

    def new(self, *words: str, cwd: str = ".") -> tuple[int, Counter[str]]:
        """Exit status, and how many new findings each file has."""
        status, document = self.audit(*words, cwd=cwd)
        found = [one for one in document["findings"] if one["baseline"] == "new" and one["suppressed"] is None]
        return status, Counter(one["path"] for one in found)

    def baseline(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "aiready-baseline.json").read_text())
        return found

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        file = self.folder / path
        file.write_text(change(file.read_text()))
