"""MULTI102: the call itself names the model."""

from __future__ import annotations

from ..model import Call, Place
from .interface import Remark, Subject, per_call

_NO_NAME = {"", "config", "unknown", "n/a"}


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of a literal inside the call's own expression; a constant or a client's setting is one place to change."""
    model = call.facts.model
    if model.state in _NO_NAME or model.where is None or not _inside(model.where, call.place):
        return None
    return Remark(f"the model {model.state!r} is written into the call")


def _inside(place: Place, span: Place) -> bool:
    last = max(span.end_line, span.line)
    return (place.path, place.cell) == (span.path, span.cell) and span.line <= place.line <= last
