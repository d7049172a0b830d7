"""Notebooks as Python text with the way back to the cells."""

from __future__ import annotations

import json
from typing import Any

import libcst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.checks.files import Notebook, notebook
from aiready.checks.files.magics import without_magics
from aiready.checks.looked import Skipped


def code(source: str | list[str], **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": source, **more}


def markdown(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def made(*cells: dict[str, Any] | str, **document: Any) -> Notebook:
    found = notebook(packed(*cells, **document), "n.ipynb")
    assert isinstance(found, Notebook)
    return found


def packed(*cells: dict[str, Any] | str, **document: Any) -> bytes:
    whole = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps({"nbformat": 4, "cells": whole, "metadata": {}, **document}).encode()


def test_cells_are_joined_and_every_line_knows_its_cell() -> None:
    found = made(markdown("# T\n\ntext"), "import os\nx = 1", markdown(""), code(["y = 2\n", "\n", "z = 3\n"]), "w = 4")
    assert found.text == "import os\nx = 1\ny = 2\n\nz = 3\n\nw = 4\n"
    lines = found.text.split("\n")
    assert {lines[line - 1]: found.where(line) for line in (1, 2, 3, 5, 7)} == {
        "import os": (1, 1),
        "x = 1": (1, 2),
        "y = 2": (3, 1),
        "z = 3": (3, 3),
        "w = 4": (4, 1),
    }
    assert (found.cells(), found.broken) == ([(1, 1), (3, 3), (7, 4)], ())


def test_format_3_and_its_worksheets() -> None:
    sheets = [{"cells": [markdown("x"), {"cell_type": "code", "language": "python", "input": ["a = 1\n", "b = 2"]}]}]
    sheets.append({"cells": [{"cell_type": "code", "language": "python", "input": "c = 3"}]})
    data = json.dumps({"nbformat": 3, "worksheets": sheets, "metadata": {"name": ""}}).encode()
    found = notebook(data, "n.ipynb")
    assert isinstance(found, Notebook)
    assert (found.text, found.where(3)) == ("a = 1\nb = 2\nc = 3\n", (2, 1))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("x = 1", "x = 1"),
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install openai\nimport openai", "pass\nimport openai"),
        ("!pip install \\\n  openai \\\n  httpx\nimport openai", "pass\n\n\nimport openai"),
        ("%%bash\nls -l", ""),
        ("%%html\n<b>x</b>", ""),
        ("%%writefile app.py\nimport openai", ""),
        ("%%time\nx = f()", "\nx = f()"),
        ("\n%%timeit -n 3\nx = f()", "\n\nx = f()"),
        ("%%capture out\nx = f()", "\nx = f()"),
        ("%%no-such\nx", ""),
        ("%%", ""),
        ("%time x = client.ask(1)", "x = client.ask(1)"),
        ("%timeit -n 10 -r 3 f(x)", "f(x)"),
        ("%time", "pass"),
        ("if x:\n    %time f()\n    !ls", "if x:\n    f()\n    pass"),
        ("files = !ls *.txt", "files = None"),
        ("out = %sql select 1", "out = None"),
        ("a.b['c'] = !pwd", "a.b['c'] = None"),
        ("?print\nprint?\ndf.head??\nx = 1", "pass\npass\npass\nx = 1"),
        ("!ls\ns = '''\n!not shell\n%not magic\n'''", "pass\ns = '''\n!not shell\n%not magic\n'''"),
        ("!ls\nx = (10\n % 3)", "pass\nx = (10\n % 3)"),
        ("!ls\nx = 10 \\\n % 3", "pass\nx = 10 \\\n % 3"),
        ("!ls\nx = 'it''s' # don't (\n%time f()", "pass\nx = 'it''s' # don't (\nf()"),
    ],
)
def test_what_is_ipythons_is_taken_out_line_for_line(source: str, text: str) -> None:
    found = made(source, "end = 1")
    assert found.text == (text + "\nend = 1\n" if text else "end = 1\n")
    assert found.broken == ()


def test_percent_signs_of_python_stay() -> None:
    source = "x = 7 % 3\nx %= 2\ny = 'a' % x\nz = x != 1\nassert '!ls' or '%time'\n# %magic\n"
    assert made(source).text == source + "\n"


def test_a_cell_that_is_no_python_is_left_out_and_told() -> None:
    found = made("x = 1", "this is no python", "def f(:", "y = 2", "\ud800", "a\0b")
    assert (found.text, found.broken, found.where(2)) == ("x = 1\ny = 2\n", (1, 2, 4, 5), (3, 1))


def test_await_at_the_top_of_a_cell_stays_and_libcst_reads_it() -> None:
    found = made("r = await client.ask()", "async with a as b:\n    pass\n[x async for x in y]")
    assert found.broken == ()
    assert libcst.parse_module(found.text).code == found.text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "broken-notebook"),
        (b"{", "broken-notebook"),
        (b"[]", "broken-notebook"),
        (b"{}", "broken-notebook"),
        (b"null", "broken-notebook"),
        (b'{"cells": 3}', "broken-notebook"),
        (b'{"cells": {"a": 1}}', "broken-notebook"),
        (b"\xff\xfe{}", "broken-notebook"),
        (b'{"cells": [' + b"[" * 100_000, "broken-notebook"),
        (b'{"cells": [' + b"9" * 10_000 + b"]}", "broken-notebook"),
        (packed("x <- 1", metadata={"kernelspec": {"language": "R"}}), "not-python"),
        (packed("x = 1", metadata={"language_info": {"name": "julia"}}), "not-python"),
    ],
)
def test_what_is_no_notebook_of_ours_is_skipped_with_its_reason(data: bytes, reason: str) -> None:
    found = notebook(data, "n.ipynb")
    assert isinstance(found, Skipped)
    assert found.reason == reason


def test_a_language_in_the_file_is_told_printably() -> None:
    found = notebook(packed(metadata={"language_info": {"name": "\x1b[31m\n" + "r" * 100}}), "n.ipynb")
    assert isinstance(found, Skipped)
    assert found.detail.isprintable()
    assert len(found.detail) < 80


@pytest.mark.parametrize(
    "cell",
    [
        None,
        3,
        [],
        {},
        {"cell_type": "code"},
        {"cell_type": "code", "source": 7},
        {"cell_type": "code", "source": [1, "x\n"]},
    ],
)
def test_odd_cells_are_tolerated(cell: Any) -> None:
    assert made(cell, "y = 2").text.endswith("y = 2\n")


def test_a_notebook_without_code_is_empty_text() -> None:
    found = made(markdown("# only words"))
    assert (found.text, found.where(1), found.cells()) == ("", (0, 1), [])


def test_huge_outputs_do_not_count() -> None:
    png = {"output_type": "display_data", "data": {"image/png": "A" * 12_000_000}}
    assert made(code("x = 1", outputs=[png])).text == "x = 1\n"


def test_too_much_code_is_generated_code() -> None:
    found = notebook(packed("x = 1\n" * 2_000_000), "n.ipynb")
    assert isinstance(found, Skipped)
    assert found.reason == "too-large"


def test_deeply_nested_code_is_a_broken_cell() -> None:
    assert made("(" * 5000 + ")" * 5000, "-" * 100_000 + "1", "x = 1").broken[0] == 0


PIECES = st.lists(
    st.sampled_from(["%", "%%", "!", "?", "x", " = ", "\n", "'", '"""', "(", ")", "\\", "#", "time", " "])
)


@given(PIECES.map("".join))
def test_every_line_stays_where_it_was(source: str) -> None:
    text = without_magics(source)
    assert text == "" or text.count("\n") == source.count("\n")


KEYS = st.sampled_from(["cells", "cell_type", "source", "metadata", "worksheets", "kernelspec", "language", "input"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=50))
def test_no_document_breaks_it(data: bytes) -> None:
    assert isinstance(notebook(data, "n.ipynb"), Notebook | Skipped)
