"""Text on its way into the page: inert whatever it holds, code in backticks set as code."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from ..terminal import safe

_CODE = re.compile(r"`([^`]{1,200})`")


def inert(value: object) -> object:
    """What every expression of a template passes through: visible characters only, escaped thereafter."""
    return safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def ticks(text: str) -> Markup:
    """A sentence whose code stands in backticks."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(safe(text)))))  # noqa: S704 - escaped just before


def slug(text: str) -> str:
    """A name that can stand in an id."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
