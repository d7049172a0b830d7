"""The call whose facts are asked, with everything the facts are worked out from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model import Place
from ..project.arguments import HIDDEN, Passed, argument, entry, keyword
from ..project.calls import Found
from ..project.edges import name_of
from ..project.entries import Entries
from ..project.scope import Scope, Site
from ..project.values import Cfg, Ext, Lit, Prm, Unk
from ..sdks.schema import Sdk
from .coroutines import runs_at
from .ground import Ground
from .kept import AWAITABLE, waited
from .reading import kind_read

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator


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
