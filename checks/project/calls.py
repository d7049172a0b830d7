"""Which call expressions of the project send a request to a model."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Container, Iterator
from functools import lru_cache
from typing import NamedTuple

from ..files import by_top, roots
from ..model import Confidence
from ..read.tree import Attr, Call, Const, Expr, Name, Param, Star, same
from ..sdks.schema import Sdk
from .arguments import argument, at_site, keyword_names
from .edges import Edge, arguments_of, name_of
from .held import given_to, held
from .lineage import foreign_bases
from .mappings import elements
from .match import Match
from .owned import owned
from .rawhttp import http_call, is_bare
from .scope import Scope, Site
from .values import Cls, Eval, Ext, Fn, Lit, Obj, Part, Prm, Seq, Unk, Value


class Found(NamedTuple):
    """One LLM call: where, what it resolves to, and how sure."""

    site: Site
    match: Match
    client: Ext | Unk
    """The callee: its sites hold the constructor of the client."""
    confidence: Confidence
    handed: bool = False
    """The method is an argument of the call (`asyncio.to_thread(client.chat.completions.create, …)`)."""
    runs: tuple[Site, ...] = ()
    """Where a project helper that it was handed to runs it."""
    partial: Site | None = None
    """The `functools.partial` that holds more of its arguments."""


def find(ev: Eval, scope: Scope, names: Container[str], *, methods: Container[str], callables: bool) -> Iterator[Found]:
    """LLM calls in one scope: sites whose callee ends in one of the names, sites that get one of the methods to run,
    and, with `callables`, objects that may be called themselves (`llm(prompt)`, `self.chain(inputs)`)."""
    for site in scope.sites:
        func = site.call.func
        found = None
        if isinstance(func, Attr):
            if _is_of_text(site.call, func.name):
                continue
            if func.name in names or (callables and _may_be_object(func, scope)):
                found = _called(ev, site)
        elif not isinstance(func, Name) or (
            (func.id in names or callables or _is_renamed(func, scope, names)) and _may_be_client(func, scope)
        ):
            found = _called(ev, site)
        if found is not None:
            yield found
            continue
        yield from _handed(ev, site, methods)


def _is_of_text(call: Call, name: str) -> bool:
    """`text.encode("utf-8")`, `data.decode()`: Python's own methods, whatever an SDK's are called."""
    if name not in ("encode", "decode"):
        return False
    values = arguments_of(call)
    return all(isinstance(each, Const) and isinstance(each.value, str) and _is_codec(each.value) for each in values[:1])


@lru_cache(maxsize=256)
def _is_codec(name: str) -> bool:
    """Whether Python knows an encoding of that name."""
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return True


BUILTIN = frozenset(name for kind in (str, bytes, list, dict, set, float) for name in dir(kind) if name[:1] != "_")
"""Methods of built-in types: no attribute that holds an object is called `append`."""


def _may_be_object(func: Attr, scope: Scope) -> bool:
    """`self.llm(…)` where no method of the class is called so."""
    if not isinstance(func.value, Name) or func.name in BUILTIN:
        return False
    at: Scope | None = scope
    while at is not None and at.kind != "class":
        at = at.parent
    return at is None or f"{at.name}.{func.name}" not in at.module.index.units


def _is_renamed(func: Name, scope: Scope, names: Container[str]) -> bool:
    """A name that may stand for one of the names: imported under another, a parameter, or bound to something."""
    at: Scope | None = scope
    while at is not None:
        for binding in at.bindings.get(func.id, ()):
            if binding.how == "import":
                if (binding.attr or "") in names:
                    return True
            elif binding.how != "local":
                return True
        if func.id in at.bindings:
            return False
        at = at.parent
    return False


def _may_be_client(func: Name, scope: Scope) -> bool:
    """Names bound by a plain `def`, `class` or not at all can't hold a client's method."""
    at: Scope | None = scope
    while at is not None:
        if func.id in at.bindings:
            return True
        if at.kind == "module" and func.id in at.module.index.units:
            return at.module.index.units[func.id].kind == "function"
        at = at.parent
    return bool(scope.module.top.bindings.get("*"))


def is_call(ev: Eval, site: Site) -> bool:
    """Whether a call expression sends a request to a model, by whatever name."""
    func = site.call.func
    if isinstance(func, Attr) and (_is_of_text(site.call, func.name) or func.name in BUILTIN):
        return False
    return _called(ev, site) is not None


def _called(ev: Eval, site: Site) -> Found | None:
    best: Found | None = None
    values = at_site(ev, site.call.func, site)
    own = any(isinstance(value, Fn) for value in values)
    for value in values:
        if own and isinstance(value, Unk):
            continue  # the project's own method of that name is meant
        found = _of_value(ev, site, value)
        if found is not None and not _is_handed_parameter(site, found) and _has_needed(ev, site, found):
            if found.confidence == "high" and not embeds(found.match):
                return found
            if best is None or (best.confidence != "high" and _tells_more(found, best)):
                best = found
    return best


def _tells_more(found: Found, best: Found) -> bool:
    """Whether a call is surer of its client, or of what that is."""
    return found.confidence == "high" or (isinstance(best.client, Unk) and isinstance(found.client, Ext))


def _has_needed(ev: Eval, site: Site, found: Found) -> bool:
    """Whether there is what the call is another's without: some keywords, a body. Any may be in a `**`."""
    given = {each.name for each in site.call.keywords}
    if found.partial is not None or None in given:
        return True
    return given.issuperset(found.match.rule.needs) and not is_bare(ev, site, found.match)


def embeds(match: Match) -> bool:
    """A retriever, which may be only a part of the chain that is called."""
    return match.rule.kind == "embedding" or (match.client is not None and match.client.kind == "embedding")


def _of_value(ev: Eval, site: Site, value: Value) -> Found | None:
    match value:
        case Ext(path=path, wrapper=wrapper):
            matched = ev.matcher.match(path) or (ev.matcher.over(path, wrapper) if wrapper else None)
            if matched is not None:
                fits = _fits(ev, matched, value)
                return Found(site, matched, value, "medium" if matched.medium else "high") if fits else None
            sent = http_call(ev, site, value)
            return Found(site, sent, value, "high") if sent is not None else _of_foreign(ev, site, value)
        case Part(func=inner, site=made):
            found = _of_value(ev, site, inner)
            return found._replace(partial=made) if found is not None else None
        case Obj():
            return _of_instance(ev, site, value)
        case Unk(path=path):
            return _of_unknown(ev, site, value)
        case Fn(scope=scope):
            return _decorated(ev, site, scope)
        case _:
            return None


def _fits(ev: Eval, matched: Match, value: Ext) -> bool:
    """Whether the client was built as its rule asks (`boto3.client("bedrock-runtime")`); what can't be read fits."""
    rule = matched.client
    if rule is None or not value.sites:
        return True
    if rule.needs_model and not rule.where:
        return _may_hold_model(ev, value)
    if not rule.where:
        return True
    given = [each for name in rule.where for site in value.sites for each in argument(ev, site, name).values]
    allowed = {text for texts in rule.where.values() for text in texts}
    texts = {each.value for each in given if isinstance(each, Lit) and isinstance(each.value, str)}
    return not texts or any(text == one or text.startswith(f"{one}_") for text in texts for one in allowed)


def _may_hold_model(ev: Eval, value: Ext) -> bool:
    """Whether a model, or something that can't be read, was handed to what the sites build."""
    if any(True for _ in held(ev, value.sites)):
        return True
    given = [each for site in value.sites for arg in given_to(site) for each in ev.eval(arg, site.scope)]
    unread = any(isinstance(each, (Unk, Prm, Obj, Part)) for each in given)
    return unread or not any(isinstance(each, Ext) for each in given)


def _of_instance(ev: Eval, site: Site, value: Obj) -> Found | None:
    """An instance of a project class that takes its `__call__` from an SDK's."""
    for base in foreign_bases(ev, value.scope):
        matched = ev.matcher.match(f"{base.path}()")
        if matched is not None and matched.method == "()":
            sites = (value.site,) if value.site is not None else ()
            return Found(site, matched, Ext(f"{base.path}()", sites), "high")
    return None


def _of_unknown(ev: Eval, site: Site, value: Unk) -> Found | None:
    if value.path.startswith("?") and value.path[1:2].isalpha():
        named = ev.matcher.match(value.path[1:])
        if named is not None and named.client is None and _is_put_in(value.path, site, named.sdk):
            return Found(site, named, Ext(value.path[1:], value.sites), "medium")
    matched = ev.matcher.tail(value.path, keyword_names(ev, site)) or _of_messages(ev, site)
    if matched is not None:
        return _of_owner(ev, site, value, matched) or Found(site, matched, value, "medium")
    sent = http_call(ev, site, value)
    return Found(site, sent, value, "medium") if sent is not None else None


def _of_owner(ev: Eval, site: Site, value: Unk, told: Match) -> Found | None:
    """A call on an attribute of an unknown parameter, by what the only class of the project puts there that has it."""
    for client in owned(ev, value.path.removesuffix(f".{told.method}"), site.scope):
        callee = client._replace(path=f"{client.path}.{told.method}")
        matched = ev.matcher.match(callee.path)
        if matched is not None and _fits(ev, matched, callee):
            return Found(site, matched, callee, "medium")
    return None


def _of_messages(ev: Eval, site: Site) -> Match | None:
    """A call that is given a list of an SDK's own messages, on whatever object: `llm.invoke([HumanMessage(…)])`."""
    name = name_of(site.call.func)
    given = arguments_of(site.call)[:1] if name in ev.matcher.messaging else []
    for value in (each for arg in given for each in _listed(ev, arg, site)):
        matched = ev.matcher.of_message(name, value.path) if isinstance(value, Ext) else None
        if matched is not None:
            return matched
    return None


def _listed(ev: Eval, arg: Expr, site: Site) -> Iterator[Value]:
    """What a list holds, whatever it is made of, and what is added to it under its name."""
    for value in ev.eval(arg, site.scope):
        if isinstance(value, Seq):
            yield from (one for element in value.elements[:2] for one in ev.eval(element, value.scope))
        elif isinstance(value, Prm):
            yield from elements(ev, (value,))
    named = arg.id if isinstance(arg, Name) else ""
    for other in site.scope.sites if named else ():
        match other.call:
            case Call(func=Attr(value=Name(id=name), name="append"), args=(added,)) if name == named:
                yield from ev.eval(added, site.scope)
            case _:
                pass


def _of_foreign(ev: Eval, site: Site, value: Ext) -> Found | None:
    """A call on an object that comes from a package of which nothing is known: of unknown origin, too."""
    if value.path.partition(".")[0] in sys.stdlib_module_names or not ev.matcher.is_foreign(value.path):
        return None
    matched = ev.matcher.tail(value.path, keyword_names(ev, site)) or _of_messages(ev, site)
    return Found(site, matched, Unk(value.path, value.sites), "medium") if matched is not None else None


def _is_put_in(path: str, site: Site, sdk: Sdk) -> bool:
    """Whether a name is bound by nothing in a file that does name the SDK: somebody else imports it there."""
    name, module = path[1:].partition(".")[0], site.scope.module
    if any(name in each.bindings for each in (site.scope, module.top)):
        return False
    return bool(roots(module.world.source.imports(module.path), by_top(sdk.imports)))


def _decorated(ev: Eval, site: Site, scope: Scope) -> Found | None:
    """A project function that an SDK's decorator turned into a call."""
    for decorator in scope.decorators:
        for value in ev.eval(decorator, scope.parent or scope):
            if isinstance(value, Ext):
                found = ev.matcher.decorator(value.path)
                if found is not None:
                    sdk, rule = found
                    name = value.path.replace("()", "").rpartition(".")[2]
                    return Found(site, Match(sdk, rule, None, name, (name,)), value, "high")
    return None


def _is_handed_parameter(site: Site, found: Found) -> bool:
    """`fn(…)` inside a helper that got the method as an argument: recorded where it was handed over."""
    func = site.call.func
    if not isinstance(func, Name) or found.match.method == "()":
        return False
    at: Scope | None = site.scope
    while at is not None:
        bindings = at.bindings.get(func.id)
        if bindings:
            return all(each.how == "param" and not _has_method(each.param) for each in bindings)
        at = at.parent
    return False


def _has_method(param: Param | None) -> bool:
    """Whether a parameter's default may itself be a method."""
    return param is not None and isinstance(param.default, (Attr, Name))


def _handed(ev: Eval, site: Site, methods: Container[str]) -> Iterator[Found]:
    """Methods handed to something that runs them."""
    for at, arg in enumerate(arguments_of(site.call)):
        target = arg.value if isinstance(arg, Star) else arg
        if not _could_be_method(target, methods, site.scope) or _takes_its_place(target, site):
            continue
        for value in at_site(ev, target, site):
            inner = value.func if isinstance(value, Part) else value
            if not isinstance(inner, Ext):
                continue
            matched = ev.matcher.match(inner.path)
            if matched is None or matched.method == "()" or not _runs_it(ev, site, at):
                continue
            runs = tuple(run for edge in _helper(ev, site, at) for run in edge.inner)
            made = value.site if isinstance(value, Part) else None
            yield Found(site, matched, inner, "high", True, runs, made)
            return


def _takes_its_place(arg: Expr, site: Site) -> bool:
    """Whether what comes back is put where the method was: `Completion.create = watched(Completion.create)`."""
    sets = (each for each in site.scope.sets if each.binding.expr is site.call and each.name is not None)
    return isinstance(arg, Attr) and any(each.name == arg.name and same(each.base, arg.value) for each in sets)


def _could_be_method(arg: Expr, methods: Container[str], scope: Scope) -> bool:
    match arg:
        case Attr(name=name):
            return name in methods
        case Name(id=name):
            return any(
                b.how in ("value", "import") and (_may_be_method(b.expr, methods) or (b.attr or "") in methods)
                for b in scope.bindings.get(name, scope.module.top.bindings.get(name, ()))
            )
        case Call(func=Name(id="partial") | Attr(name="partial")):
            return True
        case _:
            return False


def _may_be_method(bound: Expr | None, methods: Container[str]) -> bool:
    """Whether what a name is bound to can be a client's method: `client.create`, `partial(…)`, `retry(client.create)`,
    `getattr(…)`."""
    match bound:
        case Attr(name=name):
            return name in methods
        case Call(func=Name(id="partial" | "getattr") | Attr(name="partial" | "getattr")):
            return True
        case Call(args=args):
            return any(isinstance(each, Attr) and each.name in methods for each in args)
        case _:
            return False


PASSIVE = frozenset({
    "partial", "partialmethod", "wraps", "isinstance", "getattr", "setattr", "hasattr", "print", "append", "patch",
    "object", "id", "type", "signature", "callable", "Mock", "MagicMock", "len", "str", "repr", "iscoroutinefunction",
    "register", "add", "Depends",
})  # fmt: skip


def _runs_it(ev: Eval, site: Site, at: int) -> bool:
    """Whether the call that gets the method runs it (a constructor or a registry does not, at least not here)."""
    func = site.call.func
    name = func.name if isinstance(func, Attr) else func.id if isinstance(func, Name) else ""
    if name in PASSIVE:
        return False
    callees = ev.eval(func, site.scope)
    if any(isinstance(value, (Fn, Cls)) for value in callees):
        return bool(_helper(ev, site, at))
    if any(isinstance(value, Ext) and _takes_it(ev, value) for value in callees):
        return False
    return not name[:1].isupper() or name in ("Thread", "Process", "Timer")


def _takes_it(ev: Eval, callee: Ext) -> bool:
    """Whether what a method is given to is itself a request, or makes another client of it."""
    return ev.matcher.match(callee.path) is not None or ev.matcher.wrapper(callee.path) is not None


def _helper(ev: Eval, site: Site, at: int) -> tuple[Edge, ...]:
    return ev.handed(site, at)
