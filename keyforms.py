"""The forms of keys: how they begin, what they are made of, and what looks drawn by a generator.

One list, for the audit, which finds keys in code and blanks them in what it quotes, and for the load test, which takes
them out of what comes back. It knows nothing of either.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise

MARKS = ("sk-", "AIza", "gsk_", "hf_", "r8_", "xai-", "pplx-", "fw_", "nvapi-", "lsv2_", "pcsk_", "AKIA", "ASIA")
"""How FORMS begin."""
FORMS = (
    ("anthropic", r"sk-ant-[\w-]{20,}"),
    ("openrouter", r"sk-or-[\w-]{30,}"),
    ("langfuse", r"sk-lf-[\w-]{30,}"),
    ("deepseek", r"sk-[0-9a-f]{32}(?![\w-])"),
    ("openai", r"sk-(?:proj|svcacct|admin|None)-[\w-]{20,}|sk-[A-Za-z0-9]{20,}"),
    ("google-genai", r"AIza[\w-]{35}(?![\w-])"),
    ("groq", r"gsk_[A-Za-z0-9]{30,}"),
    ("huggingface_hub", r"hf_[A-Za-z0-9]{30,}"),
    ("replicate", r"r8_[A-Za-z0-9]{30,}"),
    ("xai-sdk", r"xai-[A-Za-z0-9]{40,}"),
    ("perplexity", r"pplx-[A-Za-z0-9]{30,}"),
    ("fireworks", r"fw_[A-Za-z0-9]{20,}"),
    ("nvidia", r"nvapi-[\w-]{40,}"),
    ("langsmith", r"lsv2_(?:pt|sk)_\w{30,}"),
    ("pinecone", r"pcsk_\w{40,}"),
    ("bedrock-runtime", r"(?:AKIA|ASIA)[A-Z0-9]{16}(?!\w)"),
)
"""Provider and the form of its keys, exact enough to say whose a key is; the first that fits counts."""

_BEGINNING = (
    "(?:sk|pk|rk|gsk|xai|hf|nvapi|fw|pplx|csk|r8|lsv2|pcsk|tgp_v1|gh[oprsu]|github_pat|glpat|xox[abeoprs]|xapp)"
)
_WHOLE = r"""
    AIza[0-9A-Za-z_\-*]{6,} | ya29\.[0-9A-Za-z_\-.]+ | AQ\.[0-9A-Za-z_\-]{10,}  # Google's
  | eyJ[0-9A-Za-z_\-]{6,}\.[0-9A-Za-z_\-.]*[0-9A-Za-z_\-]                       # web tokens
  | (?:AKIA|ASIA)[0-9A-Z]{12,}                                                  # Amazon's
"""
IN_TEXT = rf"\b(?:{_BEGINNING}[-_][A-Za-z0-9_\-*.]{{5,}}[A-Za-z0-9_\-*]|{_WHOLE})"
"""Whatever begins like a key, in a text that is no code, be it shortened or partly starred. Verbose."""
IN_CODE = rf"""
(?:\b|(?<=\\[nrt]))(?:
    {_BEGINNING}-(?=[A-Za-z0-9_-]{{0,80}}(?:[0-9]|[A-Za-z]{{16}}))[A-Za-z0-9_-]{{12,}}
  | {_BEGINNING}_(?=\w{{0,80}}[A-Za-z0-9]{{16}})(?=\w{{0,80}}[0-9])[A-Za-z0-9_-]{{16,}}
  | {_WHOLE}
)"""
"""The same where names and numbers stand around it that have to stay: names are made of shorter words. Verbose."""

_RUN = re.compile(r"[A-Za-z0-9]+")
_BITS = 3.0
"""Entropy for each character below which a text repeats itself; 32 random hexadecimal digits have 3.2 and more."""
_MANY_BITS = 4.0
"""What words and numbers in a row don't reach where capitals are among them, too."""
_KINDS = tuple(re.compile(each) for each in ("[a-z]", "[A-Z]", "[0-9]"))


def is_drawn(value: str) -> bool:
    """Whether a text was drawn by a generator and not written by a person."""
    longest = max(_RUN.findall(value), key=len, default="")
    if len(longest) < 12 or longest.isalpha() or longest.isdigit():
        return False
    steps = sum(1 for one, two in pairwise(value) if ord(two) - ord(one) in (0, 1))
    return steps * 3 < len(value) and _entropy(value) >= _BITS


def may_be_drawn(value: str) -> bool:
    """The same where a mistake costs little; then signs may stand among the letters as often as they like."""
    return is_drawn(value) or (all(each.search(value) for each in _KINDS) and _entropy(value) >= _MANY_BITS)


def _entropy(value: str) -> float:
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)
