"""An inverted index: which of some numbered texts hold a word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from sys import intern

WORD = re.compile(r"[^\W\d]\w*")
_BLANKED = str.maketrans({chr(code): " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")})


class Inverted:
    """By every word, the texts that hold it, at one bit a text."""

    def __init__(self) -> None:
        self._holding: dict[str, int] = {}

    def add(self, number: int, words: Iterable[str]) -> None:
        """A text and its words."""
        bit = 1 << number
        for word in words:
            self._holding[word] = self._holding.get(word, 0) | bit

    def holding(self, word: str) -> int:
        """The texts that hold the word: bit n stands for the text of number n."""
        return self._holding.get(word, 0)

    def met(self, words: Iterable[str], number: int) -> set[str]:
        """Those of the words that a text holds."""
        return {word for word in words if self._holding.get(word, 0) >> number & 1}


def words_of(text: str) -> frozenset[str]:
    """Every identifier-like word of a text; one that several texts hold takes its memory once."""
    return frozenset(map(intern, text.translate(_BLANKED).split() if text.isascii() else WORD.findall(text)))
