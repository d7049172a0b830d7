"""Whether a question to a person is one for consent, and not for something to work on."""

from __future__ import annotations

import re

from ..project.edges import arguments_of, name_of
from ..read.tree import Call, Const, walk

PLAIN = frozenset({"input", "prompt", "ask", "unsafe_ask", "prompt_async"})
"""Functions that ask for anything: what they ask decides."""
CONSENT = re.compile(
    r"\by(?:es)?\W{0,3}(?:/|or|,|\|)\W{0,3}n(?:o)?\b|\[y\b|\(y\b|\by\)|\[[ye]\]\w"
    r"|\bconfirm|\bapprov|\bproceed|\bcontinue\b"
    r"|\ballow|\bare you sure|\bexecut(?:e|ing)\b|(?<!what )\bdo you want\b|\b(?:shall|should) (?:i|we)\b|\bok(?:ay)?\?"
    r"|\b(?:run|send|delete|remove|pay|publish|install|apply|overwrite|commit|push|post|buy|order|do) "
    r"(?:it|this|that|them|these)\b[^?]*\?"
    r"|^\W*(?:accept|apply|commit|delete|execute|install|overwrite|pay|publish|push|remove|run|save|send)\b"
    r"(?![^?]*\b(?:how|what|when|where|which|who|whom)\b)[^?]*\?",
    re.IGNORECASE,
)


def is_for_consent(call: Call) -> bool:
    """Whether a call that asks a person something asks to go on: by its words, as far as they are written there."""
    if name_of(call.func) not in PLAIN:
        return True
    parts = [part for arg in arguments_of(call) for part in walk(arg)]
    texts = [part.value for part in parts if isinstance(part, Const) and isinstance(part.value, str)]
    return any(map(CONSENT.search, texts)) if texts else bool(parts)
