"""A run of the bench from its job to what is told of it, against the simulator, whose own record is the truth."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from aiready.bench.job import Job, Load, Target
from aiready.bench.outcome import Outcome, outcome
from aiready.bench.prompts import inline
from aiready.bench.protocols import Options, protocol
from aiready.bench.running import Interrupts, Ran, run
from aiready.bench.shapes import Stops, Swept, parse
from aiready.bench.simulator import Deed, Simulator, settings
from aiready.bench.slo import parse as thresholds
from aiready.report.bench_interface import BENCH_FORMATS
from aiready.report.look import Look

CLASSES = {"e429": "rate_limited", "e500": "server_error", "truncated": "truncated"}
QUICK = "ttft=5ms&itl=1ms&tokens=8&cached=0.5&e429=6%&e500=4%&truncated=4%"


def told(folder: Path, shape: str, how: str, requests: int = 120) -> tuple[Outcome, list[Deed], Ran]:
    """What a run comes to, what the simulator did, and what the run said at its end."""
    with Simulator(settings(how), truth=folder / "truth") as simulator:
        api = protocol("openai-chat")
        target = Target("simulator", api, f"{simulator.url}/v1", Options(model="m"), key="sk-never-to-be-seen-42")
        load = Load(parse(shape), Stops(requests=requests))
        job = Job(target, inline("Why is the sky blue?"), load, slos=thresholds(["p50_ttft<5s"]))
        with Interrupts() as interrupts:
            ran = run(job, folder / "run", lambda _: None, interrupts)
    return outcome(ran.folder), simulator.truth(), ran


def test_every_failure_is_counted_as_the_server_did_it(tmp_path: Path) -> None:
    of, deeds, _ = told(tmp_path, "closed:4", QUICK)
    measured = deeds[2:]  # the warm-up is over before the load begins
    did = Counter(CLASSES[each.fault] for each in measured if each.fault)
    assert (of.figures.attempted, dict(of.figures.failures)) == (120, dict(did))
    assert {each.failure: each.count for each in of.errors} == dict(did)
    fine = [each for each in measured if not each.fault]
    assert (of.tokens.output, of.tokens.cached) == (
        sum(each.output for each in fine),
        sum(each.cached for each in fine),
    )
    assert of.limits.refused == sum(each.status == 429 for each in deeds)
    assert (of.ending, of.simulated) == ("requests", True)


def test_every_document_of_a_run_is_without_its_key(tmp_path: Path) -> None:
    of, _, _ = told(tmp_path, "constant:400/s", QUICK, requests=20)
    documents = [make(of, Look()) for make in BENCH_FORMATS.values()]
    files = [each.read_text(encoding="utf-8") for each in of.paths]
    assert [text for text in (*documents, *files, repr(of)) if "never-to-be-seen" in text] == []
    assert json.loads(BENCH_FORMATS["json"](of, Look()))["requests"]["attempted"] == 20
    assert len(of.figures.distributions["sched_latency"]) == of.figures.succeeded


@pytest.mark.parametrize("shape", ["sweep:1-4,points=3", "search:1-2,attainment=0.5"])
def test_plans_are_worked_out_again_as_they_went(shape: str, tmp_path: Path) -> None:
    """Whatever they found: on a busy machine the client gives out, in both alike."""
    of, _, ran = told(tmp_path, shape, "ttft=5ms&itl=1ms&tokens=4", requests=30)
    assert of.capacity is not None
    assert ran.plan is not None
    best = ran.plan.knee if isinstance(ran.plan, Swept) else ran.plan.holds
    assert (of.capacity.ending, of.capacity.best) == (ran.plan.ending, best)
    assert {each.figures.attempted for each in of.levels} == {30}
    assert of.judged_at == (best or 1.0)
