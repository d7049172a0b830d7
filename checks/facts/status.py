"""What a function raises for a failed request where the SDK raises nothing: the answer carries the status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..project.scope import Scope, Site
from ..project.uses import Frames, statements, uses
from ..project.values import Fn
from ..read.tree import Assign, Attr, Call, Const, Do, Expr, If, Index, Name, Raise, Statement, names_in, walk
from .around import Raised
from .coverage import leaves, lineages, raised_by
from .failing import is_good
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
    """Whether the function does nothing with the answer where its status says that the request failed, whichever
    failure that was: it leaves, or has another value in its place."""
    names = made_of(site)
    for each, _ in statements(site.scope.body):
        if isinstance(each, If) and _asks(each.test, names):
            for well, failed, holds in ((each.body, each.orelse, True), (each.orelse, each.body, False)):
                if is_good(each.test, site.scope, holds=holds):
                    return leaves(well) or leaves(failed) or not _read_after(site.scope, each, failed, names)
    return False


def _read_after(scope: Scope, asking: If, failed: tuple[Statement, ...], names: set[str]) -> set[str]:
    """Which of the names that the test asks of are read after it, without a new value where the request failed."""
    asked = {part.id for part in walk(asking.test) if isinstance(part, Name)} & names
    anew = (each for each, _ in statements(failed) if isinstance(each, Assign))
    asked -= {target.id for each in anew for target in each.targets if isinstance(target, Name)}
    found = [(expr, any(frame.node is asking for frame in frames), line) for expr, frames, line in uses(scope.body)]
    end = max((line for _, inside, line in found if inside), default=asking.line)
    return asked & {expr.id for expr, _, line in found if line > end and isinstance(expr, Name)}


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
