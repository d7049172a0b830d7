#!/usr/bin/env python3
"""Lay out the trees that are audited: real packages, pinned, each tree a git repository with one commit.

    python benchmarks/corpora.py build/corpora [c5k c50k mono full]

Needs pip, git and a package index. Only Python, TOML, JSON, YAML and Markdown files are kept; nothing is
installed or run.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

KEPT = {".py", ".toml", ".json", ".yaml", ".yml", ".md"}
LARGEST = 3_000_000

APPLICATIONS = (
    "aider-chat==0.86.2",
    "gpt-researcher==0.15.1",
    "mem0ai==2.2.1",
    "open-interpreter==0.4.3",
    "paper-qa==2026.8.12",
)
KHOJ, DJANGO, SQLALCHEMY, PANDAS = "khoj==1.42.10", "django==5.2.19", "sqlalchemy==2.1.9", "pandas==3.1.1"
FRAMEWORKS = (
    "autogen-agentchat==0.7.5",
    "crewai==1.15.30",
    "dspy==3.4.1",
    "haystack-ai==3.4.1",
    "langchain==1.5.0",
    "langchain-classic==1.0.8",
    "langchain-community==0.4.2",
    "langchain-core==1.8.2",
    "langgraph==1.2.22",
    "llama-index-core==0.14.25",
)
TREES: dict[str, tuple[str, ...]] = {
    "c5k": ("llm==0.23",),
    "c50k": (KHOJ, "gpt-researcher==0.15.1"),
    "mono": (DJANGO, SQLALCHEMY, PANDAS, KHOJ, *APPLICATIONS),
    "full": (*FRAMEWORKS, *APPLICATIONS, DJANGO, SQLALCHEMY),
}
"""A small tool; two applications; a company's repository (4 % of the lines near a model); frameworks (58 %)."""


def main(arguments: list[str]) -> int:
    """Build the trees named, or all."""
    if not arguments or arguments[0].startswith("-") or set(arguments[1:]) - set(TREES):
        print(__doc__, file=sys.stderr)
        return 2
    destination = Path(arguments[0])
    for name in arguments[1:] or TREES:
        build(destination, name)
        files, lines = size(destination / name)
        print(f"{name:6} {files:6,} files {lines:10,} lines")
    return 0


def build(destination: Path, name: str) -> None:
    """Unpack the packages of a tree side by side and commit them."""
    tree = destination / name
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for pin in TREES[name]:
        unpack(fetch(destination / "wheels", pin), tree if len(TREES[name]) == 1 else tree / pin.partition("==")[0])
    git = ["git", "-C", str(tree), "-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org"]
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", name]):
        subprocess.run([*git, *command], check=True)


def fetch(folder: Path, pin: str) -> Path:
    """The wheel of a pinned package, downloaded once."""
    target = folder / pin.replace("==", "-")
    if not any(target.glob("*.whl")):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*pip, "--python-version", "3.11", "--dest", str(target), pin], check=True)
    return next(target.glob("*.whl"))


def unpack(wheel: Path, target: Path) -> None:
    """Take the readable files out of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        for item in archive.infolist():
            if Path(item.filename).suffix in KEPT and item.file_size < LARGEST:
                archive.extract(item, target)


def size(tree: Path) -> tuple[int, int]:
    """Python files and lines of a tree; reading them also brings them into the page cache."""
    texts = [path.read_bytes() for path in tree.rglob("*.py") if path.is_file()]
    return len(texts), sum(text.count(b"\n") for text in texts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
