"""Failover: whether the next model or provider is asked, in an order the project gives, when one fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Place, Setting
from ..project.arguments import HIDDEN
from ..project.edges import arguments_of, name_of
from ..project.scope import Scope, Site
from ..project.uses import Frames, statements
from ..project.values import Lit
from ..read.tree import (
    Assign,
    Attr,
    Await,
    Call,
    Do,
    Expr,
    If,
    Index,
    Items,
    Jump,
    Loop,
    Match,
    Name,
    Return,
    Statement,
    Try,
    With,
    names_in,
    walk,
)
from .clients import clients
from .coverage import raises, types_of
from .news import TOLD
from .reach import MOST
from .settings import look
from .subject import Subject, callee_name
from .turned import MODELS, WORDS, shown, turns

GIVEN = ("fallbacks", "default_fallbacks", "context_window_fallbacks", "fallback_models", "fallback_model")
"""Parameters of calls and clients that name the models to turn to."""
STEPS = ("with_fallbacks",)
MADE = re.compile(r"\bFallback(?:Model|ChatModel|LLM|ChatGenerator|Adapter)\b")
ENDS = "(?:_(?:chain|order|list|sequence|config|option|target|name|id|url|endpoint)s?)?$"
OTHERS = re.compile(rf"(?:fallback|candidate)s?{ENDS}", re.IGNORECASE)
"""Names of what stands for models where nothing is said of what it is: `fallbacks`, not `fallback_languages`."""
ASKED_BY = re.compile(
    rf"{WORDS}|agent|chain|conf|cfg|param|payload|req|body|header|args|opts|option|setting|url|endpoint|host|key|token",
    re.IGNORECASE,
)
"""Names of what a request is made of or sent by."""
FINDING = re.compile(r"(?i)search|find|retriev|fetch|scrap|crawl|look_?up|download|extract|transcri")
"""Names of what gives a text to ask about."""
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


def is_given_as_model(loop: Loop, site: Site, names: re.Pattern[str] = MODELS) -> bool:
    """Whether the call is given what the loop runs over as its model, or made on what is got by that:
    `for each in chain: ask(text, model=each)`, `for each in chain: provider = PROVIDERS[each]`,
    `for at in range(3): model = MODELS[at]`."""
    targets = set(names_in(loop.target))
    given = {
        name
        for each in site.call.keywords
        if each.name is not None and names.search(each.name)
        for name in names_in(each.value)
    }
    if targets & given:
        return True
    made_on = set(names_in(site.call.func))
    for each, _ in statements(loop.body):
        if isinstance(each, Assign) and each.value is not None and not targets.isdisjoint(names_in(each.value)):
            taken = set(names_in(each.targets))
            said = (*(taken & made_on), _holder(each.value)) if taken & made_on else ()
            if any(map(names.search, said)) or (is_range(loop) and taken & given):
                return True
    return False


def _holder(value: Expr) -> str:
    """The name of what something is taken out of: `PROVIDERS[each]`, `PROVIDERS.get(each)`."""
    match value:
        case Index(value=holder) | Call(func=Attr(value=holder, name="get")):
            return _last(holder)
        case _:
            return ""


def is_range(loop: Loop) -> bool:
    """Whether a loop only counts its rounds."""
    return isinstance(loop.source, Call) and name_of(loop.source.func) in ("range", "count")


class Rounds:
    """What differs from one round of a loop to the next: what it runs over, and what is found with that."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._names = set(names_in(loop.target))
        """What it runs over, and what is taken out of that or built of it: a client, settings."""
        self._found = set[str]()
        """What somebody else gave for one of those: `search(provider, query)`."""
        self._told = False
        """Whether one of those was put somewhere, or given to what changes something."""
        for each, frames in statements(loop.body):
            self._read(each, frames)

    def turn(self, site: Site) -> bool:
        """Whether a call may ask another in each round. It asks the same one where it is given what was found, and
        neither it nor a test before it has to do with whom to ask."""
        call = site.call
        given = arguments_of(call)
        if self._told or not any(self._is_of(self._found, each) for each in given):
            return True
        return any(self._is_of(self._names, each) for each in (call.func, *given, *self._tests(site)))

    @staticmethod
    def _is_of(names: set[str], expr: Expr) -> bool:
        return not names.isdisjoint(names_in(expr))

    def _tests(self, site: Site) -> Iterator[Expr]:
        """What has to hold for a site to be come to: around it, or before it where another answer is given."""
        around = {id(frame.node) for frame in site.frames}
        for each, _ in statements(self._loop.body):
            match each:
                case If(test=test, body=(*_, Return(value=Call() | Await()))):
                    yield test
                case If(test=test) if id(each) in around:
                    yield test
                case Match(subject=subject) if any(part is site.call for part in walk(each)):
                    yield subject
                case _:
                    pass

    def _read(self, statement: Statement, frames: Frames) -> None:
        match statement:
            case Assign(targets=targets, value=value) if value is not None:
                chosen = any(isinstance(each.node, If) and self._is_of(self._names, each.node.test) for each in frames)
                for target in targets:
                    self._take(target, value, chosen=chosen)
            case With(items=items):
                for value, bound in items:
                    self._told = self._told or (bound is None and self._is_of(self._names, value))
                    self._take(bound, value)
            case Loop(target=element, source=source):
                self._take(element, source)
            case Do(value=Call() | Await() as value):
                call = value.value if isinstance(value, Await) else value
                given = arguments_of(call) if isinstance(call, Call) and name_of(call.func) not in TOLD else ()
                self._told = self._told or any(self._is_of(self._names, each) for each in given)
            case _:
                pass

    def _take(self, target: Expr | None, value: Expr, *, chosen: bool = False) -> None:
        """A target gets a value; one of several, `chosen` by what the loop runs over."""
        direct = chosen or self._is_of(self._names, value)
        if target is None or not (direct or self._is_of(self._found, value)):
            return
        if isinstance(target, (Attr, Index)):
            self._told = self._told or direct
            return
        for name in names_in(target):
            is_whom = direct and (self._is_built(value) or ASKED_BY.search(name))
            (self._names if is_whom else self._found).add(name)

    def _is_built(self, value: Expr) -> bool:
        """Whether a value only takes out of something, or puts together, what the loop runs over: `CLIENTS[name]`,
        `CLIENTS.get(name)`, `Client(name)`, `name.strip()`."""
        call = value.value if isinstance(value, Await) else value
        if not isinstance(call, Call):
            return True
        name = name_of(call.func)
        if self._is_of(self._names, call.func):
            return not FINDING.search(name)
        return name == "get" or name[:1].isupper()


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
