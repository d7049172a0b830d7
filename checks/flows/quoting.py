"""An answer that is quoted for a shell: as a word of a command it is an argument, alone or behind `-c` a command."""

from __future__ import annotations

import re

from ..read.tree import Attr, Binary, Call, Const, Expr, Items, Template
from .taint import Taint
from .words import INTERPRETER

QUOTE = "shlex.quote"
ALONE = f"{QUOTE}()"
"""What is quoted and no part of anything: still the name of a program."""
RUNS = re.compile(
    r"(?i)(?:^|[\s/])(?:bash|sh|zsh|dash|ksh|fish|ssh|su|sudo|eval|exec|xargs|env|nohup|watch|tmux|screen|cmd|powershell|pwsh)"
    r"(?:\.exe)?\s|(?:docker|podman|kubectl|compose)\s+exec\s|\s(?:-\w*c|-e|/c|-exec|--?command|--eval)\s|(?:&&|;|\|)\s*$"
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
    """The answer as a part of a text or a list: what is quoted and stands in the place of an argument is one."""
    if ALONE not in taint.escaped or (whole is not None and _is_run(whole, taint.node)):
        return taint
    return taint._replace(escaped=taint.escaped - {ALONE} | {QUOTE})


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
