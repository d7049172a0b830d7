"""Where a parameter is set: at the call, by a step such as `with_options`, or when the client was built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..model import Place, Setting
from ..project.arguments import Passed, keyword
from ..project.scope import Site
from ..project.values import Cfg, Ext, Lit, Prm, Text, Unk, Value, Values
from ..sdks.schema import OutputRule, SwitchRule
from .subject import Client, Subject, at, clients, nested

TEXT_KINDS = ("chat", "completion")


class Given(NamedTuple):
    """A parameter somebody sets."""

    level: str
    """call, step or client."""
    name: str
    passed: Passed
    site: Site
    """The call whose argument it is."""

    @property
    def where(self) -> Place | None:
        """The argument's line, else the call."""
        return at(self.passed, self.site)


def look(
    subject: Subject, client: Client | None, call: tuple[str, ...], made: tuple[str, ...]
) -> Iterator[Given]:
    """Places that set one of the parameters, the most specific first."""
    for name in call:
        found = subject.call_argument(name)
        if found.values:
            yield Given("call", name, found, subject.site)
    if client is None:
        return
    for site in reversed(client.steps):
        for name in dict.fromkeys((*call, *made)):
            found = keyword(subject.ev, site, name) if "." not in name else nested(subject.ev, site, name, ())
            if found.values:
                yield Given("step", name, found, site)
    if client.made is not None:
        args = client.rule.args if client.rule is not None else ()
        for name in made:
            found = nested(subject.ev, client.made, name, args)
            if found.values:
                yield Given("client", name, found, client.made)


def max_output(subject: Subject) -> Setting:
    """Whether the length of the answer is capped."""
    if subject.kind not in TEXT_KINDS:
        return Setting("n/a")
    states = [_capped(subject, client) for client in clients(subject) or (None,)]
    return next((each for each in states if each.state == "unset"), states[0])


def _capped(subject: Subject, client: Client | None) -> Setting:
    rule = _output_rule(subject, client)
    if rule.required or (rule.default is not None):
        return Setting("set", None, "sent by the SDK" if rule.default else "required by the API")
    for given in look(subject, client, rule.call, rule.client):
        if not given.passed.certain and all(isinstance(value, Unk) for value in given.passed.values):
            continue
        if any(_is_nothing(value) for value in given.passed.values):
            return Setting("unset", given.where, f"{given.name}= may be None")
        return Setting("set", given.where, f"{given.name}=")
    return Setting("unset")


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
    for client in clients(subject) or (None,):
        rule = client.sdk.stream if client is not None else subject.sdk.stream
        call = dict.fromkeys((*subject.sdk.stream.call, *rule.call))
        for given in look(subject, client, tuple(call), rule.client):
            if any(_is_on(value) for value in given.passed.values) and given.passed.certain:
                return Setting("yes", given.where, f"{given.name}=")
            break
    return Setting("no")


def _is_on(value: Value) -> bool:
    match value:
        case Lit(value=flag):
            return bool(flag)
        case Cfg(default=default):
            return default is None or bool(default.value)
        case Unk(path=path):
            return path != "?"
        case _:
            return False


def model(subject: Subject) -> Setting:
    """The model's literal name, `config` or `unknown`."""
    states: list[Setting] = []
    for client in clients(subject) or (None,):
        rules = _model_rules(subject, client)
        states.append(_named(subject, client, rules))
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
    for given in look(subject, client, rule.call, rule.client):
        state = _name(given.passed.values)
        if state is not None:
            where = given.where
            return Setting(state, where, "" if state == "config" else f"{given.name}= at the {given.level}")
    if rule.default is not None:
        return Setting(rule.default, None, "the SDK's default")
    return Setting("unknown")


def _name(values: Values) -> str | None:
    """The state that the values of a model parameter stand for; None when they say nothing."""
    names = [v for v in values if isinstance(v, Lit) and isinstance(v.value, str) and v.value]
    if any(isinstance(v, (Cfg, Prm, Text, Unk)) for v in values) or any(v.origin != "literal" for v in names):
        return "config"
    if names:
        return str(names[0].value)
    return "config" if any(isinstance(v, Ext) for v in values) else None
