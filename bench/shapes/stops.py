"""What ends a run, as a pure question: given how far it is, is it to go on? The engine asks after each answer.

A stop ends the sending; requests in flight are finished and counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ..intervals import wilson
from ..mistakes import ShapeError
from ..texts import shown
from .model import Loop, Open, length

Reason = Literal["interrupted", "errors", "spend", "tokens", "requests", "duration"]


@dataclass(frozen=True, slots=True)
class Stops:
    """The limits of a run; None: not limited by that."""

    requests: int | None = None
    """Requests sent, warm-up not counted."""
    duration: float | None = None
    """Seconds."""
    spend: Decimal | None = None
    """US dollars, what is in flight counted at the most it can cost."""
    tokens: int | None = None
    """Input and output tokens together."""
    error_rate: float | None = None
    """The share of failures that isn't worth going on with; asked once it is surely above (Wilson, 95 %)."""
    grace: float = 10.0
    """Seconds from the start in which errors don't end the run: a server may have to wake up."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    elapsed: float
    sent: int
    finished: int
    failed: int
    tokens: int = 0
    spent: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    """The most that requests in flight can still cost."""
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a run ends."""

    reason: Reason
    why: str
    partial: bool
    """The run is cut short: its figures are shown, but marked."""


def checked(stops: Stops, shape: Open | Loop) -> Stops:
    """The stops, if they can be carried out with the shape. Raises ShapeError with every mistake."""
    limits = {
        "the number of requests": stops.requests,
        "the duration": stops.duration,
        "the spend cap": stops.spend,
        "the token cap": stops.tokens,
    }
    wrong = [f"{what} must be more than 0" for what, limit in limits.items() if limit is not None and not limit > 0]
    if stops.error_rate is not None and not 0 < stops.error_rate < 1:
        wrong.append("the error rate that ends the run must lie between 0% and 100%, neither of them")
    if not 0 <= stops.grace < math.inf:
        wrong.append("the grace for errors must not be below 0 seconds")
    if length(shape) is None and all(limit is None for limit in limits.values()):
        wrong.append(f"{shape}: nothing would end this run: give a number of requests or a duration")
    if wrong:
        raise ShapeError(wrong)
    return stops


def stopped(stops: Stops, at: Progress) -> Stop | None:
    """The first reason to send no more, the gravest first; None: go on."""
    if at.interrupted:
        return Stop("interrupted", "stopped by hand", partial=True)
    if stops.error_rate is not None and at.elapsed >= stops.grace:
        surely = wilson(at.failed, at.finished)[0]
        if surely > stops.error_rate:
            told = f"{at.failed} of {at.finished} requests failed, surely more than {shown(stops.error_rate * 100)}%"
            return Stop("errors", told, partial=True)
    if stops.spend is not None and at.spent + at.reserved >= stops.spend:
        return Stop("spend", f"the spend cap of ${stops.spend} is reached", partial=True)
    if stops.tokens is not None and at.tokens >= stops.tokens:
        return Stop("tokens", f"the cap of {stops.tokens} tokens is reached", partial=True)
    if stops.requests is not None and at.sent >= stops.requests:
        return Stop("requests", f"{stops.requests} requests were sent", partial=False)
    if stops.duration is not None and at.elapsed >= stops.duration:
        return Stop("duration", f"{shown(stops.duration)} seconds are over", partial=False)
    return None
