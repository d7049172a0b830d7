"""What an expression can be: the values the evaluator deals in.

They are not run-time values but descriptions: "the result of calling `openai.OpenAI` at this site", "a method of
that class of the project", "the number 30", "something read from the environment".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ..read.tree import Call, Expr, Param
from .scope import Frame, Scope, Site

if TYPE_CHECKING:
    from .arguments import Passed
    from .edges import Edge
    from .match import Matcher
    from .world import Module, World


class Ext(NamedTuple):
    """Something of another package, by the path a programmer would write: `openai.OpenAI().chat`.

    Each `()` in the path has its call in `sites`, except for instances that are only known by an annotation.
    """

    path: str
    sites: tuple[Site, ...] = ()
    wrapper: str = ""
    """Id of the SDK that wrapped it and raises in its place (instructor)."""
    inside: Values = ()
    """What its annotation says that it holds: `RunContext[Deps]`."""


class Fn(NamedTuple):
    """A function of the project; `bound` is what it is a method of."""

    scope: Scope
    bound: Value | None = None


class Cls(NamedTuple):
    """A class of the project."""

    scope: Scope


class Obj(NamedTuple):
    """An instance of a project class. Without a site it may also be one of any subclass."""

    scope: Scope
    site: Site | None = None


class Mod(NamedTuple):
    """A module of the project."""

    module: Module


class Lit(NamedTuple):
    """A constant. origin: literal (written there), default (of a parameter), field (of a class or an object) or
    absent (a None that is not put in)."""

    value: str | bytes | int | float | bool | None
    origin: str = "literal"


class Text(NamedTuple):
    """A string of which some pieces are known; the others are `\\0`."""

    value: str


class Cfg(NamedTuple):
    """A value from outside the code (environment, settings, command line), with its default if it has one."""

    origin: str
    default: Lit | None = None


class Prm(NamedTuple):
    """A parameter nobody in the project passes."""

    scope: Scope
    param: Param


class Map(NamedTuple):
    """A mapping: keys (None: `**value`) with values in the scopes they were written in; later ones win."""

    entries: tuple[tuple[Expr | None, Expr, Scope], ...]
    base: tuple[Value, ...] = ()
    """What it was before the entries were put in, where that is no display."""
    lines: tuple[int, ...] = ()
    """Lines of the entries' statements, as far as they are known."""

    def at(self, line: int) -> Map:
        """The mapping with the line for every entry that has none."""
        known = self.lines + (0,) * (len(self.entries) - len(self.lines))
        return self._replace(lines=tuple(each or line for each in known))


class Kw(NamedTuple):
    """The `**kwargs` of a function: what its callers pass beyond the named parameters."""

    scope: Scope


class Seq(NamedTuple):
    """A list, tuple or set display."""

    elements: tuple[Expr, ...]
    scope: Scope


class Part(NamedTuple):
    """`functools.partial(func, …)` made at the site."""

    func: Value
    site: Site


class Sup(NamedTuple):
    """`super()` inside a method of the class."""

    scope: Scope
    bound: Obj


class Unk(NamedTuple):
    """Something that can't be read; the path holds what was done to it: `?.chat.completions`."""

    path: str = "?"
    sites: tuple[Site, ...] = ()


NUMBER = Unk("?number")
"""Some number, made of something that can't be read."""
Value = Ext | Fn | Cls | Obj | Mod | Lit | Text | Cfg | Prm | Map | Kw | Seq | Part | Sup | Unk
Values = tuple[Value, ...]

LIMIT = 24
"""Values one expression may have; more are cut, in order of appearance."""


class Eval(Protocol):
    """What the parts of the evaluator ask of the whole."""

    world: World
    matcher: Matcher
    entries: dict[tuple[int, str], Passed]
    """What callers pass in `**kwargs` under a key, by function."""
    looked_up: dict[tuple[Map | Ext, str], Passed]
    """What mappings, and objects of other packages, hold under a key: those that grow out of themselves would be
    searched again and again."""

    def eval(self, node: Expr, scope: Scope) -> Values:
        """What the expression can be."""
        ...

    def eval_at(self, node: Expr, scope: Scope, line: float, frames: tuple[Frame, ...]) -> Values:
        """What the expression can be where it stands: only bindings that reach that place count."""
        ...

    held: dict[str, Values]
    """What the project puts on objects of other packages, by one or two attribute names (`app.state.client = …`); with
    a dot behind the name: whether something is put on what is there; with `=`: what a dispatcher is given."""
    """By file, every name under which something in it is put on such an object, or read from one."""
    filled: dict[tuple[int, int], Site]
    """Calls of a `functools.partial` with the arguments it holds, by call and partial."""

    setters: dict[tuple[Scope, str], frozenset[str]]
    """Names of the methods that set an attribute, by class and attribute."""

    position: tuple[Scope, float, tuple[Frame, ...]] | None

    def site(self, node: Call, scope: Scope) -> Site | None:
        """The site of a call expression of that scope."""
        ...

    def invoke(self, func: Value, site: Site) -> Values:
        """What calling it can give."""
        ...

    def attribute(self, value: Value, name: str) -> Values:
        """What `value.name` can be."""
        ...

    def name(self, name: str, scope: Scope) -> Values:
        """What a name can be."""
        ...

    def remember(self, scope: Scope, name: str, work: Callable[[], Values | None]) -> Values | None:
        """The work's answer for a name of a scope, worked out once; empty while it is being worked out."""
        ...

    def handed(self, site: Site, at: int) -> tuple[Edge, ...]:
        """Where a function handed to a call in argument `at` runs, if a project helper runs it."""
        ...

    def attribute_call(self, value: Obj, site: Site) -> Values:
        """Calling an instance whose class takes `__call__` from another package."""
        ...

    def wrappers(self, scope: Scope) -> list[tuple[Scope, tuple[Site, ...]]]:
        """Project decorators on a function, with the calls of the function inside them."""
        ...

    def callers(self, scope: Scope) -> tuple[Edge, ...]:
        """Where the function is called from."""
        ...

    def subclasses(self, scope: Scope) -> tuple[Scope, ...]:
        """Project classes that derive from the class, directly or not."""
        ...

    def bases(self, scope: Scope) -> Values:
        """What the class derives from: project classes and others, in order."""
        ...


def says_nothing(values: Values) -> bool:
    """Whether nothing is known of what the values describe."""
    return all(isinstance(value, Unk) for value in values)


def union(*groups: Values) -> Values:
    """All values of the groups, each once."""
    found: dict[Value, None] = {}
    for group in groups:
        for value in group:
            found.setdefault(value, None)
            if len(found) >= LIMIT:
                return tuple(found)
    return tuple(found)
