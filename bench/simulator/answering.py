"""One answer being given: chunk after chunk at its time, or the fault that it has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .connection import Gone
from .http import chunk, head
from .planning import Asked, Plan, pieces
from .settings import Settings

if TYPE_CHECKING:
    from .connection import Connection
    from .server import Server
    from .speech import Speech
    from .truth import Deed

STATUSES = {"e429": 429, "rpm": 429, "e500": 500, "e503": 503, "e529": 529}
SLOW = 20_000_000
"""Nanoseconds between two bytes of slow headers."""


class Answering:
    """Steps of one answer, each due at a moment of its own. Times are absolute: no lateness is handed on."""

    __slots__ = (
        *("_asked", "_at", "_connection", "_deed", "_due", "_pieces", "_plan", "_server", "_settings", "_speech"),
        *("lasting", "quota"),
    )

    def __init__(
        self, server: Server, connection: Connection, what: tuple[Asked, Plan, Settings], speech: Speech, deed: Deed
    ) -> None:
        self._server, self._connection, self._speech, self._deed = server, connection, speech, deed
        self._asked, self._plan, self._settings = what
        self._pieces = pieces(self._plan, self._settings.tokens_per_chunk, self._asked.number)
        self._at = 0
        self._due = 0
        self.quota: dict[str, str] = {}
        self.lasting = True

    def begin(self, since: int) -> None:
        """Sets the first step, from the moment at which the request had come, or left the queue."""
        plan, fault = self._plan, self._deed.fault
        first = since + round(plan.first * 1e9)
        self._due = first
        if fault in STATUSES:
            self._set(since, self._error)
        elif fault == "hang":
            return
        elif fault == "reset":
            self._set(first, self._reset)
        elif fault == "slow_headers":
            self._set(first, self._slowly)
        elif not self._asked.stream:
            self._set(first + round(sum(plan.gaps) * 1e9), self._whole)
        elif self._settings.lead:
            self._set(max(since, first - round(self._settings.lead * 1e9)), self._lead)
        else:
            self._set(first, self._open)

    def left(self) -> None:
        """The client went away."""
        self._deed.gone = True
        self._server.done(self._connection, self._deed, lasting=False)

    def _set(self, moment: int, step: Callable[[], None]) -> None:
        def run() -> None:
            if not self._connection.alive:
                return
            try:
                step()
            except Gone:
                self._server.reset(self._connection)
                self.left()

        self._server.at(moment, run)

    def _done(self, *, lasting: bool = True) -> None:
        self._server.done(self._connection, self._deed, lasting=lasting and self.lasting)

    def _head(self, status: int, headers: dict[str, str]) -> bytes:
        self._deed.status = status
        asked = self._asked
        name = "request-id" if asked.protocol == "messages" else "x-request-id"
        ending = {} if self.lasting else {"connection": "close"}
        return head(status, {**headers, name: f"req_{asked.number}", **self.quota, **ending})

    def _stream_head(self) -> bytes:
        return self._head(200, {"content-type": self._speech.content_type, "transfer-encoding": "chunked"})

    def _chunk(self, data: bytes) -> bytes:
        if self._settings.crlf:
            data = data.replace(b"\n", b"\r\n")
        return chunk(data)

    def _lead(self) -> None:
        """Headers and what comes before the first token, ahead of it."""
        before = self._speech.before()
        self._deed.t_headers = self._connection.write(self._stream_head() + (self._chunk(before) if before else b""))
        self._set(self._due, self._piece)

    def _open(self) -> None:
        """The same, and the first token with it."""
        before = self._speech.before()
        ahead = self._stream_head() + (self._chunk(before) if before else b"")
        if self._deed.fault in ("empty", "truncated", "cut", "malformed", "error_event", "reset_mid", "freeze"):
            self._deed.t_headers = self._connection.write(ahead)
            self._piece()
            return
        self._piece(ahead)
        self._deed.t_headers = self._deed.stamps[0]

    def _piece(self, ahead: bytes = b"") -> None:
        """One chunk, and the time of the next."""
        at, plan, deed = self._at, self._plan, self._deed
        if deed.fault and (at >= (len(self._pieces) + 1) // 2 or deed.fault == "empty") and self._broke():
            return
        text, thought = self._pieces[at]
        data = ahead + self._chunk(self._speech.piece(text, thought=thought))
        if self._settings.frag and len(data) > 2:
            cut = 1 + self._asked.number % (len(data) - 1)
            self._connection.write(data[:cut])
            data = data[cut:]
        deed.stamps.append(self._connection.write(data))
        self._at = at + 1
        if at < len(plan.gaps):
            self._due += round(plan.gaps[at] * 1e9)
            self._set(self._due, self._piece)
        else:
            self._end()

    def _end(self) -> None:
        if self._deed.fault and self._pieces and self._broke():
            return
        self._connection.write(self._chunk(self._speech.after()) + b"0\r\n\r\n")
        self._done()

    def _broke(self) -> bool:
        """The fault of a stream, at its half; whether it has one that ends it."""
        match self._deed.fault:
            case "empty":
                self._at, self._pieces = 0, []
                self._end()
            case "truncated":
                self._connection.write(b"0\r\n\r\n")
                self._done()
            case "cut":
                self._done(lasting=False)
            case "reset_mid":
                self._reset()
            case "malformed":
                self._connection.write(self._chunk(b'data: {"choices": [{"delta": {"content": "ti\n\n') + b"0\r\n\r\n")
                self._done()
            case "error_event":
                self._connection.write(self._chunk(self._speech.error_event()) + b"0\r\n\r\n")
                self._done()
            case "freeze":
                return True
            case _:
                return False
        return True

    def _whole(self) -> None:
        """An answer in one piece."""
        fault = self._deed.fault
        body = self._speech.whole([] if fault == "empty" else self._pieces)
        if fault == "malformed":
            body = body[:-2] + b"]"
        if fault == "error_event":
            body = self._speech.error(500, "The server had an error.")
        sent = self._head(200, {"content-type": "application/json", "content-length": str(len(body))})
        if fault in ("truncated", "cut", "reset_mid", "freeze"):
            body = body[: len(body) // 2]
        self._deed.t_headers = self._connection.write(sent + body)
        self._deed.stamps.append(self._deed.t_headers)
        if fault == "reset_mid":
            self._reset()
        elif fault != "freeze":
            self._done(lasting=fault not in ("truncated", "cut"))

    def _error(self) -> None:
        status = STATUSES[self._deed.fault]
        body = self._speech.error(status, f"The simulator answers this request with {status}.")
        wait = {"retry-after": "1"} if status in (429, 503) else {}
        sent = self._head(status, {"content-type": "application/json", "content-length": str(len(body)), **wait})
        self._deed.t_headers = self._connection.write(sent + body)
        self._done()

    def _slowly(self) -> None:
        """One byte of the head, and the time of the next."""
        whole = self._stream_head() if self._asked.stream else self._slow_head()
        byte = whole[self._at : self._at + 1]
        if not byte:
            self._at, self._deed.fault = 0, "slow_headers"
            self._due = self._deed.t_headers
            self._set(self._due, self._after_slow)
            return
        self._at += 1
        self._deed.t_headers = self._connection.write(byte)
        self._set(self._deed.t_headers + SLOW, self._slowly)

    def _slow_head(self) -> bytes:
        body = self._speech.whole(self._pieces)
        return self._head(200, {"content-type": "application/json", "content-length": str(len(body))})

    def _after_slow(self) -> None:
        if self._asked.stream:
            self._piece()
        else:
            self._deed.stamps.append(self._connection.write(self._speech.whole(self._pieces)))
            self._done()

    def _reset(self) -> None:
        self._server.reset(self._connection)
        self._done(lasting=False)
