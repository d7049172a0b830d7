"""LAT105: each request opens connections of its own."""

from __future__ import annotations

from ..model import Call, Step
from .interface import Remark, Subject, per_call
from .wording import at


@per_call
def check(call: Call, _: Subject) -> Remark | None:
    """Speaks of a client built in the function that serves people, and thrown away after one call."""
    client = call.setup.client
    if client.state != "per-call" or client.where is None or call.facts.audience.state != "remote":
        return None
    known = call.sdk == "raw-http" or call.sdk in client.detail.lower()
    name = client.detail if known else f"{call.sdk}'s {client.detail}"
    message = f"{name} is built at {at(client.where)} for every request, with new connections"
    return Remark(message, trace=(Step(client.where, "built here"),))
