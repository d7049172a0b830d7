"""LAT103: requests that need nothing of one another wait for one another."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Call, Place, Step
from .interface import Remark, Subject, first_of_each, per_project
from .wording import at


@per_project
def check(subject: Subject) -> Iterator[tuple[int, Remark]]:
    """Speaks once a loop that awaits one request after the other."""

    def loop(call: Call) -> Place | None:
        apart = call.setup.loop.detail == "apart" and call.setup.waiting is not None
        return call.setup.loop.where if apart else None

    for index, call in first_of_each(subject, loop):
        where = call.setup.loop.where
        if where is not None:
            message = f"the loop at {at(where)} awaits one request after the other, and none needs what another gave"
            yield index, Remark(message, trace=(Step(where, "one after the other"),))
