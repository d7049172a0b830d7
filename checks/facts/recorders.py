"""What functions of the project write down of what they are given, whatever they are called: `bill(model, usage)`.

A thing counts that is handed over under a name that says what it is, and written down under one that says the same. A
record of a call says what it took: who is given a model alone, or a prompt, may look something up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..flows.tools import Tools
from ..project.scope import Scope, Site
from ..project.values import Fn
from .failing import is_failure
from .logs import TALKING, THINGS, is_log, words
from .subject import Subject

DEEPEST = 2
"""Functions below the one that is given something, as far as which that is handed on."""
TAKEN = frozenset({"tokens", "cost", "latency"})
Things = frozenset[str]


def handed_down(tools: Tools, subject: Subject, scopes: Iterable[Scope]) -> Iterator[tuple[str, Site, Scope]]:
    """What functions that are called around a call write down of what they are given, where, and in which function."""
    for scope in scopes if subject.kind in TALKING else ():
        for site, things in _handing(tools, subject, scope, 0):
            yield from ((thing, site, scope) for thing in (sorted(things) if things & TAKEN else ()))


def _handing(tools: Tools, subject: Subject, scope: Scope, depth: int) -> tuple[tuple[Site, Things], ...]:
    """The calls of a function that hand something to one that writes it down; worked out once for all model calls."""
    known = subject.ground.handing
    if (scope, depth) not in known:
        found = ((site, _kept(tools, subject, site, depth)) for site in _sites(scope) if not is_failure(site))
        known[scope, depth] = tuple((site, things) for site, things in found if things)
    return known[scope, depth]


def _kept(tools: Tools, subject: Subject, site: Site, depth: int) -> Things:
    """The things that a call hands to a function of the project that writes them down."""
    given = _named(site)
    if not given or is_log(tools, subject, site):
        return frozenset()
    callees = [each.scope for each in subject.ev.callee(site) if isinstance(each, Fn)]
    written = [_written(tools, subject, each, depth) for each in callees]
    return given & frozenset[str].intersection(*written) if written else frozenset()


def _written(tools: Tools, subject: Subject, scope: Scope, depth: int) -> Things:
    """The things that a function writes down, or those do that it hands them on to."""
    logs = (site for site in _sites(scope) if not is_failure(site) and is_log(tools, subject, site))
    below = _handing(tools, subject, scope, depth + 1) if depth < DEEPEST else ()
    return frozenset[str]().union(*map(_named, logs), *(things for _, things in below))


def _sites(scope: Scope) -> Iterator[Site]:
    bodies = [scope] if scope.kind == "module" else scope.tree()
    return (site for body in bodies for site in body.sites if site.call.args or site.call.keywords)


def _named(site: Site) -> Things:
    """The things that the arguments of a call are, by their names."""
    said = set(words((site.call.args, site.call.keywords), site.scope))
    return frozenset(thing for thing, form in THINGS.items() if any(map(form.search, said)))
