"""Options of a command line that let in numbers, flags and a few words only: none of them is a text somebody writes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..project.edges import name_of
from ..project.scope import Scope
from ..read.tree import Call, Const, Expr
from .tools import last_name

if TYPE_CHECKING:
    from ..project.world import Module

PLAIN = frozenset({
    "int", "float", "bool", "complex", "Decimal", "UUID", "INT", "FLOAT", "BOOL", "IntRange", "FloatRange", "Choice",
    "DateTime", "date", "datetime",
})  # fmt: skip
"""Types of an option whose values are no text."""
FLAGS = ("is_flag", "count")
ACTIONS = frozenset({"store_true", "store_false", "store_const", "count", "version", "help"})
ADDS = "add_argument"


def is_closed(function: Scope, param: str) -> bool:
    """Whether a parameter of a command is an option of that kind: `@click.option("--size", type=int)`."""
    for each in function.decorators:
        if isinstance(each, Call) and name_of(each.func) in ("option", "argument") and _click_name(each) == param:
            return _lets_in_little(each)
    return False


@lru_cache(maxsize=64)
def closed(module: Module) -> frozenset[str]:
    """The arguments that the parsers of a file know of that kind, and of no other."""
    found: dict[str, bool] = {}
    for unit in module.index.holding(ADDS):
        top = module.scope(unit.name)
        for scope in top.tree() if top is not None else ():
            for site in scope.sites:
                if name_of(site.call.func) == ADDS and (name := _dest(site.call)):
                    found[name] = found.get(name, True) and _is_plain_argument(site.call)
    return frozenset(name for name, plain in found.items() if plain)


def _click_name(option: Call) -> str:
    """The parameter that an option fills: a bare name, else the first long one."""
    names = _texts(option)
    bare = [name for name in names if name.isidentifier()]
    long = [name for name in names if name.startswith("--")]
    return bare[0] if bare else _plain((long or names or [""])[0])


def _dest(argument: Call) -> str:
    """The attribute that an argument fills."""
    given = next((each.value for each in argument.keywords if each.name == "dest"), None)
    if given is not None:
        return given.value if isinstance(given, Const) and isinstance(given.value, str) else ""
    names = _texts(argument)
    long = [name for name in names if name.startswith("--")]
    return _plain((long or names or [""])[0])


def _plain(name: str) -> str:
    return re.sub(r"\W+", "_", name.partition("/")[0].lstrip("-"))


def _texts(call: Call) -> list[str]:
    return [each.value for each in call.args if isinstance(each, Const) and isinstance(each.value, str)]


def _lets_in_little(option: Call) -> bool:
    given = {each.name: each.value for each in option.keywords if each.name is not None}
    if any(_is_true(given.get(name)) for name in FLAGS) or any("/" in text for text in _texts(option)):
        return True
    if "type" in given:
        return _last(given["type"]) in PLAIN
    default = given.get("default")
    return isinstance(default, Const) and isinstance(default.value, (int, float))


def _is_plain_argument(argument: Call) -> bool:
    given = {each.name: each.value for each in argument.keywords if each.name is not None}
    action = given.get("action")
    if isinstance(action, Const) and action.value in ACTIONS:
        return True
    return "choices" in given or _last(given.get("type")) in PLAIN or _last(action) == "BooleanOptionalAction"


def _is_true(value: Expr | None) -> bool:
    return isinstance(value, Const) and value.value is True


def _last(node: Expr | None) -> str:
    return last_name(node) if node is not None else ""
