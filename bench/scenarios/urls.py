"""A URL as a target: its path names the protocol, its host the provider, and nothing in it may be a key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from ..keys import KeySource
from ..mistakes import TargetError, WireError
from ..protocols import Api, azure, protocol
from ..protocols.openai_chat import OpenAIChat
from ..protocols.openai_completions import OpenAICompletions
from ..protocols.openai_embeddings import OpenAIEmbeddings
from ..protocols.openai_responses import OpenAIResponses
from ..secrets import HIDDEN, Cleaner
from ..transport import address
from .aim import Aim
from .providers import AZURE_HOSTS, AZURE_VERSIONS, COMPATIBLE, PROVIDERS, Provider

ADVICE = "put the key into a variable and name it with --key-env, or into a file for --key-file"
OLLAMA_PORT = 11434

_ENDS: tuple[tuple[str, str], ...] = (
    ("/chat/completions", COMPATIBLE),
    ("/completions", "openai-completions"),
    ("/responses", "openai-responses"),
    ("/embeddings", "openai-embeddings"),
    ("/messages", "anthropic-messages"),
    ("/api/chat", "ollama-chat"),
    ("/api/generate", "ollama-generate"),
)
"""How the paths of whole addresses end."""
_GEMINI = re.compile(r"(?P<at>/(?:.*/)?models/)(?P<model>[^/:]+):(?:stream)?[gG]enerateContent")
_DEPLOYMENT = re.compile(r"(?P<before>.*)/openai/deployments/(?P<name>[^/]+)")
OpenAI = OpenAIChat | OpenAICompletions | OpenAIEmbeddings | OpenAIResponses
AZURE: Mapping[str, OpenAI] = {
    "chat": OpenAIChat(),
    "completions": OpenAICompletions(),
    "embeddings": OpenAIEmbeddings(),
    "responses": OpenAIResponses(),
}
"""Protocols that Azure serves, by what stands behind `azure-`."""
_KEY_NAMES = re.compile(r"(?i)key|token|secret|password|sig(?:nature)?$|code$|auth")


@dataclass(frozen=True, slots=True)
class _Url:
    """A URL taken apart."""

    root: str
    """Scheme, host and port."""
    host: str
    path: str
    query: str

    @property
    def whole(self) -> str:
        return self.root + self.path


def of_url(text: str, environ: Mapping[str, str]) -> Aim:
    """What a URL means. Raises TargetError."""
    url = _taken(text)
    if url.host.endswith(AZURE_HOSTS):
        return _of_azure(url, environ)
    found = _GEMINI.fullmatch(url.path)
    if found:
        return _of_gemini(url, found)
    for end, name in _ENDS:
        if url.path.endswith(end):
            return _of_end(url, end, name)
    if url.query:
        raise TargetError([f"{url.whole}: a base URL has no ?; give the whole address, such as …/chat/completions?…"])
    return _of_base(url)


def _taken(text: str) -> _Url:
    try:
        parts = urlsplit(text.strip())
        root = address(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}").url
    except (ValueError, WireError) as error:
        told = error.mistakes if isinstance(error, WireError) else [f"the target is no URL: {error}"]
        raise TargetError([Cleaner().message(each) for each in told]) from None
    bare = Cleaner().text(root + parts.path)
    mistakes = list(_mistakes(parts, bare))
    if mistakes:
        raise TargetError(mistakes)
    return _Url(root, (parts.hostname or "").lower().rstrip("."), parts.path.rstrip("/"), parts.query)


def _mistakes(parts: SplitResult, bare: str) -> Iterable[str]:
    if "@" in parts.netloc:
        yield f"{bare}: a name or a password in a URL is logged everywhere: {ADVICE}"
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if _KEY_NAMES.search(name) or HIDDEN in Cleaner().message(value):
            yield f"{bare}: ?{Cleaner().message(name)}= may be a key, and URLs are logged everywhere: {ADVICE}"
    if HIDDEN in bare:
        yield f"{bare}: what looks like a key stands in it, and URLs are logged everywhere: {ADVICE}"
    if parts.fragment:
        yield f"{bare}: what stands behind # is never sent: leave it out"
    if any(each <= " " or each > "~" for each in parts.path + parts.query):
        yield f"{bare}: the address holds characters that must be written as %XX"


def _of_end(url: _Url, end: str, name: str) -> Aim:
    """A whole address: what stands before its end is the base."""
    provider = _provider(url)
    before = url.path.removesuffix(end)
    if provider and provider.protocol == "openai-chat" and name == COMPATIBLE:
        name = "openai-chat"
    api = protocol(name)
    own = getattr(api, "path", end)
    if own != end and url.path.endswith(own):
        before = url.path.removesuffix(own)
        end = own
    path = end + (f"?{url.query}" if url.query else "")
    return _aim(url, _at(api, path), url.root + before, provider)


def _of_base(url: _Url) -> Aim:
    """A base URL: the provider's protocol, or OpenAI's as nearly all servers speak it."""
    provider = _provider(url)
    if provider and provider.protocol != COMPATIBLE and not url.path.endswith("/openai"):
        api = protocol(provider.protocol)
        own = url.path if url.path not in ("", "/v1", "/v1beta") else urlsplit(api.base).path
        return _aim(url, api, url.root + own, provider)
    if not url.path and urlsplit(url.root).port == OLLAMA_PORT:
        return _aim(url, protocol("ollama-chat"), url.root, named("ollama"))
    api = protocol(COMPATIBLE)
    if url.path or provider:
        return _aim(url, api, url.whole if provider is None or url.path else provider.base, provider)
    note = f"{url.root}: no path is given; requests go to {url.root}/v1/chat/completions"
    return replace(_aim(url, api, f"{url.root}/v1", provider), notes=(note,))


def _of_gemini(url: _Url, found: re.Match[str]) -> Aim:
    api = protocol("gemini")
    odd = {name for name, _ in parse_qsl(url.query, keep_blank_values=True)} - {"alt"}
    if odd:
        raise TargetError([f"{url.whole}: ?{'='.join(sorted(odd))} isn't sent to Gemini: leave it out"])
    made = _at(api, found["at"].replace("{", "{{").replace("}", "}}") + "{model}")
    aim = _aim(url, made, url.root, _provider(url))
    return replace(aim, model=unquote(found["model"]))


def _of_azure(url: _Url, environ: Mapping[str, str]) -> Aim:
    """The deployment and the version stand in the address, or the version in a variable."""
    version = dict(parse_qsl(url.query)).get("api-version", "")
    asked = next((each for each in AZURE.values() if url.path.endswith(each.path)), AZURE["chat"])
    before = url.path.removesuffix(asked.path)
    found = _DEPLOYMENT.fullmatch(before)
    if found:
        version = version or azure_version(environ)
        if not version:
            raise TargetError([f"{url.whole}: the version is missing: add ?api-version=2024-10-21"])
        name = unquote(found["name"])
        aim = _aim(url, azure(asked, name, version), url.root + found["before"], named("azure"))
        return replace(aim, model=name)
    before = before.removesuffix("/v1").removesuffix("/openai")
    return _aim(url, azure_api(asked, "", version), url.root + before, named("azure"))


def azure_api(api: OpenAI, deployment: str, version: str) -> Api:
    """Azure's form of a protocol: the dated one where there are a version and a deployment, else v1."""
    dated = version and version not in ("v1", "preview", "latest") and (deployment or isinstance(api, OpenAIResponses))
    return azure(api, deployment, version) if dated else azure(api)


def azure_version(environ: Mapping[str, str]) -> str:
    """The dated version of Azure's API that the user's surroundings name."""
    return next((value for name in AZURE_VERSIONS if (value := environ.get(name, "").strip())), "")


def _at(api: Api, path: str) -> Api:
    return replace(api, path=path)  # type: ignore[type-var] # every protocol is a dataclass with that field


def _provider(url: _Url) -> Provider | None:
    """Whose host it is."""
    for each in PROVIDERS:
        base = each.base or protocol(each.protocol).base
        if base and not each.local and urlsplit(base).hostname == url.host:
            return each
    return None


def named(name: str) -> Provider:
    """The provider of that name, which is known."""
    return next(each for each in PROVIDERS if each.name == name)


def _aim(url: _Url, api: Api, base: str, provider: Provider | None) -> Aim:
    name = url.root.partition("://")[2]
    ask = provider.ask_usage if provider else True
    return Aim(name, api, base, source=_source(url, api, provider), ask_usage=ask)


def _source(url: _Url, api: Api, provider: Provider | None) -> KeySource:
    """A key goes where it belongs: by custom to its provider and to this machine, elsewhere only where it is named."""
    if provider is not None and not provider.local:
        names = provider_variables(provider)
        return KeySource(names, advice=advice(names))
    names = api.auth.variables if api.auth and is_local(url.host) else ()
    return KeySource(names, needed=False)


def provider_variables(provider: Provider) -> tuple[str, ...]:
    """Where a provider's key is kept by custom."""
    auth = protocol(provider.protocol).auth
    return provider.variables or (auth.variables if auth else ())


def advice(names: tuple[str, ...]) -> str:
    """What to do where no key was found."""
    first = f"set {names[0]}, or " if names else ""
    return f"{first}name another variable with --key-env or a file with --key-file"


def is_local(host: str) -> bool:
    """This machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
