"""The line that isn't ended yet: kept in pieces, so that a long one isn't copied again with every read."""

from __future__ import annotations

BOM = b"\xef\xbb\xbf"


class Lines:
    """Cuts a body behind its last LF, and drops a byte order mark at its very start.

    Promises: never more than `limit` bytes of an unended line are kept.
    """

    __slots__ = ("_begun", "_held", "_length", "limit")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._held: list[bytes] = []
        self._length = 0
        self._begun = False

    def take(self, piece: bytes) -> bytes:
        """The lines that are whole with this piece, each with its LF; empty where none is. Raises FramingError."""
        if not self._begun:
            piece = self._start(piece)
        cut = piece.rfind(b"\n") + 1
        if not cut:
            self._hold(piece)
            return b""
        whole = b"".join((*self._held, piece[:cut])) if self._held else piece[:cut]
        self._held.clear()
        self._length = 0
        self._hold(piece[cut:])
        return whole

    def rest(self) -> bytes:
        """The last line, where nothing ended it; empty where something did."""
        return b"".join(self._held)

    @property
    def empty(self) -> bool:
        """Whether nothing is held, and the start of the body is behind."""
        return self._begun and not self._held

    @property
    def overlong(self) -> bool:
        """Whether what is held is more than the limit allows."""
        return self._length > self.limit

    def _start(self, piece: bytes) -> bytes:
        """The first bytes without a mark; empty while they may still become one."""
        head = self.rest() + piece
        self._held.clear()
        self._length = 0
        if len(head) < len(BOM) and BOM.startswith(head):
            self._hold(head)
            return b""
        self._begun = True
        return head.removeprefix(BOM)

    def _hold(self, piece: bytes) -> None:
        if piece and self._length <= self.limit:
            self._held.append(piece)
            self._length += len(piece)
