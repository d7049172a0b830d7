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
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from .catalogue import load
from .errors import UsageError
from .model import Finding, Place, Suppression

MARK = b"aiready:"
"""A file whose bytes don't hold this has no suppressions, and need not be tokenised to know it."""

_COMMENT = re.compile(r"#\s*aiready:\s*(?P<said>.*)")
_FORM = re.compile(r"ignore(?P<file>-file)?(?:\[(?P<words>[^\[\]]*)\])?(?:[\s:\u2013\u2014-]+(?P<reason>.*))?$")
_SILENT = frozenset({tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER})
_NOT_UNDERSTOOD = "not understood: write ignore[RULE] or ignore-file[RULE]"
_TOO_LATE = "ignore-file counts only above the first statement"


@dataclass(frozen=True, slots=True)
class _Comment:
    line: int
    column: int
    """0-based."""
    text: str
    early: bool
    """Nothing but comments came before."""
    last: int


def parse(path: str, text: str, cell: int | None = None) -> tuple[Suppression, ...]:
    """The suppressions in a module's text, or in one cell of a notebook. Comments count, strings that look so don't.

    In text that is no Python, those before the place where it stops being Python.
    """
    if MARK.decode() not in text:
        return ()
    matches = ((comment, _COMMENT.search(comment.text)) for comment in _comments(text))
    return tuple(_suppression(path, cell, comment, match) for comment, match in matches if match)


def _comments(text: str) -> Iterator[_Comment]:
    """Every comment, once it is known where the statement around it ends."""
    waiting: list[_Comment] = []
    early, inside = True, False
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                found = _Comment(*token.start, token.string, early, token.start[0])
                if inside:
                    waiting.append(found)
                else:
                    yield found
            elif token.type == tokenize.NEWLINE:
                yield from (replace(each, last=token.start[0]) for each in waiting)
                waiting, inside = [], False
            elif token.type not in _SILENT:
                early, inside = False, True
    except (tokenize.TokenError, SyntaxError):
        yield from waiting


def _suppression(path: str, cell: int | None, comment: _Comment, match: re.Match[str]) -> Suppression:
    start, end = comment.column + match.start() + 1, comment.column + len(comment.text) + 1
    place = Place(path, comment.line, start, comment.line, end, cell)
    said = _FORM.match(match["said"].partition(" # ")[0].strip())
    words = tuple(word.strip() for word in (said["words"] or "").split(",") if word.strip()) if said else ()
    if said is None or (said["words"] is not None and not words):
        return Suppression(place, last=comment.last, problem=_NOT_UNDERSTOOD)
    problem = _TOO_LATE if said["file"] and not comment.early else ""
    return Suppression(place, words, (said["reason"] or "").strip(), said["file"] is not None, comment.last, problem)


def apply(
    findings: Sequence[Finding],
    suppressions: Sequence[Suppression],
    ran: Collection[str] | None = None,
) -> tuple[tuple[Finding, ...], tuple[Suppression, ...]]:
    """The findings, the suppressed ones with their reason, and the suppressions (or words of them) that did nothing.

    `findings` must not have been filtered by persona, and `ran` must hold the ids of the rules that were asked (None:
    all): what nobody asked for is no reason to call a suppression unused.
    """
    used: dict[Suppression, set[str]] = {}
    judged = [_judge(finding, suppressions, used) for finding in findings]
    asked = frozenset(rule.id for rule in load().rules) if ran is None else frozenset(ran)
    idle = (_idle(suppression, used.get(suppression, set()), asked) for suppression in suppressions)
    return tuple(judged), tuple(one for one in idle if one is not None)


def _judge(finding: Finding, suppressions: Sequence[Suppression], used: dict[Suppression, set[str]]) -> Finding:
    reason: str | None = None
    for suppression in suppressions:
        if suppression.covers(finding) and finding.rule in _rules(suppression.words):
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
