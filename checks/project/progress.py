"""Which questions are being worked out, so that an answer cut short by a circle isn't kept as the whole one."""

from __future__ import annotations

from collections.abc import Hashable

NEVER = 1 << 30


class Progress:
    """The open questions, outermost first."""

    def __init__(self) -> None:
        self._open: dict[Hashable, int] = {}
        self._lowest = NEVER
        """The outermost open question that an answer since the last `enter` had to do without."""

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
        """Close a question; whether its answer did without nothing that is still open."""
        complete = self._lowest >= self._open.pop(key)
        self._lowest = before if complete else min(before, self._lowest)
        return complete
