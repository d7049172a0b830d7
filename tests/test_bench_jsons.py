"""The quick JSON parser and Python's own say the same of every text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.bench.protocols import NotTheProtocol
from aiready.bench.protocols.jsons import count, fault, parsed


def outcome(data: bytes) -> str:
    try:
        return repr(parsed(data))
    except NotTheProtocol:
        return "refused"


def expected(data: bytes) -> str:
    try:
        return repr(json.loads(data.decode()))
    except (ValueError, RecursionError):
        return "refused"


TEXTS = [
    b'{"a":"\\ud800"}', b'{"a":NaN,"b":-Infinity}', b"1" + b"0" * 40, b"1" * 5000, b"\xff", b'"\xed\xa0\x80"',
    b"", b" ",
    b'{"a":1}x', b' {"a":1}\r\n', b'{"a":1,"a":2}', b"[" * 100_000, b"\xef\xbb\xbf{}", b"01",
    b"1.", b"1e400", b"-0", b"-0.0", b"0.1", b"1e-400", b"123456789.123456789e-5", b'"\x01"', b'"a\tb"', b"'a'",
    b"[1,]",
    b'{"a":1,}', b"nul", b"null", b"true", b"nan", b"+1", b'"\\u00e9\\/\\x"', b'"\\ud83d\\ude00"', b'{"\\u0061":1}',
    b"\x00", b"1\x00", b"{'a':1}", b"/* c */1", b"NaN", b"inf", b"-", b"[1 2]", b"\x0c1", b'"\\u12"', b"1_0",
]  # fmt: skip


@pytest.mark.parametrize("data", TEXTS, ids=range(len(TEXTS)))
def test_texts_at_the_border_are_read_as_python_reads_them(data: bytes) -> None:
    assert outcome(data) == expected(data)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 300 + b"]" * 300,
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b"[" * 100_000,
        b"[" + b"{}," * 100_000 + b"{}]",  # a thousand times its bytes, once parsed
        b"[" + b"0," * 2_000_001 + b"0]",
        b"[" + b"0.25," * 300_000,  # would be parsed twice to be told that it isn't whole
    ],
    ids=["nested", "nested objects", "nested and cut", "many objects", "many numbers", "large and cut"],
)
def test_what_would_take_long_or_much_memory_is_refused_without_trying(data: bytes) -> None:
    assert outcome(data) == "refused"


def test_large_texts_of_a_usual_make_are_read() -> None:
    data = b'{"content":"' + b"x{[,]}" * 15_000 + b'","more":[' + b"0.25," * 200_000 + b"1]}"
    assert outcome(data) == expected(data)


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(VALUES, st.booleans())
def test_values_come_back_as_python_reads_them(value: object, pure: bool) -> None:  # noqa: FBT001 - drawn
    data = json.dumps(value, ensure_ascii=pure).encode(errors="surrogatepass")
    assert outcome(data) == expected(data)


@given(st.text(alphabet='{}[]",:\\eE+-.0123456789truefalsn u', max_size=12))
def test_scraps_are_refused_as_python_refuses_them(text: str) -> None:
    assert outcome(text.encode()) == expected(text.encode())


@pytest.mark.parametrize(
    ("value", "number"),
    [(0, 0), (7, 7), (7.0, 7), (7.5, None), (-1, None), (True, None), ("7", None), (None, None), ([], None),
     (float("nan"), None), (float("inf"), None)],
)  # fmt: skip
def test_a_count_is_a_whole_number_or_none(value: object, number: int | None) -> None:
    assert count(value) == number


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("M", ("", "M")),
        ({"message": "M"}, ("", "M")),
        ({"type": "t", "code": "c", "message": "M"}, ("t", "M")),
        ({"type": None, "code": "c", "message": "M"}, ("c", "M")),
        ({"type": "", "code": 429, "status": "S", "msg": "M"}, ("429", "M")),
        ({"status": "S"}, ("S", '{"status": "S"}')),
        ({"message": {"a": 1}}, ("", '{"message": {"a": 1}}')),
        ([1], ("", "[1]")),
        (True, ("", "true")),
    ],
)
def test_an_error_is_told_in_any_form(error: object, told: tuple[str, str]) -> None:
    assert tuple(fault(error)) == told
