"""What a function goes on with when a call has failed: another answer, nothing, or the news that it failed.

instead   another model, another answer, or the rest of the work without this step
nothing   None, False or an empty text: whoever called decides what becomes of it
news      an error message, an error status
up        the exception goes on
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..project.edges import arguments_of, name_of
from ..project.handed import param_at
from ..project.scope import Scope, Site
from ..project.uses import Frames, statements, uses
from ..read.tree import (
    Assign,
    Attr,
    Await,
    Binary,
    Call,
    Const,
    Do,
    Either,
    Except,
    Expr,
    If,
    Index,
    Items,
    Jump,
    Loop,
    Name,
    Raise,
    Return,
    Slice,
    Star,
    Statement,
    Try,
    With,
    Yield,
    names_in,
    walk,
)
from .asks import Asks
from .coverage import calls_itself, raises
from .news import TOLD, is_empty, verdict
from .objects import Objects
from .turned import turns

STATUS = re.compile(r"(?i)(?:return|exit|status)_?code|^code$|^exit$")
"""What the end of a program is called."""
ATTEMPTS = re.compile(r"(?i)attempt|retr(?:y|ie)|tries|trial")
"""Parameters that say how often something was tried, or whether it still may be."""


class Substitutes:
    """Judges what stands where a failed call goes on."""

    def __init__(self, asks: Asks, objects: Objects) -> None:
        self._asks = asks
        self._objects = objects

    def after_failure(
        self, body: tuple[Statement, ...], scope: Scope, caught: str | None, wanted: Iterable[str], site: Site
    ) -> str:
        """What a run of statements puts in the place of the answer, which `wanted` names; "" where it does nothing
        about it."""
        if self.asks_another(body, scope, site):
            return "instead"
        told = [each for each, _ in statements(body) if not _repeats(each, site.call, scope)]
        return self._first(told, scope, caught, frozenset(wanted if raises(body) != "always" else ()))

    def given(self, handler: Except, scope: Scope, wanted: set[str]) -> list[tuple[str, str, Expr | None]]:
        """What a handler sets each of some names to, with the verdict on it; nothing where it gives another answer."""
        found = self._said([each for each, _ in statements(handler.body)], scope, handler.name, frozenset(wanted))
        if any(said == "instead" and not isinstance(each, Assign) for each, said in found):
            return []
        return [(shown(each.targets[0]), said, each.value) for each, said in found if isinstance(each, Assign)]

    def behind(self, loop: Loop | None, rest: tuple[Statement, ...], wanted: Iterable[str], site: Site) -> str:
        """The same of what follows a loop whose rounds ask: what returns those names returns the answer, and what needs
        one that holds nothing else is not come to without it."""
        if loop is None:
            return self.after_failure(rest, site.scope, None, wanted, site)
        names = frozenset(wanted)
        if not any(each.line < loop.line for name in names for each in _set_in(site.scope).get(name, ())):
            rest = _before_use(rest, names)
        if self.asks_another(rest, site.scope, site):
            return "instead"
        told = [
            each for each, _ in statements(rest) if not (_repeats(each, site.call, site.scope) or _gives(each, names))
        ]
        return self._first(told, site.scope, None, names if raises(rest) != "always" else frozenset[str]())

    def _first(self, told: list[Statement], scope: Scope, caught: str | None, wanted: frozenset[str]) -> str:
        known = [said for _, said in self._said(told, scope, caught, wanted)]
        return next((verdict for verdict in ("instead", "news", "nothing", "up") if verdict in known), "")

    def _said(
        self, told: list[Statement], scope: Scope, caught: str | None, wanted: frozenset[str]
    ) -> list[tuple[Statement, str]]:
        bad = (caught, *_made_of_news(told, caught))
        return [(each, self._of_statement(each, bad, wanted, scope)) for each in told]

    def of(self, value: Expr | None, scope: Scope, caught: tuple[str | None, ...] = (None,)) -> str:
        """What stands in an answer's place, told by what it is made of and else by words."""
        return self._objects.verdict(value, scope, caught) or verdict(value, *caught)

    def before(self, scope: Scope, node: Try | With, names: Iterable[str]) -> str:
        """What the names hold that were set before a `try`, as its answer's place: the default that stays."""
        set_before = [each for name in names for each in _set_in(scope).get(name, ()) if each.line < node.line]
        last = max(set_before, key=lambda each: each.line, default=None)
        return self.of(last.value, scope) if last is not None and last.value is not None else ""

    def asks_another(self, body: tuple[Statement, ...], scope: Scope, site: Site) -> bool:
        """Whether a model is asked again, in another way than before: no repetition, nor a call of itself."""
        simpler = _is_made_simpler(body, site.call) or turns(body, site.call, scope)

        def is_again(call: Call) -> bool:
            return (same_request(call, site.call) and not simpler) or calls_itself(call, scope)

        return self._asks.within(body, scope, is_again)

    def _of_statement(
        self, statement: Statement, bad: tuple[str | None, ...], wanted: frozenset[str], scope: Scope
    ) -> str:
        match statement:
            case Raise():
                return "up"
            case Return(value=Const(value=int())) if _gives_status(scope):
                return "news"
            case Return(value=value):
                return self.of(value, scope, bad)
            case Assign(targets=(target,), value=value, op="") if value is not None and shown(target) in wanted:
                return self.of(value, scope, bad)
            case Do(value=Yield(value=value)):
                return self.of(value, scope, bad)
            case _:
                return ""


def _before_use(body: tuple[Statement, ...], names: frozenset[str]) -> tuple[Statement, ...]:
    """The statements that run where none of the names was ever set: those before the first that needs one."""
    for at, each in enumerate(body):
        if isinstance(each, (Assign, Do)) and not names.isdisjoint(names_in(each.value)):
            return body[:at]
    return body


def _gives(statement: Statement, names: frozenset[str]) -> bool:
    return isinstance(statement, Return) and not names.isdisjoint(names_in(statement.value))


def given_before(scope: Scope, node: Try | With, name: str) -> bool:
    """Whether a name has the text that the function was given when a construct is come to."""
    given = next((each.param for each in scope.bindings.get(name, ()) if each.param is not None), None)
    if given is None or any(each.line < node.line for each in _set_in(scope).get(name, ())):
        return False
    is_flag = isinstance(given.default, Const) and not isinstance(given.default.value, str)
    return given.default is None or not (is_flag or is_empty(given.default))


@lru_cache(maxsize=64)
def _gives_status(scope: Scope) -> bool:
    """Whether a function only says how it went, as a program does when it ends: `return 0`, `return run.returncode`."""
    given = [part for each in scope.returns for part in _chosen(each)]
    told = any(isinstance(each, Const) and each.value == 0 and type(each.value) is int for each in given)
    given = [each for each in given if not (isinstance(each, Const) and type(each.value) is int)]
    return told and all(any(STATUS.search(name) for name in names_in(each)) for each in given)


def _chosen(value: Expr) -> tuple[Expr, ...]:
    """What an expression gives one of: `0 if answer else 1`."""
    return value.parts if isinstance(value, Either) and value.test is not None else (value,)


def _is_made_simpler(body: tuple[Statement, ...], call: Call) -> bool:
    """Whether something is taken out of what a call is given: `options.pop("tools")`."""
    given = frozenset(names_in((call.args, call.keywords)))
    for statement, _ in statements(body):
        match statement:
            case Assign(targets=(Name(id=name),), value=Index(value=Name(id=whole), key=Slice())) if name == whole:
                if name in given:
                    return True
            case Assign(value=Call(func=Attr(value=Name(id=name), name="pop"))) if name in given:
                return True
            case Do(value=Call(func=Attr(value=Name(id=name), name="pop" | "popitem" | "clear"))) if name in given:
                return True
            case _:
                continue
    return False


def _made_of_news(told: Iterable[Statement], caught: str | None) -> tuple[str, ...]:
    """Names that get the error's text: `answer = f"It failed: {error}"`."""
    return tuple(
        target.id
        for each in told
        if isinstance(each, Assign) and each.value is not None and caught is not None
        for target in each.targets
        if isinstance(target, Name) and any(isinstance(part, Name) and part.id == caught for part in walk(each.value))
    )


def _repeats(statement: Statement, call: Call, scope: Scope) -> bool:
    """Whether a statement only sends the same request again."""
    value = getattr(statement, "value", None)
    return value is not None and any(
        isinstance(part, Call) and (same_request(part, call) or _is_same_turn(part, scope)) for part in walk(value)
    )


def _is_same_turn(call: Call, scope: Scope) -> bool:
    """Whether a function calls itself with what it was given, where only a count of attempts may differ."""
    function = scope.function()
    if function is None or not calls_itself(call, scope):
        return False
    return all(_is_kept(arg, param_at(function, call, at)) for at, arg in enumerate(arguments_of(call)))


def _is_kept(arg: Expr, param: str | None) -> bool:
    match arg:
        case Star(value=Name()):
            return True
        case Name(id=name) | Binary(left=Name(id=name), right=Const()):
            return param is None or name == param
        case Const():
            return param is not None and ATTEMPTS.search(param) is not None
        case _:
            return False


def same_request(one: Call, two: Call) -> bool:
    """Whether two calls are written alike: the same request again."""
    return one is two or _words(one) == _words(two)


def _words(node: Expr) -> list[tuple[str, object]]:
    """What an expression says, wherever it stands."""
    found: list[tuple[str, object]] = []
    for part in walk(node):
        words = [getattr(part, each, None) for each in ("id", "name", "value", "op", "kind")]
        found.append((type(part).__name__, tuple(each for each in words if isinstance(each, str | int | float | bool))))
    return found


def shown(node: Expr) -> str:
    """An expression as far as names, attributes, keys and literals go."""
    match node:
        case Name(id=name):
            return name
        case Attr(value=value, name=name):
            return f"{shown(value)}.{name}"
        case Index(value=value, key=key):
            return f"{shown(value)}[{shown(key)}]"
        case Const(value=value):
            return repr(value)
        case Await(value=value):
            return shown(value)
        case _:
            return f"<{id(node)}>"


def kept_in(call: Call, scope: Scope) -> tuple[str, ...]:
    """Names that get what a call gives, or what is made of it in the same statement."""
    return _kept(scope).get(id(call), ())


@lru_cache(maxsize=64)
def _kept(scope: Scope) -> dict[int, tuple[str, ...]]:
    """The names that get what the calls of a body give, found in one pass."""
    found: dict[int, tuple[str, ...]] = {}
    for statement, _ in statements(scope.body):
        if isinstance(statement, Assign) and statement.value is not None:
            names = tuple(
                shown(each)
                for target in statement.targets
                for each in (target.elements if isinstance(target, Items) else (target,))
            )
            for part in walk(statement.value):
                if isinstance(part, Call):
                    found.setdefault(id(part), names)
    return found


def received(names: tuple[str, ...], scope: Scope) -> tuple[str, ...]:
    """The names, and those that get what they give once it is waited for: `a, b = await gather(task, other)`."""
    found = list(names)
    for statement, _ in statements(scope.body):
        match statement:
            case Assign(targets=(target,), value=Await(value=Call(args=args))) if isinstance(target, Items):
                pairs = zip(args, target.elements, strict=False)
                found += [shown(each) for arg, each in pairs if shown(arg) in names]
            case Assign(targets=(target,), value=Await(value=value)) if shown(value) in names:
                found.append(shown(target))
            case _:
                continue
    return tuple(dict.fromkeys(found))


def assigned(body: tuple[Statement, ...]) -> Iterator[str]:
    """Names and attributes that a run of statements sets."""
    for statement, _ in statements(body):
        if isinstance(statement, Assign):
            for target in statement.targets:
                yield from (shown(each) for each in (target.elements if isinstance(target, Items) else (target,)))


def set_alike(one: tuple[Statement, ...], two: tuple[Statement, ...]) -> set[str]:
    """Names that two ways set to the same, as what is measured on both: `took = time() - start`."""
    first, second = _values(one), _values(two)
    return {name for name, values in first.items() if values == second.get(name)}


def _values(body: tuple[Statement, ...]) -> dict[str, list[list[tuple[str, object]]]]:
    """What the names of a run of statements are set to, as it is written."""
    found: dict[str, list[list[tuple[str, object]]]] = {}
    for statement, _ in statements(body):
        if isinstance(statement, Assign) and statement.value is not None:
            for name in assigned((statement,)):
                found.setdefault(name, []).append(_words(statement.value))
    return found


@lru_cache(maxsize=64)
def _set_in(scope: Scope) -> dict[str, list[Assign]]:
    """Where the names and attributes of a body are set, one at a time."""
    found: dict[str, list[Assign]] = {}
    for statement, _ in statements(scope.body):
        match statement:
            case Assign(targets=(target,)):
                found.setdefault(shown(target), []).append(statement)
            case _:
                continue
    return found


def read_in(rest: tuple[Statement, ...], scope: Scope, name: str) -> bool:
    """Whether a name, or the attribute it ends in, is read in the statements that end a body."""
    return bool(rest) and _last_read(scope).get(name.rpartition(".")[2], 0) >= rest[0].line


@lru_cache(maxsize=64)
def _last_read(scope: Scope) -> dict[str, int]:
    """The last line on which each name and attribute of a body is read."""
    found: dict[str, int] = {}
    for expr, _, line in uses(scope.body):
        if isinstance(expr, (Name, Attr)):
            name = expr.id if isinstance(expr, Name) else expr.name
            found[name] = max(found.get(name, 0), line)
    return found


def works_on(rest: tuple[Statement, ...]) -> bool:
    """Whether statements do something worth going on for: return an answer, or call more than a logger."""
    for statement, frames in statements(rest):
        match statement:
            case Return(value=value) if value is not None and verdict(value, None) == "instead":
                return not isinstance(value, Const)
            case Return(value=value) if (value is None or is_empty(value)) and _is_on_condition(frames):
                continue
            case Return() | Raise() | Jump(kind="break" | "continue"):
                return False
            case Do(value=Call(func=func)) | Do(value=Await(value=Call(func=func))):
                if name_of(func) not in TOLD:
                    return True
            case Assign(value=value) if any(isinstance(part, Call) for part in walk(value)):
                return True
            case _:
                continue
    return False


def _is_on_condition(frames: Frames) -> bool:
    return any(isinstance(frame.node, If) for frame in frames)


def leaving(statement: Statement) -> bool:
    """Whether a statement ends its function or the round of its loop."""
    return isinstance(statement, Return) or (isinstance(statement, Jump) and statement.kind in ("continue", "break"))


def always_leaves(body: tuple[Statement, ...]) -> bool:
    """Whether a body hands its answer out itself: what follows runs only when it failed."""
    return any(isinstance(statement, Return) for statement in body) and raises(body) != "always"
