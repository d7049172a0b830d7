"""Commands that run a file, or what they are given on their standard input."""

from __future__ import annotations

from ..project.scope import Site
from ..read.tree import Attr, Call, Const, Expr, Items, Name, Template, same, walk
from .tools import last_name
from .words import INTERPRETER, LOADING


def names_file(call: Call, path: Const | Template) -> bool:
    """Whether a file stands in a command: `"python made.py"`, `["bash", f"{name}.sh"]`."""
    if isinstance(path, Template):
        return any(isinstance(node, Template) and same(node, path) for node in walk(call.args))
    texts = [node.value for node in walk(call.args) if isinstance(node, Const) and isinstance(node.value, str)]
    return any(path.value in text.split() for text in texts)


def reads_it(call: Call, at: int) -> bool:
    """Whether a program is given by `input=` to an interpreter that has no other: `run(["bash"], input=answer)`."""
    if at < len(call.args) or call.keywords[at - len(call.args)].name != "input" or not call.args:
        return False
    command = call.args[0]
    words: list[Expr] = list(command.elements) if isinstance(command, Items) else [command]
    if isinstance(command, Const) and isinstance(command.value, str):
        words = [Const(word) for word in command.value.split()]
    return all(_is_option(word) for word in words[1:]) and any(_is_interpreter(word) for word in words[:1])


def _is_option(word: Expr) -> bool:
    return isinstance(word, Const) and isinstance(word.value, str) and word.value.startswith("-")


def _is_interpreter(node: object) -> bool:
    word = node.value if isinstance(node, Const) else last_name(node) if isinstance(node, (Name, Attr)) else ""
    return isinstance(word, str) and INTERPRETER.search(word) is not None


def is_interpreted(site: Site) -> bool:
    """A command that runs the file it is given, not one that reads it: `[sys.executable, path]`."""
    call = site.call
    if last_name(call.func) in LOADING:
        return True
    named = (each for arg in call.args if isinstance(arg, Name) for each in site.scope.bindings.get(arg.id, ()))
    return any(_is_interpreter(node) for node in walk((call.args, tuple(each.expr for each in named))))
