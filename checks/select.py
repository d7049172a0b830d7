"""Which definitions can hold a call to a model: the only ones that are read before anybody asks for more.

A file matters when it imports an SDK or shows the signs of a hand-made request, when it imports such a file, directly
or through others, or when one of those imports it and so may hand it a client. In it a definition matters when it uses
a word that a call can end in: the last name of a known method, or a name that a definition read before gave to a client
or a method. Such words hold for the files that have to do with one another: another program of the same repository may
well call its own functions `encode` or `message`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .files import by_top, roots
from .index import FileIndex, Unit
from .project.match import Matcher
from .project.paths import Paths
from .project.rawhttp import METHODS
from .project.scope import Binding, Scope
from .project.world import World
from .read.tree import Attr, Call, Expr, Name
from .shards import Meet, Said

Words = set[tuple[str, str]]
"""Names with what each was given to: method or object."""


class Vocabulary:
    """What a call can be called in files that have to do with one another."""

    def __init__(self, matcher: Matcher, met: set[str], declared: set[str]) -> None:
        """`met`: the SDKs' imports in the files; `declared`: last names of calls that the project declares."""
        self.names: set[str] = {*matcher.call_names(met), *METHODS, *declared}
        """Last names of calls; more are learned while the scopes are read."""
        self.methods = set(self.names)
        """Those of them that are no names of objects, and so can be handed to something that runs them."""
        self.objects: set[str] = set()
        """Those of them that are names of objects which are called themselves."""
        self.given: set[str] = set()
        """Those of them that the project gave to methods."""
        self.clients = matcher.client_names(met)

    def learn(self, said: Words) -> set[str]:
        """Add names with what they were given to, and return the new ones."""
        self.given |= {name for name, how in said if how == "method"} - self.names
        self.objects |= {name for name, how in said if how == "object"} - self.names - self.given
        fresh = {name for name, _ in said} - self.names
        self.names |= fresh
        self.methods |= fresh - self.objects
        return fresh


class Selection:
    """Chooses the scopes to be searched for calls, and learns new words from them."""

    def __init__(self, world: World, matcher: Matcher, *, everything: bool) -> None:
        self._world = world
        self._everything = everything
        self._declared = {name.rpartition(".")[2] for name in world.declared.calls}
        self._known = by_top(name for sdk in matcher.sdks for name in sdk.imports)
        self._asked = dict(_asked(matcher))
        self._called = by_top(matcher.callable_roots)
        self._done: set[tuple[str, str]] = set()
        world.relevant = self._relevant()
        self.groups = world.components(world.paths if everything else world.relevant)
        """The files to search, sorted, apart where they have nothing to do with one another."""
        self._group = {path: at for at, group in enumerate(self.groups) for path in group}
        self._vocabularies = [Vocabulary(matcher, self._met(group), self._declared) for group in self.groups]

    def vocabulary(self, path: str) -> Vocabulary:
        """What a call in the file can be called; more is learned while the scopes are read."""
        return self._vocabularies[self._group[path]]

    def scopes(self, paths: Iterable[str], meet: Meet) -> Iterator[Scope]:
        """The scopes to search in the files, in order; those that new words bring in follow, from whatever process."""
        words = [set(each.names) for each in self._vocabularies]
        mine = [(self._group[path], path) for path in paths]
        while any(words):
            fresh: Said = set()
            for group, path in mine:
                for scope in self._read(path, words[group]) if words[group] else ():
                    fresh |= {(group, *each) for each in self._aliases(scope, self._vocabularies[group])}
                    yield scope
            told: list[Words] = [set() for _ in self.groups]
            for group, name, how in meet(fresh):
                told[group].add((name, how))
            words = [each.learn(said) for each, said in zip(self._vocabularies, told, strict=True)]

    def _met(self, paths: Iterable[str]) -> set[str]:
        source = self._world.source
        return {name for path in paths for name in roots(source.imports(path), self._known)}

    def _relevant(self) -> Paths:
        """Files that matter: an object or a URL can be handed to whatever its maker's importers import."""
        source = self._world.source
        found: list[str] = []
        for path in self._world.paths:
            met = roots(source.imports(path), self._known)
            if met - self._asked.keys() or self._asks(path, met) or source.hints(path) or self._names_declared(path):
                found.append(path)
        return self._world.program(found)

    def _names_declared(self, path: str) -> bool:
        return bool(self._declared) and bool(self._world.met(self._declared, path))

    def _asks(self, path: str, met: set[str]) -> bool:
        """Whether a file that imports a package of many services names the one that serves models."""
        data = self._world.source.data(path) if met else b""
        return any(sign in data for root in met for sign in self._asked.get(root, ()))

    def _read(self, path: str, words: set[str]) -> Iterator[Scope]:
        whole = self._everything or self.callables(path)
        met = self._world.met(words, path)
        if not whole and not met and not roots(self._world.source.imports(path), self._known):
            return  # a file that imports an SDK is looked at in any case: one that is broken must be told
        module = self._world.module(path)
        if module is None:
            return
        for name, unit in module.index.units.items():
            if (path, name) in self._done:
                continue
            if whole or self._may_call(module.index, unit, met, self.vocabulary(path)):
                self._done.add((path, name))
                scope = module.scope(name)
                if scope is not None:
                    yield from scope.tree()

    def _may_call(self, index: FileIndex, unit: Unit, words: set[str], known: Vocabulary) -> bool:
        """Whether the unit uses one of the words as a call would: called or behind a dot (`request(`, `.create`), or
        in any way if it was imported or given to a method; objects must be called."""
        met = index.met(words, unit)
        if not met:
            return False
        imported = (name for _, _, names in self._world.source.imports(index.path) for name in names)
        if not met.isdisjoint(known.given) or not met.isdisjoint(imported):
            return True
        return not met.isdisjoint(index.called(unit)) or not (met - known.objects).isdisjoint(index.reached(unit))

    def callables(self, path: str) -> bool:
        """Whether the file imports an SDK whose objects are called themselves: any name may then be a call."""
        return bool(roots(self._world.source.imports(path), self._called))

    def _aliases(self, scope: Scope, known: Vocabulary) -> Iterator[tuple[str, str]]:
        """Names it gives to a method or to an object: `ask = client.chat.completions.create`, `self.llm = Llama()`."""
        shared = scope.bindings if scope.kind in ("module", "class") else scope.globals
        for name in shared:
            yield from ((name, how) for each in scope.bindings.get(name, ()) if (how := _names_a_call(each, known)))
        for each in scope.sets:
            if each.name and each.binding.expr is not None and (how := _is_worth_a_name(each.binding.expr, known)):
                yield each.name, how


def _names_a_call(binding: Binding, known: Vocabulary) -> str:
    if binding.how == "import":
        return "method" if binding.attr in known.names else ""
    return _is_worth_a_name(binding.expr, known) if binding.expr is not None else ""


def _is_worth_a_name(node: Expr, known: Vocabulary) -> str:
    match node:
        case Attr(name=name):
            return "method" if name in known.names else ""
        case Call(func=Name(id=name) | Attr(name=name)):
            return "method" if name == "partial" else "object" if name in known.clients else ""
        case _:
            return ""


def _asked(matcher: Matcher) -> Iterator[tuple[str, tuple[bytes, ...]]]:
    """Imports all of whose clients must be asked for by a literal (`boto3.client("bedrock-runtime")`), with the
    literals and the last names of the calls."""
    for sdk in matcher.sdks:
        literals = {text for rule in sdk.clients.values() for texts in rule.where.values() for text in texts}
        if literals and all(rule.where for rule in sdk.clients.values()):
            signs = (*literals, *(key.rpartition(".")[2] for key in sdk.calls))
            for name in sdk.imports:
                yield name, tuple(sign.encode() for sign in sorted(signs) if sign != "()")
