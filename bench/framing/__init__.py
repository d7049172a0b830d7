"""Bytes of a body into events, while they come or long afterwards: the same events however the bytes were cut."""

from .interface import LIMIT, Event, Framer, FramingError, framed
from .ndjson import Ndjson
from .sse import Sse

__all__ = ["LIMIT", "Event", "Framer", "FramingError", "Ndjson", "Sse", "framed"]
