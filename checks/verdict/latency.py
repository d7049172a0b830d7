"""Latency: streaming, waiting, measuring."""

from __future__ import annotations

from collections import Counter

from ..model import Call, EntryPoint, Verdict
from .interface import Inquiry, Question, absent, of_calls

READ_BY_PEOPLE = frozenset(
    {"route", "view", "resource", "responder", "consumer", "handler", "listener", "event", "command", "bot"}
    | {"callback", "script", "page", "app", "component"}
)
READ_BY_PROGRAMS = frozenset({"lambda", "runpod", "server"})
_REQUESTS = frozenset({"route", "view", "resource", "responder", "handler", "method", "script", "callback"})


def shows_answers(entry: EntryPoint) -> bool:
    """True of "FastAPI route" and "Gradio callback", not of "gRPC method" or "AWS Lambda handler"."""
    words = entry.how.lower().split() or [""]
    return entry.audience == "remote" and words[-1] in READ_BY_PEOPLE and READ_BY_PROGRAMS.isdisjoint(words)


def shown(call: Call) -> bool:
    """Whether a person at the other end reads the answer: remote, and not only taken apart by the code."""
    uses = {flow.state for flow in call.facts.output.found}
    read = not uses or "text" in uses
    return call.facts.audience.state == "remote" and any(map(shows_answers, call.facts.entries)) and read


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
        [call for call in case.text if shown(call)],
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
    """A bench result is recorded and within its limits."""
    item = "latency.benchmarked"
    if not case.calls:
        return absent(item, "no model calls")
    found = case.evidence.of("bench")
    good = [each for each in found if each.good]
    advice = "Run `aiready bench` on real prompts and keep the result under .aiready/."
    steps = tuple(each.step for each in (good or found))[:5]
    if good:
        return Verdict(item, "pass", "a bench result is recorded", 1, 1, steps)
    if found:
        return Verdict(item, "fail", "the recorded bench result did not pass", 1, 0, steps, advice)
    return Verdict(item, "fail", "no bench result is recorded", 1, 0, (), advice)
