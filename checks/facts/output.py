"""What a model's answer is used as: text, data somebody checked, data nobody checked, or code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from ..flows.taint import Parse, Use
from ..flows.words import CUTTING, NUMBERS
from ..model import Flow, Flows, Place, Setting, Step
from ..project.edges import Edge, name_of
from ..project.scope import Site
from ..read.tree import Try
from .coverage import types_of
from .rest import is_text
from .shaped import parser_of
from .structured import gives_object, has_schema
from .subject import Subject, over, place

NOTHING = frozenset({"embedding", "moderation", "rerank", "audio"})
"""Kinds whose answers are no text."""
ORDER = ("executed", "parsed-unvalidated", "parsed-validated", "text")
CAUGHT = frozenset({
    "Exception", "BaseException", "*", "ValueError", "JSONDecodeError", "ValidationError", "KeyError", "TypeError",
    "YAMLError", "SyntaxError", "OutputParserException", "ParseError", "XMLSyntaxError", "ExpatError", "DecodeError",
    "TOMLDecodeError", "SchemaError", "MsgspecError",
})  # fmt: skip
"""What a parser or a schema raises, and the types above that."""
PIECES = frozenset({"IndexError", "LookupError", "AttributeError"})
"""What is raised where a text has fewer pieces than are asked for, or no match."""
PARSING = ("parsed", "validated")
PATTERNS = frozenset({"search", "match", "fullmatch", "findall", "finditer"})
DEEPEST = 5
"""Callers above a parser in which its errors may be caught."""


CHECKING = ("Pydantic", "Structured", "Enum", "OutputFixing", "Retry")
"""What parsers of a framework are called that hold the answer against a schema."""


def output(subject: Subject, uses: list[Use], guarded: bool) -> Flows:  # noqa: FBT001 - a fact of the call
    """All uses of the answer of a call, the worst first."""
    if subject.kind in NOTHING:
        return Flows("n/a")
    found = [*_executed(uses), *_parsed(subject, uses)]
    parser = parser_of(subject)
    if parser and not any(each.state.startswith("parsed") for each in found):
        held, handled = parser.startswith(CHECKING), caught(subject, subject.site)
        found.append(_judged(place(subject.site), parser, (), held=held, handled=handled))
    if has_schema(subject) and not any(each.state.startswith("parsed") for each in found):
        where = place(subject.site)
        found.append(_judged(where, "an object of a schema", (), held=True, handled=guarded))
    found += _texts(uses) if found else (_texts(uses) or [Flow("text", place(subject.site), "text")])
    found.sort(key=lambda flow: (ORDER.index(flow.state), flow.where))
    return Flows(found[0].state, tuple(found))


SENT = frozenset({
    "send", "reply", "reply_text", "send_message", "send_text", "edit_text", "edit_message_text", "answer", "say",
    "respond", "chat_postMessage", "chat_update", "StreamingResponse", "EventSourceResponse", "StreamingHttpResponse",
    "Response", "HttpResponse", "PlainTextResponse", "HTMLResponse", "JSONResponse", "JsonResponse", "jsonify",
})  # fmt: skip
"""By what bots, sockets and web servers hand a text to a person."""
PAGES = frozenset({"streamlit", "chainlit", "nicegui", "panel", "mesop"})
"""Packages that draw pages."""
DRAWN = frozenset({
    "write", "write_stream", "markdown", "Markdown", "text", "text_area", "success", "info", "warning", "caption",
    "header", "subheader", "title", "label", "Message", "html",
})  # fmt: skip
"""By what they put a text on a page."""
REASONS = frozenset({
    "finish_reason", "stop_reason", "finishReason", "stopReason", "done_reason", "incomplete_details", "refusal",
    "status", "truncated",
})  # fmt: skip
"""Where a response says that its answer was cut off."""


def finish(subject: Subject, uses: list[Use], found: Flows) -> Setting:
    """Whether anything looks at why an answer ended before it is parsed. An image has no end to look at."""
    if subject.kind == "image" or not any(flow.state.startswith("parsed") for flow in found.found):
        return Setting("n/a")
    match = subject.found.match
    wrapped = over(subject).calls.get(match.method, match.rule)
    if match.rule.whole or (wrapped.whole and gives_object(subject)):
        return Setting("checked", place(subject.site), "raises when the answer was cut off")
    for use in uses:
        if use.kind == "read" and use.what in REASONS and use.taint.form != "text":
            return Setting("checked", use.place, use.what)
    return Setting("unchecked")


def _flow(state: str, use: Use, what: str) -> Flow:
    return Flow(state, use.place, what, trace=use.taint.trail.steps())


def _judged(where: Place, what: str, steps: tuple[Step, ...], *, held: bool, handled: bool) -> Flow:
    """A parsed answer: held against a schema, with something that catches what does not fit, or not."""
    if held and handled:
        return Flow("parsed-validated", where, what, trace=steps)
    lacks: Literal["schema", "handler", "both"] = "handler" if held else "schema" if handled else "both"
    return Flow("parsed-unvalidated", where, what, lacks=lacks, trace=steps)


def _executed(uses: list[Use]) -> list[Flow]:
    found: dict[tuple[object, str], Flow] = {}
    for use in uses:
        if use.kind == "executed":
            found.setdefault((use.place, use.what), _flow("executed", use, use.what))
    return list(found.values())


def _parsed(subject: Subject, uses: list[Use]) -> list[Flow]:
    """Every parser of the answer that no other one followed, checked or not. What reads an answer far on, or
    a part of one that was checked, is other work."""
    parses = [
        use for use in uses if use.kind in PARSING and use.taint.parse is not None and not use.taint.trail.is_far()
    ]
    checks: dict[int, list[Site]] = {}
    for use in parses:
        if use.kind == "validated" and use.taint.parse is not None and use.site is not None:
            checks.setdefault(id(use.taint.parse.site), []).append(use.site)
    parses = [use for use in parses if not _is_settled(use.taint.parse, checks)]
    schema = has_schema(subject)
    replaced = _replaced(parses)
    validators = subject.ev.world.declared.validators
    checked = [use.site for use in parses if use.site is not None and subject.is_declared(use.site, validators)]
    ways = _ways(parses)
    found: dict[int, Flow] = {}
    for use in parses:
        parse = use.taint.parse
        if parse is None or id(parse.site) in replaced or id(parse.site) in found:
            continue
        if schema and not parse.sure and not parse.whole:
            continue
        checkers = checks.get(id(parse.site), [])
        ahead = [each for each in checked if each is not parse.site and _comes_before(each, parse.site)]
        raising = [*([parse.site] if parse.whole or not checkers else checkers), *ahead]
        holds = bool(checkers or ahead) or parse.sure or parse.what in NUMBERS or schema
        handled = all(caught(subject, site, way) for site in raising for way in ways.get(id(site), ((),)))
        steps = use.taint.trail.steps()
        found[id(parse.site)] = _judged(place(parse.site), parse.what, steps, held=holds, handled=handled)
    return list(found.values())


def _replaced(parses: list[Use]) -> set[int]:
    """Parsers that another one follows. A loop that puts a number back where it read it seems to read that again, which
    does not make the first one another's."""
    found = [use.taint.parse for use in parses if use.taint.parse is not None]
    after = [(at, parse) for parse in found for at in _before(parse)]
    return {id(at.site) for at, parse in after if at.site is not parse.site or parse.what not in NUMBERS}


def _ways(parses: list[Use]) -> dict[int, dict[tuple[Site, ...], None]]:
    """By parser or check, the calls by which the answer came into the function that holds it."""
    found: dict[int, dict[tuple[Site, ...], None]] = {}
    for use in parses:
        site = use.site or (use.taint.parse.site if use.taint.parse is not None else None)
        if site is not None and use.taint.scope is site.scope:
            found.setdefault(id(site), {})[use.taint.stack] = None
    return found


def _comes_before(check: Site, parse: Site) -> bool:
    """Whether a parser is reached only through a check that stands above it in the same function."""
    within = len(check.frames) <= len(parse.frames) and all(
        mine.node is other.node and mine.part == other.part
        for mine, other in zip(check.frames, parse.frames, strict=False)
    )
    return check.scope is parse.scope and check.call.span[:2] < parse.call.span[:2] and within


def _is_settled(parse: Parse | None, checks: dict[int, list[Site]]) -> bool:
    """Whether a parser reads a text in an answer that was held against a schema before, or only cuts something out of
    what was checked: data once more, but what the answer is like is known by then."""
    before = _before(parse)
    if any(at.sure for at in before):
        return True
    return parse is not None and not parse.whole and any(id(at.site) in checks for at in before)


def _before(parse: Parse | None) -> list[Parse]:
    found: list[Parse] = []
    at = parse.before if parse is not None else None
    while at is not None:
        found.append(at)
        at = at.before
    return found


def _texts(uses: list[Use]) -> list[Flow]:
    """The first place where it stays text: given back to whoever asked, else sent to them."""
    plain = [use for use in uses if is_text(use)]
    for use in plain:
        if use.kind == "returned":
            return [_flow("text", use, f"returned by {use.what}")]
    for use in plain:
        if use.kind == "argument" and use.taint.form == "text" and _is_shown_by(use.what):
            return [_flow("text", use, f"sent by {use.what}")]
    return []


def _is_shown_by(func: str) -> bool:
    """Whether a function hands a text to a person, or draws it."""
    package, last = func.partition(".")[0], func.rpartition(".")[2]
    return last in SENT or (package in PAGES and last in DRAWN)


def caught(subject: Subject, site: Site, ways: tuple[Site, ...] = ()) -> bool:
    """Whether errors of a parser are caught around it, or above its function: where the answer came in by the `ways`,
    the last one last, else in every caller."""
    validators = subject.ev.world.declared.validators
    own = {name.partition(".")[0] for name in validators} if subject.is_declared(site, validators) else set[str]()
    last = name_of(site.call.func)
    raised = CAUGHT | PIECES if last in CUTTING or last in PATTERNS else CAUGHT
    return Catching(subject, raised, own).around(site, ways, 0)


class Catching(NamedTuple):
    """The search for a handler of what a parser raises."""

    subject: Subject
    raised: frozenset[str]
    own: set[str]
    """Packages, or the project, whose types a declared validator raises."""

    def around(self, site: Site, ways: tuple[Site, ...], depth: int) -> bool:
        """Whether there is one around a call, or around all that call its function."""
        for frame in site.frames:
            handlers = frame.node.handlers if frame.part == "body" and isinstance(frame.node, Try) else ()
            if any(self._catches(types_of(self.subject.ev, each.type, site.scope)) for each in handlers):
                return True
        function = site.scope.function()
        if function is None or depth >= DEEPEST:
            return False
        if ways:
            return self.around(ways[-1], ways[:-1], depth + 1)
        edges = self.subject.ev.callers(function)
        return bool(edges) and all(self._above(edge, depth) for edge in edges)

    def _above(self, edge: Edge, depth: int) -> bool:
        return any(self.around(each, (), depth + 1) for each in (*edge.inner, edge.site))

    def _catches(self, types: Iterable[str]) -> bool:
        last = {name.rpartition(".")[2].rpartition(":")[2] for name in types}
        if last & self.raised:
            return True
        return bool(self.own) and any(":" in name or name.partition(".")[0] in self.own for name in types)
