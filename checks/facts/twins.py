"""A streaming twin: the request for the same answer in pieces of which a call is the other branch, or which is tried
first."""

from __future__ import annotations

import re

from ..model import Place
from ..project.edges import name_of
from ..project.scope import Frame, Site
from ..project.values import Fn, Map
from ..read.tree import Attr, Const, Expr, If, Name, Try, walk
from .coverage import leaves
from .subject import Subject, place

DEEPEST = 2
"""Functions of the project, one in another, in which the other branch may ask."""
STREAM = re.compile(r"(?:^|_)stream(?:ing|ed|s)?(?:_|$)|Stream(?:ing)?(?![a-z])")


def twin(subject: Subject) -> Place | None:
    """Where the answer of a call is asked for in pieces: in a `try`, with the call in its handler or below it, or in
    the other branch of an `if` that asks whether to stream."""
    return next((place(site) for site in _streaming(subject) if _is_instead(site, subject.site)), None)


def _streaming(subject: Subject) -> tuple[Site, ...]:
    """The calls of the function, under a condition or in a `try`, by which an answer comes in pieces."""
    known, key = subject.ground.streams, (subject.scope, subject.sdk.id)
    if key not in known:
        names = _streams(subject)
        chosen = (site for site in subject.scope.sites if any(frame.kind in ("if", "try") for frame in site.frames))
        known[key] = tuple(site for site in chosen if _comes_in_pieces(subject, site, names, 0))
    return known[key]


def _streams(subject: Subject) -> frozenset[str]:
    """Methods of the SDK whose names say that the answer comes in pieces."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for name, rule in subject.sdk.calls.items():
        found[bool(rule.stream)].add(name.rpartition(".")[2])
    return frozenset(found[True] - found[False])


def _is_instead(site: Site, call: Site) -> bool:
    """Whether no way leads from a site that ends well to the call."""
    around = {id(frame.node): frame.part for frame in call.frames}
    for at, frame in enumerate(site.frames):
        part = around.get(id(frame.node))
        if part is None:
            return _ends_above(frame, call, level=at)
        if part != frame.part:
            return _parts(frame, part)
    return False


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
    words = (each.id if isinstance(each, Name) else each.name for each in walk(test) if isinstance(each, (Name, Attr)))
    return any(STREAM.search(word) for word in words)


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
