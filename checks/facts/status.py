"""What a function raises for a failed request where the SDK raises nothing: the answer carries the status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..project.scope import Scope, Site
from ..project.uses import Frames, statements
from ..project.values import Fn
from ..read.tree import Attr, Call, Const, Do, Expr, If, Index, Name, Raise, names_in, walk
from .around import Raised
from .coverage import leaves, lineages, raised_by
from .reading import made_of

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

BROKEN: Raised = (
    ("requests.exceptions.RequestException", "aiohttp.ClientError", "builtins.OSError", "builtins.Exception"),
)
"""What is raised all the same where no answer came, whatever carries the request."""
STATUS = frozenset({"status_code", "status", "ok", "is_success"})


def raised_for_status(ev: Evaluator, site: Site) -> tuple[Frames, Raised] | None:
    """What is raised where the status of an answer was looked at, and the constructs around that."""
    names = made_of(site)
    asking: list[tuple[If, Frames]] = []
    for statement, frames in statements(site.scope.body):
        found: list[tuple[str, ...]] = []
        match statement:
            case If(test=test) if _asks(test, names):
                asking.append((statement, frames))
            case Raise(value=value) if value is not None and any(_is_behind(frames, *each) for each in asking):
                found = lineages(ev, [value], site.scope)
            case Do(value=Call(args=(Name(id=name), *_)) as call) if name in names:
                found = [each for helper in _run(ev, call, site) for each in _raised_in(ev, helper)]
            case _:
                continue
        if found:
            return frames, tuple(found)
    return None


def is_answered(site: Site) -> bool:
    """Whether the function goes another way where the status of an answer says that the request failed."""
    names = made_of(site)
    asking = (each for each, _ in statements(site.scope.body) if isinstance(each, If) and _asks(each.test, names))
    return any(each.orelse or leaves(each.body) for each in asking)


def _is_behind(frames: Frames, asking: If, around: Frames) -> bool:
    """Whether a later place is in a branch of the `if`, or is reached only past one that leaves."""
    return any(frame.node is asking for frame in frames) or (leaves(asking.body) and frames == around)


def _asks(test: Expr, names: set[str]) -> bool:
    """`answer.status_code != 200`, `not answer["ok"]`, of what the call gave."""
    for part in walk(test):
        match part:
            case Attr(value=base, name=key) | Index(value=base, key=Const(value=key)) if key in STATUS:
                if names.intersection(names_in(base)):
                    return True
            case _:
                continue
    return False


def _run(ev: Evaluator, call: Call, site: Site) -> Iterator[Scope]:
    return (each.scope for each in ev.eval(call.func, site.scope) if isinstance(each, Fn))


def _raised_in(ev: Evaluator, helper: Scope) -> list[tuple[str, ...]]:
    """What a function raises that looks at the status of its first argument."""
    params = {each.name for each in helper.params}
    asks = any(isinstance(each, If) and _asks(each.test, params) for each, _ in statements(helper.body))
    return lineages(ev, raised_by(helper.body, None), helper) if asks else []
