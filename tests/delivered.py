"""What a service would make of the files at the repository's top: steps of an action, instructions of an image."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")


def environment(step: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, str]:
    """The variables of a step, with its expressions filled in as GitHub would."""
    return {name: EXPRESSION.sub(lambda found: values[found[1]], str(text)) for name, text in step["env"].items()}


def inputs(action: Mapping[str, Any], **given: str) -> dict[str, str]:
    """Expressions of an action's inputs -> values: the defaults, and what was given."""
    names = {name: str(said.get("default", "")) for name, said in action["inputs"].items()}
    names |= {name.replace("_", "-"): value for name, value in given.items()}
    return {f"inputs.{name}": value for name, value in names.items()}


def instructions(dockerfile: Path) -> Iterator[tuple[str, str]]:
    """Words and arguments of a Dockerfile, lines that go on joined."""
    text = re.sub(r"^#.*\n", "", dockerfile.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield word.upper(), rest.strip()


def sent(dockerignore: Path) -> set[str]:
    """The names that come with an image's context, where the file leaves out all and takes some back."""
    lines = [line for line in dockerignore.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines[0] == "*"
    return {line[1:] for line in lines if line.startswith("!")}


def beside(program: str) -> str:
    """A program of the environment that the tests run in, whatever the shell's path holds."""
    return str(Path(sys.executable).parent / program)
