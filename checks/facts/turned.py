"""Whether a handler puts another model in the place of the one that failed, and then asks as it is written before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..project.attributes import sets_of
from ..project.edges import name_of
from ..project.scope import Binding, Scope
from ..project.uses import statements
from ..read.tree import Assign, Attr, Call, Const, Expr, Index, Name, Statement, is_none, walk

WORDS = "model|provider|client|llm|backend|engine|deployment"
MODELS = re.compile(WORDS, re.IGNORECASE)
ENDS = "(?:_(?:chain|order|list|sequence|config|option|target|name|id|url|endpoint)s?)?$"
"""What may follow such a word at the end of a name."""
TURNS = re.compile(
    rf"^(?!.*(?:key|account)).*(?:fall_?back|fail_?over|(?:next|switch)_?(?:{WORDS})|switch(?:_?to|$))", re.IGNORECASE
)
"""Names of what turns to the next model, so that what is read again afterwards is another one."""
Put = tuple[Name | Attr | Index, Expr]
SPAN = re.compile(r"Span\([^)]*\)|line=\d+")


def shown(node: object) -> str:
    """A piece of code as text that is the same wherever it stands."""
    return SPAN.sub("", repr(node))


def turns(body: tuple[Statement, ...], call: Call, scope: Scope) -> bool:
    """Whether the model or the client that a call names is another one after a run of statements: `model = SPARE`,
    `request["model"] = SPARE`, `self.switch_to_fallback()` and `provider = self.active`. A client that is only made
    again is the same."""
    every = list(_puts(body))
    parts = walk((call.func, call.args, call.keywords)) if every else ()
    used = {shown(each) for each in parts if isinstance(each, (Name, Attr))}
    puts = [(at, value) for at, value in every if shown(at.value if isinstance(at, Index) else at) in used]
    if puts and any(isinstance(part, Call) and TURNS.search(name_of(part.func)) for part in walk(body)):
        return True
    return any(isinstance(at, Index) or _is_another(at, value, every, scope) for at, value in puts)


def _puts(body: tuple[Statement, ...]) -> Iterator[Put]:
    """What stands for a model and gets a value."""
    for each, _ in statements(body):
        match each:
            case Assign(targets=(Name(id=name) | Attr(name=name) as at,), value=value, op="") if value is not None:
                yield from ((at, value),) if MODELS.search(name) else ()
            case Assign(targets=(Index(key=Const(value="model")) as at,), value=value, op="") if value is not None:
                yield at, value
            case _:
                continue


def _is_another(at: Name | Attr, value: Expr, puts: list[Put], scope: Scope) -> bool:
    """Whether something gets what it gets nowhere but where a call failed, and what isn't made there."""
    made = {shown(at) for at, value in puts if isinstance(value, Call)}
    inside = {id(value) for _, value in puts}
    others = {shown(each.expr) for each in _bindings(at, scope) if id(each.expr) not in inside}
    is_made = is_none(value) or not isinstance(value, (Name, Attr, Index, Const))  # here, or where there is none
    return not is_made and shown(value) not in others | made


def _bindings(at: Name | Attr, scope: Scope) -> Iterator[Binding]:
    """What else a name or an attribute gets, other than in a handler."""
    found: list[Binding] = []
    owner = scope.klass()
    if isinstance(at, Name):
        found += scope.bindings.get(at.id, ())
    elif owner is not None:
        found += (each.binding for each, _ in sets_of(owner, at.name))
    return (each for each in found if not any(frame.part == "handler" for frame in each.frames))
