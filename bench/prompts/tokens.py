"""How many tokens texts have, before a provider says so.

Exact for the vocabularies that toktok-rs holds (extra `tokens`); else four characters are taken for a token, and it is
said that this is an estimate. Providers count some tokens on top, for the frame of a conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

CHARACTERS = 4
"""Of English, a token: OpenAI's rule of thumb."""


class Size(NamedTuple):
    """Tokens of some texts, and whether that is a guess."""

    counts: tuple[int, ...]
    estimated: bool

    @property
    def mean(self) -> float:
        """Of one text; 0 where there is none."""
        return sum(self.counts) / len(self.counts) if self.counts else 0.0


def sizes(texts: Sequence[str], model: str = "") -> Size:
    """The tokens of each. Estimated without toktok-rs, and for models whose vocabulary it doesn't hold."""
    encoding = vocabulary(model)
    if encoding is None or find_spec("toktok") is None:
        return Size(tuple(-(-len(each) // CHARACTERS) for each in texts), estimated=True)
    library: Any = import_module("toktok")  # it has no types
    plain = [each.encode("utf-8", "replace").decode() for each in texts]  # lone surrogates
    return Size(tuple(library.batch_count(plain, encoding, threads=1)), estimated=False)


def vocabulary(model: str) -> str | None:
    """What toktok-rs calls a model's vocabulary; None for those it doesn't hold."""
    name = model.rpartition("/")[2].lower().removeprefix("ft:")
    for prefix, encoding in _VOCABULARIES:
        if name.startswith(prefix):
            return encoding
    return None


_VOCABULARIES = (
    ("gpt-oss", "o200k_harmony"),
    ("gpt-4o", "o200k_base"),
    ("gpt-4.1", "o200k_base"),
    ("gpt-4.5", "o200k_base"),
    ("chatgpt-4o", "o200k_base"),
    ("gpt-4", "cl100k_base"),
    ("gpt-3.5", "cl100k_base"),
    ("gpt-35", "cl100k_base"),
    ("text-embedding-", "cl100k_base"),
    ("gpt-5", "o200k_base"),
    ("o1", "o200k_base"),
    ("o3", "o200k_base"),
    ("o4", "o200k_base"),
    ("qwen3.5", "qwen3.5"),
)
"""Beginnings of models' names, the first that fits; as toktok-rs's page and OpenAI's tiktoken have them."""
