"""The page: one file without anything from elsewhere, which a policy of its own forbids to load or send anything."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from ... import __version__
from ...bench.outcome import Compared, Outcome
from ...checks.catalogue import Catalogue
from ...checks.model import Audit
from ..look import Look
from .audits import AuditPage, Room, spot
from .comparison import ComparePage
from .course import Course
from .runs import RunPage
from .words import inert, slug, ticks

HERE = Path(__file__).parent
LIMIT = 150_000
"""Bytes that a page of one result is to keep to."""
ROOMS = (
    Room(1, 100, 1000, 1000),
    Room(1, 8, 1000, 1000),
    Room(0, 6, 1000, 1000),
    Room(0, 3, 1000, 1000, once=True),
    *(Room(0, 3, findings, 400, once=True) for findings in (250, 200, 150)),
    Room(0, 3, 100, 60, once=True),
)
"""How much of an audit is shown: the first of these with which the page keeps to its size, else the last."""


def document(
    audits: Sequence[Audit],
    outcomes: Sequence[Outcome],
    catalogue: Catalogue,
    look: Look,
    beside: Sequence[Course] | Compared = (),
) -> str:
    """All results on one page, the verdicts first. What there was no room for is said, and where to have it.

    beside: what several results come to together, as their course over days or held against one another.
    """
    del look
    runs = [RunPage(each, f"b{place}") for place, each in enumerate(outcomes, 1)]
    limit, text = LIMIT * max(1, len(audits) + len(outcomes)), ""
    for room in ROOMS:
        judged = [AuditPage(each, catalogue, room, f"a{place}") for place, each in enumerate(audits, 1)]
        text = _written(judged, runs, beside)
        if len(text.encode()) <= limit:
            break
    return text


def _written(audits: Sequence[AuditPage], runs: Sequence[RunPage], beside: Sequence[Course] | Compared) -> str:
    style, script = _asset("page.css"), _asset("page.js")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:"
    return (
        _templates()
        .get_template("page.html.j2")
        .render(
            title=_title(audits, runs),
            audits=audits,
            runs=runs,
            trends=() if isinstance(beside, Compared) else beside,
            compared=ComparePage(beside) if isinstance(beside, Compared) else None,
            policy=f"{policy}; base-uri 'none'; form-action 'none'",
            style=Markup(style),  # noqa: S704 - ours
            script=Markup(script),  # noqa: S704 - ours
            version=__version__,
        )
    )


def _title(audits: Sequence[AuditPage], runs: Sequence[RunPage]) -> str:
    names = list(dict.fromkeys([*(each.name for each in audits), *(each.name for each in runs)]))
    return ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")


def _hash(text: str) -> str:
    """By which the policy knows what is the page's own."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _asset(name: str) -> str:
    """Style or script, without the indents that are for us."""
    return "".join(line.strip() + "\n" for line in (HERE / name).read_text(encoding="utf-8").splitlines())


@cache
def _templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE, encoding="utf-8"),
        autoescape=True,
        finalize=inert,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=True,
    )
    made.filters.update(ticks=ticks, slug=slug, spot=spot)
    return made
