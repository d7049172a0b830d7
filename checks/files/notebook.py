"""Notebooks as Python text that can be read like any module, with the way back from a line to its cell.

Cells are joined in order. What is IPython's and not Python's (magics, shell lines, help) is blanked out or cut down to
the Python in it, line for line, so that positions inside a cell stay true. `await` at the top of a cell is IPython's
too, but the text keeps it: libcst reads it, and `ast` does with `ast.PyCF_ALLOW_TOP_LEVEL_AWAIT`.
"""

from __future__ import annotations

from bisect import bisect_right

from .decode import too_large
from .skipped import skip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..looked import Skipped

LANGUAGES = frozenset({"python", "python2", "python3", "ipython", "ipython2", "ipython3", "xpython"})


class Notebook:
    """The Python of a notebook. Line 1 of the text is line 1 of the first cell kept."""

    __slots__ = ("_cells", "_starts", "broken", "text")

    def __init__(self, text: str, starts: list[int], cells: list[int], broken: tuple[int, ...]) -> None:
        self.text = text
        self._starts = starts
        self._cells = cells
        self.broken = broken
        """Cells (0-based, among all cells) that hold no valid Python and were left out."""

    def where(self, line: int) -> tuple[int, int]:
        """(cell index among all cells, line inside it) of a line of the text; all but the cell 1-based."""
        if not self._starts:
            return 0, line
        at = max(0, bisect_right(self._starts, line) - 1)
        return self._cells[at], line - self._starts[at] + 1

    def cells(self) -> list[tuple[int, int]]:
        """(first line in the text, cell index) of the cells kept."""
        return list(zip(self._starts, self._cells, strict=True))


def notebook(data: bytes, path: str, is_python: Callable[[str], bool] | None = None) -> Notebook | Skipped:
    """Read an .ipynb file (nbformat 3 and 4). A broken one, or one in another language, is skipped with its reason.

    `is_python` is asked about cells that the running Python can't read: another may.
    """
    import json

    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return skip(path, "broken-notebook", "no JSON" if isinstance(error, ValueError) else "nested too deeply")
    document = _dict(document)
    cells = _cells(document)
    if cells is None:
        return skip(path, "broken-notebook", "no cells")
    language = _language(document)
    if language not in LANGUAGES:
        return skip(path, "not-python", f"the notebook's language is {ascii(language)[1:-1][:40]}")
    sources = [(index, _source(cell)) for index, cell in enumerate(cells) if _is_code(cell)]
    return too_large(path, sum(len(source) for _, source in sources)) or _joined(sources, is_python)


def _joined(sources: list[tuple[int, str]], is_python: Callable[[str], bool] | None) -> Notebook:
    from .magics import without_magics  # loads re, which a run without notebooks doesn't need here

    pieces: list[str] = []
    starts: list[int] = []
    kept: list[int] = []
    broken: list[int] = []
    line = 1
    for index, source in sources:
        python = _parses(source)
        text = source if python else without_magics(source)
        if not text.strip():
            continue
        if not python and not _parses(text) and not (is_python and is_python(text)):
            broken.append(index)
            continue
        starts.append(line)
        kept.append(index)
        pieces.append(text)
        line += text.count("\n") + 1
    return Notebook("\n".join([*pieces, ""]) if pieces else "", starts, kept, tuple(broken))


def _parses(text: str) -> bool:
    """Whether a cell is Python on its own, for the Python that runs."""
    import ast
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _cells(document: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The cells of format 4, or of all worksheets of format 3; None when there is neither list."""
    if _is(document.get("cells"), list):
        return [_dict(cell) for cell in document["cells"]]
    if not _is(document.get("worksheets"), list):
        return None
    sheets = [_dict(sheet).get("cells") for sheet in document["worksheets"]]
    return [_dict(cell) for cells in sheets if cells is not None and _is(cells, list) for cell in cells]


def _is(value: object, kind: type) -> bool:
    return isinstance(value, kind)


def _dict(value: Any) -> dict[str, Any]:
    """A JSON value as an object; whatever else it is counts as an empty one."""
    return value if _is(value, dict) else {}


def _language(document: dict[str, Any]) -> str:
    """As the notebook says it, in lower case; nothing said means Python."""
    metadata = _dict(document.get("metadata"))
    said = (_dict(metadata.get("kernelspec")).get("language"), _dict(metadata.get("language_info")).get("name"))
    return next((name.lower() for name in said if isinstance(name, str) and name), "python")


def _is_code(cell: dict[str, Any]) -> bool:
    language = cell.get("language")
    return cell.get("cell_type") == "code" and (not isinstance(language, str) or language.lower() in LANGUAGES)


def _source(cell: dict[str, Any]) -> str:
    """The text of a cell: `source` (format 4) or `input` (format 3), one string or a list of lines."""
    source = cell.get("source", cell.get("input", ""))
    text = "".join(line for line in source if isinstance(line, str)) if _is(source, list) else source
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else ""
