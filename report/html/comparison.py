"""Runs side by side as the page shows them, before each of them."""

from __future__ import annotations

from ...bench.outcome import Compared
from .. import compare_rows
from .audits import Headline
from .runs import STYLES

Row = tuple[str, ...]


class ComparePage:
    """What the template asks of a comparison."""

    def __init__(self, compared: Compared) -> None:
        self.compared, self.rows_of = compared, compare_rows

    @property
    def headline(self) -> Headline:
        """What it comes to."""
        of = self.compared
        word = "Regressed" if of.regressions else "Compared"
        return Headline("fail" if of.regressions else STYLES[of.verdict], word, compare_rows.result(of))

    @property
    def head(self) -> Row:
        """Of the table: two runs with their difference, more with a letter each."""
        if len(self.compared.runs) == 2:
            return ("", "A", "B", "change", "difference")
        return ("", *(compare_rows.letter(place) for place in range(len(self.compared.runs))))

    @property
    def rows(self) -> list[Row]:
        """Figures that are worth a line."""
        told = compare_rows.pair if len(self.compared.runs) == 2 else compare_rows.many
        return [told(each) for each in compare_rows.leading(self.compared)]
