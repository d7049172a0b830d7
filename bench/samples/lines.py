"""Samples as lines of JSON, and back. What reads wrong raises ValueError with the field; the reader adds the line.

A sample's chunk times are kept as gaps, the first from `t0`: whole numbers, so they add up to the same times again.
Fields at their default are left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import accumulate, pairwise
from typing import TypeVar, cast

from ..secrets import Cleaner
from .model import SCHEMA, TIMINGS, Clock, End, Header, Json, Reply, Sample, Times, Tokens

T = TypeVar("T")

LARGEST = 2**61
"""No time (2**61 ns are 73 years) and no count is larger, and differences of two still fit in a column."""


_COUNTS = ("output", "input", "cached", "reasoning", "cache_write", "cache_write_1h")
_ENCODE = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False).encode
"""Made once: `json.dumps` makes an encoder for every call that asks for separators."""


def of_header(header: Header, clean: Cleaner) -> str:
    """The first line."""
    raw = {"schema": SCHEMA, "run": header.run, "worker": header.worker, "clock": _of_clock(header.clock)}
    return _line(raw | {"plan": clean.value(header.plan), "versions": clean.value(header.versions)})


def of_end(end: End, clean: Cleaner) -> str:
    """The last line."""
    return _line({"end": end.reason, "clock": _of_clock(end.clock), "client": clean.value(end.client)})


def of_sample(sample: Sample, clean: Cleaner) -> str:
    """A line between them."""
    times, tokens = sample.times, sample.tokens
    raw: dict[str, object] = {
        "index": sample.index,
        "t0": times.t0,
        "t_end": times.t_end,
        "t_sched": times.t_sched,
        "t_headers": times.t_headers,
        "t_answer": times.t_answer,
        "t_last": times.t_last,
        "t_connected": times.t_connected,
        "gaps": [later - earlier for earlier, later in pairwise((times.t0, *times.chunks))],
        "tokens": _counts(tokens),
        "source": tokens.source,
        "failure": sample.failure,
        "message": clean.message(sample.message) if sample.message else None,
        "correct": sample.correct,
        "warmup": sample.warmup or None,
        "stage": sample.stage or None,
        "tags": [clean.text(each) for each in sample.tags],
    }
    return _line(_some(raw | _of_reply(sample.reply, clean)))


def _counts(tokens: Tokens) -> dict[str, int]:
    """The counts that can be: a provider that claims others isn't to make the file unreadable."""
    pairs = ((name, getattr(tokens, name)) for name in _COUNTS)
    return {name: each for name, each in pairs if type(each) is int and 0 <= each <= LARGEST}


def _of_reply(reply: Reply, clean: Cleaner) -> dict[str, object]:
    return {
        "status": reply.status,
        "headers": {name: clean.text(value) for name, value in reply.headers},
        "usage": clean.value(reply.usage),
        "usage_from": reply.usage_from,
        "finish": clean.value(reply.finish),
        "model": clean.value(reply.model),
        "received": reply.received or None,
        "new_connection": reply.new_connection,
        "timings": _timings(reply.timings, clean),
    }


def _timings(told: Json | None, clean: Cleaner) -> dict[str, object]:
    """The times that can be, and what was sent."""
    times = {name: each for name in TIMINGS if type(each := (told or {}).get(name)) is int and 0 <= each <= LARGEST}
    sent = (told or {}).get("sent")
    return {**times, "sent": clean.value(sent)} if sent is not None else dict(times)


def _some(raw: dict[str, object]) -> dict[str, object]:
    """Without what is empty; an empty usage object is something."""
    return {
        key: each
        for key, each in raw.items()
        if each or (each is not None and (key == "usage" or not isinstance(each, list | dict)))
    }


def _of_clock(clock: Clock) -> dict[str, int]:
    return {"monotonic": clock.monotonic, "wall": clock.wall}


def _line(raw: Mapping[str, object]) -> str:
    return _ENCODE(raw) + "\n"


def parsed(line: bytes) -> Json:
    """A line as a JSON object."""
    raw: object = json.loads(line)
    if not isinstance(raw, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - to the reader, a line is wrong in one way
    return cast("Json", raw)


def to_header(raw: Json) -> Header:
    """The header in a first line. The schema is checked before anything else of it."""
    schema = raw.get("schema")
    if schema != SCHEMA:
        other = isinstance(schema, str) and schema.startswith("aiready.samples/")
        made = f"written by another version of aiready ({schema}); read it with that one" if other else "no samples"
        raise ValueError(f"{made}: a file of samples begins with a header of the schema {SCHEMA}")
    plan, versions = _object(raw, "plan"), _object(raw, "versions")
    return Header(_need(raw, "run", str), plan, versions, _to_clock(raw), _need(raw, "worker", int))


def to_end(raw: Json) -> End:
    """What a last line says."""
    return End(_need(raw, "end", str), _to_clock(raw), _object(raw, "client"))


def to_sample(raw: Json) -> Sample:
    """The sample of a line."""
    return Sample(
        _need(raw, "index", int),
        _to_times(raw),
        _to_tokens(raw),
        _to_reply(raw),
        _may(raw, "failure", str),
        _may(raw, "message", str),
        _may(raw, "correct", bool),
        bool(_may(raw, "warmup", bool)),
        _may(raw, "stage", int) or 0,
        _several(raw, "tags", str),
    )


def _to_times(raw: Json) -> Times:
    t0 = _need(raw, "t0", int)
    chunks = tuple(accumulate(_several(raw, "gaps", int), initial=t0))[1:]
    if chunks and (max(chunks) > LARGEST or min(chunks) < -LARGEST):
        raise ValueError("gaps add up to too large a number")
    marks = (_may(raw, name, int) for name in ("t_sched", "t_headers", "t_answer", "t_last", "t_connected"))
    sched, headers, answer, last, connected = marks
    return Times(t0, _need(raw, "t_end", int), sched, headers, chunks, answer, last, connected)


def _to_tokens(raw: Json) -> Tokens:
    counts = _object(raw, "tokens", {})
    told = {name: _may(counts, name, int) for name in _COUNTS}
    return Tokens(**told, source=_may(raw, "source", str) or "none")


def _to_reply(raw: Json) -> Reply:
    headers = _object(raw, "headers", {})
    return Reply(
        _may(raw, "status", int),
        tuple((name, _need(headers, name, str)) for name in headers),
        _object(raw, "usage") if raw.get("usage") is not None else None,
        _may(raw, "usage_from", str),
        _may(raw, "finish", str),
        _may(raw, "model", str),
        _may(raw, "received", int) or 0,
        _may(raw, "new_connection", bool),
        _to_timings(raw),
    )


def _to_timings(raw: Json) -> Json | None:
    if raw.get("timings") is None:
        return None
    told = _object(raw, "timings")
    for name in TIMINGS:
        _may(told, name, int)
    return told


def _to_clock(raw: Json) -> Clock:
    clock = _object(raw, "clock")
    return Clock(_need(clock, "monotonic", int), _need(clock, "wall", int))


def _object(raw: Json, key: str, default: Json | None = None) -> Json:
    value = raw.get(key, default)
    if not isinstance(value, dict):
        raise ValueError(f"{key} is {'missing' if value is None else 'no object'}")  # noqa: TRY004 - as in `parsed`
    return cast("Json", value)


def _may(raw: Json, key: str, kind: type[T]) -> T | None:
    value = raw.get(key)
    if value is None:
        return None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{key} is no {kind.__name__}")
    if isinstance(value, int) and abs(value) > LARGEST:
        raise ValueError(f"{key} is too large a number")
    return value


def _need(raw: Json, key: str, kind: type[T]) -> T:
    value = _may(raw, key, kind)
    if value is None:
        raise ValueError(f"{key} is missing")
    return value


def _several(raw: Json, key: str, kind: type[T]) -> tuple[T, ...]:
    values = cast("list[object]", _may(raw, key, list) or [])
    if not set(map(type, values)) <= {kind}:
        raise ValueError(f"{key} holds something else than {kind.__name__}")
    return tuple(cast("list[T]", values))
