"""Findings held against a baseline: by what stands on their line, never by its number.

A file that was renamed keeps its entries where somebody can tell so: who is asked only when entries are left over that
findings in another file would fit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..model import Finding
from ..quoting import normal
from ..standing import Grown
from .form import Baseline, Entry, Key
from .scope import Scope

Renames = Callable[[], Mapping[str, Sequence[str]]]
"""Tells of files (paths as in the baseline) which names they had before."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What came of it."""

    findings: tuple[Finding, ...]
    """All of them, the known ones marked."""
    kept: tuple[Entry, ...]
    """What of the baseline is still there, under the names that files have now."""
    fixed: tuple[Entry, ...]
    """What is there no more."""
    unseen: tuple[Entry, ...]
    """What this run can't speak of."""
    grown: tuple[Grown, ...]
    """The rules that find more than the baseline holds, by id."""


def entries_of(findings: Iterable[Finding], scope: Scope) -> tuple[Entry, ...]:
    """The entries that would make all of these findings known; suppressed ones need none."""
    return _entries(Counter(_key(each, scope) for each in findings if each.suppressed is None))


def matched(findings: Sequence[Finding], baseline: Baseline, scope: Scope, renames: Renames) -> Matched:
    """Hold findings against the baseline. Of several that read alike, the first are the known ones."""
    left = Counter({each.key: each.count for each in baseline.entries})
    kept: Counter[Key] = Counter()
    known: set[int] = set()
    keys = {at: _key(each, scope) for at, each in enumerate(findings) if each.suppressed is None}

    def take(at: int, entry: Key) -> None:
        left[entry] -= 1
        kept[keys[at]] += 1
        known.add(at)

    for at, key in keys.items():
        if left[key] > 0:
            take(at, key)
    for at, key in _moved(keys, known, left, renames):
        if at not in known and left[key] > 0:
            take(at, key)
    over = _entries(+left)
    spans = scope.spans(baseline)
    fixed = tuple(each for each in over if spans and scope.covers(each))
    # what is said of a whole project is something else where a part of it was looked at
    before, now = baseline.by_rule, Counter(rule for path, rule, _ in keys.values() if path or spans)
    return Matched(
        tuple(replace(each, known=True) if at in known else each for at, each in enumerate(findings)),
        _entries(kept),
        fixed,
        tuple(each for each in over if each not in fixed),
        tuple(Grown(rule, before[rule], now[rule]) for rule in sorted(now) if now[rule] > before[rule]),
    )


def reworded(
    baseline: Baseline, before: Sequence[Finding], after: Sequence[Finding], fixed: Sequence[Finding], scope: Scope
) -> Baseline:
    """The baseline after lines were changed by ourselves: what was known on them is known as they read now.

    `before` holds the known findings marked, `fixed` those that are gone for good. Nothing becomes known that wasn't.
    """
    was, now = (Counter(_key(each, scope) for each in found if each.suppressed is None) for found in (before, after))
    gone = Counter(_key(each, scope) for each in before if each.known) - now
    gone -= Counter(_key(each, scope) for each in fixed)
    entries = Counter({each.key: each.count for each in baseline.entries})
    for new, count in sorted((now - was).items()):
        for old in [key for key in gone.elements() if key[:2] == new[:2]][:count]:
            gone[old] -= 1
            entries[old] -= 1
            entries[new] += 1
    return replace(baseline, entries=_entries(+entries))


def _moved(keys: Mapping[int, Key], known: set[int], left: Counter[Key], renames: Renames) -> Iterable[tuple[int, Key]]:
    """New findings with the entries they would have under an earlier name of their file."""
    over = {(rule, code) for path, rule, code in +left if path}
    new = [(at, key) for at, key in keys.items() if at not in known and key[0] and key[1:] in over]
    if not new:
        return []
    names = renames()
    return [(at, (old, key[1], key[2])) for at, key in new for old in names.get(key[0], ())]


def _key(finding: Finding, scope: Scope) -> Key:
    if finding.whole:
        return "", finding.rule, ""
    return scope.seen(finding.place.path), finding.rule, normal(finding.source)


def _entries(counts: Mapping[Key, int]) -> tuple[Entry, ...]:
    return tuple(sorted(Entry(*key, count) for key, count in counts.items()))
