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
    from typing import Any

    from ..model import Skipped

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
        at = max(0, bisect_right(self._starts, line) - 1)
        return self._cells[at], line - self._starts[at] + 1

    def cells(self) -> list[tuple[int, int]]:
        """(first line in the text, cell index) of the cells kept."""
        return list(zip(self._starts, self._cells, strict=True))


def notebook(data: bytes, path: str) -> Notebook | Skipped:
    """Read an .ipynb file (nbformat 3 and 4). A broken one, or one in another language, is skipped with its reason."""
    import json

    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return skip(path, "broken-notebook", "no JSON" if isinstance(error, ValueError) else "nested too deeply")
    cells = _cells(document)
    if cells is None:
        return skip(path, "broken-notebook", "no cells")
    language = _language(document)
    if language not in LANGUAGES:
        return skip(path, "not-python", f"the notebook's language is {ascii(language)[1:-1][:40]}")
    sources = [(index, _source(cell)) for index, cell in enumerate(cells) if _is_code(cell)]
    return too_large(path, sum(len(source) for _, source in sources)) or _joined(sources)


def _joined(sources: list[tuple[int, str]]) -> Notebook:
    from .magics import without_magics  # loads re, which a run without notebooks doesn't need here

    pieces: list[str] = []
    starts: list[int] = []
    kept: list[int] = []
    broken: list[int] = []
    line = 1
    for index, source in sources:
        text = source if _parses(source) else without_magics(source)
        if not text.strip():
            continue
        if text is not source and not _parses(text):
            broken.append(index)
            continue
        starts.append(line)
        kept.append(index)
        pieces.append(text)
        line += text.count("\n") + 1
    return Notebook("\n".join([*pieces, ""]), starts or [1], kept or [0], tuple(broken))


def _parses(text: str) -> bool:
    """Whether a cell is Python on its own. What only a newer Python can read is lost here, but the others stay."""
    import ast
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _cells(document: Any) -> list[Any] | None:
    """The cells of format 4, or of all worksheets of format 3."""
    if not isinstance(document, dict):
        return None
    cells: Any = document.get("cells")
    sheets: Any = document.get("worksheets")
    if isinstance(cells, list):
        return cells
    if not isinstance(sheets, list):
        return None
    inner: list[Any] = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [cell for cells in inner if isinstance(cells, list) for cell in cells]


def _language(document: Any) -> str:
    """As the notebook says it, in lower case; nothing said means Python."""
    metadata = document.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        said = metadata.get(key)
        if isinstance(said, dict) and isinstance(said.get(name), str) and said[name]:
            return str(said[name]).lower()
    return "python"


def _is_code(cell: Any) -> bool:
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return False
    language = cell.get("language")
    return not isinstance(language, str) or language.lower() in LANGUAGES


def _source(cell: Any) -> str:
    """The text of a cell: `source` (format 4) or `input` (format 3), one string or a list of lines."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return str(source).replace("\r\n", "\n").replace("\r", "\n") if isinstance(source, str) else ""
