"""Fixes tried: the files as they would be, and what an audit of those says of each fix."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from .edits import Moves, edited
from .files.decode import decode
from .looked import Skipped
from .model import Audit, Call, Edit, Finding, Fix, Place
from .rules import YIELDS_TO

Key = tuple[str, str, int, int]
"""A rule or a method, and a place."""
Group = tuple[Fix, tuple[Finding, ...]]
"""A fix and the findings that it mends."""


class Trial:
    """Some fixes, none of which touches another, put into the files of an audit."""

    def __init__(self, before: Audit, groups: Sequence[Group], held: Callable[[str], bytes]) -> None:
        """`held`: what a file holds by now."""
        self._before = before
        self._groups = groups
        self._held = held
        self.files: dict[str, bytes] = {}
        """What the files that are edited come to hold."""
        self.broken: set[str] = set()
        """Files that would be no Python any more, or whose bytes can't be given back."""
        self._moves: dict[str, Moves] = {}
        edits: defaultdict[str, set[Edit]] = defaultdict(set)
        for fix, _ in groups:
            for edit in fix.edits:
                edits[edit.place.path].add(edit)
        for path, own in edits.items():
            self._put(path, held(path), sorted(own, key=lambda edit: edit.order))

    def _put(self, path: str, old: bytes, edits: Sequence[Edit]) -> None:
        new = edited(old, edits)
        texts = [decode(data, path) for data in (old, new or b"")]
        before, after = ("" if isinstance(text, Skipped) else text for text in texts)
        if new is None or not after or (is_python(before) and not is_python(after)):
            self.broken.add(path)
            return
        self.files[path] = new
        self._moves[path] = Moves(before, after, edits)

    def bad(self, after: Audit | None) -> set[Fix]:
        """The fixes that are not to be kept; None: where the files couldn't be audited."""
        if after is None:
            return self._breaking()
        there = _keys(after)
        useless = {fix for fix, found in self._groups if all(self.is_there(each, there) for each in found)}
        come = there - Counter(self._moved(_name(each), each) for each in self._before.findings)
        come = Counter({key: count for key, count in come.items() if not self._waited(key)})
        lost = self._lost(after)
        harmful: set[Fix] = set()
        for key in come:
            harmful |= self._to_blame(key)
        return useless | harmful | {fix for fix, _ in self._groups if lost & _files(fix)} | self._blamed_for(lost)

    def _breaking(self) -> set[Fix]:
        """The fixes that alone make no Python of a file; where it takes several, all of those."""
        near = {fix for fix, _ in self._groups if self.broken & _files(fix)}
        alone = {fix for fix in near if len(near) > 1 and Trial(self._before, [(fix, ())], self._held).broken}
        return alone or near

    def is_there(self, finding: Finding, there: Counter[Key]) -> bool:
        """Whether an earlier finding is among those that are there now."""
        return self._moved(_name(finding), finding) in there

    def gone(self, after: Audit) -> list[tuple[Finding, Fix]]:
        """The findings that are mended, each with its fix."""
        there = _keys(after)
        return [(each, fix) for fix, found in self._groups for each in found if not self.is_there(each, there)]

    def _waited(self, key: Key) -> bool:
        """Whether a finding was there all the time, and only made way for one of its call that is mended now."""
        explain = YIELDS_TO.get(key[0], frozenset[str]())
        mended = (each for _, found in self._groups for each in found if each.rule in explain)
        return any(self._moved(key[0], each) == key for each in mended)

    def _lost(self, after: Audit) -> set[str]:
        """Files of which a call isn't seen any more, or that can't be read: its findings went with it."""
        calls = {_at(each.method, each.place) for each in after.calls}
        lost = {each.place.path for each in self._before.calls if self._moved(each.method, each) not in calls}
        known = set(self._before.skipped)
        return lost | {each.path for each in after.skipped if each not in known}

    def _blamed_for(self, lost: set[str]) -> set[Fix]:
        """All fixes, where something was lost in a file that none of them touches."""
        alone = lost - {path for fix, _ in self._groups for path in _files(fix)}
        return {fix for fix, _ in self._groups} if alone else set()

    def _to_blame(self, key: Key) -> set[Fix]:
        """The fixes that a new finding comes from: those of its call, else those of its file, else all."""
        near = {
            fix
            for fix, found in self._groups
            if any(self._moved("", each)[1:] == key[1:] for each in found)
            or any(each.place.path == key[1] and self._is_in(each, key) for each in fix.edits)
        }
        inside = {fix for fix, _ in self._groups if key[1] in _files(fix)}
        return near or inside or {fix for fix, _ in self._groups}

    def _is_in(self, edit: Edit, key: Key) -> bool:
        line, _ = self._moves[edit.place.path].of(edit.place.line, edit.place.column)
        return line == key[2]

    def _moved(self, name: str, thing: Finding | Call) -> Key:
        """The key of what was there before, where it is now."""
        place = thing.place
        if place.path not in self._moves or name.startswith("*"):
            return _at(name, place)
        return (name, place.path, *self._moves[place.path].of(place.line, place.column))


def is_python(text: str) -> bool:
    """Whether the running Python can read it."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _files(fix: Fix) -> set[str]:
    return {edit.place.path for edit in fix.edits}


def _name(finding: Finding) -> str:
    """What a finding is told from others at its place by; one of the whole project may stand anywhere."""
    return f"*{finding.rule}" if finding.whole else finding.rule


def _at(name: str, place: Place) -> Key:
    return (name, "", 0, 0) if name.startswith("*") else (name, place.path, place.line, place.column)


def _keys(audit: Audit) -> Counter[Key]:
    return Counter(_at(_name(each), each.place) for each in audit.findings)


def signs(groups: Iterable[Group]) -> set[tuple[str, tuple[str, ...]]]:
    """What fixes of findings are known again by in a later round."""
    return {sign(finding, fix) for fix, findings in groups for finding in findings}


def sign(finding: Finding, fix: Fix) -> tuple[str, tuple[str, ...]]:
    """The name of a finding and what is to be written for it."""
    return finding.fingerprint, tuple(edit.text for edit in fix.edits)
