"""Findings that the code's authors have looked at and decided to live with, said in comments.

    reply = ask(prompt)  # aiready: ignore[REL101, unbounded-output] the queue has its own deadline
    # aiready: ignore-file[MULTI102] this module is the list of models

The brackets hold whatever `--select` understands: ids, names, beginnings of ids, items, areas. Without brackets every
rule is meant.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from .catalogue import load
from .errors import UsageError
from .model import Finding, Place

MARK = b"aiready:"
"""A file whose bytes don't hold this has no suppressions, and need not be tokenised to know it."""

_COMMENT = re.compile(r"#\s*aiready:\s*(?P<said>.*)")
_FORM = re.compile(r"ignore(?P<file>-file)?(?:\[(?P<words>[^\[\]]*)\])?(?:[\s:\u2013\u2014-]+(?P<reason>.*))?$")
_SILENT = frozenset({tokenize.ENCODING, tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE})
_NOT_UNDERSTOOD = "not understood: write ignore[RULE] or ignore-file[RULE]"
_TOO_LATE = "ignore-file counts only above the first statement"

FirstLine = Callable[[Place], int]
"""The line on which the statement that holds a place begins."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """One such comment."""

    place: Place
    words: tuple[str, ...] = ()
    """What stands in the brackets; empty: every rule."""
    reason: str = ""
    whole_file: bool = False
    problem: str = ""
    """Why it has no effect, if that can be said without looking at the findings."""

    def covers(self, finding: Finding, first: int) -> bool:
        """Whether it stands where it speaks of this finding, whose statement begins on line `first`."""
        here, there = self.place, finding.place
        if self.problem or here.path != there.path:
            return False
        last = max(there.line, there.end_line)
        return self.whole_file or (here.cell == there.cell and min(first, there.line) <= here.line <= last)


def parse(path: str, text: str, cell: int | None = None) -> tuple[Suppression, ...]:
    """The suppressions in a module's text, or in one cell of a notebook. Comments count, strings that look so don't.

    In text that is no Python, those before the place where it stops being Python.
    """
    if MARK.decode() not in text:
        return ()
    return tuple(
        _suppression(
            Place(path, line, column + match.start() + 1, line, column + len(comment) + 1, cell), match, early=early
        )
        for line, column, comment, early in _comments(text)
        if (match := _COMMENT.search(comment))
    )


def _comments(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """(line, 0-based column, text, whether nothing but comments came before) of every comment."""
    early = True
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield *token.start, token.string, early
            early = early and token.type in _SILENT
    except (tokenize.TokenError, SyntaxError):
        return


def _suppression(place: Place, comment: re.Match[str], *, early: bool) -> Suppression:
    said = _FORM.match(comment["said"].partition(" # ")[0].strip())
    if said is None:
        return Suppression(place, problem=_NOT_UNDERSTOOD)
    words = tuple(word.strip() for word in (said["words"] or "").split(",") if word.strip())
    reason = (said["reason"] or "").strip()
    if said["words"] is not None and not words:
        return Suppression(place, reason=reason, problem=_NOT_UNDERSTOOD)
    whole_file = said["file"] is not None
    return Suppression(place, words, reason, whole_file, _TOO_LATE if whole_file and not early else "")


def apply(
    findings: Sequence[Finding],
    suppressions: Sequence[Suppression],
    first_line: FirstLine,
    ran: Collection[str] | None = None,
) -> tuple[tuple[Finding, ...], tuple[Suppression, ...]]:
    """The findings, the suppressed ones with their reason, and the suppressions (or words of them) that did nothing.

    `findings` must not have been filtered by persona, and `ran` must hold the ids of the rules that were asked (None:
    all): what nobody asked for is no reason to call a suppression unused. A comment counts from the first line of the
    statement to the last line of the finding.
    """
    used: dict[Suppression, set[str]] = {}
    judged = [_judge(finding, suppressions, first_line(finding.place), used) for finding in findings]
    asked = frozenset(rule.id for rule in load().rules) if ran is None else frozenset(ran)
    idle = (_idle(suppression, used.get(suppression, set()), asked) for suppression in suppressions)
    return tuple(judged), tuple(one for one in idle if one is not None)


def _judge(
    finding: Finding, suppressions: Sequence[Suppression], first: int, used: dict[Suppression, set[str]]
) -> Finding:
    reason: str | None = None
    for suppression in suppressions:
        if suppression.covers(finding, first) and finding.rule in _rules(suppression.words):
            used.setdefault(suppression, set()).add(finding.rule)
            if reason is None or not suppression.whole_file:
                reason = suppression.reason
    return finding if reason is None else replace(finding, suppressed=reason)


def _idle(suppression: Suppression, used: set[str], asked: frozenset[str]) -> Suppression | None:
    """What of a suppression did nothing although it could have."""
    if suppression.problem:
        return suppression
    if not suppression.words:
        return None if used or _rules(()) - asked else suppression
    idle = tuple(word for word in suppression.words if not _rules((word,)) & used and _rules((word,)) <= asked)
    unknown = [word for word in idle if not _rules((word,))]
    problem = f"no rule is called {' or '.join(unknown)}" if unknown else ""
    return replace(suppression, words=idle, problem=problem) if idle else None


@cache
def _rules(words: tuple[str, ...]) -> frozenset[str]:
    """The ids that the words of a suppression mean; words that mean nothing add nothing."""
    found: frozenset[str] = frozenset()
    for word in words or ("ALL",):
        try:
            found |= load().resolve([word])
        except UsageError:
            continue
    return found
