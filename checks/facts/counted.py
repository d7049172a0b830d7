"""How often the handlers of a loop go on, where they count their failures themselves: `if failures < 3: continue`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..project.scope import Site
from ..project.values import Lit
from ..read.tree import Assign, Binary, Compare, Const, Either, Except, Expr, If, Jump, Loop, Name, Statement, is_name
from .coverage import blocks, leaves

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

AT_MOST = {"<": 0, "<=": 1, ">": 1, ">=": 0, "==": 0}
"""By comparison of a count with its limit: how many more failures than up to the limit go on."""


def counted(ev: Evaluator, site: Site, handlers: list[Except]) -> int | None:
    """Requests for one answer at most, where every handler that goes on has a count of its own."""
    most: dict[str, int] = {}
    for handler in handlers:
        found = _limit(ev, site, handler.body)
        if found is None:
            return None
        name, failures = found
        most[name] = max(failures, most.get(name, 0))
    return 1 + sum(most.values())


def goes_on(body: tuple[Statement, ...]) -> bool:
    """A `continue` for this loop, also under a condition: `if attempt < 3: continue`, and only then `raise`."""
    return any(
        (isinstance(statement, Jump) and statement.kind == "continue")
        or (not isinstance(statement, Loop) and any(goes_on(block) for block in blocks(statement)))
        for statement in body
    )


def whole(ev: Evaluator, node: Expr, site: Site) -> int | None:
    """A number that is written, or the default of one that can be set."""
    for value in ev.eval(node, site.scope):
        given = getattr(value, "default", value)
        if isinstance(given, Lit) and isinstance(given.value, (int, float)) and not isinstance(given.value, bool):
            return int(given.value)
    return None


def _limit(ev: Evaluator, site: Site, body: tuple[Statement, ...]) -> tuple[str, int] | None:
    """The count of a handler, and after how many failures at most it goes on."""
    for at, statement in enumerate(body):
        rest = body[at + 1 :]
        compared = _compared(statement, rest) if isinstance(statement, If) else None
        if compared is None or not isinstance(statement, If) or goes_on(body[:at]):
            continue
        name, op, limit = compared
        before = _counts(body[:at], name)
        start, most = _start(site, name), whole(ev, limit, site)
        if (
            start is not None
            and most is not None
            and before != _counts((*statement.body, *statement.orelse, *rest), name)
        ):
            return name, max(0, most - start - before + AT_MOST[op])
    return None


def _compared(test: If, rest: tuple[Statement, ...]) -> tuple[str, str, Expr] | None:
    """The count, the comparison and the limit of a test that decides whether the loop is left."""
    again = leaves(test.orelse or rest) and not leaves(test.body)
    if again == leaves(test.body):
        return None
    joined, ops = ("and", ("<", "<=")) if again else ("or", (">", ">=", "=="))
    node = test.test
    for part in node.parts if isinstance(node, Either) and node.test is None and node.op == joined else (node,):
        match part:
            case Compare(left=Name(id=name), ops=(op,), rest=(limit,)) if op in ops:
                return name, op, limit
            case _:
                continue
    return None


def _counts(body: tuple[Statement, ...], name: str) -> bool:
    """Whether one of the statements adds one to a name, whatever happens."""
    for statement in body:
        match statement:
            case Assign(targets=(target,), value=Const(value=1), op="+") if is_name(target, name):
                return True
            case Assign(targets=(target,), value=Binary(op="+", left=left, right=Const(value=1))):
                if is_name(target, name) and is_name(left, name):
                    return True
            case _:
                continue
    return False


def _start(site: Site, name: str) -> int | None:
    """What a count begins with, and is set back to."""
    bindings = site.scope.bindings.get(name, ())
    given = {each.expr.value for each in bindings if each.how == "value" and isinstance(each.expr, Const)}
    start = given.pop() if len(given) == 1 else None
    return start if isinstance(start, int) and not any(each.how == "param" for each in bindings) else None
