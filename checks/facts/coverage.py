"""Which exceptions a handler catches, held against what an SDK raises."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from ..project.lineage import mro
from ..project.scope import Scope
from ..project.values import Cls, Ext, Obj, Seq, Values
from ..read.tree import (
    Assign,
    Attr,
    Call,
    Const,
    Do,
    Except,
    Expr,
    If,
    Jump,
    Loop,
    Match,
    Name,
    Raise,
    Return,
    Statement,
    Try,
    With,
    is_name,
)
from ..sdks.schema import ErrorRule, Sdk

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

Cover = Literal["all", "part", "none"]
EVERYTHING = frozenset({"builtins.Exception", "builtins.BaseException", "*"})
TRANSPORT = frozenset({
    "builtins.TimeoutError", "builtins.ConnectionError", "builtins.OSError", "builtins.RuntimeError",
    "builtins.ConnectionResetError",
})  # fmt: skip
"""Built-in types that an SDK may let through of which nothing is known."""
DEADLINE = ("builtins.TimeoutError", "builtins.OSError")
"""Types that catch what a deadline around the call raises."""
SAME = {
    "asyncio.TimeoutError": "builtins.TimeoutError",
    "concurrent.futures.TimeoutError": "builtins.TimeoutError",
    "socket.timeout": "builtins.TimeoutError",
    "socket.error": "builtins.OSError",
    "builtins.IOError": "builtins.OSError",
    "builtins.EnvironmentError": "builtins.OSError",
}
"""Other names of built-in types."""
OS_ERRORS = ("requests", "aiohttp", "urllib", "urllib3", "http")
"""HTTP libraries whose errors are OSErrors, too."""
TASK_RETRY = ("celery.exceptions.Retry",)
"""What a task raises that puts itself back into its queue."""
HTTP = ("requests", "httpx", "httpx2", "aiohttp", "urllib", "urllib3", "http")


class Failing(NamedTuple):
    """What a failed request raises: the errors of these SDKs, those of a deadline around it, and those that a handler
    on the way turned them into."""

    sdks: tuple[Sdk, ...]
    late: bool = False
    turned: tuple[tuple[str, ...], ...] = ()
    wrapper: Sdk | None = None
    """The SDK through which those errors come, which turns some of them into its own."""

    def caught(self, types: Iterable[str]) -> Cover:
        """Whether a handler for the types catches all of it, some, or nothing."""
        names = tuple(types)
        if any(covers_strand(names, each) == "all" for each in self.turned):
            return "all"
        found = covers(names, self.sdks, late=self.late)
        in_part = found == "none" and self.wrapper is not None and covers(names, (self.wrapper,)) != "none"
        return "part" if in_part else found


def types_of(ev: Evaluator, node: Expr | None, scope: Scope) -> tuple[str, ...]:
    """Paths of the exception types an `except` names; `*` for a bare one, `?` for what can't be read."""
    if node is None:
        return ("*",)
    found: list[str] = []
    for value in ev.eval(node, scope):
        found.extend(_names(ev, (value,), 0))
    return tuple(dict.fromkeys(found)) or ("?",)


def _names(ev: Evaluator, values: Values, depth: int) -> Iterable[str]:
    for value in values:
        match value:
            case Ext(path=path):
                yield "?" if path.endswith("()") else path.replace("()", "")
            case Cls(scope=scope):
                yield f"{scope.module.path}:{scope.name}"
            case Seq(elements=elements, scope=scope) if depth < 4:
                for each in elements:
                    yield from _names(ev, ev.eval(each, scope), depth + 1)
            case _:
                yield "?"


def covers(types: Iterable[str], sdks: tuple[Sdk, ...], *, late: bool = False) -> Cover:
    """Whether the types catch every error of a failed request of the SDKs, some, or none; `late`: a deadline around the
    call may have ended it."""
    names = set(types)
    if names & EVERYTHING or names == {"?"}:
        return "part" if sdks and all(sdk.errors.silent for sdk in sdks) else "all"
    found: list[Cover] = [_covers(names, sdk, late=late) for sdk in sdks]
    if found and all(each == "all" for each in found):
        return "all"
    return "part" if "?" in names or any(each != "none" for each in found) else "none"


def is_permanent(types: tuple[str, ...], sdks: tuple[Sdk, ...]) -> bool:
    """Whether the types catch what no repetition mends; of what can't be read, nothing is said."""
    names = set(types)
    return bool(names & EVERYTHING) or ("?" not in names and covers(types, sdks) == "all")


def covers_strand(types: Iterable[str], lineage: tuple[str, ...]) -> Cover:
    """Whether the types catch an exception of a known type."""
    names = set(types)
    if names & EVERYTHING or "?" in names:
        return "all"
    above = {name for each in lineage for name in (each, *ancestors(each))}
    return "all" if any(same(name, each) for name in names for each in above) else "none"


def raised_by(body: tuple[Statement, ...], caught: str | None) -> list[Expr]:
    """What a handler raises other than the exception it caught."""
    return [node for node in _raised(body) if not (isinstance(node, Name) and node.id == caught)]


def raises_same(body: tuple[Statement, ...], caught: str | None) -> bool:
    """Whether a handler raises the exception it caught, on some way: `raise`, `raise error`."""
    return any(
        statement.value is None or (caught is not None and is_name(statement.value, caught))
        if isinstance(statement, Raise)
        else any(raises_same(block, caught) for block in blocks(statement, handlers=False))
        for statement in body
    )


def lineages(ev: Evaluator, nodes: list[Expr], scope: Scope) -> list[tuple[str, ...]]:
    """The types that are raised, each followed by those above it; what can't be read is left out."""
    found: dict[tuple[str, ...], None] = {}
    for node in nodes:
        if isinstance(node, Call) and is_task_retry(node, scope):
            found[TASK_RETRY] = None
        for value in ev.eval(node.func if isinstance(node, Call) else node, scope):
            match value:
                case Cls(scope=owner) | Obj(scope=owner):
                    found[tuple(_above(ev, owner))] = None
                case Ext(path=path):
                    found[(path.replace("()", ""),)] = None
                case _:
                    continue
    return list(found)


def is_task_retry(call: Call, scope: Scope) -> bool:
    """`self.retry(…)` in a function that a decorator makes a task which gets itself as its first parameter."""
    function = scope.function()
    if function is None or not function.params or not _is_bound(function):
        return False
    match call.func:
        case Attr(value=Name(id=name), name="retry"):
            return name == function.params[0].name
        case _:
            return False


def calls_itself(call: Call, scope: Scope) -> bool:
    """Whether a function calls itself: `ask(…)`, or as a method `self.ask(…)` or `Asking.ask(…)`."""
    function = scope.function()
    match call.func:
        case Name(id=name):
            return function is not None and function.klass() is None and name == function.short
        case Attr(value=Name(id=owner), name=name) if function is not None and (klass := function.klass()) is not None:
            return name == function.short and owner in {klass.short, *(each.name for each in function.params[:1])}
        case _:
            return False


def _is_bound(function: Scope) -> bool:
    decorators = (each for each in function.decorators if isinstance(each, Call))
    return any(each.name == "bind" for decorator in decorators for each in decorator.keywords)


def _above(ev: Evaluator, owner: Scope) -> Iterable[str]:
    family = mro(ev, owner)
    yield from (f"{each.module.path}:{each.name}" for each in family)
    yield from (base.path for each in family for base in ev.bases(each) if isinstance(base, Ext))


def _raised(body: tuple[Statement, ...]) -> Iterable[Expr]:
    for statement in body:
        if isinstance(statement, Raise) and statement.value is not None:
            yield statement.value
        for block in blocks(statement):
            yield from _raised(block)


def ancestors(name: str) -> set[str]:
    """Built-in types above a built-in exception."""
    found = getattr(builtins, name.removeprefix("builtins."), None) if name.startswith("builtins.") else None
    return {f"builtins.{each.__name__}" for each in found.__mro__} if isinstance(found, type) else set()


def _covers(names: set[str], sdk: Sdk, *, late: bool) -> Cover:
    rule = sdk.errors
    plain = {SAME.get(name, name) for name in names}
    if any(_takes(plain, base) for base in rule.base):
        return "all" if not rule.transport or _catches_transport(names, rule) else "part"
    if any(all(_takes(plain, each) for each in group) for group in rule.together):
        return "all"
    known = (*rule.some, *rule.permanent, *(each for group in rule.together for each in group))
    if any(same(name, each) for name in names for each in known):
        return "part"
    if (late and not plain.isdisjoint(DEADLINE)) or any(_related(name, sdk, known) for name in plain):
        return "part"
    return "none"


def _takes(names: set[str], wanted: str) -> bool:
    """Whether one of the names is the type, or a built-in one above it."""
    return not names.isdisjoint(ancestors(wanted)) or any(same(name, wanted) for name in names)


def _catches_transport(names: set[str], rule: ErrorRule) -> bool:
    """Whether errors of the HTTP library are caught too, where the SDK lets them through."""
    return any(name.partition(".")[0] in rule.transport or name == "builtins.OSError" for name in names)


def _related(name: str, sdk: Sdk, known: tuple[str, ...]) -> bool:
    """Whether some failed request raises the type or one below it, or the HTTP library below the SDK may."""
    rule = sdk.errors
    if not (known or rule.base or rule.transport) and name in TRANSPORT:
        return True
    if any(name in ancestors(SAME.get(each, each)) for each in known):
        return True
    if name == "builtins.OSError" and any(each in OS_ERRORS for each in rule.transport):
        return True
    root = name.partition(".")[0]
    below = rule.wraps or HTTP
    return root in below or any(root == each.partition(".")[0] for each in (*sdk.imports, *rule.transport))


def same(name: str, wanted: str) -> bool:
    """The same type, whatever modules stand between the import root and its name."""
    return name.partition(".")[0] == wanted.partition(".")[0] and name.rpartition(".")[2] == wanted.rpartition(".")[2]


def raises(
    body: tuple[Statement, ...], fatal: Callable[[Call], object] | None = None
) -> Literal["always", "sometimes", "never"]:
    """Whether a handler's body raises again; `fatal` says of a call whether what it runs always raises."""
    if not body:
        return "never"
    seen = False
    for statement in body:
        match statement:
            case Raise():
                return "always"
            case Return() | Jump(kind="continue" | "break"):
                return "sometimes" if seen else "never"
            case Do(value=Call() as call) if _exits(call) or (fatal is not None and fatal(call)):
                return "always"
            case If() | With() | Match():
                inside = {raises(each, fatal) for each in blocks(statement)}
                if inside == {"always"}:
                    return "always"
                seen = seen or inside != {"never"}
            case Try(body=inner) | Loop(body=inner):
                seen = seen or raises(inner, fatal) != "never"
            case _:
                continue
    return "sometimes" if seen else "never"


def calls_in(body: tuple[Statement, ...]) -> Iterable[Call]:
    """Calls that stand alone as statements."""
    for statement in body:
        if isinstance(statement, Do) and isinstance(statement.value, Call):
            yield statement.value
        for block in blocks(statement):
            yield from calls_in(block)


def _exits(call: Call) -> bool:
    match call.func:
        case Name(id="reraise"):
            return True
        case _:
            return False


def is_silent(handler: Except) -> bool:
    """Neither logs, counts, re-raises nor answers with a substitute: `pass`, `continue`, `return None`."""
    for statement in handler.body:
        match statement:
            case Jump() | Return(value=None) | Return(value=Const(value=None)):
                continue
            case Do(value=Const()):
                continue
            case Assign(value=Const(value=None)):
                continue
            case _:
                return False
    return True


def leaves(body: tuple[Statement, ...]) -> bool:
    """Whether the body always ends in `return`, `break` or `raise`, so that a loop around it ends."""
    for statement in body:
        match statement:
            case Return() | Raise() | Jump(kind="break"):
                return True
            case If(body=then, orelse=other) if other and leaves(then) and leaves(other):
                return True
            case With(body=inner) if leaves(inner):
                return True
            case _:
                continue
    return False


def after(body: tuple[Statement, ...], node: Statement) -> tuple[Statement, ...] | None:
    """The statements that follow a node in its block; None when it isn't there."""
    for at, statement in enumerate(body):
        if statement is node:
            return body[at + 1 :]
        if at + 1 < len(body) and body[at + 1].line <= node.line:
            continue  # it ends before the node begins
        for block in blocks(statement):
            found = after(block, node)
            if found is not None:
                return found or body[at + 1 :]
    return None


def blocks(statement: Statement, *, handlers: bool = True) -> tuple[tuple[Statement, ...], ...]:
    """The bodies a compound statement holds, nested definitions left out."""
    match statement:
        case If(body=body, orelse=orelse) | Loop(body=body, orelse=orelse):
            return (body, orelse)
        case Try(body=body, handlers=caught, orelse=orelse, final=final):
            return (body, *(each.body for each in caught if handlers), orelse, final)
        case With(body=body):
            return (body,)
        case Match(cases=cases):
            return cases
        case _:
            return ()
