"""The web routes: bounded input, guarded calls, a way on when the provider is down."""

import logging

import openai
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, ValidationError

from .llm import Ticket, flagged, sort_ticket, stream_answer

log = logging.getLogger(__name__)
app = FastAPI()
SORRY = "Nobody can answer this now. We write to you within a day."


class Question(BaseModel):
    text: str = Field(max_length=2000)


async def answer(text):
    messages = [
        {"role": "system", "content": "You answer questions about our products."},
        {"role": "user", "content": text},
    ]
    try:
        if await flagged(text):
            yield "We can't talk about this."
            return
        async for part in stream_answer(messages):
            yield part
    except openai.OpenAIError:
        log.exception("no answer")
        yield SORRY


@app.post("/ask")
async def ask(question: Question):
    return StreamingResponse(answer(question.text), media_type="text/plain")


@app.post("/tickets")
async def tickets(question: Question):
    try:
        found = await sort_ticket(question.text)
    except (openai.OpenAIError, ValidationError):
        log.exception("not sorted")
        found = Ticket(queue="people", urgent=False)
    return found
