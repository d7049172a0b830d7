"""SAFE501: a key that everybody who reads the code can use."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Finding
from . import advice
from .interface import Remark, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """One finding a secret, and never a character of it."""
    for secret in subject.secrets:
        message = f"a key of {secret.provider} is written into the code: {secret.where}"
        yield subject.of_place(secret.place, Remark(message, {"variable": advice.key_variable(secret)}))
