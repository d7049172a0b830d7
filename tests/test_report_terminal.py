from __future__ import annotations

import pytest

from aiready.report.terminal import cells, columns, counted, cut, pad, safe, wrap


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain text, ünïcödé, 日本語, 🙂", "plain text, ünïcödé, 日本語, 🙂"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x1b]8;;http://evil\x07link", r"\x1b]8;;http://evil\x07link"),
        ("\x9b31m", r"\x9b31m"),
        ("two\nlines\r\n", r"two\nlines\r\n"),
        ("back\x08space\x00", r"back\x08space\x00"),
        ("file\u202eyp.exe", r"file\u202eyp.exe"),
        ("\u2066isolated\u2069\u200b\ufeff", r"\u2066isolated\u2069\u200b\ufeff"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("not decodable: \udcff", r"not decodable: \udcff"),
        ("tag \U000e0041", r"tag \U000e0041"),
        ("narrow\u202fspace", "narrow space"),
        ("tab\there", r"tab\there"),
    ],
)
def test_safe_shows_what_would_act(raw: str, shown: str) -> None:
    assert safe(raw) == shown


def test_safe_text_is_printable_whatever_it_was() -> None:
    assert [
        char
        for char in map(chr, [*range(0x3100), *range(0xD700, 0x11000), *range(0xE0000, 0xE0200)])
        if not safe(char).isprintable()
    ] == []


def test_cells_counts_columns_and_not_characters() -> None:
    assert [cells(text) for text in ("abc", "日本", "e\u0301", "")] == [3, 4, 1, 0]


def test_cut_and_pad_keep_to_the_width() -> None:
    assert [cut("chat.completions.create", 10), cut("short", 10), cut("日本語日本語", 8)] == [
        "chat.co...",
        "short",
        "日本...",
    ]
    assert [pad("日本", 6), pad("abcdefghij", 6)] == ["日本  ", "abc..."]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, []),
        ("one two three", 8, ["one two", "three"]),
        ("see a/very/long/path.py:12:3 there", 10, ["see", "a/very/long/path.py:12:3", "there"]),
        ("hand it over: `await to_thread(f)`, then", 22, ["hand it over:", "`await to_thread(f)`,", "then"]),
        ("日本語 日本語", 8, ["日本語", "日本語"]),
    ],
)
def test_wrap_breaks_between_words_only(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


def test_wrap_counts_its_indent() -> None:
    assert wrap("one two three", 9, "  ") == ["  one two", "  three"]
    assert wrap("one two three four", 9, "  ", "  ") == ["  one two", "    three", "    four"]


def test_columns_align_all_but_the_last() -> None:
    assert list(columns([("a", "bb", "c"), ("aaa", "b", "")])) == ["a    bb  c", "aaa  b"]


def test_counted_knows_one_from_many() -> None:
    assert [counted(0, "file"), counted(1, "file"), counted(2, "entry", "entries")] == [
        "0 files",
        "1 file",
        "2 entries",
    ]
