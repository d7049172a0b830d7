"""Fixes: how findings can be mended in the code, in one table, and one place where they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from ..model import Finding, Fix
from . import async_clients, delimiters, handlers, output_caps, retries, timeouts, usage
from .interface import Case, Fixer, Ground

__all__ = ["FIXES", "Case", "Fixer", "Ground", "Known", "fixes", "kinds"]


class Known(NamedTuple):
    """A rule whose findings can be mended."""

    rule: str
    kind: Literal["safe", "unsafe"]
    """Of all its fixes."""
    fixer: Fixer


FIXES: tuple[Known, ...] = (
    Known("REL101", "safe", timeouts.chosen),
    Known("REL102", "unsafe", timeouts.switched_on),
    Known("REL103", "unsafe", timeouts.lowered),
    Known("REL104", "safe", timeouts.meant),
    Known("REL201", "safe", retries.repeated),
    Known("REL202", "safe", retries.switched_on),
    Known("REL302", "unsafe", handlers.told),
    Known("REL303", "unsafe", handlers.widened),
    Known("COST101", "unsafe", output_caps.capped),
    Known("COST102", "unsafe", usage.asked_for),
    Known("LAT101", "unsafe", async_clients.awaited),
    Known("SAFE102", "unsafe", delimiters.marked),
)
"""By rule, in the order of the catalogue."""


def kinds() -> Mapping[str, Literal["safe", "unsafe"]]:
    """How safe the fixes are, by rule; a rule that isn't there has none."""
    return {known.rule: known.kind for known in FIXES}


def fixes(ground: Ground) -> Iterator[tuple[Finding, Fix]]:
    """The open findings that something is known to mend, and what."""
    table: Mapping[str, Fixer] = {known.rule: known.fixer for known in FIXES}
    for finding in ground.audit.findings:
        if finding.rule in table and finding.open and finding.call is not None:
            fix = table[finding.rule](Case(finding, ground.audit.calls[finding.call], ground))
            if fix is not None and fix.edits:
                yield finding, fix
