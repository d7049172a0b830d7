"""Where the cases of a deck come from: a pure function of the index, each in its own order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ..protocols import asked
from .lengths import Lengths
from .model import Case, written
from .passes import Passes
from .planned import Planned
from .prose import VERSION, passage

Item = Case | Planned
_PARTS = 1 << 32


class Pool(Protocol):
    """What a deck draws from."""

    @property
    def count(self) -> int | None:
        """How many different cases there are; None: as many as are asked."""
        ...

    @property
    def hash(self) -> str:
        """The same where the content is."""
        ...

    @property
    def times(self) -> tuple[float, ...]:
        """When a trace's requests were sent, in seconds, from the first on; empty where it is none."""
        ...

    def case(self, index: int) -> Case:
        """The case of an index, from 0 on."""
        ...


@dataclass(frozen=True, slots=True)
class Shuffled:
    """Cases in shuffled passes."""

    items: tuple[Item, ...]
    passes: Passes
    hash: str

    @property
    def count(self) -> int:
        """All of them."""
        return len(self.items)

    @property
    def times(self) -> tuple[float, ...]:
        """None: no trace."""
        return ()

    def case(self, index: int) -> Case:
        """Of equal ones each once before one comes again."""
        return _made(self.items[self.passes.at(index)], index)


@dataclass(frozen=True, slots=True)
class Traced:
    """Cases in the order of their times; behind the last the first comes again, as much later."""

    items: tuple[Item, ...]
    times: tuple[float, ...]
    hash: str

    @property
    def count(self) -> int:
        """All of them."""
        return len(self.items)

    def case(self, index: int) -> Case:
        """The index-th that was sent."""
        turn, place = divmod(index, len(self.items))
        case = _made(self.items[place], index)
        return replace(case, at=self.times[place] + turn * self._period) if turn else case

    @property
    def _period(self) -> float:
        """The time from the first to the last, and a usual gap."""
        span = self.times[-1] - self.times[0]
        return span + span / max(1, len(self.times) - 1)


@dataclass(frozen=True, slots=True)
class Synthetic:
    """Prompts of wanted lengths, each another."""

    lengths: Lengths
    seed: int
    outputs: Lengths | None = None
    count: None = None
    times: tuple[float, ...] = ()

    @property
    def hash(self) -> str:
        """Of all that decides on the prompts."""
        return digest([["synthetic", VERSION, str(self.lengths), self.seed, str(self.outputs or "")]])

    def case(self, index: int) -> Case:
        """Independent of all others."""
        drawn = hashlib.blake2b(f"{self.seed} {index}".encode(), digest_size=12).digest()
        of_input, of_output, start = (int.from_bytes(drawn[at : at + 4]) for at in (0, 4, 8))
        text = passage(self.lengths.at((of_input + 0.5) / _PARTS), index + _spread(self.seed), start)
        bound = self.outputs.at((of_output + 0.5) / _PARTS) if self.outputs else None
        return Case(asked(text), max_output=bound)


def pool(items: Iterable[Item], seed: int) -> Shuffled | Traced:
    """A trace where the items have times, in whose order they have to come; else shuffled passes."""
    kept = tuple(items)
    content = digest(each.canonical() for each in kept)
    times = tuple(each.at for each in kept if each.at is not None)
    if times:
        return Traced(kept, times, content)
    return Shuffled(kept, Passes.of([each.weight for each in kept], seed), content)


def digest(parts: Iterable[Any]) -> str:
    """`sha256:` and the sum of values as JSON, one a line."""
    total = hashlib.sha256()
    for each in parts:
        total.update(written(each))
        total.update(b"\n")
    return f"sha256:{total.hexdigest()}"


def _made(item: Item, index: int) -> Case:
    return item.case(index) if isinstance(item, Planned) else item


def _spread(seed: int) -> int:
    return seed * 0x9E3779B97F4A7C15 >> 24
