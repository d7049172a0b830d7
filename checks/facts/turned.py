"""Whether a handler puts another model in the place of the one that failed, and then asks as it is written before."""

from __future__ import annotations

import re

from ..project.edges import name_of
from ..project.scope import Scope
from ..project.uses import statements
from ..read.tree import Assign, Attr, Call, Const, Index, Name, Statement, names_in, walk

WORDS = "model|provider|client|llm|backend|engine|deployment"
MODELS = re.compile(WORDS, re.IGNORECASE)
TURNS = re.compile(r"fall_?back|fail_?over|switch|next_?(?:model|provider|client)", re.IGNORECASE)
"""Names of what turns to the next model, so that what is read again afterwards is another one."""
SPAN = re.compile(r"Span\([^)]*\)|line=\d+")


def shown(node: object) -> str:
    """A piece of code as text that is the same wherever it stands."""
    return SPAN.sub("", repr(node))


def turns(body: tuple[Statement, ...], call: Call, scope: Scope) -> bool:
    """Whether the model or the client that a call names is another one after a run of statements: `model = SPARE`,
    `self.switch_to_fallback()` and `provider = self.active`. A client that is only made again is the same."""
    used = {name for name in names_in((call.func, call.args, call.keywords)) if MODELS.search(name)}
    puts = [each for each, _ in statements(body) if isinstance(each, Assign) and _target(each) in used]
    if not puts:
        return False
    if any(isinstance(part, Call) and TURNS.search(name_of(part.func)) for part in walk(body)):
        return True
    return any(_is_another(each, puts, scope) for each in puts)


def _is_another(put: Assign, puts: list[Assign], scope: Scope) -> bool:
    """Whether a name gets what it gets nowhere else, and what isn't made there."""
    own = {id(each.value) for each in puts}
    others = (each.expr for each in scope.bindings.get(_target(put), ()) if id(each.expr) not in own)
    return isinstance(put.value, (Name, Attr, Index, Const)) and shown(put.value) not in map(shown, others)


def _target(put: Assign) -> str:
    match put:
        case Assign(targets=(Name(id=name),), value=value, op="") if value is not None:
            return name
        case _:
            return ""
