"""Tracers that really record a call: switched on for its SDK, wrapped around its client, given to it, or decorating."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from ..model import Place
from ..project.lineage import foreign_bases
from ..project.scope import Site
from ..project.values import Ext, Lit, Obj, Seq, Text, Values
from ..read.tree import Call, Const
from ..sdks.schema import Library
from .ground import Ground
from .heard import COUNTED, heard_by
from .subject import Subject, nested, place

CALLBACKS = (
    "callbacks",
    "config.callbacks",
    "callback_manager",
    "callback_handler",
    "hooks",
    "event_handlers",
    "1.callbacks",
)
OFF = frozenset({"false", "0", "", "no", "off"})
SWITCHES = ("TRACING", "ENABLED", "TRACING_V2")
"""Ends of environment variables that switch a tracer on; a key alone does not."""


class Traced(NamedTuple):
    """One tracer in effect."""

    what: str
    where: Place
    counts: bool = True
    """It records the tokens too."""


class Switched(NamedTuple):
    """A tracer switched on for the whole process, for the SDKs that its name tells, or for all."""

    traced: Traced
    name: str


class Tracing:
    """What a project switches on, worked out once."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    @cached_property
    def libraries(self) -> tuple[Library, ...]:
        """Tracers that some file of the project imports."""
        world = self._ground.ev.world
        named = {name.partition(".")[0] for path in world.relevant for _, name, _ in world.source.imports(path)}
        known = [each for each in self._ground.knowledge.libraries if each.role == "tracing"]
        return tuple(each for each in known if {name.partition(".")[0] for name in each.imports} & named)

    @cached_property
    def switched(self) -> tuple[Switched, ...]:
        """Calls and assignments that switch a tracer on."""
        return tuple(self._instruments()) + tuple(self._assigned())

    def _instruments(self) -> Iterator[Switched]:
        for library in self.libraries:
            for name in library.uses.get("instrument", ()):
                last = name.rpartition(".")[2]
                for site in self._ground.calls_named(last):
                    values = self._ground.ev.eval(site.call.func, site.scope)
                    known = any(is_of(value.path, library, name) for value in values if isinstance(value, Ext))
                    if known and (not last.endswith("Instrumentor") or self._ground.calls_named("instrument")):
                        yield Switched(Traced(f"{library.id}: {name}", place(site)), name)

    def _assigned(self) -> Iterator[Switched]:
        for library in self.libraries:
            for name in library.uses.get("assign", ()):
                for values, where in self._ground.assigned(library.imports, name):
                    if any(_is_on(value) for value in values):
                        told = Traced(f"{library.id}: {name}", where, counts="callback" in name)
                        yield Switched(told, library.imports[0])

    @cached_property
    def environment(self) -> dict[str, Place]:
        """Variables that the code itself sets to switch a tracer on."""
        found: dict[str, Place] = {}
        wanted = {
            name: each
            for each in self._ground.knowledge.libraries
            if each.role == "tracing"
            for name in each.uses.get("env", ())
            if name.endswith(SWITCHES)
        }
        for name in wanted:
            for scope in self._ground.ev.world.anywhere(name):
                for each in scope.sets:
                    match each.key, each.binding.expr:
                        case Const(value=str() as key), Const(value=value) if (
                            key == name and str(value).lower() not in OFF
                        ):
                            found[name] = Place(scope.module.path, each.line)
                        case _:
                            continue
        return found


def is_of(path: str, library: Library, name: str) -> bool:
    """Whether a path is that name of the library."""
    plain = path.replace("()", "")
    under = any(plain.startswith(f"{each}.") for each in library.imports)
    return under and (f".{plain}".endswith(f".{name}") or plain.rpartition(".")[2] == name.rpartition(".")[2])


def _is_on(value: object) -> bool:
    match value:
        case Lit(value=given):
            return bool(given)
        case Seq(elements=elements):
            return bool(elements)
        case _:
            return True


class Tracers:
    """The tracers in effect for one call."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._tracing = subject.ground.tracing
        self.found: tuple[Traced, ...] = tuple(self._find())

    def counts(self) -> Traced | None:
        """The first that records tokens."""
        return next((each for each in self.found if each.counts), None)

    def _find(self) -> Iterator[Traced]:
        subject = self._subject
        if subject.sdk.traces and not subject.ground.calls_named("set_tracing_disabled"):
            yield Traced(f"{subject.sdk.id} sends traces", place(subject.site))
        yield from (each.traced for each in self._tracing.switched if self._concerns(each.name))
        yield from self._of_client()
        yield from self._callbacks()
        yield from self._decorators()
        if "langchain" in self._family():
            for name, where in self._tracing.environment.items():
                if name.startswith("LANG"):
                    yield Traced(name, where)

    def _family(self) -> str:
        """What the SDK is called, and what its client is made with: a framework may stand before another SDK."""
        sdk, client = self._subject.sdk, self._subject.found.client
        return " ".join((sdk.id, sdk.package, *sdk.imports, client.path)).replace("_", "").replace("-", "").lower()

    def _concerns(self, name: str) -> bool:
        """Whether what a tracer is called fits the SDK: one that names no SDK is for all."""
        word = name.replace("_", "").replace(".", "").lower()
        ids = {sdk.id.replace("-", "").replace("_", "").lower() for sdk in self._subject.ground.knowledge.sdks}
        named = {each for each in ids if len(each) > 3 and each in word}
        longest = {each for each in named if not any(each != other and each in other for other in named)}
        family = self._family()
        return not longest or any(each in family for each in longest)

    def _of_client(self) -> Iterator[Traced]:
        """A client that a tracer wraps, or that goes through its proxy."""
        client = self._subject.found.client
        for library in self._tracing.libraries:
            for name in library.uses.get("wrap", ()):
                if is_of(client.path.partition("()")[0], library, name):
                    yield Traced(f"{library.id}: {name}", place(self._subject.site))
                for site in self._subject.ground.calls_named(name.rpartition(".")[2]):
                    if client.sites and self._wraps(site, library, name):
                        yield Traced(f"{library.id}: {name}", place(site))
        ev = self._subject.ev
        for site in client.sites:
            for value in ev.callee(site):
                for library in self._tracing.libraries:
                    for name in library.uses.get("wrap", ()):
                        if isinstance(value, Ext) and is_of(value.path, library, name):
                            yield Traced(f"{library.id}: {name}", place(site))
            yield from self._proxied(site)

    def _wraps(self, site: Site, library: Library, name: str) -> bool:
        """Whether a call of a wrapper is given the client."""
        ev, made = self._subject.ev, self._subject.found.client.sites[0]
        if not any(isinstance(each, Ext) and is_of(each.path, library, name) for each in ev.callee(site)):
            return False
        given = [each for arg in site.call.args[:1] for each in ev.eval(arg, site.scope)]
        return any(isinstance(each, Ext) and each.sites[:1] == (made,) for each in given)

    def _proxied(self, site: Site) -> Iterator[Traced]:
        hosts = [
            (each.id, host)
            for each in self._subject.ground.knowledge.libraries
            if each.role == "tracing"
            for host in each.uses.get("base_url", ())
        ]
        given = nested(self._subject.ev, site, "base_url", ()).values
        for value in given:
            for name, host in hosts:
                if isinstance(value, (Lit, Text)) and host in str(value.value):
                    yield Traced(name, place(site))

    def _callbacks(self) -> Iterator[Traced]:
        """Handlers given to the call or to its client."""
        match = self._subject.found.match
        args = match.client.args if match.client is not None else ()
        for name in CALLBACKS:
            given: Values = self._subject.call_argument(name).values
            for site in self._subject.found.client.sites[:3]:
                given = (*given, *nested(self._subject.ev, site, name, args).values)
            for value in given:
                inside: list[object] = [value]
                if isinstance(value, Seq):
                    inside = [each for item in value.elements for each in self._subject.ev.eval(item, value.scope)]
                yield from (
                    Traced(name, place(self._subject.site), counts)
                    for each in inside
                    if (counts := self._records(each)) is not None
                )

    def _records(self, value: object) -> bool | None:
        """Whether a handler records the tokens, too; None where it records nothing. One of the project's own does what
        its methods do."""
        if isinstance(value, Ext):
            return True if self._is_used(value.path, "callback") else None
        if not isinstance(value, Obj):
            return None
        bases = [base.path for base in foreign_bases(self._subject.ev, value.scope)]
        if any(self._is_used(base, "callback") for base in bases):
            return True
        if not any(self._is_used(base, "handler") for base in bases):
            return None
        heard = heard_by(self._subject.ev, value.scope)
        return bool(heard & COUNTED) if heard else None

    def _is_used(self, path: str, how: str) -> bool:
        return any(is_of(path, each, name) for each in self._tracing.libraries for name in each.uses.get(how, ()))

    def _decorators(self) -> Iterator[Traced]:
        """`@observe` and the like on the function of the call, or on one that calls it."""
        if not self._tracing.libraries:
            return
        for scope in self._subject.ground.around(self._subject).scopes:
            for decorator in scope.decorators:
                target = decorator.func if isinstance(decorator, Call) else decorator
                for value in self._subject.ev.eval(target, scope.parent or scope):
                    if isinstance(value, Ext) and self._decorates(value.path):
                        yield Traced(value.path, Place(scope.module.path, max(scope.line, 1)), counts=False)

    def _decorates(self, path: str) -> bool:
        return self._is_used(path, "decorator")
