"""Whether a call leaves a trace that somebody can look at later: by a tracer, or by what the code writes down."""

from __future__ import annotations

from ..flows.taint import Use
from ..model import Place, Setting
from .logs import is_log, is_work
from .subject import Subject, place
from .tracing import Tracers
from .usage import is_whole

ENOUGH = 2
"""Of prompt, response, latency, tokens, cost and model."""


def observed(subject: Subject, uses: list[Use], tracers: Tracers) -> Setting:
    """`yes` with a tracer or two of the things that matter, `partial` with one of them."""
    if tracers.found:
        first = tracers.found[0]
        return Setting("yes", first.where, first.what)
    writers = subject.ground.writers
    found: dict[str, Place] = {}
    for thing, site in subject.ground.around(subject).things(writers).items():
        found[thing] = place(site)
    for use in uses:
        if use.kind == "argument" and use.site is not None and use.taint.form != "file" and "response" not in found:
            failed = any(frame.part == "handler" for frame in use.site.frames)
            if not failed and not is_work(subject, use.site) and is_log(writers, subject, use.site):
                found["response"] = use.place
                if is_whole(use):
                    found.setdefault("tokens", use.place)
    if not found:
        return Setting("no")
    where = next(iter(found.values()))
    return Setting("yes" if len(found) >= ENOUGH else "partial", where, ", ".join(sorted(found)))
