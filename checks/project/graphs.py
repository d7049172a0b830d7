"""Where the functions run that are put into a graph as its nodes: `graph.add_node("ask", ask)`, `graph.invoke(…)`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..read.tree import Attr, Expr
from .edges import Edge, arguments_of
from .scope import Site
from .values import Ext

if TYPE_CHECKING:
    from .evaluate import Evaluator

GRAPHS = frozenset({"StateGraph()", "MessageGraph()"})
ADDS = frozenset({"add_node", "add_sequence", "add_conditional_edges", "set_conditional_entry_point"})
RUNS = {
    "invoke": False,
    "stream": False,
    "batch": False,
    "ainvoke": True,
    "astream": True,
    "abatch": True,
    "astream_events": True,
}
"""Methods that run a compiled graph, and whether they run a node that isn't a coroutine in a thread."""
ALL = 99
"""More arguments than a call has: a node gets the state, none of them."""
DEEPEST = 3
"""Graphs that are nodes of one another."""


class Graphs:
    """Finds and remembers where the project's graphs are run."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._known: dict[int, tuple[Site, ...]] = {}

    def node(self, site: Site) -> tuple[Edge, ...]:
        """Ways into a function that the site adds to a graph; none where nobody is seen to run it."""
        func = site.call.func
        if not isinstance(func, Attr) or func.name not in ADDS:
            return ()
        made = self._made(func.value, site)
        runs = [run for each in made for run in self._runs(each, 0)]
        return tuple(Edge(run, hop=_in_thread(run), skip=ALL, node=site) for run in dict.fromkeys(runs))

    def _made(self, graph: Expr, site: Site) -> list[Site]:
        """Where the graph is made that an expression stands for."""
        found = (v.sites[:1] for v in self._ev.eval(graph, site.scope) if isinstance(v, Ext) and _is_graph(v.path))
        return list(dict.fromkeys(each for sites in found for each in sites))

    def _runs(self, made: Site, depth: int) -> tuple[Site, ...]:
        key = id(made.call)
        if key not in self._known:
            self._known[key] = ()
            self._known[key] = tuple(self._find(made, depth))
        return self._known[key]

    def _find(self, made: Site, depth: int) -> Iterator[Site]:
        for word in (*RUNS, *ADDS):
            for module, unit in self._ev.world.mentioning(word, made.scope.module.path, passed_on=True):
                top = module.scope(unit.name)
                for scope in top.tree() if top is not None else ():
                    for site in scope.sites:
                        func = site.call.func
                        if not isinstance(func, Attr) or func.name != word:
                            continue
                        if word in RUNS and self._is(func.value, site, made):
                            yield site
                        elif word == "add_node" and depth < DEEPEST and self._holds(site, made):
                            for outer in self._made(func.value, site):
                                yield from self._runs(outer, depth + 1)

    def _is(self, graph: Expr, site: Site, made: Site) -> bool:
        values = self._ev.eval(graph, site.scope)
        return any(isinstance(v, Ext) and any(each.call is made.call for each in v.sites[:1]) for v in values)

    def _holds(self, site: Site, made: Site) -> bool:
        return any(self._is(arg, site, made) for arg in arguments_of(site.call))


def _is_graph(path: str) -> bool:
    return any(part in GRAPHS for part in path.split("."))


def _in_thread(run: Site) -> bool:
    return isinstance(run.call.func, Attr) and RUNS[run.call.func.name]
