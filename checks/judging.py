"""From calls to findings: the rules asked, the persona's share kept, what the authors suppressed marked."""

from __future__ import annotations

from collections.abc import Iterator

from . import catalogue, rules, suppress
from .cells import in_cells
from .disk import Disk
from .model import Call, Finding, Secret, Suppression
from .options import Options
from .secrets import may_hold, secrets
from .suppress import MARK

PERSONAS = ("regular", "pedantic", "auditor")


def judge(disk: Disk, calls: tuple[Call, ...], options: Options) -> tuple[tuple[Finding, ...], tuple[Suppression, ...]]:
    """The findings that the persona is shown, suppressed ones included, and the suppressions that did nothing."""
    known = frozenset(rule.id for rule in catalogue.load().rules)
    ran = (known if options.select is None else options.select) - options.ignore
    keys = _secrets(disk) if "SAFE501" in ran else ()
    found = rules.judge(calls, keys, ran)
    comments = tuple(each for path in disk.files for each in _suppressions(disk, path))
    judged, unused = suppress.apply(found, comments, ran)
    most = PERSONAS.index(options.persona)
    return tuple(each for each in judged if PERSONAS.index(each.persona) <= most), unused


def _secrets(disk: Disk) -> tuple[Secret, ...]:
    found: list[Secret] = []
    for path in disk.files:
        if may_hold(disk.data(path)):
            found += secrets(path, disk.text(path) or "")
    return tuple(in_cells(each, disk.notebooks) for each in found)


def _suppressions(disk: Disk, path: str) -> Iterator[Suppression]:
    if MARK not in disk.data(path):
        return
    notebook = disk.notebooks.get(path)
    if notebook is None:
        yield from suppress.parse(path, disk.text(path) or "")
        return
    lines = notebook.text.split("\n")
    starts = notebook.cells()
    for at, (first, cell) in enumerate(starts):
        end = starts[at + 1][0] - 1 if at + 1 < len(starts) else len(lines)
        yield from suppress.parse(path, "\n".join(lines[first - 1 : end]), cell)
