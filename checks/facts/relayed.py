"""A graph that hands on the pieces of its models' answers while it runs: what a node asks for as a whole is streamed by
it all the same."""

from __future__ import annotations

from ..model import Place
from ..project.arguments import keyword
from ..project.scope import Scope, Site
from ..project.values import Lit, Seq
from ..read.tree import Const
from .ground import callee_name
from .subject import Subject, place

EVENTS = "astream_events"
"""Tells of every piece; an SDK that has it has models that can be listened to."""
RUNS = ("stream", "astream")
"""Tell of pieces where `stream_mode` asks for messages, and of those of another graph in a node only if asked to."""
MOST = 12
"""Functions between a call and the node of a graph that are looked at."""


def relayed(subject: Subject) -> Place | None:
    """Where a graph is run that hands on the answer of a call in pieces."""
    first = subject.scope.function()
    if EVENTS not in subject.sdk.calls or first is None:
        return None
    queue: list[Scope] = [first]
    for at in range(MOST):
        for edge in subject.ev.callers(queue[at]) if at < len(queue) else ():
            if edge.node is None:
                above = edge.site.scope.function()
                queue += [above] if above is not None and above not in queue else []
            elif _hands_on(subject, edge.site):
                return place(edge.site)
    return None


def _hands_on(subject: Subject, run: Site) -> bool:
    word, client = callee_name(run), subject.found.match.client
    if word not in RUNS:
        return word == EVENTS
    deep = client is None or not client.carrier or keyword(subject.ev, run, "subgraphs").values == (Lit(True),)
    return deep and any(_asks_for_messages(mode) for mode in keyword(subject.ev, run, "stream_mode").values)


def _asks_for_messages(mode: object) -> bool:
    match mode:
        case Lit(value="messages"):
            return True
        case Seq(elements=elements):
            return any(isinstance(each, Const) and each.value == "messages" for each in elements)
        case _:
            return False
