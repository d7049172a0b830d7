"""The reader against Python's own: the same calls at the same places, by either of its ways."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from aiready.checks.read import UnreadableUnit, read, read_quickly
from aiready.checks.read.reader import StatementReader, parse
from aiready.checks.read.stamps import Provided
from aiready.checks.read.tree import Call, Span, Template, walk

LIBRARY = Path(ast.__file__).parent
FILES = sorted(
    path
    for path in LIBRARY.glob("**/*.py")
    if not {"test", "tests", "site-packages", "idlelib"} & set(path.parts) and 500 < path.stat().st_size < 40_000
)
CHOSEN = FILES[:: max(1, len(FILES) // 60)]
"""Sixty modules of the standard library, of all kinds."""


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def spans(tree: object) -> list[Span]:
    """Where the calls of a plain tree stand."""
    return sorted(node.span for node in walk(tree) if isinstance(node, Call))


def spans_of_ast(text: str) -> list[Span]:
    """Where `ast` says that calls stand; inside an f-string, where the f-string does."""
    lines = text.split("\n")
    found: list[Span] = []

    def visit(node: ast.AST, template: ast.JoinedStr | None) -> None:
        at: Any = template or node
        if isinstance(node, ast.Call):
            first, last = lines[at.lineno - 1].encode(), lines[at.end_lineno - 1].encode()
            column, end = len(first[: at.col_offset].decode()) + 1, len(last[: at.end_col_offset].decode()) + 1
            found.append(Span(at.lineno, column, at.end_lineno, end))
        for child in ast.iter_child_nodes(node):
            visit(child, template or (node if isinstance(node, ast.JoinedStr) else None))

    tree = compile(text, "x", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    visit(tree, None)
    return sorted(found)


def plain(node: object, *, placed: bool = True) -> object:
    """A tree as nested tuples; without its places, only what it says."""
    if isinstance(node, Span) or (isinstance(node, int) and not isinstance(node, bool) and not placed):
        return node if placed else ()
    if isinstance(node, tuple):
        return tuple(plain(part, placed=placed) for part in node)
    names = getattr(type(node), "__match_args__", None)
    if names is None:
        return (type(node).__name__, node)
    return (
        type(node).__name__,
        *(plain(getattr(node, name), placed=placed) for name in names if placed or name != "line"),
    )


def provided(text: str) -> object:
    """The tree as it is read where `ast` can't help."""
    module = parse(text)
    return StatementReader(Provided(module, 0)).module(module)


SYNTAX = {
    "assignments": "a = f()\na: int = f(1)\na: g()\na += f(2)\na, (b, *c) = d[f()] = e.x = f(3), *f(4)\n",
    "augmented": "a -= 1\na *= 2\na /= 3\na //= 4\na %= 5\na @= 6\na &= 7\na |= 8\na ^= 9\na >>= 1\na <<= 2\na **= f()\n",
    "operators": "x = -a + ~b ** +f() // c % d @ e << 1 >> 2 & 3 | 4 ^ g(h)\ny = not a and f() or b or g()\n",
    "comparisons": "x = a < f() <= b != g() == c > d >= e is f() is not None in h() not in i()\n",
    "literals": "x = [1, 2.5, 3j, 0xFF, 1_000, True, None, ..., b'a', 'b', {1, f()}, {'k': f(), **g()}, (), (f(),), []]\n",
    "strings": "x = 'a' \"b\" 'c'\ny = b'a' b'b'\nz = r'\\n' '\\n' '''\nq''' + f('\\x41\\u00e9')\n",
    "conditional": "x = f() if g() else h()\ny = (f() if g() else h()) if i() else j()\n",
    "lambda": "x = lambda a, b=f(), *c, d=g(), **e: h(a)(b)\ny = lambda: (yield)\nz = lambda a, /, b: f(a)\n",
    "walrus": "if (n := f()) and (m := g(n)):\n    h(n)\nx = [y := f(), y**2]\n",
    "calls": "f(a, *b, c=d, **e)\nf(*a, *b, **c, **d)\nf(g(h(i())))\na.b().c[d()](e)(f())\nf(x for x in y())\nprint(*f(), sep=g())\n",
    "calls on lines": "f(\n    a,\n    b=g(\n        c\n    ),\n    **h(),\n)(\n    d\n)\n(\n    f\n)(1)\nx = a \\\n    .b() \\\n    .c()\n",
    "unicode": "größe = 'é' + ü(ö, 'ß') + f(\"日本\", g())\n",
    "subscripts": "x = a[f()][1:g():h()][..., :, i()][*b, c()]\nx[f():] = g()\ndel x[f()], y.z\ndel (a), b\ndel c\n",
    "comprehensions": "x = [f(a) for a in b() if c(a) if d for e in g(a)]\ny = {f(a): g(b) for a, b in h()}\nz = {f() for _ in g()}\n",
    "generators": "def f():\n    x = yield\n    y = yield g()\n    yield from h()\n    yield 1, k()\n    return (yield)\n",
    "async": "async def f():\n    await g(await h())\n    async with a() as b, c():\n        pass\n    async for x in y():\n"
             "        pass\n    else:\n        z()\n    return [await q(i) async for i in r() if await s(i)]\n",
    "top-level await": "x = await f()\nasync with g() as y:\n    h(y)\n",
    "if": "if f():\n    a()\nelif g():\n    b()\nelif h():\n    c()\nelse:\n    d()\nif x: y(); z()\n",
    "loops": "for a, (b, *c) in f():\n    g()\n    break\nelse:\n    h()\nwhile f():\n    continue\nelse:\n    g()\nfor x in *a, f(): pass\n",
    "try": "try:\n    f()\nexcept (A, b()) as e:\n    g()\nexcept C:\n    raise\nexcept:\n    h()\nelse:\n    i()\nfinally:\n    j()\n"
           "try:\n    f()\nfinally:\n    g()\n",
    "except groups": "try:\n    f()\nexcept* A as e:\n    g()\nexcept* (B, C):\n    h()\n",
    "with": "with f() as a, g(), h() as (b, c): i()\nwith (f() as a, g() as b[0],):\n    j()\nwith (f()): k()\nwith (f(), g()): pass\n",
    "match": "match f():\n    case 1 | -2 | 'a' | None | True:\n        g()\n    case [a, *_, b] if h(a):\n        i()\n"
             "    case {'k': v, **rest}:\n        j()\n    case C(x, y=D()) as z:\n        k()\n    case a.b.c:\n        l()\n"
             "    case (1+2j):\n        pass\n    case _:\n        m()\nmatch = case = 1\nmatch x, f():\n    case _: pass\n",
    "functions": "@d\n@e.f(g())\nasync def f(a: h(), /, b=i(), *c: j(), d: k() = l(), e, **f: m()) -> n():\n    '''doc'''\n    return o()\n"
                 "def g(*, a): pass\ndef h(a, b=1, *args, c): return\n",
    "classes": "@d(1)\nclass A(B, C[f()], *g(), metaclass=h(), **i()):\n    x: int = j()\n    def m(self): return super().m(k())\n"
               "    class N: y = l()\nclass B: pass\n",
    "imports": "import a, b.c as d, e.f\nfrom . import g\nfrom ..h.i import j as k, l\nfrom m import *\nfrom n import (o,\n    p as q,)\n",
    "others": "global a, b\nassert f(), g()\nassert f()\nraise\nraise E(f())\nraise E(g()) from None\npass\ndef f():\n    nonlocal_ = 1\n    return\n",
    "nested functions": "def f(a):\n    def g(b):\n        def h(c):\n            return i(c)\n        return h(b)\n    return g(a)\n",
    "f-strings": "x = f'{a}' f'b{c()!r:>{d()}}' 'e' f'{{}}'\ny = f'a{b(f\"{c()}\")}d' + g()\nz = rf'\\d{f()}\\n' f'\\n{g()}' f'\\x41'\n",
    "f-strings on lines": "x = f'''a\n{b()}\n  {c(\n    d())}\n''' + e()\ny = (f'{f()}'\n     'g'\n     f'{h()}')\nz = f'{z():%Y-%m}'\n",
    "semicolons": "a(); b(); c = d()\nif x: y(); z = w()\nclass C: a = b(); c()\n",
    "odd space": "\f\n\nif a :\n\tb( )\n\tif c:\n\t\t\td ( e )\n# end\n\n\n",
    "continued": "x = a + \\\n    f()\nassert \\\n  g()\nif a and \\\n   h():\n    pass\n",
    "no last newline": "f()\nif x:\n    g()",
    "comments": "# a\nf(  # b\n    # c\n    g(),  # d\n)\n# e\nif x:  # f\n    # g\n    h()  # i\n",
    "empty": "",
    "numbers": "x = 1e400, 0b1, 0o7, 1_0.0_1e-1_0, 00, 5j, " + "9" * 50 + "\n",
    "type comments": "x = f()  # type: int\ndef g(a):\n    # type: (int) -> int\n    return a\n",
    "print": "print(f'{x}', file=sys.stderr)\nexec('f()')\n",
}  # fmt: skip


@pytest.mark.parametrize("path", CHOSEN, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_calls_of_real_modules_stand_where_python_says(path: Path) -> None:
    text = text_of(path)
    tree = read(text)
    assert spans(tree) == spans_of_ast(text)
    assert plain(read_quickly(text)) == plain(tree)


@pytest.mark.parametrize("name", SYNTAX)
def test_calls_of_every_statement_and_expression_stand_where_python_says(name: str) -> None:
    assert spans(read(SYNTAX[name])) == spans_of_ast(SYNTAX[name])


@pytest.mark.parametrize("name", SYNTAX)
def test_both_ways_of_reading_give_the_same_tree(name: str) -> None:
    assert plain(read_quickly(SYNTAX[name])) == plain(read(SYNTAX[name]))


@pytest.mark.parametrize("name", SYNTAX)
def test_positions_of_the_provider_are_those_of_the_pairing(name: str) -> None:
    text = SYNTAX[name]
    assert plain(provided(text), placed=False) == plain(read(text), placed=False)
    exact = [node.span for node in walk(read(text)) if isinstance(node, Call)]
    inside = {id(call) for node in walk(read(text)) if isinstance(node, Template) for call in walk(node)}
    if not inside:
        assert spans(provided(text)) == sorted(exact)


@pytest.mark.parametrize("name", SYNTAX)
def test_indented_text_is_read_with_the_files_lines(name: str) -> None:
    text = SYNTAX[name]
    if not text.strip() or "'''" in text or "\f" in text or "\\\n" in text:
        pytest.skip("can't be indented line by line")
    moved = "".join(f"    {line}" for line in text.splitlines(keepends=True))
    lines = [(span.line + 99, span.end_line + 99) for span in spans(read(text))]
    assert [(span.line, span.end_line) for span in spans(read(moved, 100))] == lines
    assert [span.column for span in spans(read(moved, 7))] == [span.column + 4 for span in spans(read(text))]
    assert plain(read(moved, 50)) == plain(read_quickly(moved, 50))


NEWER = {
    "type alias": ("type X[T: f()] = list[g(T)]\n", ["f", "g"]),
    "generic function": ("def a[T, *U, **V](x: f(T)) -> g():\n    return h(x)\n", ["f", "g", "h"]),
    "generic class": ("class A[T = f()](B[T], g()):\n    x = h()\n", ["f", "g", "h"]),
    "nested quotes": ("x = f'{a('b')}' + f'{f'{c()}'}'\n", ["a", "c"]),
    "backslash in f-string": ("x = f'{f(\"\\n\")}'\n", ["f"]),
}


@pytest.mark.parametrize("name", NEWER)
def test_syntax_newer_than_the_running_python_is_read_by_libcst(name: str) -> None:
    text, names = NEWER[name]
    found = [node.func.id for node in walk(read(text)) if isinstance(node, Call)]  # type: ignore[union-attr]  # names
    assert Counter(found) >= Counter(set(names) - {"f"} if name in ("type alias", "generic class") else names)
    assert plain(read_quickly(text)) == plain(read(text))
    for node in walk(read(text)):
        if isinstance(node, Call) and name not in ("nested quotes", "backslash in f-string"):
            span = node.span
            assert re.fullmatch(r"\w+\(\w*\)", text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1])


UNPLACED = pytest.mark.xfail(strict=True, reason="libcst names no line for errors of its tokenizer")


@pytest.mark.parametrize(
    ("text", "reason", "detail"),
    [
        ("def f(:\n", "syntax-error", "line 1"),
        ("x = 1\ny = (\n", "syntax-error", "line"),
        ("x = 'a\n", "syntax-error", "line 1"),
        pytest.param("if x:\n  a\n b\n", "syntax-error", "line 3", marks=UNPLACED),
        ("print 'a'\n", "syntax-error", "line 1"),
    ],
)
def test_what_is_no_python_is_said_to_be_none(text: str, reason: str, detail: str) -> None:
    for reader in (read, read_quickly):
        with pytest.raises(UnreadableUnit) as caught:
            reader(text)
        assert caught.value.reason == reason
        assert str(caught.value).startswith(detail)


@UNPLACED
def test_lines_are_the_files_in_what_cannot_be_read() -> None:
    with pytest.raises(UnreadableUnit, match=r"^line 42: "):
        read("    x = 1\n    y = (]\n", 41)


@pytest.mark.xfail(strict=True, reason="the text of `{x = }` is not joined to what follows it")
def test_expressions_that_show_themselves_are_read_alike() -> None:
    text = "z = f'{x = }{y()=}'\n"
    assert plain(read_quickly(text)) == plain(read(text))
