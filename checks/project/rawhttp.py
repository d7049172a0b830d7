"""LLM requests sent by hand: an HTTP library's call whose URL is, or is built from, a known LLM path or host."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TypeGuard

from ..read.tree import Assign, Attr, Binary, Call, Const, Expr, Index, Mapping, Name, Template, names_in
from ..sdks.load import load
from ..sdks.schema import CallRule, Library, OutputRule, Sdk, SwitchRule, TimeoutRule
from .apis import apis, kind_of
from .arguments import HIDDEN, argument, at_site, entry
from .edges import arguments_of, name_of
from .match import Match
from .names import reaching
from .scope import Scope, Site
from .strings import text_of
from .uses import statements
from .values import Cfg, Eval, Ext, Lit, Map, Text, Unk, Value, Values

METHODS = frozenset({
    "post", "request", "stream", "send", "urlopen", "fetch", "post_json", "ws_connect", "connect_sse", "aconnect_sse",
})  # fmt: skip
BEFORE = {
    "request": ("method",),
    "stream": ("method",),
    "connect_sse": ("client", "method"),
    "aconnect_sse": ("client", "method"),
}
"""Positional arguments before the URL."""
OPENED = ("url", "data")
"""Positional arguments of `urlopen` and of urllib's `Request`."""
BUILT = ("method", "url")
"""Those of what makes a request that a client sends later."""
URLS = ("url", "endpoint", "uri")
HEAD = frozenset({
    "method", *URLS, "headers", "timeout", "auth", "cookies", "proxy", "proxies", "verify", "cert", "ssl", "stream",
    "allow_redirects", "follow_redirects",
})  # fmt: skip
"""Keywords of a request that bring it no body."""
READING = frozenset({
    "dumps", "Request", "build_request", "print", "pprint", "len", "str", "repr", "list", "sorted", "copy", "deepcopy",
    "debug", "info", "warning", "error", "log",
})  # fmt: skip
"""Calls that put nothing into a mapping they are given."""
STREAMS = ("stream", "connect_sse", "aconnect_sse")


@functools.cache
def _libraries() -> tuple[tuple[str, Library], ...]:
    """HTTP libraries by import, the longest first."""
    found = ((name, each) for each in load().libraries if each.role == "http" for name in each.imports)
    return tuple(sorted(found, key=lambda each: -len(each[0])))


def library_named(name: str) -> Library:
    """The HTTP library of that name; one of which nothing is known if there is none."""
    found = next((each for _, each in _libraries() if each.id == name), None)
    return found or Library(id=name, role="http", package=name, newest="", imports=())


def library_sdk(library: Library, kind: str, model: str | None = None, method: str = "") -> Sdk:
    """The HTTP library described as an SDK, so that facts are worked out the same way; `model` is what the URL says."""
    timeout = ("timeout", "url.timeout") if method == "send" else ("timeout",)
    bodies = _bodies(library, method)
    return Sdk(
        id="raw-http",
        package=library.id,
        newest="",
        imports=(library.id,),
        kind="sdk",
        timeout=TimeoutRule(call=timeout, client=timeout, default=library.timeout_default, total=library.total),
        max_output=OutputRule(call=tuple(f"{body}.{cap}" for body in bodies for cap in apis().caps)),
        stream=SwitchRule(call=tuple(f"{body}.stream" for body in bodies)),
        model=SwitchRule(call=tuple(f"{body}.model" for body in bodies), default=model),
        errors=library.errors,
        calls={"": CallRule(kind)},
    )


def _bodies(library: Library, method: str) -> tuple[str, ...]:
    """Where the body is: `send` is given a request that holds it."""
    return tuple(f"url.{body}" for body in library.body) if method == "send" else library.body


def _library_of(path: str) -> Library | None:
    """The HTTP library a path belongs to."""
    return next((each for root, each in _libraries() if path == root or path.startswith(f"{root}.")), None)


def http_call(ev: Eval, site: Site, callee: Ext | Unk) -> Match | None:
    """The LLM request a call of an HTTP library sends, if its URL says that it is one."""
    method = callee.path.rpartition(".")[2].removesuffix("()")
    if method not in METHODS:
        return None
    library = _library_of(callee.path)
    if library is None and not (isinstance(callee, Unk) and method in ("post", "request")):
        return None
    if method in ("send", "stream", "fetch") and library is None:
        return None
    url = _url(ev, site, callee, method)
    known = library or library_named("")
    kind = kind_of(url) or _by_body(ev, site, method, url, known)
    if kind is None or _is_get(ev, site, method) or (library is None and method == "request" and not _posts(ev, site)):
        return None
    if _is_for_another(ev, site, method, url, known):
        return None
    is_async = known.is_async
    if "AsyncClient" in callee.path or "AsyncSession" in callee.path or method == "aconnect_sse":
        is_async = True
    model = apis().model(url)
    if model is not None and any(
        _configures(ev, node, site.scope, model, 0) for node in (*site.call.args, *_keyworded(site))
    ):
        model = "config"
    sdk = library_sdk(known, kind, model, method)
    stream = method in STREAMS or any(end in url for end in apis().streams)
    args = (*BEFORE.get(method, ()), "url", *known.args)
    rule = CallRule(kind, is_async=bool(is_async), stream=stream, args=args)
    medium = library is None
    return Match(sdk, rule, None, f"{known.id or 'http'}.{method}", (method,), medium)


def is_bare(ev: Eval, site: Site, match: Match) -> bool:
    """Whether a request is sent without anything a model could be asked: `post(f"{HOST}/generation?id={number}")`."""
    method = match.method.rpartition(".")[2]
    if match.sdk.id != "raw-http" or method not in ("post", "request"):
        return False
    rest = [each.value for each in site.call.keywords if each.name not in HEAD]
    given = [at_site(ev, each, site) for each in (*site.call.args[len(BEFORE.get(method, ())) + 1 :], *rest)]
    nothing = [Lit(None), Lit(None, "default")] if ev.callers(site.scope.owner()) else [Lit(None)]
    return all(value in nothing for values in given for value in values)


def _is_get(ev: Eval, site: Site, method: str) -> bool:
    if method in ("urlopen", "send"):
        return _is_opened(ev, site)
    if method not in BEFORE:
        return False
    return _reads(text_of(argument(ev, site, "method", BEFORE[method]).values))


def _posts(ev: Eval, site: Site) -> bool:
    """`pool.request("POST", url)` on an object that nothing is known of."""
    return text_of(argument(ev, site, "method", BEFORE["request"]).values).upper() == "POST"


def _by_body(ev: Eval, site: Site, method: str, url: str, library: Library) -> str | None:
    """Kind of request to a model server that anybody's path may lead to: what the body holds tells."""
    for key, kind in apis().told_by(url):
        given = _given(ev, site, method, library, ("url", *library.args))
        if any(found.values and found != HIDDEN for values in given for found in (entry(ev, values, key),)):
            return kind
    return None


def _given(ev: Eval, site: Site, method: str, library: Library, args: tuple[str, ...]) -> Iterator[Values]:
    """What each place holds that a body may be in."""
    for body in _bodies(library, method):
        first, *rest = body.split(".")
        values = argument(ev, site, first, args).values
        for name in rest:
            values = entry(ev, values, name).values
        yield values


def _is_for_another(ev: Eval, site: Site, method: str, url: str, library: Library) -> bool:
    """Whether the body is written out and lacks what a model server asks for: the project's own `/api/chat`, say."""
    needed = apis().needed(url)
    args = (*BEFORE.get(method, ()), "url", *library.args)
    given = (each for values in _given(ev, site, method, library, args) for each in values) if needed else ()
    fields = [_fields(each, site) for each in given if each != Lit(None)]
    return bool(fields) and all(each is not None and not needed <= each for each in fields)


def _fields(body: Value, site: Site) -> frozenset[object] | None:
    """The keys of a body that is written out; None where there may be others."""
    if not isinstance(body, Map) or body.base:
        return None
    keys = [key.value for key, _, _ in body.entries if isinstance(key, Const)]
    scopes = dict.fromkeys([site.scope, *(scope for _, _, scope in body.entries)])
    sender = "" if _fills(site) else site.scope.short
    whole = len(keys) == len(body.entries) and not any(_adds_elsewhere(scope, sender) for scope in scopes)
    return frozenset(keys) if whole else None


def _fills(site: Site) -> bool:
    """Whether the function of a request may put more into a mapping that it is given and sends."""
    scope = site.scope
    given = {param.name for param in scope.params} & {
        arg.id for arg in arguments_of(site.call) if isinstance(arg, Name)
    }
    for call in (each.call for each in scope.sites):
        match call.func:
            case Attr(value=Name(id=name), name="update" | "setdefault") if name in given:
                return True
            case func if name_of(func) not in READING | METHODS:
                if any(isinstance(arg, Name) and arg.id in given for arg in arguments_of(call)):
                    return True
            case _:
                continue
    written = (target for each, _ in statements(scope.body) if isinstance(each, Assign) for target in each.targets)
    return any(isinstance(each, Index) and not given.isdisjoint(names_in(each.value)) for each in written)


def _adds_elsewhere(scope: Scope, sender: str) -> bool:
    """Whether a mapping that a function writes out may get more: under its name, or by what it is handed to besides the
    function that sends it."""
    known = {name: found for name, found in scope.bindings.items() if any(isinstance(b.expr, Mapping) for b in found)}
    if any(sum(each.how != "annotated" for each in found) > 1 for found in known.values()):
        return True
    others = (site.call for site in scope.sites if name_of(site.call.func) not in {*READING, *METHODS, sender})
    return any(isinstance(arg, Name) and arg.id in known for call in others for arg in arguments_of(call))


def _is_opened(ev: Eval, site: Site) -> bool:
    """Whether `urlopen` or `send` only fetches: a URL, or a request made before, that brings no body."""
    if _has_body(ev, site, OPENED) or not site.call.args:
        return False
    return all(
        _fetches(ev, value) if is_request(value) else isinstance(value, (Lit, Text))
        for value in at_site(ev, site.call.args[0], site)
    )


def _fetches(ev: Eval, request: Ext) -> bool:
    """Whether a `Request(…)` goes out as a GET or the like."""
    made, args = request.sites[-1], requested(request.path.removesuffix("()"))
    verb = argument(ev, made, "method", args).values
    if verb:
        return _reads(text_of(verb))
    later = any(each.name in ("data", "method") for each in made.scope.sets)
    return not later and not _has_body(ev, made, OPENED)


def _has_body(ev: Eval, site: Site, args: tuple[str, ...]) -> bool:
    """Whether something other than None is given as `data`, or may be."""
    given = argument(ev, site, "data", args).values
    return bool(given) and any(value != Lit(None) for value in given)


def _reads(verb: str) -> bool:
    return verb.upper() in ("GET", "DELETE", "HEAD")


def requested(path: str) -> tuple[str, ...]:
    """Positional arguments of what makes a request that is sent later; none for anything else."""
    head, _, last = path.rpartition(".")
    if last == "build_request" or (last == "Request" and head in ("httpx", "httpx2", "requests")):
        return BUILT
    return OPENED if last == "Request" else ()


def is_request(value: Value) -> TypeGuard[Ext]:
    """`urllib.request.Request(url, …)`, made before it is sent."""
    return isinstance(value, Ext) and bool(value.sites) and bool(requested(value.path.removesuffix("()")))


def _keyworded(site: Site) -> list[Expr]:
    """Values of the keywords that may be a URL."""
    return [each.value for each in site.call.keywords if each.name in URLS]


def _configures(ev: Eval, node: Expr, scope: Scope, model: str, depth: int) -> bool:
    """Whether the model's name in a text is one of several, or the default of something configured."""
    match node:
        case Name(id=name) if depth < 3:
            while name not in scope.bindings and scope.parent is not None:
                scope = scope.parent
            exprs = [each.expr for each in scope.bindings.get(name, ()) if each.expr is not None]
            return any(_configures(ev, each, scope, model, depth + 1) for each in exprs if not isinstance(each, Name))
        case Template(parts=parts):
            pieces = parts
        case Call(func=Attr(name="format"), args=args, keywords=keywords):
            pieces = (*args, *(each.value for each in keywords))
        case Binary(left=left, right=right):
            pieces = (left, right)
        case _:
            return False
    for each in pieces:
        values = ev.eval(each, scope) if not isinstance(each, Const) else ()
        if any(isinstance(v, Cfg) and v.default is not None and v.default.value == model for v in values):
            return True
        if len(values) > 1 and any(isinstance(v, Lit) and v.value == model for v in values):
            return True
    return any(_configures(ev, each, scope, model, depth + 1) for each in pieces if isinstance(each, Binary))


def _url(ev: Eval, site: Site, callee: Ext | Unk, method: str) -> str:
    at = len(BEFORE.get(method, ()))
    values: Values = ()
    for name in URLS:
        found = argument(ev, site, name)
        values = values or (found.values if found != HIDDEN else ())
    if not values and len(site.call.args) > at:
        values = at_site(ev, site.call.args[at], site)
    for value in values:
        if is_request(value):
            built = requested(value.path.removesuffix("()")) == BUILT
            return _url(ev, value.sites[-1], callee, "request" if built else "post")
    texts = [text for value in values if (text := text_of((value,))) != "\0"]
    if len(texts) > 1:
        node = site.call.args[at] if len(site.call.args) > at else next(iter(_keyworded(site)), None)
        texts = _of_own_path(ev, node, site, texts)
    known = sorted((text for text in texts if kind_of(text)), key=lambda text: kind_of(text) != "chat")
    url = known[0] if known else texts[0] if texts else "\0"
    return _based(ev, callee) + url if url.startswith("/") else url


def _of_own_path(ev: Eval, node: Expr | None, site: Site, texts: list[str]) -> list[str]:
    """The URLs with the path that this very call gave to the helper that builds them all: `get(url_for("/tags"))`."""
    if isinstance(node, Name):
        found = reaching(site.scope.bindings.get(node.id, []), site.line, site.frames)
        node = found[0].expr if len(found) == 1 else None
    if not isinstance(node, Call):
        return texts
    given = [text_of(at_site(ev, arg, site)) for arg in arguments_of(node)]
    own = [text for text in texts if any("/" in path and path in text for path in given)]
    return own or texts


def _based(ev: Eval, callee: Ext | Unk) -> str:
    """The `base_url` of the client a relative URL is sent through, or the host it is connected with."""
    connected = callee.path.startswith("http.client.")
    for site in reversed(callee.sites):
        found = argument(ev, site, "host" if connected else "base_url", ("host",) if connected else ()).values
        if found:
            return text_of(found).rstrip("/")
    return ""
