"""Failover: whether the next model or provider is asked, in an order the project gives, when one fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Place, Setting
from ..project.arguments import HIDDEN
from ..project.scope import Scope, Site
from ..project.values import Lit
from ..read.tree import (
    Attr,
    Call,
    Expr,
    If,
    Index,
    Items,
    Jump,
    Loop,
    Name,
    Return,
    Statement,
    Try,
    With,
    walk,
)
from .clients import clients
from .coverage import raises, types_of
from .ground import callee_name
from .reach import MOST
from .rounds import Rounds, is_given_as_model
from .settings import look
from .subject import Subject
from .turned import ENDS, MODELS, shown, turns

GIVEN = ("fallbacks", "default_fallbacks", "context_window_fallbacks", "fallback_models", "fallback_model")
"""Parameters of calls and clients that name the models to turn to."""
STEPS = ("with_fallbacks",)
MADE = re.compile(r"\bFallback(?:Model|ChatModel|LLM|ChatGenerator|Adapter)\b")
OTHERS = re.compile(rf"(?:fallback|candidate)s?{ENDS}", re.IGNORECASE)
"""Names of what stands for models where nothing is said of what it is: `fallbacks`, not `fallback_languages`."""
MISTAKES = frozenset({
    "AttributeError", "ImportError", "ModuleNotFoundError", "NameError", "NotImplementedError", "TypeError",
})  # fmt: skip
"""What Python raises where a package, or its version, is another than the code was written for: no failed request."""
HEIGHT = 200
"""Functions looked at on the way up."""


def failover(subject: Subject) -> Setting:
    """The place of the chain of models this call is a part of."""
    found = _by_parameter(subject) or _by_code(subject)
    return Setting("yes", *found) if found is not None else Setting("no")


def _by_parameter(subject: Subject) -> tuple[Place | None, str] | None:
    path = getattr(subject.found.client, "path", "")
    if any(f"{step}" in path for step in STEPS) or MADE.search(path):
        return Place(subject.scope.module.path, subject.site.line), "further models are given to the client"
    for client in clients(subject, carriers=True) or (None,):
        if client is not None and any(step in client.names for step in STEPS):
            return Place(subject.scope.module.path, subject.site.line), "with_fallbacks"
        for given in look(subject, client, GIVEN, GIVEN):
            if given.passed != HIDDEN and not all(isinstance(v, Lit) and v.value is None for v in given.passed.values):
                return given.where, f"{given.name}= names the next models"
    return None


def _by_code(subject: Subject) -> tuple[Place, str] | None:
    """A loop over models with a try in it, or a handler that asks again for another, on some way to the call."""
    queue, seen = [*subject.sites()], set[Scope]()
    while queue and len(seen) < min(HEIGHT, MOST):
        site = queue.pop(0)
        line = _chained(subject, site)
        if line:
            return Place(site.scope.module.path, line), "the next model is asked when one fails"
        function = site.scope.function()
        if function is None or function in seen:
            continue
        seen.add(function)
        if subject.entries.of(function):
            continue
        queue += [edge.site for edge in subject.ev.callers(function) if not edge.hop]
    return None


def _chained(subject: Subject, site: Site) -> int:
    """Line of the construct around a site that turns to the next model; 0 where there is none."""
    tries = [frame for frame in site.frames if isinstance(frame.node, Try) and frame.part == "body"]
    for frame in site.frames:
        loop = frame.node
        if not isinstance(loop, Loop) or loop.target is None or frame.part != "body":
            continue
        if _ends(loop) and _over_models(loop, site) and Rounds(loop).turn(site):
            return loop.line
    found = (_again(subject, frame.node, site) for frame in tries if isinstance(frame.node, Try))
    return next(filter(None, found), 0)


def _ends(loop: Loop) -> bool:
    """Whether the loop is left with the first answer there is; what a handler does is no answer."""
    queue: list[object] = list(loop.body)
    while queue:
        match queue.pop():
            case Return() | Jump(kind="break"):
                return True
            case If(body=body, orelse=orelse):
                queue += [*body, *orelse]
            case With(body=body):
                queue += body
            case Try(body=body, orelse=orelse, final=final):
                queue += [*body, *orelse, *final]
            case _:
                pass
    return False


def _over_models(loop: Loop, site: Site) -> bool:
    """Whether what differs from one round to the next is the model."""
    if is_given_as_model(loop, site):
        return True
    source = loop.source
    while isinstance(source, Call) and source.args and _last(source.func) in ("enumerate", "list", "tuple", "iter"):
        source = source.args[0]
    parts = source.elements if isinstance(source, Items) else (source,)
    told = [_last(part.func if isinstance(part, Call) else part) for part in parts]
    if any(MODELS.search(name) or OTHERS.search(name) for name in (*told, *_names(loop.target))):
        return True
    return isinstance(loop.target, Name) and any(MODELS.search(name) for name in _fields(loop.target.id, loop.body))


def _fields(name: str, body: tuple[Statement, ...]) -> Iterator[str]:
    """Attributes of a name that are used: `pair.provider`, `pair.model`."""
    for statement in body:
        for each in walk(statement):
            if isinstance(each, Attr) and isinstance(each.value, Name) and each.value.id == name:
                yield each.name


def _names(node: Expr | None) -> Iterator[str]:
    for each in walk(node) if node is not None else ():
        match each:
            case Name(id=name) | Attr(name=name):
                yield name
            case _:
                pass


def _again(subject: Subject, node: Try, site: Site) -> int:
    """Line of the handler that makes the same request of another model."""
    name = callee_name(site)
    for handler in node.handlers:
        if MISTAKES.issuperset(each.rpartition(".")[2] for each in types_of(subject.ev, handler.type, site.scope)):
            continue
        if _is_in_loop(node, site) and raises(handler.body) != "always" and turns(handler.body, site.call, site.scope):
            return handler.line
        for call in _calls(handler.body):
            if not name or _last(call.func) != name or call == site.call:
                continue
            if _differs(call, site.call) or turns(handler.body, call, site.scope):
                return handler.line
    return 0


def _is_in_loop(node: Try, site: Site) -> bool:
    """Whether what follows a `try` is the next round."""
    around = [frame.node for frame in site.frames]
    return any(isinstance(each, Loop) for each in around[: around.index(node)])


def _differs(one: Call, other: Call) -> bool:
    """Another receiver or another model: not the same request once more."""
    if shown(one.func) != shown(other.func):
        return True
    models = [
        [shown(each.value) for each in call.keywords if each.name and MODELS.search(each.name)] for call in (one, other)
    ]
    same = {shown(arg) for arg in other.args}
    return models[0] != models[1] or any(
        MODELS.search(name) for arg in one.args if shown(arg) not in same for name in _names(arg)
    )


def _calls(body: tuple[Statement, ...]) -> Iterator[Call]:
    for statement in body:
        yield from (each for each in walk(statement) if isinstance(each, Call))


def _last(func: Expr) -> str:
    match func:
        case Name(id=name) | Attr(name=name):
            return name
        case Index(value=inner):
            return _last(inner)
        case _:
            return ""
