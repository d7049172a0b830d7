"""How many tokens prompts are, before a provider has counted them: by the model's vocabulary, else by characters."""

from __future__ import annotations

from collections.abc import Sequence

CHARACTERS = 4
"""To a token of text in the Latin script; of others, each character counts as a token."""
BY_CHARACTERS = (
    f"tokens of prompts estimated: {CHARACTERS} characters to a token, a token each in other scripts than Latin"
)
BY_VOCABULARY = "tokens of prompts counted by the model's vocabulary"


def counted(texts: Sequence[str], model: str) -> tuple[list[int], str]:
    """Tokens of each text, and how they were counted: one of the two sentences above."""
    from ..prompts.tokens import sizes

    found = sizes(texts, model)
    if found.estimated:
        return [by_characters(each) for each in texts], BY_CHARACTERS
    return list(found.counts), BY_VOCABULARY


def by_characters(text: str) -> int:
    """Tokens of a text, rounded up. Higher than the rule of thumb for scripts other than Latin, a guess at
    money being better too high than too low."""
    latin = sum(1 for each in text if each < "ɐ") if not text.isascii() else len(text)
    return -(-latin // CHARACTERS) + len(text) - latin
