"""Whole runs against the simulator, held against what it says it did."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from time import sleep

import pytest

from aiready.bench.job import Job, Load, Target
from aiready.bench.metrics import Figures, figures
from aiready.bench.mistakes import RunError, ShapeError, WireError
from aiready.bench.outcome import outcome
from aiready.bench.outcome.model import Connections
from aiready.bench.prompts import inline
from aiready.bench.protocols import Options, protocol
from aiready.bench.running import Interrupts, Look, Money, Ran, files, run
from aiready.bench.samples import Reading, Sample, load
from aiready.bench.shapes import Found, Stops, Swept, parse
from aiready.bench.simulator import Deed, Simulator, settings
from aiready.bench.slo import parse as slos
from aiready.bench.transport import Wire

PROMPTS = inline("How do tides come about?")
BASES = {"openai-compatible": "/v1", "openai-responses": "/v1", "openai-completions": "/v1"}
CLASSES = {
    "e429": "rate_limited",
    "e500": "server_error",
    "e529": "server_error",
    "reset": "reset",
    "reset_mid": "reset",
    "truncated": "truncated",
    "cut": "truncated",
    "malformed": "malformed",
    "error_event": "stream_error",
    "empty": "empty",
}
"""The class of each fault."""
FAULTS = "&".join(f"{each}=8%" for each in CLASSES)


def job(url: str, shape: str, stops: Stops, name: str = "openai-compatible", **more: object) -> Job:
    stream = bool(more.pop("stream", True))
    slo = tuple(slos(more.pop("slo", ())))  # type: ignore[arg-type]
    wire = Wire(read_timeout=10.0, keepalive=bool(more.pop("keepalive", True)))
    target = Target("simulator", protocol(name), url + BASES.get(name, ""), Options(model="m", stream=stream))
    return Job(target, PROMPTS, Load(parse(shape), stops, **{"warmup": 0, **more}), wire, slo)  # type: ignore[arg-type]


def ran(one: Job, folder: Path) -> tuple[Ran, list[Sample], Figures]:
    with Interrupts() as interrupts:
        ended = run(one, folder, lambda _: None, interrupts)
    samples = sorted((each for path in files(folder) for each in Reading(path)), key=lambda each: each.index)
    return ended, samples, figures(load(files(folder)).columns)


def measured(
    settings_of: str, where: Path, shape: str, stops: Stops, name: str = "openai-compatible", **more: object
) -> tuple[Ran, list[Sample], Figures, list[Deed]]:
    """A run and the truth of it."""
    with Simulator(settings(settings_of), truth=where / "truth") as simulator:
        ended, samples, got = ran(job(simulator.url, shape, stops, name, **more), where / "run")
    return ended, samples, got, simulator.truth()


@pytest.mark.parametrize("form", ["stream", "whole"])
@pytest.mark.parametrize(
    "name",
    [
        "openai-compatible",
        "openai-responses",
        "openai-completions",
        "anthropic-messages",
        "gemini",
        "ollama-chat",
        "ollama-generate",
    ],
)
def test_every_class_of_failure_is_counted_as_the_server_did_it(name: str, form: str, tmp_path: Path) -> None:
    told, stream = f"ttft=1ms&itl=1ms&tokens=4&seed=3&{FAULTS}", form == "stream"
    _, samples, got, truth = measured(told, tmp_path, "closed:8", Stops(requests=200), name, stream=stream)
    done = Counter(CLASSES[each.fault] for each in truth if each.fault)
    assert got.attempted == len(truth) == 200
    assert got.failures == done
    assert got.succeeded == sum(not each.fault for each in truth)
    assert len(done) == len(set(CLASSES.values()))
    fine = [each for each in samples if each.failure is None]
    assert sum(each.tokens.output or 0 for each in fine) == sum(each.output for each in truth if not each.fault)
    assert sum(each.tokens.input or 0 for each in fine) == sum(each.input for each in truth if not each.fault)
    assert {each.tokens.source for each in fine} == {"provider"}


def test_a_thousand_requests_with_faults_are_counted_exactly(tmp_path: Path) -> None:
    told = f"ttft=1ms&itl=0&tokens=3&seed=11&{FAULTS}"
    _, _, got, truth = measured(told, tmp_path, "closed:16", Stops(requests=1000))
    assert got.failures == Counter(CLASSES[each.fault] for each in truth if each.fault)
    assert got.attempted == len(truth) == 1000


def test_a_freeze_and_a_hang_are_read_timeouts(tmp_path: Path) -> None:
    for fault in ("freeze", "hang"):
        with Simulator(settings(f"ttft=1ms&itl=1ms&tokens=4&{fault}=100%")) as simulator:
            one = job(simulator.url, "closed:2", Stops(requests=2))
            quick = Job(one.target, one.deck, one.load, Wire(read_timeout=0.2))
            _, samples, _ = ran(quick, tmp_path / fault)
        assert [each.failure for each in samples] == ["read_timeout"] * 2


def test_a_stall_shows_in_the_latency_from_the_schedule(tmp_path: Path) -> None:
    """Coordinated omission: those who came on schedule while the server stood still have waited for it."""
    _, samples, got, truth = measured(
        "ttft=20ms&itl=2ms&tokens=10&stall=1s,2s", tmp_path, "constant:50/s", Stops(requests=200)
    )
    due = sorted(each.times.t_sched or 0 for each in samples)
    ends = [each.stamps[-1] for each in sorted(truth, key=lambda each: each.t_received)]
    waits = sorted((end - at) / 1e9 for end, at in zip(ends, due, strict=True))
    for p in (95, 99):
        rank = p / 100 * (len(waits) - 1)
        low = int(rank)
        true = waits[low] + (rank - low) * (waits[min(low + 1, len(waits) - 1)] - waits[low])
        assert true > 1.5
        assert got.distributions["sched_latency"].at(p).value == pytest.approx(true, rel=0.02)


def test_times_agree_with_those_of_the_server(tmp_path: Path) -> None:
    """Joined request by request: a token can't be seen before it was written, nor much later."""
    _, samples, _, truth = measured("ttft=30ms&itl=5ms&tokens=20", tmp_path, "closed:4", Stops(requests=40))
    sent = sorted(stamp for each in truth for stamp in each.stamps)
    seen = sorted(stamp for each in samples for stamp in each.times.chunks)
    late = sorted(b - a for a, b in zip(sent, seen, strict=True))
    assert late[0] > -100_000  # the two clocks are laid on each other to some microseconds
    assert late[len(late) // 2] < 1_000_000


def test_workers_are_one_run(tmp_path: Path) -> None:
    ended, samples, got, truth = measured(
        "ttft=5ms&itl=1ms&tokens=3", tmp_path, "poisson:200/s", Stops(requests=101), workers=2, warmup=4
    )
    assert [each.name for each in files(ended.folder)] == ["worker-0.jsonl", "worker-1.jsonl"]
    assert len({each.index for each in samples}) == len(samples) == len(truth) == 105
    assert (got.attempted, got.warmup) == (101, 4)
    due = sorted(each.times.t_sched or 0 for each in samples if not each.warmup)
    assert len(set(due)) == 101
    assert ended.stop is not None
    assert ended.stop.reason == "requests"


def test_the_end_of_a_file_tells_how_the_client_was(tmp_path: Path) -> None:
    ended, _, _, _ = measured("ttft=2ms&itl=1ms&tokens=3", tmp_path, "closed:2", Stops(requests=20))
    reading = Reading(files(ended.folder)[0])
    assert len(list(reading)) == 20
    assert reading.end is not None
    assert reading.end.reason == "requests"
    client = reading.end.client
    assert client["transport"] == "sockets"
    assert client["verdict"] == ("; ".join(ended.faults) or "ok")
    assert isinstance(client["cpu_share"], float)
    assert reading.header.plan["shape"] == "closed:2"
    assert reading.header.run == ended.folder.name


def test_a_sweep_finds_where_more_users_bring_no_more(tmp_path: Path) -> None:
    ended, samples, _, _ = measured(
        "ttft=10ms&itl=0&tokens=1&slots=4", tmp_path, "sweep:1-32,points=6", Stops(requests=60)
    )
    assert isinstance(ended.plan, Swept)
    assert ended.plan.knee is not None
    assert 2 <= ended.plan.knee <= 8
    reading = Reading(files(ended.folder)[0])
    list(reading)
    assert reading.end is not None
    levels = reading.end.client["levels"]
    assert isinstance(levels, dict)
    assert sorted(map(int, levels)) == sorted({each.stage for each in samples})
    assert list(levels.values())[:3] == [1.0, 2.0, 4.0]


def test_a_search_finds_the_most_users_that_are_served_in_time(tmp_path: Path) -> None:
    ended, _, _, _ = measured(
        "ttft=20ms&itl=0&tokens=1&slots=4",
        tmp_path,
        "search:1-16,precision=0.5",
        Stops(requests=80),
        slo=["p95_ttft<35ms"],
    )
    assert isinstance(ended.plan, Found)
    assert ended.plan.ending in ("found", "unresolved", "client")
    assert ended.plan.holds is None or ended.plan.holds <= 6


def test_a_stop_by_hand_keeps_what_there_is(tmp_path: Path) -> None:
    with Simulator(settings("ttft=10ms&itl=1ms&tokens=5")) as simulator, Interrupts() as interrupts:

        def watch(seen: Look) -> None:
            if seen.counts[0].finished > 3:
                interrupts.asked = True

        one = job(simulator.url, "closed:2", Stops(duration=60.0))
        ended = run(one, tmp_path / "run", watch, interrupts)
    assert ended.stop is not None
    assert (ended.stop.reason, ended.stop.partial) == ("interrupted", True)
    samples = list(Reading(files(ended.folder)[0]))
    assert len(samples) > 3
    assert all(each.failure is None for each in samples)


def test_errors_of_all_workers_together_end_a_run(tmp_path: Path) -> None:
    ended, samples, _, _ = measured(
        "ttft=1ms&e500=100%", tmp_path, "constant:100/s", Stops(duration=30, error_rate=0.5, grace=0), workers=2
    )
    assert ended.stop is not None
    assert (ended.stop.reason, ended.stop.partial) == ("errors", True)
    assert len(samples) < 300


def test_a_worker_that_dies_is_told_and_what_it_had_stays(tmp_path: Path) -> None:
    with Simulator(settings("ttft=1ms&itl=0&tokens=2")) as simulator, Interrupts() as interrupts:

        def watch(seen: Look) -> None:
            if seen.elapsed > 1.3:  # samples are handed to the system once a second
                for each in children():
                    if each != simulator.pid:
                        os.kill(each, signal.SIGKILL)

        with pytest.raises(RunError, match="a worker process died"):
            run(job(simulator.url, "constant:50/s", Stops(duration=60.0)), tmp_path / "run", watch, interrupts)
    reading = Reading(files(tmp_path / "run")[0])
    assert len(list(reading)) > 10
    assert "killed" in (reading.notice() or "")


def children() -> list[int]:
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(each) for each in path.read_text().split()]


def test_a_run_that_nothing_ends_and_a_folder_that_is_there_are_refused(tmp_path: Path) -> None:
    with Interrupts() as interrupts:
        with pytest.raises(ShapeError, match="nothing would end this run"):
            run(job("http://127.0.0.1:9", "closed:2", Stops()), tmp_path / "run", lambda _: None, interrupts)
        with pytest.raises(RunError, match="is there already"):
            run(job("http://127.0.0.1:9", "closed:2", Stops(requests=1)), tmp_path, lambda _: None, interrupts)


def test_nobody_there_is_a_failure_of_each_request(tmp_path: Path) -> None:
    _, samples, _ = ran(job("http://127.0.0.1:9", "closed:2", Stops(requests=4)), tmp_path / "run")
    assert [(each.failure, each.reply.new_connection) for each in samples] == [("connect", None)] * 4


def test_a_connection_that_was_opened_ahead_is_a_new_one(tmp_path: Path) -> None:
    """Those that a server resets at once were told as reused, and blamed on its closing idle ones."""
    with Simulator(settings("reset=100%")) as simulator:
        one = job(simulator.url, "closed:4", Stops(requests=12), keepalive=False)
        _, samples, _ = ran(one, tmp_path / "run")
    assert [(each.failure, each.reply.new_connection) for each in samples] == [("reset", True)] * 12
    assert outcome(tmp_path / "run").connections == Connections(opened=12)


def test_certificates_that_cannot_be_read_leave_no_folder_behind(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text("none")
    one = job("https://127.0.0.1:9", "closed:1", Stops(requests=1))
    with pytest.raises(WireError, match=r"ca.pem: no certificates can be read from it"), Interrupts() as interrupts:
        run(replace(one, wire=Wire(ca=ca)), tmp_path / "run", lambda _: None, interrupts)
    assert not (tmp_path / "run").exists()


def test_a_new_connection_for_each_request_where_that_is_asked_for(tmp_path: Path) -> None:
    _, samples, got, truth = measured(
        "ttft=1ms&itl=0&tokens=2", tmp_path, "constant:100/s", Stops(requests=10), keepalive=False
    )
    assert len({each.connection for each in truth}) == 10
    assert all(each.reply.new_connection and each.times.t_connected is not None for each in samples)
    assert len(got.distributions["connect"]) == 10


def money(cost: str | None, most: str) -> Money:
    """What every request costs, where that is known, and what it can cost."""
    return Money(lambda _: None if cost is None else Decimal(cost), lambda *_: Decimal(most), frozenset({"connect"}))


def paid(where: Path, faults: str, cap: str, price: Money, *, warmup: int = 0) -> list[Sample]:
    with Simulator(settings(f"ttft=1ms&itl=0&tokens=2{faults}")) as simulator, Interrupts() as interrupts:
        one = job(simulator.url, "closed:2", Stops(requests=100, spend=Decimal(cap)), warmup=warmup)
        ended = run(one, where / "run", lambda _: None, interrupts, price)
    return list(Reading(files(ended.folder)[0]))


def test_a_spend_cap_holds_for_the_warm_up_and_for_what_nobody_knows_the_cost_of(tmp_path: Path) -> None:
    warm = paid(tmp_path / "warm", "", "0.05", money("0.01", "0.01"), warmup=50)
    assert len(warm) == 5
    assert all(each.warmup for each in warm)
    assert len(paid(tmp_path / "unknown", "", "0.05", money(None, "0.01"))) == 5
    assert len(paid(tmp_path / "broken", "&truncated=100%", "0.05", money(None, "0.01"))) == 5


def test_what_is_counted_is_shared_out_by_users(tmp_path: Path) -> None:
    for users, workers in ((2, 4), (3, 2), (5, 3)):
        (tmp_path / f"{users}-{workers}").mkdir()
        ended, samples, _, truth = measured(
            "ttft=1ms&itl=0&tokens=1",
            tmp_path / f"{users}-{workers}",
            f"closed:{users}",
            Stops(requests=60),
            workers=workers,
            warmup=5,
        )
        assert len(samples) == len(truth) == 65
        assert ended.stop is not None
        assert ended.stop.reason == "requests"


def test_a_worker_ends_with_the_one_that_leads_it(tmp_path: Path) -> None:
    with Simulator(settings("ttft=1ms&itl=0&tokens=1"), truth=tmp_path / "truth") as simulator:
        script = (
            "import sys; sys.path.insert(0, sys.argv[1]); from test_bench_running import *;"
            "from pathlib import Path;"
            "ran(job(sys.argv[2], 'constant:50/s', Stops(duration=60.0), workers=2), Path(sys.argv[3]))"
        )
        here = str(Path(__file__).parent)
        leader = subprocess.Popen([sys.executable, "-c", script, here, simulator.url, str(tmp_path / "run")])
        while not files(tmp_path / "run") or len(simulator.truth()) < 10:
            sleep(0.05)
        leader.kill()
        leader.wait()
        sleep(0.5)
        before = len(simulator.truth())
        sleep(0.5)
        assert len(simulator.truth()) == before


def test_one_who_watches_and_stands_still_does_not_stop_the_load(tmp_path: Path) -> None:
    with Simulator(settings("ttft=1ms&itl=0&tokens=1")) as simulator, Interrupts() as interrupts:

        def watch(_: Look) -> None:
            sleep(0.4)

        one = job(simulator.url, "constant:100/s", Stops(duration=1.5))
        ended = run(one, tmp_path / "run", watch, interrupts)
    samples = list(Reading(files(ended.folder)[0]))
    assert len(samples) == 150
