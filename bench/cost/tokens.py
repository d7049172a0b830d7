"""How many tokens texts are, before anybody has counted them: by a tokenizer that is installed, else by characters."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from .price import Price

CHARACTERS = 4
"""To a token of text in the Latin script; of others, each character counts as a token."""
VOCABULARY = "o200k_base"
"""Of OpenAI's models since GPT-4o."""
OPENAI = ("openai", "azure")
BY_CHARACTERS = (
    f"tokens of prompts estimated: {CHARACTERS} characters to a token, a token each in other scripts than Latin"
)
BY_TOKENIZER = f"tokens of prompts counted by toktok-rs ({VOCABULARY})"
ANOTHERS = f"{BY_TOKENIZER}, which is another model's vocabulary"


def counted(texts: Sequence[str], price: Price) -> tuple[list[int], str]:
    """Tokens of each text, and how they were counted: one of the three sentences above."""
    if find_spec("toktok") is None:
        return [by_characters(each) for each in texts], BY_CHARACTERS
    told = BY_TOKENIZER if price.provider in OPENAI else ANOTHERS
    plain = [each.encode("utf-8", "replace").decode() for each in texts]  # lone surrogates
    return list(import_module("toktok").batch_count(plain, VOCABULARY)), told


def by_characters(text: str) -> int:
    """Tokens of a text, rounded up."""
    latin = sum(1 for each in text if each < "ɐ") if not text.isascii() else len(text)
    return -(-latin // CHARACTERS) + len(text) - latin
