"""A cap for the tokens of an answer."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Fix, Place
from ..rules.advice import OUTPUT_TOKENS
from ..sdks.load import load
from ..sdks.schema import OutputRule
from .interface import RAW_HTTP, Case, unsafe
from .parameters import Setting, added, changed
from .timeouts import last

_NEW, _OLD = "max_completion_tokens", "max_tokens"


def capped(case: Case) -> Fix | None:
    """For an answer that nothing caps: in the call, or where a framework's client is built.

    Unsafe: an answer that is longer is cut off, and a model that thinks first counts that too.
    """
    client = case.call.facts.timeout.client or case.call.facts.retry.client
    rule, number = _rule(case, client), str(OUTPUT_TOKENS)
    sdk = case.sdk(case.call.facts.max_output.sdk)
    ways = [(case.call.place, _of_call(case, rule), "in the call"), (client, rule.client, "where the client is built")]
    for place, paths, where in ways[::-1] if sdk.kind == "framework" else ways[: 1 if rule.call else 2]:
        source = case.source(place)
        call = source.call(place) if source else None
        if source is None or call is None:
            continue
        for path in _ordered(case, paths, client):
            made = changed(source, call, path, number) or added(source, call, Setting(sdk, path, number))
            if made:
                return unsafe(f"Set `{made[0]}` {where}", made[1])
    return None


def _of_call(case: Case, rule: OutputRule) -> tuple[str, ...]:
    """The parameters in a call. A request made by hand has those that are known of the API that it goes to."""
    if case.call.sdk != RAW_HTTP:
        return rule.call
    source = case.source(case.call.place)
    call = source.call(case.call.place) if source else None
    code = source.code(call) if source and call else ""
    known = next((api.max_output for api in load().apis if any(host in code for host in api.hosts)), ())
    return tuple(path for cap in known[:1] for path in rule.call if path in {f"json.{cap}", f"data.{cap}"})


def _ordered(case: Case, paths: tuple[str, ...], client: Place | None) -> Iterator[str]:
    """One parameter: the newer of OpenAI's two is known to its own servers, others that speak like them know the
    older one."""
    if _NEW in paths and _OLD in paths and _is_elsewhere(case, client):
        yield _OLD
    else:
        yield from paths[:1]


def _is_elsewhere(case: Case, client: Place | None) -> bool:
    """Whether the client is one for servers of others, as far as its constructor tells."""
    source = case.source(client)
    call = source.call(client) if source else None
    return call is not None and any(each.keyword and "base" in each.keyword.value for each in call.args)


def _rule(case: Case, place: Place | None) -> OutputRule:
    sdk = case.sdk(case.call.facts.max_output.sdk)
    named = sdk.calls.get(case.call.method)
    source = case.source(place)
    built = source.call(place) if source else None
    owner = sdk.clients.get(last(built)) if built else None
    return (named and named.max_output) or (owner and owner.max_output) or sdk.max_output
