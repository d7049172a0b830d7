"""An audit as the page shows it: the verdict first, then the checklist, what was found, and every call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import get_args

from ...checks.catalogue import Area, Catalogue, Item, Rule
from ...checks.model import Audit, Call, Finding, Severity, Step, Verdict
from .. import wording
from ..groups import Group, by_rule, groups
from ..terminal import counted
from .sources import SECRETS, Line, Sources

Choice = tuple[str, str]
"""The value of a filter, and how it is shown."""
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
RANKS: Mapping[str, int] = {each: place for place, each in enumerate(SEVERITIES)}
VERDICTS = ("pass", "partial", "fail", "n/a", "attest")
BAD = frozenset({"none", "disabled", "unhandled", "propagates", "unbounded"})
"""States of facts that somebody should look at."""
PLACES = 6
"""Places of an item, and steps of a trace, that are told one by one."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much of an audit the page has room for."""

    around: int
    """Lines of source around a place."""
    steps: int
    """Of one trace."""
    findings: int
    calls: int
    once: bool = False
    """The same advice is told once, not with each finding."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict in a word, and why."""

    style: str
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """An item with its verdict."""

    item: Item
    verdict: Verdict

    @property
    def name(self) -> str:
        """Its short name."""
        return self.item.id.partition(".")[2].replace("_", " ")

    @property
    def share(self) -> str:
        """For how many of the calls it holds."""
        of = self.verdict
        return f"{of.met}/{of.needed}" if of.needed and of.attested is None else ""

    @property
    def places(self) -> list[tuple[str, str]]:
        """Where it shows: a line a file and note."""
        found = groupby(self.verdict.evidence, key=lambda step: (step.place.path, step.note))
        rows = [(_joined(list(held)), "" if note in self.verdict.reason else note) for (_, note), held in found]
        return rows[:PLACES]

    @property
    def more(self) -> int:
        """Places that aren't told."""
        told = len(list(groupby(self.verdict.evidence, key=lambda step: (step.place.path, step.note))))
        return max(0, told - PLACES)


def _joined(steps: Sequence[Step]) -> str:
    first = spot(steps[0])
    return first + "".join(f", {step.place.line}" for step in steps[1:PLACES]) + (" …" if len(steps) > PLACES else "")


def spot(of: Step | Call | Finding | Group) -> str:
    """`path:line`."""
    return wording.location(of.place).rpartition(":")[0]


class AuditPage:
    """What the template asks of one audit."""

    def __init__(self, audit: Audit, catalogue: Catalogue, room: Room, prefix: str) -> None:
        self.audit, self.catalogue, self.prefix = audit, catalogue, prefix
        self._room = room
        self._sources = Sources(audit, [each.id for each in catalogue.rules if each.name == SECRETS])
        self.name = audit.root.replace("\\", "/").rstrip("/").rpartition("/")[2] or audit.root

    @cached_property
    def open(self) -> list[Finding]:
        """Findings for somebody to act on."""
        return [each for each in self.audit.findings if each.open]

    @cached_property
    def severities(self) -> dict[str, int]:
        """How many of each, the worst first; those there are."""
        counts = Counter(each.severity for each in self.open)
        return {each: counts[each] for each in SEVERITIES if counts[each]}

    @cached_property
    def verdicts(self) -> dict[str, int]:
        """How many items came to each verdict; those there are."""
        counts = Counter[str](each.verdict for each in self.audit.checklist)
        return {each: counts[each] for each in VERDICTS if counts[each]}

    @property
    def headline(self) -> Headline:
        """The verdict of the whole."""
        if not self.audit.counts.audited and not self.open:
            return Headline("partial", "Not audited", self.audit.nothing or "nothing was audited")
        errors, failed = self.severities.get("error", 0), self.verdicts.get("fail", 0)
        text = f"{self._found()} in {counted(len(self.audit.calls), 'model call')}"
        if self.audit.checklist:
            passed = self.verdicts.get("pass", 0)
            text += f"; {passed} of {len(self.audit.checklist)} checklist items pass"
        if errors or failed:
            return Headline("fail", "Not ready", text)
        if self.unread and not self.audit.calls:
            return Headline("partial", "Not known", text)
        if self.open or set(self.verdicts) - {"pass", "n/a"}:
            return Headline("partial", "Nearly ready", text)
        return Headline("pass", "Ready", text)

    def _found(self) -> str:
        if not self.open:
            return "no open findings"
        return ", ".join(counted(count, severity) for severity, count in self.severities.items())

    @cached_property
    def areas(self) -> list[tuple[Area, list[Judged]]]:
        """The checklist, in the catalogue's order."""
        judged = {each.item: each for each in self.audit.checklist}
        found = [
            (area, [Judged(item, judged[item.id]) for item in self.catalogue.items if self._in(item, area, judged)])
            for area in self.catalogue.areas
        ]
        return [(area, items) for area, items in found if items]

    @staticmethod
    def _in(item: Item, area: Area, judged: dict[str, Verdict]) -> bool:
        return item.area == area.id and item.id in judged

    @cached_property
    def rules(self) -> Sequence[tuple[Rule, str, int]]:
        """Rules that found something: the worst and most frequent first."""
        rows = [(self.catalogue.rule(rule), _worst(found), len(found)) for rule, found in by_rule(self.audit.findings)]
        return sorted(rows, key=lambda row: (RANKS[row[1]], -row[2], row[0].id))

    @cached_property
    def groups(self) -> list[Group]:
        """What was found, by call; as much as there is room for, the worst first where there isn't for all."""
        found = groups(self.audit)
        if not self.left_out:
            return found
        ranked = sorted(self.open, key=lambda each: RANKS[each.severity])
        kept = set(map(id, ranked[: self._room.findings]))
        trimmed = [
            replace(group, findings=tuple(each for each in group.findings if id(each) in kept)) for group in found
        ]
        return [each for each in trimmed if each.findings]

    @property
    def left_out(self) -> int:
        """Findings that there is no room for."""
        return max(0, len(self.open) - self._room.findings)

    @property
    def unread(self) -> str:
        """How much could not be read, where that makes the rest doubtful."""
        return wording.unread(self.audit)

    @property
    def apart(self) -> str:
        """Findings that are known or suppressed, as a count."""
        suppressed = sum(each.suppressed is not None for each in self.audit.findings)
        known = len(self.audit.findings) - len(self.open) - suppressed
        return ", ".join(f"{count} {word}" for count, word in ((known, "known"), (suppressed, "suppressed")) if count)

    def ranked(self, group: Group) -> list[Finding]:
        """The findings of a group, the worst first."""
        return sorted(group.findings, key=lambda each: RANKS[each.severity])

    def excerpt(self, group: Group) -> tuple[Line, ...]:
        """Its source."""
        return () if group.whole else self._sources.excerpt(group.place, group.source, self._room.around)

    def rule(self, finding: Finding) -> Rule:
        """What the catalogue says of its rule."""
        return self.catalogue.rule(finding.rule)

    def trace(self, finding: Finding, group: Group) -> list[tuple[str, str]]:
        """The steps that the group's heading doesn't tell already: a file is named where it changes."""
        here = [Step(finding.place, "found here")] if spot(finding) != spot(group) and not group.whole else []
        steps = [*here, *(each for each in finding.trace if spot(each) != spot(group) or each.note != finding.message)]
        files = ["", *(each.place.path for each in steps)]
        told = [
            (
                f"line {each.place.line}" if each.place.path == before and each.place.cell is None else spot(each),
                each.note,
            )
            for before, each in zip(files, steps, strict=False)
        ]
        most = self._room.steps
        if len(told) <= most:
            return told
        return [*told[: most - 1], ("", f"{len(told) - most} more"), (spot(steps[-1]), steps[-1].note)]

    @cached_property
    def _advised(self) -> set[tuple[str, str]]:
        return set()

    def help(self, finding: Finding) -> str:
        """What to do, unless there is only room to say it once."""
        said = (finding.rule, finding.help)
        again = self._room.once and said in self._advised
        self._advised.add(said)
        return "" if again else finding.help

    @property
    def folded(self) -> str:
        """What the page doesn't show of the findings; empty where it shows all."""
        long = any(len(each.trace) > self._room.steps for each in self.open)
        told = (
            f"{counted(self.left_out, 'milder finding')} left out" if self.left_out else "",
            "long traces shortened" if long else "",
            "the same advice told once" if self._room.once else "",
        )
        return ", ".join(filter(None, told))

    @property
    def calls(self) -> Sequence[Call]:
        """As many as there is room for."""
        return self.audit.calls[: self._room.calls]

    @property
    def verdict_choices(self) -> list[Choice]:
        """What the items can be filtered by."""
        return [(word, f"{word} ({count})") for word, count in self.verdicts.items()]

    @cached_property
    def _shown(self) -> list[Finding]:
        """The findings that the page has room for: a filter offers nothing that would show none of them."""
        return [each for group in self.groups for each in group.findings]

    @property
    def severity_choices(self) -> list[Choice]:
        """What the findings can be filtered by, as the next two."""
        counts = Counter(each.severity for each in self._shown)
        return [(word, f"{word} ({counts[word]})") for word in SEVERITIES if counts[word]]

    @property
    def rule_choices(self) -> list[Choice]:
        """By their ids."""
        counts = Counter(each.rule for each in self._shown)
        return [(rule, f"{rule} {self.catalogue.rule(rule).name} ({counts[rule]})") for rule in sorted(counts)]

    @property
    def found_sdk_choices(self) -> list[Choice]:
        """Those whose calls something was found at."""
        return [(sdk, sdk) for sdk in sorted({group.call.sdk for group in self.groups if group.call})]

    @property
    def sdk_choices(self) -> list[Choice]:
        """What the calls can be filtered by, as the next."""
        return [(sdk, sdk) for sdk in sorted({each.sdk for each in self.calls})]

    @property
    def audience_choices(self) -> list[Choice]:
        """Whom the calls answer."""
        return [(word, word) for word in sorted({each.facts.audience.state for each in self.calls})]

    @staticmethod
    def model(call: Call) -> str:
        """The model's name, or where it comes from."""
        return wording.model(call.facts.model)

    def facts(self, call: Call) -> Iterator[tuple[str, str]]:
        """The cells of the inventory: a style and words."""
        facts = call.facts
        for state, told in (
            (facts.timeout.state, wording.timeout(facts.timeout)),
            (facts.retry.state, wording.retry(facts.retry)),
            (facts.guard.state, facts.guard.state),
            (facts.max_output.state, facts.max_output.state),
            (facts.streaming.state, facts.streaming.state),
            (facts.fallback.state, facts.fallback.state),
            (facts.usage.state, facts.usage.state),
            (facts.audience.state, facts.audience.state),
        ):
            yield ("bad" if state in BAD else "dim" if state in {"unknown", "n/a"} else ""), told

    @property
    def files(self) -> str:
        """What was looked at."""
        counts = self.audit.counts
        return f"{counted(counts.found, 'file')} found, {counts.audited} audited"


def _worst(findings: Sequence[Finding]) -> Severity:
    return min(findings, key=lambda each: RANKS[each.severity]).severity
