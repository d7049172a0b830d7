"""Results as a page for the browser. Loaded by whoever asks for one: no other format waits for templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...bench.outcome import Compared, Outcome
    from ...checks.catalogue import Catalogue
    from ...checks.model import Audit
    from ...history.model import Trend
    from ..look import Look


def of_audit(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """The page of one audit."""
    from .page import document

    return document([audit], [], catalogue, look)


def of_outcome(outcome: Outcome, look: Look, against: Compared | None = None) -> str:
    """The page of one run of the bench, and what it is held against."""
    from ...checks.catalogue import Catalogue
    from .page import document

    return document([], [outcome], Catalogue((), (), ()), look, against or ())


def of_comparison(compared: Compared, look: Look) -> str:
    """The page of several runs, side by side and each."""
    from ...checks.catalogue import Catalogue
    from .page import document

    return document([], compared.runs, Catalogue((), (), ()), look, compared)


def of_results(audits: Sequence[Audit], outcomes: Sequence[Outcome], catalogue: Catalogue, look: Look) -> str:
    """The page of several results of either kind."""
    from .page import document

    return document(audits, outcomes, catalogue, look)


def of_trend(trend: Trend, look: Look) -> str:
    """The page of how figures went."""
    from ...checks.catalogue import Catalogue
    from .course import courses
    from .page import document

    return document([], [], Catalogue((), (), ()), look, courses(trend))
