"""The end of a report: what was found, in how many calls, in which files, and what was not looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import get_args

from ..checks.catalogue import Catalogue
from ..checks.looked import LeftOut, Skipped, UnreadPins
from ..checks.model import Audit, Finding, Severity
from . import wording
from .groups import by_rule
from .look import Look
from .terminal import cells, columns, counted, safe, wrap

_SHOWN = 10
"""Skipped files, and suppressions without effect, that are named one by one."""


def of_findings(audit: Audit, look: Look) -> list[str]:
    """How many of each severity; the known and the suppressed ones are told but not counted."""
    open_ones = [finding for finding in audit.findings if finding.open]
    suppressed = sum(finding.suppressed is not None for finding in audit.findings)
    known = len(audit.findings) - len(open_ones) - suppressed
    apart = [f"{count} {word}" for count, word in ((known, "known"), (suppressed, "suppressed")) if count]
    tail = f" ({', '.join(apart)})" if apart else ""
    if not open_ones and not audit.counts.audited:
        return [look.paint("Nothing was audited", "warning") + tail]
    if not open_ones:
        return [look.paint("No new findings" if known else "No findings", "good") + tail]
    return [f"{counted(len(open_ones), 'finding')}: {severities(open_ones, look)}{tail}"]


def of_unread(audit: Audit, look: Look) -> list[str]:
    """Said first, where what follows is true only of the files that could be read."""
    told = wording.unread(audit)
    return [look.paint(line, "warning") for line in wrap(f"{told} (named at the end)", look.width)] if told else []


def of_growth(audit: Audit, catalogue: Catalogue, look: Look) -> list[str]:
    """The rules that find more than the baseline holds, where that was asked for."""
    return [
        f"{look.paint('grown', 'error')} {each.rule} {catalogue.rule(each.rule).name}: {each.before} in the baseline,"
        f" now {each.now}"
        for each in audit.standing.grown
    ]


def of_standing(audit: Audit, look: Look) -> list[str]:
    """What else there is to say of the findings: those left out, and those that are gone."""
    held, lines = audit.standing, list[str]()
    if held.elsewhere:
        told = f"{held.elsewhere} elsewhere, not touched since {safe(held.since)}"
        lines += wrap(told, look.width, hang="  ")
    if held.fixed:
        lines += wrap(f"{held.fixed} fixed since the baseline: `aiready baseline --prune`", look.width, hang="  ")
    return lines


def severities(findings: Iterable[Finding], look: Look) -> str:
    """`2 errors, 1 note`."""
    counts = Counter(finding.severity for finding in findings)
    present = [(counts[severity], severity) for severity in get_args(Severity) if counts[severity]]
    return ", ".join(look.paint(counted(count, severity), severity) for count, severity in present)


def of_calls(audit: Audit, look: Look) -> list[str]:
    """How many calls of each SDK."""
    if not audit.calls:
        return [f"No model calls found{' in what could be read' if wording.unread(audit) else ''}"]
    by_sdk = Counter(call.sdk for call in audit.calls)
    parts = [f"{safe(sdk)} {count}" for sdk, count in sorted(by_sdk.items(), key=lambda pair: (-pair[1], pair[0]))]
    return wrap(f"{counted(len(audit.calls), 'model call')}: {', '.join(parts)}", look.width, hang="  ")


def of_files(audit: Audit, look: Look) -> list[str]:
    """How many files were seen, and each that could not be audited with its reason."""
    counts, skipped = audit.counts, sorted(audit.skipped, key=lambda each: (each.path, each.reason, each.detail))
    seen = f"{counted(counts.found, 'file')} found, {counts.audited} audited ({counts.parsed} parsed)"
    rest = [*_left_out(counts.left_out, look), *_unread_pins(audit.unread_pins, look)]
    if not skipped:
        return [seen, *rest]
    told = f"{len(skipped)} skipped:"
    painted = look.paint(told, "warning")
    fits = cells(seen) + 2 + cells(told) <= look.width
    return [*([f"{seen}, {painted}"] if fits else [f"{seen},", f"  {painted}"]), *_first(skipped, look), *rest]


def _left_out(files: LeftOut, look: Look) -> list[str]:
    """How many files were found and not audited because of what they are, and how to have one audited."""
    kinds = ((files.tests, "test"), (files.examples, "example"), (files.docs, "docs file"))
    told = [counted(count, noun) for count, noun in kinds if count]
    if not told:
        return []
    *most, last = told
    row = f"{', '.join(most)} and {last}" if most else last
    return wrap(f"{row} left out (a file named on the command line is audited)", look.width, hang="  ")


def _unread_pins(pins: tuple[UnreadPins, ...], look: Look) -> list[str]:
    """Files that should tell the releases of SDKs and can't be read: the defaults told may be those of another."""
    if not pins:
        return []
    told = (
        f"{counted(len(pins), 'file')} that should pin releases can't be read, so defaults may be of another release:"
    )
    title = [look.paint(line, "warning") for line in wrap(told, look.width, hang="  ")]
    return [*title, *_listed([f"{each.path}: {each.detail}" for each in pins], look)]


def _first(skipped: list[Skipped], look: Look) -> list[str]:
    told = [f"{each.path}: {each.reason}{', ' if each.detail else ''}{each.detail}" for each in skipped]
    return _listed(told, look)


def _listed(told: list[str], look: Look) -> list[str]:
    lines = [line for each in told[:_SHOWN] for line in wrap(safe(each), look.width, "  ", "  ")]
    return [*lines, *_more(len(told))]


def _more(count: int) -> list[str]:
    return [f"  and {count - _SHOWN} more (--format json lists all)"] if count > _SHOWN else []


def of_suppressions(audit: Audit, look: Look) -> list[str]:
    """Suppressions that suppress nothing: they mislead, and can go."""
    idle, way = audit.unused, look.way_to(audit.root)
    if not idle:
        return []
    title = f"{counted(len(idle), 'suppression')} without effect:"
    rows = [
        (wording.location(one.place, way), safe(one.problem or ", ".join(one.words) or "every rule"))
        for one in idle[:_SHOWN]
    ]
    return [look.paint(title, "warning"), *(f"  {line}" for line in columns(rows)), *_more(len(idle))]


def statistics(audit: Audit, catalogue: Catalogue, look: Look) -> list[str]:
    """A line a rule that found something, the most frequent first."""
    counted_out = by_rule(audit.findings)
    widest = max((len(str(len(found))) for _, found in counted_out), default=0)
    rows = [
        (f"{len(found):>{widest}}", rule, catalogue.rule(rule).name, severities(found, look))
        for rule, found in counted_out
    ]
    return list(columns(rows)) if rows else []
