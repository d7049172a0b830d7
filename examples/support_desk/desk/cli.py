"""For the people at the desk: `python -m desk.cli translate 17 German`."""

import logging
import sys

import openai
import typer
from openai import OpenAI

from . import tickets
from .settings import settings

app = typer.Typer()
log = logging.getLogger(__name__)


@app.command()
def translate(ticket_id: int, language: str) -> None:
    """Print a ticket in another language."""
    ticket = tickets.load(ticket_id)
    client = OpenAI(timeout=settings.llm_timeout, max_retries=3)
    try:
        reply = client.chat.completions.create(
            model=settings.answer_models[0],
            messages=[
                {"role": "system", "content": "Translate what stands in <ticket> into the language in <language>."},
                {
                    "role": "user",
                    "content": f"<language>{language}</language>\n<ticket>\n{ticket.transcript()}\n</ticket>",
                },
            ],
            max_completion_tokens=2000,
        )
    except openai.OpenAIError as error:
        sys.exit(f"no translation: {error}")
    log.info("ticket %d: %s used %d tokens", ticket_id, reply.model, reply.usage.total_tokens)
    print(reply.choices[0].message.content)


@app.command()
def show(ticket_id: int) -> None:
    """Print a ticket."""
    print(tickets.load(ticket_id).transcript())


if __name__ == "__main__":
    app()
