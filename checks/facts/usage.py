"""Whether anybody reads how many tokens a call used."""

from __future__ import annotations

import re

from ..flows.taint import Use
from ..flows.tools import last_name
from ..flows.words import COUNTS
from ..model import Setting
from ..project.scope import Scope, Site
from ..project.values import Ext
from ..read.tree import Call, Const, Expr, Index, Name, Template, walk
from .failing import is_failure
from .lengths import counts_tokens
from .logs import TALKING, THINGS, fields, is_log, is_printed
from .structured import leaves_usage_behind
from .subject import Subject, place
from .tracing import Tracers
from .uncounted import uncounted

HOLDERS = frozenset(
    {"get_openai_callback", "get_usage_metadata_callback", "get_bedrock_anthropic_callback", "track_usage"}
)
"""Context managers that count tokens of all that is called inside."""
ENVELOPE = frozenset({"wire", "raw"})
"""Forms in which a response still has what stands around its text: what the model wrote into that counts nothing."""
COUNTING = re.compile(r"(?i)^len$|^encode|count|estimat|tokeni[sz]e|num_tokens|n_tokens|tokens_(?:from|in|of)(?:_|$)")
"""Names of functions that count a text."""


def usage(subject: Subject, uses: list[Use], tracers: Tracers) -> Setting:
    """`read` where token counts of the response are read, recorded by a tracer, or logged with the whole response.

    Reading them from a stream that has none reads nothing: `unread`, with the parameter that is missing.
    """
    lacking = uncounted(subject)
    own = {path.rpartition(".")[2] for path in subject.sdk.usage}
    found = Setting("unread")
    for use in uses:
        if use.kind == "read" and use.taint.form in ENVELOPE and (use.what in own or COUNTS.search(use.what)):
            found = Setting("unread", use.place, lacking) if lacking else Setting("read", use.place, use.what)
            break
    if found.state == "read":
        return found
    counted = tracers.counts()
    if counted is not None:
        return Setting("read", counted.where, counted.what)
    held = _held(subject)
    if held is not None:
        return Setting("read", place(held), "a callback counts them")
    counts = _estimated(subject)
    if counts is not None:
        return Setting("read", place(counts), "counted by the program itself")
    behind = subject.sdk.kind == "framework" and subject.kind in TALKING and not lacking
    told = _told(subject) if behind else None
    if told is not None:
        return Setting("read", place(told), "written down")
    for use in uses:
        if lacking or use.site is None or not is_whole(subject, use) or is_failure(use.site):
            continue
        if is_log(subject.ground.writers, subject, use.site):
            return Setting("read", use.place, "the whole response is logged")
    return found


def is_whole(subject: Subject, use: Use) -> bool:
    """The response as it came, not a part of it, and with more in it than text or what a parser made of that."""
    if use.kind != "argument" or use.site is None or not use.taint.is_whole:
        return False
    bare = _gives_text(subject) or leaves_usage_behind(subject)
    return not bare and not is_printed(subject, use.site)


def _gives_text(subject: Subject) -> bool:
    """A chain that ends with a parser, or is asked for its text (`chain.run(question)`); what gives vectors alone, and
    all of an SDK that counts nothing."""
    counts_nothing = not subject.sdk.usage and subject.sdk.id != "raw-http"
    if subject.found.match.rule.bare or counts_nothing:
        return True
    paths = (value.path for value in subject.ev.callee(subject.site) if isinstance(value, Ext))
    return any("OutputParser()" in path for path in paths)


def _estimated(subject: Subject) -> Site | None:
    """Where a count of tokens is written down that the program has made itself: `tokens=len(encoding.encode(text))`."""
    for _, site, scope in subject.ground.around(subject).things(subject.ground.writers):
        given = (site.call.args, site.call.keywords)
        shown = _shown(site.call)
        if any(map(counts_tokens, shown)):
            return site
        named = ((each.id, each) for each in shown if isinstance(each, Name))
        for name, value in (*fields(given, scope), *named):
            if THINGS["tokens"].search(name) and _is_counted(value, scope):
                return site
    return None


def _told(subject: Subject) -> Site | None:
    """Where token counts are written down that a framework keeps apart from the answer, as a model that remembers what
    it was asked: `log.info("%d tokens", usage.total_tokens)`."""
    for thing, site, scope in subject.ground.around(subject).things(subject.ground.writers):
        if thing == "tokens":
            values = (*(value for _, value in fields(site.call.keywords, scope)), *_shown(site.call))
            if any(COUNTS.search(last_name(each) or _key(each)) for each in values):
                return site
    return None


def _shown(call: Call) -> list[Expr]:
    """What a call is given, of a text that is put together each part."""
    return [part for arg in call.args for part in (arg.parts if isinstance(arg, Template) else (arg,))]


def _key(expr: Expr) -> str:
    match expr:
        case Index(key=Const(value=str() as key)):
            return key
        case _:
            return ""


def _is_counted(value: Expr, scope: Scope) -> bool:
    """Whether a value is the length of something, or comes from a function called like one that counts."""
    named = [each.expr for each in scope.bindings.get(value.id, ())] if isinstance(value, Name) else [value]
    called = (part for each in named if each is not None for part in walk(each) if isinstance(part, Call))
    return any(COUNTING.search(last_name(part.func)) for part in called)


def _held(subject: Subject) -> Site | None:
    """The callback that counts what is called inside of it, around the call or one of its callers."""
    for scope in subject.ground.around(subject).scopes:
        for site in scope.sites:
            func = site.call.func
            if getattr(func, "id", getattr(func, "name", "")) in HOLDERS:
                return site
    return None
