"""The HTTP interface."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from . import llm, tickets

router = APIRouter(prefix="/tickets")


class Question(BaseModel):
    text: str = Field(min_length=1, max_length=2000)


def find(ticket_id: int) -> tickets.Ticket:
    try:
        return tickets.load(ticket_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such ticket") from None


@router.post("/{ticket_id}/answer")
async def answer(ticket_id: int, question: Question) -> StreamingResponse:
    ticket = find(ticket_id)
    return StreamingResponse(llm.answer(ticket, question.text), media_type="text/plain")


@router.post("/{ticket_id}/label")
async def label(ticket_id: int) -> tickets.Ticket:
    ticket = find(ticket_id)
    ticket.label = await llm.classify(f"{ticket.subject}\n\n{ticket.transcript()}")
    tickets.save(ticket)
    return ticket


@router.get("/{ticket_id}/summary")
async def summary(ticket_id: int) -> dict[str, str]:
    return {"summary": llm.summarise(find(ticket_id))}
