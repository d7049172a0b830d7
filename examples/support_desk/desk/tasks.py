"""What the workers do at night: `celery -A desk.tasks worker`."""

import json
import logging

import openai
from celery import Celery
from openai import OpenAI
from tenacity import retry, stop_after_attempt, wait_exponential

from .settings import settings
from .tickets import closed_today

log = logging.getLogger(__name__)

worker = Celery("desk", broker=settings.broker)
client = OpenAI(timeout=settings.llm_timeout)


@retry(stop=stop_after_attempt(4), wait=wait_exponential(max=30))
def embed(texts: list[str]) -> list[list[float]]:
    """Vectors of the texts, in their order."""
    reply = client.embeddings.create(model=settings.embedding_model, input=texts)
    return [row.embedding for row in reply.data]


@worker.task
def index_closed_tickets() -> int:
    """Make today's closed tickets searchable."""
    closed = list(closed_today())
    try:
        vectors = embed([ticket.transcript()[:8000] for ticket in closed])
    except Exception:
        log.exception("index of %d tickets not updated", len(closed))
        return 0
    rows = [{"id": ticket.id, "vector": vector} for ticket, vector in zip(closed, vectors, strict=True)]
    (settings.data / "index.json").write_text(json.dumps(rows))
    return len(rows)


@worker.task
def nightly_digest() -> None:
    """One page about today for the morning meeting."""
    transcripts = "\n---\n".join(ticket.transcript() for ticket in closed_today())
    while True:
        try:
            reply = client.chat.completions.create(
                model="gpt-4o",
                messages=[{"role": "user", "content": f"Write a one-page digest of these tickets:\n{transcripts}"}],
                timeout=None,
            )
            break
        except openai.APIError:
            log.warning("digest failed, trying again")
    (settings.data / "digest.md").write_text(reply.choices[0].message.content or "")
