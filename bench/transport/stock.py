"""httpx's own transport, for proxies and HTTP/2. Stamps are taken when the loop gets to a read: coarser than ours."""

from __future__ import annotations

import asyncio
import os
from time import monotonic_ns
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..clock import Clock
from ..mistakes import WireError
from .head import NotHttp
from .held import Held, Hold
from .inflate import PLAIN, inflated
from .interface import EACH, LARGEST, MOST, TOGETHER, Broken, Headers, Receipt, Wire
from .opening import OURS
from .request import checked, merged

if TYPE_CHECKING:
    import ssl

    import httpx

    from .address import Address

CONNECTED = (
    "connection.connect_tcp.complete",
    "connection.start_tls.complete",
    "proxy.stream.start_tls.complete",
    "http2.send_connection_init.complete",
)
"""What httpcore tells when a connection stands; the last of them counts."""
PROXIES = ("http", "https", "socks5", "socks5h")


class _Full(Exception):
    """All answers together take more memory than they may."""


class Stock:
    """Requests by httpx: one client for each that is under way at once, since a shared pool is a queue of its own."""

    kind = "httpx"

    def __init__(self, address: Address, wire: Wire) -> None:
        self._address, self._wire = address, wire
        self.clock = Clock()
        self._held = Held()
        self._idle: list[httpx.AsyncClient] = []
        self._all: set[httpx.AsyncClient] = set()
        self._under_way: set[asyncio.Task[None]] = set()
        _check_proxy(wire.proxy)
        self._verify = self._context()

    async def open(self, count: int) -> None:
        """Makes the clients; they connect with their first request."""
        self._idle += [self._made() for _ in range(count)]

    async def send(self, method: str, path: str, headers: Headers, body: bytes) -> Receipt:
        """Sends one request and waits for the end of its answer. Raises WireError for one that can't be written."""
        receipt = Receipt(monotonic_ns())
        given = merged((("accept-encoding", "identity"),), headers)
        checked(method, self._address.prefix + path, given)
        client = self._idle.pop() if self._idle else self._made()
        exchange = asyncio.ensure_future(self._limited(client, receipt, (method, path, given, body)))
        self._under_way.add(exchange)
        exchange.add_done_callback(self._under_way.discard)
        try:
            await exchange
        except asyncio.CancelledError:
            receipt.broken, receipt.why, receipt.whole = "client", "the run was ended", False
            if not exchange.cancelled() or _cancelling():
                raise
        finally:
            await self._back(client, reusable=self._wire.keepalive and receipt.whole)
        receipt.hold = Hold(self._held, sum(map(len, receipt.reads)) + EACH * len(receipt.reads))
        receipt.t_end = receipt.stamps[-1] if receipt.whole and receipt.stamps else monotonic_ns()
        return receipt

    async def close(self) -> None:
        """Closes all clients; what is under way is ended first."""
        for exchange in list(self._under_way):
            exchange.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        for client in list(self._all):
            await self._back(client, reusable=False)

    async def _back(self, client: httpx.AsyncClient, *, reusable: bool) -> None:
        if reusable:
            self._idle.append(client)
        else:
            self._all.discard(client)
            await client.aclose()

    async def _limited(
        self, client: httpx.AsyncClient, receipt: Receipt, request: tuple[str, str, Headers, bytes]
    ) -> None:
        import httpx

        try:
            async with asyncio.timeout(self._wire.total_timeout):
                await self._exchanged(client, receipt, request)
        except TimeoutError:
            receipt.broken, receipt.why = "total_timeout", f"the answer took longer than {self._wire.total_timeout:g} s"
        except NotHttp as error:
            receipt.broken, receipt.why, receipt.whole = "malformed", str(error), False
        except _Full:
            receipt.broken = "client"
            receipt.why = f"the answers under way take more than {TOGETHER >> 20} MiB together"
        except httpx.HTTPError as error:
            receipt.broken, receipt.why = _class(error), _words(error)
        if receipt.broken:
            receipt.whole = False

    async def _exchanged(
        self, client: httpx.AsyncClient, receipt: Receipt, request: tuple[str, str, Headers, bytes]
    ) -> None:
        async def trace(event: str, _: object) -> None:
            if event in CONNECTED:
                receipt.t_connected, receipt.first = monotonic_ns(), True

        method, path, headers, body = request
        url, extensions = self._address.url + path, {"trace": trace}
        async with client.stream(method, url, headers=list(headers), content=body, extensions=extensions) as answer:
            receipt.t_headers, receipt.status = monotonic_ns(), answer.status_code
            receipt.headers = tuple((name.lower(), value) for name, value in answer.headers.multi_items())
            await self._read(answer, receipt)

    async def _read(self, answer: httpx.Response, receipt: Receipt) -> None:
        taken = 0
        try:
            async for piece in answer.aiter_raw():
                receipt.stamps.append(self.clock.stamp(()))
                receipt.reads.append(piece)
                receipt.received += len(piece)
                taken += len(piece) + EACH
                self._held.bytes += len(piece) + EACH
                _check_size(receipt, self._held)
        finally:
            self._held.bytes -= taken
        receipt.whole = True
        coding = answer.headers.get("content-encoding", "")
        if coding.lower() not in PLAIN:
            coded, receipt.reads = receipt.reads, [b""] * len(receipt.reads)
            receipt.reads = inflated(coded, coding)

    def _made(self) -> httpx.AsyncClient:
        import httpx

        wire = self._wire
        client = httpx.AsyncClient(
            http2=wire.http2,
            proxy=wire.proxy or None,
            verify=self._verify,
            trust_env=False,
            timeout=httpx.Timeout(wire.read_timeout, connect=min(wire.connect_timeout, wire.total_timeout)),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1 if wire.keepalive else 0),
        )
        self._all.add(client)
        return client

    def _context(self) -> ssl.SSLContext | bool:
        if not self._address.secure and not self._wire.proxy.startswith("https:"):
            return False  # nothing to look at, and a context takes its time
        from .tls import context

        return context(self._wire, None)


def _check_proxy(proxy: str) -> None:
    """Raises WireError, which shows nothing of the URL: proxies have passwords in theirs."""
    try:
        parts = urlsplit(proxy)
        known = parts.scheme in PROXIES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if proxy and not known:
        raise WireError(["the proxy's URL can't be used: it looks like http://proxy.example:3128"])
    if proxy.startswith("socks"):
        import importlib.util

        if importlib.util.find_spec("socksio") is None:
            raise WireError(["a SOCKS proxy needs a package that isn't installed: pip install 'httpx[socks]'"])


def _check_size(receipt: Receipt, held: Held) -> None:
    """Raises NotHttp and _Full for more than is taken, most of which is dropped."""
    large = receipt.received > LARGEST or len(receipt.reads) > MOST
    if large or held.bytes > TOGETHER:
        del receipt.reads[1:], receipt.stamps[1:]
        raise NotHttp(f"the answer is larger than {LARGEST >> 20} MiB or {MOST:,} reads") if large else _Full


def _cancelling() -> bool:
    """Whether it is we who are to end, and not only the exchange."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _causes(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    return chain


def _words(error: httpx.HTTPError) -> str:
    """The system's where there are some: httpx's own say that all attempts failed, and not why."""
    causes = _causes(error)
    numbers = (each.errno for each in causes if isinstance(each, OSError))
    for number in numbers:
        if number and number > 0:
            return os.strerror(number)
    return next((text for each in causes if (text := str(each))), type(error).__name__)


def _class(error: httpx.HTTPError) -> Broken | None:
    """The class of a failure; None for a body that was cut, which is no failure of the transport."""
    import ssl

    import httpx

    causes = _causes(error)
    if any(isinstance(each, ssl.SSLError) and not isinstance(each, ssl.SSLWantReadError) for each in causes):
        return "tls"
    if any(isinstance(each, OSError) and each.errno in OURS for each in causes):
        return "client"
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.ProxyError():
            return "connect"
        case httpx.TimeoutException():
            return "read_timeout"
        case httpx.NetworkError():
            return "reset"
        case httpx.RemoteProtocolError():
            return _of_protocol(str(error))
        case _:
            return "client"


def _of_protocol(words: str) -> Broken | None:
    """httpx has one class for all that a peer does wrong; its words tell them apart."""
    if words.startswith("peer closed connection without sending complete"):
        return None
    gone = ("Server disconnected", "<StreamReset", "<ConnectionTerminated")
    return "reset" if words.startswith(gone) else "malformed"
