"""Whether a graph asks a person before it comes to the node that runs a tool: `interrupt()` in all nodes before it."""

from __future__ import annotations

from collections.abc import Iterator

from ..project.arguments import keyword, positional
from ..project.edges import arguments_of, name_of
from ..project.evaluate import Evaluator
from ..project.graphs import NODES, RUNS
from ..project.scope import Scope, Site
from ..project.uses import uses
from ..project.values import Ext, Fn, Lit, Map, Seq, Value, Values
from ..read.tree import Either, Expr, Function, walk

RUNNER = "ToolNode"
"""The node that runs whatever tools a model asks for."""
GIVEN = frozenset({RUNNER, "bind_tools"})
"""What a tool may be handed to without being run by anything else."""
ASKS = "interrupt"
STEERS = frozenset({"Command", "Send"})
"""What a node answers to say itself where the graph goes on."""
WORDS = ("add_edge", "add_conditional_edges", "set_entry_point", "set_conditional_entry_point", "add_sequence")
START, END = "__start__", "__end__"
DEEPEST = 3


def gate(ev: Evaluator, tool: Scope) -> Site | None:
    """Where a person is asked before any graph runs the tool; None where some way there may have no such place."""
    found: Site | None = None
    if any(name_of(edge.site.call.func) not in GIVEN for edge in ev.callers(tool)):
        return None
    for runner in _runners(ev, tool):
        added = list(_adding(ev, runner))
        asked = [_Ways(ev, made).gate_before(name) for made, name in added]
        if not asked or None in asked:
            return None
        found = asked[0]
    return found


def _runners(ev: Evaluator, tool: Scope) -> Iterator[Site]:
    """Where nodes are made that run the tool."""
    for module, unit in ev.world.mentioning(RUNNER, tool.module.path, passed_on=True):
        top = module.scope(unit.name)
        for site in (site for scope in top.tree() for site in scope.sites) if top is not None else ():
            if name_of(site.call.func) == RUNNER:
                given = [value for arg in arguments_of(site.call) for value in ev.eval(arg, site.scope)]
                if any(_holds(ev, value, tool, 0) for value in given):
                    yield site


def _holds(ev: Evaluator, value: Value, tool: Scope, depth: int) -> bool:
    match value:
        case Fn(scope=scope):
            return scope is tool
        case Seq(elements=elements, scope=scope) if depth < DEEPEST:
            return any(_holds(ev, each, tool, depth + 1) for part in elements for each in ev.eval(part, scope))
        case _:
            return not isinstance(value, (Lit, Seq))  # may be anything


def _adding(ev: Evaluator, runner: Site) -> Iterator[tuple[Site, str]]:
    """The graphs of which a node that is made there is one, and its names."""
    for module, unit in ev.world.mentioning(NODES[0], runner.scope.module.path, passed_on=True):
        top = module.scope(unit.name)
        for site in (site for scope in top.tree() for site in scope.sites) if top is not None else ():
            values = (value for arg in arguments_of(site.call) for value in ev.eval(arg, site.scope))
            if name_of(site.call.func) == NODES[0] and any(
                isinstance(value, Ext) and any(each.call is runner.call for each in value.sites) for value in values
            ):
                for made in ev.graphs.made_by(site):
                    yield made, _label(ev, site)


def _label(ev: Evaluator, site: Site) -> str:
    """What a node is called."""
    first = ev.eval(site.call.args[0], site.scope) if site.call.args else ()
    for value in first:
        match value:
            case Lit(value=str() as name):
                return name
            case Fn(scope=scope):
                return scope.short
            case _:
                continue
    return ""


class _Ways:
    """The ways of one graph from node to node, as far as all of them are written there."""

    def __init__(self, ev: Evaluator, made: Site) -> None:
        self._ev = ev
        self._next: dict[str, set[str]] = {START: set()}
        self._is_known = True
        self._asking: dict[str, Site] = {}
        """Where a node asks a person, or is stopped after."""
        self._stops: dict[str, Site] = {}
        """Where the graph is told to stop before a node."""
        for site in ev.graphs.calls(("add_node",), made):
            self._node(site)
        for site in ev.graphs.calls(("add_edge", "set_entry_point"), made):
            self._edge(site)
        for site in ev.graphs.calls(("add_conditional_edges", "set_conditional_entry_point"), made):
            self._branch(site)
        unread = any(True for _ in ev.graphs.calls(("add_sequence",), made)) or ev.graphs.unread(WORDS, made)
        self._is_known = self._is_known and not unread
        self._compiled(list(ev.graphs.calls(("compile",), made)))

    def gate_before(self, name: str) -> Site | None:
        """Where a person is asked right before a node, whichever node comes before it: what else stands between may ask
        the model again."""
        before = [each for each, targets in self._next.items() if name in targets]
        if not self._is_known or not before:
            return None
        asked = [self._stops.get(name) or self._asking.get(each) for each in before]
        return asked[0] if None not in asked else None

    def _node(self, site: Site) -> None:
        name = _label(self._ev, site)
        values = [value for arg in arguments_of(site.call)[:2] for value in self._ev.eval(arg, site.scope)]
        for value in values:
            match value:
                case Fn(scope=scope):
                    self._body(name, scope)
                case Lit() | Ext():
                    continue
                case _:
                    self._is_known = False
        self._is_known = self._is_known and bool(name)

    def _body(self, name: str, node: Scope) -> None:
        """Whether a node asks; one that says itself where the graph goes on, and doesn't ask, may go anywhere."""
        sites = [site for each in node.tree() for site in each.sites]
        asks = [site for site in node.sites if self._asks(site)]
        if asks and not any(name_of(site.call.func) in RUNS for site in sites):
            self._asking[name] = asks[0]
        elif any(name_of(site.call.func) in STEERS for site in sites):
            self._is_known = False

    def _edge(self, site: Site) -> None:
        args = site.call.args
        start = name_of(site.call.func) == "set_entry_point"
        if len(args) != (1 if start else 2) or site.call.keywords:
            self._is_known = False
            return
        self._join({START} if start else self._names(args[0], site.scope), self._names(args[-1], site.scope))

    def _branch(self, site: Site) -> None:
        """Edges of which a function chooses one: those it is given names for, or all that it can answer."""
        args = site.call.args
        first = 0 if name_of(site.call.func) == "set_conditional_entry_point" else 1
        given = positional(self._ev, site, first + 1).values or keyword(self._ev, site, "path_map").values
        if len(args) <= first:
            self._is_known = False
            return
        targets = self._mapped(given) if given else self._answers(args[first], site.scope)
        self._join({START} if first == 0 else self._names(args[0], site.scope), targets)

    def _mapped(self, given: Values) -> set[str] | None:
        found: set[str] = set()
        for value in given:
            match value:
                case Map(entries=entries):
                    parts = [(each, scope) for _, each, scope in entries]
                case Seq(elements=elements, scope=scope):
                    parts = [(each, scope) for each in elements]
                case _:
                    return None
            names = [self._names(each, scope) for each, scope in parts]
            for each in names:
                if each is None:
                    return None
                found |= each
        return found

    def _answers(self, path: Expr, scope: Scope) -> set[str] | None:
        found: set[str] = set()
        for value in self._ev.eval(path, scope) or (None,):
            names = [self._names(each, value.scope) for each in value.scope.returns] if isinstance(value, Fn) else []
            if not names or None in names:
                return None
            found |= set().union(*(each for each in names if each))
        return found

    def _names(self, expr: Expr, scope: Scope) -> set[str] | None:
        """The nodes that an expression names; None where that can't be read."""
        found: set[str] = set()
        for value in self._ev.eval(expr, scope) or (None,):
            match value:
                case Lit(value=str() as name):
                    found.add(name)
                case Ext(path=path) if path.endswith((".START", ".END")):
                    found.add(START if path.endswith(".START") else END)
                case Seq(elements=elements, scope=inner):
                    parts = [self._names(each, inner) for each in elements]
                    if None in parts:
                        return None
                    found |= set().union(*(each for each in parts if each))
                case _:
                    return None
        return found

    def _join(self, sources: set[str] | None, targets: set[str] | None) -> None:
        if sources is None or targets is None:
            self._is_known = False
            return
        for each in sources:
            self._next.setdefault(each, set()).update(targets)

    def _compiled(self, compiled: list[Site]) -> None:
        """Nodes before or after which every run of the graph stops: `compile(interrupt_before=["tools"])`."""
        for word, found in (("interrupt_before", self._stops), ("interrupt_after", self._asking)):
            named = [self._mapped(keyword(self._ev, site, word).values) or set[str]() for site in compiled]
            found.update((name, compiled[0]) for name in (set[str].intersection(*named) if named else ()))

    def _asks(self, site: Site) -> bool:
        """Whether the node stops here for a person, whatever the state is."""
        if name_of(site.call.func) != ASKS or _is_chosen(site):
            return False
        lines = [site.scope.given.get(id(each), (site.line, ()))[0] for each in site.scope.returns]
        stops = any(isinstance(v, Ext) and v.path.startswith("langgraph.") for v in self._ev.callee(site))
        return stops and all(line >= site.line for line in lines)


def _is_chosen(site: Site) -> bool:
    """Whether a call is made only sometimes."""
    if any(frame.kind == "if" or frame.part in ("handler", "orelse") for frame in site.frames):
        return True
    node = site.scope.node
    choices = (use[0] for use in uses(node.body if isinstance(node, Function) else ()) if isinstance(use[0], Either))
    chosen = (part for each in choices for part in (each.parts[1:] if each.test is None else each.parts))
    return any(inner is site.call for part in chosen for inner in walk(part))
