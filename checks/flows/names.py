"""Where an answer is read again that was bound to a name, an attribute or a place in a container."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from ..project.lineage import mro
from ..project.names import reaching
from ..project.scope import Binding, Scope
from ..project.shared import HOLDERS, naming
from ..project.values import Cls, Ext, Mod, Obj
from ..read.tree import Assign, Attr, Call, Const, Expr, Index, Items, Name, Star
from .surroundings import Bodies, Spot, bindings_of, seeing
from .taint import Taint, key_of

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

READS = 60
"""Reads of one attribute that are followed."""


class Walking(Protocol):
    """What the parts of a walk ask of the whole."""

    ev: Evaluator
    bodies: Bodies

    def push(self, taint: Taint | None, note: str = "") -> None:
        """Go on at an expression."""
        ...

    def use(self, kind: str, what: str, taint: Taint, call: Call | None = None, at: int = -1) -> None:
        """Note what is done with an answer."""
        ...


class Names:
    """Follows an answer through what it is kept in."""

    def __init__(self, walk: Walking) -> None:
        self._walk = walk
        self._known: dict[tuple[Scope, str, tuple[int, ...] | None], tuple[tuple[Expr, Scope], ...]] = {}
        """Reads that can see some bindings of a name."""

    def bind(self, target: Expr, value: Expr, taint: Taint | None) -> None:
        """The answer is given to a target of an assignment, a loop or a `with`."""
        if taint is None:
            return
        match target:
            case Name(id=name):
                self._bound(name, value, taint)
            case Items(elements=elements):
                taint = self.parsed(taint) if taint.form == "pieces" else taint
                for at, element in enumerate(elements):
                    self.bind(element, value, taint.take(taint.node, at))
            case Star(value=inner):
                self.bind(inner, value, taint)
            case Attr(value=base, name=name):
                self._set(base, name, taint)
            case Index(value=base, key=key):
                self.fill(base, taint.put(taint.node, key_of(key)))
            case _:
                pass

    def fill(self, base: Expr, taint: Taint | None) -> None:
        """Something that has a name now holds the answer."""
        if taint is None:
            return
        match base:
            case Name(id=name):
                owner = self._owner(name, taint.scope)
                if owner is not None:
                    self._reads(name, owner, taint, None)
            case Attr(value=inner, name=name):
                self._set(inner, name, taint)
            case Index(value=inner, key=key):
                self.fill(inner, taint.put(taint.node, key_of(key)))
            case _:
                pass

    def parsed(self, taint: Taint) -> Taint:
        """Pieces of a text, or a match in it, used as data."""
        if taint.parse is not None:
            self._walk.use("parsed", taint.parse.what, taint)
        return taint._replace(form="data")

    def param(self, scope: Scope, name: str, taint: Taint) -> None:
        """The answer comes into a function."""
        for binding in scope.bindings.get(name, ()):
            if binding.how == "param":
                self._reads(name, scope, taint, [binding])

    def attribute_reads(self, owner: Scope | None, name: str, taint: Taint) -> None:
        """Reads of an attribute of a class's objects, wherever they are."""
        if owner is None:
            return
        for node, scope in self._walk.bodies.reads(owner, name, lambda: self._find_reads(owner, name)):
            self._walk.push(taint._replace(node=node, scope=scope, stack=()), f"goes on as `.{name}`")

    def _find_reads(self, owner: Scope, name: str) -> Iterator[tuple[Expr, Scope]]:
        done = 0
        units = self._walk.ev.world.mentioning(name, owner.module.path, passed_on=True)
        for module, unit in sorted(units, key=lambda each: each[0] is not owner.module):
            if f".{name}" not in module.index.source(unit):
                continue
            top = module.scope(unit.name)
            for scope in top.tree() if top is not None else ():
                for spot in self._walk.bodies.of(scope).attributes(name):
                    if done < READS and not _is_target(spot) and self._is_of(spot.node, scope, owner):
                        done += 1
                        yield spot.node, scope

    def _bound(self, name: str, value: Expr, taint: Taint) -> None:
        owner = taint.scope
        if name in owner.globals:
            owner = owner.module.top
            self._reads(name, owner, taint, None)
            return
        found = bindings_of(owner, name, value)
        if owner.kind == "lambda" and not found and owner.parent is not None:
            owner = owner.parent
            found = bindings_of(owner, name, value)
        self._reads(name, owner, taint, found)

    def _owner(self, name: str, scope: Scope) -> Scope | None:
        at: Scope | None = scope
        while at is not None:
            if name in at.bindings and name not in at.globals and (at.kind != "class" or at is scope):
                return at
            at = at.parent
        return None

    def _reads(self, name: str, owner: Scope, taint: Taint, given: list[Binding] | None) -> None:
        """Reads of a name that can see one of the bindings; with None, all."""
        if owner.kind == "class":
            self.attribute_reads(owner, name, taint)
        key = (owner, name, None if given is None else tuple(map(id, given)))
        if key not in self._known:
            self._known[key] = tuple(self._find_sights(name, owner, given))
        note = f"goes on as `{name}`" if name.isidentifier() else "goes into the `match`"
        for node, scope in self._known[key]:
            stack = taint.stack if scope is owner else ()
            self._walk.push(taint._replace(node=node, scope=scope, stack=stack), note)

    def _find_sights(self, name: str, owner: Scope, given: list[Binding] | None) -> Iterator[tuple[Expr, Scope]]:
        every = owner.bindings.get(name, [])
        for scope in seeing(owner, name):
            for spot in self._walk.bodies.of(scope).names(name):
                if scope is owner and given is not None and not _sees(spot, every, given):
                    continue
                if not _is_target(spot):
                    yield spot.node, scope

    def _set(self, base: Expr, name: str, taint: Taint) -> None:
        """`base.name = answer`."""
        owners = [v.scope for v in self._walk.ev.eval(base, taint.scope) if isinstance(v, (Obj, Cls))]
        for owner in owners[:2]:
            self.attribute_reads(owner, name, taint)
        if not owners:
            self._shared(base, name, taint)
        if not owners and isinstance(base, Name):
            found = self._owner(base.id, taint.scope)
            if found is not None and found.kind != "module":
                self._reads(base.id, found, taint._replace(inside=(name, *taint.inside)), None)

    def _shared(self, base: Expr, name: str, taint: Taint) -> None:
        """A framework's object has it under a name, `st.session_state.log`, or under a key."""
        path = self._path_of(base, taint.scope)
        if path and name in HOLDERS and taint.inside:
            path, name, taint = f"{path}.{name}", str(taint.inside[0]), taint._replace(inside=taint.inside[1:])
        if path.rpartition(".")[2] in HOLDERS:
            for node, scope in self._walk.bodies.reads(path, name, lambda: self._find_shared(path, name)):
                self._walk.push(taint._replace(node=node, scope=scope, stack=()), f"is read as .{name}")

    def _path_of(self, node: Expr, scope: Scope) -> str:
        return next((each.path for each in self._walk.ev.eval(node, scope) if isinstance(each, Ext)), "")

    def _find_shared(self, path: str, name: str) -> Iterator[tuple[Expr, Scope]]:
        for scope in islice(naming(self._walk.ev, name, name), READS):
            body = self._walk.bodies.of(scope)
            for holder in body.attributes(path.rpartition(".")[2]):
                read = _read_under(holder, name)
                spot = body.spot(read) if read is not None else None
                if spot is not None and not _is_target(spot) and path == self._path_of(holder.node, scope):
                    yield spot.node, scope

    def _is_of(self, node: Expr, scope: Scope, owner: Scope) -> bool:
        """Whether an attribute is read of an object of the class, or of one above or below it."""
        if not isinstance(node, Attr):
            return False
        for value in self._walk.ev.eval(node.value, scope):
            if isinstance(value, Mod):
                continue
            if isinstance(value, (Obj, Cls)):
                if value.scope is owner or owner in mro(self._walk.ev, value.scope):
                    return True
                if value.scope in mro(self._walk.ev, owner):
                    return True
        return False


def _is_target(spot: Spot) -> bool:
    """Written to, not read."""
    return isinstance(spot.parent, Assign) and spot.parent.value is not spot.node


def _read_under(holder: Spot, name: str) -> Expr | None:
    """What is read of an object under a name or a key."""
    match holder.parent:
        case Attr(name=key) | Index(key=Const(value=str() as key)) as read if key == name:
            return read
        case _:
            return None


def _sees(spot: Spot, every: list[Binding], given: list[Binding]) -> bool:
    """Whether a read can get its value from one of the bindings."""
    if len(every) < 2:
        return True
    line = spot.line
    for binding in given:
        if binding.how in ("value", "enter") and binding.line == line and binding.line > 0:
            continue  # its own right side
        if any(each is binding or each == binding for each in reaching(every, line, spot.frames)):
            return True
        if any(frame.kind == "comp" for frame in binding.frames):
            return True
    return False
