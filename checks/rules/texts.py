"""What the rules on untrusted text have in common: which way of it to speak of, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..model import Call, Flow
from .interface import Remark
from .wording import at

_PROMPTED = {"chat", "completion", "image", "batch"}


def worst(call: Call, wanted: Callable[[Flow], bool]) -> Flow | None:
    """The first way of the call that a rule is looking for: one from far away, if there is one."""
    found = [flow for flow in call.facts.untrusted.found if wanted(flow)]
    return next((flow for flow in found if flow.source != "local"), found[0] if found else None)


def is_prompted(call: Call) -> bool:
    """Whether the call is given instructions, and not only material."""
    return call.kind in _PROMPTED


def remark(flow: Flow, text: str, words: Mapping[str, str] | None = None) -> Remark:
    """What is said of one way; `{what}` in the text is the source and its place. Text of the machine's own user is
    milder."""
    source = flow.trace[0].place if flow.trace else flow.where
    message = text.format(what=f"{flow.what} ({at(source)})")
    return Remark(message, words or {}, flow.trace, audience="local" if flow.source == "local" else None)
