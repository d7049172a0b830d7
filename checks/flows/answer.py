"""Where a model's answer goes: forwards from the call, through names, containers, attributes and functions.

The evaluator asks where a value comes from; this asks where one gets to. A flow is followed through a function with
the call it came in by, so that a helper gives an answer back to that call only.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from ..model import Place
from ..project.edges import ANSWERING, Edge, name_of
from ..project.graphs import state_of
from ..project.implicit import is_property
from ..project.scope import Scope, Site
from ..project.values import Ext
from ..read.tree import (
    Assign,
    Attr,
    Await,
    Binary,
    Call,
    Comp,
    Compare,
    Do,
    Either,
    Expr,
    If,
    Index,
    Items,
    Loop,
    Mapping,
    Match,
    Name,
    Other,
    Return,
    Star,
    Template,
    Unary,
    Walrus,
    With,
    Yield,
)
from . import selves
from .methods import Methods
from .names import Names
from .passing import Passing
from .quoting import as_part, is_read
from .surroundings import Bodies
from .taint import ANY, HERE, SOME, Taint, Trail, Use, key_of

if TYPE_CHECKING:
    from ..project.calls import Found
    from ..project.evaluate import Evaluator
    from .tools import Tools

MOST = 4000
"""Steps of one answer, the nearest first; what lies further off isn't seen."""
RUNNING = frozenset({"anyio.run", "anyio.from_thread.run", "trio.run", "trio.from_thread.run"})
"""Functions called `run` that run the one they are given, and give back what it does."""
WIDEST = 24
"""Callers to which one function gives an answer back."""


class Turn(NamedTuple):
    """One step of an answer: where it goes next, and what is done with it. Both tell their way from the step on."""

    onwards: tuple[tuple[Stage, Trail], ...]
    uses: tuple[Use, ...]


class Stage:
    """An answer in one state at one expression, whatever way it came: there is one of each."""

    __slots__ = ("first", "others", "taint", "turn")

    def __init__(self, taint: Taint, first: Stage | None = None) -> None:
        self.taint = taint
        self.first = first or self
        """The same for all of which one way needs to see only one: they came in by other calls."""
        self.others: tuple[Stage, ...] = ()
        """All of those but the first, which knows them."""
        self.turn: Turn | None = None
        """What comes next, once it is worked out."""


class Answers:
    """What becomes of the answers of all calls.

    A step depends on nothing but the expression, the state of the answer there and the calls it came in by. So it is
    worked out once for all answers that come along, and the walk of a call links what is known.
    """

    def __init__(self, ev: Evaluator, bodies: Bodies, tools: Tools) -> None:
        self.ev = ev
        self.bodies = bodies
        self._stages: dict[tuple[object, ...], Stage] = {}
        """The first of each, by what tells it from others at its expression."""
        self._places: dict[Expr, Place] = {}
        self._onwards: list[tuple[Stage, Trail]] = []
        self._uses: list[Use] = []
        """What comes of the step that is just worked out."""
        self._names = Names(self)
        self._methods = Methods(self, self._names)
        self._passing = Passing(self, self._names, self._methods, tools)

    def of(self, found: Found) -> list[Use]:
        """Everything that is done with the answer of a call, nearest first."""
        if found.match.rule.program:
            return []
        form = "wire" if found.match.sdk.id == "raw-http" else "raw"
        site, stack = (found.runs[0], (found.site,)) if found.runs else (found.site, ())
        start = self._stage(Taint(site.call, site.scope, HERE, form, stack=stack))
        queue = deque([(start, Trail(place_of(found.site), "the model answers"))])
        seen = {start.first}
        uses: list[Use] = []
        for _ in range(MOST):
            if not queue:
                break
            stage, trail = queue.popleft()
            turn = stage.turn or self._worked_out(stage)
            uses += [use._replace(taint=use.taint.behind(trail)) for use in turn.uses]
            for onward, way in turn.onwards:
                if onward.first not in seen:
                    seen.add(onward.first)
                    queue.append((onward, way.onto(trail)))
        return uses

    def _stage(self, taint: Taint) -> Stage:
        key = taint.key()
        first = self._stages.get(key)
        if first is not None:
            came = taint.stack, taint.parse
            for stage in (first, *first.others):
                if (stage.taint.stack, stage.taint.parse) == came:
                    return stage
        stage = Stage(taint if taint.trail is HERE else taint._replace(trail=HERE), first)
        if first is None:
            self._stages[key] = stage
        else:
            first.others = (*first.others, stage)
        return stage

    def _worked_out(self, stage: Stage) -> Turn:
        self._onwards, self._uses = [], []
        self._step(stage.taint)
        stage.turn = turn = Turn(tuple(self._onwards), tuple(self._uses))
        return turn

    def push(self, taint: Taint | None, note: str = "", out_of: Scope | None = None) -> None:
        """Go on at an expression, be it one at which a function gives the answer back."""
        if taint is None:
            return
        trail = Trail(self.place(taint), note, taint.trail, out_of, taint.scope) if note else taint.trail
        self._onwards.append((self._stage(taint), trail))

    def use(self, kind: str, what: str, taint: Taint, call: Call | None = None, at: int = -1) -> None:
        """Note what is done with an answer."""
        site = self.ev.site(call, taint.scope) if call is not None else None
        place = place_of(site) if site is not None else self.place(taint)
        self._uses.append(Use(kind, what, taint, place, site, at))

    def place(self, taint: Taint) -> Place:
        """Where an answer is."""
        found = self._places.get(taint.node)
        if found is None:
            spot = self.bodies.of(taint.scope).spot(taint.node)
            line = spot.line if spot is not None else max(taint.scope.line, 1)
            span = taint.node.span if isinstance(taint.node, Call) else (line,)
            found = self._places[taint.node] = Place(taint.scope.module.path, *span)
        return found

    def _step(self, taint: Taint) -> None:
        spot = self.bodies.of(taint.scope).spot(taint.node)
        if spot is None:
            return
        node = taint.node
        match spot.parent:
            case None:
                self._back(taint)
            case Call() as call:
                self._passing.into(call, taint)
            case Attr() as attr:
                self._methods.attribute(attr, taint, self.bodies.of(taint.scope).spot(attr))
            case Index() as item:
                self._indexed(item, taint)
            case Await() | Star() | Unary(op="+") | Other() as whole:
                self.push(taint.at(whole))
            case Walrus(target=target, value=value) as whole:
                self._names.bind(target, value, taint)
                self.push(taint.at(whole))
            case Either(test=test) as whole if test is not node:
                self.push(_or_else(whole, taint).at(whole))
            case Either() | Compare() | Unary():
                self.use("test", "", taint)
            case Template() | Binary() | Items() | Mapping() | Comp() | Yield() as whole:
                self._built(whole, taint)
            case Assign() | Return() | Do() | If() | Loop() | With() | Match() as statement:
                self._statement(statement, taint)
            case _:
                pass

    def _indexed(self, item: Index, taint: Taint) -> None:
        """The answer is looked into, or names what is taken: `globals()[answer]` is anything the model likes."""
        match item:
            case Index(value=value) if value is taint.node:
                self._methods.item(item, taint)
            case Index(value=Call(func=Name(id="globals" | "locals" as name), args=())):
                self.use("executed", f"{name}()[...]", taint)
            case _:
                pass

    def _built(self, whole: Template | Binary | Items | Mapping | Comp | Yield, taint: Taint) -> None:
        """What is made of an answer."""
        taint = as_part(taint, whole)
        match whole:
            case Template() | Binary() if taint.form == "file" and is_read(whole, taint.node):
                pass
            case Template():
                self.push(taint.in_text().at(whole))
            case Binary(op=op):
                held = taint.inside and not taint.is_packed
                self.push(taint.at(whole) if held or op != "+" else taint.in_text().at(whole))
            case Items(kind=kind, elements=elements):
                at = next((n for n, each in enumerate(elements) if each is taint.node), 0)
                self.push(taint.put(whole, at if kind.lower() == "tuple" else ANY))
            case Mapping(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if value is taint.node:
                        self.push(taint.put(whole, key_of(key)) if key is not None else taint.at(whole))
            case Comp():
                self._comprehended(whole, taint)
            case Yield(whole=flat):
                function = taint.scope.function()
                if function is not None:
                    self._back(taint if flat else taint._replace(inside=(ANY, *taint.inside), lines=None))

    def _comprehended(self, whole: Comp, taint: Taint) -> None:
        for loop in whole.loops:
            if loop.source is taint.node:
                self._names.bind(loop.target, loop.source, self._element(taint))
        if taint.node is whole.element:
            self.push(taint.put(whole, ANY if whole.key is None else SOME))
        elif taint.node is not whole.key and not any(loop.source is taint.node for loop in whole.loops):
            self.use("test", "", taint)

    def _statement(self, statement: Assign | Return | Do | If | Loop | With | Match, taint: Taint) -> None:
        match statement:
            case Assign(targets=targets, value=value) if value is taint.node:
                for target in targets:
                    self._names.bind(target, taint.node, taint)
            case Return():
                self._back(taint)
            case If() | Match():
                self.use("test", "", taint)
            case Loop(target=target, source=source):
                if target is not None:
                    self._names.bind(target, source, self._element(taint))
            case With(items=items):
                for item, bound in items:
                    if item is taint.node and bound is not None:
                        self._names.bind(bound, item, self._unwrapped(taint))
            case _:
                pass

    def _element(self, taint: Taint) -> Taint | None:
        """What a loop over it gives."""
        if taint.form in ("pieces", "match") and not taint.inside:
            return self._names.parsed(taint)
        return self._methods.element(taint, taint.node)

    def _unwrapped(self, taint: Taint) -> Taint:
        """What `with` gives of a generator that is a context manager."""
        return taint._replace(inside=taint.inside[1:]) if taint.inside[:1] == (ANY,) else taint

    def _back(self, taint: Taint) -> None:
        """Out of the function, to whoever called it."""
        function = taint.scope.function()
        if function is None:
            return
        if taint.form == "pieces" or taint.is_listed:
            taint = self._names.parsed(taint.listed())
        if taint.form not in ("wire", "raw"):  # who asks a function for the answer takes it for that
            taint = taint._replace(whole=False)
        if taint.stack:
            site = taint.stack[-1]
            back = taint._replace(node=site.call, scope=site.scope, stack=taint.stack[:-1])
            self.use("leaves", function.short, taint)
            self.push(back, _returned_by(function), function)
            return
        if is_property(function):
            self._names.attribute_reads(function.klass(), function.short, taint)
            return
        self.use("leaves", function.short, taint)
        met = False
        for edge in self.ev.callers(function)[:WIDEST]:
            met = self._to_caller(edge, taint) or met
        if not met:
            self.use("returned", function.short, taint)

    def _to_caller(self, edge: Edge, taint: Taint) -> bool:
        """Where one caller gets the answer; whether one does."""
        if edge.handed and not self._gives_back(edge.site):
            return False
        first = edge.inner[0] if edge.inner else edge.site
        base, possible = selves.after(self.ev, first, taint.scope.short, selves.klass_of(self.ev, taint))
        if not possible:
            return False
        stack: tuple[Site, ...] = (edge.site,) if edge.inner else ()
        for node in self.ev.graphs.beside(edge.node) if edge.node is not None else ():
            state = state_of(node)
            if state is not None and node is not taint.scope.function():
                self._names.param(node, state.name, taint._replace(scope=node, stack=()))
        back = taint._replace(node=first.call, scope=first.scope, stack=stack, base=base)
        self.push(back, _returned_by(taint.scope), taint.scope.function())
        return True

    def _gives_back(self, site: Site) -> bool:
        """Whether a call that is handed a function gives back what that does."""
        name = name_of(site.call.func)
        if name in ANSWERING:
            return True
        values = self.ev.eval(site.call.func, site.scope) if name == "run" else ()
        return any(isinstance(value, Ext) and value.path in RUNNING for value in values)


def _returned_by(scope: Scope) -> str:
    return f"`{scope.short}()` returns it" if scope.short else "a lambda returns it"


def place_of(site: Site) -> Place:
    """The span of a call."""
    return Place(site.scope.module.path, *site.call.span)


def _or_else(whole: Either, taint: Taint) -> Taint:
    """One of two: a text of what has no `text`, `answer.text if hasattr(answer, "text") else str(answer)`, shows no
    response."""
    lacking = isinstance(whole.test, Call) and name_of(whole.test.func) == "hasattr" and taint.node is whole.parts[-1]
    return taint._replace(whole=False) if lacking and taint.form == "text" else taint
