"""What a handler of the project's own makes of what a framework tells it of a call.

One that hands each token on as it comes, or only waits for the end, records nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..project.attributes import methods
from ..project.edges import name_of
from ..project.lineage import mro
from ..project.scope import Scope
from ..project.values import Eval
from ..read.tree import Assign, Call, Function, Loop, Name, Statement, walk

COUNTED = frozenset({"on_llm_end", "on_chain_end", "on_agent_finish"})
"""Methods that are told of an answer, with the tokens it took."""
TOLD = COUNTED | {"on_llm_start", "on_chat_model_start", "on_chain_start", "on_agent_action", "on_text"}
"""Methods that are told what is asked or answered."""
ASIDE = frozenset({"self", "serialized", "run_id", "parent_run_id", "tags", "metadata", "kwargs"})
"""Parameters that say which run it is, and no more."""
LOST = frozenset({"print", "pprint", "echo", "secho", "markdown", "display", "isinstance", "len", "bool"})
"""What shows something on a screen, or only looks at it."""


def heard_by(ev: Eval, owner: Scope) -> frozenset[str]:
    """The methods of a handler's class that do something with what they are told."""
    classes = mro(ev, owner)
    return frozenset(
        name for name in TOLD if any(_is_heard(method) for each in classes for method in methods(each, name))
    )


def _is_heard(method: Scope) -> bool:
    """Whether what is asked or answered is handed on, kept or gone through."""
    if not isinstance(method.node, Function):
        return False
    told = {each.name for each in method.params} - ASIDE
    return any(isinstance(part, Name) and part.id in told for used in _used(method.node.body) for part in walk(used))


def _used(body: tuple[Statement, ...]) -> Iterator[object]:
    """What is put into calls, set or gone through; what is tested or shown on a screen is not kept by that."""
    shown: set[int] = set()
    for part in walk(body):
        if id(part) in shown:
            continue
        match part:
            case Call(func=func, args=args, keywords=keywords) if name_of(func) in LOST:
                shown.update(id(inner) for inner in walk((args, keywords)))
            case Call(args=args, keywords=keywords):
                yield (args, keywords)
            case Assign(value=value) if not (isinstance(value, Call) and name_of(value.func) in LOST):
                yield (value,)
            case Loop(source=source):
                yield (source,)
            case _:
                continue
