"""httpx's own transport, for proxies and HTTP/2. Stamps are taken when the loop gets to a read: coarser than ours."""

from __future__ import annotations

from time import monotonic_ns
from typing import TYPE_CHECKING

from ..clock import Clock
from .http1 import NotHttp
from .inflate import PLAIN, inflated
from .interface import LARGEST, Broken, Headers, Receipt, Wire

if TYPE_CHECKING:
    import ssl

    import httpx

    from .address import Address


class Stock:
    """Requests by httpx: one client for each that is under way at once, since a shared pool is a queue of its own."""

    kind = "httpx"

    def __init__(self, address: Address, wire: Wire) -> None:
        self._address, self._wire = address, wire
        self.clock = Clock()
        self._idle: list[httpx.AsyncClient] = []
        self._all: list[httpx.AsyncClient] = []
        self._verify = self._context()

    async def open(self, count: int) -> None:
        """Makes the clients; they connect with their first request."""
        self._idle += [self._made() for _ in range(count)]

    async def send(self, method: str, path: str, headers: Headers, body: bytes) -> Receipt:
        """Sends one request and waits for the end of its answer."""
        import asyncio

        client = self._idle.pop() if self._idle else self._made()
        receipt = Receipt(monotonic_ns())
        try:
            async with asyncio.timeout(self._wire.total_timeout):
                await self._exchanged(client, receipt, (method, path, headers, body))
        except TimeoutError:
            receipt.broken, receipt.why = "total_timeout", f"the answer took longer than {self._wire.total_timeout:g} s"
        if self._wire.keepalive and not receipt.broken:
            self._idle.append(client)
        else:
            await client.aclose()
            self._all.remove(client)
        receipt.t_end = receipt.stamps[-1] if receipt.whole and receipt.stamps else monotonic_ns()
        return receipt

    async def close(self) -> None:
        """Closes all clients."""
        for client in self._all:
            await client.aclose()

    async def _exchanged(
        self, client: httpx.AsyncClient, receipt: Receipt, request: tuple[str, str, Headers, bytes]
    ) -> None:
        import httpx

        method, path, headers, body = request
        connected: list[int] = []

        async def trace(event: str, _: object) -> None:
            if event in (
                "connection.connect_tcp.complete",
                "connection.start_tls.complete",
                "http2.send_connection_init.complete",
            ):
                connected[:] = [monotonic_ns()]

        try:
            url = self._address.url + path
            sent = dict(headers) | {"accept-encoding": "identity"}
            async with client.stream(method, url, headers=sent, content=body, extensions={"trace": trace}) as answer:
                receipt.t_headers, receipt.status = monotonic_ns(), answer.status_code
                receipt.headers = tuple((name.lower(), value) for name, value in answer.headers.items())
                await self._read(answer, receipt)
        except NotHttp as error:
            receipt.broken, receipt.why, receipt.whole = "malformed", str(error), False
        except httpx.HTTPError as error:
            receipt.broken, receipt.why = _class(error), str(error) or type(error).__name__
        receipt.t_connected = connected[0] if connected else None

    async def _read(self, answer: httpx.Response, receipt: Receipt) -> None:
        async for piece in answer.aiter_raw():
            receipt.stamps.append(self.clock.stamp(()))
            receipt.reads.append(piece)
            receipt.received += len(piece)
            if receipt.received > LARGEST:
                raise NotHttp(f"the answer is larger than {LARGEST >> 20} MiB")
        receipt.whole = True
        coding = answer.headers.get("content-encoding", "")
        if coding.lower() not in PLAIN:
            receipt.reads = inflated(receipt.reads, coding)

    def _made(self) -> httpx.AsyncClient:
        import httpx

        wire = self._wire
        client = httpx.AsyncClient(
            http2=wire.http2,
            proxy=wire.proxy or None,
            verify=self._verify,
            trust_env=False,
            timeout=httpx.Timeout(wire.read_timeout, connect=wire.connect_timeout),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1 if wire.keepalive else 0),
        )
        self._all.append(client)
        return client

    def _context(self) -> ssl.SSLContext | bool:
        from .opening import context

        return context(self._wire, None) if self._address.secure else False


def _class(error: httpx.HTTPError) -> Broken:
    import ssl

    import httpx

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "tls"
        cause = cause.__cause__ or cause.__context__
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.ProxyError():
            return "connect"
        case httpx.TimeoutException():
            return "read_timeout"
        case httpx.NetworkError() | httpx.RemoteProtocolError():
            return "reset"
        case _:
            return "client"
