"""The one walk over a body that fills its scope: bindings, calls with what stands around them, sets, returns."""

from __future__ import annotations

from ..read.tree import (
    Assign,
    Attr,
    Await,
    Binary,
    Call,
    Class,
    Comp,
    Compare,
    Const,
    Do,
    Either,
    Expr,
    Function,
    If,
    Import,
    Index,
    Items,
    Jump,
    Lambda,
    Loop,
    Mapping,
    Match,
    Name,
    Other,
    Raise,
    Return,
    Slice,
    Star,
    Statement,
    Template,
    Try,
    Unary,
    Walrus,
    With,
    Yield,
    is_name,
    is_none,
    same,
)
from .scope import AttrSet, Binding, Frame, Scope, Site

Frames = tuple[Frame, ...]


def fill(scope: Scope, body: tuple[Statement, ...]) -> None:
    """Walk the body of a freshly made scope."""
    scope.body = body
    walker = Walker(scope)
    for param in scope.params:
        scope.bindings.setdefault(param.name, []).append(Binding("param", param=param))
    walker.block(body, ())


def fill_head(scope: Scope, parent: Scope) -> None:
    """Record the calls in decorators and defaults of an indexed definition: they run in the scope around it."""
    walker = Walker(scope)
    walker.owner = parent
    for each in (*scope.decorators, *(param.default for param in scope.params if param.default is not None)):
        walker.expr(each, ())


def _asked_for(value: Expr, frames: Frames) -> Expr:
    """What is returned; under `if value:` or `if value is not None:` it isn't empty."""
    match frames[-1:]:
        case (Frame(kind="if", node=If(test=test), part="body"),) if isinstance(value, (Name, Attr)):
            told = isinstance(test, Compare) and test.ops == ("is not",) and is_none(test.rest[0])
            asked = test.left if isinstance(test, Compare) and told else test
            return Either("if", (value,), value) if same(asked, value) else value
        case _:
            return value


class Walker:
    """Fills one scope; nested functions, classes and lambdas get scopes and walkers of their own."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.owner = scope
        """The scope that expressions are evaluated in: the enclosing one for decorators and defaults."""
        self.line = scope.line
        self.frames: Frames = ()

    def block(self, body: tuple[Statement, ...], frames: Frames) -> None:
        """A run of statements inside the same constructs."""
        for statement in body:
            self.line = statement.line or self.line
            self.frames = frames
            self.statement(statement, frames)

    def statement(self, statement: Statement, frames: Frames) -> None:
        """One statement."""
        match statement:
            case Assign():
                self.assign(statement, frames)
            case Do(value=value):
                self.expr(value, frames)
                self.note_update(value)
            case Return(value=value):
                if value is not None:
                    given = _asked_for(value, frames)
                    self.scope.returns.append(given)
                    self.scope.given[id(given)] = self.line, frames
                    self.expr(value, frames)
            case Raise(value=value):
                if value is not None:
                    self.expr(value, frames)
            case If(test=test, body=body, orelse=orelse):
                self.expr(test, frames)
                kind = "main" if _is_main_guard(test) else "if"
                self.block(body if not _is_never(test) else (), (*frames, Frame(kind, statement, "body")))
                self.block(orelse, (*frames, Frame("if", statement, "orelse")))
            case Loop() | Try() | With() | Match():
                self.compound(statement, frames)
            case Function() | Class():
                self.definition(statement, frames)
            case Import():
                self.imported(statement)
            case Jump(kind="global", names=names):
                self.scope.globals.update(names)
            case _:
                pass

    def compound(self, statement: Loop | Try | With | Match, frames: Frames) -> None:
        """Loops, tries, withs and matches."""
        match statement:
            case Loop(target=target, source=source, body=body, orelse=orelse):
                self.expr(source, frames if target is not None else (*frames, Frame("loop", statement, "test")))
                if target is not None:
                    self.bind(target, Binding("element", source, line=self.line))
                self.block(body, (*frames, Frame("loop", statement, "body")))
                self.block(orelse, (*frames, Frame("loop", statement, "orelse")))
            case Try(body=body, handlers=handlers, orelse=orelse, final=final):
                self.block(body, (*frames, Frame("try", statement, "body")))
                for handler in handlers:
                    if handler.type is not None:
                        self.expr(handler.type, frames)
                    if handler.name:
                        self.bind(Name(handler.name), Binding("except", handler.type))
                    self.block(handler.body, (*frames, Frame("try", statement, "handler")))
                    self.frames = frames
                self.block(orelse, (*frames, Frame("try", statement, "orelse")))
                self.block(final, (*frames, Frame("try", statement, "final")))
            case With(items=items, body=body):
                for value, target in items:
                    self.expr(value, frames)
                    if target is not None:
                        self.bind(target, Binding("enter", value, line=self.line))
                self.block(body, (*frames, Frame("with", statement)))
            case Match(subject=subject, cases=cases):
                self.expr(subject, frames)
                for at, case in enumerate(cases):
                    self.block(case, (*frames, Frame("if", statement, f"case {at}")))

    def definition(self, node: Function | Class, frames: Frames) -> None:
        """A function or class nested in this scope."""
        kind = "function" if isinstance(node, Function) else "class"
        prefix = f"{self.scope.name}." if self.scope.name else ""
        child = Scope(kind, prefix + node.name, self.scope.module, self.scope, node, node.line)
        self.scope.children.append(child)
        self.bind(Name(node.name), Binding("local", scope=child, line=node.line))
        for each in (*node.decorators, *(p.default for p in child.params if p.default is not None)):
            self.expr(each, frames)
        fill(child, node.body)

    def imported(self, statement: Import) -> None:
        """Names an import binds."""
        for name, alias in statement.names:
            if statement.module is None:
                bound = alias or name.partition(".")[0]
                target = name if alias else bound
                self.bind(Name(bound), Binding("import", module=target, line=statement.line))
                if not alias and "." in name:
                    self.bind(Name(f"import {name}"), Binding("import", module=name, line=statement.line))
            else:
                found = Binding("import", module=statement.module, attr=name, level=statement.level)
                self.bind(Name(alias or name), found)

    def assign(self, statement: Assign, frames: Frames) -> None:
        """Assignments of every form."""
        if statement.value is not None:
            self.expr(statement.value, frames)
        for target in statement.targets:
            self.expr_target(target, frames)
            if statement.value is not None:
                how = "value" if not statement.op else "other"
                self.bind(target, Binding(how, statement.value, line=statement.line))
            elif statement.annotation is not None and isinstance(target, (Name, Attr)):
                self.bind(target, Binding("annotated", statement.annotation, line=statement.line))
        if statement.annotation is not None and statement.value is not None:
            for target in statement.targets:
                self.bind(target, Binding("annotated", statement.annotation, line=statement.line))

    def expr_target(self, target: Expr, frames: Frames) -> None:
        """Calls inside a target: `f(x)[0] = …`."""
        if not isinstance(target, Name):
            self.expr(target, frames)

    def bind(self, target: Expr, binding: Binding, frames: Frames | None = None) -> None:
        """Record what a target gets."""
        binding = binding._replace(frames=self.frames if frames is None else frames, line=binding.line or self.line)
        match target:
            case Name(id=name):
                self.scope.bindings.setdefault(name, []).append(binding)
            case Items(elements=elements):
                for at, element in enumerate(elements):
                    self.bind(element, binding._replace(unpack=(*binding.unpack, at)), frames)
            case Star(value=value):
                rest = binding._replace(how="rest", unpack=binding.unpack[:-1])
                self.bind(value, rest if binding.how == "value" else Binding("other", line=self.line), frames)
            case Attr(value=base, name=name):
                self.scope.sets.append(AttrSet(base, name, None, binding, self.line))
            case Index(value=base, key=key):
                self.scope.sets.append(AttrSet(base, None, key, binding, self.line))
            case _:
                pass

    def note_update(self, value: Expr) -> None:
        """`x.update(…)`, `x.setdefault(key, …)`, `setattr(x, name, …)` and `object.__setattr__(x, name, …)` change an
        object in place."""
        match value:
            case Call(func=Attr(value=base, name="update"), args=(new,)):
                self.put(base, None, None, new)
            case Call(func=Attr(value=base, name="update"), args=(), keywords=keywords):
                for each in keywords:
                    self.put(base, None, Const(each.name) if each.name else None, each.value)
            case Call(func=Attr(value=base, name="setdefault"), args=(key, new)):
                self.put(base, None, key, new)
            case Call(func=Name(id="setattr"), args=(base, Const(value=str() as name), new)):
                self.put(base, name, None, new)
            case Call(func=Attr(value=Name(), name="__setattr__"), args=(base, Const(value=str() as name), new)):
                self.put(base, name, None, new)
            case _:
                pass

    def put(self, base: Expr, name: str | None, key: Expr | None, value: Expr) -> None:
        """Record what a statement puts on an object or into a mapping."""
        binding = Binding("value", value, frames=self.frames, line=self.line)
        self.scope.sets.append(AttrSet(base, name, key, binding, self.line))

    def expr(self, node: Expr, frames: Frames, *, awaited: bool = False) -> None:
        """Find calls, lambdas, walruses and yields in an expression."""
        match node:
            case Name() | Const():
                return
            case Call():
                self.call(node, frames, awaited=awaited)
            case Await(value=value):
                self.expr(value, frames, awaited=True)
            case Attr(value=value) | Star(value=value) | Unary(value=value):
                self.expr(value, frames)
            case Lambda(body=body):
                self.lambda_(node, body, frames)
            case Walrus(target=target, value=value):
                self.expr(value, frames)
                self.bind(target, Binding("value", value, line=self.line))
            case Yield(value=value, whole=whole):
                self.scope.is_generator = True
                if value is not None:
                    given = Star(value) if whole else value
                    self.scope.yields.append(given)
                    self.scope.given[id(given)] = self.line, frames
                    self.expr(value, frames)
            case Comp():
                self.comprehension(node, frames)
            case _:
                for part in parts(node):
                    self.expr(part, frames)

    def call(self, node: Call, frames: Frames, *, awaited: bool) -> None:
        """Record the call and look into it; its arguments know that they are arguments."""
        self.scope.sites.append(Site(node, self.owner, frames, awaited, self.line))
        self.scope.asks_types = self.scope.asks_types or is_name(node.func, "isinstance")
        self.expr(node.func, frames)
        inside = (*frames, Frame("arg", node))
        for arg in node.args:
            self.expr(arg, inside)
        for keyword in node.keywords:
            self.expr(keyword.value, inside)

    def lambda_(self, node: Lambda, body: Expr, frames: Frames) -> None:
        """A lambda is a function without a name."""
        name = f"{self.scope.name}.<lambda>".lstrip(".")
        child = Scope("lambda", name, self.scope.module, self.scope, node, self.line)
        self.scope.children.append(child)
        for param in node.params:
            if param.default is not None:
                self.expr(param.default, frames)
            child.bindings.setdefault(param.name, []).append(Binding("param", param=param))
        child.returns.append(body)
        walker = Walker(child)
        walker.line = self.line
        walker.expr(body, ())

    def comprehension(self, node: Comp, frames: Frames) -> None:
        """Comprehensions bind their targets here: close enough, as names rarely clash."""
        inside = (*frames, Frame("comp", node))
        for loop in node.loops:
            self.expr(loop.source, frames)
            self.bind(loop.target, Binding("element", loop.source, line=self.line), inside)
            for test in loop.tests:
                self.expr(test, inside)
        if node.key is not None:
            self.expr(node.key, inside)
        self.expr(node.element, inside)


def parts(node: Expr) -> tuple[Expr, ...]:
    """Direct sub-expressions of nodes without a rule of their own."""
    match node:
        case Template(parts=found):
            return found
        case Items(elements=found) | Other(children=found):
            return found
        case Mapping(keys=keys, values=values):
            return (*(key for key in keys if key is not None), *values)
        case Index(value=value, key=key):
            return (value, key)
        case Slice(lower=lower, upper=upper, step=step):
            return tuple(each for each in (lower, upper, step) if each is not None)
        case Binary(left=left, right=right):
            return (left, right)
        case Either(parts=found, test=test):
            return found if test is None else (test, *found)
        case Compare(left=left, rest=rest):
            return (left, *rest)
        case _:
            return ()


def _is_never(test: Expr) -> bool:
    """Whether a test never holds: `if False:`, `elif ready and False:`."""
    match test:
        case Const(value=value):
            return not value
        case Either(op="and", parts=parts):
            return any(map(_is_never, parts))
        case _:
            return False


def _is_main_guard(test: Expr) -> bool:
    match test:
        case Compare(left=Name(id="__name__")) | Compare(rest=(Name(id="__name__"),)):
            return True
        case _:
            return False
