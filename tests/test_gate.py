"""Each gate of a policy: passed, failed, missing, stale, excepted; what they come to together, and their documents."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from conftest import BenchRuns
from junitparser import JUnitXml

from aiready.bench.mistakes import KeptError
from aiready.bench.outcome import comparison, outcome
from aiready.bench.prices import Band, Price
from aiready.bench.slo import Slo, parse
from aiready.checks.catalogue import load
from aiready.checks.looked import Counts, Skipped
from aiready.checks.model import Audit, Finding, Place, Severity, Step, Verdict
from aiready.gate import Case, Excepted, Measured, Policy, Ruling, ruled
from aiready.gate.measured import of_document, of_run
from aiready.gate.reading import usual
from aiready.gate.stored import named, newest
from aiready.report import compare_json
from aiready.report.audit_stored import read
from aiready.report.bench_interface import as_evidence
from aiready.report.gate_interface import GATE_FORMATS, STATUS
from aiready.report.look import Look
from aiready.report.stored import Results, as_json

TODAY = date(2023, 11, 20)
"""Six days after the runs that the fixture makes."""
LATER = date(2024, 1, 31)


def finding(rule: str, severity: Severity, path: str = "app/llm.py", line: int = 3) -> Finding:
    return Finding(rule, Place(path, line, 5), severity, "high", f"what {rule} says", "help")


def verdict(item: str, word: str = "fail", reason: str = "no limit set") -> Verdict:
    return Verdict(item, word, reason, 4, 1, (Step(Place("app/llm.py", 7), "no limit set"),), "Set one.")  # type: ignore[arg-type]


def audit(*found: Finding | Verdict) -> Audit:
    return Audit(
        "/nowhere",
        Counts(1, 1, 1, 0),
        (),
        (),
        tuple(each for each in found if isinstance(each, Finding)),
        checklist=tuple(each for each in found if isinstance(each, Verdict)),
    )


def excepted(subject: str, word: str, expires: date = LATER, path: str = "") -> Excepted:
    covers = load().resolve([word]) if subject == "rule" else frozenset({word})
    return Excepted(subject, word, covers, "it goes in March", expires, 9, path)  # type: ignore[arg-type]


def held(policy: Policy, of: Audit, *benches: Measured, today: date = TODAY) -> Ruling:
    return ruled(policy, Case(of, benches, today), load())


def told(of: Ruling) -> list[tuple[str, str, str]]:
    return [(row.name, row.result, row.found) for row in of.rows]


ITEM = "reliability.timeouts"


@pytest.mark.parametrize(
    ("word", "strict", "half"),
    [
        ("pass", "pass", "pass"),
        ("n/a", "pass", "pass"),
        ("partial", "fail", "pass"),
        ("attest", "fail", "pass"),
        ("fail", "fail", "fail"),
    ],
)
def test_an_item_that_is_required_passes_and_one_that_may_be_partial_does_not_fail(
    word: str, strict: str, half: str
) -> None:
    there = audit(verdict(ITEM, word))
    assert [row.result for row in held(Policy(require=frozenset({ITEM})), there).rows] == [strict]
    both = Policy(require=frozenset({ITEM}), partial=frozenset({ITEM}))
    assert [row.result for row in held(both, there).rows] == [half]


def test_an_item_that_the_audit_did_not_judge_is_missing() -> None:
    ruling = held(Policy(require=frozenset({ITEM})), audit())
    assert (told(ruling), ruling.verdict) == ([(ITEM, "missing", "not judged in this audit")], "stopped")


def test_findings_are_counted_by_severity_but_for_those_suppressed_and_known() -> None:
    there = audit(
        finding("REL101", "error"),
        replace(finding("REL101", "error"), suppressed="why"),
        replace(finding("REL101", "error"), known=True),
        finding("COST101", "warning"),
        finding("COST101", "warning", line=9),
    )
    ruling = held(Policy(most={"error": 0, "warning": 2}), there)
    assert told(ruling) == [("error", "fail", "1"), ("warning", "pass", "2")]
    assert [step.note for step in ruling.rows[0].places] == ["REL101 what REL101 says"]
    assert "not counted: 1 suppressed finding, 1 known (in the baseline)" in GATE_FORMATS["text"](ruling, Look())


@pytest.mark.parametrize(
    ("exception", "row", "use"),
    [
        (excepted("rule", "REL101"), ("error", "excepted", "0, 1 excepted"), (1, False)),
        (excepted("rule", "REL1", path="app/"), ("error", "excepted", "0, 1 excepted"), (1, False)),
        (excepted("rule", "REL101", path="other/"), ("error", "fail", "1"), (0, False)),
        (excepted("rule", "REL102"), ("error", "fail", "1"), (0, False)),
        (excepted("rule", "REL101", TODAY), ("error", "excepted", "0, 1 excepted"), (1, False)),
        (excepted("rule", "REL101", date(2023, 11, 19)), ("error", "fail", "1"), (1, True)),
    ],
)
def test_an_exception_of_a_rule_counts_where_it_fits_until_its_last_day(
    exception: Excepted, row: tuple[str, str, str], use: tuple[int, bool]
) -> None:
    ruling = held(Policy(most={"error": 0}, exceptions=(exception,)), audit(finding("REL101", "error")))
    assert told(ruling) == [row]
    assert [(each.matched, each.expired) for each in ruling.uses] == [use]


def test_an_item_and_a_threshold_can_be_excepted(runs: BenchRuns) -> None:
    policy = Policy(
        require=frozenset({ITEM}),
        slos=parse(["p50_ttft<1ms"]),
        exceptions=(excepted("item", ITEM), excepted("slo", "p50_ttft<1ms"), excepted("item", "cost.caching")),
    )
    ruling = held(policy, audit(verdict(ITEM)), of_run(runs.made(runs.steady(100)), policy))
    assert [(row.name, row.result) for row in ruling.rows] == [
        (ITEM, "excepted"),
        ("result", "pass"),
        ("p50_ttft<1ms", "excepted"),
    ]
    assert ([each.matched for each in ruling.uses], ruling.verdict) == ([1, 1, 0], "passed")
    text = GATE_FORMATS["text"](ruling, Look())
    assert "release may go: 3 gates passed, 2 of them by exception" in text
    assert "exception for cost.caching (line 9) is about nothing any more: take it out" in text


def test_of_two_exceptions_the_one_that_lasts_longer_counts() -> None:
    both = (excepted("item", ITEM, date(2023, 1, 1)), excepted("item", ITEM))
    ruling = held(Policy(require=frozenset({ITEM}), exceptions=both), audit(verdict(ITEM)))
    assert [(row.result, row.exception) for row in ruling.rows] == [("excepted", both[1])]


def test_a_place_that_is_too_long_from_here_is_told_from_the_audited_folder() -> None:
    ruling = held(Policy(require=frozenset({ITEM})), audit(verdict(ITEM)))
    lines = GATE_FORMATS["text"](replace(ruling, audit=replace(ruling.audit, root="/a" * 60)), Look(here="/"))
    assert "\n      app/llm.py:7:1 no limit set\n" in lines


def test_an_exception_that_has_ended_is_told() -> None:
    policy = Policy(require=frozenset({ITEM}), exceptions=(excepted("item", ITEM, date(2023, 1, 1)),))
    ruling = held(policy, audit(verdict(ITEM)))
    assert told(ruling) == [(ITEM, "fail", "1/4: no limit set; its exception ended on 2023-01-01")]
    wrapped = GATE_FORMATS["text"](ruling, Look()).replace("\n    ", " ")
    assert f"exception for {ITEM} (line 9) ended on 2023-01-01: it counts no more, and was for 1 gate" in wrapped


SLOS = parse(["p95_ttft<1s", "error_rate<5%"])


def test_thresholds_are_judged_on_the_stored_run(runs: BenchRuns) -> None:
    policy = Policy(slos=(*SLOS, *parse(["p95_e2e<100ms"])))
    ruling = held(policy, audit(), of_run(runs.made(runs.steady(100)), policy))
    assert [(row.name, row.result) for row in ruling.rows] == [
        ("result", "pass"),
        ("p95_ttft<1s", "pass"),
        ("error_rate<5%", "pass"),
        ("p95_e2e<100ms", "fail"),
    ]
    assert ruling.verdict == "stopped"


def test_without_a_run_the_thresholds_are_missing_and_the_release_is_stopped() -> None:
    ruling = held(Policy(slos=SLOS, budget=(Slo("per_1k", "cost_per_1k", "<=", 5.0),), max_age=14), audit())
    assert told(ruling) == [
        ("result", "missing", "there is none"),
        ("p95_ttft<1s", "missing", "not measured"),
        ("error_rate<5%", "missing", "not measured"),
        ("per_1k", "missing", "not measured"),
    ]
    assert (ruling.verdict, [row.follows for row in ruling.rows]) == ("stopped", [False, True, True, True])
    assert "--run-bench" in ruling.rows[0].advice


@pytest.mark.parametrize(
    ("today", "result", "found"),
    [
        (date(2023, 11, 28), "pass", "of 2023-11-14"),
        (date(2023, 11, 29), "stale", "of 2023-11-14, 15 days ago"),
        (date(2023, 11, 13), "pass", "of 2023-11-14"),
        (date(2023, 11, 12), "stale", "of 2023-11-14, which is yet to come"),
    ],
)
def test_a_run_has_an_age(today: date, result: str, found: str, runs: BenchRuns) -> None:
    policy = Policy(max_age=14)
    ruling = held(policy, audit(), of_run(runs.made(runs.steady(10)), policy), today=today)
    assert told(ruling) == [("result", result, found)]


def test_a_run_of_the_simulator_is_none_unless_the_policy_takes_it(runs: BenchRuns) -> None:
    run = runs.made(runs.steady(100), target={"name": "simulator", "url": "http://127.0.0.1:1/v1"})
    policy = Policy(slos=SLOS)
    strict = held(policy, audit(), of_run(run, policy))
    assert [row.result for row in strict.rows] == ["missing"] * 3
    assert strict.rows[0].found == "only a run of the simulator, which proves nothing of any model"
    lenient = replace(policy, allow_simulated=True)
    assert [row.result for row in held(lenient, audit(), of_run(run, lenient)).rows] == ["pass"] * 3


@pytest.mark.parametrize(("extra", "verdict"), [((), "undecided"), ((finding("REL101", "error"),), "stopped")])
def test_what_cant_be_told_stops_nothing_by_itself_and_is_no_pass(
    extra: tuple[Finding, ...], verdict: str, runs: BenchRuns
) -> None:
    policy = Policy(most={"error": 0}, slos=parse(["p99_ttft<1s"]))
    ruling = held(policy, audit(*extra), of_run(runs.made(runs.steady(20)), policy))
    assert (ruling.rows[-1].result, ruling.verdict) == ("inconclusive", verdict)
    assert STATUS[ruling.verdict] == {"undecided": 4, "stopped": 1}[verdict]


def test_a_run_whose_client_was_at_fault_is_invalid(runs: BenchRuns) -> None:
    from aiready.bench.samples import Clock, End

    end = End("requests", Clock(0, runs.wall), {"verdict": "the client's processor was busy"})
    policy = Policy(slos=SLOS)
    ruling = held(policy, audit(), of_run(runs.made(runs.steady(100), end=end), policy))
    assert ([row.result for row in ruling.rows], ruling.verdict) == (["invalid"] * 3, "undecided")


def test_a_run_in_which_nothing_succeeded_passes_nothing(runs: BenchRuns) -> None:
    policy = Policy(max_age=14)
    ruling = held(policy, audit(), of_run(runs.made([runs.failed(n, n * 10) for n in range(20)]), policy))
    assert told(ruling) == [("result", "fail", "of 2023-11-14: no request succeeded")]


def test_a_policy_without_thresholds_holds_a_run_to_its_own(runs: BenchRuns) -> None:
    policy = usual(load())
    run = of_run(runs.made(runs.steady(100), slo=["p50_ttft<1ms"]), policy)
    ruling = held(policy, audit(), run)
    assert [(row.name, row.result) for row in ruling.rows[-2:]] == [("result", "pass"), ("p50_ttft<1ms", "fail")]


PRICE = Price("openai", "m", "m", "configuration", None, (Band(Decimal(1), Decimal(2)),))
BUDGET = tuple(
    Slo(name, figure, "<=", most)
    for name, figure, most in (
        ("per_request", "cost_per_request", 0.01),
        ("per_1k", "cost_per_1k", 0.001),
        ("per_month", "cost_per_month", 900.0),
    )
)


def test_a_budget_is_held_by_the_costs_of_the_run_and_a_month_of_its_users(runs: BenchRuns) -> None:
    policy = Policy(budget=BUDGET)
    run = runs.made(runs.steady(40), price=PRICE.as_json(), users={"daily": 10, "calls": 2})
    rows = held(policy, audit(), of_run(run, policy)).rows
    assert [(row.name, row.result, row.wanted) for row in rows] == [
        ("result", "pass", "a run"),
        ("per_request", "pass", "at most $0.01"),
        ("per_1k", "fail", "at most $0.001"),
        ("per_month", "pass", "at most $900"),
    ]


def test_a_budget_without_users_or_a_price_is_missing_and_says_what_to_do(runs: BenchRuns) -> None:
    policy = Policy(budget=BUDGET[1:])
    alone = held(policy, audit(), of_run(runs.made(runs.steady(40), "a", price=PRICE.as_json()), policy)).rows
    assert [(row.name, row.result) for row in alone[1:]] == [("per_1k", "fail"), ("per_month", "missing")]
    assert "--daily-users" in alone[2].advice
    bare = held(policy, audit(), of_run(runs.made(runs.steady(40), "b"), policy)).rows
    assert [(row.result, row.found) for row in bare[1:]] == [("missing", "no price is known for this model")] * 2
    assert "prices:" in bare[1].advice


def test_a_document_alone_comes_to_the_same_as_the_samples(runs: BenchRuns, tmp_path: Path) -> None:
    """Failures included, which are times without an end: the p99 is infinite, and the p95 isn't."""
    texts = ["p95_ttft<1s", "p99_ttft<1s", "p50_output_tokens>5", "error_rate<5%", "error_rate.reset<20%", "rps>1/s"]
    policy = Policy(slos=parse([*texts, "output_tps>1", "cost_per_1k<$2"]), budget=BUDGET)
    samples = [*runs.steady(600), *(runs.failed(600 + n, 60_000 + n * 10) for n in range(12))]
    run = runs.made(samples, price=PRICE.as_json(), users={"daily": 10, "calls": 2})
    document = tmp_path / "result.json"
    document.write_text(as_evidence(outcome(run)))
    whole = of_run(run, policy)
    (run / "worker-0.jsonl").unlink()
    run.rmdir()
    (alone,) = of_document(document, policy, tmp_path)
    assert [(each.slo.text, each.verdict, each.observed.value) for each in (*alone.slos, *alone.budget)] == [
        (each.slo.text, each.verdict, each.observed.value) for each in (*whole.slos, *whole.budget)
    ]
    assert (alone.name, alone.simulated, alone.fault) == (whole.name, whole.simulated, whole.fault)
    assert alone.ended is not None
    assert whole.ended is not None
    assert abs(alone.ended - whole.ended).total_seconds() < 0.001


def test_what_a_document_does_not_hold_is_undecided(runs: BenchRuns, tmp_path: Path) -> None:
    policy = Policy(slos=parse(["p97_ttft<1s", "goodput>1/s"]))
    run = runs.made(runs.steady(100))
    document = tmp_path / "result.json"
    document.write_text(as_evidence(outcome(run)))
    run.rename(tmp_path / "gone")
    (found,) = of_document(document, policy, tmp_path)
    assert [(each.verdict, each.why) for each in found.slos] == [
        ("inconclusive", "the samples it is computed from are gone")
    ] * 2


def test_every_run_of_a_document_of_several_counts(runs: BenchRuns, tmp_path: Path) -> None:
    made = [runs.made(runs.steady(20, first), name) for first, name in ((200, "a"), (300, "b"))]
    compared = comparison([outcome(each) for each in made])
    results = Results((("a.json", audit()),), tuple((each.name, outcome(each)) for each in made))
    documents = (compare_json.document(compared, Look()), as_json(results, load(), Look()))
    for number, text in enumerate(documents):
        place = tmp_path / f"{number}.json"
        place.write_text(text)
        assert [each.name for each in named(str(place), Policy(slos=parse(["p95_ttft<1s"])))] == ["a", "b"]
    assert read(documents[1], "both.json").root == audit().root


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "is no JSON document"),
        ('{"schema": "aiready.report/1", "audits": [], "runs": []}', "holds no run"),
        ('{"schema": "aiready.compare/1", "runs": [{"run": "x"}]}', "is a run that is not whole: KeyError 'samples'"),
        ("[]", "holds no run"),
        ('{"schema": "aiready.bench/1"}', "is a run that is not whole: KeyError 'samples'"),
        ('{"schema": "aiready.bench/1", "samples": "", "client": 3}', "is a run that is not whole"),
    ],
)
def test_a_document_that_holds_no_run_is_refused(text: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(KeptError, match=expected):
        named(str(tmp_path / "run.json"), Policy())


def test_the_latest_result_is_the_evidence_else_the_latest_run_of_a_real_model(tmp_path: Path) -> None:
    home = BenchRuns(tmp_path / ".aiready" / "runs")
    home.home.mkdir(parents=True)
    policy = Policy(max_age=1)
    assert newest(tmp_path, policy) is None
    simulated = {"name": "simulator"}
    home.made(home.steady(10), "20231114-1", target=simulated)
    assert getattr(newest(tmp_path, policy), "simulated", None) is True
    real = home.made(home.steady(10), "20231113-1")
    (home.home / "20231115-empty").mkdir()
    assert getattr(newest(tmp_path, policy), "name", None) == "20231113-1"
    (tmp_path / ".aiready" / "bench.json").write_text(as_evidence(outcome(real)))
    assert getattr(newest(tmp_path, policy), "name", None) == "20231113-1"
    home.wall += 3_600_000_000_000
    home.made(home.steady(10), "20231116-1", target=simulated)
    assert getattr(newest(tmp_path, policy), "name", None) == "20231113-1"
    assert getattr(newest(tmp_path, replace(policy, allow_simulated=True)), "name", None) == "20231116-1"
    home.made([home.failed(0, 0, "connect")], "20231117-1")
    assert getattr(newest(tmp_path, policy), "name", None) == "20231117-1"


def test_several_runs_are_held_to_the_policy_each(runs: BenchRuns) -> None:
    policy = Policy(slos=parse(["p95_ttft<250ms"]))
    both = [of_run(runs.made(runs.steady(100, first), name), policy) for first, name in ((200, "a"), (300, "b"))]
    rows = held(policy, audit(), *both).rows
    assert [(row.run, row.name, row.result) for row in rows] == [
        ("a", "result", "pass"),
        ("a", "p95_ttft<250ms", "pass"),
        ("b", "result", "pass"),
        ("b", "p95_ttft<250ms", "fail"),
    ]


def stopped(runs: BenchRuns) -> Ruling:
    policy = Policy(
        "aiready.yaml",
        require=frozenset({ITEM, "cost.caching"}),
        partial=frozenset({"safety.moderation"}),
        most={"error": 0, "warning": 20},
        slos=parse(["p95_ttft<100ms", "p99_e2e<2s"]),
        budget=BUDGET[:1],
        max_age=14,
        exceptions=(excepted("item", "safety.moderation"), excepted("rule", "COST101", date(2023, 1, 1))),
    )
    of = audit(
        finding("REL101", "error"),
        finding("COST101", "warning"),
        verdict(ITEM),
        verdict("cost.caching", "n/a", "no call repeats itself"),
        verdict("safety.moderation", reason="no moderation"),
    )
    run = runs.made(runs.steady(100), price=PRICE.as_json())
    return held(policy, replace(of, skipped=(Skipped("a.py", "not-utf8"),)), of_run(run, policy))


TEXT = """\
release stopped by 3 of 9 gates
policy: gate in aiready.yaml

  fail          error findings        1 (at most 0)
      next: `aiready audit --min-severity error` tells all and what to do.
      app/llm.py:3:5 REL101 what REL101 says
  fail          reliability.timeouts  1/4: no limit set
      next: Set one.
      app/llm.py:7:1 no limit set
  fail          p95_ttft<100ms        209 ms [208, 209] ms
      next: `aiready report run-1` tells where the time, the errors and the
        money went.
  inconclusive  p99_e2e<2s            500 ms; n too small: 100 of 368
      next: Send more requests: --requests or --duration of `aiready bench`.

  excepted  safety.moderation   1/4: no moderation
  pass      warning findings    1 (at most 20)
  pass      cost.caching        n/a 1/4: no call repeats itself
  pass      bench result        of 2023-11-14
  pass      budget per_request  $0.0000320 [$0.0000320, $0.0000320] (at most...

Exceptions in use
  safety.moderation until 2024-01-31, for 1 gate: it goes in March

Notes
  1 file could not be audited; `aiready audit` says why
  exception for COST101 (line 9) ended on 2023-01-01: it counts no more, and was
    for 1 finding
"""


def test_the_text_says_first_what_stops_the_release(runs: BenchRuns) -> None:
    assert GATE_FORMATS["text"](stopped(runs), Look()) == TEXT


def test_the_quiet_text_ends_after_that(runs: BenchRuns) -> None:
    assert GATE_FORMATS["text"](stopped(runs), Look(quiet=True)) == TEXT.partition("\n\n  excepted")[0] + "\n"


MARKDOWN = """\
### :x: aiready gate: release stopped by 3 of 9 gates

policy: gate in aiready.yaml

| | gate | asked | found |
| --- | --- | --- | --- |
| :x: fail | error findings | at most 0 | 1 |
| :x: fail | reliability.timeouts | pass | 1/4: no limit set |
| :x: fail | p95\\_ttft&lt;100ms | p95\\_ttft&lt;100ms | 209 ms \\[208, 209\\] ms |
| :grey_question: inconclusive | p99\\_e2e&lt;2s | p99\\_e2e&lt;2s | 500 ms; n too small: 100 of 368 |

- **error findings**: \\`aiready audit --min-severity error\\` tells all and what to do.
  - app/llm.py:3:5 REL101 what REL101 says
- **reliability.timeouts**: Set one.
  - app/llm.py:7:1 no limit set
- **p95\\_ttft&lt;100ms**: \\`aiready report run-1\\` tells where the time, the errors and the money went.
- **p99\\_e2e&lt;2s**: Send more requests: --requests or --duration of \\`aiready bench\\`.

<details><summary>5 passed or excepted</summary>

| | gate | asked | found |
| --- | --- | --- | --- |
| :fast_forward: excepted | safety.moderation | not fail | 1/4: no moderation |
| :white_check_mark: pass | warning findings | at most 20 | 1 |
| :white_check_mark: pass | cost.caching | pass | n/a 1/4: no call repeats itself |
| :white_check_mark: pass | bench result | a run of the last 14 days | of 2023-11-14 |
| :white_check_mark: pass | budget per\\_request | at most $0.01 | $0.0000320 \\[$0.0000320, $0.0000320\\] |

</details>

<details><summary>Exceptions in use</summary>

- safety.moderation until 2024-01-31, for 1 gate: it goes in March

</details>

<details><summary>Notes</summary>

- 1 file could not be audited; \\`aiready audit\\` says why
- exception for COST101 (line 9) ended on 2023-01-01: it counts no more, and was for 1 finding

</details>
"""


def test_the_markdown_folds_what_passed_away(runs: BenchRuns) -> None:
    assert GATE_FORMATS["markdown"](stopped(runs), Look()) == MARKDOWN


def test_json_holds_all_of_it(runs: BenchRuns) -> None:
    told = json.loads(GATE_FORMATS["json"](stopped(runs), Look()))
    assert (told["schema"], told["verdict"], told["status"], told["day"]) == (
        "aiready.gate/1",
        "stopped",
        1,
        "2023-11-20",
    )
    assert [(each["gate"], each["name"], each["result"]) for each in told["gates"]] == [
        ("findings", "error", "fail"),
        ("findings", "warning", "pass"),
        ("item", ITEM, "fail"),
        ("item", "cost.caching", "pass"),
        ("item", "safety.moderation", "excepted"),
        ("bench", "result", "pass"),
        ("slo", "p95_ttft<100ms", "fail"),
        ("slo", "p99_e2e<2s", "inconclusive"),
        ("budget", "per_request", "pass"),
    ]
    assert told["gates"][4]["exception"] == {
        "item": "safety.moderation",
        "path": None,
        "reason": "it goes in March",
        "expires": "2024-01-31",
        "line": 9,
    }
    assert [(each["matched"], each["expired"]) for each in told["exceptions"]] == [(1, False), (1, True)]
    assert (told["bench"][0]["run"], told["skipped"], told["policy"]["max_age_days"]) == ("run-1", 1, 14)


def test_junit_is_read_back(runs: BenchRuns) -> None:
    read = JUnitXml.fromstring(GATE_FORMATS["junit"](stopped(runs), Look()).encode())
    assert (read.tests, read.failures, read.errors, read.skipped) == (9, 3, 1, 1)
    assert sorted({str(case.classname) for suite in read for case in suite}) == [
        "aiready.gate.bench",
        "aiready.gate.budget",
        "aiready.gate.findings",
        "aiready.gate.item",
        "aiready.gate.slo",
    ]


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("count", [1, 5, 12, 23])
def test_what_stops_the_release_fits_one_screen(count: int, width: int) -> None:
    items = [item.id for item in load().items][:count]
    policy = Policy(require=frozenset(items), most={"error": 0, "warning": 0, "note": 0}, slos=SLOS)
    severities: tuple[Severity, ...] = ("error", "warning", "note")
    of = audit(*(verdict(item, reason="why " * 40) for item in items), *(finding("REL101", one) for one in severities))
    ruling = held(policy, of)
    lines = GATE_FORMATS["text"](ruling, Look(width, quiet=True)).splitlines()
    assert (len(lines) <= 24, [line for line in lines if len(line) > width]) == (True, [])
    everything = GATE_FORMATS["text"](ruling, Look())
    assert [item for item in items if item not in everything] == []


EVIL = "<script>alert(1)</script>](javascript:x) \x1b[31m\u202e::set-output name=a::b\n[red]\ud800 @all"


@pytest.mark.parametrize("name", list(GATE_FORMATS))
def test_text_of_others_is_inert_in_every_format(name: str) -> None:
    bad = replace(verdict(ITEM, reason=EVIL), advice=EVIL, evidence=(Step(Place(EVIL, 1), EVIL),))
    evil = replace(finding("REL101", "error", EVIL), message=EVIL)
    exception = replace(excepted("item", "cost.caching"), reason=EVIL, path=EVIL)
    policy = Policy(EVIL, frozenset({ITEM, "cost.caching"}), most={"error": 0}, exceptions=(exception,))
    ruling = held(policy, audit(bad, evil, verdict("cost.caching", reason=EVIL)))
    text = GATE_FORMATS[name](ruling, Look())
    text.encode()
    assert [char for char in ("\x1b", "\u202e", "\ud800") if char in text] == []
    assert [line for line in text.splitlines() if line.lstrip().startswith("::")] == []
    if name == "markdown":
        assert re.findall(r"<script|(?<!\\)\]\(|@all", text) == []
    if name == "junit":
        assert fromstring(text).tag == "testsuites"
