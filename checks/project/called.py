"""What calling an instance runs: its `__call__`, or what that of another package's base leads to (dspy's `forward`);
and what a method of such a base runs."""

from __future__ import annotations

from ..read.tree import Call
from .attributes import is_marked, led_to, methods
from .edges import name_of
from .lineage import foreign_bases, mro
from .scope import Scope
from .values import Eval


def called(ev: Eval, owner: Scope) -> list[Scope]:
    """The methods that calling an instance of the class runs, nearest first."""
    family = mro(ev, owner)
    found = [method for each in family for method in methods(each, "__call__")]
    led = "" if found else led_to(ev, owner, "__call__")
    return [method for each in family for method in methods(each, led)] if led else found


def is_for_calls(ev: Eval, scope: Scope) -> bool:
    """Whether calling an instance of its class runs the method."""
    return scope.short == "__call__" or "__call__" in other_names(ev, scope)


def other_names(ev: Eval, scope: Scope) -> list[str]:
    """The methods of bases from other packages that run the method."""
    owner = scope.klass() if scope.short in ev.matcher.led else None
    bases = foreign_bases(ev, owner) if owner is not None else ()
    ran = [led for base in bases for led in (ev.matcher.leads(base.path), ev.matcher.hooks(base.path))]
    return [name for each in ran for name, led in each.items() if led == scope.short]


def run_names(ev: Eval, scope: Scope) -> list[str]:
    """The methods of a base from another package that run the method as one of the steps of its class."""
    owner = scope.klass()
    hints = (name_of(each.func if isinstance(each, Call) else each) for each in scope.decorators)
    if owner is None or not any(hint in ev.matcher.marks for hint in hints):
        return []
    rules = [rule for base in foreign_bases(ev, owner) if (rule := ev.matcher.steps(base.path)) is not None]
    return [name for rule in rules if is_marked(ev, scope, rule.marked) for name in rule.runs]
