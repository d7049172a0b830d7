"""Whether a call leaves a trace that somebody can look at later: by a tracer, or by what the code writes down."""

from __future__ import annotations

from collections import deque

from ..flows.taint import FILED, Use
from ..model import Place, Setting
from ..project.scope import Scope
from .failing import is_failure
from .logs import is_log, is_work
from .recorders import handed_down
from .subject import Subject, place
from .tracing import Tracers
from .usage import is_whole

ENOUGH = 2
"""Of prompt, response, latency, tokens, cost and model."""
SOME = "not on every way"
"""What is recorded where one entry point leads to the call past everything that records."""
MOST = 400
"""Functions, with what is written down below each, that are looked at on the way up."""


def observed(subject: Subject, uses: list[Use], tracers: Tracers) -> Setting:
    """`yes` with a tracer or two of the things that matter, `partial` with one of them or from some entry points."""
    if tracers.found:
        first = tracers.found[0]
        return Setting("yes", first.where, first.what)
    found = _written_down(subject, uses)
    if not found:
        return Setting("no")
    things = frozenset(thing for thing, _ in found)
    least = _least(subject, found) if len(things) >= ENOUGH else things
    where = next(place for (thing, _), place in found.items() if thing in (least or things))
    detail = ", ".join(sorted(least)) or SOME
    return Setting("yes" if len(least) >= ENOUGH else "partial", where, detail)


def _written_down(subject: Subject, uses: list[Use]) -> dict[tuple[str, Scope], Place]:
    """What the code writes down, by the function above the call that does."""
    writers = subject.ground.writers
    found: dict[tuple[str, Scope], Place] = {}
    around = subject.ground.around(subject)
    for thing, site, scope in (*around.things(writers), *handed_down(writers, subject, around.scopes)):
        found.setdefault((thing, scope), place(site))
    for use in uses:
        scope = _whose(use)
        if use.kind != "argument" or use.site is None or use.taint.form in FILED or ("response", scope) in found:
            continue
        if use.taint.trail.is_far() or is_failure(use.site) or is_work(subject, use.site):
            continue
        if is_log(writers, subject, use.site):
            found["response", scope] = use.place
            if is_whole(subject, use):
                found.setdefault(("tokens", scope), use.place)
    return found


def _whose(use: Use) -> Scope:
    """The function that has the answer back, in which or below which something is done with it."""
    scope = use.taint.stack[0].scope if use.taint.stack else use.taint.scope
    return scope.function() or scope


def _least(subject: Subject, found: dict[tuple[str, Scope], Place]) -> frozenset[str]:
    """What is written down of the calls from that entry point of which least is, on its best way; of a library, from
    that function that nothing in it calls. A function that isn't seen to lead to the call counts for all."""
    queue = deque([(subject.scope.function() or subject.scope, frozenset[str]())])
    seen: set[tuple[Scope, frozenset[str]]] = set()
    best: dict[Scope, frozenset[str]] = {}
    offered: dict[Scope, frozenset[str]] = {}
    while queue and len(seen) < MOST:
        at, things = queue.popleft()
        things |= {thing for thing, scope in found if scope is at}
        if (at, things) in seen:
            continue
        seen.add((at, things))
        edges = subject.ev.callers(at) if at.is_function else ()
        if at.kind == "module" or subject.entries.of(at):
            best[at] = max(best.get(at, things), things, key=len)
        elif not edges:
            offered[at] = max(offered.get(at, things), things, key=len)
        queue.extend((edge.site.scope.function() or edge.site.scope, things) for edge in edges)
    met = {at for at, _ in seen}
    aside = frozenset(thing for thing, scope in found if scope not in met)
    return min((best or offered).values(), key=len, default=frozenset(thing for thing, _ in found)) | aside
