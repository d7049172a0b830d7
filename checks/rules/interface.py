"""What a rule is: a function that is given a Subject and yields findings.

A rule says of one call what is wrong (a Remark); how bad that is and who is shown it is looked up here. Selection,
suppressions and the order of findings are not a rule's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps

from ..catalogue import Rule
from ..model import Audience, Call, Confidence, Finding, Persona, Place, Secret, Severity, Step, Verdict

Check = Callable[["Subject"], Iterator[Finding]]

_LOWERED: Mapping[Severity, tuple[Severity, Persona]] = {
    "error": ("warning", "regular"),
    "warning": ("note", "regular"),
    "note": ("note", "pedantic"),
}
_EXPOSED: Mapping[str, int] = {"remote": 3, "background": 2, "local": 1, "unknown": 0}
_PERSONAS: Mapping[Persona, int] = {"regular": 0, "pedantic": 1, "auditor": 2}
_DOUBTS: Mapping[Confidence, int] = {"high": 0, "medium": 1, "low": 2}


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule has to say of one call or place."""

    message: str
    """What is wrong here: the effective value and where it comes from."""
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    """Fills the braces of the rule's help."""
    trace: tuple[Step, ...] = ()
    case: str = ""
    """Which of the rule's milder cases it is, if it is one."""
    confidence: Confidence = "high"
    """At most this; a call found with less confidence lowers it."""
    persona: Persona = "regular"
    """From which persona on this case is shown, where that is stricter than the rule's."""
    audience: Audience | None = None
    """Before whom what it speaks of happens, where that is not the call's own audience: an open path that starts in a
    script, text that the machine's own user gives."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule is asked about, and the limits it is asked with."""

    rule: Rule
    calls: tuple[Call, ...] = ()
    secrets: tuple[Secret, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict[str, float])
    """Limits of this rule that the caller changes."""
    checklist: tuple[Verdict, ...] = ()
    """What the items come to, for rules about the whole project."""

    @property
    def verdict(self) -> str:
        """What the rule's item of the checklist comes to for the whole project; empty where it was not judged."""
        return next((each.verdict for each in self.checklist if each.item == self.rule.item), "")

    def limit(self, name: str) -> float:
        """The limit of this name: the caller's, else the catalogue's."""
        return self.limits.get(name, self.rule.limits[name])

    def wait_limit(self, call: Call) -> float:
        """Seconds that this call's callers can be expected to wait: a background task's have more patience."""
        background = call.facts.audience.state == "background"
        return self.limit("background_seconds" if background else "remote_seconds")

    def of_call(self, index: int, remark: Remark) -> Finding:
        """The finding at the call with this index. A local or unknown audience makes it one step milder."""
        call = self.calls[index]
        severity = self.rule.cases[remark.case] if remark.case else self.rule.severity
        persona = stricter(self.rule.persona, remark.persona)
        confidence = max(remark.confidence, call.confidence, key=_DOUBTS.__getitem__)
        if (remark.audience or call.facts.audience.state) not in {"remote", "background"}:
            severity, shown_to = _LOWERED[severity]
            persona = stricter(persona, shown_to)
        if confidence == "low":
            persona = "auditor"
        text = self.rule.help.format_map(remark.words)
        return Finding(
            self.rule.id, call.place, severity, confidence, remark.message, text, remark.trace, index, persona
        )

    def of_project(self, remark: Remark, at: int | None = None) -> Finding:
        """The finding about the project, at this call, else at its first one before the most exposed audience."""
        index = min(range(len(self.calls)), key=lambda at: (-_EXPOSED[self.calls[at].facts.audience.state], at))
        return replace(self.of_call(index if at is None else at, remark), call=None, whole=True)

    def of_place(self, place: Place, remark: Remark) -> Finding:
        """The finding at a place that no audience makes milder."""
        text = self.rule.help.format_map(remark.words)
        return Finding(
            self.rule.id,
            place,
            self.rule.severity,
            remark.confidence,
            remark.message,
            text,
            remark.trace,
            persona=self.rule.persona,
        )


def per_call(judge: Callable[[Call, Subject], Remark | None]) -> Check:
    """Makes a rule out of a function that judges one call: one finding a call at most."""

    @wraps(judge)
    def check(subject: Subject) -> Iterator[Finding]:
        for index, call in enumerate(subject.calls):
            remark = judge(call, subject)
            if remark is not None:
                yield subject.of_call(index, remark)

    return check


def in_process(call: Call) -> str:
    """The milder case of rules that speak of failing requests: a model that runs in this process is sent none."""
    return "in-process" if call.facts.timeout.state == "n/a" else ""


def per_project(judge: Callable[[Subject], Iterable[tuple[int, Remark]]]) -> Check:
    """Makes a rule out of a function that judges all calls together and says at which of them each remark stands."""

    @wraps(judge)
    def check(subject: Subject) -> Iterator[Finding]:
        for index, remark in judge(subject):
            yield subject.of_call(index, remark)

    return check


def once(judge: Callable[[Subject], tuple[int, Remark] | None]) -> Check:
    """Makes a rule out of a function that judges the project as a whole, and says at which call its remark stands."""

    @wraps(judge)
    def check(subject: Subject) -> Iterator[Finding]:
        found = judge(subject)
        if found is not None:
            yield subject.of_project(found[1], found[0])

    return check


def first_of_each(subject: Subject, key: Callable[[Call], object]) -> Iterator[tuple[int, Call]]:
    """The first call for each key that is not None: many calls that share one cause are one finding."""
    seen: set[object] = set()
    for index, call in enumerate(subject.calls):
        found = key(call)
        if found is not None and found not in seen:
            seen.add(found)
            yield index, call


def of_item(subject: Subject, *words: str) -> Iterator[Finding]:
    """What the rule's item of the checklist says of the whole project, where the verdict is one of these."""
    found = next((each for each in subject.checklist if each.item == subject.rule.item), None)
    if found is not None and subject.calls and found.verdict in words:
        yield subject.of_project(Remark(found.reason, trace=found.evidence))


def stricter(one: Persona, other: Persona) -> Persona:
    """The persona of the two that is shown more."""
    return max(one, other, key=_PERSONAS.__getitem__)
