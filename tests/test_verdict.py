"""The verdicts, from values made by hand: one calls, one habit, one file at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from aiready.checks.catalogue import load
from aiready.checks.config import Config
from aiready.checks.evidence import Declared, Evidence
from aiready.checks.evidence.marks import load as marks
from aiready.checks.model import (
    Call,
    EntryPoint,
    Facts,
    Flow,
    Flows,
    Guard,
    Place,
    Retry,
    RetryLayer,
    Setting,
    Step,
    Timeout,
    Verdict,
)
from aiready.checks.project.habits import Action, Habits, Model
from aiready.checks.verdict import JUDGES, Inquiry, verdicts

HERE = Place("app/llm.py", 7)
ROUTE = EntryPoint("ask", Place("app/web.py", 3), "remote", "FastAPI route")


def call(place: Place = HERE, kind: str = "chat", **changed: Any) -> Call:
    facts = Facts(
        timeout=Timeout("explicit", 30.0),
        retry=Retry("sdk-default", 3, layers=(RetryLayer("sdk", "openai's default", 3, backoff="exponential"),)),
        guard=Guard("handled"),
        max_output=Setting("set"),
        streaming=Setting("no"),
        blocking_in_async=Setting("no"),
        model=Setting("config"),
        audience=Setting("remote"),
        entries=(ROUTE,),
    )
    return Call(place, "openai", kind, "create", "ask", "high", 1, replace(facts, **changed))


def judged(item: str, *calls: Call, habits: Habits | None = None, evidence: Evidence | None = None) -> Verdict:
    return JUDGES[item](Inquiry(calls, habits or Habits(), evidence or Evidence()))


def said(item: str, *calls: Call, **known: Any) -> tuple[str, int, int]:
    found = judged(item, *calls, **known)
    return found.verdict, found.met, found.needed


def flows(*states: str, source: Any = "remote", limited: Place | None = None) -> Flows:
    return Flows(states[0], tuple(Flow(state, HERE, source=source, limited=limited) for state in states))


def declared(topic: Any, *, good: bool = True, on: str = "") -> Evidence:
    return Evidence((Declared(topic, Place("ops/file.yaml", 4), "something", good, on),))


SENT = Flow("undelimited", HERE, source="remote")
FOUND = Flow("undelimited", HERE, source="remote", retrieved=True)
SENT_CUT = Flows("undelimited", (replace(SENT, limited=HERE), SENT, FOUND))
FOUND_CUT = Flows("undelimited", (replace(FOUND, limited=HERE), FOUND))
ONLY_FOUND_CUT = Flows("undelimited", (replace(FOUND, limited=HERE), SENT))
STEP = (Step(HERE, "here"),)
LOCAL: dict[str, Any] = {"audience": Setting("local"), "entries": ()}
LONG = Timeout("explicit", 90.0)
MANY = Retry("explicit", None, layers=(RetryLayer("loop", "while loop", None, bounded=False, backoff="exponential"),))
FLAT = Retry("explicit", 3, layers=(RetryLayer("loop", "for loop", 3, backoff="fixed"),))
IN_PROCESS: dict[str, Any] = {"retry": Retry("n/a"), "timeout": Timeout("n/a")}


def test_every_item_of_the_catalogue_is_judged_in_its_order() -> None:
    assert list(JUDGES) == [item.id for item in load().items]
    assert [each.item for each in verdicts(Inquiry((call(),)))] == list(JUDGES)


def test_without_calls_nothing_is_asked_for() -> None:
    found = verdicts(Inquiry(()))
    assert {each.verdict for each in found} == {"n/a"}
    assert [each.item for each in found if not each.reason] == []


@pytest.mark.parametrize(
    ("item", "calls", "expected"),
    [
        ("reliability.retries", [call()], ("pass", 1, 1)),
        ("reliability.retries", [call(retry=MANY)], ("fail", 0, 1)),
        ("reliability.retries", [call(), call(retry=FLAT)], ("partial", 1, 2)),
        ("reliability.retries", [call(retry=Retry("none"))], ("fail", 0, 1)),
        ("reliability.retries", [call(**IN_PROCESS)], ("n/a", 0, 0)),
        ("reliability.timeouts", [call()], ("pass", 1, 1)),
        ("reliability.timeouts", [call(timeout=Timeout("explicit", 90.0))], ("fail", 0, 1)),
        ("reliability.timeouts", [call(timeout=LONG, audience=Setting("background"))], ("pass", 1, 1)),
        ("reliability.timeouts", [call(timeout=Timeout("explicit", 90.0, deadline=50.0))], ("pass", 1, 1)),
        ("reliability.timeouts", [call(timeout=Timeout("sdk-default", 30.0))], ("fail", 0, 1)),
        ("reliability.timeouts", [call(timeout=Timeout("explicit", 30.0, trap="ms"))], ("fail", 0, 1)),
        ("reliability.fallback", [call(fallback=Setting("yes", HERE))], ("pass", 1, 1)),
        ("reliability.fallback", [call(fallback=Setting("yes")), call(fallback=Setting("no"))], ("partial", 1, 2)),
        ("reliability.fallback", [call(**LOCAL)], ("n/a", 0, 0)),
        ("cost.usage_logged", [call(usage=Setting("read"), observed=Setting("yes"))], ("pass", 1, 1)),
        ("cost.usage_logged", [call(usage=Setting("read"), observed=Setting("no"))], ("fail", 0, 1)),
        ("cost.prompt_trimmed", [call(untrusted=flows("own-message"), input_limit=Setting("yes"))], ("pass", 1, 1)),
        ("cost.prompt_trimmed", [call(untrusted=flows("own-message"), input_limit=Setting("no"))], ("fail", 0, 1)),
        ("cost.prompt_trimmed", [call(untrusted=Flows("none"))], ("n/a", 0, 0)),
        ("cost.caching", [call(cache=Setting("yes")), call(cache=Setting("no"))], ("partial", 1, 2)),
        ("latency.streaming", [call(streaming=Setting("yes"))], ("pass", 1, 1)),
        ("latency.streaming", [call(output=flows("parsed-validated"))], ("n/a", 0, 0)),
        ("latency.streaming", [call(output=flows("text"))], ("fail", 0, 1)),
        ("latency.async", [call(blocking_in_async=Setting("yes"))], ("fail", 0, 1)),
        ("latency.async", [call()], ("pass", 1, 1)),
        ("latency.async", [call(), call(Place("app/llm.py", 9))], ("partial", 0, 2)),
        ("safety.input_validation", [call(untrusted=flows("system"), input_limit=Setting("no"))], ("fail", 0, 1)),
        ("safety.input_validation", [call(untrusted=flows("system", source="local"))], ("n/a", 0, 0)),
        ("safety.input_validation", [call(untrusted=SENT_CUT, input_limit=Setting("no"))], ("partial", 0, 1)),
        ("safety.input_validation", [call(untrusted=FOUND_CUT, input_limit=Setting("no"))], ("partial", 0, 1)),
        ("safety.input_validation", [call(untrusted=ONLY_FOUND_CUT, input_limit=Setting("no"))], ("fail", 0, 1)),
        ("safety.output_validation", [call(output=flows("parsed-validated"))], ("pass", 1, 1)),
        ("safety.output_validation", [call(output=flows("parsed-validated", "executed"))], ("fail", 0, 1)),
        ("safety.output_validation", [call(output=flows("text"))], ("n/a", 0, 0)),
        ("safety.prompt_injection", [call(untrusted=flows("own-message"))], ("pass", 1, 1)),
        ("safety.prompt_injection", [call(untrusted=flows("delimited"))], ("partial", 0, 1)),
        ("safety.prompt_injection", [call(untrusted=flows("system"))], ("fail", 0, 1)),
        ("observability.logged", [call(observed=Setting("yes"))], ("pass", 1, 1)),
        ("observability.logged", [call(observed=Setting("partial"))], ("partial", 0, 1)),
        ("observability.logged", [call(observed=Setting("no"))], ("fail", 0, 1)),
        ("observability.alerts", [call(**LOCAL)], ("n/a", 0, 0)),
        ("multi_model.abstraction", [call(Place("app/web.py", 9))], ("fail", 0, 1)),
        ("multi_model.abstraction", [call(), call(Place("app/other.py", 9))], ("fail", 0, 2)),
        ("multi_model.fallback_chain", [call(**LOCAL)], ("n/a", 0, 0)),
    ],
)  # fmt: skip
def test_facts_decide(item: str, calls: list[Call], expected: tuple[str, int, int]) -> None:
    assert said(item, *calls) == expected


@pytest.mark.parametrize(
    ("item", "habits", "expected"),
    [
        ("reliability.circuit_breaker", Habits(), "fail"),
        ("reliability.circuit_breaker", Habits(breakers=STEP), "pass"),
        ("cost.caching", Habits(prompt_caching=(Step(Place("app/other.py", 7), "marked"),)), "partial"),
        ("cost.caching", Habits(prompt_caching=(Step(call().place, "marked"),)), "pass"),
        ("cost.alerts", Habits(), "n/a"),
        ("cost.alerts", Habits(paid=("openai",)), "attest"),
        ("cost.alerts", Habits(paid=("openai",), budgets=STEP), "pass"),
        ("cost.model_tier", Habits(models=(Model("gpt-4o", HERE, "frontier"),)), "fail"),
        ("cost.model_tier", Habits(models=(Model("gpt-4o-mini", HERE, "small"),)), "pass"),
        ("cost.model_tier", Habits(models=(Model("gpt-4o", HERE, "frontier"), Model("x", HERE, "middle"))), "pass"),
        ("cost.model_tier", Habits(), "partial"),
        ("safety.human_in_loop", Habits(), "n/a"),
        ("safety.human_in_loop", Habits(actions=(Action(HERE, "exec"),)), "fail"),
        ("safety.human_in_loop", Habits(actions=(Action(HERE, "exec", HERE),)), "pass"),
        ("safety.human_in_loop", Habits(actions=(Action(HERE, "exec", HERE), Action(HERE, "send"))), "partial"),
        ("safety.moderation", Habits(), "fail"),
        ("safety.moderation", Habits(moderation=STEP), "pass"),
        ("observability.alerts", Habits(errors=STEP), "partial"),
        ("multi_model.abstraction", Habits(neutral=frozenset({"openai"})), "pass"),
        ("multi_model.fallback_chain", Habits(), "fail"),
        ("multi_model.fallback_chain", Habits(chains=STEP), "pass"),
        ("multi_model.routing_docs", Habits(models=(Model("a", HERE, "small"),)), "n/a"),
        ("multi_model.routing_docs", Habits(models=(Model("a", HERE, "small"), Model("b", HERE, "small"))), "fail"),
    ],
)  # fmt: skip
def test_habits_decide(item: str, habits: Habits, expected: str) -> None:
    assert judged(item, call(), habits=habits).verdict == expected


def test_delimited_text_needs_the_instruction_to_treat_it_as_data() -> None:
    delimited = call(untrusted=flows("delimited"))
    assert said("safety.prompt_injection", delimited, habits=Habits(cautious=frozenset({HERE.path}))) == ("pass", 1, 1)


TWO = Habits(models=(Model("a", HERE, "small"), Model("b", HERE, "small")), paid=("openai",))


@pytest.mark.parametrize(
    ("item", "evidence", "expected"),
    [
        ("reliability.circuit_breaker", declared("breaker"), "pass"),
        ("cost.caching", declared("cache"), "partial"),
        ("cost.alerts", declared("budget"), "pass"),
        ("latency.benchmarked", Evidence(), "fail"),
        ("latency.benchmarked", declared("bench"), "pass"),
        ("latency.benchmarked", declared("bench", good=False), "fail"),
        ("latency.benchmarked", declared("bench", on="2026-11-27"), "pass"),
        ("observability.evals", Evidence(), "fail"),
        ("observability.evals", declared("evals"), "partial"),
        ("observability.evals", declared("evals-run"), "pass"),
        ("observability.alerts", Evidence(), "attest"),
        ("observability.alerts", declared("alerts"), "pass"),
        ("multi_model.fallback_chain", declared("chain"), "pass"),
        ("multi_model.routing_docs", declared("routing"), "pass"),
        ("multi_model.routing_docs", declared("routing", good=False), "partial"),
    ],
)  # fmt: skip
def test_files_decide(item: str, evidence: Evidence, expected: str) -> None:
    assert judged(item, call(), habits=TWO, evidence=evidence).verdict == expected


def test_adapters_of_one_base_count_as_one_place() -> None:
    calls = (call(Place("llm/a.py", 1)), call(Place("llm/b.py", 1)))
    same = Habits(adapters={"llm/a.py": "llm/base.py:Base", "llm/b.py": "llm/base.py:Base"})
    apart = Habits(adapters={"llm/a.py": "llm/a.py"})
    assert judged("multi_model.abstraction", *calls, habits=same).verdict == "pass"
    assert said("multi_model.abstraction", *calls, habits=apart) == ("partial", 1, 2)


def test_a_folder_in_which_the_program_begins_is_no_package_of_adapters() -> None:
    files = ("bot/a.py", "bot/b.py", "bot/c.py")
    asked = Habits(adapters={path: path for path in files})
    for start, expected in (("main.py", "pass"), ("bot/main.py", "partial")):
        entry = EntryPoint("chat", Place(start, 8), "remote", "FastAPI route")
        calls = [call(Place(path, 1), entries=(entry,)) for path in files]
        assert judged("multi_model.abstraction", *calls, habits=asked).verdict == expected


@pytest.mark.parametrize(
    ("other", "changed", "expected"),
    [
        (Model("claude-b", HERE, "middle", "Anthropic"), {}, "n/a"),
        (Model("openai/gpt-a", HERE, "middle", "OpenAI"), {}, "n/a"),
        (Model("gpt-b", HERE, "small", "OpenAI"), {}, "fail"),
        (Model("claude-b", HERE, "middle", "Anthropic"), {"model": Setting("claude-b")}, "fail"),
        (Model("claude-b", HERE, "middle", "Anthropic"), {"entries": ()}, "fail"),
    ],
    ids=["another provider's", "a gateway's", "the same provider's", "written at a call", "for another command"],
)
def test_one_model_of_each_provider_is_a_choice(other: Model, changed: dict[str, Any], expected: str) -> None:
    habits = Habits(models=(Model("gpt-a", HERE, "middle", "OpenAI"), other))
    calls = (call(), call(Place("app/other.py", 9), **changed))
    assert judged("multi_model.routing_docs", *calls, habits=habits).verdict == expected


def test_what_fails_says_what_to_do_and_what_passes_does_not() -> None:
    for each in verdicts(Inquiry((call(), call(**LOCAL)), TWO)):
        assert bool(each.advice) == (each.verdict in {"fail", "partial", "attest"}), each.item
        assert each.met <= each.needed


@pytest.mark.parametrize(
    ("on", "days", "expected", "reason"),
    [
        ("2026-08-30", None, "pass", "a bench result is recorded"),
        ("2026-08-29", None, "fail", "the latest bench result that passed is of 2026-08-29; it counts for 90 days"),
        ("2026-08-29", 91, "pass", "a bench result is recorded"),
        ("2026-11-20", 7, "fail", "the latest bench result that passed is of 2026-11-20; it counts for 7 days"),
        ("", None, "fail", "no bench result says its day; it counts for 90 days"),
    ],
)
def test_a_bench_result_counts_for_a_while(on: str, days: int | None, expected: str, reason: str) -> None:
    config = Config(limits={"LAT106": {"days": days}} if days else {})
    case = Inquiry((call(),), evidence=declared("bench", on=on), config=config, today=date(2026, 11, 28))
    found = next(each for each in verdicts(case) if each.item == "latency.benchmarked")
    assert (found.verdict, found.reason) == (expected, reason)


def test_without_calls_every_item_says_so() -> None:
    assert {(each.verdict, each.reason) for each in verdicts(Inquiry(()))} == {("n/a", "no model calls")}


@pytest.mark.parametrize(
    ("paid", "reason"),
    [
        (("OpenAI", ""), "set in the dashboard of OpenAI?"),
        (("",), "set in the provider's dashboard?"),
    ],
)
def test_who_sends_the_bill(paid: tuple[str, ...], reason: str) -> None:
    assert judged("cost.alerts", call(), habits=Habits(paid=paid)).reason == reason


@pytest.mark.parametrize(
    ("sdk", "model", "name"),
    [
        ("langchain-openai", "", "OpenAI"),
        ("llama-index-llms-google-genai", "", "Google"),
        ("litellm", "gpt-4o-mini", "OpenAI"),
        ("litellm", "openrouter/openai/gpt-4o", "OpenRouter"),
        ("pydantic-ai", "anthropic:claude-sonnet-4", "Anthropic"),
        ("instructor", "gpt-oss-20b", ""),
        ("litellm", "ollama/llama3", ""),
    ],
)
def test_bills(sdk: str, model: str, name: str) -> None:
    known = marks()
    assert (known.biller(sdk) or known.seller(model)) == name
