"""Carries out one stretch of load: when each request goes out, how many users there are, when to stop, and the end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate, islice
from time import monotonic_ns
from typing import TYPE_CHECKING, cast

from ..protocols import Message, Prompt
from ..shapes import Closed, ClosedSteps, Loop, Open, Steps, Stop, Stops, length, offsets, stopped, users
from .counters import Counters
from .health import Felt
from .recording import Asked, Place, answering, sample

if TYPE_CHECKING:
    from collections.abc import Generator

    from ..prompts import Case
    from ..protocols import Answer, Request
    from ..samples import Writer
    from ..transport import Receipt, Transport
    from .asking import Asking

NOTHING = Decimal(0)
UNREAD = 200
"""Answers that may wait for being read: whoever brings another waits with it, so that memory has an end."""
MADE = 1000
"""Requests that are remembered: a deck of more seldom asks the same again."""
FLUSH = 1_000_000_000
"""Nanoseconds after which samples are handed to the system."""


@dataclass(frozen=True, slots=True)
class Share:
    """Which part of the work a process has: every `of`th request, from `number` on."""

    number: int = 0
    of: int = 1


@dataclass(frozen=True, slots=True)
class Stage:
    """One stretch of load, the same for all workers but for the stops, which are each worker's own."""

    shape: Open | Loop
    stops: Stops
    start: int
    """When it begins, in nanoseconds of the monotonic clock, which all processes of a machine share."""
    seed: int = 0
    first: int = 0
    """The number of its first request in the run."""
    number: int = 0
    """Its own, as samples name it; steps of its shape count up from there."""
    warmup: bool = False


NO_STAGE = Stage(Closed(0, 0), Stops(), 0)


@dataclass(frozen=True, slots=True)
class _Unread:
    """An answer that waits for being read."""

    receipt: Receipt
    asked: Asked
    reserved: Decimal
    needed: asyncio.Future[Answer] | None = None
    """For whoever needs the answer to go on."""


class Engine:
    """One worker's engine. Answers are read one at a time, between reads of the sockets, so that none holds up the
    start or the stamps of another."""

    def __init__(self, asking: Asking, transport: Transport, writer: Writer, share: Share) -> None:
        self._asking, self._transport, self._writer, self._share = asking, transport, writer, share
        self.counters = Counters()
        self.felt = Felt()
        self.taken = 0
        """Requests of the stage that have a number."""
        self._begun = 0
        """Conversations of its users."""
        self._stage: Stage = NO_STAGE
        self._halted = False
        self._ended: Stop | None = None
        self._alarm: asyncio.Future[None] | None = None
        self._unread: asyncio.Queue[_Unread] = asyncio.Queue(UNREAD)
        self._made: dict[int, tuple[Case, Request]] = {}
        """Of cases that come again; they are kept, so that no other can have the same id."""
        self._cheaper = asyncio.Event()
        """Something that was under way has been read, and cost what it cost."""
        self._flushed = monotonic_ns()

    def halt(self) -> None:
        """Sends no more; what is under way is finished."""
        self._halted = True
        _wake(self._alarm)

    def tick(self) -> None:
        """To be called now and then: hands samples to the system, so that they outlive this process."""
        now = monotonic_ns()
        if now - self._flushed > FLUSH:
            self._flushed = now
            self._writer.flush()

    async def run(self, stage: Stage) -> Stop | None:
        """Carries out a stage to the end of its last answer; says what ended it, None for the end of its shape.

        Raises SamplesError where samples can't be written any more, and UnfitRequest for a prompt that can't be sent.
        """
        self.counters, self.felt, self.taken, self._begun = Counters(), Felt(), 0, 0
        self._stage, self._ended = stage, None
        try:
            async with asyncio.TaskGroup() as group:
                reader = group.create_task(self._read_all())
                shape = stage.shape
                await (self._closed(shape) if isinstance(shape, Loop) else self._open(shape))
                await self._unread.join()
                reader.cancel()
        except BaseExceptionGroup as error:
            raise _first(error) from None
        self._writer.flush()
        return self._ended

    async def _open(self, shape: Open) -> None:
        """Sends on schedule, whatever becomes of earlier requests."""
        stage, share = self._stage, self._share
        async with asyncio.TaskGroup() as group:
            for number, offset in islice(enumerate(offsets(shape, stage.seed)), share.number, None, share.of):
                due = stage.start + round(offset * 1e9)
                await self._until(due)
                if self._stopped():
                    self._miss(shape, number)
                    return
                case = self._asking.case(stage.first + number)
                group.create_task(self._conversation(case, self._place(offset, due)))
            await self._until(stage.start + round((length(shape) or 0.0) * 1e9))

    def _miss(self, shape: Open, number: int) -> None:
        """Counts what was due before the time was over, and was not sent: our own side was too late for it."""
        stage, share = self._stage, self._share
        if self._ended is None or self._ended.reason != "duration" or stage.stops.duration is None:
            return
        for offset in islice(offsets(shape, stage.seed), number, None, share.of):
            if offset >= stage.stops.duration:
                return
            self.felt.unsent += 1

    async def _closed(self, shape: Loop) -> None:
        """Users who each wait for an answer before they ask again."""
        start, active, wanted = self._stage.start, set[int](), [0]
        whole = length(shape)
        async with asyncio.TaskGroup() as group:
            for at, many in users(shape):
                await self._until(start + round(at * 1e9))
                if self._stopped():
                    return
                wanted[0] = part(many, self._share)
                for number in set(range(wanted[0])) - active:
                    active.add(number)
                    group.create_task(self._user(number, wanted, active))
            if whole is not None:
                await self._until(start + round(whole * 1e9))
                wanted[0] = 0

    async def _user(self, number: int, wanted: list[int], active: set[int]) -> None:
        while number < wanted[0] and not self._stopped():
            place = self._place((monotonic_ns() - self._stage.start) / 1e9)
            case = self._asking.case(self._stage.first + self._begun * self._share.of + self._share.number)
            self._begun += 1
            await self._conversation(case, place)
        active.discard(number)

    async def _conversation(self, case: Case, place: Place) -> None:
        """Asks, and goes on asking by the real answers where the case has further turns."""
        prompt = case.prompt
        for turn in (*case.then, None):
            needed = self._loop().create_future() if turn else None
            if not await self._ask(case, prompt, place, needed) or turn is None or needed is None:
                return
            answer: Answer = await needed
            if answer.failure is not None or self._stopped():
                return
            said = Message("assistant", answer.content)
            prompt = replace(prompt, messages=(*prompt.messages, said, turn))
            place = self._place((monotonic_ns() - self._stage.start) / 1e9)

    async def _ask(self, case: Case, prompt: Prompt, place: Place, needed: asyncio.Future[Answer] | None) -> bool:
        """Sends one request and leaves its answer to be read; False where the spend cap doesn't allow it."""
        request = self._request(case, prompt)
        counters, ceiling = self.counters, self._asking.ceiling
        most = ceiling(len(request.body), self._asking.longest(case)) if ceiling else NOTHING
        if most and not await self._affordable(most):
            return False
        counters.sent += 1
        counters.reserved += most
        receipt = await self._transport.send(request.method, request.path, request.headers, request.body)
        asked = Asked(case, place, self._asking.streamed, needed is None)
        await self._unread.put(_Unread(receipt, asked, most, needed))
        return True

    def _request(self, case: Case, prompt: Prompt) -> Request:
        """The request, made once for a case that comes again."""
        if prompt is not case.prompt or len(self._made) >= MADE:
            return self._asking.request(case, prompt)
        known = self._made.get(id(case))
        if known is None:
            known = self._made[id(case)] = case, self._asking.request(case, prompt)
        return known[1]

    async def _read_all(self) -> None:
        asking, unread = self._asking, self._unread
        while True:
            one = await unread.get()
            answer = await _stepwise(answering(one.receipt, asking))
            taken = sample(one.receipt, answer, one.asked)
            self._writer.add(taken)
            self.felt.add(taken.times, succeeded=taken.failure is None)
            cost = asking.cost(answer.usage) if asking.cost else None
            if cost is None:  # it may have been billed all the same, for as much as was set aside
                cost = NOTHING if taken.failure in asking.unbilled else one.reserved
            self.counters.add(taken, cost, one.reserved)
            self._cheaper.set()
            if one.needed is not None and not one.needed.done():
                one.needed.set_result(answer)
            unread.task_done()
            await asyncio.sleep(0)

    def _place(self, offset: float, due: int | None = None) -> Place:
        """The next free number, in the step of the shape that this offset lies in."""
        stage, share = self._stage, self._share
        index = stage.first + self.taken * share.of + share.number
        self.taken += 1
        return Place(index, stage.number + _step(stage.shape, offset), stage.warmup, due)

    def _stopped(self) -> Stop | None:
        if self._ended is None:
            stage = self._stage
            elapsed = max(0.0, (monotonic_ns() - stage.start) / 1e9)
            self._ended = stopped(stage.stops, self.counters.progress(elapsed, interrupted=self._halted))
        return self._ended

    async def _affordable(self, most: Decimal) -> bool:
        """Whether a request that can cost this much fits under the spend cap. A user waits while what is under way may
        turn out cheaper; a schedule doesn't wait, and is over."""
        cap, counters, scheduled = self._stage.stops.spend, self.counters, not isinstance(self._stage.shape, Loop)
        while not self._stopped():
            if cap is None or counters.spent + counters.reserved + most <= cap:
                return True
            if scheduled or not counters.reserved:
                self._ended = Stop("spend", f"another request could break the spend cap of ${cap}", partial=True)
                return False
            self._cheaper.clear()
            await self._cheaper.wait()
        return False

    async def _until(self, due: int) -> None:
        """Waits for a moment, in nanoseconds; less where the run is halted or over before."""
        stage = self._stage
        if stage.stops.duration is not None:
            due = min(due, stage.start + round(stage.stops.duration * 1e9))
        if self._halted or due <= monotonic_ns():
            await asyncio.sleep(0)
            return
        self._alarm = self._loop().create_future()
        timer = self._loop().call_at(due / 1e9, _wake, self._alarm)
        await self._alarm
        timer.cancel()

    @staticmethod
    def _loop() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()


async def _stepwise(steps: Generator[None, None, Answer]) -> Answer:
    """Lets the loop turn between the steps: a large answer must not hold up what is sent meanwhile."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            answer: Answer = end.value
            return answer
        await asyncio.sleep(0)


def _wake(alarm: asyncio.Future[None] | None) -> None:
    if alarm is not None and not alarm.done():
        alarm.set_result(None)


def part(many: int, share: Share) -> int:
    """Of so many users, those of one worker."""
    return many // share.of + (share.number < many % share.of)


def _step(shape: Open | Loop, offset: float) -> int:
    """Which step of a shape an offset lies in; 0 where it has none."""
    if not isinstance(shape, Steps | ClosedSteps):
        return 0
    ends = accumulate(each.seconds for each in shape.steps)
    return min(sum(offset >= end for end in ends), len(shape.steps) - 1)


def _first(error: BaseException) -> BaseException:
    """What went wrong first; what it brought down with it is of no interest."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error
