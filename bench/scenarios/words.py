"""Texts that only the bench's settings know: money that is counted exactly, and which prompts are meant."""

from __future__ import annotations

import re
from decimal import Decimal

from .. import texts
from .settings import Asked

SYNTHETIC = "synthetic:"


def money(text: str) -> Decimal:
    """`$1.50`, exactly. Raises ValueError."""
    texts.dollars(text)
    return Decimal(re.sub(r"(?i)\s*usd\s*$", "", text.strip().removeprefix("$")).strip())


def prompts(text: str) -> Asked:
    """`prompts.jsonl`, a folder, `default`, `synthetic:normal:500,100`, `synthetic:input=500,output=128`."""
    bare = text.strip()
    if bare == "default":
        return Asked()
    if not bare.startswith(SYNTHETIC):
        return Asked(source=bare)
    spec = bare.removeprefix(SYNTHETIC)
    parts = [each.partition("=") for each in re.split(r",(?=(?:input|output)=)", spec)]
    named = {name.strip(): value.strip() for name, is_named, value in parts if is_named}
    return Asked(synthetic=named.get("input") or spec.partition(",output=")[0], output=named.get("output", ""))
