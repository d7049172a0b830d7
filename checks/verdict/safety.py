"""Safety: what comes in, what goes out, what is done with it."""

from __future__ import annotations

from ..audiences import is_shown
from ..model import Call, Step, Verdict
from .interface import SHOWN, Inquiry, Question, absent, of_all, of_calls


def input_validation(case: Inquiry) -> Verdict:
    """Text of remote people has a length limit on its way into a prompt."""
    return of_calls(
        Question(
            "safety.input_validation",
            lambda call: "" if call.facts.input_limit.state == "yes" else "no length limit",
            "remote text is limited before it is used",
            "no text of remote people goes into a prompt",
            "Reject or cut input over a fixed length where it comes in.",
            halfway=_is_partly_limited,
        ),
        [call for call in case.text if _is_remote(call)],
    )


def _is_partly_limited(call: Call) -> bool:
    """Whether some of what people send is limited: that few of the documents looked up beside it are taken says nothing
    of it."""
    sent = [flow for flow in call.facts.untrusted.found if not flow.retrieved]
    return any(flow.limited is not None for flow in sent or call.facts.untrusted.found)


def _is_remote(call: Call) -> bool:
    untrusted = call.facts.untrusted
    if untrusted.found:
        return any(flow.source == "remote" for flow in untrusted.found)
    return untrusted.state not in {"none", "n/a"} and call.facts.audience.state == "remote"


def output_validation(case: Inquiry) -> Verdict:
    """What is taken apart is validated, and nothing is run."""
    return of_calls(
        Question(
            "safety.output_validation",
            _lacks_validation,
            "what is parsed is validated",
            "no answer is parsed or run",
            "Validate against a schema and handle what does not fit; never run an answer.",
        ),
        [call for call in case.text if call.facts.output.state == "unknown" or _uses(call) - {"text"}],
    )


def _uses(call: Call) -> set[str]:
    return {flow.state for flow in call.facts.output.found}


def _lacks_validation(call: Call) -> str:
    uses = _uses(call)
    if "executed" in uses:
        return "the answer is run"
    if "parsed-unvalidated" in uses:
        return "parsed without validation"
    return "" if "parsed-validated" in uses else "not known"


def prompt_injection(case: Inquiry) -> Verdict:
    """Text from outside can't pose as instructions."""
    cautious = case.habits.cautious | {step.place.path for step in case.habits.detectors}
    return of_calls(
        Question(
            "safety.prompt_injection",
            lambda call: _lacks_defence(call, cautious),
            "text from outside is kept apart",
            "no text from outside goes into a prompt",
            "Put it into a user message of its own, or between markers with the instruction to treat it as data.",
            halfway=lambda call: call.facts.untrusted.state == "delimited",
        ),
        [call for call in case.text if call.facts.untrusted.state not in {"none", "n/a"}],
        (*case.habits.cautions, *case.habits.detectors),
    )


def _lacks_defence(call: Call, cautious: frozenset[str]) -> str:
    match call.facts.untrusted.state:
        case "own-message":
            return ""
        case "delimited":
            return "" if call.place.path in cautious else "marked off, but not declared to be data"
        case "undelimited":
            return "mixed with the instructions"
        case "system":
            return "reaches the system prompt"
        case _:
            return "not known"


def human_in_loop(case: Inquiry) -> Verdict:
    """A person confirms what cannot be undone."""
    item, actions = "safety.human_in_loop", case.habits.actions
    confirmed = [action for action in actions if action.confirmed is not None]
    lacking = [Step(action.place, action.what) for action in actions if action.confirmed is None]
    count = len(lacking) + len(confirmed)
    if not count:
        return absent(item, "models trigger nothing that can't be undone")
    if not lacking:
        steps = tuple(Step(each.confirmed or each.place, f"asked before {each.what}") for each in confirmed)
        return Verdict(item, "pass", "a person is asked first", count, count, steps[:SHOWN])
    return Verdict(
        item,
        "partial" if confirmed else "fail",
        "nobody is asked first",
        count,
        len(confirmed),
        tuple(lacking[:SHOWN]),
        "Show the action to a person and go on only when they agree.",
    )


def moderation(case: Inquiry) -> Verdict:
    """What the public sees is moderated, or what it sends."""
    return of_all(
        Question(
            "safety.moderation",
            lambda call: "" if call.setup.moderated else "no moderation",
            "input or output is moderated",
            "no answer is shown to a remote person",
            "Check input or output with a moderation endpoint or a guardrail before it is shown.",
        ),
        [call for call in case.calls if is_shown(call)],
        case.habits.moderation,
    )
