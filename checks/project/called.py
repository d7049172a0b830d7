"""What calling an instance runs: its `__call__`, or what that of another package's base leads to (dspy's `forward`)."""

from __future__ import annotations

from .attributes import foreign_bases, led_to, methods, mro
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
    return [name for base in bases for name, led in ev.matcher.leads(base.path).items() if led == scope.short]
