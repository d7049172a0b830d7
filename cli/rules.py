"""`aiready rules` and `aiready explain`: what is judged, and why."""

from __future__ import annotations

import sys
from typing import Annotated

from . import options as o
from .declare import Arg


def rules(format: o.RulesFormat = "table", output: o.Output = None, color: o.Color = "auto") -> int:  # noqa: A002 - the option's name
    """List the rules."""
    from ..checks.catalogue import load
    from ..report.interface import RULES_FORMATS
    from .destination import deliver
    from .looks import look

    document = RULES_FORMATS[format](load(), look(color, output))
    deliver(document.encode(), output or "")
    return 0


def _known(incomplete: str) -> list[str]:
    """The ids and names that begin like this."""
    from ..checks.catalogue import load

    catalogue = load()
    names = [area.id for area in catalogue.areas] + [item.id for item in catalogue.items]
    names += [name for rule in catalogue.rules for name in (rule.id, rule.name)]
    return [name for name in names if name.lower().startswith(incomplete.lower())]


def explain(
    word: Annotated[str, Arg("NAME", "A rule's name or id, an area, or an item of the checklist.", _known)],
    color: o.Color = "auto",
) -> int:
    """Tell what a rule finds, why it hurts and what to do.

    In Markdown when piped.
    """
    from ..checks.catalogue import load
    from ..report.explained import explained
    from . import surroundings
    from .destination import deliver

    text = explained(word, load())
    if surroundings.shows(sys.stdout) or color == "always":
        text = _rendered(text, colour=surroundings.colour(color), width=surroundings.width())
    deliver(text.encode())
    return 0


def _rendered(markdown: str, *, colour: bool, width: int) -> str:
    """Markdown as a terminal shows it."""
    from io import StringIO

    from rich.console import Console
    from rich.markdown import Markdown

    stream = StringIO()
    console = Console(file=stream, width=width, force_terminal=colour, no_color=not colour, legacy_windows=False)
    console.print(Markdown(markdown))
    return stream.getvalue()
