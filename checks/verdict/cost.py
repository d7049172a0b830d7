"""Cost: usage, prompt length, caching, alerts, model tiers."""

from __future__ import annotations

from ..model import Call, Step, Verdict
from .interface import TEXT, Inquiry, Question, absent, at_calls, names, of_calls

_COUNTED = TEXT | {"embedding"}
_TALK = frozenset({"bot", "message", "listener", "chat"})


def usage_logged(case: Inquiry) -> Verdict:
    """The tokens of every call are read, and kept somewhere."""
    return of_calls(
        Question(
            "cost.usage_logged",
            _lacks_usage,
            "token usage is read and recorded",
            "no chat, completion or embedding call",
            "Read the usage of each response and log it with the model's name, or switch a tracer on that does.",
        ),
        [call for call in case.calls if call.kind in _COUNTED and call.facts.retry.state != "n/a"],
    )


def _lacks_usage(call: Call) -> str:
    if call.facts.usage.state != "read":
        return "usage is never read"
    return "usage is read, but not recorded" if call.facts.observed.state == "no" else ""


def prompt_trimmed(case: Inquiry) -> Verdict:
    """Text of unknown length is cut before it goes into a prompt."""
    return of_calls(
        Question(
            "cost.prompt_trimmed",
            lambda call: "" if _is_bounded(call) else "text of any length goes in",
            "text that goes into prompts is bounded",
            "no text of unknown length goes into a prompt",
            "Cut or reject what is too long before the call: count tokens, slice, keep the last turns only.",
            halfway=lambda call: any(flow.limited is not None for flow in call.facts.untrusted.found),
        ),
        [call for call in case.text if call.facts.untrusted.state not in {"none", "n/a"}],
    )


def _is_bounded(call: Call) -> bool:
    flows = call.facts.untrusted.found
    return call.facts.input_limit.state == "yes" or (bool(flows) and all(each.limited is not None for each in flows))


def caching(case: Inquiry) -> Verdict:
    """What was asked before is not asked again, or at least its beginning is not paid twice."""
    needing = [call for call in case.sent if call.facts.cache.state == "yes" or not _is_conversation(call)]
    question = Question(
        "cost.caching",
        lambda call: _lacks_cache(case, call),
        "repeated inputs are answered from a cache",
        _uncached(case),
        "Cache answers by model and prompt where inputs repeat, or use the provider's prompt caching.",
        halfway=lambda call: bool(call.facts.cache.detail),
    )
    found = of_calls(question, needing)
    declared = (*case.habits.prompt_caching, *(each.step for each in case.evidence.of("cache")))
    if found.verdict == "fail" and declared:
        reason = "prompt caching is used for some"
        return Verdict(found.item, "partial", reason, found.needed, 0, declared[:5], found.advice)
    return found


def _uncached(case: Inquiry) -> str:
    """Why nothing needs a cache."""
    if case.sent:
        return f"{'all calls are turns' if len(case.sent) > 1 else 'the only call is a turn'} of a conversation"
    return "no call goes over the network"


def _lacks_cache(case: Inquiry, call: Call) -> str:
    cached = call.facts.cache
    return "" if cached.state == "yes" or _asks_for_caching(case, call) else cached.detail or "no cache"


def _asks_for_caching(case: Inquiry, call: Call) -> bool:
    """Whether the call itself marks what the provider is to keep."""
    first, last = call.place.line, max(call.place.line, call.place.end_line)
    steps = (step.place for step in case.habits.prompt_caching)
    return any(each.path == call.place.path and first <= each.line <= last for each in steps)


def _is_conversation(call: Call) -> bool:
    """A turn of a talk, which is never the same twice."""
    if call.setup.repeats.state == "turn":
        return True
    words = {word for entry in call.facts.entries for word in entry.how.lower().split()}
    return call.kind == "chat" and bool(words & _TALK) and call.facts.audience.state == "remote"


def alerts(case: Inquiry) -> Verdict:
    """Somebody is told, or the calls stop, when spending passes a threshold."""
    item = "cost.alerts"
    paid = case.habits.paid
    if not paid:
        return absent(item, "no provider that sends a bill")
    found = (*case.habits.budgets, *(each.step for each in case.evidence.of("budget")))
    if found:
        return Verdict(item, "pass", "a budget is set", 1, 1, found[:5])
    known = [each for each in paid if each]
    return Verdict(
        item,
        "attest",
        f"set in the dashboard of {names(known, 2)}?" if known else "set in the provider's dashboard?",
        1,
        0,
        (),
        "Set a budget alert with the provider and attest it, or set a budget in the code.",
    )


def model_tier(case: Inquiry) -> Verdict:
    """Cheap tasks don't use the dearest models."""
    item = "cost.model_tier"
    if not case.calls:
        return absent(item, "no model calls")
    known = [model for model in case.habits.models if model.tier in {"small", "middle", "frontier"}]
    tiers = {model.tier for model in known}
    steps = tuple(Step(model.place, f"{model.name} ({model.tier})") for model in known[:5])
    told = [call for call in case.text if call.facts.model.state != "unknown"]
    if not told and not known:
        return absent(item, "no chat model is named or configured")
    if tiers and tiers != {"frontier"}:
        several = len(tiers) > 1
        reason = "models of several tiers are in use" if several else f"{names(model.name for model in known)} only"
        return Verdict(item, "pass", reason, len(tiers), len(tiers), steps)
    advice = "Use a small model for classification, routing and short extraction, and say which task needs more."
    if not tiers:
        return Verdict(item, "partial", "the model is configured; its tier is not known", 1, 0, at_calls(told), advice)
    return Verdict(item, "fail", f"{names(model.name for model in known)} for every task", 1, 0, steps, advice)
