"""Calls as texts: string methods, functions of other packages, constructors, and functions of the project."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from ..model import Place
from ..project.attributes import fields_of
from ..project.calls import embeds
from ..project.edges import arguments_of, name_of
from ..project.rawhttp import http_call, requested
from ..project.scope import Scope, Site
from ..project.values import Cls, Ext, Fn, Obj, Part, Unk, Value
from ..read.tree import Attr, Call, Const, Star
from .builtin import of_builtin
from .fields import constructor
from .forms import filled_in
from .given import arguments
from .handing import direct
from .lore import CUTTING, ESCAPING, RETRIEVING, SPLITTING, Use, spelled
from .options import closed
from .selves import is_same_object, is_self_call, method_of
from .templates import template_text
from .texts import (
    GAP,
    ROW,
    Called,
    Either,
    Filled,
    Gap,
    Joined,
    Made,
    Marked,
    Own,
    Record,
    Source,
    Text,
    Told,
    Word,
    either,
    given_by,
    got,
    got_by,
    recorded,
)

if TYPE_CHECKING:
    from .build import Builder, Spot

SAME = frozenset({
    "strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "replace", "removeprefix", "removesuffix",
    "expandtabs", "casefold", "encode", "decode", "copy", "values", "splitlines", "translate", "ljust", "rjust",
    "center", "zfill", "swapcase", "getvalue", "to_string", "to_messages", "model_dump", "dict", "model_copy",
    "resolve", "expanduser", "absolute", "as_posix", "tolist", "sort_values", "bind", "partial", "result",
})  # fmt: skip
"""Methods that give back much the same text, list or mapping."""
PARSERS = frozenset({"parse_args", "parse_known_args", "parse_intermixed_args"})
"""Methods that give all arguments in one object."""
LISTING = frozenset({"iterdir", "glob", "rglob"})
"""Methods of a path that give those in its folder."""
DUMPING = frozenset({"model_dump_json", "to_json"})
PIECES = frozenset({"split", "rsplit", "partition", "rpartition", "items", "popitem"})
KEYED = frozenset({"get", "pop", "setdefault", "getlist", "get_list"})
FILLING = frozenset({
    "format", "format_messages", "format_prompt", "invoke", "ainvoke", "render", "safe_substitute", "substitute",
    "format_map", "run", "render_async", "arender", "aformat", "aformat_messages",
})  # fmt: skip
FULL = frozenset({"render_template", "render_template_string", "render_to_string"})
"""Functions that also fill it."""
NUMBERS = frozenset({
    "len", "int", "float", "bool", "sum", "abs", "round", "hash", "id", "isinstance", "hasattr", "type", "ord",
    "range", "callable", "any", "all", "time", "exists", "getenv", "max", "min",
})  # fmt: skip
"""Functions that give no text, or none from outside."""
ASKING = frozenset({"count", "index", "time", "exists", "isdigit", "startswith", "endswith", "getenv"})
"""Methods that don't either."""


def called(make: Builder, call: Call, spot: Spot) -> Text:
    """The text that a call gives."""
    last = name_of(call.func)
    if last in (ASKING if isinstance(call.func, Attr) else NUMBERS):
        return GAP
    if isinstance(call.func, Attr):
        found = _method(make, call, call.func, spot)
        if found is not None:
            return found
    site = make.ev.site(call, spot.scope)
    site = site if site is not None else Site(call, spot.scope, spot.frames, False, int(spot.line))
    values = make.ev.eval_at(call.func, spot.scope, spot.line, spot.frames)
    plain = direct(call)
    if plain is not None and not any(_is_known(make, value) for value in values):
        return make.build(plain, spot)
    if any(isinstance(value, (Ext, Unk)) and http_call(make.ev, site, value) is not None for value in values):
        return GAP
    if any(_answers(make, value) for value in values):  # a chain that holds a retriever, too
        values = tuple(value for value in values if not isinstance(value, Ext) or _answers(make, value))
    known = [text for value in values[:6] if (text := _of_value(make, value, site, spot)) is not None]
    text = either(known) if known else _unknown(make, call, spot)
    if is_self_call(site, last) and any(isinstance(value, Fn) and value.scope.short == last for value in values):
        text = Own(last, text, _of_each(make, site, spot))
    return _by_name(make, last, call, spot, text)


def _is_known(make: Builder, value: Value) -> bool:
    """Whether it is the project's own, or asks a model: no other package's way to run a function."""
    return isinstance(value, (Fn, Cls)) or (isinstance(value, Ext) and make.ev.matcher.match(value.path) is not None)


def _answers(make: Builder, value: Value) -> bool:
    """Whether calling it asks a model that says something."""
    match = make.ev.matcher.match(value.path) if isinstance(value, Ext) else None
    return match is not None and not embeds(match)


def _of_each(make: Builder, site: Site, spot: Spot) -> Callable[[Scope], Text]:
    """What the call gives if it runs that function, one text for each."""

    @cache
    def of(function: Scope) -> Text:
        return given_back(make, function, site, spot)

    return of


def _by_name(make: Builder, last: str, call: Call, spot: Spot, text: Text) -> Text:
    """What a helper is called tells what it does, where that can't be seen otherwise."""
    for pattern, how in ((CUTTING, "cut"), (SPLITTING, "split"), (ESCAPING, "escaped")):
        if pattern.search(last) and call.args:
            if isinstance(text, Gap):
                text = Joined(tuple(make.build(arg, spot) for arg in call.args))
            return Marked(text, how, spot.place(call.span.line))
    return text


def _method(make: Builder, call: Call, func: Attr, spot: Spot) -> Text | None:
    """Methods of texts, lists and mappings, which every object may be."""
    name = func.name
    if name == "join" and len(call.args) == 1:
        inner = make.build(call.args[0], spot)
        glue = make.build(func.value, spot)
        return Joined((glue, got(inner, ROW), glue), surely=True) if not isinstance(inner, Word) else inner
    if name == "replace" and len(call.args) == 2 and not _is_project(make, call, spot):
        return _swapped(make, call, func, spot)
    if name in SAME or name in PIECES:
        whole = make.build(func.value, spot)
        if _is_project(make, call, spot) or _is_of_module(make, whole, call, spot):
            return None
        return whole if name in SAME else got(whole, "")
    if name in DUMPING:
        return Marked(make.build(func.value, spot), "dumped", spot.place(call.span.line))
    if name in KEYED and call.args and not _is_request(make, call, spot):
        counted = make.counted(func.value, call.args[0], spot) if name == "pop" else None
        if counted is not None:
            return counted
        base = make.build(func.value, spot)
        key = make.build(call.args[0], spot)
        found = got_by(base, key)
        return Either((found, make.build(call.args[1], spot))) if len(call.args) > 1 else found
    if name in FILLING:
        return _filled(make, call, func, spot)
    return None


def _swapped(make: Builder, call: Call, func: Attr, spot: Spot) -> Text:
    """`template.replace("{name}", value)` fills a template by hand."""
    base, old, new = (make.build(each, spot) for each in (func.value, *call.args))
    if isinstance(new, (Word, Gap)):
        return base
    if isinstance(old, Word) and old.text:
        return Filled(base, new, f"={old.text}", spot.place(call.span.line))
    return Joined((base, new))


def _is_project(make: Builder, call: Call, spot: Spot) -> bool:
    values = make.ev.eval_at(call.func, spot.scope, spot.line, spot.frames)
    return any(isinstance(value, Fn) for value in values)


def _is_of_module(make: Builder, whole: Text, call: Call, spot: Spot) -> bool:
    """`re.split(separator, text)`, `copy.copy(text)`, `Translator().translate(text)`: what is called on is no text, and
    what is called is known."""
    values = make.ev.eval_at(call.func, spot.scope, spot.line, spot.frames)
    paths = [value.path for value in values if isinstance(value, Ext)]
    passing = [path for path in paths if (use := make.lore.find(path)) is not None and use.how == "passes"]
    made = call.args and name_of(call.func) in SAME and any("()" in path for path in passing)  # `Made().encode(text)`
    return bool(passing) and (bool(made) or isinstance(make.shown(whole), (Gap, Word, Record)))


def _is_request(make: Builder, call: Call, spot: Spot) -> bool:
    """`requests.get(url)` is no look-up in a mapping; what is looked up in a model's own answer is one."""
    for value in make.ev.eval_at(call.func, spot.scope, spot.line, spot.frames):
        if isinstance(value, Fn):
            return True
        if isinstance(value, Ext) and make.lore.find(value.path) and not _is_answer(make, value):
            return True
    return False


def _is_answer(make: Builder, value: Ext) -> bool:
    """Whether it came of a plain request to a model."""
    called = ((site, callee) for site in value.sites for callee in make.ev.callee(site))
    return any(isinstance(callee, (Ext, Unk)) and http_call(make.ev, site, callee) for site, callee in called)


def _filled(make: Builder, call: Call, func: Attr, spot: Spot) -> Text | None:
    """`template.format(…)`: of a text, or of a prompt template's object."""
    values = make.ev.eval_at(func.value, spot.scope, spot.line, spot.frames)
    if any(isinstance(value, Ext) and make.ev.matcher.is_client(value.path) for value in values):
        return None  # a chain that ends with a model gives that one's answer
    for value in values:
        if isinstance(value, Ext) and value.sites:
            path = value.path.removesuffix("()")
            holes = make.lore.template(path) if value.path.endswith("()") else None
            if holes is not None:
                return Filled(
                    template_text(make, value.sites[-1]),
                    _arguments(make, call, spot),
                    holes,
                    spot.place(call.span.line),
                )
    if func.name not in ("format", "format_map", "safe_substitute", "substitute") or _is_project(make, call, spot):
        return None
    if not call.args and not call.keywords:
        return make.build(func.value, spot)  # nothing is filled in: an object that says itself
    holes = "{}" if func.name.startswith("format") else "$"
    return Filled(make.build(func.value, spot), _arguments(make, call, spot), holes, spot.place(call.span.line))


def _arguments(make: Builder, call: Call, spot: Spot, skip: int = 0) -> Text:
    """What is put into a template: by name, in a mapping, or by position."""
    entries: list[tuple[str | None, Text]] = []
    for at, arg in enumerate(call.args[skip:]):
        text = make.build(arg, spot)
        entries.append((str(at), text))
        entries.append((None, text))
    entries += [(each.name, make.build(each.value, spot)) for each in call.keywords]
    return Record(tuple(entries))


def _of_value(make: Builder, value: Value, site: Site, spot: Spot) -> Text | None:
    match value:
        case Fn(scope=scope):
            return given_back(make, scope, site, spot)
        case Cls(scope=scope):
            return _made(make, scope, site, spot)
        case Obj(scope=scope):
            found = [each.scope for each in make.ev.attribute(value, "__call__") if isinstance(each, Fn)]
            return either([given_back(make, each, site, spot) for each in found]) if found else None
        case Part(func=Fn(scope=scope)):
            return given_back(make, scope, site, spot)
        case Ext(path=path):
            use = make.lore.find(path)
            if use is not None:
                return _used(make, use, site, spot)
            return of_builtin(make, path, site.call, spot) or _foreign(make, path, site, spot)
        case _:
            return None


def _used(make: Builder, use: Use, site: Site, spot: Spot) -> Text:
    call, place = site.call, spot.place(site.call.span.line)
    first = make.build(call.args[0], spot) if call.args else GAP
    match use.how:
        case "reads" | "tails":
            return _read(use, call, place, closed(spot.scope.module) if name_of(call.func) in PARSERS else frozenset())
        case "wordless":
            return GAP
        case "opens":
            named = first if call.args and not isinstance(call.func, Attr) else _receiver(make, call, spot)
            return Marked(Either((named, first)), "opened", place)
        case "escapes" | "cuts" | "splits" as how:
            done = {"escapes": "escaped", "cuts": "cut", "splits": "split"}[how]
            return Marked(_all(make, call, spot), done, place)
        case "templates":
            text = template_text(make, site)
            full = use.rule.templates[use.name] if name_of(call.func) in FULL else ""
            return Filled(text, _arguments(make, call, spot, 1), full, place) if full else text
        case _:
            given = arguments_of(call)
            text = make.build(given[0], spot) if len(given) == 1 else _all(make, call, spot)
            text = Marked(text, "spelled", place) if use.name == "str" else text
            return Marked(text, "fits", place) if _is_bounded(use, call) else text


def _read(use: Use, call: Call, place: Place, plain: frozenset[str] = frozenset()) -> Text:
    """Text that somebody else wrote; a search that gives its best few is bounded by that."""
    found = Source(use.rule.what, use.rule.source, use.rule.retrieved, place, closed=plain)
    return Marked(found, "cut", place) if use.rule.ranked or _is_bounded(use, call) else found


def _is_bounded(use: Use, call: Call) -> bool:
    given = [each.value for each in call.keywords if each.name in use.rule.limits]
    return any(not (isinstance(each, Const) and not each.value) for each in given)


def _receiver(make: Builder, call: Call, spot: Spot) -> Text:
    return make.build(call.func.value, spot) if isinstance(call.func, Attr) else GAP


def _all(make: Builder, call: Call, spot: Spot) -> Text:
    texts = [make.build(arg, spot) for arg in call.args]
    if not texts:
        return Record(tuple((each.name, make.build(each.value, spot)) for each in call.keywords))
    name = name_of(call.func)
    if name == "join":
        return Joined(tuple(each for text in texts for each in (text, Word("/")))[:-1], surely=True)
    if name in ("sub", "subn", "gather", "run", "cast") and len(texts) > 1:
        texts = texts if name == "gather" else texts[1:]
        return Joined(tuple(texts)) if len(texts) > 1 else texts[0]
    return texts[0] if len(texts) == 1 else Either(tuple(texts))


def _foreign(make: Builder, path: str, site: Site, spot: Spot) -> Text | None:
    """Another package's constructor is a record of its arguments; a plain function of text most often gives text."""
    last = make.lore.maker(path)
    role = make.lore.roles.get(last)
    if make.ev.matcher.match(path) is not None:
        return GAP
    made = requested(path)
    if last[:1].isupper() or role is not None or made:
        named = zip(made or ("content",), site.call.args, strict=False)
        keys: list[tuple[str | None, Text]] = [(name, make.build(arg, spot)) for name, arg in named]
        if role == "role" and len(site.call.args) > 1:
            keys = [("role", make.build(site.call.args[0], spot)), ("content", make.build(site.call.args[1], spot))]
        keys += [(each.name, make.build(each.value, spot)) for each in site.call.keywords]
        return recorded(keys, last)
    if "()" in path or path.startswith(("os.", "builtins.")):
        return None
    return either([make.build(arg, spot) for arg in site.call.args]) if site.call.args else GAP


def _unknown(make: Builder, call: Call, spot: Spot) -> Text:
    """A method of something: part of it, if it is text; what a retriever gives, if it is called like one."""
    if RETRIEVING.search(name_of(call.func)):
        return Source(f"result of {name_of(call.func)}()", "remote", True, spot.place(call.span.line))
    if not isinstance(call.func, Attr):
        return GAP
    use = make.lore.tail(spelled(call.func))
    if use is not None:
        return _read(use, call, spot.place(call.span.line))
    base = make.build(call.func.value, spot)
    return base if call.func.name in LISTING else got(base, f"{call.func.name}()")


def given_back(make: Builder, scope: Scope, site: Site, spot: Spot) -> Text:
    """What a project function returns for this call."""
    given, certain = arguments(make, scope, site, spot)
    method = method_of(site.scope)
    inside = scope.klass() is None and method is not None and method is method_of(scope)
    own = inside or is_same_object(site, scope.short)
    on = _just_made(make, scope, site, spot) if not own else None
    inner = Called(given_by(scope), scope, given, certain, own, on)
    return Told(inner, spot.place(site.call.span.line), f"`{scope.short}()`" if scope.kind != "lambda" else "a lambda")


def _just_made(make: Builder, method: Scope, site: Site, spot: Spot) -> Text | None:
    """The object whose method is called, if it is written there, or in what its name was given, what it is made of."""
    func = site.call.func
    if method.klass() is None or not isinstance(func, Attr):
        return None
    receiver = make.shown(make.build(func.value, spot))
    return receiver if isinstance(receiver, (Made, Record)) else None


def _made(make: Builder, owner: Scope, site: Site, spot: Spot) -> Text:
    form = filled_in(make, owner, site, spot)
    if form is not None:
        return form
    init = constructor(make, owner)
    if init is not None:
        return Made(owner, init, arguments(make, init, site, spot)[0])
    names = fields_of(make.ev, owner)
    entries: list[tuple[str | None, Text]] = [
        (name, make.build(arg, spot))
        for name, arg in zip(names, site.call.args, strict=False)
        if not isinstance(arg, Star)
    ]
    entries += [(each.name, make.build(each.value, spot)) for each in site.call.keywords]
    given = dict(entries)
    for name in names:
        later = make.outside(owner, name)
        if later:
            given[name] = Either((given[name], *later)) if name in given else either(later)
    return Record(tuple(given.items()), owner.short)
