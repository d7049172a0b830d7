"""Latency: streaming, waiting, measuring."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from ..audiences import is_shown
from ..evidence import Declared
from ..model import Call, EntryPoint, Verdict
from .interface import SHOWN, Inquiry, Question, absent, of_calls

UNBENCHMARKED = "LAT106"
"""The rule whose limit says how long a bench result counts."""
_REQUESTS = frozenset({"route", "view", "resource", "responder", "handler", "method", "script", "callback"})


def streaming(case: Inquiry) -> Verdict:
    """People see an answer while it is written."""
    return of_calls(
        Question(
            "latency.streaming",
            lambda call: "" if call.facts.streaming.state == "yes" else "shown only when complete",
            "answers are streamed",
            "no answer is shown to a remote person",
            "Ask for the answer in pieces and pass each on as it comes.",
        ),
        [call for call in case.text if is_shown(call)],
    )


def waiting(case: Inquiry) -> Verdict:
    """No event loop is held up, and long work leaves the request."""
    together = Counter(
        entry.where for call in case.before("remote") if _waits(call) for entry in call.facts.entries if _asks(entry)
    )
    long = {entry for entry, count in together.items() if count > 1}

    def lack(call: Call) -> str:
        if call.facts.blocking_in_async.state == "yes":
            return "blocks the event loop"
        several = _waits(call) and any(entry.where in long for entry in call.facts.entries)
        return "several calls inside one request" if several else ""

    return of_calls(
        Question(
            "latency.async",
            lack,
            "no call holds up a request or a loop",
            "no call with a remote audience",
            "Await an async client or hand the call to a thread; move several calls in a row into a background task.",
            halfway=lambda call: call.facts.blocking_in_async.state != "yes",
        ),
        case.before("remote"),
    )


def _waits(call: Call) -> bool:
    """Whether a request stands still while the answer is written."""
    return call.facts.streaming.state != "yes"


def _asks(entry: EntryPoint) -> bool:
    return entry.audience == "remote" and bool(_REQUESTS & set(entry.how.lower().split()))


def benchmarked(case: Inquiry) -> Verdict:
    """A bench result is recorded, recent enough and within its limits."""
    item = "latency.benchmarked"
    if not case.calls:
        return absent(item, "no model calls")
    found = case.evidence.of("bench")
    passed = [each for each in found if each.good]
    days = case.limit(UNBENCHMARKED, "days")
    recent = [each for each in passed if _is_recent(each, case.today, days)]
    advice = "Measure real prompts under the load you expect, and keep the result as .aiready/bench.json."
    steps = tuple(each.step for each in (recent or passed or found))[:SHOWN]
    if recent:
        return Verdict(item, "pass", "a bench result is recorded", 1, 1, steps)
    if passed:
        latest = max(each.on for each in passed)
        reason = f"the latest bench result that passed is of {latest}" if latest else "no bench result says its day"
        return Verdict(item, "fail", f"{reason}; it counts for {days:g} days", 1, 0, steps, advice)
    if found:
        return Verdict(item, "fail", "the recorded bench result did not pass", 1, 0, steps, advice)
    return Verdict(item, "fail", "no bench result is recorded", 1, 0, (), advice)


def _is_recent(bench: Declared, today: date | None, days: float) -> bool:
    if today is None:
        return True
    return bool(bench.on) and today - date.fromisoformat(bench.on) <= timedelta(days)
