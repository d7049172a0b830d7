"""The one thing that can go wrong inside a protocol; the user's mistakes are in `bench/mistakes.py`."""

from __future__ import annotations


class NotTheProtocol(Exception):
    """An event or a body hasn't the shape that the protocol gives it: says what was expected. It becomes a failure of
    its request, in the class `malformed`."""
