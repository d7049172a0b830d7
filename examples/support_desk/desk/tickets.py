"""Tickets as files: one JSON document each."""

import json
from collections.abc import Iterator

from pydantic import BaseModel

from .settings import settings


class Message(BaseModel):
    author: str
    text: str


class Ticket(BaseModel):
    id: int
    subject: str
    messages: list[Message] = []
    label: str | None = None

    def transcript(self) -> str:
        return "\n".join(f"{message.author}: {message.text}" for message in self.messages)


def load(ticket_id: int) -> Ticket:
    return Ticket.model_validate_json((settings.data / f"{ticket_id}.json").read_text())


def save(ticket: Ticket) -> None:
    (settings.data / f"{ticket.id}.json").write_text(ticket.model_dump_json(indent=2))


def closed_today() -> Iterator[Ticket]:
    for ticket_id in json.loads((settings.data / "closed.json").read_text()):
        yield load(ticket_id)
