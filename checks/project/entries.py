"""Where the outside starts project code: routes, bots, tasks, commands, scripts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from ..model import Audience, EntryPoint, Place
from ..read.tree import Attr, Call, Class, Const, Expr, Name
from ..sdks.schema import Framework
from .called import run_names
from .components import command_of, components
from .edges import Edge, arguments_of, displayed, name_of
from .lineage import foreign_bases
from .scope import Scope, Site
from .values import Ext, Unk, Value

if TYPE_CHECKING:
    from .evaluate import Evaluator

RANK: dict[str, int] = {"unknown": 0, "local": 1, "background": 2, "remote": 3}
ROUTES = frozenset({"route", "get", "post", "put", "patch", "delete", "websocket", "api_route"})
DISTINCTIVE = frozenset({
    "add_url_rule", "add_api_route", "add_handler", "add_event_handler", "add_websocket_route",
    "register_message_handler",
})  # fmt: skip
"""Registrations that no other library has: enough where the object is unknown."""
COMMANDS = frozenset({"argparse", "click", "typer", "fire"})
"""Imports of a script that is run by hand, whatever it imports besides."""
EVENTS = frozenset({"Records", "detail-type", "SQS", "Sns", "source"})


class Entries:
    """Finds the entry points of functions, by the frameworks of the SDK data and by well-known shapes."""

    def __init__(self, ev: Evaluator, frameworks: tuple[Framework, ...], scripts: Mapping[str, str]) -> None:
        """`scripts` are console scripts: `module:function` -> command."""
        self._ev = ev
        self._scripts = scripts
        self._roots: dict[str, list[tuple[str, Framework]]] = defaultdict(list)
        self._registers: dict[str, list[Framework]] = defaultdict(list)
        for each in frameworks:
            for name in each.imports:
                self._roots[name.partition(".")[0]].append((name, each))
            for name in each.register:
                self._registers[name.rpartition(".")[2]].append(each)
        self._known: dict[Scope, tuple[EntryPoint, ...]] = {}
        self._frameworks = frameworks
        self.hands_text = frozenset(each.how for each in frameworks if each.hands_text)
        """What entry points are called whose parameters are text from outside, whoever waits for them."""

    def of(self, scope: Scope) -> tuple[EntryPoint, ...]:
        """Entry points that start the function itself; where a flow is seen being run, its steps are none."""
        found = self.naming(scope)
        names = run_names(self._ev, scope) if found and all(each.audience == "unknown" for each in found) else ()
        runs = (edge.site for edge in self._ev.callers(scope)) if names else ()
        return () if any(name_of(site.call.func) in names for site in runs) else found

    def naming(self, scope: Scope) -> tuple[EntryPoint, ...]:
        """What the function is called as one that something else starts, and may give text to."""
        if scope not in self._known:
            self._known[scope] = ()
            self._known[scope] = tuple(dict.fromkeys(self._find(scope)))
        return self._known[scope]

    def _find(self, scope: Scope) -> Iterator[EntryPoint]:
        for decorator in scope.decorators:
            yield from self._decorated(scope, decorator)
        yield from self._inherited(scope)
        whole = command_of(scope, self._components)
        if whole is not None:
            yield self._entry(scope, whole.audience, whole.how)
        for edge in self._ev.callers(scope):
            found = self.registration(edge)
            if found is not None:
                yield self._entry(scope, *found)
        if scope.kind == "function" and self._is_worker_function(scope):
            yield self._entry(scope, "background", "arq task")
        dotted = ".".join((*scope.module.parts, scope.name))
        for each, whose in self._ev.world.declared.entry_points.items():
            if f".{dotted}".endswith(f".{each}"):
                yield self._entry(scope, whose, "entry point of the configuration")
        name = ".".join((*scope.module.parts, ""))[:-1] + f":{scope.name}"
        for target, command in self._scripts.items():
            if name == target or name.endswith(f".{target}"):
                yield self._entry(scope, "local", f"command {command}")
        if scope.kind == "function" and self._is_lambda_handler(scope):
            audience: Audience = "background" if self._is_fed_by_queue(scope) else "remote"
            yield self._entry(scope, audience, "AWS Lambda handler")

    @cached_property
    def _components(self) -> dict[Scope, Framework]:
        return components(self._ev, self._frameworks)

    def _entry(self, scope: Scope, audience: str, how: str) -> EntryPoint:
        known: Audience = audience if audience in ("remote", "background", "local") else "unknown"  # type: ignore[assignment]  # one of the four
        return EntryPoint(scope.name, Place(scope.module.path, scope.line), known, how)

    def _decorated(self, scope: Scope, decorator: Expr) -> Iterator[EntryPoint]:
        target = decorator.func if isinstance(decorator, Call) else decorator
        for value in self._ev.eval(target, scope.parent or scope):
            framework = self._of_path(value.path) if isinstance(value, Ext) else None
            if framework is not None:
                yield self._entry(scope, framework.audience, framework.how)
                return
        if isinstance(target, Attr) and target.name in ROUTES and isinstance(decorator, Call):
            match decorator.args[:1]:
                case (Const(value=str() as text),) if "/" in text:
                    yield self._entry(scope, "remote", "web route")
                case _:
                    return

    def frameworks(self, path: str) -> Iterator[tuple[Framework, str]]:
        """Frameworks a path belongs to, with what follows the import root."""
        plain = path.replace("()", "")
        for root, framework in self._roots.get(plain.partition(".")[0], ()):
            if plain.startswith(f"{root}."):
                yield framework, plain[len(root) + 1 :]

    def _of_path(self, path: str) -> Framework | None:
        """The framework whose decorator a path is."""
        for framework, rest in self.frameworks(path):
            for name in framework.functions:
                if "()" not in path and (rest == name or rest.endswith(f".{name}")):
                    return framework
            for name in framework.decorators:
                if not rest.endswith(f".{name}"):
                    continue
                owner = rest[: -len(name) - 1]
                if any(f".{owner}".endswith(f".{each}") or f"{each}." in owner for each in framework.objects):
                    return framework
        return None

    def _inherited(self, scope: Scope) -> Iterator[EntryPoint]:
        owner = scope.klass()
        if owner is None or not isinstance(owner.node, Class) or scope.short.startswith("__"):
            return
        for base in foreign_bases(self._ev, owner):
            for framework, rest in self.frameworks(base.path):
                for name, methods in framework.bases.items():
                    if rest != name and not rest.endswith(f".{name}"):
                        continue
                    starts = tuple(each[:-1] for each in methods if each.endswith("*"))
                    if scope.short in methods or scope.short.startswith(starts):
                        yield self._entry(scope, framework.audience, framework.how)
                        return

    def registration(self, edge: Edge) -> tuple[str, str] | None:
        """Audience and wording of the framework call that a function is handed to, if it is one."""
        if not edge.handed:
            return None
        func = edge.site.call.func
        for value in self._ev.eval(func, edge.site.scope):
            found = self._registered(value, edge)
            if found is not None:
                return found
        name = func.name if isinstance(func, Attr) else func.id if isinstance(func, Name) else ""
        values = self._ev.eval(func, edge.site.scope)
        if name in DISTINCTIVE and self._registers.get(name) and all(isinstance(value, Unk) for value in values):
            framework = self._registers[name][0]
            return framework.audience, framework.how
        return self._around(edge)

    def _around(self, edge: Edge) -> tuple[str, str] | None:
        """The registration of what another package makes of a function: `path("…", admin_view(self.ask))`."""
        frame = edge.site.frames[-1] if edge.site.frames else None
        if frame is None or frame.kind != "arg" or not isinstance(frame.node, Call):
            return None
        outer = self._ev.site(frame.node, edge.site.scope)
        at = next((at for at, arg in enumerate(arguments_of(frame.node)) if arg is edge.site.call), None)
        return self.registration(Edge(outer, handed=True, at=at)) if outer is not None and at is not None else None

    def _registered(self, value: Value, edge: Edge) -> tuple[str, str] | None:
        if not isinstance(value, Ext):
            return None
        if value.path.endswith("()"):
            framework = self._of_path(value.path.removesuffix("()"))
            if framework is not None:
                return framework.audience, framework.how
        for framework, rest in self.frameworks(value.path):
            for name, places in framework.register.items():
                if f".{rest}".endswith(f".{name}") and self._is_at(edge.site, places, edge.at):
                    return framework.audience, framework.how
        return None

    def _is_at(self, site: Site, places: tuple[str, ...], at: int) -> bool:
        if at < len(site.call.args):
            return str(at) in places or not any(place.isdigit() for place in places)
        keyword = site.call.keywords[at - len(site.call.args)]
        return keyword.name in places

    def of_site(self, site: Site) -> EntryPoint | None:
        """The entry point of code that stands at a module's top level; None in a module that is only imported."""
        module = site.scope.module
        place = Place(module.path, site.line)
        if module.path.endswith(".ipynb"):
            return EntryPoint("", place, "local", "notebook")
        script = self._script_framework(site.scope)
        if script is not None:
            return EntryPoint("", place, script.audience, script.how)  # type: ignore[arg-type]  # a known audience
        if any(frame.kind == "main" for frame in site.frames):
            return EntryPoint("", place, "local", "script")
        if module.parts[-1:] == ("__main__",) or module.path.endswith("__main__.py"):
            return EntryPoint("", place, "local", "script")
        if len(module.world.importers((module.path,))) == 1 and not module.is_package:
            return EntryPoint("", place, "local", "script")
        return None

    def _script_framework(self, top: Scope) -> Framework | None:
        """A framework that runs the module's body as its page (Streamlit), also where the page is built by a module
        of the project that the script imports."""
        own = self._script_import(top)
        imports = [binding for group in top.bindings.values() for binding in group if binding.how == "import"]
        if own is not None or any((each.module or "").partition(".")[0] in COMMANDS for each in imports):
            return own
        for each in imports:
            path = top.module.world.locate(each.module or "", each.level, top.module.path)
            module = top.module.world.module(path) if path is not None else None
            found = self._script_import(module.top) if module is not None else None
            if found is not None:
                return found
        return None

    def _script_import(self, top: Scope) -> Framework | None:
        for binding in (each for group in top.bindings.values() for each in group):
            if binding.how != "import" or binding.level or not binding.module:
                continue
            for root, framework in self._roots.get(binding.module.partition(".")[0], ()):
                if framework.script and (binding.module == root or binding.module.startswith(f"{root}.")):
                    return framework
        return None

    def _is_worker_function(self, scope: Scope) -> bool:
        """Listed in the settings class of an arq worker, which needs no base and no import."""
        if scope.klass() is not None:
            return False
        for module, unit in self._ev.world.mentioning(scope.short, scope.module.path):
            found = module.scope(unit.name) if unit.kind == "class" and unit.name.endswith("WorkerSettings") else None
            for each in ("functions", "cron_jobs") if found is not None else ():
                for binding in found.bindings.get(each, ()) if found is not None else ():
                    if scope.short in displayed(binding.expr):
                        return True
        return False

    def _is_lambda_handler(self, scope: Scope) -> bool:
        names = [each.name for each in scope.params]
        return scope.parent is not None and scope.parent.kind == "module" and names == ["event", "context"]

    def _is_fed_by_queue(self, scope: Scope) -> bool:
        unit = scope.module.index.units.get(scope.name)
        return unit is not None and any(scope.module.index.holds(unit, each) for each in EVENTS)


def exposed(entries: tuple[EntryPoint, ...]) -> Audience:
    """The most exposed audience."""
    best: Audience = "unknown"
    for each in entries:
        if RANK[each.audience] > RANK[best]:
            best = each.audience
    return best
