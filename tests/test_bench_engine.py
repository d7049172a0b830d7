"""The engine against a transport that answers as told: who sends when, how often, and what ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice, pairwise
from pathlib import Path
from time import monotonic_ns

import pytest

from aiready.bench.clock import Clock as Stamps
from aiready.bench.engine import Asking, Engine, Share, Stage
from aiready.bench.mistakes import UnfitRequest
from aiready.bench.prompts import Case
from aiready.bench.protocols import Message, Options, Usage, asked, protocol
from aiready.bench.samples import Clock, Header, Reading, Sample, Writer
from aiready.bench.shapes import Closed, ClosedSteps, Shape, Steady, Step, Steps, Stop, Stops, Trace, offsets, parse
from aiready.bench.transport import Receipt

ANSWER = (
    b'{"choices": [{"message": {"content": "4"}, "finish_reason": "stop"}], '
    b'"usage": {"prompt_tokens": 3, "completion_tokens": 2}}'
)


@dataclass
class Script:
    """A transport whose answers are scripted; it keeps what it was sent and how many requests were under way."""

    answer: Callable[[int], tuple[int, bytes]] = lambda _: (200, ANSWER)
    seconds: float = 0.0
    kind: str = "script"
    clock: Stamps = field(default_factory=Stamps)
    sent: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    flying: int = 0
    most: int = 0

    async def open(self, count: int) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError

    async def send(self, _: str, __: str, headers: Iterable[tuple[str, str]], body: bytes) -> Receipt:
        status, answer = self.answer(len(self.sent))
        self.sent.append(body)
        self.headers.append(dict(headers))
        self.flying += 1
        self.most = max(self.most, self.flying)
        t0 = monotonic_ns()
        await asyncio.sleep(self.seconds)
        self.flying -= 1
        now = monotonic_ns()
        return Receipt(t0, now, None, now, status, (), [answer], [now], whole=True)


@dataclass(frozen=True)
class Numbered:
    """A deck whose nth case says n."""

    case_of: Callable[[int], Case] = lambda index: Case(asked(f"number {index}"))
    source: str = "numbers"
    count: int = 1
    hash: str = ""
    nonce: bool = False

    def case(self, index: int) -> Case:
        return self.case_of(index)


API = protocol("openai-compatible")
ALONE = Share()


def asking(deck: Numbered | None = None, **more: object) -> Asking:
    return Asking(API, Options(model="m", stream=False), deck or Numbered(), **more)  # type: ignore[arg-type]


def run(
    where: Path,
    shape: Shape,
    stops: Stops,
    *,
    script: Script | None = None,
    ask: Asking | None = None,
    share: Share = ALONE,
    meanwhile: Callable[[Engine], None] | None = None,
    **more: object,
) -> tuple[list[Sample], Stop | None, Engine]:
    """The samples of one stage, in the order of their numbers."""
    path = where / f"worker-{share.number}.jsonl"

    async def staged() -> tuple[Stop | None, Engine]:
        with Writer(path, Header("r", {}, {}, Clock(0, 0), share.number)) as writer:
            engine = Engine(ask or asking(), script or Script(), writer, share)
            if meanwhile:
                asyncio.get_running_loop().call_later(0.03, meanwhile, engine)
            return await engine.run(Stage(shape, stops, monotonic_ns(), **more)), engine  # type: ignore[arg-type]

    stop, engine = asyncio.run(staged())
    return sorted(Reading(path), key=lambda each: each.index), stop, engine


@pytest.mark.parametrize("users", [1, 3, 16])
def test_a_closed_loop_has_its_users_under_way_and_sends_what_it_was_to(tmp_path: Path, users: int) -> None:
    script = Script(seconds=0.002)
    samples, stop, engine = run(tmp_path, Closed(users, users), Stops(requests=50), script=script)
    assert [each.index for each in samples] == list(range(50))
    assert (script.most, len(script.sent)) == (users, 50)
    assert stop is not None
    assert (stop.reason, engine.taken) == ("requests", 50)
    assert all(each.times.t_sched is None for each in samples)


def test_each_request_asks_what_its_number_says(tmp_path: Path) -> None:
    script = Script()
    run(tmp_path, Closed(2, 2), Stops(requests=6), script=script)
    assert sorted(script.sent) == sorted(
        API.request(asked(f"number {each}"), Options(model="m", stream=False)).body for each in range(6)
    )


def test_users_come_and_go_by_steps(tmp_path: Path) -> None:
    steps = ClosedSteps((Step(4, 0.06), Step(1, 0.06), Step(3, 0.06)))
    script = Script(seconds=0.005)
    samples, stop, _ = run(tmp_path, steps, Stops(), script=script, number=5)
    most: dict[int, int] = {}
    first: dict[int, int] = {}
    for one in sorted(samples, key=lambda each: each.times.t0):
        if one.times.t0 < first.setdefault(one.stage, one.times.t0) + 20_000_000:
            continue  # where a step begins, somebody may still ask who is told of it a moment later
        together = sum(each.times.t0 <= one.times.t0 < each.times.t_end for each in samples if each.stage == one.stage)
        most[one.stage] = max(most.get(one.stage, 0), together)
    assert stop is None
    assert most == {5: 4, 6: 1, 7: 3}


def test_an_open_loop_sends_on_schedule_whatever_becomes_of_the_answers(tmp_path: Path) -> None:
    script = Script(seconds=0.2)
    shape = Steady(200.0, cv=1.0)
    samples, _, _ = run(tmp_path, shape, Stops(requests=20), script=script, seed=7)
    start = samples[0].times.t_sched
    assert start is not None
    due = [round(each * 1e9) for each in islice(offsets(shape, 7), 20)]
    assert [(each.times.t_sched or 0) - start for each in samples] == [each - due[0] for each in due]
    assert all(each.times.t0 >= (each.times.t_sched or 0) for each in samples)
    assert script.most == 20


def test_workers_share_a_schedule_without_a_gap_and_without_a_double(tmp_path: Path) -> None:
    shape = parse("constant:500/s")
    both = [run(tmp_path, shape, Stops(requests=10), share=Share(each, 2), first=100)[0] for each in (0, 1)]
    assert sorted(each.index for one in both for each in one) == list(range(100, 120))
    gaps = [[(b.times.t_sched or 0) - (a.times.t_sched or 0) for a, b in pairwise(one)] for one in both]
    assert all(each == 4_000_000 for one in gaps for each in one)


def test_workers_share_the_users(tmp_path: Path) -> None:
    scripts = [Script(seconds=0.002) for _ in range(3)]
    for number, script in enumerate(scripts):
        run(tmp_path, Closed(8, 8), Stops(requests=20), script=script, share=Share(number, 3))
    assert [each.most for each in scripts] == [3, 3, 2]


def test_a_trace_is_sent_as_it_was_recorded(tmp_path: Path) -> None:
    samples, stop, _ = run(tmp_path, Trace(2.0, (5.0, 5.02, 5.1)), Stops())
    due = [each.times.t_sched or 0 for each in samples]
    assert [each - due[0] for each in due] == [0, 10_000_000, 50_000_000]
    assert stop is None


def test_steps_of_a_rate_are_stages(tmp_path: Path) -> None:
    samples, _, _ = run(tmp_path, Steps((Step(100, 0.05), Step(0, 0.02), Step(200, 0.05))), Stops())
    assert [each.stage for each in samples] == [0] * 5 + [2] * 10


def test_a_duration_ends_the_sending_and_waits_for_what_is_under_way(tmp_path: Path) -> None:
    script = Script(seconds=0.1)
    samples, stop, _ = run(tmp_path, Closed(2, 2), Stops(duration=0.05), script=script)
    assert (len(samples), stop and stop.reason) == (2, "duration")
    assert all(each.failure is None for each in samples)


def test_a_halt_finishes_what_is_under_way(tmp_path: Path) -> None:
    script = Script(seconds=0.1)
    samples, stop, engine = run(tmp_path, Steady(100.0), Stops(duration=60), script=script, meanwhile=Engine.halt)
    assert (stop and stop.reason, stop and stop.partial) == ("interrupted", True)
    assert 1 <= len(samples) <= 20
    assert all(each.failure is None for each in samples)
    assert engine.counters.sent == engine.counters.finished == len(samples)


def test_errors_end_a_run(tmp_path: Path) -> None:
    script = Script(lambda _: (500, b""))
    samples, stop, engine = run(tmp_path, Closed(1, 1), Stops(requests=1000, error_rate=0.5, grace=0.0), script=script)
    assert stop is not None
    assert stop.reason == "errors"
    assert len(samples) < 50
    assert engine.counters.failures == {"server_error": len(samples)}


def test_tokens_end_a_run(tmp_path: Path) -> None:
    samples, stop, _ = run(tmp_path, Closed(1, 1), Stops(tokens=23))
    assert stop is not None
    assert stop.reason == "tokens"
    assert 5 <= len(samples) <= 6  # five a request; an answer is read when the next request may be out already


def test_the_spend_cap_holds_for_what_requests_can_cost(tmp_path: Path) -> None:
    ask = asking(cost=lambda _: Decimal("0.01"), ceiling=lambda *_: Decimal("0.05"))
    samples, stop, engine = run(
        tmp_path, Closed(4, 4), Stops(spend=Decimal("0.20")), script=Script(seconds=0.002), ask=ask
    )
    assert stop is not None
    assert stop.reason == "spend"
    assert engine.counters.reserved == 0
    # A request goes out only where its 5 cents fit under what was spent: the last one at 15 cents spent.
    assert Decimal("0.15") <= engine.counters.spent <= Decimal("0.20")
    assert len(samples) == engine.counters.spent / Decimal("0.01")


def test_a_conversation_goes_on_with_the_real_answers(tmp_path: Path) -> None:
    def answer(number: int) -> tuple[int, bytes]:
        return 200, ANSWER.replace(b'"4"', f'"answer {number}"'.encode())

    talk = Case(asked("one"), then=(Message("user", "two"), Message("user", "three")))
    script = Script(answer)
    samples, _, _ = run(tmp_path, Closed(1, 1), Stops(requests=3), script=script, ask=asking(Numbered(lambda _: talk)))
    last = (
        Message("user", "one"),
        Message("assistant", "answer 0"),
        Message("user", "two"),
        Message("assistant", "answer 1"),
        Message("user", "three"),
    )
    prompt = asked("one").__class__(last)
    assert script.sent[2] == API.request(prompt, Options(model="m", stream=False)).body
    assert [each.index for each in samples] == [0, 1, 2]


def test_a_conversation_ends_with_a_failure(tmp_path: Path) -> None:
    talk = Case(asked("one"), then=(Message("user", "two"),))
    script = Script(lambda _: (500, b""))
    run(tmp_path, parse("constant:100/s"), Stops(requests=2), script=script, ask=asking(Numbered(lambda _: talk)))
    first = API.request(asked("one"), Options(model="m", stream=False)).body
    assert script.sent == [first, first]


def test_the_key_goes_where_the_protocol_wants_it_and_into_no_sample(tmp_path: Path) -> None:
    script = Script(lambda _: (401, b'{"error": {"message": "bad key sk-very-secret-123"}}'))
    ask = asking(key="sk-very-secret-123", headers=(("x-team", "blue-team-token"),))
    run(tmp_path, Closed(1, 1), Stops(requests=1), script=script, ask=ask)
    assert script.headers[0]["authorization"] == "Bearer sk-very-secret-123"
    assert script.headers[0]["x-team"] == "blue-team-token"
    told = (tmp_path / "worker-0.jsonl").read_text()
    assert "very-secret" not in told
    assert "very-secret" not in repr(ask)
    assert '"auth"' in told


def test_what_cannot_be_sent_ends_the_run_with_its_own_words(tmp_path: Path) -> None:
    ask = Asking(protocol("gemini"), Options(), Numbered())  # type: ignore[arg-type]
    with pytest.raises(UnfitRequest, match="give one, such as"):
        run(tmp_path, Closed(2, 2), Stops(requests=5), ask=ask)


def test_answers_are_counted_as_they_come(tmp_path: Path) -> None:
    script = Script(lambda number: (200, ANSWER) if number % 2 else (429, b"{}"))
    samples, _, engine = run(tmp_path, Closed(1, 1), Stops(requests=6), script=script, warmup=True)
    counts = engine.counters
    assert (counts.sent, counts.finished, counts.failed, counts.tokens, counts.output_tokens) == (6, 6, 3, 15, 6)
    assert counts.failures == {"rate_limited": 3}
    assert all(each.warmup for each in samples)
    taken = counts.snapshot(0.25)
    assert (len(taken.e2e), taken.ttft, taken.lag, taken.in_flight) == (3, (), 0.25, 0)
    assert counts.snapshot(0.0).e2e == ()


def test_usage_makes_the_tokens_of_a_sample(tmp_path: Path) -> None:
    (one,), _, _ = run(tmp_path, Closed(1, 1), Stops(requests=1))
    assert (one.tokens.input, one.tokens.output, one.tokens.source) == (3, 2, "provider")
    assert one.reply.usage == {"prompt_tokens": 3, "completion_tokens": 2}
    assert API.usage(()) == Usage()
