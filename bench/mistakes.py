"""What can be wrong with what the bench is given, as one small family.

BenchMistake
├── ShapeError    a load shape, a plan or a stop that can't be meant
├── SloError      a threshold that can't be judged
└── SamplesError  a file of samples that can't be written or read
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class BenchMistake(Exception):
    """Root of the family; its text has a line for each mistake, each saying what is wrong and what to write or do."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


class ShapeError(BenchMistake):
    """A load shape, sweep, search or stop that can't be carried out."""


class SloError(BenchMistake):
    """Thresholds that can't be judged; all mistakes of all of them."""


class SamplesError(BenchMistake):
    """A file of samples that can't be written, or isn't one, or doesn't belong to the others."""
