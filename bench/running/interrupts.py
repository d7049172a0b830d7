"""Ctrl-C: once to end well, twice to leave."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType


class Interrupts:
    """While it is entered, the first Ctrl-C (or SIGTERM) is only noted, and the second one is a KeyboardInterrupt."""

    def __init__(self) -> None:
        self.asked = False
        """Somebody wants an end."""
        self._before: list[tuple[signal.Signals, object]] = []

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            for each in (signal.SIGINT, signal.SIGTERM):
                self._before.append((each, signal.signal(each, self._heard)))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for each, handler in self._before:
            signal.signal(each, handler)  # type: ignore[arg-type] # what it was before

    def _heard(self, _: int, __: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
