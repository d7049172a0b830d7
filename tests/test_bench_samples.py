"""What is recorded comes back as it was, survives a crash, merges exactly, and holds no key."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiready.bench.mistakes import SamplesError
from aiready.bench.samples import (
    FAILURES,
    MISSING,
    Clock,
    Columns,
    End,
    Header,
    Reading,
    Reply,
    Sample,
    Times,
    Tokens,
    Writer,
    columns,
    kept_headers,
    load,
)

CLOCK = Clock(1_000, 1_700_000_000_000_000_000)
HEADER = Header("run-1", {"shape": "constant:20/s", "seed": 7}, {"aiready": "0.1"}, CLOCK)
END = End("requests", Clock(9_000, CLOCK.wall + 8_000), {"healthy": True})
FULL = Sample(
    3,
    Times(100, 900, 90, 150, (200, 200, 350), 350, 350, 120),
    Tokens(12, 34, 5, 2, "provider", 9, 4),
    Reply(
        200,
        (("retry-after", "1"),),
        {"total_tokens": 46, "details": {}},
        "final chunk",
        "stop",
        "m-1",
        512,
        True,
        {"load": 5, "eval": 70, "sent": {"load_duration": 5, "eval_duration": 70}},
    ),
    None,
    None,
    correct=False,
    warmup=True,
    stage=2,
    tags=("short", "é"),
)
BARE = Sample(4, Times(100, 900), failure="connect", message="refused")


def written(path: Path, samples: Iterable[Sample], header: Header = HEADER, end: End | None = END) -> Path:
    with Writer(path, header) as writer:
        for each in samples:
            writer.add(each)
        writer.close(end)
    return path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    reading = Reading(written(tmp_path / "run.jsonl", [FULL, BARE]))
    assert (reading.header, list(reading), reading.end, reading.cut) == (HEADER, [FULL, BARE], END, 0)
    assert reading.notice() is None


def test_a_line_says_only_what_is_known(tmp_path: Path) -> None:
    lines = written(tmp_path / "run.jsonl", [BARE]).read_text().splitlines()
    assert lines == [
        (
            '{"schema":"aiready.samples/1","run":"run-1","worker":0,"clock":{"monotonic":1000,"wall":1700000000000000000}'
            ',"plan":{"shape":"constant:20/s","seed":7},"versions":{"aiready":"0.1"}}'
        ),
        '{"index":4,"t0":100,"t_end":900,"source":"none","failure":"connect","message":"refused"}',
        '{"end":"requests","clock":{"monotonic":9000,"wall":1700000000000008000},"client":{"healthy":true}}',
    ]


@pytest.mark.parametrize("lost", [1, 2, 50])
def test_a_line_cut_off_by_a_crash_is_dropped_and_said(lost: int, tmp_path: Path) -> None:
    path = written(tmp_path / "run.jsonl", [BARE, FULL], end=None)
    whole = path.read_bytes()
    path.write_bytes(whole[:-lost])
    reading = Reading(path)
    left = len(whole.splitlines()[-1]) + 1 - lost
    assert (list(reading), reading.cut) == ([BARE], left)
    assert reading.notice() == f"{path}: the last line was cut off ({left} bytes) and is left out: the run was killed"


def test_a_killed_run_says_that_it_has_no_end(tmp_path: Path) -> None:
    reading = Reading(written(tmp_path / "run.jsonl", [BARE], end=None))
    assert list(reading) == [BARE]
    assert reading.notice() == f"{tmp_path / 'run.jsonl'}: the run has no end: it was killed, or goes on"


def test_zeros_that_a_power_cut_left_are_a_cut_line(tmp_path: Path) -> None:
    path = written(tmp_path / "run.jsonl", [BARE], end=None)
    path.write_bytes(path.read_bytes() + b"\0" * 40)
    reading = Reading(path)
    assert (list(reading), reading.cut) == ([BARE], 40)


def test_lines_are_on_the_disk_after_flush(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    writer = Writer(path, HEADER)
    writer.add(BARE)
    before = len(path.read_bytes().splitlines())
    writer.flush()
    assert (before, list(Reading(path))) == (1, [BARE])
    writer.close()
    writer.add(BARE)
    with pytest.raises(SamplesError, match=r"run\.jsonl: was closed; nothing can be added"):
        writer.flush()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[]", "not a JSON object"),
        (b'{"t0":1,"t_end":2}', "index is missing"),
        (b'{"index":1,"t0":true,"t_end":2}', "t0 is no int"),
        (b'{"index":1,"t0":1.5,"t_end":2}', "t0 is no int"),
        (b'{"index":1,"t0":99999999999999999999,"t_end":2}', "t0 is too large a number"),
        (b'{"index":1,"t0":1,"t_end":2,"gaps":[1,"x"]}', "gaps holds something else than int"),
        (b'{"index":1,"t0":1,"t_end":2,"gaps":[2305843009213693952]}', "gaps add up to too large a number"),
        (b'{"index":1,"t0":1,"t_end":2,"usage":[]}', "usage is no object"),
        (b'{"end":"requests"}', "the run's end, but more follows"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_damaged_line_is_named(line: bytes, why: str, tmp_path: Path) -> None:
    path = written(tmp_path / "run.jsonl", [BARE])
    head, sample, end = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([head, sample, line, end, b""]))
    with pytest.raises(SamplesError) as raised:
        list(Reading(path))
    assert str(raised.value) == f"{path}: line 3 is damaged: {why}"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is no file of samples, or one cut off in its first line"),
        (b'{"schema":"aiready.sam', "is no file of samples, or one cut off in its first line"),
        (b"{}\n", "no samples: a file of samples begins with a header of the schema aiready.samples/1"),
        (
            b'{"schema":"aiready.samples/2"}\n',
            (
                "written by another version of aiready (aiready.samples/2); read it with that one: "
                "a file of samples begins with a header of the schema aiready.samples/1"
            ),
        ),
    ],
)
def test_another_file_is_refused(content: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(SamplesError) as raised:
        Reading(path)
    assert str(raised.value) == f"{path}: {why}"


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    path = written(tmp_path / "run.jsonl", [])
    with pytest.raises(SamplesError, match="is there already, and no run is overwritten; give another name"):
        Writer(path, HEADER)
    with pytest.raises(SamplesError, match="can't be written: No such file or directory"):
        Writer(tmp_path / "none" / "run.jsonl", HEADER)
    with pytest.raises(SamplesError, match="can't be read: No such file or directory"):
        Reading(tmp_path / "none.jsonl")


def test_a_full_disk_ends_the_writing_and_leaves_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.jsonl"
    writer = Writer(path, HEADER)
    writer.add(BARE)
    real, room = os.write, [40]

    def short(file: int, data: bytes) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        done, room[0] = real(file, data[: room[0]]), 0
        return done

    monkeypatch.setattr(os, "write", short)
    with pytest.raises(SamplesError, match="can't be written any more: No space left on device; what is there can be"):
        writer.flush()
    writer.close(END)
    reading = Reading(path)
    assert (list(reading), reading.cut) == ([], 40)


def test_no_key_reaches_the_disk(tmp_path: Path) -> None:
    """Whatever a server puts where: the key is in no byte of the file, and numbers stay numbers."""
    key = '12345678"é'
    echo: dict[str, Any] = {key: [key, {"x": f"a{key}b"}], "n": 12345678, "f": float("nan")}
    reply = Reply(401, (("x-request-id", key),), echo, "body", key, key)
    sample = Sample(1, Times(12345678, 12345679), Tokens(), reply, "auth", key, tags=(key,))
    with Writer(tmp_path / "run.jsonl", Header("r", {"url": key}, {}, CLOCK), [key]) as writer:
        writer.add(sample)
        writer.close(End("requests", CLOCK, {"x": key}))
    raw = (tmp_path / "run.jsonl").read_text()
    assert ("\\u00e9" in raw, "é" in raw) == (False, False)
    (back,) = Reading(tmp_path / "run.jsonl")
    assert back.reply.usage == {"[hidden]": ["[hidden]", {"x": "a[hidden]b"}], "n": 12345678, "f": None}
    assert back.times.t0 == 12345678


def test_what_a_server_claims_cannot_make_the_file_unreadable(tmp_path: Path) -> None:
    deep: Any = 1
    for _ in range(5000):
        deep = {"x": [deep]}
    sample = Sample(1, Times(1, 2), Tokens(10**30, -1, True, 0, "provider"), Reply(200, usage={"n": 10**30, "d": deep}))
    (back,) = Reading(written(tmp_path / "run.jsonl", [sample]))
    assert back.tokens == Tokens(None, None, None, 0, "provider")
    assert (back.reply.usage or {})["n"] == 10**30


def test_only_headers_that_matter_are_kept() -> None:
    given = {"Set-Cookie": "s", "Retry-After": "2", "X-RateLimit-Remaining-Tokens": "9", "authorization": "Bearer x"}
    assert kept_headers(given) == (("retry-after", "2"), ("x-ratelimit-remaining-tokens", "9"))


def test_the_date_is_kept_beside_limits_only() -> None:
    date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT")
    assert kept_headers(dict([date, ("x-request-id", "r")])) == (("x-request-id", "r"),)
    assert kept_headers(dict([date, ("x-ratelimit-limit", "9")])) == (date, ("x-ratelimit-limit", "9"))


def test_times_of_the_server_that_can_not_be_are_left_out(tmp_path: Path) -> None:
    told = {"load": -1, "prompt_eval": 10**30, "eval": 3, "total": True, "else": 4}
    (back,) = Reading(written(tmp_path / "run.jsonl", [Sample(1, Times(1, 2), reply=Reply(timings=told))]))
    assert back.reply.timings == {"eval": 3}


def test_load_hands_on_each_sample_as_it_reads(tmp_path: Path) -> None:
    seen: list[Sample] = []
    run = load([written(tmp_path / "run.jsonl", [FULL, BARE])], seen.append)
    assert (seen, len(run.columns)) == ([FULL, BARE], 2)


def test_columns_hold_what_samples_say() -> None:
    table = columns([BARE, FULL])
    assert len(table) == 2
    names = ("index", "t_sched", "t_first", "output", "cache_write", "cache_write_1h", "correct", "stage")
    told = {name: table.numbers[name].tolist() for name in names}
    assert told == {
        "index": [3, 4],
        "t_sched": [90, MISSING],
        "t_first": [200, MISSING],
        "output": [12, MISSING],
        "cache_write": [9, MISSING],
        "cache_write_1h": [4, MISSING],
        "correct": [0, MISSING],
        "stage": [2, 0],
    }
    assert (table.words, table.tags) == (
        {"failure": ("", "connect"), "source": ("none", "provider")},
        (("short", "é"), ()),
    )
    assert (table.chunks.tolist(), table.bounds.tolist(), table.chunk_rows().tolist()) == (
        [200, 200, 350],
        [0, 3, 3],
        [0, 0, 0],
    )
    assert (table.succeeded.tolist(), table.measured.tolist()) == ([True, False], [False, True])
    assert np.array_equal(table.seconds("t0", "t_first"), [1e-7, np.nan], equal_nan=True)
    assert np.array_equal(table.known("cached"), [5.0, np.nan], equal_nan=True)
    assert (table.tagged("short").numbers["index"].tolist(), len(table.tagged("none"))) == ([3], 0)


def test_no_samples_are_columns_too() -> None:
    table = columns([])
    assert (len(table), table.seconds("t0", "t_end").tolist(), table.bounds.tolist()) == (0, [], [0])


def same(one: Columns, two: Columns) -> bool:
    numbers = all(np.array_equal(one.numbers[name], two.numbers[name]) for name in one.numbers)
    chunks = np.array_equal(one.chunks, two.chunks) and np.array_equal(one.bounds, two.bounds)
    return numbers and chunks and (one.words, one.tags) == (two.words, two.tags)


TIME = st.integers(0, 2**60)
SAMPLES = st.builds(
    Sample,
    st.just(0),
    st.builds(Times, TIME, TIME, st.none() | TIME, st.none() | TIME, st.lists(TIME, max_size=5).map(tuple)),
    st.builds(Tokens, st.none() | st.integers(0, 10**6), source=st.sampled_from(["provider", "chunks", "none"])),
    failure=st.none() | st.sampled_from(sorted(FAILURES)),
    warmup=st.booleans(),
    tags=st.lists(st.sampled_from("abc"), unique=True).map(tuple),
)


def numbered(samples: Sequence[Sample]) -> list[Sample]:
    return [
        Sample(at, s.times, s.tokens, s.reply, s.failure, None, None, s.warmup, s.stage, s.tags)
        for at, s in enumerate(samples)
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SAMPLES, st.integers(0, 2)), max_size=12), st.randoms(use_true_random=False))
def test_workers_merge_to_what_one_would_have_written(dealt: list[tuple[Sample, int]], chance: Any) -> None:
    samples = numbered([each for each, _ in dealt])
    with TemporaryDirectory() as folder:
        paths: list[Path] = []
        for worker in range(3):
            mine = [each for each, (_, of) in zip(samples, dealt, strict=True) if of == worker]
            chance.shuffle(mine)
            header = Header(HEADER.run, HEADER.plan, HEADER.versions, CLOCK, worker)
            paths.append(written(Path(folder, f"{worker}.jsonl"), mine, header))
        chance.shuffle(paths)
        run = load(paths)
    assert same(run.columns, columns(samples))
    assert (run.header, run.ends, run.notices) == (HEADER, (END, END, END), ())


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (
            Header("run-2", HEADER.plan, {}, CLOCK, 1),
            "of different runs (run-1 and run-2); compare them instead of merging",
        ),
        (Header("run-1", {}, {}, CLOCK, 1), "of different runs (run-1 and run-1); compare them instead of merging"),
        (
            Header("run-1", HEADER.plan, {}, Clock(1_000, CLOCK.wall + 2_000_000_000), 1),
            "the clocks of workers 0 and 1 don't agree: not one machine's",
        ),
    ],
)
def test_files_of_different_runs_do_not_merge(header: Header, why: str, tmp_path: Path) -> None:
    one = written(tmp_path / "a", [BARE])
    two = written(tmp_path / "b", [FULL], header)
    with pytest.raises(SamplesError) as raised:
        load([one, two])
    assert str(raised.value) == f"{one}, {two}: {why}"


def test_a_file_given_twice_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path / "a", [BARE])
    with pytest.raises(SamplesError, match=r"^request 4 is there twice: give each file of a run once$"):
        load([path, path])
    with pytest.raises(SamplesError, match=r"^no file of samples was given$"):
        load([])
