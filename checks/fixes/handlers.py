"""Handlers around a call that hide its failure, or that its failure gets past."""

from __future__ import annotations

import libcst as cst

from ..model import Edit, Fix, Place
from .interface import Case, unsafe
from .names import reach
from .source import Source

_SAID = '"The request to the model failed"'


def told(case: Case) -> Fix | None:
    """For a handler that tells nobody: it logs the failure, and a bare one catches what the SDK raises only.

    Unsafe: other errors come out of a handler that was bare.
    """
    silent = [each for each in case.call.facts.guard.handlers if each.covers and each.silent and not each.reraises]
    source = case.source(silent[0].where) if silent else None
    handler = _at(source, silent[0].where) if source else None
    if source is None or handler is None:
        return None
    logger = reach(source, handler, "logging.getLogger")
    narrow = [] if handler.type is not None else _narrowed(case, source, handler)
    if logger is None or narrow is None:
        return None
    line = f"{logger[0]}(__name__).exception({_SAID})"
    title = "Log the failure" + (" and catch what the SDK raises only" if narrow else "")
    return unsafe(title, [*_first(source, handler, line), *logger[1], *narrow])


def widened(case: Case) -> Fix | None:
    """For a handler that misses errors of the SDK: it catches their base class too. Only the last of its `try`: those
    after it would never be asked again.

    Unsafe: the handler may read what only the errors it was written for have.
    """
    guard = case.call.facts.guard
    leaky = [each for each in guard.handlers if not each.covers] if guard.misses else []
    source = case.source(leaky[0].where) if leaky else None
    handler = _at(source, leaky[0].where) if source else None
    base = _base(case)
    if source is None or handler is None or handler.type is None or not base or not _is_last(source, handler):
        return None
    named = reach(source, handler, base)
    if named is None:
        return None
    old = source.code(handler.type).rstrip().rstrip(",")
    both = f"{old}, {named[0]}"
    new = source.edit(*source.span(handler.type), both if isinstance(handler.type, cst.Tuple) else f"({both})")
    return unsafe(f"Catch `{named[0]}` too", [new, *named[1]])


def _at(source: Source, place: Place) -> cst.ExceptHandler | None:
    """The handler that begins on a line."""
    found = source.inside(source.module, cst.ExceptHandler)
    return next((each for each in found if source.edit(*source.span(each), "").place.line == place.line), None)


def _is_last(source: Source, handler: cst.ExceptHandler) -> bool:
    """Whether no other handler of its `try` comes after it."""
    return any(each.handlers[-1] is handler for each in source.inside(source.module, cst.Try) if each.handlers)


def _base(case: Case) -> str:
    """The class of all errors that the SDK raises; empty where there is none."""
    sdk = case.sdk(next(iter(case.call.facts.guard.sdks), ""))
    bases = sdk.errors.base or tuple(base for like in sdk.errors.like for base in case.sdk(like).errors.base)
    return "" if sdk.errors.silent or sdk.errors.transport else next(iter(bases), "")


def _narrowed(case: Case, source: Source, handler: cst.ExceptHandler) -> list[Edit] | None:
    base = _base(case)
    named = reach(source, handler, base) if base else None
    if named is None:
        return None
    at = source.span(handler).start + len("except")
    return [source.edit(at, at, f" {named[0]}"), *named[1]]


def _first(source: Source, handler: cst.ExceptHandler, line: str) -> list[Edit]:
    """The edits that make a line the first of a handler; in place of a `pass` that is all there is."""
    body = handler.body.body
    statement = body[0]
    only = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) and statement.body else statement
    if len(body) == 1 and isinstance(only, cst.Pass):
        return [source.edit(*source.span(only), line)]
    start = source.span(statement).start
    between = f"\n{source.indent(start)}" if source.begins_line(start) else "; "
    return [source.edit(start, start, f"{line}{between}")]
