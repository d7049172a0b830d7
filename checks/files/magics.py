"""The Python in a notebook cell: IPython's own syntax taken out, every line left where it was."""

from __future__ import annotations

import re

PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun", "python", "python3", "pypy", "memit", "mprun", "lprun"})
"""Cell magics whose body is Python that runs in the notebook (or would); all others hold something else."""
PYTHON_LINES = frozenset({"time", "timeit", "prun", "memit"})
"""Line magics whose argument is Python."""

_MAGIC = re.compile(r"^(\s*)([%!?])")
_ASSIGNED = re.compile(r"^(\s*)([\w.\[\]'\", ]+?)\s*=\s*(!|%(?!\s))(.*)$")
_HELP = re.compile(r"^(\s*)[%\w.*\[\]'\"]+\?{1,2}\s*$")
_OPTIONS = re.compile(r"^(?:\s*-\w+(?:\s+\d+)?)*\s*")


def without_magics(source: str) -> str:
    """A cell that is no Python as it stands, as Python text with the same lines; empty for `%%bash`, `%%html` ..."""
    lines = source.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    head = lines[first].lstrip() if lines else ""
    if head.startswith("%%"):
        words = head[2:].split()
        if not words or words[0] not in PYTHON_CELLS:
            return ""
        lines[first] = ""
    return "\n".join(_replaced(lines))


def _replaced(lines: list[str]) -> list[str]:
    """Each line that begins a statement, freed of magics; lines inside strings and brackets are Python's own."""
    out: list[str] = []
    inside = Inside()
    shell = False
    for line in lines:
        if shell:  # a shell line continued with a backslash
            shell = line.rstrip().endswith("\\")
            out.append("")
            continue
        new = line if inside.open else python_of(line)
        shell = new != line and line.rstrip().endswith("\\")
        out.append(new)
        inside.feed(new)
    return out


def python_of(line: str) -> str:
    """One line that begins a statement, as Python: `x = !ls` binds x to None, `%time f()` is `f()`."""
    assigned = _ASSIGNED.match(line)
    if assigned:
        return f"{assigned[1]}{assigned[2]} = None"
    found = _MAGIC.match(line)
    if found:
        name, _, rest = line[found.end() :].partition(" ")
        if found[2] == "%" and name in PYTHON_LINES and rest.strip():
            body = _OPTIONS.sub("", rest, count=1)
            return found[1] + body
        return found[1] + "pass"
    if _HELP.match(line):
        return line[: len(line) - len(line.lstrip())] + "pass"
    return line


class Inside:
    """Follows strings and brackets from line to line, well enough to know where a statement can begin."""

    _TOKEN = re.compile(r"'''|\"\"\"|\\.|['\"#()\[\]{}]", re.DOTALL)

    def __init__(self) -> None:
        self.depth = 0
        self.quote = ""
        self.joined = False

    @property
    def open(self) -> bool:
        """Whether the next line goes on with what an earlier one began."""
        return bool(self.depth or self.quote or self.joined)

    def feed(self, line: str) -> None:
        """Take in one line (without its end)."""
        for found in self._TOKEN.finditer(line):
            mark = found[0]
            if self.quote:
                if mark == self.quote:
                    self.quote = ""
            elif mark == "#":
                break
            elif mark in ("'", '"', "'''", '"""'):
                self.quote = mark
            elif mark in "([{":
                self.depth += 1
            elif mark in ")]}":
                self.depth = max(0, self.depth - 1)
        self.joined = line.endswith("\\") and len(self.quote) != 3
        if len(self.quote) == 1 and not self.joined:
            self.quote = ""
