"""Samples as columns of numbers: what figures are computed from. Loads numpy when it is used, not before.

Rows are in the order of the samples' index, so files of several workers give the same columns as one file would.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ..mistakes import SamplesError
from .model import End, Header, Sample
from .read import Reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

MISSING = -(2**63)
"""Stands for None in a column."""

STEP_OF_CLOCK = 1_000_000_000
"""Nanoseconds by which the clocks of one run's workers may differ."""


@dataclass(frozen=True, slots=True, eq=False)  # arrays have no single answer to ==
class Columns:
    """Columns of equal length, and the chunks of all rows one after the other."""

    numbers: Mapping[str, Ints]
    """index, t_sched, t0, t_connected, t_headers, t_first, t_answer, t_last, t_end; output, input, cached, reasoning,
    cache_write, cache_write_1h; warmup, stage, correct (1, 0 or MISSING); failure and source, as places in `words`."""
    chunks: Ints
    bounds: Ints
    """Row i's chunks are chunks[bounds[i] : bounds[i + 1]]."""
    words: Mapping[str, tuple[str, ...]]
    """For failure (the first is "", success) and source: the words, sorted."""
    tags: tuple[tuple[str, ...], ...]
    """Of each row."""

    def __len__(self) -> int:
        return len(self.numbers["t0"])

    @property
    def succeeded(self) -> Mask:
        """The rows without a failure."""
        mask: Mask = self.numbers["failure"] == 0
        return mask

    @property
    def measured(self) -> Mask:
        """The rows that aren't warm-up."""
        mask: Mask = self.numbers["warmup"] == 0
        return mask

    def known(self, name: str) -> Floats:
        """A column as floats, nan where it is missing."""
        import numpy as np

        column = self.numbers[name]
        return np.where(column == MISSING, np.nan, column.astype(np.float64))

    def seconds(self, start: str, end: str) -> Floats:
        """From one time to another in each row, nan where one is missing. Subtracted before anything is rounded."""
        import numpy as np

        one, two = self.numbers[start], self.numbers[end]
        missing = (one == MISSING) | (two == MISSING)
        return np.where(missing, np.nan, (two - np.where(missing, two, one)) / 1e9)

    def rows(self, mask: Mask) -> Columns:
        """Some of the rows, in the same order."""
        import numpy as np

        return _taken(self, np.flatnonzero(mask))

    def tagged(self, tag: str) -> Columns:
        """The rows that have a tag."""
        import numpy as np

        return self.rows(np.array([tag in each for each in self.tags], dtype=np.bool_))

    def chunk_rows(self) -> Ints:
        """Of each chunk, its row."""
        import numpy as np

        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.bounds))


def columns(samples: Iterable[Sample]) -> Columns:
    """Columns of samples in any order; they are read once, and none is kept. Raises SamplesError for an index that
    comes twice."""
    import numpy as np

    raw: dict[str, array[int]] = {name: array("q") for name in (*_COLUMNS, "failure", "source")}
    chunks, counts = array("q"), array("q", [0])
    words: dict[str, dict[str, int]] = {"failure": {"": 0}, "source": {}}
    tags: list[tuple[str, ...]] = []
    for sample in samples:
        for name, value in zip(_COLUMNS, _row(sample), strict=True):
            raw[name].append(MISSING if value is None else value)
        for name, word in (("failure", sample.failure or ""), ("source", sample.tokens.source)):
            raw[name].append(words[name].setdefault(word, len(words[name])))
        chunks.extend(sample.times.chunks)
        counts.append(len(sample.times.chunks))
        tags.append(sample.tags)
    numbers = {name: np.array(each, dtype=np.int64) for name, each in raw.items()}
    ranked = {name: _ranked(numbers, name, list(each)) for name, each in words.items()}
    bounds = np.cumsum(np.array(counts, dtype=np.int64))
    whole = Columns(numbers, np.array(chunks, dtype=np.int64), bounds, ranked, tuple(tags))
    order = np.argsort(numbers["index"], kind="stable")
    return _taken(whole, _without_doubles(numbers["index"], order))


_COLUMNS = (
    "index",
    "t_sched",
    "t0",
    "t_connected",
    "t_headers",
    "t_first",
    "t_answer",
    "t_last",
    "t_end",
    "output",
    "input",
    "cached",
    "reasoning",
    "cache_write",
    "cache_write_1h",
    "warmup",
    "stage",
    "correct",
)


def _row(sample: Sample) -> tuple[int | None, ...]:
    times, tokens = sample.times, sample.tokens
    first = times.chunks[0] if times.chunks else None
    return (
        sample.index,
        *(
            times.t_sched,
            times.t0,
            times.t_connected,
            times.t_headers,
            first,
            times.t_answer,
            times.t_last,
            times.t_end,
        ),
        *(tokens.output, tokens.input, tokens.cached, tokens.reasoning, tokens.cache_write, tokens.cache_write_1h),
        *(sample.warmup, sample.stage, sample.correct),
    )


def _ranked(numbers: dict[str, Ints], name: str, words: Sequence[str]) -> tuple[str, ...]:
    """The words sorted, and the column's places changed to theirs: no order of reading is left in it."""
    import numpy as np

    order = sorted(words)
    if words:
        numbers[name] = np.array([order.index(each) for each in words], dtype=np.int64)[numbers[name]]
    return tuple(order)


def _without_doubles(index: Ints, order: Ints) -> Ints:
    import numpy as np

    twice = np.flatnonzero(np.diff(index[order]) == 0)
    if len(twice):
        number = int(index[order[twice[0]]])
        raise SamplesError([f"request {number} is there twice: give each file of a run once"])
    return order


def _taken(of: Columns, rows: Ints) -> Columns:
    import numpy as np

    lengths = np.diff(of.bounds)[rows]
    bounds = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    places = np.arange(bounds[-1], dtype=np.int64) + np.repeat(of.bounds[rows] - bounds[:-1], lengths)
    numbers = {name: each[rows] for name, each in of.numbers.items()}
    tags = tuple(of.tags[int(row)] for row in rows)
    return Columns(numbers, of.chunks[places], bounds, of.words, tags)


@dataclass(frozen=True, slots=True, eq=False)  # as Columns
class Run:
    """All files of a run, read."""

    header: Header
    """The first worker's."""
    columns: Columns
    ends: tuple[End, ...]
    """Of the workers that came to an end."""
    notices: tuple[str, ...]
    """What is to be told of files that aren't whole."""


def load(paths: Sequence[Path], passing: Callable[[Sample], None] | None = None) -> Run:
    """The files of one run, one a worker, in any order. Raises SamplesError where they can't be one run's.

    passing: is handed each sample as it is read, for what no column holds; files are read once.
    """
    readings = sorted((Reading(path) for path in paths), key=lambda each: each.header.worker)
    if not readings:
        raise SamplesError(["no file of samples was given"])
    wrong = list(_strangers(readings[0].header, readings[1:], paths))
    if wrong:
        raise SamplesError(wrong)
    whole = columns(_all(readings, passing))
    ends = tuple(each.end for each in readings if each.end)
    return Run(readings[0].header, whole, ends, tuple(told for each in readings if (told := each.notice())))


def _all(readings: Iterable[Reading], passing: Callable[[Sample], None] | None) -> Iterator[Sample]:
    for sample in chain.from_iterable(readings):
        if passing is not None:
            passing(sample)
        yield sample


def _strangers(first: Header, others: Iterable[Reading], paths: Sequence[Path]) -> Iterator[str]:
    names = ", ".join(map(str, paths))
    for each in others:
        header = each.header
        if header.run != first.run or header.plan != first.plan:
            yield f"{names}: of different runs ({first.run} and {header.run}); compare them instead of merging"
        elif abs(_offset(header) - _offset(first)) > STEP_OF_CLOCK:
            yield f"{names}: the clocks of workers {first.worker} and {header.worker} don't agree: not one machine's"


def _offset(header: Header) -> int:
    return header.clock.wall - header.clock.monotonic
