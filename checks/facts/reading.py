"""What kind of answer a call gets, told by the keys read of it: `json.loads(answer["body"].read())["embedding"]`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ..project.scope import Site
from ..project.uses import statements, uses
from ..read.tree import Assign, Attr, Call, Const, Index, Name, walk

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

DEEPEST = 2
"""Functions that an answer is given back by."""


def kind_read(ev: Evaluator, site: Site, kinds: dict[str, str], depth: int = 0) -> str | None:
    """The kind that a key says which is read of what a call gives: in its function, or in all that call that one."""
    keys, given_back = _read(site)
    found = next((kind for key, kind in kinds.items() if key in keys), None)
    if found is not None or not given_back or depth >= DEEPEST:
        return found
    above = {kind_read(ev, edge.site, kinds, depth + 1) for edge in ev.callers(site.scope)}
    return above.pop() if len(above) == 1 else None


@lru_cache(maxsize=64)
def _read(site: Site) -> tuple[frozenset[str], bool]:
    """The keys that a function reads of what a call in it gives, and whether it gives some of that back."""
    names = made_of(site)

    def is_of_it(node: object) -> bool:
        return any(part is site.call or (isinstance(part, Name) and part.id in names) for part in walk(node))

    found: set[str] = set()
    for expr, _, _ in uses(site.scope.body):
        match expr:
            case (
                Index(value=base, key=Const(value=str(key)))
                | Call(func=Attr(value=base, name="get"), args=(Const(value=str(key)), *_))
            ) if is_of_it(base):
                found.add(key)
            case _:
                continue
    return frozenset(found), any(is_of_it(each) for each in site.scope.returns)


def made_of(site: Site) -> set[str]:
    """Variables of the function that hold what the call gives, or something made of it."""
    names: set[str] = set()
    for statement, _ in statements(site.scope.body):
        if isinstance(statement, Assign) and any(
            part is site.call or (isinstance(part, Name) and part.id in names) for part in walk(statement.value)
        ):
            names |= {target.id for target in statement.targets if isinstance(target, Name)}
    return names
