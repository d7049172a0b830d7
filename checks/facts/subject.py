"""The call whose facts are asked, with everything the facts are worked out from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
from ..project.arguments import HIDDEN, Passed, argument, entry, keyword
from ..project.calls import Found
from ..project.edges import name_of
from ..project.entries import Entries
from ..project.held import held
from ..project.scope import Scope, Site
from ..project.values import Cfg, Ext, Lit, Prm, Unk, Values
from ..project.ways import Ways
from ..read.tree import Call, With
from ..sdks.apart import RetryTool
from ..sdks.schema import Framework, Knowledge, Library, Sdk
from .asks import Asks
from .coroutines import runs_at
from .ends import Alarms, Ends
from .kept import AWAITABLE, waited
from .lookups import Marks
from .reading import kind_read

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator
    from .logs import Around
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
        self.repeated: dict[tuple[object, ...], RetryLayer | None] = {}
        """What repeats a site, by it and how what is asked there fails."""
        self.streams: dict[tuple[Scope, str], tuple[Site, ...]] = {}
        """Calls by which answers come in pieces, by function and SDK."""
        self._named: dict[str, tuple[Site, ...]] = {}
        self._around: tuple[Site, Around] | None = None
        self._ambient: dict[str, tuple[Ext, ...]] = {}

    @cached_property
    def tracing(self) -> Tracing:
        """What the project switches on to watch its calls."""
        from .tracing import Tracing

        return Tracing(self)

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


@dataclass(frozen=True, slots=True)
class Subject:
    """One found call and the project around it."""

    ground: Ground
    found: Found

    @property
    def ev(self) -> Evaluator:
        """The evaluator."""
        return self.ground.ev

    @property
    def entries(self) -> Entries:
        """The finder of entry points."""
        return self.ground.entries

    @property
    def site(self) -> Site:
        """Where the call stands."""
        return self.found.site

    @property
    def sdk(self) -> Sdk:
        """The SDK the call goes to."""
        return self.found.match.sdk

    @property
    def scope(self) -> Scope:
        """The function that holds the call."""
        return self.found.site.scope

    @property
    def kind(self) -> str:
        """What the call asks of the model; a client for one kind, literal arguments, or how the answer is read may
        decide it."""
        match = self.found.match
        told = {kind for name in match.rule.kinds for kind in self._kinds_of(name)}
        if len(told) == 1 and told != {""}:
            return told.pop()
        read = kind_read(self.ev, self.site, match.rule.reads) if match.rule.reads else None
        if read is not None or match.client is None:
            return read or match.rule.kind
        for name, kinds in match.client.kinds.items():
            for site in self.found.client.sites[:1]:
                for value in nested(self.ev, site, name, match.client.args).values:
                    for prefix, kind in kinds.items():
                        if isinstance(value, Lit) and isinstance(value.value, str) and value.value.startswith(prefix):
                            return kind
        return match.client.kind if match.client.kind and match.rule.kind == "chat" else match.rule.kind

    def _kinds_of(self, name: str) -> Iterator[str]:
        """What each text that an argument can be says of the kind; empty where it says nothing, or can't be read."""
        kinds = self.found.match.rule.kinds[name]
        for value in self.call_argument(name).values:
            given = value.default if isinstance(value, Cfg) else value
            if isinstance(given, Lit) and isinstance(given.value, str):
                yield next((kind for part, kind in kinds.items() if part in given.value), "")
            elif isinstance(given, (Unk, Prm)):
                yield ""

    def sites(self) -> tuple[Site, ...]:
        """Sites whose surroundings apply to the request, innermost first."""
        return (*self.found.runs, self.found.site)

    def is_async(self) -> bool:
        """Whether the method gives back something to await."""
        rule, client = self.found.match.rule, self.found.match.client
        if rule.is_async is not None or client is None:
            return bool(rule.is_async)
        made = self.found.client.sites[:1] if client.async_by else ()
        given = (nested(self.ev, site, name, client.args).values for site in made for name in client.async_by)
        return client.is_async or any(not isinstance(each, Lit) or each.value for values in given for each in values)

    def own_sites(self) -> tuple[Site, ...]:
        """As `sites`, but a coroutine, or a call in a thread, stands where it is waited for."""
        found = self.found
        if not found.handed and self.is_async() and not found.runs:
            return runs_at(self.ev, found.site)
        started = found.handed and name_of(found.site.call.func) in AWAITABLE
        return (waited(found.site),) if started and not found.runs else self.sites()

    def is_declared(self, site: Site, names: tuple[str, ...]) -> bool:
        """Whether a call is one of a function that the configuration names among these."""
        called = self.ev.eval(site.call.func, site.scope) if names else ()
        return any(isinstance(each, Ext) and each.path.replace("()", "") in names for each in called)

    def call_argument(self, name: str) -> Passed:
        """An argument of the call by dotted name: `config.http_options.timeout` goes into nested values."""
        first, _, rest = name.partition(".")
        found = self._direct(first)
        return _inside(self.ev, found, rest) if rest else found

    def _direct(self, name: str) -> Passed:
        args = self.found.match.rule.args
        site = self.found.site
        if self.found.handed:
            found = keyword(self.ev, site, name)
            if found.values or self.found.partial is None:
                return found
        else:
            found = argument(self.ev, site, name, args)
        if not found.values and self.found.partial is not None:
            inner = keyword(self.ev, self.found.partial, name)
            return inner if inner.values else found
        return found


def _inside(ev: Evaluator, found: Passed, rest: str) -> Passed:
    for part in rest.split("."):
        if not found.values:
            return found
        inner = entry(ev, found.values, part)
        if inner == HIDDEN:
            return HIDDEN
        found = inner if inner.line else inner._replace(line=found.line, scope=found.scope)
    return found


def nested(ev: Evaluator, site: Site, name: str, args: tuple[str, ...]) -> Passed:
    """An argument of a constructor by dotted name."""
    first, _, rest = name.partition(".")
    found = argument(ev, site, first, args)
    return _inside(ev, found, rest) if rest else found


def raising(subject: Subject) -> tuple[Sdk, ...]:
    """The SDKs whose errors a failed request raises: the wrapper's where one re-raises them, the call's own, or those
    its errors subclass."""
    known, sdk = subject.ev.matcher.by_id, over(subject)
    like = [known[name] for name in sdk.errors.like if name in known]
    if like and not sdk.errors.base:
        return tuple(like)
    return (sdk,)


def over(subject: Subject) -> Sdk:
    """The SDK that answers and raises: the one that wrapped the client, or the call's own."""
    return subject.ev.matcher.by_id.get(getattr(subject.found.client, "wrapper", ""), subject.sdk)


def place(site: Site) -> Place:
    """The span of a call."""
    span = site.call.span
    return Place(site.scope.module.path, span.line, span.column, span.end_line, span.end_column)


def at(passed: Passed, otherwise: Site | None) -> Place | None:
    """Where an argument was written."""
    if passed.scope is not None and passed.line:
        return Place(passed.scope.module.path, passed.line)
    return place(otherwise) if otherwise is not None else None
