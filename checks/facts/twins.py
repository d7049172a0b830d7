"""A streaming twin: the request for the same answer in pieces of which a call is the other branch, or which is tried
first."""

from __future__ import annotations

import re

from ..model import Place
from ..project.edges import ANSWERING, name_of
from ..project.scope import Frame, Scope, Site
from ..project.values import Fn, Map
from ..read.tree import Attr, Const, Expr, If, Name, Try, walk
from .coverage import leaves
from .subject import Subject, place

DEEPEST = 2
"""Functions of the project, one in another, in which the other branch may ask."""
MOST = 16
"""Calls that lead to a call, itself included, beside which a branch is looked for."""
STREAM = re.compile(
    r"(?:^|_)stream(?:ing|ed|s)?(?:_|$)|Stream(?:ing)?(?![a-z])|(?:^|_)on_(?:new_)?(?:text|token|chunk|delta|partial)s?$"
)
"""Names by which a test asks for it: of a switch, or of what is called with each piece."""
WRITTEN = re.compile(r"event-stream|^(?:is_|use_)?stream(?:ing)?$")
"""Keys, kinds of content and modes by which a test asks for it."""


def twin(subject: Subject) -> Place | None:
    """Where the answer of a call is asked for in pieces: in a `try`, with the call in its handler or below it, or in
    the other branch of an `if` that asks whether to stream, be it one around what leads to the call."""
    ways = _ways(subject)
    shared = {id(way.call) for way in ways}
    for way in ways:
        for site in _streaming(subject, way.scope):
            if id(site.call) not in shared and _is_instead(site, way, within=way is subject.site):
                return place(site)
    return None


def _ways(subject: Subject) -> list[Site]:
    """The call, and the calls that lead to it, the nearest first; an agent or a graph asks by itself."""
    found = [subject.site]
    for at in range(MOST):
        function = found[at].scope.function() if at < len(found) < MOST else None
        for edge in subject.ev.callers(function) if function is not None else ():
            own = edge.node is None and (not edge.handed or name_of(edge.site.call.func) in ANSWERING)
            found += [site for site in (*edge.inner, edge.site) if own and site not in found]
    return found[:MOST]


def _streaming(subject: Subject, scope: Scope) -> tuple[Site, ...]:
    """The calls of a function, where it has a `try` or asks whether to stream, by which an answer comes in pieces."""
    known, key = subject.ground.streams, (scope, subject.sdk.id)
    if key not in known:
        names = _streams(subject)
        tests = {id(frame.node): frame.node for site in scope.sites for frame in site.frames if frame.kind == "if"}
        asks = any(isinstance(node, If) and _asks_to_stream(node.test) for node in tests.values())
        chosen = (site for site in scope.sites if asks or any(frame.kind == "try" for frame in site.frames))
        known[key] = tuple(site for site in chosen if _comes_in_pieces(subject, site, names, 0))
    return known[key]


def _streams(subject: Subject) -> frozenset[str]:
    """Methods of the SDK whose names say that the answer comes in pieces."""
    if subject.sdk.id == "raw-http":
        return frozenset({"stream"})
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for name, rule in subject.sdk.calls.items():
        found[bool(rule.stream)].add(name.rpartition(".")[2])
    return frozenset(found[True] - found[False])


def _is_instead(site: Site, call: Site, *, within: bool) -> bool:
    """Whether no way leads from a site that ends well to the call; of a call that leads to ours (not `within` its own
    function), only by an `if` that asks whether to stream."""
    frames, mine = _blocks(site), _blocks(call)
    around = {id(frame.node): frame.part for frame in mine}
    for at, frame in enumerate(frames):
        part = around.get(id(frame.node))
        if part != frame.part:
            apart = _ends_above(frame, call, level=at) if part is None else _parts(frame, part)
            return apart and (within or frame.kind == "if")
    below = mine[len(frames) :]
    return bool(below) and below[0].kind == "if" and _ends_above(below[0], site, level=len(frames))


def _blocks(site: Site) -> list[Frame]:
    """The statements around a call."""
    return [frame for frame in site.frames if frame.kind != "arg"]


def _parts(frame: Frame, part: str) -> bool:
    """Whether one thing is done in one part of a construct, and the other in its other part."""
    match frame.node:
        case Try():
            return part == "handler" and frame.part in ("body", "orelse")
        case If(test=test):
            return _asks_to_stream(test)
        case _:
            return False


def _ends_above(frame: Frame, call: Site, *, level: int) -> bool:
    """Whether a construct before the call, in a block around it, ends the function where all is well."""
    if level > len(call.frames) or frame.part != "body":
        return False
    match frame.node:
        case Try(body=body, line=line):
            return line < call.line and leaves(body)
        case If(test=test, body=body, line=line):
            return line < call.line and _asks_to_stream(test) and leaves(body)
        case _:
            return False


def _asks_to_stream(test: Expr) -> bool:
    return any(_says_so(each) for each in walk(test))


def _says_so(node: object) -> bool:
    match node:
        case Name(id=name) | Attr(name=name):
            return STREAM.search(name) is not None
        case Const(value=str() as text):
            return WRITTEN.search(text) is not None
        case _:
            return False


def _comes_in_pieces(subject: Subject, site: Site, names: frozenset[str], depth: int) -> bool:
    """Whether a call asks for an answer in pieces, itself or in the function of the project that it runs."""
    if name_of(site.call.func) in names or _is_switched_on(subject, site):
        return True
    if depth >= DEEPEST:
        return False
    functions = [each.scope for each in subject.ev.callee(site) if isinstance(each, Fn)]
    return any(
        _comes_in_pieces(subject, inner, names, depth + 1) for function in functions[:2] for inner in function.sites
    )


def _is_switched_on(subject: Subject, site: Site) -> bool:
    """`stream=True`, or `**wanted` where that mapping says so."""
    for each in site.call.keywords:
        if each.name == "stream":
            return _is_true(each.value)
        for value in subject.ev.eval(each.value, site.scope) if each.name is None else ():
            entries = value.entries if isinstance(value, Map) else ()
            if any(isinstance(key, Const) and key.value == "stream" and _is_true(on) for key, on, _ in entries):
                return True
    return False


def _is_true(node: Expr) -> bool:
    return isinstance(node, Const) and node.value is True
