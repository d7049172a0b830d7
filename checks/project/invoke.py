"""What calling a value gives."""

from __future__ import annotations

from collections.abc import Callable

from ..read.tree import Attr, Call, Const, Expr, Function, Index, Name, Star, is_name, same
from .annotations import clients, instances
from .arguments import keyword, of_param
from .attributes import methods
from .called import called
from .choices import is_chosen_nothing
from .displays import written
from .edges import WRAPPING
from .filling import FIELDS, filled_in, for_call
from .lineage import mro
from .mappings import elements, mirrored, under
from .named import loaded, member_of, module_of, object_of
from .numbers import extreme, is_number, some
from .scope import Scope, Site, ahead_of
from .strings import LONGEST, address, text_of
from .there import is_passed_by
from .values import Cfg, Cls, Eval, Ext, Fn, Kw, Lit, Map, Obj, Part, Prm, Seq, Sup, Text, Unk, Value, Values, union


def invoke(ev: Eval, func: Value, site: Site) -> Values:
    """The values of calling one value at a site."""
    match func:
        case Ext():
            return _external(ev, func, site)
        case Cls(scope=scope):
            return _made(ev, scope, site)
        case Fn(scope=scope):
            given = _given_back(ev, scope, site) or _looked_up(ev, scope, site) or loaded(ev, scope, site)
            return given or filled_in(ev, returned(ev, scope, site), scope, site)
        case Part(func=inner, site=made):
            return ev.invoke(inner, _filled(ev, made, site) if isinstance(inner, Ext) else site)
        case Obj(scope=scope):
            return union(*(returned(ev, method) for method in called(ev, scope))) or ev.attribute_call(func, site)
        case Cfg(origin=origin):
            return (Cfg(origin),)
        case Prm(param=param):
            return (Unk(f"?{param.name}()", (site,)),)
        case Unk(path=path, sites=sites):
            return (Unk(f"{path}()", (*sites, site)),)
        case _:
            return (Unk("?()", (site,)),)


def _made(ev: Eval, scope: Scope, site: Site) -> Values:
    for owner in mro(ev, scope):
        for maker in methods(owner, "__new__"):
            found = returned(ev, maker)
            if any(isinstance(value, (Ext, Obj)) for value in found):
                return union((Obj(scope, site),), found)
    return (Obj(scope, site),)


def returned(ev: Eval, scope: Scope, site: Site | None = None) -> Values:
    """What a project function returns, to one of its calls where that is known; its annotation where the body doesn't
    tell."""
    exprs: list[Expr] = list(scope.returns)
    if scope.is_generator:
        if not _is_context(scope):
            return (Unk(f"?{scope.short}()"),)
        exprs = list(scope.yields)
    exprs = [each for each in exprs if not is_chosen_nothing(ev, each, scope) and not is_passed_by(ev, each, scope)]
    values = union(*(for_call(ev, expr, scope, site) for expr in exprs))
    if exprs and not values:
        return (Unk(f"?{scope.short}()"),)  # asked for while it is being worked out: no answer to be kept
    unread = any(isinstance(value, Unk) for value in values)
    told = scope.node.returns if isinstance(scope.node, Function) else None
    if told is not None:
        if unread or all(isinstance(value, Prm) or value == Lit(None) for value in values):
            values = union(instances(ev, told, scope), values)
        else:
            values = union(clients(ev, values, told, scope), values)
    return values or (Unk(f"?{scope.short}()"),)


def _given_back(ev: Eval, scope: Scope, site: Site) -> Values:
    """What a function that only returns its argument, or the argument without empty entries, gives for this call."""
    names = {mirrored(expr, scope) for expr in scope.returns}
    param = next((each for each in scope.params if each.name in names), None)
    if len(names) != 1 or param is None or scope.is_generator:
        return ()
    expr = of_param(site, scope, param)
    return ev.eval_at(expr, site.scope, ahead_of(site.line), site.frames) if expr is not None else ()


def _looked_up(ev: Eval, scope: Scope, site: Site) -> Values:
    """What a function that only looks its argument up gives for a call that says which: `get("client")`."""
    match scope.returns:
        case [Index(value=base, key=Name(id=name)) | Call(func=Attr(value=base, name="get"), args=(Name(id=name),))]:
            param = next((each for each in scope.params if each.name == name), None)
        case _:
            return ()
    key = of_param(site, scope, param) if param is not None else None
    if not isinstance(key, Const) or scope.is_generator:
        return ()
    found = under(ev, ev.eval(base, scope), (Lit(key.value),))
    return found if not any(isinstance(each, (Unk, Prm)) for each in found) else ()


def _is_context(scope: Scope) -> bool:
    names = {getattr(each, "name", None) or getattr(each, "id", None) for each in scope.decorators}
    return bool(names & {"contextmanager", "asynccontextmanager", "fixture"})


def first(ev: Eval, site: Site) -> Values:
    """The values of the first positional argument."""
    if site.call.args and not isinstance(site.call.args[0], Star):
        return ev.eval(site.call.args[0], site.scope)
    return ()


def _filled(ev: Eval, made: Site, site: Site) -> Site:
    """The call of a partial with the arguments that the partial holds; where both have some, its own where they
    can't be read together."""
    key = (id(site.call), id(made.call))
    if key not in ev.filled:
        own = bool(site.call.args or site.call.keywords)
        if own and made.scope not in (site.scope, site.scope.module.top):
            return site
        args = (*made.call.args[1:], *site.call.args)
        keywords = (*made.call.keywords, *site.call.keywords)
        at = site if own else made
        call = Call(site.call.func, args, keywords, made.call.span)
        ev.filled[key] = Site(call, at.scope, at.frames, site.awaited, at.line)
    return ev.filled[key]


def _external(ev: Eval, func: Ext, site: Site) -> Values:
    path, sites = func.path, func.sites
    special = (
        _wrapped
        if path in WRAPPING
        else SPECIAL.get(path) or SPECIAL.get(path.rpartition(".")[2] if path.startswith(GENERIC) else "")
    )
    if special is not None:
        found = special(ev, site)
        if found is not None:
            return found
    wrapper = ev.matcher.wrapper(path)
    if wrapper is not None:
        inner = tuple(value for value in _arguments(ev, site) if isinstance(value, (Ext, Obj)))
        clients = tuple(value for value in inner if _is_client(ev, value))
        if clients:
            return tuple(value._replace(wrapper=wrapper) if isinstance(value, Ext) else value for value in clients)
    return (func._replace(path=f"{path}()", sites=(*sites, site)),)


def _arguments(ev: Eval, site: Site) -> Values:
    positional = [ev.eval(arg, site.scope) for arg in site.call.args if not isinstance(arg, Star)]
    named = [ev.eval(each.value, site.scope) for each in site.call.keywords if each.name]
    return union(*positional, *named)


def _is_client(ev: Eval, value: Value) -> bool:
    if isinstance(value, Obj):
        return True
    return isinstance(value, Ext) and ev.matcher.is_client(value.path)


GENERIC = (
    "asyncio.", "anyio.", "functools.", "builtins.", "typing.", "copy.", "importlib.", "os.", "starlette.concurrency",
)  # fmt: skip


def _wrapped(ev: Eval, site: Site) -> Values | None:
    return tuple(value for value in first(ev, site) if isinstance(value, Fn)) or None


def _partial(ev: Eval, site: Site) -> Values | None:
    return tuple(Part(value, site) for value in first(ev, site))


def _environment(ev: Eval, site: Site) -> Values | None:
    default: Lit | None = None
    groups: Values = ()
    if len(site.call.args) > 1:
        groups = ev.eval(site.call.args[1], site.scope)
    else:
        groups = keyword(ev, site, "default").values
    for value in groups:
        if isinstance(value, Lit):
            default = Lit(value.value, "default")
        elif isinstance(value, Cfg):
            default = value.default
    return (Cfg("env", default),)


def _through(ev: Eval, site: Site) -> Values | None:
    return first(ev, site) or None


def _replaced(ev: Eval, site: Site) -> Values | None:
    """A copy of an object, with other values in the fields that are given."""
    return tuple(Obj(each.scope, site) if isinstance(each, Obj) else each for each in first(ev, site)) or None


def _number(ev: Eval, site: Site) -> Values | None:
    values = union(*(ev.eval(arg, site.scope) for arg in site.call.args if not isinstance(arg, Star)))
    return _numbers(values)


def _numbers(values: Values) -> Values | None:
    """Numbers of what is given: None, a class or a display is none, and where it comes to that, the code raises."""
    groups: list[Value] = []
    for value in values:
        if isinstance(value, Lit) and isinstance(value.value, str):
            number = _as_number(value.value)
            groups.append(Lit(number, value.origin) if number is not None else Unk())
        elif isinstance(value, Cfg) and value.default is not None and isinstance(value.default.value, str):
            number = _as_number(value.default.value)
            groups.append(Cfg(value.origin, Lit(number, "default") if number is not None else None))
        elif not (isinstance(value, (Map, Seq, Cls, Fn)) or (isinstance(value, Lit) and value.value is None)):
            groups.append(value)
    return tuple(groups) or ((Unk(),) if values else None)


def _converted(ev: Eval, site: Site) -> Values | None:
    """`int(…)` and `float(…)`: some number, whatever they are given."""
    return union(*((some(value),) for value in _number(ev, site) or ())) or None


def _extreme(ev: Eval, site: Site) -> Values | None:
    """`min(…)` and `max(…)`: a known number bounds what `min` gives, and says that `max` gives some number."""
    found = _number(ev, site)
    known = tuple(each for each in found or () if is_number(each) or isinstance(each, Cfg))
    if found is None or len(site.call.args) < 2 or not known:
        return found
    is_min = is_name(site.call.func, "min")
    sides = [_numbers(ev.eval(arg, site.scope)) or () for arg in site.call.args]
    exact = extreme(min if is_min else max, sides)
    if exact:
        return exact
    return known if is_min else (Unk("?max"), *(each for each in known if isinstance(each, Cfg)))


def _as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _cast(ev: Eval, site: Site) -> Values | None:
    match site.call.args:
        case (kind, value):
            found = ev.eval(value, site.scope)
            known = tuple(each for each in found if not isinstance(each, (Unk, Prm)))
            return found if known and known == found else union(known, instances(ev, kind, site.scope)) or found
        case _:
            return None


def _super(ev: Eval, site: Site) -> Values | None:
    scope: Scope | None = site.scope
    while scope is not None and scope.klass() is None:
        scope = scope.parent
    owner = scope.klass() if scope is not None else None
    return (Sup(owner, Obj(owner)),) if owner is not None else (Unk(),)


def _dict(ev: Eval, site: Site) -> Values | None:
    entries: list[tuple[Expr | None, Expr]] = [(None, arg) for arg in site.call.args[:1]]
    entries += [(Const(each.name) if each.name else None, each.value) for each in site.call.keywords]
    return written(ev, entries, site.scope)


def _record(ev: Eval, site: Site) -> Values | None:
    """`asdict(body)`, `body.model_dump()`: an object's fields as a mapping; not of a call that leaves some out."""
    if any(each.name in ("include", "exclude", "filter") for each in site.call.keywords):
        return None
    of = site.call.args[0] if site.call.args else None
    if of is None and isinstance(site.call.func, Attr):
        of = site.call.func.value
    return (Map(((None, of, site.scope),)),) if of is not None and not isinstance(of, Star) else None


def _hop(ev: Eval, site: Site) -> Values | None:
    return union(*(ev.invoke(value, site) for value in first(ev, site)))


def _sequence(ev: Eval, site: Site) -> Values | None:
    return first(ev, site) or (Seq((), site.scope),)


def _next(ev: Eval, site: Site) -> Values | None:
    return elements(ev, first(ev, site))


def _field(ev: Eval, site: Site) -> Values | None:
    for name in ("default_factory", "factory"):
        made = keyword(ev, site, name).values
        if made:
            return union(*(ev.invoke(value, site) for value in made))
    given = keyword(ev, site, "default").values or first(ev, site)
    found = tuple(value for value in given if value != Unk() and value != Lit(...))  # type: ignore[arg-type]  # Field(...)
    return found or (Unk(),)


def _text(ev: Eval, site: Site) -> Values | None:
    return (Text("\0"),)


def _urljoin(ev: Eval, site: Site) -> Values | None:
    texts = [text_of(ev.eval(arg, site.scope)) for arg in site.call.args]
    return (Text(address(*texts[:2])),) if len(texts) > 1 else tuple(Text(text) for text in texts)


def joined(parts: list[Values]) -> Value:
    """The text of an f-string; a constant where all its pieces are."""
    single = [values[0] for values in parts if len(values) == 1 and isinstance(values[0], Lit)]
    single = [each for each in single if len(str(each.value)) <= LONGEST]
    if len(single) == len(parts):
        origin = next((each.origin for each in single if each.origin != "literal"), "literal")
        return Lit("".join(str(each.value) for each in single), origin)
    return Text("".join(text_of(values) for values in parts))


def alternatives(values: Values) -> list[Values]:
    """The values one by one where they are several paths of a URL, else together."""
    paths = [value for value in values if isinstance(value, (Lit, Text)) and str(value.value).startswith("/")]
    return [(each,) for each in paths] if 1 < len(paths) <= MOST_PATHS else [values]


MOST_PATHS = 8


def _mapping(ev: Eval, site: Site) -> Values | None:
    """`json.dumps(body)`: a mapping stays one, so that what is in it can be asked."""
    kept = tuple(value for value in first(ev, site) if isinstance(value, (Map, Kw)))
    return kept or None


def _variable(ev: Eval, site: Site) -> Values | None:
    """`variable.get()`: what is set anywhere in its file, or what its annotation promises."""
    func = site.call.func
    owner = func.value if isinstance(func, Attr) else None
    if not isinstance(owner, Name):
        return None
    groups: list[Values] = []
    for module, unit in ev.world.mentioning(owner.id, site.scope.module.path):
        scope = module.scope(unit.name)
        for each in scope.sites if scope is not None else ():
            if same(each.call.func, Attr(owner, "set")) and each.call.args:
                groups.append(ev.eval(each.call.args[0], each.scope))
    at: Scope | None = site.scope
    while at is not None and owner.id not in at.bindings:
        at = at.parent
    for binding in at.bindings[owner.id] if at is not None else ():
        if binding.how == "annotated" and isinstance(binding.expr, Index) and at is not None:
            groups.append(instances(ev, binding.expr.key, at))
    return union(*groups) or None


Special = Callable[[Eval, Site], Values | None]
SPECIAL: dict[str, Special] = {
    "functools.partial": _partial, "functools.partialmethod": _partial, "functools.wraps": _through,
    "dependency_injector.providers.Singleton": _partial, "dependency_injector.providers.Factory": _partial,
    "dependency_injector.providers.ThreadSafeSingleton": _partial,
    "builtins.getattr": member_of, "importlib.import_module": module_of, "builtins.__import__": module_of,
    "pkgutil.resolve_name": object_of, "django.utils.module_loading.import_string": object_of,
    "werkzeug.utils.import_string": object_of,
    "os.getenv": _environment, "os.environ.get": _environment, "os.environ.pop": _environment,
    "decouple.config": _environment, "environs.Env()": _environment,
    "builtins.int": _converted, "builtins.float": _converted, "builtins.min": _extreme, "builtins.max": _extreme,
    "builtins.round": _number, "builtins.abs": _number, "builtins.str": _text, "builtins.repr": _text,
    "typing.cast": _cast, "builtins.super": _super, "builtins.dict": _dict, "collections.OrderedDict": _dict,
    "asyncio.to_thread": _hop, "anyio.to_thread.run_sync": _hop, "starlette.concurrency.run_in_threadpool": _hop,
    "fastapi.concurrency.run_in_threadpool": _hop, "asyncio.run": _through, "asyncio.wait_for": _through,
    "asyncio.create_task": _through, "asyncio.shield": _through, "asyncio.ensure_future": _through,
    "builtins.list": _sequence, "builtins.tuple": _sequence, "builtins.iter": _sequence, "builtins.sorted": _sequence,
    "builtins.set": _sequence, "builtins.reversed": _sequence, "builtins.next": _next,
    "tqdm.tqdm": _through, "tqdm.auto.tqdm": _through, "tqdm.asyncio.tqdm": _through, "rich.progress.track": _through,
    "copy.copy": _through, "copy.deepcopy": _through, "dataclasses.replace": _replaced, "copy.replace": _replaced,
    **dict.fromkeys(FIELDS, _field),
    "dataclasses.asdict": _record, "attr.asdict": _record, "attrs.asdict": _record, "msgspec.to_builtins": _record,
    "fastapi.encoders.jsonable_encoder": _record, "builtins.vars": _record,
    "pydantic.BaseModel().model_dump": _record, "pydantic.BaseModel().model_dump_json": _record,
    "pydantic.BaseModel().dict": _record, "pydantic.BaseModel().json": _record,
    "json.dumps": _mapping, "orjson.dumps": _mapping, "ujson.dumps": _mapping, "simplejson.dumps": _mapping,
    "json.loads": _mapping, "orjson.loads": _mapping, "ujson.loads": _mapping,
    "contextvars.ContextVar().get": _variable,
    "contextlib.AsyncExitStack().enter_async_context": _through, "contextlib.ExitStack().enter_context": _through,
    "contextlib.AsyncExitStack().enter_context": _through,
    "urllib.parse.urljoin": _urljoin, "posixpath.join": _urljoin, "os.path.join": _urljoin,
}  # fmt: skip


def formatted(text: str, args: list[str], named: dict[str, str]) -> str:
    """`str.format` where only some pieces are known."""
    for at, value in enumerate(args):
        text = text.replace("{}", value, 1).replace(f"{{{at}}}", value)
    for name, value in named.items():
        text = text.replace(f"{{{name}}}", value)
    return text
