from __future__ import annotations

import os

import pytest

from aiready.checks.shards import TANGLED, Meet, Said, fair, in_shards, processes

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="without fork the parent does all the work")


@pytest.mark.parametrize("count", [1, 2, 4])
def test_results_come_back_in_the_order_of_the_shares(count: int) -> None:
    assert in_shards(lambda share, _: (share, os.getpid() == parent), count) == [
        (share, share == 0) for share in range(count)
    ]


def test_every_process_is_told_the_words_of_all_as_often_as_they_meet() -> None:
    def work(share: int, meet: Meet) -> list[Said]:
        first = meet({(0, f"word of {share}", "method")})
        return [first, meet({(1, f"{len(first)} seen by {share}", "object")})]

    first = {(0, f"word of {share}", "method") for share in range(3)}
    second = {(1, f"3 seen by {share}", "object") for share in range(3)}
    assert in_shards(work, 3) == [[first, second]] * 3


@pytest.mark.parametrize("how", ["raises", "is killed", "never meets"])
def test_the_share_of_a_child_that_fails_is_worked_by_the_parent(how: str) -> None:
    def work(share: int, meet: Meet) -> tuple[int, Said]:
        if os.getpid() != parent and share == 1:
            if how == "is killed":
                os.kill(os.getpid(), 9)
            if how == "raises":
                raise ValueError
            os._exit(0)
        return share, meet({(0, str(share), "")})

    done = in_shards(work, 3)
    assert [share for share, _ in done] == [0, 1, 2]
    assert done[0][1] == done[2][1] == {(0, "0", ""), (0, "2", "")}


def test_more_is_handed_back_than_a_pipe_holds() -> None:
    assert in_shards(lambda share, _: str(share) * 1_000_000, 3) == [str(share) * 1_000_000 for share in range(3)]


def test_shares_weigh_about_the_same_and_neighbours_stay_together() -> None:
    weights = {"a": 4, "b": 3, "c": 3, "d": 2}
    assert fair([["a"], ["b"], ["c"], ["d"]], weights, 2) == [frozenset("ad"), frozenset("bc")]
    assert fair([["a", "b", "c", "d"]], weights, 2) == [frozenset("ab"), frozenset("cd")]
    assert fair([["a", "b"]], weights, 1) == [frozenset("ab")]
    assert fair([["a"]], weights, 2) == [frozenset("a")]
    assert fair([], {}, 2) == [frozenset()]


def test_a_group_of_much_code_stays_together() -> None:
    weights = {"a": TANGLED // 2, "b": TANGLED // 2, "c": 10}
    assert fair([["a", "b"], ["c"]], weights, 2) == [frozenset("ab"), frozenset("c")]
    assert fair([["a", "b"], ["c"]], {**weights, "b": TANGLED // 2 - 20}, 2) == [frozenset("a"), frozenset("bc")]


def test_as_many_processes_as_asked_for_or_as_there_are_processors() -> None:
    assert processes(3) == 3
    assert processes(0) >= 1


parent = os.getpid()
