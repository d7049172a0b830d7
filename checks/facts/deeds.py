"""What a tool sends, pays, deletes, publishes or runs, which nobody can take back, and who is asked before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..model import Place
from ..project.edges import name_of, shown
from ..project.evaluate import Evaluator
from ..project.scope import Scope, Site
from ..project.values import Ext, Fn
from ..read.tree import Call
from .consent import asks, is_asking
from .effects import acts, of_library, removes
from .gates import gate
from .programs import only_reads

FINAL = re.compile(
    r"(?i)send|mail|publish|delete|remove|unlink|rmtree|drop|destroy|pay|charge|refund|transfer|order|tweet|sms|purchase"
    r"|post(?!gres)|reply|buy|sell|cancel|terminate|kill|invoice|book|notify|enqueue|upload|^request$"
    r"|create_(?:issue|comment|pull)"
)
"""Names of effects that can't be taken back."""
MOVES = frozenset({"move"})
"""What packages do that can be."""
RUNS = {
    "subprocess": frozenset({"run", "Popen", "call", "check_call", "check_output", "getoutput", "getstatusoutput"}),
    "os": frozenset({"system", "popen", "remove", "unlink", "rmdir", "execv", "execve", "execvp", "execl", "execlp"}),
    "shutil": frozenset({"rmtree"}),
    "asyncio": frozenset({"create_subprocess_shell", "create_subprocess_exec"}),
    "builtins": frozenset({"exec", "eval"}),
    "pexpect": frozenset({"spawn", "run"}),
    "runpy": frozenset({"run_path", "run_module"}),
}
DEEPEST = 2
MOST = 300
"""Functions looked at for one tool."""


class Deed(NamedTuple):
    """What a tool does, and where a person is asked before."""

    place: Place
    what: str
    asked: Place | None


def deed(ev: Evaluator, tool: Scope) -> Deed | None:
    """The first thing a tool does that can't be taken back, itself or through functions of the project."""
    scopes = tuple(_below(ev, tool))
    done = next((found for scope in scopes for found in _final(ev, scope)), None)
    return Deed(*done, _asked(ev, tool, scopes)) if done is not None else None


def _below(ev: Evaluator, tool: Scope) -> Iterator[Scope]:
    """The function of a tool and those of the project it calls, nearest first."""
    queue, seen = [(tool, 0)], {tool}
    while queue and len(seen) <= MOST:
        scope, depth = queue.pop(0)
        yield scope
        for site in scope.sites if depth < DEEPEST else ():
            for value in ev.callee(site):
                if isinstance(value, Fn) and value.scope not in seen:
                    seen.add(value.scope)
                    queue.append((value.scope, depth + 1))


def _final(ev: Evaluator, scope: Scope) -> Iterator[tuple[Place, str]]:
    for site in scope.sites:
        what = _run(ev, site) or (shown(site.call.func) if _is_final(site.call, scope) else "")
        if what:
            yield Place(scope.module.path, *site.call.span), what


def _run(ev: Evaluator, site: Site) -> str:
    """The function by which code or a command is run, if one is."""
    name = name_of(site.call.func)
    if any(name in names for names in RUNS.values()):
        for value in ev.callee(site):
            root, _, last = value.path.rpartition(".") if isinstance(value, Ext) else ("", "", "")
            if last in RUNS.get(root, ()) and not only_reads(site):
                return f"{root}.{last}".removeprefix("builtins.")
    return ""


def _is_final(call: Call, scope: Scope) -> bool:
    name = name_of(call.func)
    named = FINAL.search(name) is not None
    return acts(call, scope) and (named or removes(call, scope) or (name not in MOVES and of_library(call, scope)))


def _asked(ev: Evaluator, tool: Scope, scopes: tuple[Scope, ...]) -> Place | None:
    """Where somebody is asked: in the tool or below it, by a setting of its decorator, or by the graph around it."""
    if any(isinstance(each, Call) and is_asking(each) for each in tool.decorators):
        return Place(tool.module.path, tool.line)
    site = next((site for scope in scopes for site in scope.sites if asks(site.call)), None) or gate(ev, tool)
    return Place(site.scope.module.path, site.line) if site is not None else None
