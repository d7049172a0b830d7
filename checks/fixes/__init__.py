"""Fixes: how findings can be mended in the code, in one table, and one place where they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..model import Finding, Fix
from . import async_clients, delimiters, handlers, output_caps, retries, timeouts, usage
from .interface import Case, Fixer, Ground

__all__ = ["FIXES", "Case", "Fixer", "Ground", "fixes"]

FIXES: tuple[tuple[str, Fixer], ...] = (
    ("REL101", timeouts.chosen),
    ("REL102", timeouts.switched_on),
    ("REL103", timeouts.lowered),
    ("REL104", timeouts.meant),
    ("REL201", retries.repeated),
    ("REL202", retries.switched_on),
    ("REL302", handlers.told),
    ("REL303", handlers.widened),
    ("COST101", output_caps.capped),
    ("COST102", usage.asked_for),
    ("LAT101", async_clients.awaited),
    ("SAFE102", delimiters.marked),
)
"""By rule, in the order of the catalogue."""


def fixes(ground: Ground) -> Iterator[tuple[Finding, Fix]]:
    """The open findings that something is known to mend, and what."""
    table: Mapping[str, Fixer] = dict(FIXES)
    for finding in ground.audit.findings:
        if finding.rule in table and finding.open and finding.call is not None:
            fix = table[finding.rule](Case(finding, ground.audit.calls[finding.call], ground))
            if fix is not None and fix.edits:
                yield finding, fix
