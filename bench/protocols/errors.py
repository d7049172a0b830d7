"""What can go wrong around a protocol, as one small family. Each text is one line, worded for the user.

ProtocolError
├── NotTheProtocol  what came back isn't what this protocol sends
├── UnfitRequest    the prompt or the options can't be sent this way: the user's mistake
├── EndpointError   the description of the user's own endpoint can't be used: all its mistakes at once
└── UnknownProtocol a name that no protocol has

A failed request is none of these: it is a value (`failures.py`), since measuring failures is the bench's work.
"""

from __future__ import annotations

from collections.abc import Sequence


class ProtocolError(Exception):
    """Root of the family."""


class NotTheProtocol(ProtocolError):
    """An event or a body hasn't the shape that the protocol gives it: says what was expected."""


class UnfitRequest(ProtocolError):
    """A prompt or an option that this protocol has no place for: says which, and what to do."""


class UnknownProtocol(ProtocolError):
    """No protocol has that name: says which there are."""


class EndpointError(ProtocolError):
    """A description of an endpoint with mistakes; its text has a line for each."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)
