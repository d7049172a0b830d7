"""Holds what a baseline promises against real projects: what is known stays known, and only what is new fails.

    python benchmarks/baselines.py PROJECT...

Of a copy of every project, made a git repository: right after `aiready baseline` the audit is clean; one planted
finding fails, alone (but for what one more call says of the whole project); with 50 lines more at the top of every file
that has findings it is clean again; and so it is after `git mv` of files with findings, one at a time, and of the whole
project into another folder. A renamed file isn't what its importers ask for any more: such a name says something only
where an audit without a baseline finds the same as before, so files are tried until RENAMED did. Status 1 where a
promise is broken.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RENAMED, TRIED = 2, 12
"""Files that are renamed, and that are tried for it."""
DOWN = 50
ELSEWHERE = "elsewhere"
STAY = {".git", "aiready-baseline.json"}
PLANTED = """\
import openai


def planted(question: str) -> str:
    client = openai.OpenAI(timeout=None, max_retries=0)
    reply = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": question}])
    return reply.choices[0].message.content
"""
Found = Counter[tuple[str, str]]
"""Findings by rule and file."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A project that may be changed."""

    folder: Path

    def run(self, *words: str) -> bytes:
        """Standard output; a program that fails without a finding ends everything."""
        done = subprocess.run(words, cwd=self.folder, capture_output=True, check=False)
        if done.returncode not in {0, 1}:
            raise RuntimeError(f"{' '.join(words)} in {self.folder}: {done.stderr.decode(errors='replace')}")
        return done.stdout

    def git(self, *words: str) -> None:
        """A command of git, by nobody in particular."""
        self.run("git", "-c", "user.name=x", "-c", "user.email=x@example.org", *words)

    def audit(self, *words: str) -> dict[str, Any]:
        """The document of an audit."""
        command = (sys.executable, "-m", "aiready", "audit", "--format", "json", "--no-cache", *words)
        found: dict[str, Any] = json.loads(self.run(*command))
        return found

    def new(self, *, of_places: bool = False) -> Found:
        """What fails; of places: without what is found of the whole project."""
        found = (each for each in self.audit()["findings"] if each["baseline"] != "known")
        return counted(each for each in found if not (of_places and each["whole"]))

    def all(self) -> Found:
        """What is there, known or not."""
        return counted(self.audit("--no-baseline")["findings"])


def counted(findings: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> Found:
    """Those that aren't suppressed, by rule and file."""
    return Counter((each["rule"], each["path"]) for each in findings if not each["suppressed"])


def main(words: list[str]) -> int:
    """Try each project and tell what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("projects", nargs="+", type=Path)
    broken = 0
    for project in parser.parse_args(words).projects:
        with tempfile.TemporaryDirectory() as folder:
            copy = Copy(Path(folder) / project.name)
            shutil.copytree(project, copy.folder, symlinks=True, ignore=shutil.ignore_patterns(".git"))
            problems, told = tried(copy)
        broken += len(problems)
        sys.stdout.write(f"{project.name}: {told}; {'; '.join(problems) or 'as promised'}\n")
        sys.stdout.flush()
    return int(bool(broken))


def tried(copy: Copy) -> tuple[list[str], str]:
    """What isn't as promised, and what was tried."""
    committed(copy, "init")
    copy.run(sys.executable, "-m", "aiready", "baseline", "--quiet")
    committed(copy, "baseline")
    whole = copy.all()
    problems = said("after the baseline", copy.new())
    planted = copy.folder / "planted_finding.py"
    planted.write_text(PLANTED, encoding="utf-8")
    new = copy.new(of_places=True)
    if not new or {path for _, path in new} != {planted.name}:
        problems.append(f"of a planted finding is told: {dict(new)}")
    planted.unlink()
    problems += said(f"{DOWN} lines down", moved(copy, whole))
    names = sorted({path for _, path in whole if path.endswith(".py") and not path.endswith("__.py")})
    renamed = 0
    for path in names[:TRIED]:
        other = path.removesuffix(".py") + "_renamed.py"
        wrong = renames(
            copy, {path: other}, Counter({(r, other if p == path else p): n for (r, p), n in whole.items()})
        )
        problems += wrong or []
        renamed += wrong is not None
        if renamed == RENAMED:
            break
    elsewhere = {each.name: f"{ELSEWHERE}/{each.name}" for each in copy.folder.iterdir() if each.name not in STAY}
    (copy.folder / ELSEWHERE).mkdir()
    wrong = renames(copy, elsewhere, Counter({(rule, f"{ELSEWHERE}/{path}"): n for (rule, path), n in whole.items()}))
    told = "not comparable elsewhere" if wrong is None else "all elsewhere"
    return [*problems, *(wrong or [])], f"{whole.total()} findings, {renamed} files renamed, {told}"


def committed(copy: Copy, message: str) -> None:
    """Everything there is, as a commit."""
    if not (copy.folder / ".git").exists():
        copy.git("init", "--quiet")
    copy.git("add", "--all", "--force")
    copy.git("commit", "--quiet", "--allow-empty", "--message", message)


def said(when: str, new: Found) -> list[str]:
    """New findings where there are to be none."""
    return [f"{when}: {rule} in {path} is new" for rule, path in new]


def moved(copy: Copy, whole: Found) -> Found:
    """What is new when code has moved down."""
    for path in {path for _, path in whole if path.endswith(".py")}:
        file = copy.folder / path
        file.write_bytes(b"# moved\n" * DOWN + file.read_bytes())
    new = copy.new()
    copy.git("checkout", "--quiet", ".")
    return new


def renames(copy: Copy, names: dict[str, str], whole: Found) -> list[str] | None:
    """What is new under other names; None where other things are found under them than were to be."""
    for old, new in names.items():
        copy.git("mv", old, new)
    wrong = said(f"renamed to {next(iter(names.values()))}", copy.new()) if copy.all() == whole else None
    copy.git("reset", "--quiet", "--hard")
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
