"""A unique beginning of each request, so that no cache of prompts has it.

Caches of prompts hold beginnings: of whole blocks of tokens (OpenAI, vLLM) or token by token (SGLang, llama.cpp). What
differs from the first character on is in none of them, so it stands first in the first message, be it a system one.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from functools import lru_cache

from .model import Case

_BITS = 48
_ODD = 0x5851F42D4C95  # odd, so that multiplying by it mixes without making two numbers one


def fresh() -> str:
    """A new salt: for each run another, since the run before may have filled the cache."""
    return secrets.token_hex(4)


def prefixed(case: Case, salt: str, index: int) -> Case:
    """The case with a beginning that no other index of this salt has: `[3f9a1c5b7d2e] `, some ten tokens."""
    first, *others = case.prompt.messages
    mark = (index * _ODD + _offset(salt)) % (1 << _BITS)
    marked = replace(first, text=f"[{mark:012x}] {first.text}")
    return replace(case, prompt=replace(case.prompt, messages=(marked, *others)))


@lru_cache(maxsize=64)
def _offset(salt: str) -> int:
    return int.from_bytes(hashlib.blake2b(salt.encode(), digest_size=6).digest())
