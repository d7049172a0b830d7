"""ACME101: a call that names a model which is not on the list."""

from __future__ import annotations

from aiready.checks.model import Call
from aiready.checks.rules import Remark, Subject, per_call

ALLOWED = ("gpt-4o-mini", "claude-haiku-4-5")
UNTOLD = frozenset({"config", "unknown", "n/a"})
"""States of the fact `model` that are no names."""
PAGE = """\
# ACME101: model-outside-allowlist

## What it finds

A call that names a model in the code which is not on Acme's list.

## Why it hurts

Nobody has looked at its price, or at what its provider does with our customers' data.

## When to ignore it

Not at all: the list is short to change.
"""


@per_call
def check(call: Call, subject: Subject) -> Remark | None:
    """Compares the name of the model with the list; what comes from settings is not judged."""
    model = call.facts.model.state
    if model in ALLOWED or model in UNTOLD:
        return None
    return Remark(f"{model} is not on Acme's list", {"model": model, "models": " or ".join(ALLOWED)})
