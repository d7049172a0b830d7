"""Programs that are named where they are run and only read: what they are told to look at, nobody has to approve."""

from __future__ import annotations

from collections.abc import Iterator

from ..project.scope import Scope, Site
from ..read.tree import Const, Expr, Items, Name, Star, walk
from .subject import callee_name

READERS = frozenset({
    "rg", "grep", "egrep", "fgrep", "ag", "ls", "cat", "head", "tail", "wc", "tree", "stat", "du", "df", "ps", "which",
    "where", "uname", "whoami", "hostname", "pwd", "ffprobe", "pdftotext", "pdfinfo", "nvidia-smi",
})  # fmt: skip
GIT = frozenset({
    "log", "diff", "status", "show", "blame", "rev-parse", "rev-list", "ls-files", "ls-tree", "grep", "describe",
    "shortlog", "cat-file", "merge-base", "name-rev", "diff-tree", "ls-remote",
})  # fmt: skip
"""What git does without changing anything."""
ASIDE = frozenset({"-C", "-c", "--git-dir", "--work-tree"})
"""Options of git before what it is to do, each with a value."""
SHELLS = frozenset({"create_subprocess_shell", "system", "popen", "getoutput", "getstatusoutput"})
"""Functions that give all they are given to a shell."""


def only_reads(site: Site) -> bool:
    """Whether a call runs a program that is known to change nothing, whichever of them it is."""
    if callee_name(site) in SHELLS or any(_is_shell(each.name, each.value) for each in site.call.keywords):
        return False
    commands = list(_commands(site))
    return bool(commands) and all(_is_reader(each, site.scope) for each in commands)


def _is_shell(name: str | None, value: Expr) -> bool:
    return name is None or (name == "shell" and not (isinstance(value, Const) and value.value is False))


def _commands(site: Site) -> Iterator[tuple[Expr, ...]]:
    """The words of what is run: the arguments, or the list that is the first of them."""
    match site.call.args:
        case (Items(elements=elements), *_):
            yield elements
        case (Name(id=name) | Star(value=Name(id=name)), *_):
            given = [each.expr for each in site.scope.bindings.get(name, ()) if each.how == "value"]
            yield from (each.elements if isinstance(each, Items) else () for each in given)
        case (Const(), Const() | Star(), *_) as words:  # create_subprocess_exec("git", "log")
            yield words
        case _:
            return


def _is_reader(words: tuple[Expr, ...], scope: Scope) -> bool:
    if not words:
        return False
    programs = {text.rpartition("/")[2] for text in _texts(words[0], scope)}
    if programs == {"git"}:
        return _does(words[1:]) in GIT
    return bool(programs) and programs <= READERS


def _texts(node: Expr, scope: Scope) -> Iterator[str]:
    """What a program can be called: `shutil.which("rg") or "grep"`, be it kept under a name."""
    if isinstance(node, Name):
        given = [each.expr for each in scope.bindings.get(node.id, ())]
        for each in given:
            yield from _texts(each, scope) if each is not None and not isinstance(each, Name) else ("?",)
        return
    for part in walk(node):
        if isinstance(part, Const) and isinstance(part.value, str):
            yield part.value
        elif isinstance(part, Name) and part.id not in ("shutil", "which", "str"):
            yield "?"


def _does(words: tuple[Expr, ...]) -> str:
    """What git is told to do; empty where that is not written."""
    at = 0
    while at < len(words):
        match words[at]:
            case Const(value=str() as text) if text in ASIDE:
                at += 2
            case Const(value=str() as text) if text.startswith("-"):
                at += 1
            case Const(value=str() as text):
                return text
            case _:
                return ""
    return ""
