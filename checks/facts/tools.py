"""Retry libraries around a call: decorators, `for attempt in Retrying(…)`, objects that run a function."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from ..model import Backoff, Place, RetryLayer
from ..project.arguments import Passed, argument, keyword
from ..project.scope import Scope, Site
from ..project.values import Cfg, Ext, Fn, Lit, Seq, Value, Values
from ..read.tree import Call, Expr, Loop, With
from ..sdks.apart import RetryTool
from ..sdks.schema import Library, Sdk
from .around import GROUP, LATE, OWN, Around, Strand
from .coverage import covers, covers_strand, is_permanent, lineages, raised_by, types_of
from .subject import Subject, place, raising

EXPONENTIAL = ("expo", "random", "jitter", "fibo", "increment", "chain", "multiplier", "backoff")
FIXED = ("fixed", "constant", "wait_seconds")
POLICIES = ("retry_policy", "retry")
"""Parameters by which a node of a graph is repeated."""
STOPS = ("stop_after_attempt", "stop_after_n_attempts")


class Tool(NamedTuple):
    """A retry tool in use: its library, what is known of it, the call with its arguments, and its path."""

    library: Library
    tool: RetryTool
    made: Site | None
    path: str


def decorator_layer(
    subject: Subject, decorator: Expr, scope: Scope, inner: tuple[Site, ...], around: Scope | None = None
) -> RetryLayer | None:
    """The layer a decorator adds to a function on the way to the call; `inner` are the sites inside that function,
    `around` is where the decorator stands that is called by hand."""
    for value, site in _decorating(subject, decorator, around or scope.parent or scope):
        known = subject.ground.retry_tool(value.path.removesuffix(".wraps"))  # `@Retrying(...).wraps`
        if known is None:
            continue
        made = site if site is not None or not value.sites else value.sites[-1]
        layer = _layer(subject, Tool(*known, made, value.path), Place(scope.module.path, _line(decorator, scope)))
        if layer is None:
            return None
        reason = _without_effect(subject, known, made, scope, inner)
        return layer if reason is None else _idle(layer, reason)
    return None


def node_layer(subject: Subject, added: Site, scope: Scope, inner: tuple[Site, ...]) -> RetryLayer | None:
    """The layer of a function that is put into a graph with a policy: `add_node("ask", ask, retry_policy=…)`."""
    for name in POLICIES:
        for value in _each(subject, keyword(subject.ev, added, name).values):
            known = subject.ground.retry_tool(value.path) if isinstance(value, Ext) and value.sites else None
            if known is None or not isinstance(value, Ext):
                continue
            layer = handed_layer(subject, value.path, value.sites[-1])
            if layer is None:
                return None
            reason = _without_effect(subject, known, value.sites[-1], scope, inner)
            return layer if reason is None else _idle(layer, reason)
    return None


def _each(subject: Subject, values: Values) -> Iterator[Value]:
    """The values, and those in displays of them."""
    for value in values:
        if isinstance(value, Seq):
            yield from (found for each in value.elements for found in subject.ev.eval(each, value.scope))
        else:
            yield value


def _decorating(subject: Subject, decorator: Expr, scope: Scope) -> Iterator[tuple[Ext, Site | None]]:
    """What a decorator can be, with the call that has its arguments; also what a function of the project makes."""
    if not isinstance(decorator, Call):
        yield from ((value, None) for value in subject.ev.eval(decorator, scope) if isinstance(value, Ext))
        return
    site = subject.ev.site(decorator, scope)
    yield from ((value, site) for value in subject.ev.eval(decorator.func, scope) if isinstance(value, Ext))
    yield from ((value, None) for value in subject.ev.eval(decorator, scope) if isinstance(value, Ext))


def _idle(layer: RetryLayer, reason: str) -> RetryLayer:
    return replace(layer, without_effect=reason)


def _line(decorator: Expr, scope: Scope) -> int:
    return decorator.span.line if isinstance(decorator, Call) else scope.line


def handed_layer(subject: Subject, path: str, site: Site) -> RetryLayer | None:
    """The layer of a retry object (`Retrying(…)`, an HTTP adapter) built at the site."""
    known = subject.ground.retry_tool(path)
    if known is None:
        return None
    return _layer(subject, Tool(*known, site, path), place(site))


def tool_loop(subject: Subject, site: Site) -> RetryLayer | None:
    """`for attempt in Retrying(…): with attempt: …` around the site."""
    for frame in reversed(site.frames):
        sources: list[Expr] = []
        if isinstance(frame.node, Loop):
            sources = [frame.node.source]
        elif isinstance(frame.node, With):
            sources = [item for item, _ in frame.node.items]
        for source in sources:
            for value in subject.ev.eval(source, site.scope):
                if isinstance(value, Ext) and (known := subject.ground.retry_tool(value.path)) is not None:
                    made = value.sites[-1] if value.sites else None
                    where = place(made) if made is not None else Place(site.scope.module.path, site.line)
                    return _layer(subject, Tool(*known, made, value.path), where)
    return None


def _layer(subject: Subject, known: Tool, where: Place) -> RetryLayer | None:
    library, tool, made, path = known
    kind = "transport" if library.role == "http" else "decorator"
    if tool.needs and (made is None or not any(keyword(subject.ev, made, name).values for name in tool.needs)):
        return None
    attempts, bounded = _attempts(subject, tool, made)
    errors = _errors(subject, tool, made)
    name = path.replace("()", "").rpartition(".")[2]
    shown = f"@{name} of {library.id}" if kind == "decorator" else f"{name} of {library.id}"
    layer = RetryLayer(
        kind, shown, attempts, bounded, _wait(subject, tool, made), errors, where,
        permanent_errors=_is_permanent(subject, errors),
    )  # fmt: skip
    if tool.connect_only:
        held = _held(subject, known)
        if held is not None:
            return held
        return _idle(layer, f"{name} only repeats what could not connect, never a request that was sent")
    needs = tool.post_needs
    if needs and (made is None or not any(keyword(subject.ev, made, each).values for each in needs)):
        return _idle(layer, f"{name} does not repeat a POST unless {needs[0]}= says so")
    return layer


def _held(subject: Subject, known: Tool) -> RetryLayer | None:
    """The layer of a retry object that an adapter is given: `HTTPAdapter(max_retries=Retry(…))`."""
    for name in known.tool.attempts:
        given = argument(subject.ev, known.made, name, known.tool.args).values if known.made is not None else ()
        for value in given:
            if isinstance(value, Ext) and value.sites and subject.ground.retry_tool(value.path) is not None:
                return handed_layer(subject, value.path, value.sites[-1])
    return None


def _is_permanent(subject: Subject, errors: tuple[str, ...]) -> bool:
    if not errors or "builtins.Exception" in errors or "builtins.BaseException" in errors:
        return True
    if is_permanent(errors, (subject.sdk,)):
        return True
    names = {name.rpartition(".")[2] for name in errors}
    return bool(names & {each.rpartition(".")[2] for each in subject.sdk.errors.permanent})


def _attempts(subject: Subject, tool: RetryTool, made: Site | None) -> tuple[int | None, bool]:
    """Attempts and whether anything ends it."""
    bounded = tool.default_attempts is not None or tool.deadline is not None
    if made is None:
        return tool.default_attempts, bounded
    number: int | None = None
    for name in (*tool.attempts, *tool.bounds):
        given = argument(subject.ev, made, name, tool.args)
        if not given.values:
            continue
        found, ends = _stop(subject, given.values, 0)
        bounded = bounded or ends
        if name in tool.attempts and found is not None:
            if found < 0:
                return None, False
            number = found + 1 if tool.counts == "retries" else found
    return (number if number is not None else tool.default_attempts), bounded


def _stop(subject: Subject, values: Values, depth: int) -> tuple[int | None, bool]:
    """Number of attempts in a stop condition, and whether it ends at all."""
    for value in values:
        given = value.default if isinstance(value, Cfg) and value.default is not None else value
        match given:
            case Lit(value=None):
                continue
            case Lit(value=int() | float() as number):
                return int(number), True
            case Ext(path=path, sites=sites):
                name = path.replace("()", "").rpartition(".")[2]
                if name == "stop_never":
                    continue
                if name in STOPS and sites and depth < 3:
                    inner = argument(subject.ev, sites[-1], "0")
                    inner = inner if inner.values else argument(subject.ev, sites[-1], "max_attempt_number")
                    return _stop(subject, inner.values, depth + 1)[0], True
                nested = _inside(subject, sites, depth)
                return nested, True
            case _:
                return None, True
    return None, False


def _inside(subject: Subject, sites: tuple[Site, ...], depth: int) -> int | None:
    """`stop_any(stop_after_attempt(3), …)`, `Retry(total=3)`."""
    if not sites or depth > 2:
        return None
    for arg in sites[-1].call.args:
        found, _ = _stop(subject, subject.ev.eval(arg, sites[-1].scope), depth + 1)
        if found is not None:
            return found
    for name in ("total", "attempts", "max_attempts", "connect"):
        given = keyword(subject.ev, sites[-1], name)
        if given.values:
            return _stop(subject, given.values, depth + 1)[0]
    return None


def _wait(subject: Subject, tool: RetryTool, made: Site | None) -> Backoff:
    default: Backoff = tool.default_wait  # type: ignore[assignment]  # checked when the data is read
    if made is None:
        return default
    for name in tool.waits:
        given = argument(subject.ev, made, name, tool.args)
        if not given.values:
            continue
        if any(word in name for word in EXPONENTIAL):
            return "exponential"
        texts = [each.path for each in given.values if isinstance(each, Ext)]
        if any(word in text for text in texts for word in EXPONENTIAL):
            return "exponential"
        if any(word in text for text in texts for word in FIXED) or any(isinstance(v, Lit) for v in given.values):
            return "fixed" if default != "exponential" else default
        return "exponential" if texts and not any("none" in text for text in texts) else "unknown"
    return default


def _errors(subject: Subject, tool: RetryTool, made: Site | None) -> tuple[str, ...]:
    """Exception types that are repeated; empty: every Exception."""
    if made is None:
        return ()
    for name in tool.errors:
        given = argument(subject.ev, made, name, tool.args)
        if given.values:
            return tuple(dict.fromkeys(_type_names(subject, given, made)))
    return ()


def _type_names(subject: Subject, given: Passed, made: Site) -> list[str]:
    names: list[str] = []
    for value in given.values:
        names += _of_value(subject, value, 0)
    return names


def _of_value(subject: Subject, value: Value, depth: int) -> list[str]:
    match value:
        case Ext(path=path, sites=sites) if path.endswith("()") and sites:
            name = path.replace("()", "").rpartition(".")[2]
            if name.startswith("retry_if_not") or name == "retry_if_exception":
                return ["?"]
            return [each for arg in sites[-1].call.args for each in types_of(subject.ev, arg, sites[-1].scope)] or ["?"]
        case Seq(elements=elements, scope=scope) if depth < 3:
            return [n for e in elements for v in subject.ev.eval(e, scope) for n in _of_value(subject, v, depth + 1)]
        case Ext(path=path) if _is_class_name(path):
            return [path]
        case _:
            return ["?"]


def _is_class_name(path: str) -> bool:
    """Whether a name of another package is written as a class is: `ERRORS` may hold any types."""
    name = path.rpartition(".")[2]
    return not name.isupper() and (name[:1].isupper() or path.startswith("socket."))


def _without_effect(
    subject: Subject, known: tuple[Library, RetryTool], made: Site | None, scope: Scope, inner: tuple[Site, ...]
) -> str | None:
    """Why the decorator can't fire, if it can't."""
    library, tool = known
    if tool.sync_only and scope.is_async:
        return f"{library.id} does not work on an async function"
    if scope.is_generator:
        return "calling a generator only makes it: it fails later, outside the decorator"
    around = Around(subject.ev, raising(subject), subject.sdk)
    left = around.out_of_all(inner, OWN).left
    if not left:
        return "the function handles the exception itself, so none reaches the decorator"
    errors = _errors(subject, tool, made)
    strands = (*left, *_own(subject, scope))
    if not errors or "?" in errors or any(_is_of(errors, strand, raising(subject)) for strand in strands):
        return None
    names = ", ".join(name.rpartition(".")[2] for name in errors)
    return f"{subject.sdk.id} never raises {names}"


def _is_of(types: tuple[str, ...], strand: Strand, sdks: tuple[Sdk, ...]) -> bool:
    """Whether a part of a strand is of one of the types; what a wrapper replaces by its own errors never is."""
    strand = strand[1:] if strand[:1] == (GROUP,) else strand
    own = strand in (*OWN, LATE)
    return (covers(types, sdks, late=strand == LATE) if own else covers_strand(types, strand)) != "none"


def _own(subject: Subject, scope: Scope) -> Iterator[Strand]:
    """What the function, and what it calls, raises for an answer over HTTP that says the request failed."""
    if subject.sdk.id != "raw-http":
        return
    values = [value for site in scope.sites for value in subject.ev.eval(site.call.func, site.scope)]
    for each in (scope, *(value.scope for value in values if isinstance(value, Fn))):
        yield from lineages(subject.ev, raised_by(each.body, None), each)
