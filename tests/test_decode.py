"""Bytes of a file as the text Python would read."""

from __future__ import annotations

import ast
import codecs
import io
import os
import time
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.checks.files import decode, read
from aiready.checks.files.decode import LIMIT, NOTEBOOK_LIMIT
from aiready.checks.looked import Skipped


def reason(result: object) -> str:
    assert isinstance(result, Skipped)
    return result.reason


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"x = 1\n", "x = 1\n"),
        ("s = 'grün'\n".encode(), "s = 'grün'\n"),
        (codecs.BOM_UTF8 + b"x = 1", "x = 1"),
        (codecs.BOM_UTF8 + b"# coding: utf-8\nx = 1", "# coding: utf-8\nx = 1"),
        (b"# -*- coding: latin-1 -*-\ns = '\xe9'", "# -*- coding: latin-1 -*-\ns = 'é'"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\ns = '\x80'", None),
        (b"\n# coding=koi8-r\ns = '\xc1'", "\n# coding=koi8-r\ns = '\N{CYRILLIC SMALL LETTER A}'"),
        (b"x = 1\n# coding: nonsense\n", "x = 1\n# coding: nonsense\n"),
        (b"'''\n# coding: nonsense\n'''", "'''\n# coding: nonsense\n'''"),
        (b"# coding: UTF-8-sig\ns = '\xc3\xa9'", "# coding: UTF-8-sig\ns = 'é'"),
        (b"encoding = 'latin-1'\n", "encoding = 'latin-1'\n"),
        (b"a = 1\r\nb = 2\rc = 3\n", "a = 1\nb = 2\nc = 3\n"),
        (b"a = 1\n\x0cb = 2\n", "a = 1\n\x0cb = 2\n"),
        (b"# coding: shift_jis\rs = '\x82\xa0'\r", "# coding: shift_jis\ns = 'あ'\n"),
    ],
)
def test_text_is_read_as_python_reads_it(data: bytes, text: str | None) -> None:
    expected = text if text is not None else data.decode("cp1252")
    assert decode(data, "a.py") == expected


def test_a_mark_and_a_cookie_that_agree_are_read_where_python_is_fussy_about_the_spelling() -> None:
    assert decode(codecs.BOM_UTF8 + b"#coding=utf8\nx = 1", "a.py") == "#coding=utf8\nx = 1"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"s = '\xe9'\n", "not-utf8"),
        (b"# coding: no-such-thing\n", "not-utf8"),
        (b"# coding: hex\n78", "not-utf8"),
        (b"# coding: rot13\nk", "not-utf8"),
        (b"# coding: punycode\nk", "not-utf8"),
        (b"# coding: ascii\n\xc3\xa9", "not-utf8"),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", "not-utf8"),
        ("x = 1".encode("utf-16"), "not-utf8"),
        ("x = 1".encode("utf-32"), "not-utf8"),
        (b"x = 1\0\n", "null-bytes"),
        (b"\0" * 100, "null-bytes"),
        (b"# coding: utf-7\nx = '+AAA-'", "null-bytes"),
        (b"# coding: unicode_escape\nx = '\\x00'", "null-bytes"),
    ],
)
def test_what_is_no_python_text_is_skipped_with_its_reason(data: bytes, why: str) -> None:
    assert reason(decode(data, "a.py")) == why


def test_the_detail_never_quotes_the_file() -> None:
    skipped = decode(b"key = 'sk-secret-\xe9'\n", "a.py")
    assert skipped == Skipped("a.py", "not-utf8", "byte 17 is not utf-8")


def test_too_much_text_is_generated_text() -> None:
    assert decode(b"#" * LIMIT, "a.py") == "#" * LIMIT
    assert decode(b"#" * (LIMIT + 1), "a.py") == Skipped("a.py", "too-large", "10.0 MB; the limit is 10 MB")


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_bytes_break_it(data: bytes) -> None:
    result = decode(data, "a.py")
    assert isinstance(result, Skipped) or ("\r" not in result and "\0" not in result)


COOKIES = st.sampled_from(
    [
        b"# coding: latin-1", b"#coding=UTF_8", b"# -*- coding: ascii -*-", b"\x0c# vim: fileencoding=cp1252", b"x = 1",
        b"# a comment", b"'coding: latin-1'", b"  # coding:\tkoi8-r", b"# coding : latin-1", b"# coding: utf-8-unix",
        b"", b"# coding: Latin_1-dos",
    ]
)  # fmt: skip
MARKS = st.sampled_from([b"", codecs.BOM_UTF8])


@given(st.lists(COOKIES, max_size=3), st.sampled_from([b"\n", b"\r\n"]), MARKS)
def test_the_encoding_is_the_one_tokenize_finds(lines: list[bytes], end: bytes, mark: bytes) -> None:
    data = mark + end.join([*lines, b"s = '\xc3\xa9'", b""])
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        expected = data.decode(encoding).replace("\r\n", "\n")
    except (SyntaxError, UnicodeError):
        assert reason(decode(data, "a.py")) == "not-utf8"
    else:
        assert decode(data, "a.py") == expected


LINES = st.lists(
    st.sampled_from(["x = 1", "", "s = 'a\x0cb'", "\x0c", "# \x1c\x85\u2028", "y = '''a", "'''"]), max_size=9
)


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]))
def test_line_numbers_are_pythons(lines: list[str], end: str) -> None:
    data = end.join([*lines, "found"]).encode()
    text = decode(data, "a.py")
    assert isinstance(text, str)
    try:
        last = ast.parse(data).body[-1]
    except SyntaxError:
        return
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Name):
        assert text.split("\n")[last.lineno - 1] == "found"


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x = 1\r\n" * 10_000)
    assert read(str(tmp_path), "a.py") == b"x = 1\r\n" * 10_000
    (tmp_path / "e.py").write_bytes(b"")
    assert read(str(tmp_path), "e.py") == b""


def test_what_cannot_be_read_is_skipped_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "loop.py").symlink_to("loop.py")
    os.mkfifo(tmp_path / "pipe.py")
    names = ["gone.py", "folder.py", "loop.py", "pipe.py", "folder.py/under.py"]
    assert [reason(read(str(tmp_path), name)) for name in names] == [
        "vanished", "unreadable", "symlink-loop", "unreadable", "vanished",
    ]  # fmt: skip


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1")
    (tmp_path / "a.py").chmod(0)
    assert reason(read(str(tmp_path), "a.py")) == "unreadable"


def test_large_files_are_not_even_read(tmp_path: Path) -> None:
    for name, size in (("a.py", LIMIT + 1), ("b.ipynb", NOTEBOOK_LIMIT + 1), ("c.ipynb", LIMIT + 1)):
        with (tmp_path / name).open("wb") as stream:
            stream.truncate(size)
    assert reason(read(str(tmp_path), "a.py")) == "too-large"
    assert reason(read(str(tmp_path), "b.ipynb")) == "too-large"
    assert read(str(tmp_path), "c.ipynb") == b"\0" * (LIMIT + 1)


def test_ten_megabytes_and_long_lines_take_well_under_a_second() -> None:
    data = b"x = [" + b"1234567, " * (LIMIT // 9 - 1) + b"]"
    began = time.process_time()
    assert decode(data, "a.py") == data.decode()
    assert time.process_time() - began < 1
