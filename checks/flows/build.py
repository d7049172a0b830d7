"""Expressions as texts: what one is made of, its names and parameters left to be asked later."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..model import Place
from ..project.scope import LAST, Frame, Scope, Site
from ..project.values import Cls, Ext, Mod, Obj
from ..read.tree import (
    Attr,
    Await,
    Binary,
    Call,
    Comp,
    Const,
    Expr,
    For,
    Index,
    Items,
    Mapping,
    Name,
    Slice,
    Star,
    Template,
    Walrus,
    Yield,
    same,
)
from ..read.tree import Either as Choice
from .calls import called
from .checked import Checks
from .fields import field_text, from_outside, recent_text
from .held import Puts, puts, seen_from
from .lore import Lore, Use
from .roles import conditions, is_part_of
from .slices import is_bounding
from .texts import (
    GAP,
    MOST,
    Chosen,
    Either,
    Field,
    Joined,
    Later,
    Listed,
    Marked,
    Record,
    Source,
    Text,
    Told,
    Word,
    either,
    got,
    got_by,
    recorded,
)
from .written import counted_by, named

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an expression stands: its scope, the line of its statement and what stands around it."""

    scope: Scope
    line: float
    frames: tuple[Frame, ...] = ()
    told: int = 0
    """See `Later.told`."""

    def place(self, line: int = 0) -> Place:
        """Its place in the file."""
        line = line or self.told or int(self.line)
        return Place(self.scope.module.path, line if line < LAST else max(self.scope.line, 1))

    def later(self, expr: Expr) -> Later:
        """An expression that stands there too."""
        return Later(expr, self.scope, self.line, self.frames, self.told)


@dataclass(slots=True)
class Builder:
    """Builds texts and remembers them; one for a project."""

    ev: Evaluator
    lore: Lore
    checks: Checks = field(init=False)
    _memo: dict[tuple[int, tuple[Frame, ...]], tuple[Expr, Text]] = field(
        default_factory=dict[tuple[int, tuple[Frame, ...]], tuple[Expr, Text]]
    )
    _outside: dict[tuple[Scope, str], tuple[Text, ...]] = field(
        default_factory=dict[tuple[Scope, str], tuple[Text, ...]]
    )
    _fields: dict[tuple[Scope, str], Text] = field(default_factory=dict[tuple[Scope, str], Text])

    _puts: dict[str, Puts] = field(default_factory=dict[str, Puts])
    _kept: dict[tuple[str, str], Text] = field(default_factory=dict[tuple[str, str], Text])

    def __post_init__(self) -> None:
        self.checks = Checks(self.ev)

    def build(self, expr: Expr, spot: Spot) -> Text:
        """What the expression is made of."""
        key = (id(expr), spot.frames)
        known = self._memo.get(key)
        if known is None:
            known = self._memo[key] = (expr, self._checked(expr, spot, self._build(expr, spot)))
        return known[1]

    def force(self, later: Later) -> Text:
        """What an expression is made of that was left for later."""
        return self.build(later.expr, Spot(later.scope, later.line, later.frames, later.told))

    def as_far_as(self, number: int, pieces: tuple[Text, ...]) -> tuple[Text, ...]:
        """The pieces of a list in which its element of that number can be: not those behind a display that has so
        many. What a statement puts in, it may also leave out."""
        for at, piece in enumerate(pieces):
            shown = self.shown(piece)
            if not isinstance(piece, Listed) and isinstance(shown, Listed) and number < len(shown.elements):
                return pieces[: at + 1]
        return pieces

    def shown(self, text: Text) -> Text:
        """What stands behind the names of a text: nothing, where they stand for each other."""
        met = set[Text]()
        while isinstance(text, (Told, Later)):
            if text in met:
                return GAP
            met.add(text)
            text = text.value if isinstance(text, Told) else self.force(text)
        return text

    def site(self, site: Site) -> Spot:
        """Where a call stands."""
        return Spot(site.scope, site.line, site.frames)

    def field(self, owner: Scope, name: str) -> Text:
        """What an attribute of a class's instances can be."""
        key = (owner, name)
        if key not in self._fields:
            self._fields[key] = GAP
            self._fields[key] = field_text(self, owner, name)
        return self._fields[key]

    def outside(self, owner: Scope, name: str) -> tuple[Text, ...]:
        """What is put on an attribute of a class's instances from outside."""
        key = (owner, name)
        if key not in self._outside:
            self._outside[key] = ()
            self._outside[key] = tuple(from_outside(self, owner, name))
        return self._outside[key]

    def kept(self, use: Use, path: str) -> Text:
        """An object of a framework's with all that is kept on it, as a file sees it."""
        if use.name not in self._puts:
            self._puts[use.name] = {}  # what is kept under a key that is kept there itself
            self._puts[use.name] = puts(self, use)
            self._kept = {key: text for key, text in self._kept.items() if key[0] != use.name}
        key = (use.name, path)
        if key not in self._kept:
            self._kept[key] = seen_from(self, self._puts[use.name], path)
        return self._kept[key]

    def _checked(self, expr: Expr, spot: Spot, text: Text) -> Text:
        """With what tests made sure of: that it isn't too long, or no attempt to instruct, or whose words it holds."""
        if not isinstance(expr, (Name, Attr, Index)):
            return text
        for sure in dict.fromkeys(self.checks.of(expr, spot.scope, spot.line, spot.frames)):
            text = Marked(text, sure.how, spot.place(sure.line), sure.part)
        line = spot.told or spot.line
        for message, whose in conditions(expr, spot.scope, line, spot.frames, self.lore.roles):
            part = is_part_of(expr, message, spot.scope, line, spot.frames)
            if part or same(message, expr):
                text = Chosen(text, whose._replace(of_part=part))
        return text

    def _build(self, expr: Expr, spot: Spot) -> Text:
        match expr:
            case Const(value=str() as text):
                return Word(text)
            case Const():
                return GAP
            case Name(id=name):
                return named(self, name, spot)
            case Template(parts=parts):
                return Joined(tuple(self.build(part, spot) for part in parts), surely=True)
            case Binary(op="+" | "%" | "|" | "/" | "*" as op, left=left, right=right):
                return self._binary(op, left, right, spot)
            case Await(value=value) | Star(value=value) | Walrus(value=value):
                return self.build(value, spot)
            case Yield(value=value):
                return self.build(value, spot) if value is not None else GAP
            case Choice(op="if", parts=(first, second)):
                branches = ((first, "body"), (second, "orelse"))
                inside = [(part, (*spot.frames, Frame("if", expr, branch))) for part, branch in branches]
                return either([self.build(part, replace(spot, frames=frames)) for part, frames in inside])
            case Choice(op=op, parts=parts):
                return either([self.build(part, spot) for part in (parts if op != "and" else parts[-1:])])
            case Call():
                return called(self, expr, spot)
            case Attr() | Index():
                return self._part(expr, spot)
            case _:
                return self._display(expr, spot)

    def _display(self, expr: Expr, spot: Spot) -> Text:
        """Lists, mappings and comprehensions."""
        match expr:
            case Items(elements=elements):
                return Listed(tuple(self.build(each, spot) for each in elements))
            case Mapping(keys=keys, values=values):
                return recorded([(_key(k), self.build(v, spot)) for k, v in zip(keys, values, strict=True)])
            case Comp(element=element, kind=kind):
                inside = replace(spot, frames=(*spot.frames, Frame("comp", expr)))
                kept = _kept(expr)
                if kept is not None:
                    return self.build(kept, inside)
                inner = self.build(element, inside)
                return Record((("*", inner),)) if kind == "DictComp" else Listed((inner,))
            case _:
                return GAP

    def _binary(self, op: str, left: Expr, right: Expr, spot: Spot) -> Text:
        if op == "*":
            return self.build(left, spot)
        if op == "/" and isinstance(right, Const) and not isinstance(right.value, str):
            return GAP  # a number, where `path / "name"` is a path
        first, second = self.build(left, spot), self.build(right, spot)
        if op == "%" and isinstance(first, Word):
            return percent(first.text, second)
        return Joined((first, second), surely=isinstance(first, Word) or isinstance(second, Word))

    def _part(self, expr: Attr | Index, spot: Spot) -> Text:
        """`value.name` and `value[key]`."""
        if isinstance(expr, Index):
            base = self.build(expr.value, spot)
            match expr.key:
                case Slice():
                    return Marked(base, "cut", spot.place()) if is_bounding(expr, spot.scope) else base
                case Const(value=str() as key):
                    return got(base, key)
                case _:
                    return self.counted(expr.value, expr.key, spot) or got_by(base, spot.later(expr.key))
        return self._attribute(expr, spot)

    def counted(self, base: Expr, number: Expr, spot: Spot) -> Text | None:
        """What stands at a number, where a loop counts what it goes through: the loop's own name for it."""
        name = counted_by(number.id, base, spot.scope) if isinstance(number, Name) else None
        return self._checked(Name(name), spot, named(self, name, spot)) if name is not None else None

    def _attribute(self, expr: Attr, spot: Spot) -> Text:
        values = self.ev.eval_at(expr.value, spot.scope, spot.line, spot.frames)
        for value in values:
            path = f"{value.path}.{expr.name}" if isinstance(value, Ext) else ""
            use = self.lore.find(path) if path else None
            if use is not None and use.how == "reads":
                return Source(use.rule.what, use.rule.source, use.rule.retrieved, spot.place())
            if use is not None and use.how == "keeps":
                return self.kept(use, spot.scope.module.path)
        if not isinstance(expr.value, Name) or self._is_self(expr.value, spot, values):
            owners = [value for value in values if isinstance(value, (Obj, Cls))]
            recent = recent_text(self, owners[0].scope, expr, spot) if owners else None
            if recent is not None:
                return recent
            if owners:
                own = isinstance(expr.value, Name)
                found = either([self.member(value, expr.name, spot, own=own) for value in owners[:MOST]])
                return (
                    found
                    if isinstance(expr.value, Name)
                    else Either((found, got(self.build(expr.value, spot), expr.name)))
                )
        for value in values:
            if isinstance(value, Mod):
                top = value.module.top
                bound = [each for each in top.bindings.get(expr.name, ()) if each.expr is not None]
                return either([Later(b.expr, top, b.line, b.frames) for b in bound if b.expr is not None])
        return got(self.build(expr.value, spot), expr.name)

    def _is_self(self, base: Name, spot: Spot, values: tuple[object, ...]) -> bool:
        """Whether a name stands for an object of whose making nothing can be followed: `self`, a class, a global."""
        scope: Scope | None = spot.scope
        while scope is not None:
            if base.id in scope.bindings:
                if scope.kind == "module":
                    return False
                return scope.klass() is not None and bool(scope.params) and scope.params[0].name == base.id
            scope = scope.parent
        return any(isinstance(value, Cls) for value in values)

    def member(self, value: Obj | Cls, name: str, spot: Spot, *, own: bool = False) -> Text:
        """An attribute of an instance of a project class; a property is what its method returns."""
        for found in self.ev.attribute(value, name) if self.field(value.scope, name) is GAP else ():
            if isinstance(found, Ext):
                use = self.lore.find(found.path)
                if use is not None and use.how == "reads":
                    return Source(use.rule.what, use.rule.source, use.rule.retrieved, spot.place())
        return Field(value.scope, name, own)


def percent(text: str, values: Text) -> Text:
    """`text % values`."""
    pieces = re.split(r"%(?:\((\w+)\))?[-#0 +]*\d*(?:\.\d+)?[sdrfx]", text)
    parts: list[Text] = []
    given = list(values.elements) if isinstance(values, Listed) else []
    for at in range(0, len(pieces), 2):
        parts.append(Word(pieces[at] or ""))
        if at + 1 < len(pieces):
            name = pieces[at + 1]
            parts.append(got(values, name) if name else given[at // 2] if at // 2 < len(given) else values)
    return Joined(tuple(parts), surely=True)


def _key(expr: Expr | None) -> str | None:
    return None if expr is None else str(expr.value) if isinstance(expr, Const) else "*"


def _kept(comp: Comp) -> Expr | None:
    """The mapping of which a comprehension keeps some entries as they are: `{k: v for k, v in m.items() if …}`, `{k:
    m[k] for k in names}`."""
    match comp:
        case Comp(key=Name(id=key), element=Index(value=base, key=Name(id=asked))) if key == asked:
            return base
        case Comp(
            key=Name(id=key),
            element=Name(id=value),
            loops=(
                For(
                    target=Items(elements=(Name(id=first), Name(id=second))),
                    source=Call(func=Attr(value=base, name="items"), args=()),
                ),
            ),
        ) if (key, value) == (first, second):
            return base
        case _:
            return None
