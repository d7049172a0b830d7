"""Which prompt comes when: a pure function of the index, so that workers agree without talking.

All are asked in shuffled passes. Where weights differ, a pass takes evenly spaced points on the line on which each
prompt is as long as its weight, and the next pass takes other points: counts follow the weights as closely as can be.
"""

from __future__ import annotations

import hashlib
import struct
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import gcd, lcm

_WORDS = struct.Struct("<32I")
"""Of 32 bits: sixteen rounds' shifts and keys."""
_ODD = 0x9E3779B97F4A7C15
_FINEST = 1000
"""Weights are told apart down to a part of this."""


@dataclass(frozen=True, slots=True)
class Passes:
    """The order in which things are taken again and again."""

    count: int
    seed: int
    ends: tuple[int, ...] = ()
    """Where each one's part of the line ends, times the count; empty where all weigh the same."""
    step: int = 0

    @classmethod
    def of(cls, weights: Sequence[float], seed: int) -> Passes:
        """An order for things of these weights, each above 0."""
        whole = _whole(weights)
        if len(set(whole)) <= 1:
            return cls(len(whole), seed)
        ends = tuple(each * len(whole) for each in accumulate(whole))
        return cls(len(whole), seed, ends, _step(sum(whole)))

    def at(self, index: int) -> int:
        """Which one is taken as number `index`."""
        if self.count == 1:
            return 0
        turn, place = divmod(index, self.count)
        place = shuffled(place, self.count, _keys(self.seed, turn, self.count))
        if not self.ends:
            return place
        total = self.ends[-1] // self.count
        return bisect_right(self.ends, place * total + (turn * self.step + self.seed) % total)


def shuffled(place: int, count: int, keys: Sequence[tuple[int, int]]) -> int:
    """Where a place goes in a shuffle that needs no memory: swap or not (Hoang, Morris, Rogaway, 2012)."""
    for shift, key in keys:
        partner = (shift - place) % count
        top = max(partner, place)
        if ((top + key) * _ODD >> 40) & 1:
            place = partner
    return place


@lru_cache(maxsize=16)
def _keys(seed: int, turn: int, count: int) -> tuple[tuple[int, int], ...]:
    """The rounds of one pass."""
    words = _WORDS.unpack(hashlib.shake_128(f"{seed} {turn}".encode()).digest(_WORDS.size))
    return tuple([(shift % count, key) for shift, key in zip(words[::2], words[1::2], strict=True)])


def _whole(weights: Sequence[float]) -> list[int]:
    """The weights as the smallest whole numbers in their proportion."""
    if len(set(weights)) <= 1:
        return [1] * len(weights)
    least = Fraction(min(weights))
    parts = {each: (Fraction(each) / least).limit_denominator(_FINEST) for each in set(weights)}
    scale = lcm(*{each.denominator for each in parts.values()})
    whole = {each: round(part * min(scale, _FINEST * _FINEST)) for each, part in parts.items()}
    common = gcd(*whole.values())
    return [whole[each] // common for each in weights]


def _step(total: int) -> int:
    """From one pass's points to the next's: near the golden section, which fills a line most evenly, and such that all
    are met before one comes again."""
    golden = round(total * 0.6180339887498949)
    near = (golden + away for distance in range(total) for away in (distance, -distance))
    return next(each for each in near if gcd(each, total) == 1)
