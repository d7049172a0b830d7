"""From what a transport brought to a sample: what came is read by its protocol and laid on its stamps."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..protocols import Answer, Exchange, Timings, reading
from ..samples import TIMINGS, Reply, Sample, Times, Tokens

if TYPE_CHECKING:
    from ..prompts import Case
    from ..transport import Receipt
    from .asking import Asking


UNCONNECTED = ("connect", "tls")
"""What is met where no connection comes about: neither a new one nor an earlier one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a run a request stands."""

    index: int
    stage: int = 0
    warmup: bool = False
    t_sched: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request was, apart from its bytes."""

    case: Case
    place: Place
    streamed: bool
    last: bool = True
    """No turn of its conversation comes after it: its answer is the one that is expected of the case."""


def answering(receipt: Receipt, asking: Asking) -> Generator[None, None, Answer]:
    """What came back, found in steps between which the loop may turn."""
    exchange = Exchange(
        status=receipt.status,
        headers=receipt.headers,
        reads=receipt.reads,
        stream=asking.streamed,
        whole=receipt.whole,
        broken=receipt.broken,
        why=receipt.why,
        secrets=asking.secrets,
    )
    return reading(asking.api, exchange)


def sample(receipt: Receipt, answer: Answer, asked: Asked) -> Sample:
    """What is recorded of it."""
    case, place = asked.case, asked.place
    correct = None
    if case.expect is not None and asked.last and answer.failure is None:
        correct = case.expect.met(answer.content)[0]
    return Sample(
        index=place.index,
        times=_times(receipt, answer, asked),
        tokens=_tokens(answer),
        reply=_reply(receipt, answer),
        failure=answer.failure,
        message=answer.message or None,
        correct=correct,
        warmup=place.warmup,
        stage=place.stage,
        tags=case.tags,
    )


def _times(receipt: Receipt, answer: Answer, asked: Asked) -> Times:
    """An answer that isn't streamed has an end, but no first token: all of it is there at once."""
    stamps = receipt.stamps
    first = answer.first_answer_read if asked.streamed else None
    return Times(
        t0=receipt.t0,
        t_end=receipt.t_end,
        t_sched=asked.place.t_sched,
        t_headers=receipt.t_headers,
        chunks=tuple(stamps[each.read] for each in answer.chunks) if asked.streamed else (),
        t_answer=None if first is None else stamps[first],
        t_last=None if answer.last_read is None else stamps[answer.last_read],
        t_connected=receipt.t_connected,
    )


def _tokens(answer: Answer) -> Tokens:
    usage, chunks = answer.usage, len(answer.chunks)
    if usage.output_tokens is None and usage.input_tokens is None:
        return Tokens(output=chunks, source="chunks") if chunks and answer.events > 1 else Tokens()
    return Tokens(
        output=usage.output_tokens,
        input=usage.input_tokens,
        cached=usage.cached_tokens,
        reasoning=usage.reasoning_tokens,
        source="provider",
        cache_write=usage.cache_write_tokens,
        cache_write_1h=usage.cache_write_1h_tokens,
    )


def _reply(receipt: Receipt, answer: Answer) -> Reply:
    sent = answer.usage.sent
    return Reply(
        status=receipt.status or None,
        headers=answer.headers,
        usage=sent[0].object if len(sent) == 1 else {each.source: each.object for each in sent} or None,
        usage_from=", ".join(each.source for each in sent) or None,
        finish=answer.finish or None,
        model=answer.model or None,
        received=receipt.received,
        new_connection=_connected(receipt),
        timings=_timings(answer.timings),
    )


def _connected(receipt: Receipt) -> bool | None:
    if receipt.broken in UNCONNECTED and not receipt.received:
        return None
    return receipt.first


def _timings(told: Timings) -> dict[str, object] | None:
    if told.sent is None:
        return None
    known = {name: value for name in TIMINGS if (value := getattr(told, name)) is not None}
    return {**known, "sent": told.sent.object}
