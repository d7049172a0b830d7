"""The audit for a comment on a pull request: GitHub's Markdown, the counts first, then the findings file by file.

A comment has room for 65,536 characters; what doesn't fit is the mildest, and is counted at the end.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from ..checks.catalogue import Catalogue
from ..checks.model import Audit, Finding, Severity, Step, Verdict
from . import summary, wording
from .checklist import VERDICTS
from .groups import by_rule
from .look import Look
from .markdown import escaped
from .sheet import Section, fitted
from .terminal import counted, cut, safe

ROOM = 65_536
"""Characters of a comment on GitHub."""
MARKS: Mapping[str, str] = {"error": ":x:", "warning": ":warning:", "note": ":information_source:"}
_VERDICT_MARKS: Mapping[str, str] = {
    "pass": ":white_check_mark:",
    "partial": ":warning:",
    "fail": ":x:",
    "n/a": ":heavy_minus_sign:",
    "attest": ":grey_question:",
}
_ORDER: tuple[Severity, ...] = get_args(Severity)
_AT_ONCE = 10
"""Findings that are shown without a click, where beyond that files without errors are folded; steps of one."""
_LONGEST = 1_000
"""Characters of one text from outside: a name or a message that is longer is cut."""
SPARE = 300
"""Characters kept free for the line that says what was left out."""


@dataclass(frozen=True, slots=True)
class _Way:
    """From where a reader stands to a file."""

    way: str
    online: str


def document(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """Nothing that the audited code holds can become markup, a link or a mention."""
    return written(audit, catalogue, look, ROOM)


def written(audit: Audit, catalogue: Catalogue, look: Look, room: int) -> str:
    """The same in so many characters."""
    found = _by_file(audit)
    sections = [Section(tuple(_head(audit)))]
    if look.statistics:
        sections.append(_statistics(audit, catalogue))
    else:
        many = sum(map(len, found.values())) > _AT_ONCE
        sections += [
            _file(path, held, catalogue, _Way(look.way_to(audit.root), look.online), many)
            for path, held in found.items()
        ]
    if not look.quiet and audit.checklist:
        sections.insert(1, _checklist(audit, catalogue))
    lines, left_out = fitted(sections, room - SPARE)
    if left_out:
        lines += [
            "",
            f"**{counted(left_out, 'row')} left out:** a comment has no room for more; `--format json` has all.",
        ]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    return escaped(cut(safe(text), _LONGEST))


def _by_file(audit: Audit) -> dict[str, list[Finding]]:
    """The findings that are open, by file; the files with the worst first, and so the findings of each."""
    held: dict[str, list[Finding]] = {}
    for each in audit.findings:
        if each.open:
            held.setdefault("" if each.whole else each.place.path, []).append(each)
    for found in held.values():
        found.sort(key=lambda each: _ORDER.index(each.severity))
    return dict(sorted(held.items(), key=lambda pair: (_ORDER.index(pair[1][0].severity), pair[0] == "", pair[0])))


def _head(audit: Audit) -> Iterator[str]:
    """What came out, in three lines."""
    counts = Counter[str](each.severity for each in audit.findings if each.open)
    worst = next((each for each in _ORDER if counts[each]), None)
    lost = wording.unread(audit)
    mark = MARKS[worst] if worst else ":white_check_mark:" if audit.counts.audited and not lost else ":grey_question:"
    yield f"### {mark} aiready audit: {summary.of_findings(audit, Look())[0]}"
    yield ""
    told = [f"{counted(len(audit.calls), 'model call')} in {counted(audit.counts.audited, 'audited file')}"]
    told += [lost or f"{counted(len(audit.skipped), 'file')} could not be audited"] if audit.skipped else []
    told += [_text(audit.nothing)] if audit.nothing else []
    yield "; ".join(told)


def _checklist(audit: Audit, catalogue: Catalogue) -> Section:
    counts = Counter[str](each.verdict for each in audit.checklist)
    told = ", ".join(f"{counts[word]} {word}" for word in VERDICTS if counts[word])
    head = (
        "",
        f"<details><summary>Checklist: {told}</summary>",
        "",
        "| | item | met | why |",
        "| --- | --- | ---: | --- |",
    )
    return Section(tuple(_item(each, catalogue) for each in audit.checklist), head, ("", "</details>"))


def _item(of: Verdict, catalogue: Catalogue) -> str:
    share = f"{of.met}/{of.needed}" if of.needed and of.attested is None else ""
    title = catalogue.item(of.item).title
    return f"| {_VERDICT_MARKS[of.verdict]} {of.verdict} | {escaped(title)} | {share} | {_text(of.reason)} |"


def _statistics(audit: Audit, catalogue: Catalogue) -> Section:
    rows = tuple(
        f"| {len(found)} | {escaped(rule)} | {escaped(catalogue.rule(rule).name)} |"
        for rule, found in by_rule(audit.findings)
    )
    return Section(rows, ("", "| findings | rule | |", "| ---: | --- | --- |"))


def _file(path: str, found: list[Finding], catalogue: Catalogue, way: _Way, many: bool) -> Section:  # noqa: FBT001 - inside
    title = f"<code>{_plain(path)}</code>" if path else "the whole project"
    opened = "" if many and found[0].severity != "error" else " open"
    told = summary.severities(found, Look())
    head = ("", f"<details{opened}><summary>{title}: {told}</summary>", "")
    return Section(tuple(_finding(each, catalogue, way) for each in found), head, ("", "</details>"))


def _plain(text: str) -> str:
    """Text inside HTML, where backslashes escape nothing: all that could be markup as character references."""
    told = cut(safe(text), _LONGEST)
    return "".join(each if each.isalnum() or each in "/.-_ " else f"&#{ord(each)};" for each in told)


def _finding(of: Finding, catalogue: Catalogue, way: _Way) -> str:
    """A point of a list, and below it the way there and what to do."""
    rule = catalogue.rule(of.rule)
    lines = [
        f"- {MARKS[of.severity]} {_where(of, way)} **{escaped(rule.id)}** {escaped(rule.name)}: {_text(of.message)}"
    ]
    lines += [f"  {number}. {_spot(step, way)}" for number, step in enumerate(of.trace[:_AT_ONCE], 1)]
    if of.help:
        lines.append(f"  - {_text(of.help)}")
    return "\n".join(lines)


def _where(of: Finding, way: _Way) -> str:
    return _link(of.place.path, of.place.line, of.place.cell, way)


def _spot(step: Step, way: _Way) -> str:
    place = step.place
    return f"{_link(place.path, place.line, place.cell, way)} {_text(step.note)}".rstrip()


def _link(path: str, line: int, cell: int | None, way: _Way) -> str:
    """`path:line`, which leads there; in a notebook to the file, since its lines are those of no file."""
    from urllib.parse import quote  # not before a document in this format is wanted

    shown = f"{path}:{line}" if cell is None else f"{path}: cell {cell + 1}, line {line}"
    inside = posixpath.normpath(way.way + path).lstrip("/")
    place = ("" if inside.startswith("../") else way.online) + quote(inside, errors="replace")
    return f"[{_text(shown)}]({place}{'' if cell is not None else f'#L{line}'})"
