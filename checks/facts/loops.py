"""Hand-written retry loops: the same request is repeated because it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model import Place, RetryLayer
from ..project.edges import name_of
from ..project.scope import Frame, Site
from ..project.uses import statements, uses
from ..read.tree import (
    Assign,
    Attr,
    Await,
    Call,
    Compare,
    Const,
    Do,
    Except,
    Expr,
    If,
    Items,
    Loop,
    Name,
    Return,
    Statement,
    Try,
    With,
    names_in,
)
from ..sdks.schema import Sdk
from .counted import counted, goes_on, whole
from .coverage import Failing, after, blocks, is_permanent, leaves, raises, same, types_of
from .exits import exits_of
from .waits import Between

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator
    from .subject import Subject

TAKERS = frozenset({
    "input", "getpass", "receive", "receive_text", "receive_json", "receive_bytes", "recv", "prompt_async",
})  # fmt: skip
"""Calls that wait for what somebody says next."""
COUNTERS = ("attempt", "retr", "tries", "try_", "trial", "_", "i", "n", "count", "k")


def loop_layer(subject: Subject, site: Site, failing: Failing) -> RetryLayer | None:
    """The innermost loop around the site that repeats it when it fails."""
    frames = site.frames
    for at in range(len(frames) - 1, -1, -1):
        loop = frames[at].node
        if isinstance(loop, Loop) and frames[at].part == "body":
            attempt = next((f.node for f in frames[at + 1 :] if _is_body(f)), None)
            if isinstance(attempt, Try):
                found = _layer(subject, site, loop, attempt, failing)
                if found is not None:
                    return found
    return None


def _is_body(frame: Frame) -> bool:
    return frame.kind == "try" and frame.part == "body"


def _layer(subject: Subject, site: Site, loop: Loop, attempt: Try, failing: Failing) -> RetryLayer | None:
    ev, ends = subject.ev, subject.ground.ends
    rest = after(loop.body, attempt) or ()
    ended = [h for h in attempt.handlers if _ends_it(h, attempt, rest) or ends.within(h.body, site.scope)]
    going_on = [h for h in attempt.handlers if goes_on(h.body) or h not in ended]
    again = [h for h in going_on if failing.caught(types_of(ev, h.type, site.scope)) != "none"]
    types = tuple(name for h in again for name in types_of(ev, h.type, site.scope))
    if not again:
        return None
    if not succeeds_out(loop, attempt, site) or is_over_data(ev, site, loop):
        return None
    counts = (_number(ev, loop, site), counted(ev, site, again))
    number = min((each for each in counts if each is not None), default=None)
    bodies = tuple(statement for h in again for statement in h.body)
    between = Between(ev, site.scope, loop.body, names_in(loop.target))
    given_up = all((_gives_up(h) and not between.by_kind(h)) or between.gives_up(h.body) for h in again)
    given_up = given_up or any(exits_of(loop, attempt))
    bounded = number is not None or given_up or not _is_endless(loop, attempt)
    selective = raises(bodies) != "never" or between.chooses(bodies) or _lets_out(ev, attempt, site, failing.sdks)
    waited = between.backoff(bodies)
    return RetryLayer(
        kind="loop",
        name=f"{'while' if loop.kind == 'while' else 'for'} loop",
        attempts=number,
        bounded=bounded,
        backoff=waited if waited != "none" else between.backoff(rest, deep=leaves((*attempt.body, *attempt.orelse))),
        catches=types,
        where=Place(site.scope.module.path, loop.line),
        permanent_errors=is_permanent(types, failing.sdks) and not selective,
    )


def raised_in_the_end(loop: Loop, attempt: Try) -> tuple[Statement, ...]:
    """What a loop that a success leaves does where it raises because its attempts have failed often or long enough."""
    given_up = list(exits_of(loop, attempt))
    rest = after(loop.body, attempt) or ()
    answered = (each.body for each in rest if isinstance(each, If) and not any(each.body is body for body in given_up))
    if any(_contains_exit(each) for each in (attempt.body, attempt.orelse)) or any(leaves(each) for each in answered):
        return tuple(statement for body in given_up if raises(body) == "always" for statement in body)
    return ()


def _lets_out(ev: Evaluator, attempt: Try, site: Site, sdks: tuple[Sdk, ...]) -> bool:
    """A handler that takes what no repetition mends out of the loop."""
    permanent = [name for sdk in sdks for name in sdk.errors.permanent]
    for handler in attempt.handlers:
        if raises(handler.body) == "always" or leaves(handler.body):
            types = types_of(ev, handler.type, site.scope)
            if any(same(name, each) for name in types for each in permanent):
                return True
    return False


def succeeds_out(loop: Loop, attempt: Try, site: Site) -> bool:
    """Whether a success of the site ends the loop, in which nobody is asked for something new each time."""
    if _takes_new(loop):
        return False
    body = _behind(attempt.body, site.call.span.line)
    done = (*body, *attempt.orelse)
    bodies = (body, attempt.orelse, after(loop.body, attempt) or ())
    if any(leaves(each) or _contains_exit(each) for each in bodies) or _returns(done):
        return True
    return loop.kind == "while" and not isinstance(loop.source, Const) and _changes(loop.source, done)


def _takes_new(loop: Loop) -> bool:
    """A conversation: the next round has another input, which is what such a call gives."""
    unused = {id(part) for each, _ in statements(loop.body) if isinstance(each, Do) for part in _awaited(each.value)}
    return any(
        isinstance(expr, Call)
        and name_of(expr.func) in TAKERS
        and id(expr) not in unused
        and all(frame.part != "handler" for frame in frames)
        for expr, frames, _ in uses(loop.body)
    )


def _awaited(value: Expr) -> tuple[Expr, ...]:
    """An expression, and what it waits for."""
    return (value, value.value) if isinstance(value, Await) else (value,)


def _behind(body: tuple[Statement, ...], line: int) -> tuple[Statement, ...]:
    """What runs once the call on a line has succeeded, from the statement on that holds it."""
    at = max((at for at, each in enumerate(body) if each.line <= line), default=0)
    inside: tuple[Statement, ...] = body[at : at + 1]
    for held in inside:
        inner = () if isinstance(held, Loop) else [each for each in blocks(held, handlers=False) if each]
        begun = [each for each in inner if each[0].line <= line]
        if begun:
            later = inner[len(begun) :] if isinstance(held, Try) else ()
            inside = (*_behind(begun[-1], line), *(statement for block in later for statement in block))
    return (*inside, *body[at + 1 :])


def _contains_exit(body: tuple[Statement, ...]) -> bool:
    """A `return` or `break` under a condition, inside nested blocks but not in a loop of their own."""
    for statement in body:
        if leaves((statement,)):
            return True
        if not isinstance(statement, Loop) and any(_contains_exit(block) for block in blocks(statement)):
            return True
    return False


def _returns(body: tuple[Statement, ...]) -> bool:
    """A `return` anywhere: of a loop inside, it leaves that around it, too."""
    return any(isinstance(statement, Return) for statement, _ in statements(body))


def _ends_it(handler: Except, attempt: Try, rest: tuple[Statement, ...]) -> bool:
    """Whether a handler that doesn't `continue` leaves, raises or asks once more itself: `answer = ask(simpler)`. Where
    it does so in some cases only, and nothing ends the round, the loop goes on in the others."""
    if leaves(handler.body) or raises(handler.body) == "always":
        return True
    asked = {each for statement, _ in statements(attempt.body) if (each := _asked(statement))}
    again = any(_asked(statement) in asked for statement, _ in statements(handler.body))
    return again and (leaves(rest) or _is_over(handler.body, asked))


def _is_over(body: tuple[Statement, ...], asked: set[tuple[str, str]]) -> bool:
    """Whether every way through a handler asks once more, or leaves the loop."""
    for statement in body:
        match statement:
            case If(body=then, orelse=other) if _is_over(then, asked) and _is_over(other, asked):
                return True
            case With(body=inner) | Try(body=inner) if _is_over(inner, asked):
                return True
            case _ if leaves((statement,)) or _asked(statement) in asked:
                return True
            case _:
                continue
    return False


def _asked(statement: Statement) -> tuple[str, str] | None:
    """The variable that is given what a call gives, with the name of what is called."""
    match statement:
        case Assign(targets=(Name(id=name),), value=Call(func=func) | Await(value=Call(func=func))):
            return name, name_of(func)
        case _:
            return None


def _changes(test: Expr, body: tuple[Statement, ...]) -> bool:
    """Whether the body assigns a name of the loop's test (`done = True`)."""
    names = set(names_in(test))
    return any(isinstance(s, Assign) and any(n in names for t in s.targets for n in names_in(t)) for s in body)


def is_over_data(ev: Evaluator, site: Site, loop: Loop) -> bool:
    """A loop over items: what comes next is another request, not the same."""
    if loop.target is None:
        return False
    targets = list(names_in(loop.target))
    if _is_counting(loop.source) and not isinstance(loop.target, Items):
        return False
    used = set(names_in(site.call))
    if any(name in used for name in targets):
        return True
    return not all(name.lower().startswith(COUNTERS) for name in targets)


def _is_counting(source: Expr) -> bool:
    match source:
        case Call(func=Name(id="range") | Attr(name="count")):
            return True
        case Call(func=Name(id="enumerate" | "tqdm"), args=(inner, *_)):
            return _is_counting(inner)
        case _:
            return False


def _number(ev: Evaluator, loop: Loop, site: Site) -> int | None:
    """Attempts of a counted loop."""
    match loop.source:
        case Call(func=Name(id="range"), args=args) if args:
            bounds = [whole(ev, arg, site) for arg in args[:2]]
            if bounds[-1] is None:
                return None
            first = bounds[0] if len(bounds) == 2 and bounds[0] is not None else 0
            return max(1, bounds[-1] - first)
        case Items(elements=elements):
            return len(elements)
        case Compare(ops=("<" | "<=",), rest=(limit,)):
            return whole(ev, limit, site)
        case _:
            return None


def _is_endless(loop: Loop, attempt: Try) -> bool:
    """A loop without an end, or one that goes on until a name changes which only a success changes."""
    if loop.kind == "while":
        return bool(loop.source.value) if isinstance(loop.source, Const) else ends_by_success(loop, attempt)
    match loop.source:
        case Call(func=Attr(name="count") | Name(id="count")):
            return True
        case _:
            return False


def ends_by_success(loop: Loop, attempt: Try) -> bool:
    """Whether the test of a loop asks only for what an attempt sets that has succeeded: `while answer is None`."""
    failed = (statement for handler in attempt.handlers for statement in handler.body)
    beside = (*(each for each in loop.body if each is not attempt), *failed, *attempt.final)
    asked = set(names_in(loop.source))
    return bool(asked) and asked <= _set_in((*attempt.body, *attempt.orelse)) and asked.isdisjoint(_set_in(beside))


def _set_in(body: tuple[Statement, ...]) -> set[str]:
    """Names that are set by themselves."""
    return {
        target.id
        for each, _ in statements(body)
        if isinstance(each, Assign)
        for target in each.targets
        if isinstance(target, Name)
    }


def _gives_up(handler: Except) -> bool:
    """Whether a handler leaves the loop on some way: `if attempts > 5: break`."""
    return raises(handler.body) != "never" or _contains_exit(handler.body)
