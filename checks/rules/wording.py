"""How findings say durations, places and lists, so that they say them alike."""

from __future__ import annotations

from collections.abc import Iterable

from ..model import Call, EntryPoint, Place, RetryLayer, Step, Timeout

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_SECONDS_READ_WELL_UP_TO = 1000


def duration(seconds: float) -> str:
    """A duration as a reader says it: `30 ms`, `1.5 s`, `600 s`, `30 min`, `3 h`, `10 days`."""
    if seconds < 1:
        return f"{round(seconds * 1000, 1):g} ms"
    for unit, name, least in (
        (_DAY, "days", 2 * _DAY),
        (_HOUR, "h", 2 * _HOUR),
        (_MINUTE, "min", _SECONDS_READ_WELL_UP_TO),
    ):
        if seconds >= least:
            return f"{round(seconds / unit, 1):g} {name}"
    return f"{round(seconds, 1):g} s"


def at(place: Place) -> str:
    """A place as a reader looks it up: `app/llm.py:14`; the cells of a notebook are counted from 1."""
    cell = "" if place.cell is None else f"cell {place.cell + 1}:"
    return f"{place.path}:{cell}{place.line}"


def listed(names: Iterable[str], last: str = "and") -> str:
    """Names in a row: `a, b and c`."""
    *most, final = names
    return f"{', '.join(most)} {last} {final}" if most else final


def types(catches: Iterable[str]) -> str:
    """Exception types as the code names them; empty where none can be read."""
    names = dict.fromkeys(_public(name.removeprefix("builtins.")) for name in catches)
    known = [name for name in names if name not in {"*", "?"}]
    return "everything" if "*" in names else listed(known) if known else ""


def _public(name: str) -> str:
    """`openai._exceptions.APIError` without the modules that are nobody's business."""
    module, dot, last = name.rpartition(".")
    return ".".join(part for part in module.split(".") if not part.startswith("_")) + dot + last


def entry_name(entry: EntryPoint) -> str:
    """What a reader calls an entry point: `FastAPI route chat`; a script has no function."""
    return f"{entry.how} {entry.function}".strip()


def waits(timeout: Timeout) -> str:
    """What the timeout in effect comes to: `waits up to 600 s for an answer`."""
    if timeout.seconds is None:
        return "waits for an answer without end"
    return f"waits up to {duration(timeout.seconds)} for an answer"


def origin(timeout: Timeout) -> str:
    """Who decided the timeout: `openai's default; client built at app/llm.py:14`."""
    source = timeout.source or "nothing sets a limit"
    where = at(timeout.where) if timeout.where else ""
    built = at(timeout.client) if timeout.client else ""
    decided = f"{source}, {where}" if where else source
    return f"{decided}; client built at {built}" if built and built != where else decided


def timeout_steps(call: Call) -> tuple[Step, ...]:
    """Where the client was built, where its limit was decided, and who waits for it."""
    timeout = call.facts.timeout
    steps = ((timeout.client, "client built here"), (timeout.where, f"limit decided here: {timeout.source}"))
    return tuple(Step(place, note) for place, note in steps if place is not None) + entry_steps(call)


def entries_by_weight(call: Call) -> list[EntryPoint]:
    """The entry points of the call, first the one that all its findings should name.

    That is one that decides its audience and, of these, the one from which nothing catches its failure.
    """
    start, facts = open_start(call), call.facts
    return sorted(facts.entries, key=lambda entry: (entry.audience != facts.audience.state, entry != start))


def open_start(call: Call) -> EntryPoint | None:
    """The entry point at which the path that nothing guards starts, if it starts at one."""
    guard = call.facts.guard
    start = next(iter(guard.open_path), None)
    here = (start.path, start.line, start.cell) if start is not None else None
    entries = [entry for entry in call.facts.entries if (entry.where.path, entry.where.line, entry.where.cell) == here]
    return min(entries, key=lambda entry: entry.audience != guard.open_to, default=None)


def entry_steps(call: Call) -> tuple[Step, ...]:
    """The entry point that decides the audience of the call, if one is known."""
    entry = next(iter(entries_by_weight(call)), None)
    known = entry is not None and entry.audience == call.facts.audience.state
    return (Step(entry.where, f"reached from {entry_name(entry)}"),) if entry and known else ()


def layer_steps(layers: Iterable[RetryLayer]) -> tuple[Step, ...]:
    """Where each of the layers stands in the code; an SDK's own default stands nowhere."""
    return tuple(Step(layer.where, f"repeated here: {layer.name}") for layer in layers if layer.where is not None)
