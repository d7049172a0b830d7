"""Where the functions run that are put into a graph as its nodes, `graph.add_node("ask", ask)`, `graph.invoke(…)`, and
what they hand on to one another in its state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..read.tree import Attr, Call, Expr, Param
from .edges import ALL, Edge, arguments_of, called_on, name_of, references
from .scope import Scope, Site
from .values import Ext, Fn

if TYPE_CHECKING:
    from .evaluate import Evaluator

GRAPHS = frozenset({"StateGraph()", "MessageGraph()"})
ADDS = frozenset({"add_node", "add_sequence", "add_conditional_edges", "set_conditional_entry_point"})
NODES = ("add_node", "add_sequence")
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
DEEPEST = 3
"""Graphs that are nodes of one another."""


class Graphs:
    """Finds and remembers where the project's graphs are run."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._known: dict[int, tuple[Site, ...]] = {}
        self._nodes: dict[int, tuple[Scope, ...]] = {}

    def node(self, site: Site) -> tuple[Edge, ...]:
        """Ways into a function that the site adds to a graph; none where nobody is seen to run it."""
        made = self._added_by(site)
        runs = [run for each in made for run in self._runs(each, 0)]
        return tuple(Edge(run, hop=_in_thread(run), skip=ALL, node=site) for run in dict.fromkeys(runs))

    def adds(self, site: Site) -> bool:
        """Whether the site adds something to a graph."""
        return bool(self._added_by(site))

    def _added_by(self, site: Site) -> list[Site]:
        return self.made_by(site) if any(_is_method(site.call.func, word) for word in ADDS) else []

    def beside(self, added: Site) -> tuple[Scope, ...]:
        """The functions that are nodes of the graph to which the site adds one."""
        made = self.made_by(added)
        return tuple(dict.fromkeys(scope for each in made for scope in self._nodes_of(each)))

    def _nodes_of(self, made: Site) -> tuple[Scope, ...]:
        key = id(made.call)
        if key not in self._nodes:
            self._nodes[key] = ()
            self._nodes[key] = tuple(dict.fromkeys(self._added_to(made)))
        return self._nodes[key]

    def _added_to(self, made: Site) -> Iterator[Scope]:
        for site in self.calls(NODES, made):
            for arg in arguments_of(site.call):
                values = (value for each in references(arg) for value in self._ev.eval(each, site.scope))
                yield from (value.scope for value in values if isinstance(value, Fn))

    def made_by(self, added: Site) -> list[Site]:
        """Where the graphs are made to which the site adds something."""
        return self._made(called_on(added.call), added)

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
        for site in self._sites((*RUNS, "add_node"), made):
            if name_of(site.call.func) in RUNS:
                yield from (site,) if self._is(called_on(site.call), site, made) else ()
            elif depth < DEEPEST and self._holds(site, made):
                for outer in self.made_by(site):
                    yield from self._runs(outer, depth + 1)

    def calls(self, words: Iterable[str], made: Site) -> Iterator[Site]:
        """Calls of the graph's methods of those names."""
        return (site for site in self._sites(words, made) if self._is(called_on(site.call), site, made))

    def unread(self, words: Iterable[str], made: Site) -> bool:
        """Whether there may be calls of the graph's methods that can't be told to be."""
        receivers = (self._ev.eval(called_on(site.call), site.scope) for site in self._sites(words, made))
        return any(not isinstance(value, Ext) for values in receivers for value in values or (None,))

    def _sites(self, words: Iterable[str], made: Site) -> Iterator[Site]:
        """Calls of methods of those names that may concern the graph."""
        for word in words:
            for module, unit in self._ev.world.mentioning(word, made.scope.module.path, passed_on=True):
                top = module.scope(unit.name)
                for scope in top.tree() if top is not None else ():
                    yield from (site for site in scope.sites if _is_method(site.call.func, word))

    def _is(self, graph: Expr, site: Site, made: Site) -> bool:
        values = self._ev.eval(graph, site.scope)
        return any(isinstance(v, Ext) and any(each.call is made.call for each in v.sites[:1]) for v in values)

    def _holds(self, site: Site, made: Site) -> bool:
        return any(self._is(arg, site, made) for arg in arguments_of(site.call))


def state_of(node: Scope) -> Param | None:
    """The parameter in which a node is given the state of its graph."""
    params = node.params[1:] if node.klass() is not None and not node.is_static else node.params
    return params[0] if params and params[0].kind == "positional" else None


def updates(expr: Expr) -> Expr:
    """What of a node's answer is put into the state: `Command(update={…})` says it by name."""
    if isinstance(expr, Call) and name_of(expr.func) == "Command":
        return next((each.value for each in expr.keywords if each.name == "update"), expr)
    return expr


def _is_method(func: Expr, word: str) -> bool:
    return isinstance(func, Attr) and func.name == word


def _is_graph(path: str) -> bool:
    return any(part in GRAPHS for part in path.split("."))


def _in_thread(run: Site) -> bool:
    return RUNS[name_of(run.call.func)]
