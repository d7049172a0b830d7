"""What decides an item of the checklist: a function that is given an Inquiry and returns a Verdict.

Most items ask something of every call of some kind; `of_calls` counts for them. What a call lacks is said in a few
words, which are the evidence at the call and, the commonest of them, the reason of the whole verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from .. import catalogue
from ..config import Config, limits_at
from ..evidence import Evidence
from ..model import Call, Place, Step, Verdict
from ..project.habits import Habits

Judge = Callable[["Inquiry"], Verdict]
Lack = Callable[[Call], str]
"""What a call lacks, in words; empty: nothing."""

SHOWN = 5
"""Places an item names as evidence."""
TEXT = frozenset({"chat", "completion"})
EXCESSIVE = "REL103"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """All that is known of a project once its calls are."""

    calls: tuple[Call, ...]
    habits: Habits = field(default_factory=Habits)
    evidence: Evidence = field(default_factory=Evidence)
    config: Config = field(default_factory=Config)
    today: date | None = None
    """The day on which an attestation has to count still (None: none does), and a bench result (None: any does)."""

    def wait_limit(self, call: Call) -> float:
        """Seconds that one attempt of this call may wait: those of `excessive-timeout`."""
        name = "background_seconds" if call.facts.audience.state == "background" else "remote_seconds"
        return limits_at(self.config, EXCESSIVE, call.place.path).get(name, self.limit(EXCESSIVE, name))

    def limit(self, rule: str, name: str) -> float:
        """A limit of a rule for the whole project: the configuration's, else the catalogue's."""
        return self.config.limits.get(rule, {}).get(name, catalogue.load().rule(rule).limits[name])

    @property
    def sent(self) -> list[Call]:
        """Calls that go over the network."""
        return [call for call in self.calls if call.facts.retry.state != "n/a"]

    def before(self, *audiences: str) -> list[Call]:
        """Calls whose most exposed audience is one of these."""
        return [call for call in self.calls if call.facts.audience.state in audiences]

    @property
    def text(self) -> list[Call]:
        """Calls that answer in text."""
        return [call for call in self.calls if call.kind in TEXT]


@dataclass(frozen=True, slots=True)
class Question:
    """What an item asks of calls, and the words for its answers."""

    item: str
    lack: Lack
    fine: str
    """The reason where every call has it."""
    idle: str
    """The reason where no call needs it."""
    advice: str
    halfway: Callable[[Call], bool] = lambda _: False
    """Calls that lack it in part only: where all that lack it do so in part, the item is met in part."""


def of_calls(question: Question, needing: Sequence[Call], shown: Iterable[Step] = ()) -> Verdict:
    """The verdict of an item that is asked of each call. `shown` is evidence for where it holds."""
    if not needing:
        return Verdict(question.item, "n/a", question.idle)
    lacking = [(call, why) for call in needing if (why := question.lack(call))]
    met = len(needing) - len(lacking)
    if not lacking:
        steps = tuple(shown) or tuple(Step(call.place, "") for call in needing[:SHOWN])
        return Verdict(question.item, "pass", question.fine, len(needing), met, steps[:SHOWN])
    some = met or any(question.halfway(call) for call, _ in lacking)
    steps = tuple(Step(call.place, why) for call, why in lacking[:SHOWN])
    return Verdict(
        question.item,
        "partial" if some else "fail",
        commonest(why for _, why in lacking),
        len(needing),
        met,
        steps,
        question.advice,
    )


def of_all(question: Question, needing: Sequence[Call], found: Sequence[Step]) -> Verdict:
    """The same where one thing in the project can stand before all calls; `found` says where there is one."""
    if not needing or not found:
        return of_calls(question, needing)
    return Verdict(question.item, "pass", question.fine, len(needing), len(needing), tuple(found[:SHOWN]))


def commonest(reasons: Iterable[str]) -> str:
    """The reason most calls have, and how many others there are."""
    counts = Counter(reasons)
    (first, count), *others = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    if not others:
        return first
    return f"{first} ({count}), and {sum(number for _, number in others)} otherwise"


def absent(item: str, reason: str) -> Verdict:
    """Nothing in the project needs the item."""
    return Verdict(item, "n/a", reason)


def at_calls(calls: Iterable[Call], note: str = "") -> tuple[Step, ...]:
    """The first of these calls as evidence."""
    return tuple(Step(call.place, note) for call in list(calls)[:SHOWN])


def names(words: Iterable[str], most: int = 3) -> str:
    """`a, b, c and 2 more`."""
    listed = list(dict.fromkeys(words))
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more


def inside(place: Place, paths: frozenset[str]) -> bool:
    """Whether a place lies in one of the files."""
    return place.path in paths
