"""A sweep finds the knee, a search the largest level that holds; both may answer that it can't be told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aiready.bench.shapes import (
    Found,
    Measured,
    Next,
    Probe,
    Search,
    Sweep,
    Swept,
    levels,
    next_of_search,
    next_of_sweep,
)

Served = Callable[[float], float]


def searched(search: Search, share: Served, requests: int = 2000) -> tuple[list[float], Found]:
    """The levels tried, and the end, where each level's share of good requests is as given."""
    probes: list[Probe] = []
    while isinstance(step := next_of_search(search, probes), Next):
        probes.append(Probe(step.level, round(share(step.level) * requests), requests))
    return [each.level for each in probes], step


def breaks_at(limit: float) -> Served:
    return lambda level: 1.0 if level <= limit else 0.5


def test_a_search_doubles_then_bisects() -> None:
    tried, end = searched(Search(1.0, 1000.0, precision=0.1), breaks_at(22.0))
    assert tried == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 24.0, 20.0, 22.0]
    assert end == Found("found", 22.0, 24.0)


def test_a_search_over_users_tries_whole_numbers() -> None:
    tried, end = searched(Search(1, 256, precision=0.01, users=True), breaks_at(22))
    assert tried == [1, 2, 4, 8, 16, 32, 24, 20, 22, 23]
    assert end == Found("found", 22.0, 23.0)


@pytest.mark.parametrize(
    ("limit", "tried", "end"),
    [
        (0.5, [10.0], Found("failed", None, 10.0)),
        (100.0, [10.0, 20.0, 25.0], Found("held", 25.0, None)),
    ],
)
def test_a_limit_outside_the_range_is_said(limit: float, tried: list[float], end: Found) -> None:
    assert searched(Search(10.0, 25.0), breaks_at(limit)) == (tried, end)


def test_what_cannot_be_told_is_an_answer() -> None:
    """At the objective itself no number of requests decides: it is looked at twice, and then left open."""
    tried, end = searched(Search(8.0, 64.0, precision=0.3), lambda level: 1.0 if level <= 8 else 0.95)
    assert tried == [8.0, 16.0, 16.0, 12.0, 12.0, 10.0, 10.0]
    assert end == Found("unresolved", 8.0, None, (10.0, 12.0, 16.0))


def test_a_second_look_can_decide() -> None:
    search = Search(8.0, 64.0)
    one = Probe(8.0, 97, 100)  # Wilson 0.915 to 0.990
    assert next_of_search(search, [one]) == Next(8.0)
    assert next_of_search(search, [one, Probe(8.0, 400, 400)]) == Next(16.0)


def test_an_overloaded_client_ends_a_search() -> None:
    probes = [Probe(8.0, 500, 500), Probe(16.0, 0, 500, valid=False)]
    assert next_of_search(Search(8.0, 64.0), probes) == Found("client", 8.0, None)


@pytest.mark.parametrize(
    ("sweep", "told"),
    [
        (Sweep(1.0, 16.0, 5), (1.0, 2.0, 4.0, 8.0, 16.0)),
        (Sweep(1, 16, 5, users=True), (1.0, 2.0, 4.0, 8.0, 16.0)),
        (Sweep(1, 4, 9, users=True), (1.0, 2.0, 3.0, 4.0)),
        (Sweep(3.0, 7.0, 3), (3.0, pytest.approx(4.58257569), 7.0)),
    ],
)
def test_levels_grow_in_equal_ratios(sweep: Sweep, told: tuple[float, ...]) -> None:
    assert levels(sweep) == told


def swept(sweep: Sweep, serve: Callable[[float], Measured]) -> tuple[list[float], Swept]:
    so_far: list[Measured] = []
    while isinstance(step := next_of_sweep(sweep, so_far), Next):
        so_far.append(serve(step.level))
    return [each.level for each in so_far], step


def server(capacity: float) -> Callable[[float], Measured]:
    """One that keeps up until its capacity; from there on it queues."""
    return lambda level: Measured(level, min(level, capacity), 0.1 if level <= capacity else 0.1 * level)


def test_a_sweep_ends_when_more_load_brings_no_more() -> None:
    assert swept(Sweep(1.0, 256.0, 9), server(16.0)) == ([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0], Swept("found", 16.0))


@pytest.mark.parametrize(
    ("capacity", "end"),
    [(0.5, Swept("failed", 1.0)), (100.0, Swept("held", 8.0)), (0.0, Swept("failed", None))],
)
def test_a_knee_outside_the_range_is_said(capacity: float, end: Swept) -> None:
    assert swept(Sweep(1.0, 8.0, 4), server(capacity))[1] == end


def test_an_overloaded_client_ends_a_sweep() -> None:
    so_far = [Measured(1.0, 1.0, 0.1), Measured(2.0, 2.0, 0.1), Measured(4.0, 2.1, 9.0, valid=False)]
    assert next_of_sweep(Sweep(1.0, 8.0, 4), so_far) == Swept("client", 2.0)
