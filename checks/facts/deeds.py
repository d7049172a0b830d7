"""What a tool sends, pays, deletes, publishes or runs, which nobody can take back, and who is asked before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..model import Place
from ..project.calls import is_call
from ..project.edges import is_hop, name_of, shown
from ..project.evaluate import Evaluator
from ..project.scope import Scope, Site
from ..project.values import Ext, Fn, Value
from ..read.tree import Call
from .commands import Ways, only_looks
from .consent import asks, is_asking
from .effects import acts, of_library, removes, speaks
from .gates import gate

FINAL = re.compile(
    r"(?i)send|mail|publish|delete|remove|unlink|rmtree|drop|destroy|pay|charge|refund|transfer|order|tweet|sms|purchase"
    r"|post(?!gres)|reply|buy|sell|cancel|terminate|kill|invoice|book|notify|enqueue|upload|^request$"
    r"|create_(?:issue|comment|pull|review)"
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
COMMANDS = ("subprocess", "asyncio", "os")
"""Modules of which functions run a program."""
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
    ways = _below(ev, tool)
    done = next((found for scope in ways for found in _final(ev, scope, ways)), None)
    return Deed(*done, _asked(ev, tool, tuple(ways))) if done is not None else None


def _below(ev: Evaluator, tool: Scope) -> Ways:
    """The function of a tool and those of the project it calls, nearest first, with the calls that lead there."""
    queue, found = [(tool, 0)], dict[Scope, list[Site | None]]({tool: [None]})
    while queue and len(found) <= MOST:
        scope, depth = queue.pop(0)
        for site in scope.sites if depth < DEEPEST else ():
            for value, way in _run_by(ev, site):
                if isinstance(value, Fn):
                    if value.scope not in found:
                        queue.append((value.scope, depth + 1))
                    found.setdefault(value.scope, []).append(way)
    return found


def _run_by(ev: Evaluator, site: Site) -> Iterator[tuple[Value, Site | None]]:
    """What a call runs, itself or in a thread; with the call where it gives the arguments."""
    callees = ev.callee(site)
    yield from ((value, site) for value in callees)
    for arg in site.call.args[:2] if is_hop(callees, site) else ():
        yield from ((value, None) for value in ev.eval(arg, site.scope))


def _final(ev: Evaluator, scope: Scope, ways: Ways) -> Iterator[tuple[Place, str]]:
    for site in scope.sites:
        what = _run(ev, site, ways) or (shown(site.call.func) if _is_final(ev, site, ways) else "")
        if what:
            yield Place(scope.module.path, *site.call.span), what


def _run(ev: Evaluator, site: Site, ways: Ways) -> str:
    """The function by which code or a command is run, if one is that may change something."""
    name = name_of(site.call.func)
    if any(name in names for names in RUNS.values()):
        for value in ev.callee(site):
            root, _, last = value.path.rpartition(".") if isinstance(value, Ext) else ("", "", "")
            if last in RUNS.get(root, ()):
                looks = root in COMMANDS and only_looks(ev, site, ways)
                return "" if looks else f"{root}.{last}".removeprefix("builtins.")
    return ""


def _is_final(ev: Evaluator, site: Site, ways: Ways) -> bool:
    call, scope = site.call, site.scope
    name = name_of(call.func)
    named = FINAL.search(name) is not None
    if not acts(call, scope) or not (named or removes(call, scope) or (name not in MOVES and of_library(call, scope))):
        return False
    if is_call(ev, site):
        return False  # what is sent to a model only asks
    return not all(isinstance(value, Fn) and value.scope in ways for value in ev.callee(site) or (None,)) or speaks(
        name
    )


def _asked(ev: Evaluator, tool: Scope, scopes: tuple[Scope, ...]) -> Place | None:
    """Where somebody is asked: in the tool or below it, by a setting of its decorator, or by the graph around it."""
    if any(isinstance(each, Call) and is_asking(each) for each in tool.decorators):
        return Place(tool.module.path, tool.line)
    site = next((site for scope in scopes for site in scope.sites if asks(ev, site)), None) or gate(ev, tool)
    return Place(site.scope.module.path, site.line) if site is not None else None
