"""Acme's rules, which the entry point `aiready.checks` names."""

from __future__ import annotations

from aiready.checks.own import Own

from .model_outside_allowlist import PAGE, check

__all__ = ["RULES"]

RULES = (
    Own(
        id="ACME101",
        name="model-outside-allowlist",
        item="cost.model_tier",
        severity="warning",
        summary="A call that names a model which nobody at Acme agreed on.",
        help="Use one of {models}, or ask for {model} to be put on the list.",
        check=check,
        references=("https://example.com/acme/models",),
        page=PAGE,
    ),
)
