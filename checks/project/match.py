"""Paths of other packages held against the SDK data: is this a client, is this a call, of which SDK?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from ..sdks.apart import StepRule
from ..sdks.schema import CallRule, ClientRule, Framework, Knowledge, Library, Sdk


class Match(NamedTuple):
    """A path that sends a request: whose, through which client, by which method."""

    sdk: Sdk
    rule: CallRule
    client: ClientRule | None
    method: str
    """Method path after the client: `chat.completions.create`."""
    steps: tuple[str, ...]
    """All steps after the client as they were written, transparent ones included."""
    medium: bool = False


class Matcher:
    """Looks paths up; made once from the data, with the versions the project uses applied."""

    def __init__(self, sdks: tuple[Sdk, ...], libraries: tuple[Library, ...] = ()) -> None:
        self._roots: dict[str, list[tuple[tuple[str, ...], Sdk]]] = defaultdict(list)
        self.sdks = sdks
        self.by_id = {sdk.id: sdk for sdk in sdks}
        for sdk in sdks:
            for name in sdk.imports:
                parts = tuple(name.split("."))
                self._roots[parts[0]].append((parts, sdk))
        self.callable_roots = frozenset(
            name for sdk in sdks if "()" in sdk.calls or sdk.decorators for name in sdk.imports
        )
        """Imports whose objects, or functions decorated by them, are calls when called."""
        self._wrapping = frozenset(
            (root, name) for library in libraries for name in library.uses.get("wrap", ()) for root in library.imports
        )
        ran = [led for sdk in sdks for led in (*sdk.leads.values(), *sdk.hooks.values())]
        self.led = frozenset(to for led in ran for to in led.values())
        """Methods of the project that some method of an SDK's class runs."""
        self.marks = frozenset(name for sdk in sdks for rule in sdk.steps.values() for name in rule.marked)
        """Decorators of methods that some method of an SDK's class runs."""
        self.messaging = frozenset(name for sdk in sdks for name in sdk.messages)
        """Methods that are calls on any object that is given an SDK's messages."""
        self.gathered = frozenset(name for sdk in sdks for name in sdk.gathers)
        """Attributes of classes of the project that an SDK makes."""
        self.match = lru_cache(maxsize=None)(self._match)
        self.client = lru_cache(maxsize=None)(self._client)

    def call_names(self, imports: Container[str]) -> frozenset[str]:
        """Last names of calls to the SDKs that are imported, and of those known by their tail on any object."""
        met = [key for sdk in self.sdks if any(name in imports for name in sdk.imports) for key in sdk.calls]
        return frozenset(_last(key) for key in (*met, *(tail for sdk in self.sdks for tail in sdk.tails))) - {""}

    def client_names(self, imports: Container[str]) -> frozenset[str]:
        """Last names of the constructors of imported SDKs whose objects are called themselves."""
        met = [sdk for sdk in self.sdks if "()" in sdk.calls and any(name in imports for name in sdk.imports)]
        return frozenset(_last(key) for sdk in met for key in sdk.clients)

    def _candidates(self, path: str) -> Iterator[tuple[Sdk, list[str]]]:
        segments = path.split(".")
        for root, sdk in self._roots.get(segments[0].removesuffix("()"), ()):
            if tuple(segments[: len(root)]) == root:
                yield sdk, segments[len(root) :]

    def _match(self, path: str) -> Match | None:
        """The call a callee's path stands for (`openai.OpenAI().chat.completions.create`)."""
        best: Match | None = None
        for sdk, segments in self._candidates(path):
            found = _through_client(sdk, segments) or _through_factory(sdk, segments) or _through_module(sdk, segments)
            if found is not None and (best is None or (best.client is None and found.client is not None)):
                best = found
        return best

    def _client(self, path: str) -> ClientRule | None:
        """The client rule of a constructor's path, without its `()`."""
        found = self.client_of(f"{path}()")
        return found[1] if found is not None and not found[2] else None

    def client_of(self, path: str) -> tuple[Sdk, ClientRule, tuple[str, ...]] | None:
        """SDK and rule of a path that starts with a client, and the steps after it."""
        for sdk, segments in self._candidates(path):
            for rule, rest in _clients(sdk, segments):
                return sdk, rule, tuple(rest)
        return None

    def is_foreign(self, path: str) -> bool:
        """Whether a path belongs to no SDK of the data."""
        return next(self._candidates(path), None) is None

    def wrapper(self, path: str) -> str | None:
        """Id of the SDK that a function wraps clients for; empty for a library that only watches, None for others."""
        for sdk, segments in self._candidates(f"{path}()"):
            for rule, rest in _clients(sdk, segments):
                return sdk.id if rule.wraps and not rest else None
        root, _, tail = path.partition(".")
        return "" if (root, tail) in self._wrapping else None

    def over(self, path: str, wrapper: str) -> Match | None:
        """The call that a path stands for by a method that a client has from the SDK that wrapped it."""
        found = self.client_of(path)
        known = self.by_id.get(wrapper)
        if found is None or known is None:
            return None
        sdk, client, rest = found
        method = ".".join(step for step in rest if step.removesuffix("()") not in known.transparent)
        rule = known.calls.get(method)
        return Match(sdk, rule, client, method, rest) if rule is not None else None

    def is_client(self, path: str, *, answering: bool = False) -> bool:
        """Whether the path is a client, or something transparent reached from one; with `answering`, one that does more
        than embed."""
        found = self.client_of(path)
        if found is None or (answering and found[1].kind == "embedding"):
            return False
        sdk, _, rest = found
        return all(step.removesuffix("()") in sdk.transparent for step in rest)

    def decorator(self, path: str) -> tuple[Sdk, CallRule] | None:
        """The call that a decorator makes of a function, if it does."""
        for sdk, segments in self._candidates(path.replace("()", "")):
            for length in range(len(segments)):
                rule = sdk.decorators.get(".".join(segments[length:]))
                if rule is not None:
                    return sdk, rule
        return None

    def leads(self, path: str) -> dict[str, str]:
        """By the methods of a class that run one of its subclass: the name of that one."""
        name = path.rpartition(".")[2]
        known = (sdk.leads[name] for sdk, _ in self._candidates(path) if name in sdk.leads)
        return next(known, dict[str, str]())

    def hooks(self, path: str) -> dict[str, str]:
        """The same of those that stay calls themselves."""
        name = path.rpartition(".")[2]
        known = (sdk.hooks[name] for sdk, _ in self._candidates(path) if name in sdk.hooks)
        return next(known, dict[str, str]())

    def steps(self, path: str) -> StepRule | None:
        """How a class runs the steps of its subclass, if it does."""
        name = path.rpartition(".")[2]
        return next((sdk.steps[name] for sdk, _ in self._candidates(path) if name in sdk.steps), None)

    def gathers(self, path: str, name: str) -> bool:
        """Whether a decorator adds what a method returns to an attribute of its class."""
        return any(sdk.gathers.get(name) == path.rpartition(".")[2] for sdk, _ in self._candidates(path))

    def tail(self, path: str, keywords: frozenset[str]) -> Match | None:
        """A call on an object of unknown origin whose whole tail is distinctive of one SDK."""
        steps = path.replace("()", "").split(".")
        for sdk in self.sdks:
            plain = ".".join(step for step in steps if step not in sdk.transparent) if sdk.tails else ""
            for key, needs in sdk.tails.items():
                if (
                    plain.endswith(f".{key}")
                    and _is_made(needs, steps, sdk)
                    and keywords.issuperset(needs.get("needs", ()))
                ):
                    rule = sdk.calls.get(key)
                    if rule is not None:
                        return Match(sdk, rule, None, key, (key,), True)
        return None

    def of_message(self, name: str, path: str) -> Match | None:
        """A call of such a name that is given a message of such a class."""
        for sdk, segments in self._candidates(path.replace("()", "")):
            if not set(segments).isdisjoint(sdk.messages.get(name, ())) and name in sdk.calls:
                return Match(sdk, sdk.calls[name], None, name, (name,), True)
        return None

    def typed(self, path: str) -> str:
        """The attribute of a class that is of the type in its brackets; empty where it has none."""
        name = path.rpartition(".")[2]
        return next((sdk.typed[name] for sdk, _ in self._candidates(path) if name in sdk.typed), "")


def _is_made(needs: dict[str, list[str]], steps: list[str], sdk: Sdk) -> bool:
    """Whether an object was made by one of the methods that its tail asks for, whatever else was done to it then."""
    near = takewhile(lambda step: step in sdk.transparent, reversed(steps[:-1]))
    return "through" not in needs or not set(needs["through"]).isdisjoint(near)


def _last(key: str) -> str:
    return key.rpartition(".")[2].removesuffix("()")


def _clients(sdk: Sdk, segments: list[str]) -> Iterator[tuple[ClientRule, list[str]]]:
    """Client rules that fit the path, with what is left of it; modules before the client don't matter."""
    for start in range(len(segments)):
        owner = sdk.clients.get(segments[start])
        following = segments[start + 1] if len(segments) > start + 1 else ""
        if owner is not None and following.removesuffix("()") in owner.factories:
            if following.endswith("()"):
                yield owner, segments[start + 2 :]
            return
        for length in (1, 2, 3):
            inside = segments[start : start + length]
            if len(inside) == length and inside[-1].endswith("()"):
                rule = sdk.clients.get(".".join(inside).removesuffix("()"))
                if rule is not None:
                    yield rule, segments[start + length :]
        if segments[start].endswith("()") or not segments[start].islower():
            return


def _through_client(sdk: Sdk, segments: list[str]) -> Match | None:
    for rule, rest in _clients(sdk, segments):
        steps = [step for step in rest if step.removesuffix("()") not in sdk.transparent]
        key = ".".join(steps)
        if not key and rest and not rest[-1].endswith("()"):
            continue
        if rule.only and key not in rule.only:
            continue
        found = sdk.calls.get(".".join(rest)) or sdk.calls.get(key or "()")
        if found is not None:
            return Match(sdk, found, rule, key or "()", tuple(rest))
    return None


def _through_factory(sdk: Sdk, segments: list[str]) -> Match | None:
    """A class method that builds a client and sends a request doing so (`FAISS.from_documents`)."""
    if len(segments) < 2:
        return None
    owner, method = sdk.clients.get(segments[-2]), segments[-1]
    if owner is None or method not in owner.factories or method not in sdk.calls:
        return None
    return Match(sdk, sdk.calls[method], owner, method, (method,))


def _through_module(sdk: Sdk, segments: list[str]) -> Match | None:
    if not sdk.module_client:
        return None
    for start in range(len(segments)):
        steps = [step for step in segments[start:] if step.removesuffix("()") not in sdk.transparent]
        if steps[1:] and steps[0][0].isupper():
            steps[0] = steps[0].removesuffix("()")  # a class method that is called on an object
        found = sdk.calls.get(".".join(steps))
        if found is not None and steps:
            return Match(sdk, found, None, ".".join(steps), tuple(segments[start:]))
        if segments[start].endswith("()") or not segments[start].replace("_", "a").isalnum():
            return None
    return None


def foreign_roots(knowledge: Knowledge) -> frozenset[str]:
    """First parts of every import the data knows: other people's packages."""
    known: tuple[Sdk | Library | Framework, ...] = (*knowledge.sdks, *knowledge.libraries, *knowledge.frameworks)
    return frozenset(name.partition(".")[0] for each in known for name in each.imports)
