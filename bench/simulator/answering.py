"""One answer being given: chunk after chunk at its time, or the fault that it has."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic_ns

from .connection import Connection, Gone
from .http import END, chunk, head
from .limits import waits
from .loop import Loop
from .planning import NANO, Asked, Plan, pieces, said
from .settings import STATUSES, Settings
from .speech import Speech
from .truth import Deed

PART = 1_000_000
"""Nanoseconds between the two parts of an event that is cut."""
MIDDLE = frozenset({"freeze", "reset_mid", "truncated", "cut", "malformed", "error_event"})
"""Faults that show after the first half of an answer."""
ENDLESS = frozenset({"freeze", "hang"})
"""Faults after which nothing comes, and the connection stays."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be answered, and how."""

    asked: Asked
    plan: Plan
    settings: Settings
    speech: Speech
    quota: dict[str, str]
    """Headers that tell of limits."""
    wait: float
    """Seconds that a client that is turned away is asked to wait."""
    lasting: bool
    """The connection stays afterwards."""


class Answering:
    """Steps of one answer, each due at a moment of its own. Times are absolute: no lateness is handed on.

    Called by the loop for each step; calls `over` with itself at the end, whatever the end is.
    """

    __slots__ = (
        *("_ahead", "_at", "_breaks", "_due", "_frame", "_gaps", "_loop", "_over", "_part", "_pieces", "_said"),
        *("_stamps", "_step", "_write", "connection", "deed", "lasting", "task", "turned_away"),
    )

    def __init__(
        self, loop: Loop, connection: Connection, task: Task, deed: Deed, over: Callable[[Answering], None]
    ) -> None:
        self.connection, self.task, self.deed = connection, task, deed
        self.lasting = task.lasting
        self.turned_away = deed.fault in STATUSES
        """No work is done on it, so it takes no slot and no turn."""
        self._loop, self._over = loop, over
        self._step: Callable[[], None] | None = None
        self._write, self._said, self._stamps = connection.write, task.speech.piece, deed.stamps
        self._gaps = task.plan.gaps
        self._pieces = pieces(task.plan, task.settings.tokens_per_chunk, task.asked.number)
        self._frame = _with_crlf if task.settings.crlf else chunk
        self._ahead = self._part = b""
        """What is to be written before the next piece; what is left of one that is written in two parts."""
        self._at = self._due = 0
        many = len(self._gaps) + 1
        self._breaks = max(1, many // 2) if deed.fault in MIDDLE else -1

    def __call__(self) -> None:
        """Does the step that is due."""
        if self._step is None:
            return
        try:
            self._step()
        except Gone:
            self.connection.cut()
            self.leave("left")

    def begin(self, turn: int) -> None:
        """Sets the first step; the turn is a moment of the server's time."""
        plan, fault = self.task.plan, self.deed.fault
        self.deed.t_turn = self._loop.times.real(turn)
        self._due = first = turn + plan.first
        if self.turned_away:
            self._set(turn, self._error)
        elif fault == "hang":
            self._step = _nothing
        elif fault == "reset":
            self._set(first, self._reset)
        elif fault == "slow_headers":
            self._part = self._head()
            self._set(turn, self._slowly)
        elif not self.task.asked.stream:
            self._set(first + sum(plan.gaps), self._whole)
        else:
            self._ahead = self._head() + self._frame(self.task.speech.before())  # now, while there is time
            self._set(max(turn, first - round(self.task.settings.lead * NANO)), self._open)

    def leave(self, why: str) -> None:
        """The answer is over before its end."""
        if not self.deed.t_end:
            self._done(why, lasting=False)

    def _set(self, moment: int, step: Callable[[], None]) -> None:
        self._step = step
        self._loop.at(moment, self)

    def _done(self, how: str = "done", *, lasting: bool = True) -> None:
        self._step = None
        self.deed.t_end, self.deed.ended = monotonic_ns(), how
        self.lasting = lasting and self.lasting
        self._over(self)

    def _head(self, status: int = 200, body: bytes | None = None, wait: dict[str, str] | None = None) -> bytes:
        """The head of an answer: of a stream, or of a body."""
        asked, speech = self.task.asked, self.task.speech
        kind = speech.content_type if body is None and asked.stream else "application/json"
        framing = {"transfer-encoding": "chunked"} if body is None else {"content-length": str(len(body))}
        name = "request-id" if asked.protocol == "messages" else "x-request-id"
        ending = {} if self.lasting else {"connection": "close"}
        return head(
            status,
            {"content-type": kind, **framing, name: f"req_{asked.number}", **self.task.quota, **(wait or {}), **ending},
        )

    def _open(self) -> None:
        """The headers and what comes before the first piece, ahead of it or in one write with it."""
        self.deed.status = 200
        if self.task.settings.lead or not self.task.plan.output:
            self.deed.t_headers, self._ahead = self._write(self._ahead), b""
        if not self.task.plan.output:
            self._end()
        elif self.task.settings.lead:
            self._set(self._due, self._piece)
        else:
            self._piece()

    def _piece(self) -> None:
        """One chunk, and the time of the next."""
        at = self._at
        if at == self._breaks:
            self._break()
            return
        text, thought = next(self._pieces)
        data = self._frame(self._said(text, thought=thought))
        if self.task.settings.frag:
            self._cut_up(data)
            return
        if self._ahead:
            data, self._ahead = self._ahead + data, b""
        self._sent(self._write(data))

    def _sent(self, stamp: int) -> None:
        self._stamps.append(stamp)
        at = self._at
        self._at = at + 1
        if not at:
            self.deed.t_headers = self.deed.t_headers or stamp
        if at < len(self._gaps):
            self._due += self._gaps[at]
            self._step = self._piece
            self._loop.at(self._due, self)
        else:
            self._end()

    def _cut_up(self, data: bytes) -> None:
        """The first part of a piece; it is whole with the second only. Cut once into chunks of HTTP and once on the
        wire, each anywhere."""
        chance = random.Random(self.task.asked.number << 24 | self._at)  # noqa: S311 - a simulation, no secret
        event = data[data.index(b"\r\n") + 2 : -2]
        inside = chance.randrange(1, len(event))
        data = chunk(event[:inside]) + chunk(event[inside:])
        cut = chance.randrange(1, len(data) - 2)
        stamp = self._write(self._ahead + data[:cut])
        if self._ahead:
            self.deed.t_headers, self._ahead = stamp, b""
        self._part = data[cut:]
        self._set(self._loop.times.own(monotonic_ns()) + PART, self._other_part)

    def _other_part(self) -> None:
        self._sent(self._write(self._part))

    def _end(self) -> None:
        if self._at == self._breaks:
            self._break()
            return
        self._spent()
        self.deed.usage = self.task.asked.usage
        self._write(self._frame(self.task.speech.after()) + END)
        self._done()

    def _spent(self) -> None:
        """Tells the speech what the server took for the prompt and for the answer, for those that say so."""
        now, deed = monotonic_ns(), self.deed
        first = deed.stamps[0] if deed.stamps else deed.t_turn + self.task.plan.first
        self.task.speech.spent = (first - deed.t_turn, max(0, now - first))

    def _break(self) -> None:
        """The fault of a stream, in its middle."""
        fault, speech = self.deed.fault, self.task.speech
        if fault == "truncated":
            self._write(END)
        elif fault == "malformed":
            self._write(self._frame(speech.malformed()) + END)
        elif fault == "error_event":
            self._write(self._frame(speech.error_event()) + END)
        self._broken()

    def _broken(self) -> None:
        """The end of the connection as the fault has it."""
        fault = self.deed.fault
        if fault == "freeze":
            self._step = _nothing
            return
        if fault == "reset_mid":
            self.connection.reset()
        elif fault == "cut":
            self.connection.cut()
        self._done("fault", lasting=fault not in ("reset_mid", "cut"))

    def _body(self) -> bytes:
        self._spent()
        self.deed.usage = True
        plan, number = self.task.plan, self.task.asked.number
        thought, text = said(number, plan.reasoning), said(number, plan.tokens)
        return self.task.speech.whole(text.decode(), thought.decode())

    def _whole(self) -> None:
        """An answer in one piece, or half of it."""
        fault = self.deed.fault
        if fault == "error_event":
            body = self.task.speech.error(500, "The server had an error while processing your request.")
        else:
            body = self._body()
        if fault == "malformed":
            body = body[:-2] + b"]}"
        sent = self._head(200, body)
        if fault in MIDDLE - {"malformed", "error_event"}:
            body = body[: len(body) // 2]
        self.deed.status = 200
        self.deed.t_headers = self._write(sent + body)
        self._stamps.append(self.deed.t_headers)
        if fault not in MIDDLE:
            self._done()
        elif fault == "truncated":
            self._done("fault", lasting=False)
        else:
            self._broken()

    def _error(self) -> None:
        """An answer with a status of failure."""
        fault = self.deed.fault
        self.deed.status = status = STATUSES[fault]
        body = self.task.speech.error(status, f"{MESSAGES.get(fault, 'The simulator fails as told')} ({status}).")
        wait = waits(self.task.wait) if status in (429, 503) else None
        self.deed.t_headers = self._write(self._head(status, body, wait) + body)
        self._done("fault")

    def _slowly(self) -> None:
        """One byte of the head, and the time of the next; then the rest at its usual time."""
        self.deed.t_headers, self._part = self._write(self._part[:1]), self._part[1:]
        self.deed.status, now = 200, self._loop.times.own(monotonic_ns())
        if self._part:
            self._set(now + round(self.task.settings.slow_headers_step * NANO), self._slowly)
        elif self.task.asked.stream:
            self._ahead = self._frame(self.task.speech.before())
            self._due = max(self._due, now)
            self._set(self._due, self._piece if self.task.plan.output else self._end)
        else:
            self._set(max(self._due + sum(self._gaps), now), self._whole_slowly)

    def _whole_slowly(self) -> None:
        body = self._body()
        self._stamps.append(self._write(chunk(body) + END))
        self._done()

    def _reset(self) -> None:
        self.connection.reset()
        self._done("fault", lasting=False)


MESSAGES = {
    "context_length": "This model's maximum context length is 8192 tokens, and your messages are longer",
    "e401": "Incorrect API key provided",
    "e404": "The model does not exist",
    "e429": "Rate limit reached",
    "rpm": "Rate limit reached: too many requests a minute",
    "tpm": "Rate limit reached: too many tokens a minute",
    "e529": "Overloaded",
}
"""What errors say, where it isn't just their status."""


def _nothing() -> None:
    """The step of an answer that doesn't go on."""


def _with_crlf(data: bytes) -> bytes:
    return chunk(data.replace(b"\n", b"\r\n"))
