"""From when to when a run is looked at: as a whole, and while it was steady."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..samples.columns import Columns

STEADY = 10
"""The steady window allows for a tenth of the peak to be missing, and for one request: the next one starts only after
the last has ended."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the monotonic clock, in nanoseconds."""

    start: int
    end: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start) / 1e9


def whole(of: Columns) -> Window | None:
    """From the first measured request to the end of the last one, which is waited for; None without any."""
    rows = of.measured
    if not rows.any():
        return None
    start, end = int(of.numbers["t0"][rows].min()), int(of.numbers["t_end"][rows].max())
    return Window(start, end) if end > start else None


def steady(of: Columns) -> Window | None:
    """The longest stretch of the whole window in which as good as all that were ever in flight are (SGLang's rule).

    Requests of the warm-up count as in flight, since the server works on them.
    """
    import numpy as np

    around = whole(of)
    if around is None:
        return None
    moments = np.concatenate([of.numbers["t0"], of.numbers["t_end"]])
    changes = np.repeat(np.array([1, -1], dtype=np.int64), len(of))
    times, places = np.unique(moments, return_inverse=True)
    summed = np.zeros(len(times), dtype=np.int64)
    np.add.at(summed, places, changes)
    flying = np.cumsum(summed)[:-1]
    inside = (times[:-1] < around.end) & (times[1:] > around.start)
    peak = int(flying[inside].max())
    steps = np.diff(np.concatenate([[0], inside & (flying >= peak - max(1, peak // STEADY)), [0]]).astype(np.int64))
    starts = np.maximum(times[np.flatnonzero(steps == 1)], around.start)
    ends = np.minimum(times[np.flatnonzero(steps == -1)], around.end)
    longest = int(np.argmax(ends - starts))
    return Window(int(starts[longest]), int(ends[longest]))
