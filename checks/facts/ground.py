"""What the facts of all calls of a project are worked out from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from ..flows.answer import Answers
from ..flows.build import Builder
from ..flows.lore import Lore
from ..flows.prompt import Prompts
from ..flows.surroundings import Bodies
from ..flows.tools import Tools
from ..flows.walk import Walk
from ..model import Place, RetryLayer
from ..project.edges import name_of
from ..project.entries import Entries
from ..project.held import held
from ..project.scope import Scope, Site
from ..project.values import Ext, Values
from ..project.ways import Ways
from ..read.tree import Call, With
from ..sdks.apart import RetryTool
from ..sdks.schema import Framework, Knowledge, Library, Sdk
from .asks import Asks
from .ends import Alarms, Ends
from .lookups import Marks

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator
    from .logs import Around
    from .rising import Rising
    from .subject import Subject
    from .tracing import Tracing


class Ground:
    """What all calls of a project share."""

    def __init__(self, ev: Evaluator, entries: Entries, knowledge: Knowledge, kind: str = "") -> None:
        """`kind`: service, worker, cli or library, where the configuration says so."""
        self.kind = kind
        self.ev = ev
        self.entries = entries
        self.knowledge = knowledge
        self.retry_tools = {
            (root, name): (library, tool)
            for library in knowledge.libraries
            for root in library.imports
            for name, tool in library.retry.items()
        }
        self.ways = Ways(ev)
        self.asks = Asks(ev)
        self.ends = Ends(ev, knowledge)
        self.alarms = Alarms(ev, knowledge)
        self._marks: dict[Scope, Marks] = {}
        self.bodies = Bodies()
        self.tools = Tools(knowledge, ("parser", "pattern", "executor", "schema"))
        self.becomes = Answers(ev, self.bodies, self.tools)
        self.writers = Tools(knowledge, ("logging",))
        self.logs: dict[Scope, tuple[Site, ...]] = {}
        """Calls that write something down, by function."""
        self.handing: dict[tuple[Scope, int], tuple[tuple[Site, frozenset[str]], ...]] = {}
        """Calls that hand something to a function that writes it down, by function and how deep it is."""
        self.repeated: dict[tuple[object, ...], RetryLayer | None] = {}
        """What repeats a site, by it and how what is asked there fails."""
        self.streams: dict[tuple[Scope, str], tuple[Site, ...]] = {}
        """Calls by which answers come in pieces, by function and SDK."""
        self._named: dict[str, tuple[Site, ...]] = {}
        self._around: tuple[Site, Around] | None = None
        self._ambient: dict[str, tuple[Ext, ...]] = {}
        self._rising: dict[tuple[int, ...], Rising] = {}

    @cached_property
    def tracing(self) -> Tracing:
        """What the project switches on to watch its calls."""
        from .tracing import Tracing

        return Tracing(self)

    def rising(self, sdks: tuple[Sdk, ...], wrapped: Sdk) -> Rising:
        """What becomes of the errors of some SDKs (see `around.Around`) above a function."""
        from .rising import Rising

        key = tuple(map(id, (*sdks, wrapped)))
        if key not in self._rising:
            self._rising[key] = Rising(self, sdks, wrapped)
        return self._rising[key]

    def around(self, subject: Subject) -> Around:
        """The functions around a call; kept for the one asked about last."""
        from .logs import Around

        if self._around is None or self._around[0] is not subject.site:
            self._around = (subject.site, Around(subject))
        return self._around[1]

    @cached_property
    def prompts(self) -> Prompts:
        """What texts prompts are made of, and where from."""
        return Prompts(Walk(Builder(self.ev, Lore(self.knowledge.texts)), self.entries))

    @cached_property
    def frameworks(self) -> dict[str, tuple[Framework, ...]]:
        """Frameworks by what their entry points are called."""
        found: dict[str, tuple[Framework, ...]] = {}
        for each in self.knowledge.frameworks:
            found[each.how] = (*found.get(each.how, ()), each)
        return found

    @cached_property
    def cache_tools(self) -> frozenset[tuple[str, str]]:
        """Decorators that keep answers, by the root of their import and their name."""
        kept = [library for library in self.knowledge.libraries if library.role == "cache"]
        return frozenset(
            (root.partition(".")[0], name.rpartition(".")[2])
            for library in kept
            for root in library.imports
            for name in library.uses.get("decorator", ())
        )

    def tier_of(self, model: str) -> str:
        """The class of a model; unknown where the data has no word for it."""
        name = model.lower().rpartition("/")[2]
        known = (each.id for each in self.knowledge.tiers if any(re.search(one, name) for one in each.models))
        return next(known, "unknown")

    def marks(self, scope: Scope) -> Marks:
        """What a function looks up and fills."""
        if scope not in self._marks:
            self._marks[scope] = Marks(scope)
        return self._marks[scope]

    def answers(self, audience: str) -> tuple[str, ...]:
        """Exceptions that frameworks of an audience turn into an answer: an HTTP status, an error message."""
        return tuple(name for each in self.knowledge.frameworks if each.audience == audience for name in each.answers)

    def calls_named(self, name: str) -> tuple[Site, ...]:
        """Call sites anywhere in the project whose callee has that last name."""
        if name not in self._named:
            self._named[name] = tuple(self._search(name))
        return self._named[name]

    def _search(self, name: str) -> Iterator[Site]:
        for scope in self.ev.world.anywhere(name, rf"\b{name}\s*\("):
            yield from (site for site in scope.sites if callee_name(site) == name)
            yield from _decorator_sites(scope, name)

    def functions_named(self, name: str) -> Iterator[Scope]:
        """Indexed functions of the project with that last name."""
        world = self.ev.world
        for path in world.paths:
            module = world.module(path) if name.encode() in world.source.data(path) else None
            if module is not None:
                keys = [key for key, unit in module.index.units.items() if unit.name.rpartition(".")[2] == name]
                scopes = [module.scope(key) for key in keys]
                yield from (scope for scope in scopes if scope is not None and scope.is_function)

    def assigned(self, imports: tuple[str, ...], name: str) -> Iterator[tuple[Values, Place]]:
        """Values that the project assigns to an attribute of an imported module (`openai.timeout = 20`)."""
        for scope in self.ev.world.anywhere(name, rf"\.\s*{name}\s*(?:[:,)\]]|=(?!=))"):
            for each in scope.sets:
                if each.name == name and each.binding.expr is not None:
                    bases = self.ev.eval(each.base, scope)
                    if any(isinstance(base, Ext) and _within(base.path, imports) for base in bases):
                        yield self.ev.eval(each.binding.expr, scope), Place(scope.module.path, each.line)

    def ambient(self, sdk: Sdk) -> tuple[Ext, ...]:
        """Clients that the project makes the default of an SDK."""
        if sdk.id not in self._ambient:
            self._ambient[sdk.id] = ()
            self._ambient[sdk.id] = tuple(value for name in sdk.ambient for value in self._made_default(sdk, name))
        return self._ambient[sdk.id]

    def _made_default(self, sdk: Sdk, name: str) -> Iterator[Ext]:
        owner, _, last = name.rpartition(".")
        roots = _roots(sdk, owner)
        for values, _ in self.assigned(roots, last):
            yield from (value for value in values if isinstance(value, Ext))
        for site in self.calls_named(last):
            if self._is_of(roots, last, site):
                yield from held(self.ev, (site,))

    def ambient_around(self, sdk: Sdk, sites: Iterable[Site]) -> tuple[Ext, ...]:
        """Clients that are the default of an SDK within a `with` around one of the sites, of the innermost one."""
        for site in sites:
            for frame in reversed(site.frames):
                items = frame.node.items if isinstance(frame.node, With) else ()
                made = (self.ev.site(item, site.scope) for item, _ in items if isinstance(item, Call))
                near = tuple(each for each in made if each is not None and self._makes_default(sdk, each))
                found = tuple(held(self.ev, near))
                if found:
                    return found
        return ()

    def _makes_default(self, sdk: Sdk, site: Site) -> bool:
        parted = (name.rpartition(".") for name in sdk.ambient)
        return any(self._is_of(_roots(sdk, owner), last, site) for owner, _, last in parted)

    def _is_of(self, roots: tuple[str, ...], name: str, site: Site) -> bool:
        callees = self.ev.eval(site.call.func, site.scope)
        return any(isinstance(each, Ext) and _tail_of(each.path, roots) == name for each in callees)

    def retry_tool(self, path: str) -> tuple[Library, RetryTool] | None:
        """The retry tool a path of another package is."""
        plain = path.replace("()", "")
        parts = plain.split(".")
        for split in range(1, len(parts)):
            for start in range(split, len(parts)):
                found = self.retry_tools.get((".".join(parts[:split]), ".".join(parts[start:])))
                if found is not None:
                    return found
        return None


def _within(path: str, roots: tuple[str, ...]) -> bool:
    """Whether a path is one of the roots, whatever modules stand between its import and its last name."""
    first, last = path.partition(".")[0], path.rpartition(".")[2]
    for root in roots:
        if path == root or ("." in root and (first, last) == (root.partition(".")[0], root.rpartition(".")[2])):
            return True
    return False


def _roots(sdk: Sdk, owner: str) -> tuple[str, ...]:
    """Where a part of an SDK is imported from."""
    return tuple(f"{root}.{owner}".rstrip(".") for root in sdk.imports)


def _tail_of(path: str, roots: tuple[str, ...]) -> str:
    """What follows the root, or a module under it, in a path; empty when it is under none of them."""
    owner, _, last = path.rpartition(".")
    under = any(owner.startswith(f"{root}.") for root in roots if "." not in root)
    return last if under or _within(owner, roots) else ""


def _decorator_sites(scope: Scope, name: str) -> Iterator[Site]:
    """Decorators with arguments, as sites."""
    for decorator in scope.decorators:
        if isinstance(decorator, Call) and scope.parent is not None:
            site = Site(decorator, scope.parent, (), False, decorator.span.line)
            if callee_name(site) == name:
                yield site


def callee_name(site: Site) -> str:
    """Last name of what a site calls."""
    return name_of(site.call.func)
