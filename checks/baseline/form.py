"""The baseline's file: JSON for people to review, an entry a line, sorted, nothing in it that changes by itself."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ..errors import UsageError

SCHEMA = "aiready.baseline/1"

_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
_ANEW = "mend it, or delete it and write it anew with `aiready baseline`"

Key = tuple[str, str, str]
"""Path, rule and code."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """Findings of one rule on lines that read the same, in one file."""

    path: str
    """Seen from the baseline's folder, with `/`; empty for what is said of the whole project."""
    rule: str
    """Id in the catalogue."""
    code: str
    """The line as it is compared (`quoting.normal`), keys blanked."""
    count: int = 1

    @property
    def key(self) -> Key:
        """All but the count."""
        return self.path, self.rule, self.code


@dataclass(frozen=True, slots=True)
class Baseline:
    """A whole file."""

    entries: tuple[Entry, ...] = ()
    paths: tuple[str, ...] = (".",)
    """What was audited for it, seen from its folder: a part of a project shows less, and other things, than all."""

    @property
    def by_rule(self) -> Counter[str]:
        """How many findings of each rule."""
        counts: Counter[str] = Counter()
        for each in self.entries:
            counts[each.rule] += each.count
        return counts


def written(baseline: Baseline) -> str:
    """The file's text, in pure ASCII, so that no terminal and no encoding can be harmed by it."""
    lines = ",\n".join(f"    {json.dumps(_told(each))}" for each in sorted(baseline.entries))
    held = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "schema": "{SCHEMA}",\n  "paths": {json.dumps(baseline.paths)},\n  "findings": {held}\n}}\n'


def _told(entry: Entry) -> dict[str, str | int]:
    if not entry.path:
        return {"rule": entry.rule, "count": entry.count}
    return {"path": entry.path, "rule": entry.rule, "code": entry.code, "count": entry.count}


def parsed(text: str, named: str) -> Baseline:
    """The baseline in the text of a file `named` so. Raises UsageError with one line for one that can't be used."""
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{named!r} {_unreadable(text, error)}; {_ANEW}") from error
    data = cast("Mapping[str, Any]", found) if isinstance(found, dict) else dict[str, Any]()
    if data.get("schema") != SCHEMA:
        raise UsageError(f"{named!r} is no baseline: its schema is not {SCHEMA!r}; {_ANEW}")
    paths, listed = _list(data, "paths", named), _list(data, "findings", named)
    return Baseline(tuple(_entries(listed, named)), tuple(map(str, paths)))


def _list(data: Mapping[str, Any], key: str, named: str) -> list[object]:
    found = data.get(key)
    if not isinstance(found, list):
        raise UsageError(f"{named!r} is no baseline: `{key}` is no list; {_ANEW}")
    return cast("list[object]", found)


def _unreadable(text: str, error: Exception) -> str:
    conflict = _CONFLICT.search(text)
    if conflict:
        return f"holds a merge conflict (line {text.count(chr(10), 0, conflict.start()) + 1})"
    return f"is no JSON: {error}"


def _entries(listed: list[object], named: str) -> Iterator[Entry]:
    seen: set[Key] = set()
    for number, each in enumerate(listed, 1):
        entry = _entry(each)
        if entry is None:
            raise UsageError(
                f"{named!r}: entry {number} needs a rule, a path with code or neither, and a count; {_ANEW}"
            )
        if entry.key in seen:
            where = f" in {entry.path!r}" if entry.path else ""
            raise UsageError(f"{named!r}: entry {number} ({entry.rule}{where}) stands there twice; {_ANEW}")
        seen.add(entry.key)
        yield entry


def _entry(found: object) -> Entry | None:
    """An entry of the right form; None for any other."""
    if not isinstance(found, dict):
        return None
    data = cast("Mapping[str, object]", found)
    path, rule, code = data.get("path", ""), data.get("rule"), data.get("code", "")
    count = data.get("count", 1)
    if not (isinstance(path, str) and isinstance(rule, str) and isinstance(code, str) and isinstance(count, int)):
        return None
    right = rule and not isinstance(count, bool) and count > 0 and (path or not code)
    return Entry(path, rule, code, count) if right else None
