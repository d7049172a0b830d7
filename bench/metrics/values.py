"""What each metric is of each request: functions of columns. Times in seconds, nan where a request has no value."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..samples.columns import Columns, Floats, Ints


def connect(of: Columns) -> Floats:
    """Opening a connection, where one was opened."""
    return of.seconds("t0", "t_connected")


def ttft(of: Columns) -> Floats:
    """Time to first token."""
    return of.seconds("t0", "t_first")


def ttfa(of: Columns) -> Floats:
    """Time to first answer."""
    return of.seconds("t0", "t_answer")


def e2e(of: Columns) -> Floats:
    """End to end."""
    return of.seconds("t0", "t_last")


def tpot(of: Columns) -> Floats:
    """Time per output token after the first; none where all came in one read, which would make it 0."""
    import numpy as np

    tokens = of.known("output")
    several = (tokens >= 2) & (of.numbers["t_last"] > of.numbers["t_first"])
    whole: Floats = np.where(several, of.seconds("t_first", "t_last"), np.nan)
    return whole / np.where(several, tokens - 1, 1.0)


def itl(of: Columns) -> Floats:
    """Inter-token latency: gaps of all rows one after the other, those inside one read left out."""
    gaps, _ = apart(of)
    return gaps


def apart(of: Columns) -> tuple[Floats, Ints]:
    """Gaps between chunks of different reads, and the row of each."""
    gaps, rows = gaps_of(of)
    told = gaps > 0
    return gaps[told] / 1e9, rows[told]


def gaps_of(of: Columns) -> tuple[Ints, Ints]:
    """All gaps between two chunks of one row, in nanoseconds, and the row of each."""
    import numpy as np

    rows = of.chunk_rows()
    same = rows[1:] == rows[:-1]
    return np.diff(of.chunks)[same], rows[1:][same]


def stall_max(of: Columns) -> Floats:
    """The largest gap."""
    import numpy as np

    gaps, rows = gaps_of(of)
    most: Floats = np.full(len(of), -np.inf)
    np.maximum.at(most, rows, gaps / 1e9)
    return np.where(np.isneginf(most), np.nan, most)


def dispatch_delay(of: Columns) -> Floats:
    """How late it was sent."""
    return of.seconds("t_sched", "t0")


def sched_latency(of: Columns) -> Floats:
    """From when it was due."""
    return of.seconds("t_sched", "t_last")


def output_tokens(of: Columns) -> Floats:
    """Of the answer."""
    return of.known("output")


def input_tokens(of: Columns) -> Floats:
    """Of the prompt."""
    return of.known("input")


def cached_tokens(of: Columns) -> Floats:
    """Of the prompt, from a cache."""
    return of.known("cached")


def reasoning_tokens(of: Columns) -> Floats:
    """Of the answer, not shown."""
    return of.known("reasoning")
