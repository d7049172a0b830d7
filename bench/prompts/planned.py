"""A request of which only the sizes are known: its text is made when it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..protocols import asked
from .model import Case
from .prose import VERSION, block, passage

BLOCK = 512
"""Tokens of a block of Mooncake's traces: its report and the description of its files."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One request of a trace."""

    tokens: int
    """Of its prompt."""
    at: float | None = None
    max_output: int | None = None
    blocks: tuple[int, ...] = ()
    """Which blocks of the prompt are the same as other requests', so that caches of beginnings work as they did."""
    tags: tuple[str, ...] = ()
    weight: float = 1.0

    def case(self, number: int) -> Case:
        """With the text of that number, the same each time."""
        return Case(asked(self._text(number)), self.tags, self.weight, at=self.at, max_output=self.max_output)

    def _text(self, number: int) -> str:
        if not self.blocks:
            return passage(self.tokens, number, number)
        whole, rest = divmod(self.tokens, BLOCK)
        parts = [block(each, BLOCK) for each in self.blocks[:whole]]
        if rest and whole < len(self.blocks):
            parts.append(block(self.blocks[whole], rest))
        missing = self.tokens - whole * BLOCK if whole >= len(self.blocks) else 0
        tail = block(number + (1 << 32), missing) if missing else ""
        return ("".join(parts) + tail).removeprefix(" ")

    def canonical(self) -> Any:
        """All of it that changes what is sent, as JSON."""
        return [VERSION, self.tokens, self.at, self.max_output, self.blocks, self.tags, self.weight]
