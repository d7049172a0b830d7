"""How requests get there and answers back: bytes out, stamped reads in. Knows HTTP, and nothing of what it carries."""

from ..clock import Clock
from .address import Address, address
from .interface import Receipt, Transport, Wire
from .opened import transport
from .request import request_bytes

__all__ = ["Address", "Clock", "Receipt", "Transport", "Wire", "address", "request_bytes", "transport"]
