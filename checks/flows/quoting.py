"""An answer in a command: quoted for a shell, or as a word of a list, it is an argument; alone, or behind `-c`, it is a
command."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..read.tree import Attr, Binary, Call, Const, Expr, Items, Name, Star, Template
from .taint import WORD, Taint
from .words import INTERPRETER

QUOTE = "shlex.quote"
ALONE = f"{QUOTE}()"
"""What is quoted and no part of anything: still the name of a program."""
RUNS = re.compile(
    r"(?i)(?:^|[\s/])(?:bash|sh|zsh|dash|ksh|fish|ssh|su|sudo|eval|exec|xargs|env|nohup|watch|tmux|screen|cmd|powershell|pwsh|wsl|g?awk|"
    r"sqlite3|duckdb)"
    r"(?:\.exe)?\s|(?:docker|podman|kubectl|compose)\s+exec\s|\s(?:-\w*c|-ex?|/c|-exec|--?command|--eval)\s|(?:&&|;|\|)\s*$"
)
"""Words of a command behind which another one may stand."""
PIPED = re.compile(r"\|\s*(?:\S*/)?(?:ba|z|da|k)?sh\b")
READS = re.compile(
    r"(?:^|&&|[;|])\s*(?:(?:gh|git|cat|bat|less|more|head|tail|diff|grep|rg|wc|ls|cp|mv|rm|open|xdg-open|code|vim?|nano"
    r"|curl|scp|rsync|zip|tar|ffmpeg|ffprobe|pandoc|aplay|afplay|mpv)\s[^;&|]*"
    r"|(?!x\s)\w[^;&|]*\s--(?!file\b|script|require|import)[\w-]+[= ][\"']?)$"
)
"""Words of a command behind which a file stands that is read, not run: behind such a program, or a long option."""
HOLE = re.compile(r"\{[^{}]*\}|%s")


def quoted(taint: Taint, name: str) -> Taint:
    """The answer behind a function that cleans it."""
    return taint._replace(escaped=taint.escaped | {ALONE if name == QUOTE else name})


def as_part(taint: Taint, whole: Expr | None) -> Taint:
    """The answer as a part of a text or a list: what is quoted and stands in the place of an argument is one, and so is
    a word of a list that names the program before it."""
    run = whole is not None and _is_run(whole, taint.node)
    escaped = taint.escaped if ALONE not in taint.escaped or run else taint.escaped - {ALONE} | {QUOTE}
    if isinstance(whole, Items) and not isinstance(taint.node, Star):
        escaped = escaped - {WORD} if run or not _is_command(whole.elements) else escaped | {WORD}
    return taint._replace(escaped=escaped)


def added(taint: Taint, base: Expr) -> Taint:
    """The answer where it is put at the end of a list: behind the words that the list was made of and given before."""
    part = as_part(taint, None)
    if part.inside:
        return part
    words = tuple(_words(base, taint)) if isinstance(base, Name) else ()
    run = not _is_command(words) or _is_run(Items("list", (*words, taint.node)), taint.node)
    return part._replace(escaped=part.escaped - {WORD} if run else part.escaped | {WORD})


def _is_command(words: tuple[Expr, ...]) -> bool:
    """Whether a list looks like the words of a command: it begins with one word, or holds an option."""
    texts = [
        (at, word.value) for at, word in enumerate(words) if isinstance(word, Const) and isinstance(word.value, str)
    ]
    return any((not at and text.split() == [text]) or text.startswith("-") for at, text in texts)


def _words(base: Name, taint: Taint) -> Iterator[Expr]:
    """What a list holds before the answer is put in, from where it is written down in the same body."""
    made = [each.expr for each in taint.scope.bindings.get(base.id, ())]
    if len(made) != 1 or not isinstance(made[0], Items):
        return
    yield from made[0].elements
    for site in taint.scope.sites:
        match site.call:
            case Call(func=Attr(value=Name(id=base.id), name="append" | "extend"), args=(given,)) if (
                given is taint.node
            ):
                return
            case Call(func=Attr(value=Name(id=name), name="append" | "extend"), args=(given,)) if name == base.id:
                yield from given.elements if isinstance(given, Items) else (given,)
            case _:
                pass


def is_word(taint: Taint, call: Call) -> bool:
    """Whether the answer is a word of a command that is given as a list, for a program and not for a shell."""
    shell = any(each.name == "shell" and getattr(each.value, "value", None) is not False for each in call.keywords)
    return WORD in taint.escaped and bool(taint.inside) and not shell


def is_run_as_word(call: Call, at: int) -> bool:
    """Whether a word of a command that is given as arguments of its own is run: `exec("bash", "-c", answer)`."""
    return 0 < at < len(call.args) and _is_run(Items("list", call.args), call.args[at])


def is_read(whole: Expr, node: Expr) -> bool:
    """Whether a text is a command in which a part can only be a file that another program reads, and doesn't run."""
    match whole:
        case Template(parts=parts):
            before = _text(Template(parts[: next((n for n, part in enumerate(parts) if part is node), 0)]))
        case _:
            before = _before(whole, node)
    runs = RUNS.search(f" {before} ") or INTERPRETER.search(before) or PIPED.search(_text(whole))
    return not runs and READS.search(before) is not None


def _is_run(whole: Expr, node: Expr) -> bool:
    return bool(RUNS.search(f" {_before(whole, node)} ") or PIPED.search(_text(whole)))


def _before(whole: Expr, node: Expr) -> str:
    """The words before a part, as far as they are written; those of a program's own name are its beginning."""
    match whole:
        case Template(parts=parts) | Items(elements=parts):
            at = next((n for n, part in enumerate(parts) if part is node), 0)
            return " ".join(_text(part) for part in parts[:at]) if at else "eval"
        case Binary(op="%", left=left):
            return HOLE.split(_text(left))[0] or "eval"
        case Binary(left=left, right=right):
            return _text(left) if right is node else "eval"
        case Call(func=Attr(value=Const(value=str() as form), name="format")):
            hole = HOLE.search(form)
            return form[: hole.start()] or "eval" if hole is not None else ""
        case _:
            return ""


def _text(node: Expr) -> str:
    match node:
        case Const(value=str() as text):
            return text
        case Template(parts=parts):
            return "".join(_text(part) for part in parts)
        case Binary(left=left, right=right):
            return _text(left) + _text(right)
        case _:
            return "x"
