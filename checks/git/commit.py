"""Which commit is checked out."""

from __future__ import annotations

from .asking import NoAnswer, ask


def commit_of(folder: str) -> str:
    """The commit of the checkout that a folder lies in, whole; empty where git isn't there or knows of none."""
    try:
        return ask(folder, "rev-parse", "--verify", "--quiet", "HEAD").decode().strip()
    except NoAnswer:
        return ""
