"""Mends copies of projects and holds the result against what is promised of it.

    python benchmarks/fixes.py PROJECT... [--unsafe-fixes]

Of every project: only files with a fix changed, all of them can be read, what is told as fixed is gone from a new
audit of the files as written, no finding is there that wasn't (but for one that had only made way for a finding that
was mended), and mending once more changes nothing. The table tells, by rule, how many open findings there were and
how many were fixed. Status 1 where a promise is broken.
"""

from __future__ import annotations

import argparse
import ast
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from aiready.checks.fixes import FIXES
from aiready.checks.mending import Mended, Mender
from aiready.checks.model import Audit
from aiready.checks.options import Options
from aiready.checks.rewriting import rewrite
from aiready.checks.rules import YIELDS_TO


def main(words: list[str]) -> int:
    """Mend each project and tell what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("projects", nargs="+", type=Path)
    parser.add_argument("--unsafe-fixes", action="store_true")
    asked = parser.parse_args(words)
    before, fixed, broken = Counter[str](), Counter[str](), 0
    for project in asked.projects:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / project.name
            shutil.copytree(project, copy, symlinks=True)
            problems = checked(copy, before, fixed, unsafe=asked.unsafe_fixes)
        broken += len(problems)
        sys.stdout.write(f"{project.name}: {'; '.join(problems) or 'as promised'}\n")
        sys.stdout.flush()
    for rule, *_ in FIXES:
        sys.stdout.write(f"{rule:8} {before[rule]:4} findings, {fixed[rule]:4} fixed\n")
    return int(bool(broken))


def checked(copy: Path, before: Counter[str], fixed: Counter[str], *, unsafe: bool) -> list[str]:
    """Mend a copy and count; what is not as promised."""
    mender = Mender([str(copy)], Options())
    old, files = mender.audit, held(copy)
    mended = mender.mend(lambda _: True, unsafe=unsafe)
    left = rewrite(mended.audit.root, mended.files)
    before.update(each.rule for each in old.findings if each.open)
    fixed.update(finding.rule for finding, _ in mended.fixed)
    changed = {path for path, data in held(copy).items() if files.get(path) != data}
    problems = [f"{path} was left: {why}" for path, why in left.items()]
    problems += [f"{path} changed without a fix" for path in changed - touched(mended)]
    problems += [f"{path} can't be read" for path in changed if unreadable(copy / path, files[path])]
    again = Mender([str(copy)], Options())
    problems += compared(old, again.audit, mended)
    if again.mend(lambda _: True, unsafe=unsafe).files:
        problems.append("mending once more changes something")
    return problems


def held(folder: Path) -> dict[str, bytes]:
    """What the files hold."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def touched(mended: Mended) -> set[str]:
    """The files that fixes speak of."""
    return {edit.place.path for _, fix in mended.fixed for edit in fix.edits}


def unreadable(path: Path, before: bytes) -> bool:
    """Whether a file that was Python is none any more."""
    try:
        ast.parse(before)
    except (SyntaxError, ValueError):
        return False
    try:
        ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return True
    return False


def compared(old: Audit, new: Audit, mended: Mended) -> list[str]:
    """What the counts of findings by rule and file say: fewer by those fixed at least, more nowhere."""
    were, are = (Counter((each.rule, each.place.path) for each in one.findings if not each.whole) for one in (old, new))
    mended_there = Counter((finding.rule, finding.place.path) for finding, _ in mended.fixed)
    problems = [
        f"{rule} is new in {path}"
        for (rule, path), count in are.items()
        if count > were[rule, path] + sum(mended_there[cause, path] for cause in YIELDS_TO.get(rule, ()))
    ]
    problems += [
        f"{rule} is still in {path}"
        for (rule, path), count in mended_there.items()
        if are[rule, path] > were[rule, path] - count
    ]
    if len(new.calls) != len(old.calls):
        problems.append(f"{len(old.calls)} calls became {len(new.calls)}")
    return problems


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
