"""What git would ignore, worked out without running git: a run must see the same files on every machine.

Follows gitignore(5): later patterns win, a slash anchors, `**` spans folders, a trailing slash means folders only.
The user's own excludes file (`core.excludesFile`) is left out on purpose: it differs from machine to machine.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Match = Callable[[str], bool]


class Pattern:
    """One line of a .gitignore. What plain string tests can answer never becomes a regular expression."""

    __slots__ = ("anchored", "ends", "folders", "literals", "negated", "regex")

    def __init__(self, line: str) -> None:
        self.negated = line.startswith("!")
        text = line.removeprefix("!")
        self.folders = text.endswith("/")
        text = text[:-1] if self.folders else text
        self.anchored = "/" in text
        text = text.removeprefix("/")
        spelled = _spelled(text)
        plain = not any(char in item for item in spelled for char in "?[\\")
        stars = max(item.count("*") for item in spelled)
        self.literals = frozenset(spelled) if plain and not stars else frozenset[str]()
        self.ends: tuple[tuple[str, str], ...] = ()
        """(head, tail) of `head*tail`."""
        if plain and stars == 1 and not self.anchored:
            self.ends = tuple((head, tail) for head, _, tail in (item.partition("*") for item in spelled))
        self.regex = None if self.literals or self.ends else _regex(text)

    def match(self, name: str) -> bool:
        """Whether the whole name (of an anchored pattern: path) is meant."""
        if self.regex:
            return self.regex(name)
        return name in self.literals or any(
            name.startswith(head) and name.endswith(tail) and len(name) >= len(head) + len(tail)
            for head, tail in self.ends
        )

    def covers(self, path: str) -> bool:
        """Whether it means a file, by its path from the pattern's folder, or a folder the file is in."""
        parts = path.split("/")
        for end in range(1, len(parts) + 1 - self.folders):
            if self.match("/".join(parts[:end]) if self.anchored else parts[end - 1]):
                return True
        return False


def _spelled(text: str) -> list[str]:
    """Every form of a pattern whose only class is plain: `*.py[cod]` is `*.pyc`, `*.pyo`, `*.pyd`."""
    head, bracket, rest = text.partition("[")
    letters, closing, tail = rest.partition("]")
    if not bracket or not closing or not letters.isalnum() or "[" in tail:
        return [text]
    return [head + letter + tail for letter in letters]


def _regex(text: str) -> Match:
    import re  # 6 ms that most repositories never need

    from .glob import translate

    source = translate(_bytewise(text)) if text else None
    if source is None:
        return lambda _: False
    compiled = re.compile(source, re.DOTALL)
    return lambda name: compiled.fullmatch(_bytewise(name)) is not None


def _bytewise(text: str) -> str:
    """A character for every byte, because git's `?` is one byte."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


class Ignore:
    """The patterns of one ignore file, asked about everything below the folder it stands in."""

    __slots__ = ("_base", "_globs", "_heads", "_literals", "_others", "_paths", "_tails", "patterns")

    def __init__(self, base: str, lines: Iterable[str]) -> None:
        self._base = len(base.rstrip(os.sep)) + 1
        kept = (_trimmed(line) for line in lines)
        self.patterns = tuple(Pattern(line) for line in kept if line and not line.startswith("#"))
        names = [pattern for pattern in self.patterns if not pattern.anchored]
        ends = [pair for pattern in names for pair in pattern.ends]
        self._literals = frozenset[str]().union(*(pattern.literals for pattern in names))
        self._tails = tuple({tail for head, tail in ends if tail or not head})
        self._heads = tuple({head for head, tail in ends if not tail and head})
        self._others = tuple(pattern.regex for pattern in names if pattern.regex)
        paths = [pattern for pattern in self.patterns if pattern.anchored]
        self._paths = frozenset[str]().union(*(pattern.literals for pattern in paths))
        self._globs = tuple(pattern.regex for pattern in paths if pattern.regex)

    def decide(self, path: str, name: str, *, folder: bool) -> bool | None:
        """True: ignored; False: kept by a negation; None: nothing here speaks of it. `path` is absolute."""
        inner = path[self._base :]
        if os.sep != "/":
            inner = inner.replace(os.sep, "/")
        if not self._concerns(name, inner):
            return None
        for pattern in reversed(self.patterns):
            if (folder or not pattern.folders) and pattern.match(inner if pattern.anchored else name):
                return not pattern.negated
        return None

    def _concerns(self, name: str, inner: str) -> bool:
        """Whether any pattern could match: answers no for nearly every name, in under a microsecond."""
        if name in self._literals or inner in self._paths or name.endswith(self._tails):
            return True
        if name.startswith(self._heads):
            return True
        return _any(self._others, name) or _any(self._globs, inner)


def _any(matches: tuple[Match, ...], name: str) -> bool:
    for match in matches:  # noqa: SIM110 - a generator costs more than most of the matches
        if match(name):
            return True
    return False


def _trimmed(line: str) -> str:
    """Without the line end and the trailing spaces that no backslash protects."""
    line = line.removesuffix("\n").removesuffix("\r")
    bare = line.rstrip(" ")
    escaped = (len(bare) - len(bare.rstrip("\\"))) % 2
    return bare + " " if escaped and len(bare) < len(line) else bare


def read_ignore(base: str, file: str) -> Ignore | None:
    """The patterns of a file that applies below `base`; None when it can't be read or holds none."""
    try:
        with open(file, encoding="utf-8-sig", errors="surrogateescape", newline="\n") as stream:
            found = Ignore(base, stream)
    except OSError:
        return None
    return found if found.patterns else None


def ignored(rules: tuple[Ignore, ...], path: str, name: str, *, folder: bool) -> bool:
    """Ask the innermost file first, as git does. `rules` is ordered from the outermost in."""
    for rule in reversed(rules):
        decision = rule.decide(path, name, folder=folder)
        if decision is not None:
            return decision
    return False
