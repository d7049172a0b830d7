"""Reads gather only where that loses nothing."""

from __future__ import annotations

import selectors
import socket
import time

import pytest

from aiready.bench.running.gathering import PAUSE, Gathering, GatheringLoop, worthwhile


@pytest.mark.parametrize(
    ("reads", "ended", "streams", "seconds", "yes"),
    [
        (250, 4, 500, 0.01, True),  # 500 streams, a token every 20 ms, 64 to an answer
        (50, 0, 500, 0.01, False),  # 5,000 a second: two in a pause
        (250, 0, 100, 0.01, False),  # tokens of a stream 4 ms apart
        (250, 200, 500, 0.01, False),  # whole answers: who waits for them asks again
        (0, 0, 500, 0.01, False),
    ],
)
def test_reads_gather_where_many_come_of_slow_streams(
    reads: int, ended: int, streams: int, seconds: float, *, yes: bool
) -> None:
    assert worthwhile(reads, ended, streams, seconds) is yes


def test_what_comes_in_the_pause_is_told_with_what_came_before(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [socket.socketpair() for _ in range(2)]
    slept: list[float] = []

    def meanwhile(seconds: float) -> None:
        slept.append(seconds)
        pairs[1][1].send(b"x")

    monkeypatch.setattr(time, "sleep", meanwhile)
    with Gathering() as selector:
        for mine, _ in pairs:
            selector.register(mine, selectors.EVENT_READ)
        pairs[0][1].send(b"x")
        assert (len(selector.select(1)), slept) == (1, [])
        selector.on = True
        assert (len(selector.select(PAUSE)), slept) == (1, []), "a timer is due before the pause is over"
        assert (len(selector.select(1)), slept) == (2, [PAUSE])
        assert selector.reads == 4
    for each in (end for pair in pairs for end in pair):
        each.close()


def test_a_loop_decides_by_what_came_since_its_last_look(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    loop = GatheringLoop()
    try:
        gathering = loop._gathering
        decided: list[bool] = []
        for reads, ended, stamped in (
            (250, 0, True),
            (500, 4, True),
            (750, 8, False),
            (1000, 300, True),
            (1001, 301, True),
        ):
            gathering.reads, now = reads, now + 0.01
            loop.look(ended, 500, stamped=stamped)
            decided.append(gathering.on)
        assert decided == [True, True, False, False, False]
    finally:
        monkeypatch.undo()
        loop.close()
