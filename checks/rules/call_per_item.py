"""COST106: one request for each element, where one request takes them all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Call, Persona, Place, Step
from .interface import Remark, Subject, first_of_each, per_project
from .wording import at

KINDS = {"embedding", "chat", "completion"}
SEARCHES = re.compile("retrieve|search|query|relevant")
"""Methods that find what is like one text: none takes a list of them."""
BATCHES = "the provider's batch API at half the price"
REGULAR: Persona = "regular"
PEDANTIC: Persona = "pedantic"


@per_project
def check(subject: Subject) -> Iterator[tuple[int, Remark]]:
    """Speaks once a loop."""

    def loop(call: Call) -> Place | None:
        return call.setup.loop.where if _is_asked_for(call) else None

    for index, call in first_of_each(subject, loop):
        where = call.setup.loop.where
        if where is not None:
            chat = call.kind != "embedding"
            together = BATCHES if chat else "a list of texts in one request"
            message = f"one {call.kind} request for each element of the loop at {at(where)}"
            trace = (Step(where, "repeated here"),)
            case, persona = ("chat", PEDANTIC) if chat else ("", REGULAR)
            yield index, Remark(message, {"together": together}, trace, case, persona=persona)


def _is_asked_for(call: Call) -> bool:
    """A request over the network of a kind that can be sent for many at once."""
    alone = call.kind == "embedding" and SEARCHES.search(call.method)
    asked = call.setup.loop.state == "items" and call.kind in KINDS and not alone
    return asked and call.facts.timeout.state != "n/a"
