"""Our own side is called the bottleneck where it was, and said to be so in words that hold."""

from __future__ import annotations

import pytest

from aiready.bench.engine.health import FEW, Health, Late, faults, spread, telling


def side(late: list[float], delays: list[float] | None = None) -> Health:
    return Health(1.0, 0.1, spread(late), telling(late), delay=telling(delays or []), usual=0.05)


def test_one_hiccup_of_a_short_stage_is_no_fault() -> None:
    """Runs of few requests were invalid by the largest of a dozen looks, which was called p99."""
    late = [0.0002] * (FEW - 2) + [0.08]
    assert telling(late) == Late(0.0002, "median")
    assert faults([side(late, late)]) == ()


def test_a_short_stage_that_was_late_all_along_is_at_fault() -> None:
    told = "50 ms late (median): more than 20 ms would be measured as the server's"
    assert faults([side([0.05] * 5, [0.05] * 5)]) == (f"the client's loop was {told}", f"requests were sent {told}")


def test_a_long_stage_is_judged_by_its_99th_percentile() -> None:
    late = [0.0002] * 97 + [0.08] * 3
    told = "the client's loop was 80 ms late (p99): more than 20 ms would be measured as the server's"
    assert faults([side(late)]) == (told,)


@pytest.mark.parametrize(
    ("late", "told"),
    [(0.0204, "20.4 ms late (p99): more than 20.0 ms"), (0.02004, "20.04 ms late (p99): more than 20.00 ms")],
)
def test_more_is_seen_to_be_more(late: float, told: str) -> None:
    """ "up to 20 ms late: more than 20 ms" contradicts itself."""
    assert told in faults([side([late] * FEW)])[0]
