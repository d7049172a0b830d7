"""Whose attribute it is that is read of a parameter nobody gives: of the only class of the project that sets it.

A library has its user make the configuration that holds the client, and reads it back from a place that nothing in the
library fills: `set_config(config)`, later `get_config().groq_client`.
"""

from __future__ import annotations

import re

from ..read.tree import is_name
from .scope import Scope
from .values import Eval, Ext, Lit, Values, union

_READ = re.compile(r"\?\w+\.(\w+)")
"""An attribute of a parameter of which nothing is known but its name."""


def owned(ev: Eval, path: str, near: Scope) -> tuple[Ext, ...]:
    """The clients that such an attribute holds, by its path; none where others than the methods of one class set it, or
    where it may hold anything else."""
    read = _READ.fullmatch(path)
    if read is None:
        return ()
    name, file = read[1], near.module.path
    key = f"{name} of an only class, read in {file}"
    if key not in ev.held:
        ev.held[key] = ()
        ev.held[key] = _set(ev, name, file)
    return tuple(each for each in ev.held[key] if isinstance(each, Ext))


def _set(ev: Eval, name: str, file: str) -> Values:
    owners: set[Scope | None] = set()
    values: list[Values] = []
    around = ev.world.imported((file,))
    for module, unit in ev.world.mentioning(name, *around, passed_on=True):
        top = module.scope(unit.name) if module.index.sets(unit, name) else None
        for scope in top.tree() if top is not None else ():
            for each in scope.sets:
                if each.name == name and each.binding.how != "annotated" and each.binding.expr is not None:
                    own = bool(scope.params) and is_name(each.base, scope.params[0].name)
                    owners.add(scope.klass() if own else None)
                    values.append(ev.eval(each.binding.expr, scope))
    found = tuple(each for each in union(*values) if each != Lit(None))
    made = all(isinstance(each, Ext) and each.sites and ev.matcher.is_client(each.path) for each in found)
    return found if made and len(owners) == 1 and None not in owners else ()
