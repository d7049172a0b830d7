"""Everything the web application asks of a model."""

import json
import logging
from collections.abc import AsyncIterator

import openai
from anthropic import Anthropic
from openai import AsyncOpenAI

from .settings import settings
from .tickets import Ticket

log = logging.getLogger(__name__)

LABELS = ("billing", "bug", "how-to", "other")
APOLOGY = "Sorry, I can't answer right now. A colleague will get back to you today."

client = AsyncOpenAI(timeout=settings.llm_timeout, max_retries=2)
claude = Anthropic()


async def answer(ticket: Ticket, question: str) -> AsyncIterator[str]:
    """Stream an answer from the first model that gives one; when none does, say so in the desk's own words."""
    for model in settings.answer_models:
        begun = False
        try:
            stream = await client.chat.completions.create(
                model=model,
                messages=[
                    {"role": "system", "content": "You answer customers of the support desk. Be brief and friendly."},
                    {"role": "user", "content": f"<history>\n{ticket.transcript()[-4000:]}\n</history>"},
                    {"role": "user", "content": question},
                ],
                max_completion_tokens=settings.answer_tokens,
                stream=True,
                stream_options={"include_usage": True},
            )
            async for chunk in stream:
                if chunk.usage:
                    log.info("ticket %s: %s used %d tokens", ticket.id, chunk.model, chunk.usage.total_tokens)
                if chunk.choices and chunk.choices[0].delta.content:
                    begun = True
                    yield chunk.choices[0].delta.content
            return
        except openai.OpenAIError:
            log.exception("ticket %s: no answer from %s", ticket.id, model)
            if begun:
                break
    yield APOLOGY


async def classify(text: str) -> str | None:
    """The label of a ticket, if the model finds one."""
    try:
        reply = await client.with_options(max_retries=0).chat.completions.create(
            model="gpt-4o",
            messages=[
                {"role": "system", "content": f'Label the ticket. Answer as JSON: {{"label": one of {LABELS}}}'},
                {"role": "user", "content": text},
            ],
            response_format={"type": "json_object"},
        )
        return json.loads(reply.choices[0].message.content or "{}")["label"]
    except Exception:
        pass
    return None


def summarise(ticket: Ticket) -> str:
    """Three sentences for the colleague who takes over."""
    reply = claude.messages.create(
        model="claude-sonnet-4-5",
        max_tokens=300,
        messages=[{"role": "user", "content": f"Summarise in three sentences:\n\n{ticket.transcript()}"}],
    )
    return "".join(block.text for block in reply.content if block.type == "text")
