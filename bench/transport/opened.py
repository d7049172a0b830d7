"""Which transport a run needs."""

from __future__ import annotations

import asyncio
import importlib.util
from typing import TYPE_CHECKING

from ..mistakes import WireError
from .sockets import Sockets

if TYPE_CHECKING:
    from .address import Address
    from .interface import Transport, Wire


def transport(address: Address, wire: Wire) -> tuple[Transport, str]:
    """The transport, and why it isn't our own sockets, where it isn't. To be called inside a running loop. Raises
    WireError."""
    asked = " and ".join(["HTTP/2"] * wire.http2 + ["a proxy"] * bool(wire.proxy))
    if not asked and not _proactor():
        return Sockets(address, wire), ""
    if wire.http2 and importlib.util.find_spec("h2") is None:
        raise WireError(["HTTP/2 needs a package that isn't installed: pip install 'aiready[http2]'"])
    from .stock import Stock

    why = f"{asked} was asked for" if asked else "this event loop can't watch sockets"
    return Stock(address, wire), f"{why}: httpx carries the requests, and stamps them when it gets to them"


def _proactor() -> bool:
    """Whether the loop is the one that Windows has unless another is chosen: it has no add_reader."""
    kind = getattr(asyncio, "ProactorEventLoop", None)
    return kind is not None and isinstance(asyncio.get_running_loop(), kind)
