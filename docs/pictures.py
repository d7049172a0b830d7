"""Makes the README's pictures and its pages of help out of what the commands print: `python docs/pictures.py` in the
project's environment.

A picture is an SVG of 80 columns that loads nothing: text in the reader's own monospaced font.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = 80
CUT = "..."
_HELP = re.compile(r"(^```text\n\$ (aiready[ \w]* --help)\n)[^`]*(^```$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Picture:
    """A command, and how many lines of what it prints are shown."""

    name: str
    command: str
    lines: int

    @property
    def path(self) -> Path:
        """The file of the picture."""
        return ROOT / "docs" / "images" / f"{self.name}.svg"


AUDIT = Picture("audit", "aiready audit examples/support_desk --select LAT101,REL101,SAFE102", 60)
BENCH = Picture(
    "bench",
    "aiready bench simulator --simulate 'ttft=lognormal:150ms,0.3&itl=normal:8ms,2ms&tokens=uniform:20,60' "
    "--load closed:16 --requests 400 --slo 'p95_ttft<400ms,error_rate<1%'",
    44,
)


def printed(of: Picture) -> str:
    """What its command prints on a terminal of 80 columns, with its colours."""
    words = shlex.split(of.command)[1:]
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "FORCE_COLOR": "1"}
    environment.pop("NO_COLOR", None)
    with tempfile.TemporaryDirectory() as runs:
        apart = ("--runs", runs) if words[0] == "bench" else ("--no-cache",)
        command = [sys.executable, "-m", "aiready", *words, "--color", "always", *apart]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.stdout


def drawn(of: Picture, text: str) -> str:
    """The SVG: the command, and the text up to the lines that are shown."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    lines = text.rstrip("\n").split("\n")
    shown = lines if len(lines) <= of.lines else [*lines[: of.lines], CUT]
    console.print(Text(f"$ {of.command}", "bold"))
    console.print()
    for line in shown:
        console.print(Text.from_ansi(line), soft_wrap=True)
    fonts = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    fonts = fonts.replace("Fira Code, monospace", "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace")
    return console.export_svg(title=f"aiready {of.name}", theme=MONOKAI, code_format=fonts, unique_id=of.name)


def helped(readme: str) -> str:
    """The README with the help of each command whose fence begins with its `$ aiready … --help`."""
    return _HELP.sub(lambda found: f"{found[1]}{_help(found[2])}{found[3]}", readme)


def _help(command: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "LINES"}}
    words = [sys.executable, "-m", "aiready", *command.split()[1:]]
    environment |= {"COLUMNS": str(COLUMNS), "NO_COLOR": "1"}
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def main(names: Sequence[str]) -> None:
    """Draws the pictures of these names anew, or all, and brings the help up to date."""
    page = ROOT / "README.md"
    page.write_text(helped(page.read_text(encoding="utf-8")), encoding="utf-8")
    for each in (one for one in (AUDIT, BENCH) if not names or one.name in names):
        each.path.parent.mkdir(exist_ok=True)
        each.path.write_text(drawn(each, printed(each)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
