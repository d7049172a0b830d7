"""Which questions are being worked out, so that an answer cut short by a circle isn't kept as the whole one."""

from __future__ import annotations

from collections.abc import Hashable

NEVER = 1 << 30
OFTEN = 16
"""Answers of one question that circles may cut short: a thicket of circles has more ways to ask it than can ever be
gone, and one more answer says no more than these."""


class Progress:
    """The open questions, outermost first."""

    def __init__(self) -> None:
        self._open: dict[Hashable, int] = {}
        self._lowest = NEVER
        """The outermost open question that an answer since the last `enter` had to do without."""
        self._cut_short: dict[Hashable, int] = {}
        """How many answers of a question were."""

    def is_circle(self, key: Hashable) -> bool:
        """Whether the question is open already; then the answers up to it are incomplete."""
        depth = self._open.get(key)
        if depth is not None:
            self._lowest = min(self._lowest, depth)
        return depth is not None

    def cut(self) -> None:
        """Nothing that is open now gets its whole answer."""
        self._lowest = -1

    def enter(self, key: Hashable) -> int:
        """Open a question; what it returns must be given to `leave`."""
        before, self._lowest = self._lowest, NEVER
        self._open[key] = len(self._open)
        return before

    def leave(self, key: Hashable, before: int) -> bool:
        """Close a question; whether its answer can be kept: it did without nothing that is still open, or was cut short
        too often to be asked once more."""
        complete = self._lowest >= self._open.pop(key)
        if complete:
            self._lowest = before
            return True
        self._lowest = min(before, self._lowest)
        self._cut_short[key] = often = self._cut_short.get(key, 0) + 1
        return often >= OFTEN
