"""Each rule on calls made by hand: what it says, how bad it is, to whom, and when it is silent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aiready.checks.model import (
    Call,
    EntryPoint,
    Facts,
    Finding,
    Flow,
    Flows,
    Guard,
    Handler,
    Place,
    Retry,
    Secret,
    Setting,
    Setup,
    Step,
    Timeout,
)
from aiready.checks.rules import RULES, arbitrate, judge

CALL = Place("llm.py", 20, 12, 24, 6)
BUILT = Place("llm.py", 14, 10)
ROUTE = EntryPoint("chat", Place("main.py", 8), "remote", "FastAPI route")
QUIET = Facts(
    timeout=Timeout("explicit", 30.0, BUILT, "timeout= of the client", BUILT),
    retry=Retry("explicit", 1, BUILT),
    guard=Guard("handled"),
    max_output=Setting("set"),
    streaming=Setting("yes"),
    blocking_in_async=Setting("no"),
    model=Setting("config"),
    audience=Setting("remote"),
    entries=(ROUTE,),
    fallback=Setting("yes"),
)
"""Facts nobody complains of; a test changes the one it is about."""

IN_ORDER = Setup(breaker=True, moderated=True)
EVERY_RULE = frozenset(rule for rule, _ in RULES)


def call(audience: str = "remote", **facts: Any) -> Call:
    """A call of openai with these facts, everything else in order."""
    changed = replace(QUIET, audience=Setting(audience), **facts)
    return Call(CALL, "openai", "chat", "chat.completions.create", "ask", "high", 1, changed, setup=IN_ORDER)


def said(subject: Call, *rules: str) -> str:
    """What the rules (all, if none is named) say of one call, one line a finding."""
    findings = judge((subject,), (), rules or EVERY_RULE)
    return "\n".join(f"{finding.severity} {finding.rule}: {finding.message}" for finding in findings)


def helped(subject: Call, rule: str) -> str:
    """The help of the one finding of a rule."""
    (finding,) = judge((subject,), (), [rule])
    return finding.help


def test_nothing_is_said_of_a_call_in_order() -> None:
    assert judge((call(),), (), EVERY_RULE) == ()


def test_a_finding_in_full() -> None:
    timeout = Timeout("sdk-default", 600.0, None, "openai's default", BUILT)
    assert judge((call(), call(timeout=timeout)), (), ["REL101"]) == (
        Finding(
            "REL101",
            CALL,
            "warning",
            "high",
            "waits up to 600 s for an answer: openai's default; client built at llm.py:14",
            "Choose a limit the caller can live with: `timeout=30` where the client is built (llm.py:14).",
            (Step(BUILT, "client built here"), Step(ROUTE.where, "reached from FastAPI route chat")),
            call=1,
        ),
    )


# How bad, and for whom

NO_LIMIT = Timeout("none", None, None, "google-genai's default")
UNCAPPED = Setting("unset")
MODEL_HERE = Setting("gpt-4o", CALL)
LEAKY = Handler(BUILT, ("builtins.ValueError",), covers=False, silent=False)


@pytest.mark.parametrize(
    ("audience", "facts", "expected"),
    [
        ("remote", {"timeout": NO_LIMIT}, ("REL101", "error", "regular")),
        ("background", {"timeout": NO_LIMIT}, ("REL101", "error", "regular")),
        ("local", {"timeout": NO_LIMIT}, ("REL101", "warning", "regular")),
        ("unknown", {"timeout": NO_LIMIT}, ("REL101", "warning", "regular")),
        ("remote", {"max_output": UNCAPPED}, ("COST101", "warning", "regular")),
        ("local", {"max_output": UNCAPPED}, ("COST101", "note", "regular")),
        ("remote", {"model": MODEL_HERE}, ("MULTI102", "note", "regular")),
        ("local", {"model": MODEL_HERE}, ("MULTI102", "note", "pedantic")),
        ("unknown", {"model": MODEL_HERE}, ("MULTI102", "note", "pedantic")),
    ],
)
def test_audience_lowers_severity(audience: str, facts: dict[str, Any], expected: tuple[str, str, str]) -> None:
    findings = judge((call(audience, **facts),), (), EVERY_RULE)
    assert [(finding.rule, finding.severity, finding.persona) for finding in findings] == [expected]


@pytest.mark.parametrize(
    ("guard", "rule", "severity"),
    [
        (Guard("unhandled"), "REL301", "error"),
        (
            Guard("partial", handlers=(Handler(BUILT, ("builtins.ValueError",), covers=False, silent=False),)),
            "REL303",
            "warning",
        ),
    ],
)
def test_a_model_in_this_process_has_no_network_to_fail(guard: Guard, rule: str, severity: str) -> None:
    here = call(guard=guard, timeout=Timeout("n/a"), retry=Retry("n/a"))
    local = call("local", guard=guard, timeout=Timeout("n/a"), retry=Retry("n/a"))
    found = [judge((each,), (), EVERY_RULE)[0] for each in (call(guard=guard), here, local)]
    assert [(each.rule, each.severity, each.persona) for each in found] == [
        (rule, severity, "regular"),
        (rule, "note", "regular"),
        (rule, "note", "pedantic"),
    ]


def test_all_findings_of_a_call_name_the_same_entry_point() -> None:
    """The first route was named by some rules, and the one from which nothing catches the failure by another."""
    script = EntryPoint("", Place("run.py", 3), "local", "script")
    open_one = EntryPoint("ask", Place("web.py", 5), "remote", "Flask route")
    facts: dict[str, Any] = {
        "timeout": NO_LIMIT,
        "streaming": Setting("no"),
        "guard": Guard("unhandled", open_path=(open_one.where, BUILT)),
        "entries": (script, ROUTE, open_one),
    }
    for found in judge((call(**facts),), (), ["REL101", "REL301", "LAT102"]):
        told = f"{found.message} {' '.join(f'{step.note} {step.place.path}' for step in found.trace)}"
        assert (found.rule, "web.py" in told, "main.py" in told) == (found.rule, True, False)
    open_at_script = Guard("unhandled", open_path=(script.where, BUILT))
    assert "run.py:3" in said(call(**{**facts, "guard": open_at_script}), "REL301")
    assert "main.py:8" in said(call(**{**facts, "guard": open_at_script}), "LAT102")


@pytest.mark.parametrize(
    ("audience", "facts", "found"),
    [
        ("remote", {}, True),
        ("remote", {"shown": False}, False),
        ("background", {}, False),
        ("background", {"entries": (replace(ROUTE, audience="background", how="task after the response"),)}, False),
        ("local", {}, False),
        ("unknown", {"entries": ()}, False),
        ("remote", {"entries": (replace(ROUTE, how="gRPC method"),)}, False),
    ],
)
def test_an_answer_is_streamed_for_people_who_read_along(audience: str, facts: dict[str, Any], found: object) -> None:
    assert bool(said(call(audience, streaming=Setting("no"), **facts), "LAT102")) is found


@pytest.mark.parametrize(("confidence", "persona"), [("high", "regular"), ("medium", "regular"), ("low", "auditor")])
def test_low_confidence_is_for_auditors(confidence: Any, persona: str) -> None:
    (finding,) = judge((replace(call(max_output=UNCAPPED), confidence=confidence),), (), EVERY_RULE)
    assert (finding.confidence, finding.persona) == (confidence, persona)


# Timeouts

CLIENT = "client built at llm.py:14"


@pytest.mark.parametrize(
    ("audience", "timeout", "expected"),
    [
        ("remote", NO_LIMIT, "error REL101: waits for an answer without end: google-genai's default"),
        ("remote", Timeout("none"), "error REL101: waits for an answer without end: nothing sets a limit"),
        (
            "remote",
            Timeout("sdk-default", 60.0, source="groq's default"),
            "note REL101: waits up to 60 s for an answer: groq's default",
        ),
        (
            "background",
            Timeout("sdk-default", 600.0, source="openai's default"),
            "note REL101: waits up to 600 s for an answer: openai's default",
        ),
        (
            "background",
            Timeout("sdk-default", 6000.0, source="litellm's default"),
            "warning REL101: waits up to 100 min for an answer: litellm's default",
        ),
        (
            "remote",
            Timeout("disabled", None, BUILT, "timeout=None", BUILT),
            "error REL102: waits for an answer without end, as its limit is switched off: timeout=None, llm.py:14",
        ),
        (
            "remote",
            Timeout("disabled", 864000.0, CALL, "timeout=", CALL),
            "error REL102: waits up to 10 days for an answer, as its limit is switched off: timeout=, llm.py:20",
        ),
        (
            "remote",
            Timeout("explicit", 61.0, CALL, "timeout=", BUILT),
            f"warning REL103: waits up to 61 s for an answer, over the limit of 60 s: timeout=, llm.py:20; {CLIENT}",
        ),
        (
            "remote",
            Timeout("explicit", 61.0, CALL, "timeout="),
            "warning REL103: waits up to 61 s for an answer, over the limit of 60 s: timeout=, llm.py:20",
        ),
        (
            "background",
            Timeout("explicit", 601.0, CALL, "timeout="),
            "warning REL103: waits up to 601 s for an answer, over the limit of 600 s: timeout=, llm.py:20",
        ),
        ("background", Timeout("explicit", 600.0, CALL), ""),
        ("remote", Timeout("explicit", 60.0, CALL), ""),
        ("remote", Timeout("explicit", None, CALL), ""),
        ("remote", Timeout("unknown"), ""),
        ("remote", Timeout("n/a"), ""),
    ],
)
def test_timeouts(audience: str, timeout: Timeout, expected: str) -> None:
    assert said(call(audience, timeout=timeout)) == expected


def test_limits_are_parameters() -> None:
    patient = call(timeout=Timeout("explicit", 90.0))
    assert len(judge((patient,), (), EVERY_RULE)) == 1
    assert judge((patient,), (), EVERY_RULE, {"REL103": {"remote_seconds": 120}}) == ()


def test_a_trap_is_told_and_not_what_it_leads_to() -> None:
    trap = "timeout=30 means 30 ms: google-genai counts milliseconds"
    wrong = call(timeout=Timeout("explicit", 0.03, BUILT, "timeout=", BUILT, trap))
    assert said(wrong) == f"error REL104: waits up to 30 ms for an answer: {trap}"
    assert helped(wrong, "REL104") == "Write `timeout=30` where the client is built (llm.py:14)."
    unlimited = call(
        timeout=Timeout("none", None, None, "portkey-ai's default", BUILT, "request_timeout= limits nothing")
    )
    assert said(unlimited) == "error REL104: waits for an answer without end: request_timeout= limits nothing"


# Guards


def test_an_open_path_is_told_from_its_start() -> None:
    job = EntryPoint("nightly", Place("jobs.py", 3), "background", "Celery task")
    subject = call(guard=Guard("unhandled", open_path=(job.where, CALL)), entries=(ROUTE, job))
    (finding,) = judge((subject,), (), EVERY_RULE)
    assert finding.message == "its failure is caught nowhere on the way from Celery task nightly (jobs.py:3)"
    assert finding.help.startswith("Catch `openai.OpenAIError` around the call or where the request enters")
    assert [step.place for step in finding.trace] == [job.where, CALL]
    assert said(call(guard=Guard("unhandled", open_path=(BUILT, CALL)), entries=())) == (
        "error REL301: its failure is caught nowhere on the way from llm.py:14"
    )


@pytest.mark.parametrize(
    ("catches", "covers", "silent", "expected"),
    [
        (("Exception",), True, True, "it catches Exception, and neither logs, re-raises nor substitutes"),
        ((), True, True, "it catches everything, and neither logs, re-raises nor substitutes"),
        (("Exception",), True, False, ""),
        (("ValueError",), False, True, ""),
    ],
)
def test_handlers_that_hide_failures(catches: tuple[str, ...], covers: bool, silent: bool, expected: str) -> None:  # noqa: FBT001 - a table's columns
    handler = Handler(Place("llm.py", 25), catches, covers, silent)
    start = "warning REL302: the failure disappears at llm.py:25: " if expected else ""
    assert said(call(guard=Guard("handled", handlers=(handler,)))) == start + expected
    assert said(call(guard=Guard("handled", handlers=(replace(handler, reraises=True),)))) == ""


def test_guards_with_holes() -> None:
    handler = Handler(Place("llm.py", 25), ("openai.RateLimitError",), covers=False, silent=False)
    (finding,) = judge(
        (call(guard=Guard("partial", None, (handler,), (), ("a.B", "a.C", "a.D", "a.E"))),), (), EVERY_RULE
    )
    assert finding.message == "the handler at llm.py:25 misses a.B, a.C and a.D, which openai raises"
    assert finding.trace == (Step(handler.where, "catches openai.RateLimitError"),)


def test_guards_of_what_never_raises() -> None:
    handler = Handler(Place("llm.py", 25), ("builtins.Exception",), covers=False, silent=False)
    subject = replace(call(guard=Guard("partial", None, (handler,), (CALL,), ("a.B",))), sdk="dashscope")
    (finding,) = judge((subject,), (), EVERY_RULE)
    assert finding.message == "the handler at llm.py:25 never runs: dashscope raises nothing for a failed request"
    assert finding.trace == (Step(handler.where, "catches Exception"),)


def test_guards_on_some_ways_only() -> None:
    subject = call("unknown", guard=Guard("partial", open_path=(CALL,)))
    assert said(subject) == "note REL303: its failure is caught on some ways to this call only"
    whole = Handler(Place("llm.py", 25), ("builtins.Exception",), covers=True, silent=False)
    subject = call("unknown", guard=Guard("partial", None, (whole,), (CALL,), ("a.B",)))
    assert said(subject) == "note REL303: its failure is caught on some ways to this call only"


# Cost, latency, keys, models


def test_uncapped_answers() -> None:
    subject = call(max_output=UNCAPPED, model=Setting("gpt-4o"))
    assert (
        said(subject) == "warning COST101: the answer may grow to the limit of gpt-4o: nothing caps its output tokens"
    )
    cap = "`max_completion_tokens=1000` in the call"
    assert helped(subject, "COST101") == f"Cap the answer at what is needed of it: {cap}."


def test_the_client_that_does_not_retry_is_named() -> None:
    retry = Retry("none", 1, Place("llm.py", 9), sdk="langchain-ollama", client=Place("llm.py", 9))
    subject = replace(call(retry=retry), sdk="langchain-openai", method="invoke")
    message = "gives up at the first failure: langchain-ollama doesn't retry, and nothing around the call does"
    assert said(subject, "REL201") == f"warning REL201: {message}; client built at llm.py:9"
    assert "@tenacity.retry" in helped(subject, "REL201")


def test_blocked_event_loops() -> None:
    subject = call(blocking_in_async=Setting("yes", Place("main.py", 9), "chat"))
    message = "error LAT101: holds the event loop until the answer is there: runs in async def chat, main.py:9"
    assert said(subject) == message
    thread = "hand the call to a thread (`await asyncio.to_thread(...)`)."
    assert helped(subject, "LAT101") == f"Keep the event loop free: await `AsyncOpenAI`, or {thread}"
    inside = replace(subject, sdk="llama-cpp-python", method="create_chat_completion")
    assert helped(inside, "LAT101") == f"Keep the event loop free: {thread}"


def test_unstreamed_answers_are_told_with_medium_confidence() -> None:
    (finding,) = judge((call(streaming=Setting("no")),), (), EVERY_RULE)
    assert (finding.rule, finding.severity, finding.confidence) == ("LAT102", "warning", "medium")
    assert (
        finding.message == "whoever asks sees nothing until the whole answer is there: FastAPI route chat (main.py:8)"
    )
    assert finding.help == "Ask for the answer in pieces (`stream=True`) and pass each on as it comes."


@pytest.mark.parametrize(
    "subject",
    [
        replace(call(streaming=Setting("no")), kind="embedding"),
        call("local", streaming=Setting("no")),
        call(streaming=Setting("n/a")),
        call(streaming=Setting("no"), entries=()),
        call(streaming=Setting("no"), entries=(replace(ROUTE, how="AWS Lambda handler"),)),
        call(streaming=Setting("no"), entries=(replace(ROUTE, how="gRPC method"),)),
        call(streaming=Setting("no"), entries=(replace(ROUTE, how=""),)),
        call(streaming=Setting("no"), entries=(replace(ROUTE, audience="background"),)),
        call(streaming=Setting("no"), gets=(replace(ROUTE, audience="local", how="command"),)),
    ],
)
def test_nobody_waits_to_read(subject: Call) -> None:
    assert said(subject, "LAT102") == ""


def test_keys_are_told_without_a_character_of_them() -> None:
    place = Place("llm.py", 3, 17)
    message = "a key of openai is written into the code: api_key= of openai.OpenAI"
    help_text = "Revoke the key, then read the new one from the environment or a secret store (`OPENAI_API_KEY`)."
    finding = Finding("SAFE501", place, "error", "high", message, help_text)
    assert judge((), (Secret(place, "openai", "api_key= of openai.OpenAI"),), EVERY_RULE) == (finding,)


@pytest.mark.parametrize(
    ("state", "where", "told"),
    [
        ("gpt-4o", Place("llm.py", 20), True),
        ("gpt-4o", Place("llm.py", 24), True),
        ("gpt-4o", Place("llm.py", 25), False),
        ("gpt-4o", Place("llm.py", 14), False),
        ("gpt-4o", Place("settings.py", 21), False),
        ("gpt-4o", Place("llm.py", 21, cell=2), False),
        ("gpt-4o", None, False),
        ("config", CALL, False),
        ("unknown", CALL, False),
        ("", CALL, False),
    ],
)
def test_models_named_by_the_call(state: str, where: Place | None, told: bool) -> None:  # noqa: FBT001 - a table's column
    expected = "note MULTI102: the model 'gpt-4o' is written into the call" if told else ""
    assert said(call(model=Setting(state, where))) == expected


def test_each_function_that_runs_an_answer_is_named_before_the_others_places() -> None:
    sinks = ("db.cursor.execute", "pg.cursor.execute", "builtins.exec", "db.cursor.execute")
    flows = tuple(Flow("executed", Place("db.py", line), what) for line, what in enumerate(sinks, 1))
    assert said(call(output=Flows("executed", flows)), "SAFE202") == (
        "error SAFE202: what the model answers reaches db.cursor.execute (db.py:1) and builtins.exec (db.py:3)"
        " and 2 more"
    )


# Together


def test_findings_are_sorted_by_place_and_rule() -> None:
    late = replace(call(max_output=UNCAPPED, timeout=NO_LIMIT), place=Place("b.py", 1))
    early = replace(late, place=Place("a.ipynb", 9, cell=0))
    findings = judge((late, early), (Secret(Place("a.ipynb", 2, cell=1), "openai", "literal"),), EVERY_RULE)
    assert [(finding.place.path, finding.rule, finding.call) for finding in findings] == [
        ("a.ipynb", "COST101", 1),
        ("a.ipynb", "REL101", 1),
        ("a.ipynb", "SAFE501", None),
        ("b.py", "COST101", 0),
        ("b.py", "REL101", 0),
    ]


def test_only_what_is_selected_is_said() -> None:
    bad = call(max_output=UNCAPPED, timeout=NO_LIMIT)
    assert [finding.rule for finding in judge((bad,), (), ["REL101"])] == ["REL101"]
    assert judge((bad,), (), []) == ()


def test_a_finding_makes_way_only_to_one_that_the_same_reader_sees() -> None:
    plain = Finding("REL201", CALL, "warning", "high", "m", "h", call=0)
    cause = replace(plain, rule="REL208")
    hidden = replace(cause, persona="pedantic")
    assert arbitrate([plain, cause]) == [cause]
    assert arbitrate([plain, hidden]) == [plain, hidden]
    assert arbitrate([replace(plain, persona="auditor"), hidden]) == [hidden]
    assert arbitrate([plain, replace(cause, call=1)]) == [plain, replace(cause, call=1)]
