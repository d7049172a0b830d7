"""libcst's tree of one definition turned into the plain tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from .expressions import ExpressionReader
from .from_ast import AstReader
from .nesting import is_too_deep
from .parsing import UnreadableUnit, dedented, deep, tree_of, unwrapped
from .patterns import ITSELF, Captured, Case, Way, matched, places
from .stamps import Mismatch, Paired, Provided, from_ast
from .tree import (
    Assign,
    Class,
    Do,
    Except,
    Function,
    If,
    Import,
    Jump,
    Loop,
    Raise,
    Return,
    Star,
    Statement,
    Try,
    With,
)

DEEP = 500
"""Levels from which on a definition is read by `ast`: libcst takes the square of them."""


def read(text: str, first_line: int = 1) -> tuple[Statement, ...]:
    """Read statements that start at `first_line` of their file; the text may be indented.

    Raises UnreadableUnit where neither parser can make sense of it.
    """
    source, shift, indented = dedented(text, first_line)
    with deep(first_line):
        return unwrapped(_convert(source, shift), indented=indented)


def _convert(source: str, shift: int) -> tuple[Statement, ...]:
    try:
        tree = tree_of(source)
    except (SyntaxError, ValueError):
        module = parse(source)
        return StatementReader(Provided(module, shift)).module(module)
    lines = source.split("\n")
    stamps = from_ast(tree, lines, shift)
    known = _known(source) if stamps.depth <= DEEP else None
    if known is None:
        return AstReader(lines, shift).block(tree.body)
    paired = Paired(stamps)
    try:
        statements = StatementReader(paired).module(known)
        paired.finish()
    except Mismatch:
        return StatementReader(Provided(known, shift)).module(known)
    return statements


def _known(source: str) -> cst.Module | None:
    """libcst's module of what `ast` can read; None where libcst can't."""
    try:
        return cst.parse_module(source)
    except cst.ParserSyntaxError:
        return None


def is_python(text: str) -> bool:
    """Whether libcst can read a text that `ast` can't."""
    try:
        parse(text)
    except UnreadableUnit:
        return False
    return True


def parse(source: str) -> cst.Module:
    """libcst's module of what `ast` can't read; UnreadableUnit where it can't either."""
    if is_too_deep(source):
        raise UnreadableUnit("too-deep", "nested too deeply to be parsed")
    try:
        return cst.parse_module(source)
    except cst.ParserSyntaxError as error:
        raise UnreadableUnit("syntax-error", f"line {error.raw_line}: {error.message}") from error
    except UnicodeEncodeError as error:  # half a character, which JSON can hold
        raise UnreadableUnit("syntax-error", "no text") from error


class StatementReader(ExpressionReader):
    """Converts statements; every method visits in `ast`'s field order, so that the stamps fit."""

    def module(self, node: cst.Module) -> tuple[Statement, ...]:
        """All statements of a module."""
        return self.block(node.body)

    def block(self, body: Sequence[cst.BaseStatement | cst.BaseSmallStatement]) -> tuple[Statement, ...]:
        """A run of statements, several on a line taken apart."""
        found: list[Statement] = []
        for node in body:
            if isinstance(node, cst.SimpleStatementLine):
                found.extend(self.block(node.body))
            else:
                found.append(self.statement(node))
        return tuple(found)

    def suite(self, node: cst.BaseSuite) -> tuple[Statement, ...]:
        """The indented (or one-line) body of a compound statement."""
        return self.block(node.body)

    def statement(self, node: cst.CSTNode) -> Statement:
        """One statement."""
        line = self.line(node)
        match node:
            case cst.FunctionDef():
                return self.function(node, line)
            case cst.ClassDef():
                return self.klass(node, line)
            case cst.If() | cst.While() | cst.For() | cst.Try() | cst.TryStar() | cst.With() | cst.Match():
                return self.compound(node, line)
            case _:
                return self.small(node, line)

    def function(self, node: cst.FunctionDef, line: int) -> Function:
        """A function definition, nested ones included."""
        params = self.params(node.params)
        body = self.suite(node.body)
        decorators = tuple(self.expr(each.decorator) for each in node.decorators)
        returns = self.expr(node.returns.annotation) if node.returns else None
        return Function(node.name.value, params, decorators, returns, body, node.asynchronous is not None, line)

    def klass(self, node: cst.ClassDef, line: int) -> Class:
        """A class definition."""
        bases = tuple(Star(self.expr(each.value)) if each.star else self.expr(each.value) for each in node.bases)
        keywords = self.keywords(node.keywords, ())
        body = self.suite(node.body)
        decorators = tuple(self.expr(each.decorator) for each in node.decorators)
        return Class(node.name.value, bases, keywords, decorators, body, line)

    def compound(self, node: cst.CSTNode, line: int) -> Statement:
        """A statement that holds other statements."""
        match node:
            case cst.If(test=test, body=body, orelse=orelse):
                return If(self.expr(test), self.suite(body), self.orelse(orelse), line)
            case cst.While(test=test, body=body, orelse=orelse):
                return Loop("while", None, self.expr(test), self.suite(body), self.orelse(orelse), line)
            case cst.For(target=target, iter=source, body=body, orelse=orelse):
                kind = "async for" if node.asynchronous else "for"
                return Loop(kind, self.expr(target), self.expr(source), self.suite(body), self.orelse(orelse), line)
            case cst.Try() | cst.TryStar():
                return self.attempt(node, line)
            case cst.With(items=items, body=body):
                pairs = tuple(
                    (self.expr(each.item), self.expr(each.asname.name) if each.asname else None) for each in items
                )
                return With(pairs, self.suite(body), node.asynchronous is not None, line)
            case cst.Match(subject=subject, cases=cases):
                return matched(self.expr(subject), [self.case(each) for each in cases], line)
            case _:  # pragma: no cover - the caller names every kind
                raise Mismatch

    def case(self, node: cst.MatchCase) -> Case:
        """One `case`."""
        line = self.line(node)
        captured = tuple(self.captured(node.pattern))
        takes_any = isinstance(node.pattern, cst.MatchAs) and node.pattern.pattern is None
        return Case(captured, self.expr(node.guard) if node.guard else None, self.suite(node.body), line, takes_any)

    def captured(self, node: cst.CSTNode | None, way: Way = ()) -> Iterator[Captured]:
        """The names that a pattern gives to what it is held against, and to its parts."""
        match node:
            case cst.MatchAs(pattern=inner, name=name):
                yield from self.captured(inner, way)
                yield from ((name.value, way),) if name else ()
            case cst.MatchStar(name=name):
                yield from ((name.value, way),) if name else ()
            case cst.MatchMapping(elements=elements, rest=rest):
                for entry in elements:
                    yield from self.captured(entry.pattern, (*way, self.expr(entry.key)))
                yield from ((rest.value, way),) if rest else ()
            case cst.MatchClass(cls=cls, patterns=parts, kwds=kwds):
                if len(parts) == 1 and isinstance(cls, cst.Name) and cls.value in ITSELF:
                    yield from self.captured(parts[0].value, way)
                for field in kwds:
                    yield from self.captured(field.pattern, (*way, field.key.value))
            case cst.MatchSequence(patterns=inner):
                keyed = places([isinstance(each, cst.MatchStar) for each in inner])
                for each, part in zip(inner, keyed, strict=True):
                    given = each if isinstance(each, cst.MatchStar) else each.value
                    yield from self.captured(given, (*way, *part))
            case cst.MatchOr(patterns=alternatives):
                for choice in alternatives:
                    yield from self.captured(choice.pattern, way)
            case _:
                return

    def attempt(self, node: cst.Try | cst.TryStar, line: int) -> Try:
        """`try` with its handlers."""
        body = self.suite(node.body)
        handlers = tuple(self.handler(each) for each in node.handlers)
        return Try(body, handlers, self.orelse(node.orelse), self.orelse(node.finalbody), line)

    def handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler) -> Except:
        """One `except` clause."""
        line = self.line(node)
        caught = self.expr(node.type) if node.type else None
        name = node.name.name.value if node.name and isinstance(node.name.name, cst.Name) else None
        return Except(caught, name, self.suite(node.body), line, isinstance(node, cst.ExceptStarHandler))

    def orelse(self, node: cst.Else | cst.If | cst.Finally | None) -> tuple[Statement, ...]:
        """`else`, `elif` or `finally`."""
        match node:
            case None:
                return ()
            case cst.If():
                return (self.statement(node),)
            case _:
                return self.suite(node.body)

    def raised(self, exc: cst.BaseExpression | None, cause: cst.From | None, line: int) -> Statement:
        """`raise`; the cause is read only to keep step with `ast`."""
        found = Raise(self.expr(exc) if exc else None, line)
        if cause:
            self.expr(cause.item)
        return found

    def small(self, node: cst.CSTNode, line: int) -> Statement:
        """A statement without a body."""
        match node:
            case cst.Expr(value=value):
                return Do(self.expr(value), line)
            case cst.Assign(targets=targets, value=value):
                left = tuple(self.expr(each.target) for each in targets)
                return Assign(left, self.expr(value), None, "", line)
            case cst.AnnAssign(target=target, annotation=annotation, value=value):
                named = (self.expr(target),)
                typed = self.expr(annotation.annotation)
                return Assign(named, self.expr(value) if value else None, typed, "", line)
            case cst.AugAssign(target=target, operator=operator, value=value):
                changed = (self.expr(target),)
                return Assign(changed, self.expr(value), None, self.op(operator).removesuffix("="), line)
            case cst.Return(value=value):
                return Return(self.expr(value) if value else None, line)
            case cst.Raise(exc=exc, cause=cause):
                return self.raised(exc, cause, line)
            case cst.Assert(test=test, msg=msg):
                return Do(self.other(test, msg), line)
            case cst.Del(target=target):
                return Do(self.expr(target), line)
            case cst.Import() | cst.ImportFrom():
                return self.imported(node, line)
            case cst.Global(names=names) | cst.Nonlocal(names=names):
                return Jump("global", tuple(each.name.value for each in names), line)
            case cst.TypeAlias(name=name, value=value):
                return Assign((self.expr(name),), self.expr(value), None, "", line)
            case _:
                return Jump(type(node).__name__.lower(), (), line)

    def imported(self, node: cst.Import | cst.ImportFrom, line: int) -> Import:
        """`import` and `from … import`; a star is the name `*`."""
        names: list[tuple[str, str | None]] = []
        if isinstance(node.names, cst.ImportStar):
            names.append(("*", None))
        else:
            for each in node.names:
                alias = each.asname.name.value if each.asname and isinstance(each.asname.name, cst.Name) else None
                names.append((dotted(each.name), alias))
        if isinstance(node, cst.Import):
            return Import(None, 0, tuple(names), line)
        return Import(dotted(node.module) if node.module else "", len(node.relative), tuple(names), line)


def dotted(node: cst.BaseExpression) -> str:
    """`a.b.c` as text."""
    match node:
        case cst.Attribute(value=value, attr=attr):
            return f"{dotted(value)}.{attr.value}"
        case cst.Name(value=name):
            return name
        case _:
            return ""
