"""The simulator itself: one loop, one heap of what is due, one write a token.

No framework: under 500 streams of 50 tokens a second a server is asked to do 25,000 things a second at exact times, and
is to be exact about when it did them.
"""

from __future__ import annotations

import heapq
import selectors
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from time import monotonic_ns

from ..clock import ROOM, Clock, stamped
from ..mistakes import SimulatorError
from .answering import Answering
from .connection import Connection, Gone
from .http import BadRequest, Request, head
from .planning import Asked, planned
from .settings import Settings, settings
from .speech import LISTS, asked, speech
from .truth import Deed, Truth

BACKLOG = 4096
OVERRIDE = "x-simulate"
"""A request's header with settings for itself."""
MINUTE = 60_000_000_000
When = tuple[int, int | None]
"""When a request had come, and when it left the queue, if it was in it."""
LONGEST_WAIT = 0.25
"""Seconds after which the loop looks whether it is to stop."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where it listens."""

    host: str = "127.0.0.1"
    port: int = 0
    """0: any that is free."""
    certificate: str = ""
    """Files in PEM; empty: no TLS."""
    key: str = ""


class Server:
    """Bound from the start; serves while `serve` runs. Raises SimulatorError where it can't listen."""

    def __init__(self, wanted: Settings, where: Listening, truth: Truth) -> None:
        self._settings, self._truth = wanted, truth
        self._context = _context(where)
        self._clock = Clock()
        self._selector = selectors.DefaultSelector()
        self._socket = _bound(where)
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._ties = count()
        self._requests, self._connections = count(), count()
        self._busy: dict[Connection, Answering] = {}
        self._working = 0
        self._queue: deque[tuple[Connection, Request, int]] = deque()
        self._minute: deque[int] = deque()
        self._began = 0
        self._stopped = False
        scheme, port = "https" if self._context else "http", self._socket.getsockname()[1]
        self.url = f"{scheme}://{where.host}:{port}"

    def stop(self) -> None:
        """Ends `serve` soon; may be called by a signal's handler."""
        self._stopped = True

    def serve(self) -> None:
        """Answers until it is stopped."""
        self._selector.register(self._socket, selectors.EVENT_READ, self._accept)
        ticked = time.monotonic()
        while not self._stopped:
            for key, mask in self._selector.select(self._patience()):
                key.data(mask)
            self._run_due()
            if time.monotonic() - ticked > 0.1:
                ticked = time.monotonic()
                self._clock.tick()
        for connection in list(self._busy):
            self._drop(connection)
        self._selector.close()
        self._socket.close()
        self._truth.close()

    def at(self, moment: int, call: Callable[[], None]) -> None:
        """Has something done at a moment, in nanoseconds."""
        heapq.heappush(self._due, (moment, next(self._ties), call))

    def done(self, connection: Connection, deed: Deed, *, lasting: bool) -> None:
        """An answer is over."""
        deed.t_end = monotonic_ns()
        self._busy.pop(connection, None)
        self._truth.add(deed)
        self._working -= 1
        if lasting and connection.alive:
            self._next(connection, b"")
        else:
            self._drop(connection)
        while self._queue and self._free():
            waiting, request, stamp = self._queue.popleft()
            if waiting.alive:
                self._begin(waiting, request, (stamp, monotonic_ns()))

    def _patience(self) -> float:
        if not self._due:
            return LONGEST_WAIT
        return min(LONGEST_WAIT, max(0.0, (self._due[0][0] - monotonic_ns()) / 1e9))

    def _run_due(self) -> None:
        due, now = self._due, monotonic_ns()
        self._stall(now)
        while due and due[0][0] <= now:
            heapq.heappop(due)[2]()

    def _stall(self, now: int) -> None:
        """Stands still where that is asked for; bytes that come meanwhile are stamped by the kernel all the same."""
        stall = self._settings.stall
        if stall is None or not self._began:
            return
        start = self._began + round(stall.at * 1e9)
        left = start + round(stall.lasts * 1e9) - now
        if now >= start and left > 0:
            time.sleep(left / 1e9)

    def _accept(self, _: int) -> None:
        while True:
            try:
                sock, _peer = self._socket.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError:  # no descriptor left: the client waits
                return
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stamped(sock)
            connection = Connection(sock, next(self._connections), self._clock, self._context)
            connection.changed = partial(self._watch, connection)
            self._selector.register(sock, selectors.EVENT_READ, partial(self._ready, connection))

    def _watch(self, connection: Connection) -> None:
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.writes else 0)
        key = self._selector.get_key(connection.sock)
        self._selector.modify(connection.sock, events, key.data)

    def _ready(self, connection: Connection, mask: int) -> None:
        try:
            if mask & selectors.EVENT_WRITE:
                connection.flush()
            if mask & selectors.EVENT_READ:
                data = connection.read(ROOM)
                if data:
                    self._next(connection, data)
        except Gone:
            self._drop(connection)

    def _next(self, connection: Connection, data: bytes) -> None:
        """Takes bytes; begins an answer where they make a request and none is under way."""
        try:
            if connection in self._busy:
                return  # a client that sends before it was answered: not in this simulation
            request = connection.requests.feed(data)
            if request is None:
                return
            if not self._began:
                self._began = monotonic_ns()
            if self._free():
                self._begin(connection, request, (connection.stamp, None))
            else:
                self._queue.append((connection, request, connection.stamp))
        except BadRequest as error:
            self._refuse(connection, error.status, str(error))

    def _free(self) -> bool:
        return not self._settings.slots or self._working < self._settings.slots

    def _begin(self, connection: Connection, request: Request, when: When) -> None:
        path = request.path.partition("?")[0]
        if request.method == "GET" and path in LISTS:
            self._told(connection, 200, LISTS[path])
            return
        number = next(self._requests)
        try:
            wanted = settings(request.headers.get(OVERRIDE, ""), self._settings)
            found = asked(number, request.path, request.body)
        except (ValueError, SimulatorError) as error:
            self._refuse(connection, 400, str(error))
            return
        if found is None or request.method != "POST":
            self._refuse(connection, 404 if found is None else 405, f"nothing is at {request.method} {path[:200]}")
            return
        self._answer(connection, request, (found, wanted), when)

    def _answer(self, connection: Connection, request: Request, what: tuple[Asked, Settings], when: When) -> None:
        (found, wanted), (stamp, queued) = what, when
        plan = planned(found, wanted)
        deed = Deed(
            number=found.number,
            connection=connection.number,
            path=request.path,
            protocol=found.protocol,
            stream=found.stream,
            fault="rpm" if self._over(wanted) else plan.fault,
            t_received=stamp,
            input=found.prompt,
            output=plan.output,
            cached=plan.cached,
            reasoning=plan.reasoning,
        )
        answering = Answering(self, connection, (found, plan, wanted), speech(found, plan), deed)
        answering.quota = self._quota(wanted, found)
        answering.lasting = request.lasting
        self._busy[connection] = answering
        self._working += 1
        answering.begin(stamp if queued is None else queued)

    def _over(self, wanted: Settings) -> bool:
        """Whether this request is one too many in this minute."""
        if not wanted.rpm:
            return False
        now, minute = monotonic_ns(), self._minute
        while minute and now - minute[0] > MINUTE:
            minute.popleft()
        if len(minute) >= wanted.rpm:
            return True
        minute.append(now)
        return False

    def _quota(self, wanted: Settings, found: Asked) -> dict[str, str]:
        """The headers that tell of limits, in the provider's own words."""
        limit = wanted.rpm or 10_000
        left = max(0, limit - (len(self._minute) if wanted.rpm else found.number % limit + 1))
        reset = (self._minute[0] + MINUTE - monotonic_ns()) / 1e9 if self._minute else 60.0
        if found.protocol == "messages":
            moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + reset))
            name = "anthropic-ratelimit-requests"
            return {f"{name}-limit": str(limit), f"{name}-remaining": str(left), f"{name}-reset": moment}
        if found.protocol.startswith(("ollama", "gemini")):
            return {}
        name = "x-ratelimit"
        return {
            f"{name}-limit-requests": str(limit),
            f"{name}-remaining-requests": str(left),
            f"{name}-reset-requests": f"{reset:.3f}s",
        }

    def _told(self, connection: Connection, status: int, body: object) -> None:
        from .speech.interface import compact

        data = compact(body).encode()
        connection.write(head(status, {"content-type": "application/json", "content-length": str(len(data))}) + data)
        self._next(connection, b"")

    def _refuse(self, connection: Connection, status: int, why: str) -> None:
        self._told(connection, status, {"error": {"message": why, "type": "invalid_request_error", "code": None}})
        self._drop(connection)

    def _drop(self, connection: Connection, *, reset: bool = False) -> None:
        """Takes leave of a connection; what was under way on it is over."""
        answering = self._busy.pop(connection, None)
        if connection.alive:
            self._selector.unregister(connection.sock)
            connection.close(reset=reset)
        if answering is not None:
            answering.left()

    def reset(self, connection: Connection) -> None:
        """Ends a connection by force."""
        if connection.alive:
            self._selector.unregister(connection.sock)
            connection.close(reset=True)


def _bound(where: Listening) -> socket.socket:
    family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((where.host, where.port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise SimulatorError([f"can't listen on {where.host}:{where.port}: {error.strerror or error}"]) from None
    listening.setblocking(False)
    return listening


def _context(where: Listening) -> ssl.SSLContext | None:
    if not where.certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(where.certificate, where.key or None)
    except (OSError, ssl.SSLError) as error:
        raise SimulatorError([f"{where.certificate}: no certificate and key can be read from it: {error}"]) from None
    return context
