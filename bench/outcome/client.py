"""What several workers measured of our own side, as one: the worst of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import cast

from ..samples import End
from .model import OK, UNKNOWN, Client, Json


def client(ends: Iterable[End]) -> Client:
    """The first verdict that isn't OK, and of each figure the largest."""
    told = [each.client for each in ends if each.client]
    if not told:
        return Client(UNKNOWN)
    verdicts = [str(each["verdict"]) for each in told if each.get("verdict")]
    verdict = next((each for each in verdicts if each != OK), OK) if verdicts else UNKNOWN
    merged = reduce(_worst, told)
    return Client(verdict, {key: each for key, each in merged.items() if key != "verdict"})


def _worst(one: Json, two: Json) -> Json:
    return {key: _of(one.get(key), two.get(key)) for key in (*one, *(key for key in two if key not in one))}


def _of(one: object, two: object) -> object:
    if one is None or two is None:
        return two if one is None else one
    if isinstance(one, int | float) and isinstance(two, int | float):
        return max(one, two)
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        return _worst(cast("Json", one), cast("Json", two))
    if isinstance(one, list) and isinstance(two, list):
        both = [*cast("list[object]", one), *cast("list[object]", two)]
        return [each for place, each in enumerate(both) if each not in both[:place]]
    return two if f"{one}" == f"{two}" else f"{one}, {two}"
