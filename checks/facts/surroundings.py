"""How a call is built in: loops around it, where its client is made, what its settings say of the task."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import EntryPoint, Place, Setting, Setup
from ..project.edges import name_of
from ..project.scope import Scope, Site
from ..project.uses import statements
from ..project.values import Lit
from ..read.tree import (
    Assign,
    Attr,
    Call,
    Comp,
    Compare,
    Expr,
    If,
    Items,
    Jump,
    Loop,
    Mapping,
    Name,
    Return,
    is_none,
    names_in,
    walk,
)
from .clients import Client, clients, remote
from .fallback import is_over_models
from .loops import is_over_data
from .settings import given_values
from .standin import by_data
from .subject import Subject, place
from .triggers import actions
from .turns import is_turn
from .waits import SLEEPS

BATCH = re.compile(r"(?i)batch|group|slice|chunks|page|shard|_list$|items|docs|documents|texts|nodes")
"""Names of loop variables that hold several items."""
MOST = 200
"""Functions looked at on the way up to whoever waits."""
ROUNDS = 3
"""Functions above the call in which a loop is looked for."""
MAKERS = re.compile(r"(?i)^(?:__init__|__new__|setup|init|startup|lifespan|configure|main|create_app)")
"""Functions in which a client is built once."""


def surroundings(subject: Subject, model: str) -> Setup:
    """All that rules ask of how the call is built in; `model` is its name, as far as it is known."""
    loop, waiting = _loop(subject)
    return Setup(
        direct=_is_direct(subject),
        loop=loop,
        waiting=waiting,
        client=_client(subject),
        repeats=_repeats(subject, loop),
        short=_short(subject),
        tier=subject.ground.tier_of(model),
        breaker=by_data(subject, "breaker") is not None,
        moderated=by_data(subject, "moderation") is not None,
        actions=actions(subject),
    )


def _is_direct(subject: Subject) -> bool:
    known = [client.sdk for client in remote(clients(subject))] or [subject.sdk]
    return subject.sdk.kind == "sdk" and all(
        each.kind == "sdk" and not each.gateway and not each.in_process and not each.local
        for each in (*known, subject.sdk)
    )


def _loop(subject: Subject) -> tuple[Setting, EntryPoint | None]:
    """The loop, in the call's function or one that leads to it, that sends a request for each element; who waits."""
    own = subject.own_sites()[-1]
    if subject.kind == "embedding" and _hands_over_several(own):
        return Setting("no"), None
    queue: list[tuple[Site, int]] = [(own, 0)]
    seen: set[Scope] = set()
    while queue:
        site, level = queue.pop(0)
        found = _around(subject, site)
        if found is not None:
            return found, _waiting(subject, site)
        function = site.scope.function()
        if level < ROUNDS and function is not None and function not in seen and not subject.entries.of(function):
            seen.add(function)
            queue += [(above, level + 1) for above in _above(subject, function)]
    return Setting("no"), None


def _above(subject: Subject, function: Scope) -> list[Site]:
    """Where a function is called from in the same run of things."""
    edges = [each for each in subject.ev.callers(function) if subject.entries.registration(each) is None]
    return [edge.site for edge in edges if not edge.hop and not edge.guess]


def _waiting(subject: Subject, site: Site) -> EntryPoint | None:
    """The most exposed entry point from which a site is reached; none that only a person at a terminal starts."""
    queue, seen, found = [site], set[Scope](), list[EntryPoint]()
    while queue and len(seen) < MOST:
        function = queue.pop(0).scope.function()
        if function is not None and function not in seen:
            seen.add(function)
            found += subject.entries.of(function)
            queue += _above(subject, function)
    return next((each for kind in ("remote", "background") for each in found if each.audience == kind), None)


def _around(subject: Subject, site: Site) -> Setting | None:
    receiver = set(names_in(site.call.func)) - set(names_in((site.call.args, site.call.keywords)))
    for frame in reversed(site.frames):
        match frame.node:
            case Loop(kind="for" | "async for") as loop if frame.part == "body":
                over = is_over_data(subject.ev, site, loop) and not is_over_models(loop, site)
                if (
                    not over
                    or _is_batch(loop.target)
                    or _hands_over_several(site)
                    or _ends_early(loop)
                    or receiver & set(names_in(loop.target))
                ):
                    return None
                apart = site.awaited and loop.kind == "for" and _are_apart(loop, site)
                return Setting("items", Place(site.scope.module.path, loop.line), "apart" if apart else "awaited")
            case Comp(loops=loops) if frame.kind == "comp":
                names = {name for each in loops for name in names_in(each.target)}
                if not names & set(names_in(site.call)) or names & receiver or any(_is_batch(e.target) for e in loops):
                    return None
                detail = "apart" if site.awaited else "gathered" if subject.is_async() else "awaited"
                return Setting("items", Place(site.scope.module.path, site.line), detail)
            case _:
                continue
    return None


def _ends_early(loop: Loop) -> bool:
    """A loop that looks for one element: it stops at the first that will do."""
    for statement, frames in statements(loop.body):
        inner = any(isinstance(frame.node, Loop) for frame in frames)
        failed = any(frame.part == "handler" for frame in frames)
        if isinstance(statement, Jump) and statement.kind == "break" and not inner and not failed:
            return True
        if isinstance(statement, Return) and not failed:
            return True
    return False


def _hands_over_several(site: Site) -> bool:
    """`split(documents)`, `embed([question, answer])`: each round sends a list."""
    for arg in (*site.call.args, *(each.value for each in site.call.keywords)):
        match arg:
            case Name(id=name) | Attr(name=name) if BATCH.search(name):
                return True
            case Items(kind="list", elements=elements) if len(elements) > 1:
                return not any(isinstance(each, Mapping) for each in elements)
            case Comp():
                return True
            case _:
                continue
    return False


def _is_batch(target: Expr | None) -> bool:
    return any(BATCH.search(name) for name in names_in(target))


def _are_apart(loop: Loop, site: Site) -> bool:
    """Whether no round needs what an earlier one gave, and none waits on purpose."""
    used = set(names_in(site.call)) - set(names_in(loop.target))
    changed: set[str] = set()
    for statement, _ in statements(loop.body):
        if isinstance(statement, Assign) and (statement.op or statement.line > site.line):
            changed |= {name for target in statement.targets for name in names_in(target)}
    for part in walk(loop.body):
        match part:
            case Call(func=Attr(value=Name(id=name), name="append" | "extend" | "insert" | "update" | "add")):
                changed.add(name)
            case Call(func=func) if name_of(func) in SLEEPS:
                return False
            case _:
                continue
    return not used & changed


def _client(subject: Subject) -> Setting:
    """Whether the function that asks builds the client, each time it runs."""
    made = [client for client in remote(clients(subject)) if client.made is not None]
    for client in made:
        if client.made is not None and _is_per_call(subject, client, client.made):
            return Setting("per-call", place(client.made), name_of(client.made.call.func))
    return Setting("shared")


def _is_per_call(subject: Subject, client: Client, made: Site) -> bool:
    scope = made.scope
    if not scope.is_function or scope is not subject.scope or client.sdk.in_process or MAKERS.match(scope.short):
        return False
    if scope.decorators and any("cache" in name_of(getattr(each, "func", each)) for each in scope.decorators):
        return False
    if {"self", "cls"} & set(names_in(made.call.func)):
        return False  # a handle that a lasting client gives
    params = _given(made)
    if params & set(names_in((made.call.args, tuple(each.value for each in made.call.keywords)))):
        return False  # another client for each caller
    if any(isinstance(frame.node, If) and _asks_whether_made(frame.node.test) for frame in made.frames):
        return False
    return not any(name in scope.globals for name in _targets(made))


def _given(made: Site) -> set[str]:
    """The parameters of the function, and what was taken from them before the client is built."""
    found = {each.name for each in made.scope.params if each.name not in ("self", "cls")}
    for statement, _ in statements(made.scope.body):
        if isinstance(statement, Assign) and statement.line < made.line and found & set(names_in(statement.value)):
            found |= {name for target in statement.targets for name in names_in(target)}
    return found


def _targets(made: Site) -> Iterator[str]:
    for statement, _ in statements(made.scope.body):
        if isinstance(statement, Assign) and statement.value is made.call:
            yield from (name for target in statement.targets for name in names_in(target))


def _asks_whether_made(test: Expr) -> bool:
    match test:
        case Compare(ops=("is" | "==" | "not in",), rest=(other,)):
            return is_none(other) or not isinstance(other, Items)
        case _:
            return getattr(test, "op", "") == "not"


def _repeats(subject: Subject, loop: Setting) -> Setting:
    """Whether the same input is meant to give the same answer, or none is ever the same: a turn of a conversation."""
    if is_turn(subject):
        return Setting("turn", place(subject.site), "a turn of a conversation")
    rule = subject.sdk.temperature
    for given in given_values(subject, rule.call, rule.client):
        if any(
            isinstance(each, Lit) and each.value == 0 and not isinstance(each.value, bool)
            for each in given.passed.values
        ):
            return Setting("yes", given.where, "temperature 0")
    if subject.kind == "embedding" and loop.state == "items":
        return Setting("yes", loop.where, "an embedding is the same each time")
    return Setting("no")


def _short(subject: Subject) -> int | None:
    """The most tokens of an answer that the call allows, where a number says so."""
    rule = subject.found.match.rule.max_output or subject.sdk.max_output
    for given in given_values(subject, rule.call, rule.client):
        numbers = [each.value for each in given.passed.values if isinstance(each, Lit) and isinstance(each.value, int)]
        return max(numbers) if numbers and len(numbers) == len(given.passed.values) else None
    return None
