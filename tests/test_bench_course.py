"""What somebody sees who watches a run."""

from __future__ import annotations

import io
import sys
from decimal import Decimal

import pytest  # noqa: TC002 - the fixtures' annotations are read

from aiready.bench.engine import Snapshot
from aiready.bench.running import Look as Seen
from aiready.bench.shapes import Closed, Steady, Stops
from aiready.cli import surroundings, watching
from aiready.report.bench_course import Course, line, screen
from aiready.report.look import Look

STOPS = Stops(requests=200)


def seen(elapsed: float, *counts: Snapshot, number: int = 1, stops: Stops = STOPS) -> Seen:
    return Seen(number, "closed:8", Closed(8, 8), stops, elapsed, counts)


def course() -> Course:
    made = Course()
    for second in range(11):
        one = Snapshot(
            sent=10 * second + 4,
            finished=10 * second,
            failed=second // 5,
            output_tokens=200 * second,
            spent=Decimal("0.01") * second,
            failures=(("rate_limited", second // 5),) if second >= 5 else (),
            ttft=(0.2, 0.3),
            e2e=(1.0, 1.2),
        )
        made.add(seen(float(second), one, one))
    return made


def test_a_line_for_a_log() -> None:
    told = "closed:8 10s, 200 done, 8 in flight, 4 failed (rate_limited 4), 20.0/s, 400 tokens/s, "
    assert line(course()) == told + "TTFT p50 300 ms, p95 300 ms, $0.2000"


def test_a_screen_says_how_far_it_is_and_fits() -> None:
    lines = screen(course(), Look(80))
    assert lines == [
        "closed:8",
        f"  {'━' * 66} 200 of 200",
        "  8 in flight · 200 done · 4 failed (rate_limited 4)",
        "  20.0 requests/s · 400 tokens/s · $0.2000",
        "  TTFT p50 300 ms · p95 300 ms · p99 300 ms",
        "  e2e p50 1.20 s · p95 1.20 s · p99 1.20 s",
        "  ▅▅▅▅▅▅▅▅▅▅ requests/s",
    ]
    assert max(map(len, screen(course(), Look(40)))) <= 52


def test_time_left_by_the_rate_and_by_the_clock() -> None:
    made = Course()
    made.add(seen(0.0, Snapshot()))
    made.add(seen(2.0, Snapshot(sent=60, finished=50)))
    assert "50 of 200, about 6 s left" in screen(made, Look(80))[1]
    timed = Course()
    timed.add(Seen(0, "constant:5/s", Steady(5.0), Stops(duration=30.0), 10.0, (Snapshot(sent=50, finished=50),)))
    assert screen(timed, Look(80))[1].endswith("20 s left")
    timed.add(Seen(0, "constant:5/s", Steady(5.0), Stops(duration=30.0), 31.0, (Snapshot(sent=150, finished=149),)))
    assert screen(timed, Look(80, blocks=False))[1] == f"  {'#' * 48} waiting for the last answers"


def test_a_new_stage_begins_anew_but_for_the_money() -> None:
    made = course()
    made.add(seen(0.0, Snapshot(sent=1), number=2))
    assert not made.ttft
    assert line(made) == "closed:8 0s, 0 done, 1 in flight, 0.0/s, $0.2000"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_drawn_anew_and_wiped_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr(watching, "DRAWN", 0.0)
    with watching.Watching(wanted=True) as watch:
        watch(seen(1.0, Snapshot(sent=3, finished=2)))
        watch(seen(2.0, Snapshot(sent=5, finished=4)))
    text = shown.getvalue()
    assert text.count("in flight") == 2
    assert text.count("\x1b[4A\x1b[J") == 2  # before the second drawing, and at the end
    assert text.endswith("\x1b[4A\x1b[J")


def test_a_pipe_gets_a_line_now_and_then_and_quiet_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stderr", shown)
    assert not surroundings.shows(sys.stderr)
    with watching.Watching(wanted=True) as watch:
        watch(seen(1.0, Snapshot(sent=3, finished=2)))
        assert shown.getvalue() == ""
        monkeypatch.setattr(watching, "SAID", 0.0)
        watch(seen(2.0, Snapshot(sent=5, finished=4)))
    assert shown.getvalue() == "closed:8 2s, 4 done, 1 in flight, 2.0/s\n"
    with watching.Watching(wanted=False) as watch:
        watch(seen(3.0, Snapshot(sent=5, finished=4)))
    assert shown.getvalue().count("\n") == 1
