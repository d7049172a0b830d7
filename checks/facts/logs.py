"""What the project writes down around a call: in a log, a metric, a database, a file that grows.

`print` is none. What stands in a handler is written only when the call failed, and says nothing of the calls that work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..flows.tools import Tools, last_name
from ..flows.words import is_logging
from ..project.edges import steps_of
from ..project.scope import Scope, Site
from ..project.values import Eval, Ext, Fn, Values
from ..read.tree import (
    Attr,
    Binary,
    Call,
    Const,
    Expr,
    Index,
    Items,
    Keyword,
    Mapping,
    Name,
    Template,
    walk,
)
from .effects import stores
from .failing import is_failure
from .ground import callee_name
from .lengths import counts_tokens
from .subject import Subject

MOST = 40
"""Functions around one call that are looked at."""
HIGHEST = 3
"""Callers above the call."""
DEEPEST = 2
"""Mappings and lists around what a message says."""
CONTENT = frozenset({"content", "text", "parts"})
"""What stands in a message for what it says."""
THINGS = {
    "latency": re.compile(r"(?i)latency|elapsed|duration|time_spent|response_time|time_taken|processing_time|took"),
    "tokens": re.compile(
        r"(?i)^(?!.*max_?(?:\w+_)?tokens).*(?:tokens|token_?(?:count|usage|num|total|cost|est)|usage(?:_|$|s$))"
    ),
    "cost": re.compile(r"(?i)(?:^|_)cost(?:s|_|$)|price|spend"),
    "model": re.compile(r"(?i)(?:^|_)(?:model|engine|deployment)(?:_?(?:name|id))?$"),
    "prompt": re.compile(r"(?i)^(?:full_|user_|system_|final_)?prompts?(?:_text)?$"),
}
"""What a word in what is written stands for."""
PAID = re.compile("|".join(THINGS[each].pattern.removeprefix("(?i)") for each in ("latency", "cost")), re.IGNORECASE)
"""Words of a record of a call, which those of a document are not."""
SAYING_LITTLE = re.compile(
    r"(?i)^(?:num|max|min|n|is|has)_|(?:^|_)(?:limit|size|length|len|id|ids|uuid|guid|name|user|username|number|num|no|count|total|index|key|sha|hash|url|path|file|"
    r"filename|type|kind|status|date|time|timestamp|lang|language|locale|provider|temperature)$|_at$"
)
"""Names of what is in a prompt beside what it says: whose it is, when and how."""
LEVELS = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "success", "trace", "notice"}
)
LOGGERS = re.compile(r"(?i)(?:^|_)(?:log|logger|logging|loguru|audit|tracer|span|metrics?|telemetry|statsd)s?$")
ASIDE = frozenset({
    "setLevel", "addHandler", "removeHandler", "addFilter", "removeFilter", "filter", "getChild", "getChildren",
    "getEffectiveLevel", "isEnabledFor", "hasHandlers", "findCaller", "makeRecord", "callHandlers",
})  # fmt: skip
"""Methods of a logger that write nothing. All others do: a project may give its levels names of its own."""
METRICS = frozenset({
    "observe", "inc", "labels", "record", "add_event", "set_attribute", "set_attributes", "timing", "gauge",
    "histogram", "increment", "distribution", "log_metric", "log_metrics", "track", "capture", "event",
})  # fmt: skip
LOGFILE = re.compile(r"(?i)log|history|trace|audit|usage|jsonl")
TALKING = frozenset({"chat", "completion"})
PRINTS = frozenset({"print", "echo", "secho", "pprint", "rprint", "print_json"})
KEEPING = re.compile(
    r"open|append|add|dump$|execut|insert|put|post|publish|send|set$|create|upload|commit|write|store|save|persist"
)
"""Beginnings of names of what keeps something, or sends it to somebody who may; so do `write` and the like."""
STORING = ("save", "store", "persist", "write", "add", "insert", "upsert")
SHOWING = frozenset({"join", "dumps", "str", "repr", "pformat"})
"""Functions that make a text of all that they are given."""
HARMLESS = frozenset({"len", "type", "bool", "isinstance", "id", "count"})
"""Functions that tell little of what they are given."""


def is_log(tools: Tools, subject: Subject, site: Site) -> bool:
    """Whether a call writes what it is given into a log, a metric, a database or a file that grows."""
    func = site.call.func
    name = callee_name(site)
    if subject.is_declared(site, subject.ev.world.declared.loggers):
        return True
    if name in LEVELS or name in METRICS:
        base = func.value if isinstance(func, Attr) else None
        if base is not None and LOGGERS.search(last_name(base)):
            return True
        callees = subject.ev.eval(func, site.scope)
        if tools.of(site, callees) is not None:
            return True
        return is_logging(name) and _keeps(subject.ev, callees)
    if name in ("write", "writelines", "dump"):
        return _grows(site)
    if _is_of_logger(subject, site):
        return True
    if is_logging(name) and name != "log" and not name.startswith(("save_model", "write_html")):
        return _keeps(subject.ev, subject.ev.eval(func, site.scope))
    return stores(site.call, site.scope)


def _is_of_logger(subject: Subject, site: Site) -> bool:
    """Whether a logger of the standard library is told something, on whichever level."""
    func = site.call.func
    if not isinstance(func, Attr) or func.name in ASIDE or not LOGGERS.search(last_name(func.value)):
        return False
    return any(isinstance(e, Ext) and e.path == "logging.getLogger()" for e in subject.ev.eval(func.value, site.scope))


def _keeps(ev: Eval, callees: Values) -> bool:
    """Whether a function of the project, by its name a log, does more with what it is given than print it."""
    functions = [each.scope for each in callees if isinstance(each, Fn)]
    return any(not _only_prints(each) or _is_overridden(ev, each) for each in functions)


def _is_overridden(ev: Eval, function: Scope) -> bool:
    """A method called `log`, of a class that others derive from: it is there to be overridden."""
    owner = function.klass()
    return owner is not None and function.short == "log" and bool(ev.subclasses(owner))


def is_printed(subject: Subject, site: Site) -> bool:
    """Whether a method called `log` only prints what it is given, as long as nobody overrides it."""
    callees = [each for each in subject.ev.eval(site.call.func, site.scope) if isinstance(each, Fn)]
    return bool(callees) and all(_only_prints(each.scope) for each in callees)


def _only_prints(function: Scope) -> bool:
    sites = [site for scope in function.tree() for site in scope.sites]
    names = {callee_name(site).lower() for site in sites if not _is_to_terminal(site)}
    shown = bool(names & PRINTS) or any(_is_to_terminal(site) for site in sites)
    kept = names & (LEVELS | METRICS) or any(
        KEEPING.match(name) or is_logging(name) for name in names - {function.short}
    )
    return shown and not kept


def _is_to_terminal(site: Site) -> bool:
    """`sys.stderr.write(text)`: as good as a print."""
    func = site.call.func
    return isinstance(func, Attr) and last_name(func.value) in ("stdout", "stderr")


def is_work(subject: Subject, site: Site) -> bool:
    """Whether storing is what the call is made for: documents and their vectors, or speech, go into a store."""
    if subject.kind in TALKING:
        return False
    return stores(site.call, site.scope) or callee_name(site).strip("_").startswith(STORING)


def _grows(site: Site) -> bool:
    """A file opened to append to it, or called a log."""
    call = site.call
    files = [call.func.value] if isinstance(call.func, Attr) and callee_name(site) != "dump" else list(call.args[1:2])
    for file in files:
        for binding in site.scope.bindings.get(last_name(file), ()):
            match binding.expr:
                case Call(func=Name(id="open") | Attr(name="open") as opener) as opened:
                    names = words((opened.args[:1], opener.value if isinstance(opener, Attr) else ()))
                    if any(mode[:1] == "a" and set(mode) <= set("abt+") for mode in _modes(opened)):
                        return True
                    if any(LOGFILE.search(word) for word in names):
                        return True
                case _:
                    continue
        if LOGGERS.search(last_name(file)):
            return True
    return False


def _modes(opened: Call) -> Iterator[str]:
    """How a file is opened: `open(path, "a")`, `path.open("a")`, `aiofiles.open(path, mode="a")`."""
    given = (*opened.args[:2], *(each.value for each in opened.keywords if each.name == "mode"))
    yield from (each.value for each in given if isinstance(each, Const) and isinstance(each.value, str))


def words(node: object, scope: Scope | None = None, *, keys: bool = True) -> Iterator[str]:
    """Names, attributes, keywords and keys in what is written; a name that holds a mapping stands for its keys too, and
    one that holds an attribute for that. Without keys: what stands there, and not under which names."""
    hidden: set[int] = set()
    for each in walk(node):
        if id(each) in hidden:
            continue
        match each:
            case Call(func=func, args=args) if last_name(func) in HARMLESS:
                yield from ("num_tokens",) if counts_tokens(each) else ()
                hidden.update(id(inner) for inner in walk(args))
            case Call(func=Name(id="getattr"), args=(base, Const(value=str() as name), *_)):
                yield name
                hidden.add(id(base))
            case Name(id=name):
                yield name
                yield from _keys(name, scope) if scope is not None else ()
            case Attr(value=base, name=name):
                yield name
                hidden.update(map(id, steps_of(base)))
            case Keyword(name=str() as name) if keys:
                yield name
            case Index(value=base, key=Const(value=str() as key)):
                yield key
                hidden.update(map(id, steps_of(base)))
            case Mapping(keys=named) if keys:
                yield from (key.value for key in named if isinstance(key, Const) and isinstance(key.value, str))
            case _:
                continue


def _keys(name: str, scope: Scope) -> Iterator[str]:
    """Keys of a mapping that a name of the scope holds, fields of the object, the attribute that it is, or names that a
    text is made of."""
    for binding in scope.bindings.get(name, ()):
        match binding.expr if binding.how == "value" else None:
            case Mapping() as mapping:
                yield from words(mapping)
            case Attr(name=held) | Index(key=Const(value=str() as held)):
                yield held
            case Call(func=func, keywords=fields) if last_name(func)[:1].isupper():
                yield from words(fields)
            case Template() | Binary(op="+" | "%") as text:
                yield from words(text)
            case Call(func=Attr(value=Const(), name="format")) as text:
                yield from words((text.args, text.keywords), keys=False)
            case Call(func=func, args=shown) if last_name(func) in SHOWING:
                yield from words(shown)
            case _:
                continue
    for each in scope.sets:
        if isinstance(each.base, Name) and each.base.id == name and isinstance(each.key, Const):
            yield str(each.key.value)


def fields(node: object, scope: Scope) -> Iterator[tuple[str, Expr]]:
    """What is written under which name, be it in an object or a mapping that a name holds."""
    for each in walk(node):
        yield from _written(each)
        for binding in scope.bindings.get(each.id, ()) if isinstance(each, Name) else ():
            if binding.how == "value" and isinstance(binding.expr, (Call, Mapping)):
                yield from (pair for part in walk(binding.expr) for pair in _written(part))


def _written(node: object) -> Iterator[tuple[str, Expr]]:
    """Names and values of a keyword, or of a mapping."""
    match node:
        case Keyword(name=str() as name, value=value):
            yield name, value
        case Mapping(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            yield from ((k.value, v) for k, v in pairs if isinstance(k, Const) and isinstance(k.value, str))
        case _:
            pass


class Around:
    """The functions around one call, and what is written down in them."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self.scopes: dict[Scope, frozenset[str]] = {}
        """Functions up to the call, with the names that lead into its prompt."""
        self._climb(subject.site.scope, [subject.site], HIGHEST)

    def _climb(self, scope: Scope, sites: list[Site], left: int) -> None:
        function = scope.function() or scope
        given = frozenset(
            name
            for site in sites
            for name in _prompt_names(site)
            if name in set(_contents(site)) or not SAYING_LITTLE.search(name)
        )
        self.scopes[function] = self.scopes.get(function, frozenset()) | given
        if left == 0 or not function.is_function:
            return
        for edge in self._subject.ev.callers(function):
            if len(self.scopes) >= MOST:
                return
            target = edge.site.scope.function() or edge.site.scope
            if target not in self.scopes or target.kind == "module":
                self._climb(edge.site.scope, [edge.target or edge.site], left - 1)

    def things(self, tools: Tools) -> Iterator[tuple[str, Site, Scope]]:
        """What is written down, where, and around which of the functions. Storing documents and their vectors is the
        work of an embedding call, storing what it took is not."""
        talks = self._subject.kind in TALKING
        own, models = self._subject.scope.function(), _names_of_model(self._subject.site)
        for scope, prompt in self.scopes.items():
            for site in _logs(tools, self._subject, scope):
                said = dict.fromkeys(
                    (*words((site.call.args, site.call.keywords), site.scope), *self._inside(tools, site))
                )
                if is_work(self._subject, site) and not any(PAID.search(each) for each in said):
                    continue
                yield from (
                    (thing, site, scope) for thing, word in THINGS.items() if any(word.search(each) for each in said)
                )
                if talks and prompt & set(said):
                    yield "prompt", site, scope
                if scope is own and models & set(said):
                    yield "model", site, scope

    def _inside(self, tools: Tools, site: Site) -> Iterator[str]:
        """What a log of the project's own writes of the object it is given."""
        for callee in self._subject.ev.eval(site.call.func, site.scope):
            for inner in _logs(tools, self._subject, callee.scope) if isinstance(callee, Fn) else ():
                yield from words((inner.call.args, inner.call.keywords), inner.scope)


def _logs(tools: Tools, subject: Subject, scope: Scope) -> Iterable[Site]:
    """Calls of a function that write something down when all goes well."""
    ground = subject.ground
    if scope not in ground.logs:
        bodies = [scope] if scope.kind == "module" else list(scope.tree())
        ground.logs[scope] = tuple(
            site for body in bodies for site in body.sites if not is_failure(site) and is_log(tools, subject, site)
        )
    return ground.logs[scope]


PROMPTS = re.compile(
    r"(?i)messages?|prompts?|inputs?|contents?|query|question|text|system|instructions?|history|json|data|body|payload|"
    r"documents?|conversation"
)


def _prompt_names(site: Site) -> Iterator[str]:
    """Names that go into the prompt of a call, and those that they are made of."""
    call = site.call
    given = [*call.args, *(each.value for each in call.keywords if each.name is None or PROMPTS.search(each.name))]
    names = [name for arg in given for name in words(arg, keys=False)]
    for name in dict.fromkeys(names):
        if THINGS["model"].search(name) or name in ("self", "cls", "str"):
            continue
        yield name
        for made in _made_of(name, site.scope):
            yield from (each for each in words(made, keys=False) if each not in ("self", "model"))


def _made_of(name: str, scope: Scope, left: int = DEEPEST) -> Iterator[Expr]:
    """What a name of the scope is put together of, and the same of what is in it; of a list, what messages say that are
    put into it at once or later."""
    listed = False
    for binding in scope.bindings.get(name, ()):
        match binding.expr if binding.how == "value" else None:
            case Mapping(values=held) as made:
                yield made
                inner = [each.id for each in held if isinstance(each, Name)] if left else []
                yield from (each for one in inner for each in _made_of(one, scope, left - 1))
            case Items(elements=elements):
                yield from _said(elements)
                listed = True
            case Template() | Binary() as made:
                yield made
            case _:
                continue
    for site in scope.sites if listed else ():
        match site.call.func:
            case Attr(value=Name(id=at), name="append" | "extend" | "insert") if at == name:
                yield from _said(site.call.args)
            case _:
                continue


def _said(parts: tuple[Expr, ...]) -> Iterator[Expr]:
    """What parts of a list say: the content of a message, or the part itself."""
    for part in parts:
        match part:
            case Items(elements=inner):
                yield from _said(inner)
            case Mapping(keys=keys, values=values):
                named = zip(keys, values, strict=True)
                yield from (value for key, value in named if isinstance(key, Const) and key.value in CONTENT)
            case _:
                yield part


def _contents(site: Site) -> Iterator[str]:
    """Names of what is the whole of what a message says."""
    given = (*site.call.args, *(each.value for each in site.call.keywords))
    made = tuple(part for each in given if isinstance(each, Name) for part in _made_of(each.id, site.scope))
    yield from (each.id for each in made if isinstance(each, Name))
    for node in walk((given, made)):
        for key, value in zip(node.keys, node.values, strict=True) if isinstance(node, Mapping) else ():
            if isinstance(key, Const) and key.value in CONTENT and isinstance(value, Name):
                yield value.id


def _names_of_model(site: Site) -> frozenset[str]:
    """Names of what a call is given as its model."""
    given = (each.value for each in site.call.keywords if each.name is not None and THINGS["model"].search(each.name))
    return frozenset(each.id for each in given if isinstance(each, Name))
