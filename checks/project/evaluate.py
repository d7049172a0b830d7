"""The evaluator: what an expression can be, asked for on demand and remembered."""

from __future__ import annotations

from collections.abc import Callable

from ..read.tree import (
    Attr,
    Await,
    Binary,
    Call,
    Class,
    Comp,
    Compare,
    Const,
    Either,
    Expr,
    Index,
    Items,
    Lambda,
    Mapping,
    Name,
    Slice,
    Star,
    Template,
    Unary,
    Walrus,
)
from .aliases import naming
from .arguments import Passed, as_items
from .attributes import attribute
from .callers import Callers
from .choices import chosen
from .displays import written
from .edges import Edge, arguments_of
from .graphs import Graphs
from .invoke import alternatives, formatted, invoke, joined
from .lineage import foreign_bases
from .mappings import as_written, filtered, item, under
from .match import Matcher
from .named import CUTS, cut
from .names import lookup
from .narrowing import narrowed
from .numbers import computed, is_number, scaled
from .progress import Progress
from .recent import just_put
from .scope import Frame, Scope, Site
from .shared import shared
from .strings import edited, put_together, sliced, text_of
from .values import Cfg, Cls, Ext, Fn, Kw, Lit, Map, Obj, Prm, Seq, Text, Unk, Value, Values, says_nothing, union
from .world import World

DEPTH = 400
"""Nested questions after which the answer is "unknown": no real chain of names is that long."""
PIPE = "langchain_core.runnables.RunnableSequence()"
TEMPLATES = (".prompts.", "PromptTemplate", ".hub.pull")
"""LangChain's templates, by a part of their paths: a chain with one asks somebody, be its model unknown; one without
may end with the documents that it looked up."""


class Evaluator:
    """Answers what expressions, names, attributes and calls can be. Recursive definitions end in "unknown"."""

    def __init__(self, world: World, matcher: Matcher) -> None:
        self.world = world
        self.matcher = matcher
        self._memo: dict[tuple[int, int, bool], tuple[Expr, Values]] = {}
        self.progress = Progress()
        self._names: dict[tuple[int, str], Values | None] = {}
        self._sites: dict[int, Site] = {}
        self._bases: dict[Scope, Values] = {}
        self._below: dict[Scope, tuple[Scope, ...]] = {}
        self._callers = Callers(self)
        self.graphs = Graphs(self)
        self.looked_up: dict[tuple[Map | Ext, str], Passed] = {}
        self.entries: dict[tuple[int, str], Passed] = {}
        self.held: dict[str, Values] = {}
        self.filled: dict[tuple[int, int], Site] = {}
        self.setters: dict[tuple[Scope, str], frozenset[str]] = {}
        self.position: tuple[Scope, float, tuple[Frame, ...]] | None = None
        self._depth = 0

    def eval(self, node: Expr, scope: Scope) -> Values:
        """What the expression can be."""
        if isinstance(node, Const):
            return (Lit(node.value),)
        key = (id(node), id(scope), self.position is not None and self.position[0] is scope)
        known = self._memo.get(key)
        if known is not None:
            return known[1]
        if self.progress.is_circle(key):
            return ()
        if self._depth > DEPTH:
            self.progress.cut()
            return ()
        before = self.progress.enter(key)
        self._depth += 1
        values: Values = ()
        try:
            values = self._eval(node, scope)
            if isinstance(node, (Name, Attr)) and self.position is not None and self.position[0] is scope:
                values = narrowed(self, node, values, self.position)
        finally:
            self._depth -= 1
            complete = self.progress.leave(key, before)
        if complete or not says_nothing(values):
            self._memo[key] = (node, values)
        return values

    def eval_at(self, node: Expr, scope: Scope, line: float, frames: tuple[Frame, ...]) -> Values:
        """What the expression can be where it stands: only bindings that reach that place count."""
        before = self.position
        self.position = (scope, line, frames)
        try:
            return self.eval(node, scope)
        finally:
            self.position = before

    def callee(self, site: Site) -> Values:
        """What the callee of a site can be."""
        return self.eval_at(site.call.func, site.scope, site.line, site.frames)

    def _eval(self, node: Expr, scope: Scope) -> Values:
        match node:
            case Name(id=name):
                return self.name(name, scope)
            case Attr(value=base, name=name):
                if self.position is not None and self.position[0] is scope:
                    recent = just_put(self, node, self.position)
                    if recent:
                        return recent
                return union(*(self.attribute(value, name) for value in self.eval(base, scope)))
            case Call():
                return self._call(node, scope)
            case Await(value=value) | Star(value=value) | Walrus(value=value):
                return self.eval(value, scope)
            case Either():
                return chosen(self, node, scope)
            case Binary(op=op, left=left, right=right):
                return self._binary(op, self.eval(left, scope), self.eval(right, scope))
            case Items(elements=elements):
                return (Seq(elements, scope),)
            case Mapping(keys=keys, values=values):
                return written(self, zip(keys, values, strict=True), scope)
            case _:
                return self._rest(node, scope)

    def _rest(self, node: Expr, scope: Scope) -> Values:
        match node:
            case Index(value=base, key=key):
                values = self.eval(base, scope)
                if any(isinstance(each, Ext) and each.path in ALIASES for each in values):
                    return union(*(self.eval(each, scope) for each in as_items(key)))
                part = sliced(self, values, key, scope) if isinstance(key, Slice) else None
                found = part or under(self, values, self.eval(key, scope))
                return as_written(found) if isinstance(base, Name) and base.id.isupper() else found
            case Template(parts=parts):
                groups = [self.eval(part, scope) for part in parts]
                last = alternatives(groups[-1]) if groups else [()]
                return union(*((joined([*groups[:-1], each]),) for each in last))
            case Lambda():
                inner = next((each for each in scope.tree() if each.node is node), None)
                return (Fn(inner),) if inner is not None else (Unk(),)
            case Comp(key=key, element=element, kind="DictComp", loops=loops):
                empty = (Map(()),) if any(loop.tests for loop in loops) else ()
                return filtered(self, node, scope) or (Map(((key, element, scope),)), *empty)
            case Comp(element=element):
                return (Seq((element,), scope),)
            case Unary(op="-", value=value):
                return tuple(Lit(-v.value, v.origin) if is_number(v) else Unk() for v in self.eval(value, scope))  # type: ignore[operator]  # numbers only
            case Unary() | Compare():
                return (Unk("?bool"),)
            case _:
                return (Unk(),)

    def _call(self, node: Call, scope: Scope) -> Values:
        site = self.site(node, scope)
        if site is None:
            return (Unk(),)
        match node.func:
            case Attr(value=base, name="get" | "pop" | "setdefault"):
                found = self._get(self.eval(base, scope), node, scope)
                if found is not None:
                    return found
            case Attr(value=base, name="pipe" | "assign"):
                values = self.eval(base, scope)
                if any(isinstance(v, Ext) and v.path.startswith("langchain") for v in values):
                    given = union(*(self.eval(arg, scope) for arg in arguments_of(node)))
                    return self._piped(values, tuple(v for v in given if not isinstance(v, Fn)))
            case Attr(value=base, name=name) if name in CUTS:
                values = self.eval(base, scope)
                if any(isinstance(v, (Lit, Cfg)) for v in values):
                    return cut(self, values, name, node, scope)
                return union(*(self.invoke(value, site) for value in self.eval(node.func, scope)))
            case Attr(value=base, name="join") if found := put_together(self, self.eval(base, scope), node, scope):
                return found
            case Attr(value=base, name=name) if name in STRINGS:
                values = self.eval(base, scope)
                texts = tuple(v for v in values if isinstance(v, (Text, Lit, Map, Cfg)))
                if texts:
                    rest = (Unk(),) if len(texts) < len(values) else ()
                    return union(self._string(texts, name, node, scope), rest)
            case _:
                pass
        return union(*(self.invoke(value, site) for value in self.eval(node.func, scope)))

    def _get(self, values: Values, node: Call, scope: Scope) -> Values | None:
        """`mapping.get(key, default)`."""
        keys = [each.value for each in self.eval(node.args[0], scope) if isinstance(each, Lit)] if node.args else []
        kept = tuple(v for v in values if isinstance(v, (Map, Cfg, Kw)) or any(shared(self, v, key) for key in keys))
        unread = len(kept) < len(values) and (kept or all(isinstance(v, (Unk, Prm)) for v in values))
        if len(node.args) == 2 and keys and unread:
            kept = (*kept, Cfg("mapping"))  # one that can't be read, or is empty where its file is missing
        if not kept or not node.args:
            return None
        groups = [under(self, kept, self.eval(node.args[0], scope))]
        if len(node.args) > 1:
            given = self.eval(node.args[1], scope)
            default = next((Lit(v.value, "default") for v in given if isinstance(v, Lit)), None)
            groups = [tuple(Cfg(v.origin, default) if isinstance(v, Cfg) else v for v in groups[0]), given]
            if any(isinstance(v, Cfg) for v in groups[0]):
                groups.pop()
        return union(*groups)

    def _string(self, values: Values, name: str, node: Call, scope: Scope) -> Values:
        """Methods that give back much the same text or mapping."""
        if name != "format":
            return edited(self, values, name, node, scope)
        filled = [text_of(self.eval(arg, scope)) for arg in node.args]
        named = {each.name: text_of(self.eval(each.value, scope)) for each in node.keywords if each.name}
        return (Text(formatted(text_of(values), filled, named)),)

    def _binary(self, op: str, left: Values, right: Values) -> Values:
        if op == "|":  # where one end is still being worked out, the other is no answer to be kept
            return self._piped(left, right) if left and right else ()
        numbers = [(one, two) for one in left if is_number(one) for two in right if is_number(two)]
        if numbers:
            return union(tuple(computed(op, one, two) for one, two in numbers))
        if op in ("+", "%", "/"):
            pieces = text_of(left), text_of(right)
            if pieces != ("\0", "\0"):
                if op == "%":
                    return (Text(pieces[0].replace("%s", "\0").replace("%d", "\0")),)
                ends = (text_of(each) for each in alternatives(right))
                return union(*((Text(("/" if op == "/" else "").join((pieces[0], end))),) for end in ends))
            if op == "+" and any(isinstance(value, Seq) for value in left):
                return union(left, right)
        configured = next((value for value in (*left, *right) if isinstance(value, Cfg)), None)
        if configured is not None:
            return (Cfg(configured.origin, scaled(op, left, right)),)
        sides = (*left, *right)
        read = any(isinstance(value, (Unk, Ext)) and not value.path.endswith(("?", ")")) for value in sides)
        return (Unk("?[]"),) if read and any(is_number(value) for value in sides) else (Unk(),)

    def _piped(self, left: Values, right: Values) -> Values:
        """`prompt | llm | parser`, or two mappings merged."""
        chain = any(self._is_runnable(value) for value in (*left, *right))
        maps = [value for value in (*left, *right) if isinstance(value, Map)]
        if len(maps) > 1 and not chain:
            return (Map(tuple(entry for each in maps for entry in each.entries)),)
        values = union(left, right, *(item(self, (each,), None) for each in maps if chain))
        chained = [v for v in values if isinstance(v, Ext) and v.path.startswith("langchain")]
        asks = bool(maps) or any(name in v.path for v in chained for name in TEMPLATES)
        if chain and not any(self.matcher.is_client(v.path, answering=asks) for v in chained):
            open_ends = [v for v in values if isinstance(v, (Unk, Prm)) or v == Lit(None, "default")]
            if open_ends:
                return union(values, (Ext(PIPE),))
        return values

    def _is_runnable(self, value: Value) -> bool:
        """Something of LangChain, or of a project class that derives from it (a parser of one's own)."""
        if isinstance(value, Obj):
            return any(base.path.startswith("langchain") for base in foreign_bases(self, value.scope))
        return isinstance(value, Ext) and value.path.startswith("langchain")

    def name(self, name: str, scope: Scope) -> Values:
        """What a name can be."""
        return lookup(self, name, scope)

    def remember(self, scope: Scope, name: str, work: Callable[[], Values | None]) -> Values | None:
        """The work's answer for a name of a scope, worked out once; empty while it is being worked out."""
        key = (id(scope), name)
        if key in self._names:
            return self._names[key]
        if self.progress.is_circle(key):
            return ()
        if self._depth > DEPTH:
            self.progress.cut()
            return ()
        before = self.progress.enter(key)
        self._depth += 1
        values: Values | None = ()
        try:
            values = work()
        finally:
            self._depth -= 1
            complete = self.progress.leave(key, before)
        if complete or values is None or not says_nothing(values):
            self._names[key] = values
        return values

    def attribute(self, value: Value, name: str) -> Values:
        """What `value.name` can be."""
        if self._depth > DEPTH:
            self.progress.cut()
            return (Unk(),)
        self._depth += 1
        try:
            return attribute(self, value, name)
        finally:
            self._depth -= 1

    def invoke(self, func: Value, site: Site) -> Values:
        """What calling the value at the site can give."""
        if self._depth > DEPTH:
            self.progress.cut()
            return (Unk(),)
        self._depth += 1
        try:
            return invoke(self, func, site)
        finally:
            self._depth -= 1

    def attribute_call(self, value: Obj, site: Site) -> Values:
        """Calling an instance whose class takes `__call__` from another package."""
        found = self.attribute(value, "__call__")
        return tuple(
            Ext(v.path.removesuffix(".__call__") + "()", (*v.sites, site)) if isinstance(v, Ext) else Unk("?()")
            for v in found
        )

    def site(self, node: Call, scope: Scope) -> Site | None:
        """The site of a call expression of that scope."""
        found = self._sites.get(id(node))
        if found is None:
            at: Scope | None = scope
            while at is not None and found is None:
                for each in at.sites:
                    self._sites[id(each.call)] = each
                found = self._sites.get(id(node))
                at = at.parent
            if found is None:
                found = self._sites[id(node)] = Site(node, scope, (), False, node.span.line)
        return found

    def callers(self, scope: Scope) -> tuple[Edge, ...]:
        """Where the function is called from."""
        return self._callers.of(scope)

    def handed(self, site: Site, at: int) -> tuple[Edge, ...]:
        """Where a function handed to a call in argument `at` runs, if a project helper runs it."""
        return self._callers.handed(site, at)

    def wrappers(self, scope: Scope) -> list[tuple[Scope, tuple[Site, ...]]]:
        """Project decorators on a function, with the calls of the function inside them."""
        return self._callers.wrappers(scope)

    def bases(self, scope: Scope) -> Values:
        """What a class derives from."""
        if scope not in self._bases:
            self._bases[scope] = ()
            if isinstance(scope.node, Class) and scope.parent is not None:
                groups = [self.eval(_plain(base), scope.parent) for base in scope.node.bases]
                self._bases[scope] = union(*groups)
        return self._bases[scope]

    def subclasses(self, scope: Scope) -> tuple[Scope, ...]:
        """Project classes that derive from the class, directly or not."""
        if scope not in self._below:
            self._below[scope] = ()
            found: list[Scope] = []
            for module, unit in naming(self.world, scope.short, scope.module.path):
                if unit.kind != "class":
                    continue
                other = module.scope(unit.name)
                if other is None or other is scope or other in found:
                    continue
                if any(isinstance(base, Cls) and base.scope is scope for base in self.bases(other)):
                    found += [other, *self.subclasses(other)]
            self._below[scope] = tuple(dict.fromkeys(found))
        return self._below[scope]


ALIASES = frozenset(
    {
        f"{module}.{name}"
        for module in ("typing", "typing_extensions")
        for name in ("Union", "Optional", "Annotated", "Type")
    }
)
"""What an alias of types is made with: its value is the types."""
STRINGS = frozenset((
    "rstrip", "strip", "lstrip", "lower", "upper", "format", "removesuffix", "removeprefix", "replace", "copy",
    "decode", "encode",
))  # fmt: skip


def _plain(base: Expr) -> Expr:
    """`Generic[T]` without its brackets."""
    return base.value if isinstance(base, Index) else base
