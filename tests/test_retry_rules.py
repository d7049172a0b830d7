"""The rules on retries, on calls made by hand: layers that wait, end, multiply, or never fire."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aiready.checks.model import Call, EntryPoint, Facts, Guard, Place, Retry, RetryLayer, Setting, Setup, Step, Timeout
from aiready.checks.rules import RULES, judge
from aiready.checks.rules.layers import attempts, backoff_seconds

CALL = Place("llm.py", 20, 12, 24, 6)
BUILT = Place("llm.py", 14, 10)
ROUTE = EntryPoint("chat", Place("main.py", 8), "remote", "FastAPI route")
LIMIT = Timeout("explicit", 30.0, BUILT, "timeout= of the client", BUILT)
UNKNOWN_LIMIT = Timeout("unknown", client=BUILT)

SDK = RetryLayer("sdk", "openai's default", 3, backoff="exponential")
RETRY = RetryLayer("decorator", "@retry", 5, backoff="exponential", where=Place("llm.py", 17))
ENDLESS = RetryLayer("loop", "while loop", None, bounded=False, backoff="exponential")
EVERY_RULE = frozenset(rule for rule, _ in RULES)


def call(retry: Retry, timeout: Timeout = UNKNOWN_LIMIT, audience: str = "remote") -> Call:
    """A call of openai with these retries, and nothing else to complain of."""
    fine, state = Setting("set"), Setting("unknown")
    facts = Facts(timeout, retry, Guard("handled"), fine, state, state, state, Setting(audience), (ROUTE,))
    return Call(
        CALL,
        "openai",
        "chat",
        "chat.completions.create",
        "ask",
        "high",
        1,
        facts,
        setup=Setup(breaker=True, moderated=True),
    )


def layered(*layers: RetryLayer, audience: str = "remote", timeout: Timeout = UNKNOWN_LIMIT) -> Call:
    """A call with these layers of retries, innermost first."""
    return call(Retry("explicit", None, layers=layers), timeout, audience)


def said(subject: Call, *rules: str) -> str:
    """What the rules (all, if none is named) say of one call, one line a finding."""
    findings = judge((subject,), (), rules or EVERY_RULE)
    return "\n".join(f"{finding.severity} {finding.rule}: {finding.message}" for finding in findings)


def helped(subject: Call, rule: str) -> str:
    """The help of the one finding of a rule."""
    (finding,) = judge((subject,), (), [rule])
    return finding.help


def test_worst_case_adds_attempts_and_backoff() -> None:
    (finding,) = judge((layered(SDK, timeout=LIMIT),), (), EVERY_RULE)
    assert (finding.rule, finding.severity, finding.persona) == ("REL105", "warning", "pedantic")
    assert finding.message == (
        "may wait 91.5 s, over the budget of 60 s: 30 s x 3 attempts + 1.5 s between them "
        "(timeout= of the client, llm.py:14)"
    )
    assert finding.help == (
        "Put one deadline around all attempts (`asyncio.timeout(60)`), or give each attempt less: "
        "`timeout=19` where the client is built (llm.py:14)."
    )


@pytest.mark.parametrize(
    "subject",
    [
        layered(SDK, timeout=Timeout("explicit", 19.5)),
        layered(SDK, audience="background", timeout=LIMIT),
        layered(SDK, audience="local", timeout=LIMIT),
        layered(SDK, timeout=Timeout("explicit", 30.0, CALL, "asyncio.wait_for")),
        layered(SDK, timeout=Timeout("explicit", 61.0, CALL, "timeout=")),
        layered(replace(RETRY, without_effect="swallowed"), timeout=LIMIT),
        layered(replace(RETRY, attempts=None), timeout=LIMIT),
    ],
)
def test_worst_case_within_budget_or_unknown(subject: Call) -> None:
    assert said(subject, "REL105") == ""


def test_backoff_of_layers_inside_is_waited_again() -> None:
    outer = RetryLayer("loop", "outer", 2, backoff="exponential")
    assert backoff_seconds((SDK,)) == 0.5 + 1
    assert backoff_seconds((SDK, outer)) == 2 * (0.5 + 1) + 0.5
    assert backoff_seconds((replace(SDK, attempts=8),)) == 0.5 + 1 + 2 + 4 + 8 + 8 + 8
    assert backoff_seconds((replace(SDK, backoff="fixed"),)) == 0
    assert attempts((SDK, outer)) == 6


@pytest.mark.parametrize(
    ("retry", "expected"),
    [
        (
            Retry("none", 1, None, "ollama doesn't retry", client=BUILT),
            "warning REL201: gives up at the first failure: ollama doesn't retry; client built at llm.py:14",
        ),
        (
            Retry("disabled", 1, BUILT, "max_retries=0 of the client"),
            "warning REL202: gives up at the first failure: max_retries=0 of the client, llm.py:14",
        ),
        (Retry("unknown"), ""),
        (Retry("n/a"), ""),
        (Retry("sdk-default", 3), ""),
    ],
)
def test_missing_retries(retry: Retry, expected: str) -> None:
    assert said(call(retry)) == expected


@pytest.mark.parametrize("state", ["none", "disabled", "sdk-default"])
def test_the_retry_that_cannot_fire_explains_that_there_is_none(state: str) -> None:
    dead = replace(RETRY, without_effect="ask() swallows the exception")
    expected = "warning REL208: @retry never repeats this call: ask() swallows the exception"
    assert said(call(Retry(state, layers=(dead,)))) == expected


def test_a_dead_layer_multiplies_nothing() -> None:
    dead = replace(RETRY, attempts=None, bounded=False, backoff="none", permanent_errors=True)
    dead = replace(dead, side_effects=((CALL, "send_email"),), without_effect="sync decorator on an async function")
    assert said(layered(dead)) == "warning REL208: @retry never repeats this call: sync decorator on an async function"


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (
            RetryLayer("loop", "for loop", 4, backoff="none"),
            "warning REL203: for loop sends the request up to 4 times without waiting",
        ),
        (
            RetryLayer("decorator", "@retry", None, backoff="fixed"),
            "warning REL203: @retry sends the request after always the same wait",
        ),
        (
            RetryLayer("client", "num_retries=2", 3, backoff="none"),
            "warning REL203: num_retries=2 sends the request up to 3 times without waiting",
        ),
        (RetryLayer("sdk", "litellm's default", 3, backoff="none"), ""),
        (RetryLayer("loop", "for loop", 4, backoff="exponential"), ""),
        (RetryLayer("loop", "for loop", 4, backoff="unknown"), ""),
        (RetryLayer("loop", "for loop", 1, backoff="none"), ""),
        (
            RetryLayer("decorator", "@retry", None, bounded=False, backoff="none"),
            "error REL204: @retry repeats a failing request for ever, without waiting",
        ),
        (ENDLESS, "error REL204: while loop repeats a failing request for ever"),
    ],
)
def test_how_a_layer_waits_and_ends(layer: RetryLayer, expected: str) -> None:
    assert said(layered(layer)) == expected


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (
            (SDK, RETRY),
            "warning REL205: sends up to 3 (openai's default) x 5 (@retry) = 15 requests for one answer",
        ),
        (
            (RetryLayer("sdk", "llama-index's default", 12),),
            "warning REL205: sends up to 12 (llama-index's default) requests for one answer",
        ),
        ((RetryLayer("client", "max_retries=10", 11),), ""),
        ((SDK, replace(RETRY, attempts=2)), ""),
        ((SDK, replace(RETRY, attempts=None)), ""),
        ((SDK, RETRY, ENDLESS), "error REL204: while loop repeats a failing request for ever"),
    ],
)
def test_layers_multiply(layers: tuple[RetryLayer, ...], expected: str) -> None:
    assert said(layered(*layers)) == expected


def test_stacked_layers_are_shown_and_one_is_to_go() -> None:
    (finding,) = judge((layered(SDK, RETRY),), (), ["REL205"])
    advice = "keep one layer and switch the others off (`max_retries=0` for openai's)."
    assert finding.help == f"Retry in one place only: {advice}"
    assert finding.trace == (Step(Place("llm.py", 17), "repeated here: @retry"),)


def test_what_is_repeated_in_vain() -> None:
    subject = layered(replace(RETRY, permanent_errors=True, catches=("Exception", "OSError")))
    message = "note REL206: @retry also repeats requests that can never succeed (Exception and OSError)"
    assert said(subject, "REL206") == message
    errors = "`openai.APIConnectionError`, `openai.RateLimitError` and `openai.APITimeoutError`"
    assert helped(subject, "REL206") == f"Repeat only what may pass: {errors}."


def test_what_may_pass_is_not_in_vain_wherever_it_is_imported_from() -> None:
    caught = ("openai._exceptions.APITimeoutError", "openai._exceptions.APIError", "builtins.ConnectionError")
    subject = layered(replace(RETRY, permanent_errors=True, catches=caught))
    message = "note REL206: @retry also repeats requests that can never succeed (openai.APIError)"
    assert said(subject, "REL206") == message


def test_what_is_repeated_beside_the_request() -> None:
    effects = ((Place("llm.py", 21), "send_email"), (Place("llm.py", 22), "cursor.execute"))
    subject = layered(replace(RETRY, side_effects=effects))
    message = "warning REL207: @retry repeats send_email (llm.py:21) and 1 more with the request, up to 5 times"
    assert said(subject, "REL207") == message
    once = "Retry the model call alone and do `send_email` once, after it; or give `send_email` an idempotency key."
    assert helped(subject, "REL207") == once
