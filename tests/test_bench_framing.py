"""Framing: the same events however the bytes were cut, and the limits that keep a hostile body out of memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.bench.framing import Event, Framer, FramingError, Ndjson, Sse, framed


def outcome(framer: Framer, reads: Iterable[bytes]) -> tuple[list[Event], str]:
    """All events, and the error that ended them if one did."""
    events: list[Event] = []
    try:
        events.extend(framed(framer, reads))
    except FramingError as error:
        return events, str(error)
    return events, ""


SHAPES: dict[str, tuple[bytes, list[tuple[str, str, str, bool]]]] = {
    "one": (b"data: a\n\n", [("a", "", "", True)]),
    "no space after the colon": (b"data:a\n\n", [("a", "", "", True)]),
    "only the first space goes": (b"data:  a\n\n", [(" a", "", "", True)]),
    "two": (b"data: a\n\ndata: b\n\n", [("a", "", "", True), ("b", "", "", True)]),
    "several lines": (b"data: a\ndata\ndata: b\n\n", [("a\n\nb", "", "", True)]),
    "empty data": (b"data\n\ndata:\n\n", [("", "", "", True), ("", "", "", True)]),
    "two empty lines": (b"data\ndata\n\n", [("\n", "", "", True)]),
    "no data, no event": (b"event: ping\n\ndata: a\n\n", [("a", "", "", True)]),
    "named": (b"event: x\ndata: a\n\ndata: b\n\n", [("a", "x", "", True), ("b", "", "", True)]),
    "named behind its data": (b"data: a\nevent: x\n\n", [("a", "x", "", True)]),
    "id stays": (b"id: 7\ndata: a\n\ndata: b\n\n", [("a", "", "7", True), ("b", "", "7", True)]),
    "id with NUL is none": (b"id: 7\0\ndata: a\n\n", [("a", "", "", True)]),
    "id emptied": (b"id: 7\n\nid\ndata: a\n\n", [("a", "", "", True)]),
    "comments": (b": hello\n\n:\ndata: a\n: inside\ndata: b\n\n", [("a\nb", "", "", True)]),
    "unknown fields": (b"dat: x\n data: y\nDATA: z\nfoo\ndata: a\n\n", [("a", "", "", True)]),
    "colons in the value": (b'data: {"a": 1}\n\n', [('{"a": 1}', "", "", True)]),
    "many blank lines": (b"\n\n\n\ndata: a\n\n\n\n\ndata: b\n\n\n", [("a", "", "", True), ("b", "", "", True)]),
    "byte order mark": (b"\xef\xbb\xbfdata: a\n\n", [("a", "", "", True)]),
    "a mark later is none": (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", [("a", "", "", True)]),
    "two marks": (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n", []),
    "half a mark": (b"\xef\xbb", []),
    "no blank line": (b"data: a\n\ndata: [DONE]\n", [("a", "", "", True), ("[DONE]", "", "", False)]),
    "no line end": (b"data: a\n\ndata: [DONE]", [("a", "", "", True), ("[DONE]", "", "", False)]),
    "cut in a later line": (b"event: x\ndata: a\ndata: b", [("a\nb", "x", "", False)]),
    "cut in the name": (b"data: a\n\nda", [("a", "", "", True)]),
    "nothing": (b"", []),
    "no stream": (b"<html>\n\n</html>\n", []),
}


def said(events: Iterable[Event]) -> list[tuple[str, str, str, bool]]:
    return [(event.data.decode(), event.name, event.id, event.whole) for event in events]


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("name", SHAPES)
def test_a_stream_reads_alike_wherever_it_is_cut(name: str, ends: bytes) -> None:
    text, expected = SHAPES[name]
    body = text.replace(b"\n", ends)
    assert said(framed(Sse(), [body])) == expected
    assert said(framed(Sse(), [body[at : at + 1] for at in range(len(body))])) == expected
    for cut in range(len(body) + 1):
        assert said(framed(Sse(), [body[:cut], b"", body[cut:]])) == expected


def test_line_ends_may_be_mixed() -> None:
    body = b"data: a\r\rdata: b\r\n\ndata: c\n\r\ndata: d\r\n\r\n"
    assert [event.data for event in framed(Sse(), [body])] == [b"a", b"b", b"c", b"d"]


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        ([b"data: a\n\n", b"data: b\n\n"], [0, 1]),
        ([b"data: a\n\ndata: b\n\n"], [0, 0]),
        ([b"data: a\n", b"\n"], [1]),
        ([b"data: a\n", b"", b"\ndata: b", b"\n", b"", b"\n"], [2, 5]),
        ([b"data: a\r", b"\n\r", b"\n"], [1]),  # a CR ends its line at once
        ([b"data: a\n\n", b"data: b", b""], [0, 1]),
        ([b"\xef", b"\xbb\xbf", b"data: a\n\n"], [2]),
    ],
)
def test_an_event_names_the_read_that_completed_it(reads: list[bytes], expected: list[int]) -> None:
    assert [event.read for event in framed(Sse(), reads)] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"retry: 250\n\n", 250),
        (b"retry: 250\nretry: 2x\nretry: -1\nretry:\n", 250),
        (b"retry: 99999999999999999999999999\n", None),
        (b"data: a\n\n", None),
    ],
)
def test_the_reconnection_time_is_digits_only(body: bytes, expected: int | None) -> None:
    framer = Sse()
    framer.feed(0, body)
    assert framer.retry == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"a":1}\n{"b":2}\n', [(b'{"a":1}', True), (b'{"b":2}', True)]),
        (b'{"a":1}\r\n\r\n  \n{"b":2}', [(b'{"a":1}', True), (b'{"b":2}', False)]),
        (b'\xef\xbb\xbf{"a":1}\n', [(b'{"a":1}', True)]),
        (b'{"a":', [(b'{"a":', False)]),
        (b'{"a":1}\n \r', [(b'{"a":1}', True)]),
        (b'{"a":1} ', [(b'{"a":1}', False)]),
        (b"\n\n", []),
        (b"", []),
    ],
)
def test_lines_of_json_read_alike_wherever_they_are_cut(body: bytes, expected: list[tuple[bytes, bool]]) -> None:
    for cut in range(len(body) + 1):
        events = framed(Ndjson(), [body[:cut], b"", body[cut:]])
        assert [(event.data, event.whole) for event in events] == expected


def test_lines_of_json_name_their_reads() -> None:
    assert [event.read for event in framed(Ndjson(), [b"1\n", b"2\n"])] == [0, 1]
    events = framed(Ndjson(), [b"1\n2\n3", b"", b"\n", b"4"])
    assert [(event.data, event.read) for event in events] == [(b"1", 0), (b"2", 0), (b"3", 2), (b"4", 3)]


OVERLONG: list[tuple[Callable[[], Framer], bytes, list[bytes], str]] = [
    (lambda: Sse(10), b"data: ok\n\ndata: 12345\n\n", [b"ok"], "a line"),
    (lambda: Sse(10), b"data: ok\n\n:23456789ab\n", [b"ok"], "a line"),
    (lambda: Sse(10), b"data: ok\n\ndata: 1234567890", [b"ok"], "a line"),
    (lambda: Sse(10), b"data: 1234\ndata: 5678\ndata: 9", [], "an event"),
    (lambda: Ndjson(4), b"1234\n12345\n", [b"1234"], "a line"),
    (lambda: Ndjson(4), b"1234\n12345", [b"1234"], "a line"),
]


@pytest.mark.parametrize(("framer", "body", "before", "what"), OVERLONG)
def test_what_never_ends_is_an_error_wherever_it_is_cut(
    framer: Callable[[], Framer], body: bytes, before: list[bytes], what: str
) -> None:
    for cut in range(len(body) + 1):
        events, error = outcome(framer(), [body[:cut], body[cut:]])
        assert [event.data for event in events] == before
        assert error.startswith(what)


def test_data_at_the_limit_is_no_error() -> None:
    assert [event.data for event in framed(Sse(10), [b"data: 1234\n\ndata:12345\n\n"])] == [b"1234", b"12345"]
    assert [event.data for event in framed(Sse(10), [b"data: 1234\ndata:56789\n\n"])] == [b"1234\n56789"]


def test_an_unended_line_is_not_kept_beyond_the_limit() -> None:
    framer = Sse(1000)
    piece = b"x" * 600
    assert framer.feed(0, piece) == []
    with pytest.raises(FramingError, match=r"longer than 1,000 bytes"):
        framer.feed(1, piece)
    with pytest.raises(FramingError):
        framer.feed(2, piece)
    assert len(framer._lines.rest()) == 1200


PARTS = st.sampled_from(
    [b"data: a", b"data", b"data:", b"event: e", b"id: 1", b": c", b"retry: 5", b"\n", b"\r", b"\r\n", b"\xef\xbb\xbf"]
)


@given(st.lists(PARTS), st.lists(st.integers(0, 200)), st.booleans())
def test_any_bytes_read_alike_however_they_are_cut(parts: list[bytes], cuts: list[int], lines: bool) -> None:  # noqa: FBT001 - drawn
    body = b"".join(parts)
    kind = Ndjson if lines else Sse
    at = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    reads = [body[start:end] for start, end in pairwise(at)]
    events = list(framed(kind(), reads))
    assert [event._replace(read=0) for event in events] == [
        event._replace(read=0) for event in framed(kind(), [body] if body else [])
    ]
    assert [event.read for event in events] == sorted(event.read for event in events)


@given(st.binary(max_size=80), st.integers(0, 80))
def test_garbage_is_framed_or_refused_alike(body: bytes, cut: int) -> None:
    parted, parted_error = outcome(Sse(12), [body[:cut], body[cut:]])
    events, error = outcome(Sse(12), [body])
    assert ([event._replace(read=0) for event in parted], parted_error) == (
        [event._replace(read=0) for event in events],
        error,
    )
