"""Tools of a project's own making: classes that say of themselves what they are called, what they do and what they
take, as a model is told of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..project.attributes import methods
from ..project.scope import Scope
from ..read.tree import Const
from .subject import Ground

SCHEMAS = ("parameters", "input_schema", "args_schema", "parameters_schema", "inputs", "schema", "args_model")
"""What says which arguments a tool takes."""
RUN = (
    "execute",
    "aexecute",
    "run",
    "arun",
    "_run",
    "_arun",
    "call",
    "acall",
    "__call__",
    "invoke",
    "ainvoke",
    "forward",
)
"""Methods by which a tool is run."""


def described(ground: Ground, texts: Mapping[str, tuple[str, str]]) -> Iterator[Scope]:
    """The methods by which tools of the project's own classes are run."""
    for path, (text, _) in texts.items():
        module = ground.ev.world.module(path) if _may_hold(text) else None
        if module is None:
            continue
        tops = (module.scope(name) for name in sorted({unit.name for unit in module.index.holding("description")}))
        scopes = (scope for top in tops if top is not None for scope in top.tree())
        owners = (scope if scope.kind == "class" else scope.klass() for scope in scopes)
        for owner in dict.fromkeys(each for each in owners if each is not None):
            if _says_what_it_is(owner):
                yield from (each for name in RUN for each in methods(owner, name))


def _may_hold(text: str) -> bool:
    return "class " in text and "description" in text and any(each in text for each in SCHEMAS)


def _says_what_it_is(owner: Scope) -> bool:
    """Whether a class has a name that is written in it, a description and a schema."""
    return _has(owner, "description") and any(_has(owner, each) for each in SCHEMAS) and _is_named(owner)


def _has(owner: Scope, name: str) -> bool:
    return name in owner.bindings or bool(methods(owner, name))


def _is_named(owner: Scope) -> bool:
    """Whether its name is a text, or a property that gives one."""
    held = [each.expr for each in owner.bindings.get("name", ())]
    given = [value for each in methods(owner, "name") for value in each.returns]
    return any(isinstance(each, Const) and isinstance(each.value, str) and each.value for each in (*held, *given))
