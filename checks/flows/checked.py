"""What an `if` makes sure of before a text is used: that it isn't too long, or no attempt to give instructions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ..project.conditions import names_used
from ..project.edges import name_of
from ..project.scope import LAST, Frame, Scope, Site
from ..project.uses import ends, statements
from ..project.values import Fn
from ..read.tree import (
    Assign,
    Attr,
    Call,
    Comp,
    Compare,
    Const,
    Do,
    Either,
    Expr,
    If,
    Index,
    Items,
    Loop,
    Name,
    Return,
    Statement,
    Template,
    Unary,
    same,
    walk,
)
from .gathered import is_gathered
from .known import Known
from .lore import CHECKING, CUTTING
from .measures import At, Measures, passed_as

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator


LEAVING = frozenset({"abort", "exit", "_exit"})
FEW = 5
"""As many things are looked at one by one."""


class Check(NamedTuple):
    """What a test makes sure of."""

    expr: Expr
    """What is checked."""
    how: str
    """See `Marked.how`."""
    line: int
    frames: tuple[Frame, ...] = ()
    """The constructs around the test."""


class Sure(NamedTuple):
    """What was made sure of for a value, or for a part of it."""

    how: str
    line: int
    part: str = ""


class Checks:
    """The checks of every function asked about, found once."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._measures = Measures(ev)
        self._tables = Known(ev)
        self._known: dict[Scope, tuple[Check, ...]] = {}
        self._inside: dict[tuple[int, str], tuple[Check, ...]] = {}

    def of(self, expr: Expr, scope: Scope, line: float, frames: tuple[Frame, ...]) -> Iterator[Sure]:
        """What was made sure of for an expression before a line of its function, and by the tests it stands under."""
        for check in self._of(scope):
            if check.line >= line or _is_below(check, frames) or (part := _part(check.expr, expr)) is None:
                continue
            if check.how != "known" or _still_holds(check, scope, line, frames):
                yield Sure(check.how, check.line, part)
        for at, frame in enumerate(frames):
            for check in self._under(frame, scope, frames[:at]):
                if (part := _part(check.expr, expr)) is not None and not _is_renewed(expr, frame, scope, line):
                    yield Sure(check.how, check.line, part)
        if scope.parent is not None and scope.parent.is_function and names_used(expr).isdisjoint(scope.bindings):
            yield from self.of(expr, scope.parent, scope.line, ())  # a function inside of this one

    def measures(self, scope: Scope) -> bool:
        """Whether the function refuses or shortens anything that is too long."""
        return any(check.how in ("cut", "fits") for check in self._of(scope))

    def _under(self, frame: Frame, scope: Scope, around: tuple[Frame, ...]) -> tuple[Check, ...]:
        """What holds in a branch, a loop or a comprehension because of its test."""
        match frame:
            case Frame(kind="comp", node=Comp(loops=loops) as comp) if not is_gathered(comp, scope):
                tests, line, part = tuple(test for loop in loops for test in loop.tests), 0, "body"
            case Frame(kind="if", node=If(test=test, line=line), part="body" | "orelse" as part):
                tests = (test,)
            case Frame(kind="if", node=Either(test=test), part="body" | "orelse" as part) if test is not None:
                tests, line = (test,), 0
            case Frame(kind="loop", node=Loop(kind="while", source=test, line=line), part="body" as part):
                tests = (test,)
            case _:
                return ()
        key = (id(frame.node), part)
        if key not in self._inside:
            self._inside[key] = ()
            at, holds = At(scope, line or LAST, around), part == "body"
            found = (each for test in tests for each in self._ensured(test, at, holds=holds))
            self._inside[key] = tuple(each for each in found if frame.kind != "comp" or each.how in ("cut", "fits"))
        return self._inside[key]

    def _of(self, scope: Scope) -> tuple[Check, ...]:
        if scope not in self._known:
            self._known[scope] = ()
            self._known[scope] = tuple(self._find(scope)) if scope.kind != "class" else ()
        return self._known[scope]

    def _find(self, scope: Scope) -> Iterator[Check]:
        for statement, frames in statements(scope.body):
            at = At(scope, statement.line, frames)
            match statement:
                case If(test=test, body=body):
                    for check in self._asked(test, at):
                        if _refuses(body) or _assigns(body, check):
                            yield check
                case Loop(kind="while", source=test, body=body):
                    for check in self._asked(test, at):
                        if check.how in ("cut", "fits") and _shrinks(body, check.expr):
                            yield check
                case Do(value=Call() as call) if call.args:
                    yield from self._by_helper(call, at)
                case Do(value=Compare() as test):  # an assert
                    yield from self._asked(test, at, holds=True)
                case _:
                    continue

    def _asked(self, test: Expr, at: At, *, holds: bool = False) -> Iterator[Check]:
        """What is bounded where a test holds, or where it doesn't; a further condition may leave a single thing in a
        list that is too long. And what a test looks through."""
        yield from self._ensured(test, at, holds=holds)
        for node in walk(test):
            match node:
                case Compare() as compared if compared is not test and not _is_of_any(compared):
                    found = self._measures.bounded(compared, at, holds=holds)
                    counted = (each.expr for each in found if not _is_of_parts(compared, each.expr, test))
                    yield from (Check(each, "cut", at.line) for each in counted)
                case Call(func=func, args=(checked, *_)) if CHECKING.search(name_of(func)):
                    yield Check(checked, "escaped", at.line)
                case _:
                    continue
        for verdict in _verdicts(test, at.scope):
            yield from (check for check, branch in self._in_helper(verdict.call, at) if _says(branch, verdict))

    def _ensured(self, test: Expr, at: At, *, holds: bool) -> Iterator[Check]:
        """What is surely bounded or known where a test holds, or where it doesn't."""
        line = at.line if at.line < LAST else 0
        for each in self._measures.bounded(test, at, holds=holds):
            yield Check(each.expr, "fits" if each.whole else "cut", line)
        for expr in self._tables.of(test, at, holds=holds):
            yield Check(expr, "known", line, at.frames)

    def _by_helper(self, call: Call, at: At) -> Iterator[Check]:
        """`check_length(text)`: a function of the project that refuses its argument."""
        site = self._ev.site(call, at.scope) or Site(call, at.scope, (), False, at.line)
        known = [value for value in self._ev.callee(site)[:2] if isinstance(value, Fn)]
        if not known and CHECKING.search(name_of(call.func)):
            yield Check(call.args[0], "escaped", at.line)
        yield from (check for check, branch in self._in_helper(call, at) if not _only_returns(branch))

    def _in_helper(self, call: Call, at: At) -> Iterator[tuple[Check, tuple[Statement, ...]]]:
        """What a function of the project checks of its arguments, with what it does where it finds fault."""
        site = self._ev.site(call, at.scope) or Site(call, at.scope, (), False, at.line)
        for function in [value.scope for value in self._ev.callee(site)[:2] if isinstance(value, Fn)]:
            for name, arg in passed_as(call, function).items():
                for check in self._of(function) if isinstance(arg, (Name, Attr, Index)) else ():
                    if isinstance(check.expr, Name) and check.expr.id == name and _is_always_made(check, function):
                        yield check._replace(expr=arg, line=at.line, frames=at.frames), _branch(check, function)


def _is_of_any(test: Compare) -> bool:
    """`len(text) > 0`: whether there is anything, whose further condition lets all the rest through."""
    return any(isinstance(each, Const) and each.value in (0, 1) for each in (test.left, *test.rest))


def _is_of_parts(compared: Compare, counted: Expr, test: Expr) -> bool:
    """`len(messages) >= 2 and messages[-1]["role"] == "user"`: whether there are those that the rest of it looks at."""
    numbers = (each.value for each in (compared.left, *compared.rest) if isinstance(each, Const))
    few = any(isinstance(each, int) and each <= FEW for each in numbers)
    return few and any(isinstance(each, Index) and same(each.value, counted) for each in walk(test))


class Verdict(NamedTuple):
    """A call whose answer decides whether the code goes on."""

    call: Call
    refuses: bool
    """The answer, or its truth, on which it doesn't."""
    at: int | None = None
    """Where in a tuple the answer stands."""


def _verdicts(test: Expr, scope: Scope, *, refuses: bool = True) -> Iterator[Verdict]:
    """What a test asks of a call: `if problem(text):`, `error = problem(text)`, `if error:`, `ok, error = check(text)`,
    `if not ok:`."""
    match test:
        case Call() as call if call.args or call.keywords:
            yield Verdict(call, refuses)
        case Unary(op="not", value=value):
            yield from _verdicts(value, scope, refuses=not refuses)
        case Compare(left=value, ops=(op,), rest=(Const(value=None | bool() as other),)):
            same_way = (op in ("is", "==")) == (other is True)
            yield from _verdicts(value, scope, refuses=refuses if same_way else not refuses)
        case Name(id=name):
            for binding in scope.bindings.get(name, ()):
                if binding.how == "value" and isinstance(binding.expr, Call) and len(binding.unpack) < 2:
                    yield Verdict(binding.expr, refuses, *binding.unpack)
        case _:
            return


def _branch(check: Check, scope: Scope) -> tuple[Statement, ...]:
    """What is done where a test finds fault."""
    found = (each for each, _ in statements(scope.body) if isinstance(each, If) and each.line == check.line)
    return next((each.body for each in found), ())


def _only_returns(branch: tuple[Statement, ...]) -> bool:
    """Whether it leaves the function and no more: whoever called it goes on."""
    calls = [each.value for each in branch if isinstance(each, Do) and isinstance(each.value, Call)]
    return any(isinstance(each, Return) for each in branch) and not any(name_of(c.func) in LEAVING for c in calls)


def _says(branch: tuple[Statement, ...], verdict: Verdict) -> bool:
    """Whether what a function answers where it finds fault is what refuses."""
    if not _only_returns(branch):
        return bool(branch)
    answer = next(each.value for each in branch if isinstance(each, Return))
    if verdict.at is not None and isinstance(answer, Items) and verdict.at < len(answer.elements):
        answer = answer.elements[verdict.at]
    match answer:
        case None:
            return not verdict.refuses
        case Const(value=value):
            return bool(value) == verdict.refuses
        case Template() | Items():
            return verdict.refuses
        case _:
            return False


def _refuses(body: tuple[Statement, ...]) -> bool:
    """Whether a branch goes no further, also by `abort(400)`, `sys.exit()`."""
    calls = [each.value for each in body if isinstance(each, Do) and isinstance(each.value, Call)]
    return ends(body) or any(name_of(each.func) in LEAVING for each in calls)


def _is_always_made(check: Check, scope: Scope) -> bool:
    """Whether the function checks it whenever it is called: nothing else makes it return before."""
    for statement, frames in statements(scope.body):
        if isinstance(statement, Return) and statement.line < check.line:
            tests = [frame.node.test for frame in frames if isinstance(frame.node, If)]
            if not any(same(node, check.expr) for test in tests for node in walk(test)):
                return False
    return True


def _is_below(check: Check, frames: tuple[Frame, ...]) -> bool:
    """Whether a place is in the branch that is taken where the check finds fault."""
    return any(
        isinstance(frame.node, (If, Loop)) and frame.node.line == check.line and frame.part == "body"
        for frame in frames
    )


def _still_holds(check: Check, scope: Scope, line: float, frames: tuple[Frame, ...]) -> bool:
    """Whether the test stands before a place on every way, and no other value was given since."""
    given = [each for name in names_used(check.expr) for each in scope.bindings.get(name, ())]
    given += [each.binding for each in scope.sets if _is_in(each.base, check.expr)]
    renewed = any(check.line < each.line <= line and not isinstance(each.expr, Const) for each in given)
    return check.frames == frames[: len(check.frames)] and not renewed


def _is_in(part: Expr, whole: Expr) -> bool:
    return any(same(part, node) for node in walk(whole))


def _part(checked: Expr, expr: Expr) -> str | None:
    """Which part of an expression was checked, empty for all of it; None where it is another one."""
    if same(checked, expr):
        return ""
    match checked:
        case Attr(value=base, name=name):
            pass
        case Index(value=base, key=Const(value=str() as name)):
            pass
        case Call(func=Attr(value=base, name="get"), args=(Const(value=str() as name), *_)):
            pass
        case _:
            return None
    return name if same(base, expr) else None


def _is_renewed(expr: Expr, frame: Frame, scope: Scope, line: float) -> bool:
    """Whether a name was given something else since the test."""
    given = [each for name in names_used(expr) for each in scope.bindings.get(name, ())]
    return any(each.line <= line and frame in each.frames for each in given)


def _assigns(body: tuple[Statement, ...], check: Check) -> bool:
    """Whether a branch replaces what was too long, or a part of it, by something shorter."""
    for each in body:
        if isinstance(each, Assign) and not each.op and any(_is_of(target, check) for target in each.targets):
            return True
        if isinstance(each, Do) and isinstance(each.value, Call) and CUTTING.search(name_of(each.value.func)):
            return True
    return False


def _is_of(target: Expr, check: Check) -> bool:
    while check.how == "fits" and isinstance(target, (Attr, Index)) and not same(target, check.expr):
        target = target.value
    return same(target, check.expr)


def _shrinks(body: tuple[Statement, ...], checked: Expr) -> bool:
    """`while too_long(x): x.pop(0)`, `del x[0]`, or x = something shorter."""
    for each, _ in statements(body):
        match each:
            case Assign(targets=targets, op="") if any(same(target, checked) for target in targets):
                return True
            case Do(value=Call(func=Attr(value=base, name="pop" | "popleft" | "remove"))) if same(base, checked):
                return True
            case Do(value=Index(value=base)) if same(base, checked):
                return True
            case Assign(value=Call(func=Attr(value=base, name="pop" | "popleft"))) if same(base, checked):
                return True
            case _:
                continue
    return False
