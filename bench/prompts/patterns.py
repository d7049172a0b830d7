"""Regular expressions over answers, in time linear in the answer's length.

Python's own can take forever over a pattern such as `(a+)+$`, and can't be stopped. pydantic's core, which is there
already, holds Rust's: they have neither look-around nor backreferences, and in turn no pattern is slow.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator


def fault(pattern: str) -> str:
    """What is wrong with a pattern; empty where nothing is."""
    from pydantic_core import SchemaError

    try:
        _compiled(pattern)
    except SchemaError as error:
        return _told(str(error))
    return ""


def found(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether the pattern is found anywhere in the text. The pattern must be one without a fault."""
    if not text.isascii():  # lone surrogates can't be handed to Rust
        text = text.encode("utf-8", "replace").decode()
    return _compiled(f"(?i:{pattern})" if ignore_case else pattern).isinstance_python(text)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> SchemaValidator:
    from pydantic_core import SchemaValidator, core_schema

    return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))


def _told(error: str) -> str:
    if "look-around" in error:
        return "look-ahead and look-behind can't be used: they can take forever"
    if "backreference" in error:
        return "backreferences can't be used: they can take forever"
    if "unrecognized escape" in error and r"\Z" in error:
        return r"\Z is written \z here"
    told = re.findall(r"^\s*error: (.+)$", error, re.MULTILINE)
    return told[-1] if told else error.splitlines()[-1].strip()
