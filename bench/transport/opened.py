"""Which transport a run needs."""

from __future__ import annotations

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
    why = " and ".join(["HTTP/2"] * wire.http2 + ["a proxy"] * bool(wire.proxy))
    if not why:
        return Sockets(address, wire), ""
    if wire.http2 and importlib.util.find_spec("h2") is None:
        raise WireError(["HTTP/2 needs a package that isn't installed: pip install 'aiready[http2]'"])
    from .stock import Stock

    return Stock(
        address, wire
    ), f"{why} was asked for: httpx carries the requests, and stamps them when it gets to them"
