"""The prompt of a call: which arguments carry it, and what untrusted text is in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..model import Audience, Flow, Place, Step
from ..project.arguments import at_site
from ..project.rawhttp import is_request, requested
from ..read.tree import Star
from ..sdks.prompts import PromptRule
from .build import Builder, Spot
from .chains import appended, asked_of, put_before, templates_of, values_in
from .delimiters import is_delimited
from .handing import direct
from .reached import Reached
from .retrieved import is_retriever, looked_up
from .texts import GAP, Called, Either, Filled, Gap, Got, Joined, Marked, Open, Own, Record, Text, Word, either, got
from .walk import Walk

if TYPE_CHECKING:
    from ..project.calls import Found

BODIES = ("json", "data", "content", "body")
"""Arguments of an HTTP library that hold the request."""
TALKING = ("chat", "completion")
"""Kinds of calls that answer in words."""
DEEPEST = 4
"""Names and functions through which a body is looked for."""
BADNESS = {"none": 0, "own-message": 1, "delimited": 2, "undelimited": 3, "system": 4}


class Prompts:
    """What untrusted text is in the prompts of a project's calls."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._known: dict[int, tuple[Flow, ...]] = {}
        """By the identity of the call's site."""

    def follow(self, calls: Sequence[Found]) -> None:
        """Follow the prompts of several calls at once, since much of what is behind one is behind others too.

        Raises RecursionError if one of them is nested too deeply."""
        parts = [[(role, text, found.site.scope) for role, text in pieces(self._walk, found)] for found in calls]
        met = iter(self._walk.sources([(text, scope) for part in parts for _, text, scope in part]))
        for found, part in zip(calls, parts, strict=True):
            self._known[id(found.site)] = _worst_first(
                found, [(each, role) for role, _, _ in part for each in next(met)]
            )

    def of(self, found: Found) -> tuple[Flow, ...]:
        """All ways of untrusted text into the prompt of a call, the worst first."""
        if id(found.site) not in self._known:
            self.follow([found])
        return self._known[id(found.site)]


def _worst_first(found: Found, met: list[tuple[Reached, str]]) -> tuple[Flow, ...]:
    span = found.site.call.span
    place = Place(found.site.scope.module.path, span.line, span.column, span.end_line, span.end_column)
    ways = (_flow(each, role, place) for each, role in met if not (each.source.choice or _is_own(each, role)))
    kept: dict[tuple[object, ...], Flow] = {}
    for way in ways:
        kept.setdefault((way.state, way.what, way.template, way.trace[0].place, way.limited is None), way)
    return tuple(sorted(kept.values(), key=lambda way: (-BADNESS[way.state], way.trace[0].place)))


def pieces(walk: Walk, found: Found) -> Iterator[tuple[str, Text]]:
    """The parts of the prompt, each with its role."""
    make = walk.make
    found = _run_here(found)
    rule = found.match.rule.prompt or found.match.sdk.prompt
    site = found.site
    spot = make.site(site)
    given = _given(make, found, spot)
    is_http = found.match.sdk.id == "raw-http"
    starred = walk.reader.keys(given[None]) if is_http and None in given else frozenset[str]()
    for body in (*rule.body, *(BODIES if is_http else ())):
        if body in given or body in starred:
            held = given[body] if body in given else got(given[None], body)
            yield from _in_body(walk, _plain(make, held), rule)
    if is_http:
        url = given.get("url", GAP) if _is_made_before(make, found) else GAP
        for held in _made_before(make, url):
            yield from _in_body(walk, _plain(make, held), rule)
        return
    templates = list(templates_of(make, found.site))
    met = False
    for role, names in (("system", rule.system), ("messages", rule.messages), ("user", rule.user)):
        for name in names:
            text = _at(given, name)
            if text is not None and not isinstance(text, Gap):
                met = True
                yield role, text
                for template, holes in templates if role == "user" else ():
                    yield "user", Filled(template, values_in(text, rule), holes, spot.place(site.call.span.line))
    puts = _put_in(found, rule, given, met=met)
    here = spot.place(site.call.span.line)
    yield from (("user", Filled(text, put, holes, here)) for put in puts for text, holes in templates)
    yield from _looked_up(make, found, templates)
    if None in given:
        yield from _in_body(walk, given[None], rule, frozenset(given))
    if not met and "0" in given:
        yield "user", given["0"]
    yield from _of_client(make, found, rule)
    yield from put_before(make, found, rule)
    yield from appended(make, found, rule)
    if rule.asked:
        said = (_at(given, name) for name in rule.user)
        put: Text = next((text for text in said if text is not None), GAP)
        yield from asked_of(make, found.client.sites, rule, put, spot.place(site.call.span.line))


def _put_in(found: Found, rule: PromptRule, given: dict[str | None, Text], *, met: bool) -> Iterator[Text]:
    """What a run puts into the templates of its chain besides what the data names: by the names of their holes
    (`chain.run(question=text)`), or the only argument."""
    known = {*rule.user, *rule.messages, *rule.system, *found.match.rule.args}
    named = [(name, text) for name, text in given.items() if name not in known and (name is None or not name.isdigit())]
    if named:
        yield Record(tuple(named))
    if not met and "0" in given:
        yield values_in(given["0"], rule)


def _run_here(found: Found) -> Found:
    """A call that has the method run elsewhere, as it would run it itself."""
    plain = direct(found.site.call) if found.handed else None
    return found if plain is None else found._replace(site=replace(found.site, call=plain), handed=False)


def _looked_up(make: Builder, found: Found, templates: list[tuple[Text, str]]) -> Iterator[tuple[str, Text]]:
    """What a chain looks up by itself, in its templates; where it has none of its own, in one of its library's."""
    place = make.site(found.site).place(found.site.call.span.line)
    answers = found.match.rule.kind in TALKING and not is_retriever(make, found.site)
    documents = looked_up(make, found.site, place) if answers else None
    if documents is None:
        return
    for template, holes in templates:
        yield "user", Filled(template, documents, holes, place)
    if not templates:
        yield "user", Joined((Word("Context:"), got(documents, "context")))


def _in_body(
    walk: Walk, body: Text, rule: PromptRule, beside: frozenset[str | None] = frozenset()
) -> Iterator[tuple[str, Text]]:
    """The parts of the prompt in a mapping, except what is given beside it: nothing can be given twice."""
    keys = walk.reader.keys(body)
    for role, names in (("system", rule.system), ("messages", rule.messages), ("user", rule.user)):
        yield from ((role, got(body, name)) for name in names if name in keys and name not in beside)
    if (not keys or "*" in keys) and (keys | beside).isdisjoint(("messages", *rule.messages, *rule.user)):
        yield ("messages", got(body, "messages")) if rule.messages else ("user", body)


def _is_made_before(make: Builder, found: Found) -> bool:
    """Whether what is sent is a request, and no URL."""
    args = found.site.call.args
    return bool(args) and any(is_request(value) for value in at_site(make.ev, args[0], found.site))


def _made_before(make: Builder, text: Text, depth: int = 0) -> Iterator[Text]:
    """The bodies of a request that was made before it is sent: `urlopen(Request(url, data=...))`."""
    match make.shown(text):
        case Record(entries=entries, maker=maker) if requested(maker):
            yield from (value for name, value in entries if name in BODIES)
        case Either(options=options) if depth < DEEPEST:
            for each in options:
                yield from _made_before(make, each, depth + 1)
        case Own(value=value) if depth < DEEPEST:
            yield from _made_before(make, value, depth + 1)
        case Called(value=value) as inner if depth < DEEPEST:
            for each in _made_before(make, value, depth + 1):
                yield replace(inner, value=each)
        case Open():
            yield from (Got(text, body) for body in BODIES)
        case _:
            pass


def _plain(make: Builder, text: Text, depth: int = 0) -> Text:
    """A body before it was turned into JSON for the wire."""
    match make.shown(text):
        case Marked(value=value, how="dumped" | "escaped") if depth < DEEPEST:
            return _plain(make, value, depth + 1)
        case Either(options=options) if depth < DEEPEST:
            return either([_plain(make, each, depth + 1) for each in options])
        case Own(value=value) if depth < DEEPEST:
            inner = _plain(make, value, depth + 1)
            return text if inner is value else inner
        case Called(value=value) as inner if depth < DEEPEST:
            return replace(inner, value=_plain(make, value, depth + 1))
        case _:
            return text


def _given(make: Builder, found: Found, spot: Spot) -> dict[str | None, Text]:
    """The arguments of the call by name; the first positional one without a name is "0", what stars hold is None."""
    call = found.site.call
    given: dict[str | None, Text] = {}
    rest: list[tuple[str | None, Text]] = []
    args = call.args[1:] if found.handed else call.args
    names = found.match.rule.args
    for at, arg in enumerate(args):
        if isinstance(arg, Star):
            break
        text = make.build(arg, spot)
        given[names[at] if at < len(names) else str(at)] = text
    for each in call.keywords:
        text = make.build(each.value, spot)
        if each.name is None:
            rest.append((None, text))
        else:
            given[each.name] = text
    if found.partial is not None:
        inner = make.site(found.partial)
        given.update({each.name: make.build(each.value, inner) for each in found.partial.call.keywords if each.name})
    if rest:
        given[None] = Record(tuple(rest))
    return given


def _at(given: dict[str | None, Text], name: str) -> Text | None:
    first, *more = name.split(".")
    text = given.get(first)
    for each in more if text is not None else ():
        text = got(text, each) if text is not None else None
    return text


def _of_client(make: Builder, found: Found, rule: PromptRule) -> Iterator[tuple[str, Text]]:
    """What the client, chat or agent was made with: its instructions and its history."""
    for site in found.client.sites:
        spot = make.site(site)
        for each in site.call.keywords:
            if each.name in rule.client:
                yield "system", make.build(each.value, spot)
            elif each.name in rule.messages or each.name == "history":
                yield "messages", make.build(each.value, spot)


def _is_own(each: Reached, role: str) -> bool:
    """Whether it is a role file of the user's: a whole system prompt, or a template, in a file that they name."""
    named = each.opened and each.source.audience == "local" and not each.source.retrieved
    return named and each.alone and (each.role or role) in ("system", "template")


def _state(each: Reached, role: str) -> str:
    """Where in the prompt it stands, given the role of the argument that carries it."""
    whose = each.role or role
    chosen = whose == "messages" and not each.own and not each.source.retrieved
    if chosen or whose in ("system", "template") or role == "system":
        return "system"
    if each.alone or whose in ("tool", "result"):
        return "own-message"
    return "delimited" if each.escaped or is_delimited(each.before, each.after) else "undelimited"


def _flow(each: Reached, role: str, call: Place) -> Flow:
    """One way of text into the prompt of a call."""
    source = each.source
    what = f"file named by {source.what}" if each.opened else source.what
    trace = (Step(source.place, what), *each.steps(), Step(call, "sent to the model"))
    audience: Audience = source.audience if source.audience in ("remote", "background", "local") else "unknown"  # type: ignore[assignment]  # one of the four
    retrieved = source.retrieved or each.opened
    return Flow(
        _state(each, role), call, what, audience, retrieved, each.limited, each.role == "template", _short(trace)
    )


def _short(trace: tuple[Step, ...]) -> tuple[Step, ...]:
    """One step a line, at most a dozen."""
    found: dict[tuple[str, int], Step] = {}
    for step in trace:
        found.setdefault((step.place.path, step.place.line), step)
    steps = tuple(found.values())
    return steps if len(steps) <= 12 else (*steps[:6], *steps[-6:])


__all__ = ["Prompts", "pieces"]
