"""Where a parameter is set: at the call, by a step such as `with_options`, or when the client was built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeGuard

from ..model import Place, Setting
from ..project.arguments import HIDDEN, Passed, argument, keyword
from ..project.scope import Scope, Site
from ..project.values import Cfg, Ext, Fn, Lit, Prm, Seq, Unk, Value, Values
from ..read.tree import Attr, Call, Compare, Const, Expr, If, Index, Name, Unary, With
from ..sdks.schema import OutputRule, Sdk, SwitchRule
from .clients import Client, clients, remote
from .ground import callee_name
from .relayed import relayed
from .subject import Subject, at, nested
from .twins import twin

if TYPE_CHECKING:
    from ..project.evaluate import Evaluator

Fact = Literal["timeout", "retry", "max_output"]
TEXT_KINDS = ("chat", "completion")
SWITCHES = ("stream", "streaming", "is_stream", "is_streaming", "use_streaming", "should_stream", "use_stream")
"""Names that ask whether the answer comes in pieces."""
CONFIGS = ("config", "config.configurable", "configurable")
"""Where the configuration of a step or a call holds what replaces arguments of the model's constructor."""
UNSET = ("NOT_GIVEN", "NotGiven()", "omit", "USE_CLIENT_DEFAULT", "UNSET", "Omit()")
"""Ends of paths that stand for "not given"."""


class Given(NamedTuple):
    """A parameter somebody sets."""

    level: str
    """call, step, agent or client."""
    name: str
    passed: Passed
    site: Site
    """The call whose argument it is."""
    by: Sdk | None = None
    """The SDK of which an agent is that has it, or that runs one."""

    @property
    def where(self) -> Place | None:
        """The argument's line, else the call."""
        return at(self.passed, self.site)

    @property
    def source(self) -> str:
        """In words: `timeout= of the client`, `max_retries= of with_options()`."""
        owner = f"{callee_name(self.site)}()" if self.level == "step" else f"the {self.level}"
        return f"{self.name}= of {owner}"


def look(
    subject: Subject, client: Client | None, call: tuple[str, ...], made: tuple[str, ...], fact: Fact | None = None
) -> Iterator[Given]:
    """Places that set one of the parameters, the most specific first; `fact`: those of agents for it count, too."""
    for name in call:
        found = subject.call_argument(name)
        if found.values:
            yield Given("call", name, found, subject.site)
    if client is None:
        return
    yield from _of_agents(subject, client, call, fact) if fact is not None else ()
    configs = [f"{config}.{name}" for name in _configurable(subject.ev, client, made) for config in CONFIGS]
    for name in configs:
        found = subject.call_argument(name)
        if found.values:
            yield Given("call", name, found, subject.site)
    for site in reversed(client.steps):
        for name in dict.fromkeys((*call, *made, *configs)):
            found = keyword(subject.ev, site, name) if "." not in name else nested(subject.ev, site, name, CONFIGS[:1])
            if found.values:
                yield Given("step", name, found, site)
    if client.made is not None:
        args = client.rule.args if client.rule is not None else ()
        for name in made:
            found = nested(subject.ev, client.made, name, args)
            if found.values:
                yield Given("client", name, found, client.made)


def _configurable(ev: Evaluator, client: Client, names: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments of the constructor that a configuration may replace."""
    rule, made = client.rule, client.made
    if rule is None or made is None or not rule.configured:
        return ()
    fields = keyword(ev, made, rule.configured).values
    if not fields or Lit(None) in fields:
        return () if argument(ev, made, "model", rule.args).values else tuple(name for name in names if name == "model")
    elements = [each for value in fields if isinstance(value, Seq) for each in value.elements]
    listed = {each.value for each in elements if isinstance(each, Const)}
    return tuple(name for name in names if not listed or name in listed)


def _of_agents(subject: Subject, client: Client, call: tuple[str, ...], fact: Fact) -> Iterator[Given]:
    """What agents that hold the client are run with and made with."""
    for name in getattr(subject.sdk, fact).call if client.above else ():
        found = subject.call_argument(name)
        if found.values and name not in call:
            yield Given("call", name, found, subject.site, subject.sdk)
    for agent in client.above:
        if agent.made is None:
            continue
        args = agent.rule.args if agent.rule is not None else ()
        for name in getattr(agent.sdk, fact).agent:
            found = nested(subject.ev, agent.made, name, args)
            if found.values:
                yield Given("agent", name, found, agent.made, agent.sdk)


def given_values(subject: Subject, call: tuple[str, ...], made: tuple[str, ...]) -> Iterator[Given]:
    """Places that set one of the parameters, for whichever client the call goes through, the most specific first."""
    for client in remote(clients(subject)) or (None,):
        yield from (each for each in look(subject, client, call, made) if each.passed != HIDDEN)


def max_output(subject: Subject) -> Setting:
    """Whether the length of the answer is capped."""
    if subject.kind not in TEXT_KINDS:
        return Setting("n/a")
    states = [
        replace(_capped(subject, client), sdk=(client.sdk if client is not None else subject.sdk).id)
        for client in remote(clients(subject)) or (None,)
    ]
    return next((each for each in states if each.state == "unset"), states[0])


def _capped(subject: Subject, client: Client | None) -> Setting:
    rule = _output_rule(subject, client)
    if rule.required or (rule.default is not None):
        return Setting("set", None, "sent by the SDK" if rule.default else "required by the API")
    sometimes: dict[str, Setting] = {}
    for given in look(subject, client, rule.call, rule.client, "max_output"):
        if given.passed == HIDDEN:
            continue
        if any(_is_nothing(value) for value in given.passed.values):
            return Setting("unset", given.where, f"{given.name}= may be None")
        if given.passed.always:
            return Setting("set", given.where, f"{given.name}=")
        sometimes[given.name] = Setting("unset", given.where, f"{given.name}= is left out on some path")
    found = next(iter(sometimes.values()), Setting("unset"))
    return Setting("set", found.where, " or ".join(sometimes)) if len(sometimes) > 1 else found


def _output_rule(subject: Subject, client: Client | None) -> OutputRule:
    if subject.found.match.rule.max_output is not None:
        return subject.found.match.rule.max_output
    if client is not None:
        if client.rule is not None and client.rule.max_output is not None:
            return client.rule.max_output
        return client.sdk.max_output
    return subject.sdk.max_output


def _is_nothing(value: Value) -> bool:
    return isinstance(value, Lit) and (value.value is None or value.value == -1)


def streaming(subject: Subject) -> Setting:
    """Whether the answer can come in pieces on some path."""
    if subject.kind not in TEXT_KINDS:
        return Setting("n/a")
    if subject.found.match.rule.stream:
        return Setting("yes", None, subject.found.match.method)
    if any("streaming" in step for step in subject.found.match.steps):
        return Setting("yes", None, "with_streaming_response")
    if subject.found.match.rule.pieces and _is_taken_apart(subject):
        return Setting("yes", None, subject.found.match.method)
    asked = _asked(subject.site)
    for client in clients(subject, carriers=True) or (None,):
        rule = client.sdk.stream if client is not None else subject.sdk.stream
        call = dict.fromkeys((*subject.sdk.stream.call, *rule.call))
        for given in look(subject, client, tuple(call), rule.client):
            values = given.passed.values
            written = all(isinstance(value, Lit) and value.origin == "literal" for value in values)
            if any(_is_on(value) for value in values) if written or asked is None else asked:
                return Setting("yes", given.where, f"{given.name}=")
            if given.passed.always:
                break
    other = twin(subject)
    if other is not None:
        return Setting("yes", other, "asked for in pieces there")
    graph = relayed(subject)
    return Setting("no") if graph is None else Setting("yes", graph, "handed on in pieces there")


def _is_taken_apart(subject: Subject) -> bool:
    """Whether the answer is asked for in pieces inside the `with` that a call opens, or in a function called there;
    what is done with it elsewhere can't be seen, and it can be."""
    inside = [other for other in subject.site.scope.sites if _stands_in(other, subject.site.call)]
    if not inside:
        return True
    names = subject.found.match.rule.pieces
    helpers = (value.scope for each in inside for value in subject.ev.eval(each.call.func, each.scope) if _is_fn(value))
    return any(callee_name(each) in names for each in (*inside, *(site for each in helpers for site in each.sites)))


def _stands_in(site: Site, call: Call) -> bool:
    """Whether a site stands in a `with` over the call."""
    opened = [frame.node for frame in site.frames if isinstance(frame.node, With)]
    return any(item is call for node in opened for item, _ in node.items)


def _is_fn(value: Value) -> TypeGuard[Fn]:
    return isinstance(value, Fn)


def _asked(site: Site) -> bool | None:
    """What an `if stream:` around the call says of the answer."""
    for frame in reversed(site.frames):
        if frame.kind == "if" and isinstance(frame.node, If):
            found = _is_switch(frame.node.test)
            if found is not None:
                return found if frame.part == "body" else not found
    return None


def _is_switch(test: Expr) -> bool | None:
    """Whether a test holds where an answer comes in pieces (True), or where it doesn't (False)."""
    match test:
        case Unary(op="not", value=value):
            found = _is_switch(value)
            return None if found is None else not found
        case Compare(left=left, ops=("is" | "==",), rest=(Const(bool() as wanted),)):
            return wanted if _is_switch(left) else None
        case Name(id=name) | Attr(name=name) | Index(key=Const(value=str() as name)):
            return True if name.lower() in SWITCHES else None
        case Call(func=Attr(name="get" | "pop"), args=(Const(value=str() as name), *_)):
            return True if name.lower() in SWITCHES else None
        case _:
            return None


def _is_on(value: Value) -> bool:
    match value:
        case Lit(value=flag):
            return bool(flag)
        case Cfg(origin=origin, default=default):
            return default is None or origin == "request" or bool(default.value)
        case Unk(path=path):
            return path not in ("?", "?value")
        case Ext(path=path):
            return not path.endswith(UNSET)
        case Prm() | Fn():
            return True  # a function: it is given each piece
        case _:
            return False


def model(subject: Subject) -> Setting:
    """The model's literal name, `config` or `unknown`."""
    found = _of_clients(subject, clients(subject) or (None,))
    return found if found.state != "unknown" else _of_clients(subject, (*clients(subject, carriers=True), None))


def _of_clients(subject: Subject, known: tuple[Client | None, ...]) -> Setting:
    states = [_named(subject, client, _model_rules(subject, client)) for client in known]
    literal = next((each for each in states if each.state not in ("config", "unknown")), None)
    configured = next((each for each in states if each.state == "config"), None)
    return configured or literal or states[0]


def _model_rules(subject: Subject, client: Client | None) -> SwitchRule:
    rule = subject.found.match.rule.model or subject.sdk.model
    if client is None:
        return rule
    own = client.rule.model if client.rule is not None and client.rule.model is not None else client.sdk.model
    return SwitchRule(tuple(dict.fromkeys((*rule.call, *own.call))), own.client, own.default)


def _named(subject: Subject, client: Client | None, rule: SwitchRule) -> Setting:
    empty: Setting | None = None
    for given in look(subject, client, rule.call, rule.client):
        state = _name(subject, given.passed.values, subject.site) if given.passed != HIDDEN else None
        if Lit(None) in given.passed.values or given.passed == HIDDEN:
            empty = Setting("config", given.where)
        if state is not None:
            where = given.where if state == "config" else _written(subject, given) or given.where
            return Setting(state, where, "" if state == "config" else f"{given.name}= at the {given.level}")
    if rule.default is not None:
        source = "in the URL" if subject.sdk.id == "raw-http" else "the SDK's default"
        return Setting(rule.default, None, source)
    return empty or Setting("unknown")


def _written(subject: Subject, given: Given) -> Place | None:
    """Where the constant stands that an argument names, in this module or the one it is imported from."""
    node = next((each.value for each in given.site.call.keywords if each.name == given.name), None)
    scope: Scope | None = given.site.scope
    while isinstance(node, Name) and scope is not None:
        found = scope.bindings.get(node.id, ())
        if not found:
            scope = scope.parent
            continue
        binding = found[-1]
        if binding.how == "import" and binding.attr is not None:
            world = subject.ev.world
            path = world.locate(binding.module or "", binding.level, scope.module.path)
            module = world.module(path) if path is not None else None
            node, scope = Name(binding.attr), module.top if module is not None else None
        elif isinstance(binding.expr, Const):
            return Place(scope.module.path, binding.line)
        else:
            return None
    return None


def _name(subject: Subject, values: Values, site: Site) -> str | None:
    """The state that the values of a model parameter stand for; None when they say nothing."""
    is_client = subject.ev.matcher.is_client
    silent = (v for v in values if isinstance(v, Ext) and (v.path.endswith(UNSET) or is_client(v.path)))
    mute = {Lit(None), *silent}
    told = [v for v in values if v not in mute]
    names = [v.value for v in told if isinstance(v, Lit) and v.origin == "literal" and isinstance(v.value, str)]
    several = set(filter(None, names))
    if len(names) < len(told) or (len(several) > 1 and not _written_near(several, site.scope)):
        return "config"
    return next((name for name in names if name), "config" if names else None)


def _written_near(names: set[str], scope: Scope) -> bool:
    """Whether a choice of names is made where the call is, and not by those who call or build what makes it."""
    index = scope.module.index
    near = ""
    at: Scope | None = scope
    while at is not None:
        unit = index.units.get(at.name)
        near += index.source(unit) if unit is not None else ""
        at = at.parent
    return all(f'"{name}"' in near or f"'{name}'" in near for name in names)
