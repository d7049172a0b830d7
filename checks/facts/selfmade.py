"""Tools of a project's own making: classes that say of themselves what they are called, what they do and what they
take, where code tells a model of such classes. Commands and tasks may say the same of themselves for other readers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..project.attributes import methods
from ..project.lineage import foreign_bases
from ..project.scope import Scope
from ..read.tree import Attr, Call, Const, Template, names_in, walk
from ..read.tree import Mapping as Table
from .ground import Ground
from .schemas import TOOLS

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
    bodies = [each for path, (text, _) in texts.items() if _may_hold(text) for each in _bodies(ground, path)]
    told = {name for body in bodies for name in _told(body)}
    owners = (body if body.kind == "class" else body.klass() for body in bodies)
    for owner in dict.fromkeys(each for each in owners if each is not None):
        schemas = SCHEMAS if _is_foreign_tool(ground, owner) else told
        if _has(owner, "description") and any(_has(owner, each) for each in schemas) and _is_named(owner):
            yield from (each for name in RUN for each in methods(owner, name))


def _is_foreign_tool(ground: Ground, owner: Scope) -> bool:
    """Whether a class is a tool of another package's, which tells a model of it."""
    return any(each.path.endswith("Tool") for each in foreign_bases(ground.ev, owner))


def _may_hold(text: str) -> bool:
    return "description" in text and any(each in text for each in SCHEMAS)


def _bodies(ground: Ground, path: str) -> Iterator[Scope]:
    """The definitions of a file that speak of a description."""
    module = ground.ev.world.module(path)
    for name in sorted({unit.name for unit in module.index.holding("description")}) if module is not None else ():
        top = module.scope(name) if module is not None else None
        yield from top.tree() if top is not None else ()


def _told(body: Scope) -> Iterator[str]:
    """Where the schema stands in classes of which a model is told there: `{"description": tool.description,
    "input_schema": tool.parameters}`, `Tool(description=tool.description, parameters=tool.schema())`, or a text that is
    made of both where tools are spoken of."""
    on_tools = any(TOOLS.search(each.encode()) for each in names_in(body.body))
    named: list[tuple[object, object]]
    for node in walk(body.body):
        match node:
            case Table(keys=keys, values=values):
                named = [(key.value, value) for key, value in zip(keys, values, strict=True) if isinstance(key, Const)]
            case Call(keywords=keywords):
                named = [(each.name, each.value) for each in keywords]
            case Template(parts=parts) if on_tools:
                named = [("description", parts), ("", parts)]
            case _:
                continue
        if any(key == "description" and "description" in _read(part) for key, part in named):
            yield from (name for key, part in named if key != "description" for name in _read(part) & {*SCHEMAS})


def _read(part: object) -> set[str]:
    """The attributes that are read in an expression."""
    return {each.name for each in walk(part) if isinstance(each, Attr)}


def _has(owner: Scope, name: str) -> bool:
    return name in owner.bindings or bool(methods(owner, name))


def _is_named(owner: Scope) -> bool:
    """Whether its name is a text, or a property that gives one."""
    held = [each.expr for each in owner.bindings.get("name", ())]
    given = [value for each in methods(owner, "name") for value in each.returns]
    return any(isinstance(each, Const) and isinstance(each.value, str) and each.value for each in (*held, *given))
