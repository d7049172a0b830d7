"""Lengths that are numbers of tokens: `len(encoding.encode(text))`."""

from __future__ import annotations

import re

from ..flows.tools import last_name
from ..read.tree import Attr, Call, Const, Name

CODECS = re.compile(r"(?i)^(?:enc$|encoding|charset|codec)")
"""Names of how a text is written down in bytes."""
VECTORS = re.compile(r"(?i)(?<!encoding_for_)model|embed|transformer")
"""Names of what makes vectors of texts, and no tokens."""


def counts_tokens(node: object) -> bool:
    """Whether it is how many tokens a text has, and not how many bytes: `len(text.encode("utf-8"))`."""
    match node:
        case Call(func=Name(id="len"), args=(Call(func=Attr(value=by, name="encode" | "tokenize"), args=(text, *_)),)):
            is_codec = isinstance(text, Const) or CODECS.search(last_name(text)) is not None
            return not is_codec and VECTORS.search(last_name(by)) is None
        case _:
            return False
