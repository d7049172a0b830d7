from __future__ import annotations

import os

import pytest

from aiready.checks.shards import AMPLE, TANGLED, Meet, Said, apart, dealt, fair, in_shards, processes

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


def test_a_child_that_works_apart_hands_back_what_it_made_and_keeps_the_rest() -> None:
    seen: list[int] = []

    def work() -> int:
        seen.append(os.getpid())
        return seen[0]

    assert apart(work) not in (parent, 0)
    assert seen == []


def test_what_a_child_fails_to_do_apart_is_done_here() -> None:
    def work() -> int:
        if os.getpid() != parent:
            os.kill(os.getpid(), 9)
        return os.getpid()

    assert apart(work) == parent


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


def test_ample_groups_are_shares_of_their_own_and_little_ones_share_one() -> None:
    large = [[f"large{at}"] for at in range(3)]
    little = [[f"little{at}"] for at in range(10)]
    weights = {path: AMPLE + at for at, (path,) in enumerate(large)} | {path: AMPLE // 10 for (path,) in little}
    shares = fair([*little, *large], weights, 2)
    assert shares[:3] == [frozenset(group) for group in reversed(large)]
    assert [len(share) for share in shares[3:]] == [10]


def test_little_groups_are_no_more_shares_however_many_they_are() -> None:
    little = [[f"little{at:03}"] for at in range(100)]
    weights = {path: AMPLE // 2 for (path,) in little}
    assert [len(share) for share in fair(little, weights, 2)] == [50, 50]
    weights["large"] = AMPLE
    assert len(fair([*little, ["large"]], weights, 2)) == 3


def test_the_parts_of_a_group_come_before_all_others() -> None:
    weights = {"a": 700, "b": 10, "c": 200}
    assert fair([["a", "b"], ["c"]], weights, 2) == [frozenset("a"), frozenset("bc")]
    shares = fair([["a", "b"], ["c"]], {path: 1500 * weight for path, weight in weights.items()}, 2)
    assert (shares[0], "b" in shares[1]) == (frozenset("a"), True)


def test_each_is_dealt_to_the_one_that_has_least() -> None:
    assert dealt([5, 4, 3, 3, 1], 2) == [[0, 3], [1, 2, 4]]
    assert dealt([5], 3) == [[0]]


def test_as_many_processes_as_asked_for_or_as_there_are_processors() -> None:
    assert processes(3) == 3
    assert processes(0) >= 1


parent = os.getpid()
