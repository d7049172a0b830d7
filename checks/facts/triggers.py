"""What a model can set off: the tools a call hands it, what they do to the world, and who is asked before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Action, Place
from ..project.arguments import keyword, positional
from ..project.edges import name_of
from ..project.scope import Scope, Site
from ..project.values import Ext, Fn, Part, Seq, Value
from ..read.tree import Call
from .clients import clients
from .consent import is_for_consent
from .effects import side_effects
from .gates import gate
from .settings import TEXT_KINDS
from .subject import Subject

TOOLS = ("tools", "functions", "available_functions", "callables")
BINDS = frozenset({"bind_tools", "create_react_agent", "create_agent", "initialize_agent", "with_tools"})
FINAL = re.compile(
    r"(?i)send|mail|publish|delete|remove|unlink|rmtree|drop|destroy|pay|charge|refund|transfer|order|tweet|sms|purchase"
    r"|post(?!gres)|reply|buy|sell|cancel|terminate|kill|invoice|book|notify|enqueue|upload"
)
"""Names of effects that can't be taken back."""
RUNS = {
    "subprocess": frozenset({"run", "Popen", "call", "check_call", "check_output", "getoutput"}),
    "os": frozenset({"system", "popen", "remove", "unlink", "rmdir"}),
    "shutil": frozenset({"rmtree"}),
    "asyncio": frozenset({"create_subprocess_shell", "create_subprocess_exec"}),
    "builtins": frozenset({"exec", "eval"}),
}
CONFIRMS = re.compile(
    r"(?i)confirm|approv|consent|permission|ask_user|ask_human|human|interrupt|review|authori[sz]e|^input$|prompt_user|dry_run"
)
"""Names of what asks somebody, or of settings that make the framework ask."""
DEEPEST = 2
MOST = 40
"""Tools of one call."""


def actions(subject: Subject) -> tuple[Action, ...]:
    """What the tools of a call do that can't be taken back."""
    if subject.kind not in TEXT_KINDS:
        return ()
    sites = [site for site in _giving(subject) if _may_give(site)]
    if not sites:
        return ()
    asked = any(CONFIRMS.search(each.name or "") for site in sites for each in site.call.keywords)
    tools = list(dict.fromkeys(scope for site in sites for scope in _tools(subject, site)))[:MOST]
    return tuple(each for tool in tools for each in _of_tool(subject, tool, asked=asked))


def _giving(subject: Subject) -> Iterator[Site]:
    """Calls that may hand tools to the model: the call itself, its client's constructor and steps."""
    yield subject.site
    for client in clients(subject, carriers=True):
        yield from (*client.steps, *((client.made,) if client.made is not None else ()))
    if isinstance(subject.found.client, Ext):
        yield from subject.found.client.sites


def _may_give(site: Site) -> bool:
    """Whether a call may be given tools: by name, by `**settings`, or by being made for it."""
    return name_of(site.call.func) in BINDS or any(
        each.name is None or each.name in TOOLS for each in site.call.keywords
    )


def _tools(subject: Subject, site: Site) -> Iterator[Scope]:
    """Functions of the project among the tools that a call is given."""
    for name in TOOLS:
        for value in keyword(subject.ev, site, name).values:
            yield from _functions(subject, value, 0)
    if name_of(site.call.func) in BINDS:
        for at in (0, 1):
            for value in positional(subject.ev, site, at).values:
                yield from _functions(subject, value, 0)


def _functions(subject: Subject, value: Value, depth: int) -> Iterator[Scope]:
    match value:
        case Fn(scope=scope):
            yield scope
        case Part(func=inner):
            yield from _functions(subject, inner, depth)
        case Seq(elements=elements, scope=scope) if depth < 2:
            for each in elements:
                for inner in subject.ev.eval(each, scope):
                    yield from _functions(subject, inner, depth + 1)
        case Ext(sites=sites) if depth < 3 and sites:
            for arg in (
                *sites[-1].call.args[:1],
                *(k.value for k in sites[-1].call.keywords if k.name in ("func", "fn")),
            ):
                for inner in subject.ev.eval(arg, sites[-1].scope):
                    yield from _functions(subject, inner, depth + 1)
        case _:
            return


def _of_tool(subject: Subject, tool: Scope, *, asked: bool) -> Iterator[Action]:
    """The first thing a tool does that can't be taken back."""
    scopes = list(_below(subject, tool, 0))
    decorated = any(CONFIRMS.search(k.name or "") for d in tool.decorators if isinstance(d, Call) for k in d.keywords)
    confirmed = (
        asked
        or decorated
        or any(
            CONFIRMS.search(name_of(site.call.func)) and is_for_consent(site.call)
            for each in scopes
            for site in each.sites
        )
        or gate(subject.ev, tool) is not None
    )
    for scope in scopes:
        for where, what in (*_runs(subject, scope), *side_effects(scope)):
            if FINAL.search(what.rpartition(".")[2]) or what.partition("(")[0] in _RUN_NAMES:
                yield Action(tool.short, where, what, confirmed)
                return


_RUN_NAMES = frozenset(f"{root}.{name}" for root, names in RUNS.items() for name in names) | RUNS["builtins"]


def _runs(subject: Subject, scope: Scope) -> Iterator[tuple[Place, str]]:
    """Code and commands that a function runs."""
    for site in scope.sites:
        name = name_of(site.call.func)
        if any(name in names for names in RUNS.values()):
            for value in subject.ev.callee(site):
                root, _, last = value.path.rpartition(".") if isinstance(value, Ext) else ("", "", "")
                if last in RUNS.get(root, ()):
                    yield Place(scope.module.path, *site.call.span), f"{root}.{last}".removeprefix("builtins.")


def _below(subject: Subject, scope: Scope, depth: int) -> Iterator[Scope]:
    """A tool's function and those of the project it calls."""
    yield scope
    for site in scope.sites if depth < DEEPEST else ():
        for value in subject.ev.callee(site):
            if isinstance(value, Fn) and value.scope is not scope:
                yield from _below(subject, value.scope, depth + 1)
