"""The simulator itself: listens, reads requests, hands out turns."""

from __future__ import annotations

import socket
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from selectors import EVENT_READ, EVENT_WRITE
from time import monotonic_ns

from ..mistakes import SimulatorError
from .answering import Answering, Task
from .arrival import stamped
from .connection import Connection, Gone
from .http import CONTINUE, BadRequest, Request, head
from .loop import Loop
from .reception import Plain, Reception, refusal
from .settings import Settings
from .truth import Deed, Tally, Truth

BACKLOG = 4096
LATER = 100_000_000
"""Nanoseconds after which it tries again to take a connection for which there was no descriptor."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where it listens."""

    host: str = "127.0.0.1"
    port: int = 0
    """0: any that is free."""
    certificate: str = ""
    """Files in PEM; empty: no TLS."""
    key: str = ""
    """Empty: the key is in the certificate's file."""


class Server:
    """Bound from the start; answers while `serve` runs. Raises SimulatorError where it can't listen."""

    def __init__(self, wanted: Settings, where: Listening, truth: Truth) -> None:
        self._truth, self._slots = truth, wanted.slots
        self._context = _context(where)
        self._socket = _bound(where)
        self._loop = Loop(wanted.stall)
        self._reception = Reception(wanted)
        self._numbers = count()
        self._open: set[Connection] = set()
        self._busy: dict[Connection, Answering] = {}
        self._working = 0
        self._queue: deque[Answering] = deque()
        host = f"[{where.host}]" if ":" in where.host else where.host
        scheme = "https" if self._context else "http"
        self.url = f"{scheme}://{host}:{self._socket.getsockname()[1]}"

    @property
    def tally(self) -> Tally:
        """What was done in all, so far."""
        return self._truth.tally

    def stop(self) -> None:
        """Ends `serve` soon; may be called by the handler of a signal and by another thread."""
        self._loop.stop()

    def flush(self, then: Callable[[], None]) -> None:
        """Has the truth written, and then something done; may be called by another thread."""

        def write() -> None:
            self._truth.flush()
            then()

        self._loop.ask(write)

    def serve(self) -> None:
        """Answers until it is stopped; what is then under way is broken off."""
        self._listen()
        try:
            self._loop.run()
        finally:
            self._queue.clear()
            for answering in list(self._busy.values()):
                answering.leave("stopped")
            for connection in list(self._open):
                connection.cut()
            self._loop.close()
            self._socket.close()
            self._truth.close()

    def _listen(self) -> None:
        self._loop.watch(self._socket, self._accept)

    def _accept(self, _: int) -> None:
        while True:
            try:
                sock, _peer = self._socket.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError:  # no descriptor is left: clients wait, and so does the loop
                self._loop.forget(self._socket)
                self._loop.at(self._loop.times.own(monotonic_ns()) + LATER, self._listen)
                return
            connection = Connection(sock, next(self._numbers), self._context)
            connection.changed = partial(self._watch, connection)
            connection.closed = partial(self._closed, connection)
            self._open.add(connection)
            self.tally.connections += 1
            self._watch(connection)

    def _watch(self, connection: Connection) -> None:
        self._loop.watch(connection.sock, partial(self._ready, connection), writes=connection.waits)

    def _closed(self, connection: Connection) -> None:
        self._open.discard(connection)
        self._loop.forget(connection.sock)

    def _ready(self, connection: Connection, mask: int) -> None:
        try:
            if mask & EVENT_WRITE:
                connection.flush()
            if mask & EVENT_READ and connection.alive:
                data = connection.read()
                if data:
                    connection.requests.feed(data)
                    self._next(connection)
        except Gone:
            self._gone(connection)
        except BadRequest as error:
            self._refuse(connection, error)

    def _gone(self, connection: Connection) -> None:
        connection.cut()
        answering = self._busy.get(connection)
        if answering is not None:
            answering.leave("left")

    def _refuse(self, connection: Connection, error: BadRequest) -> None:
        """Answers what is no request, unless another answer is on its way; after that nothing can be understood."""
        answering = self._busy.get(connection)
        try:
            if answering is None:
                self._tell(connection, refusal(error.status, str(error)), lasting=False)
            connection.end()
        except Gone:
            connection.cut()
        if answering is not None:
            answering.leave("left")

    def _next(self, connection: Connection) -> None:
        """Takes up the next request of a connection, where one is whole and none is under way. Raises BadRequest and
        Gone."""
        while connection.alive and not connection.ending and connection not in self._busy:
            request = connection.requests.next()
            if request is None:
                if connection.requests.expects:
                    connection.requests.expects = False
                    connection.write(CONTINUE)
                return
            self._loop.times.begin(connection.stamp)
            taken = self._reception.taken(request, connection.stamp)
            if isinstance(taken, Plain):
                self._tell(connection, taken, lasting=request.lasting, body=request.method != "HEAD")
            else:
                self._take(connection, request, taken)

    def _tell(self, connection: Connection, plain: Plain, *, lasting: bool, body: bool = True) -> None:
        self.tally.refused += plain.status != 200
        headers = {"content-type": "application/json", "content-length": str(len(plain.body))}
        sent = head(plain.status, headers if lasting else {**headers, "connection": "close"})
        connection.write(sent + plain.body if body else sent)
        if not lasting:
            connection.end()

    def _take(self, connection: Connection, request: Request, taken: tuple[Task, str]) -> None:
        task, fault = taken
        deed = Deed(
            number=task.asked.number,
            connection=connection.number,
            path=request.path,
            protocol=task.asked.protocol,
            stream=task.asked.stream,
            fault=fault,
            t_received=connection.stamp,
            input=task.asked.prompt,
            output=task.plan.output,
            cached=task.plan.cached,
            reasoning=task.plan.reasoning,
        )
        answering = Answering(self._loop, connection, task, deed, self._over)
        self._busy[connection] = answering
        if answering.turned_away or not self._slots or self._working < self._slots:
            self._begin(answering, deed.t_received)
        else:
            self._queue.append(answering)

    def _begin(self, answering: Answering, moment: int) -> None:
        self._working += not answering.turned_away
        answering.begin(self._loop.times.own(moment))

    def _over(self, answering: Answering) -> None:
        """After an answer: the connection's next request, and whose turn it is."""
        connection = answering.connection
        self._busy.pop(connection, None)
        self._truth.add(answering.deed)
        if not answering.turned_away and answering.deed.t_turn:
            self._working -= 1
        if not answering.lasting:
            connection.end()
        while self._queue and self._working < self._slots:
            waiting = self._queue.popleft()
            if not waiting.deed.t_end:
                self._begin(waiting, monotonic_ns())
        try:
            self._next(connection)
        except BadRequest as error:
            self._refuse(connection, error)
        except Gone:
            connection.cut()


def _bound(where: Listening) -> socket.socket:
    family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((where.host, where.port))
        listening.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        why = getattr(error, "strerror", None) or error
        raise SimulatorError([f"can't listen on {where.host}:{where.port}: {why}"]) from None
    listening.setblocking(False)
    stamped(listening)  # those that it accepts have it from their first packet on
    return listening


def _context(where: Listening) -> ssl.SSLContext | None:
    if not where.certificate:
        if where.key:
            raise SimulatorError(["a key is of use only with its certificate"])
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(where.certificate, where.key or None)
    except OSError as error:  # ssl's errors among them
        raise SimulatorError([f"{where.certificate}: no certificate and key can be read from it: {error}"]) from None
    return context
