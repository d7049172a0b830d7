"""`openai:gpt-4o-mini`, `ollama:llama3`: a provider or a protocol, and a model of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from ..keys import KeySource
from ..mistakes import TargetError
from ..protocols import PROTOCOLS, protocol
from ..secrets import HIDDEN, Cleaner
from ..texts import near
from ..transport.address import PORTS
from .aim import Aim
from .providers import AZURE_HOSTS, COMPATIBLE, MOVED, PROVIDERS, Provider
from .urls import ADVICE, AZURE, OLLAMA_PORT, advice, azure_api, azure_version, is_local, of_url, provider_variables

KNOWN = (*(each.name for each in PROVIDERS), *(each.name for each in PROTOCOLS))
"""What may stand before the colon."""
ANY = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, never bound
"""Addresses that servers listen at, and that lead nowhere."""
_HOST = re.compile(r"(?:[\w-]+(?:\.[\w-]+)+|localhost)(?::\d{1,5})?(?:/.*)?")


def of_shorthand(text: str, environ: Mapping[str, str]) -> Aim:
    """What a shorthand means. Raises TargetError."""
    text = text.strip()
    if HIDDEN in Cleaner().message(text):
        raise TargetError([f"the target holds what looks like a key: write PROVIDER:MODEL, and {ADVICE}"])
    name, _, model = text.partition(":")
    provider, model = _provider(name.strip().lower(), text), model.strip()
    if provider.moved == MOVED["azure"]:
        return _of_azure(text, provider, model, environ)
    base = _moved(provider, environ)
    usual = provider.base or protocol(provider.protocol).base
    if base and urlsplit(base).hostname != urlsplit(usual).hostname:
        return replace(_elsewhere(provider, base, environ), name=text, model=model)
    return Aim(text, protocol(provider.protocol), base or usual, model, _source(provider), provider.ask_usage)


def _source(provider: Provider, *, local: bool = False) -> KeySource:
    names = provider_variables(provider)
    needed = not (provider.local or local)
    return KeySource(names, needed=needed, advice=advice(names) if needed else "")


def _provider(name: str, text: str) -> Provider:
    found = next((each for each in PROVIDERS if each.name == name), None)
    if found:
        return found
    api = next((each for each in PROTOCOLS if each.name == name), None)
    if api is None:
        if _HOST.fullmatch(text):
            raise TargetError([f"{text}: a URL begins with http:// or https://: write http://{text}"])
        hint = near(name, KNOWN) or f"; there are {', '.join(each.name for each in PROVIDERS)}"
        raise TargetError([f"{name}: no provider, no protocol and no file has that name{hint}"])
    if name == COMPATIBLE:
        raise TargetError([f"{name}: whose server? give its URL, such as http://localhost:8000/v1, and --model"])
    local = api.auth is not None and not api.auth.needed
    return Provider(name, name, moved=MOVED.get(name.partition("-")[0], ""), local=local)


def _moved(provider: Provider, environ: Mapping[str, str]) -> str:
    """The base URL that the user's surroundings give in place of the provider's own, as its SDK understands it."""
    value = environ.get(provider.moved, "").strip().rstrip("/") if provider.moved else ""
    return ollama_url(value) if value and provider.moved == MOVED["ollama"] else value


def ollama_url(host: str) -> str:
    """OLLAMA_HOST as a URL: scheme and port may be missing, and 0.0.0.0, which servers listen at, is this machine.
    Raises TargetError."""
    bare = f"[{host}]" if host.count(":") > 1 and "[" not in host and "://" not in host else host
    try:
        parts = urlsplit(bare if "://" in bare else f"http://{bare}")
        port = parts.port or (PORTS.get(parts.scheme, 0) if "://" in host else OLLAMA_PORT)
    except ValueError:
        raise TargetError(["OLLAMA_HOST holds no address; write it like 127.0.0.1:11434"]) from None
    name = parts.hostname or ""
    name = "127.0.0.1" if name in ANY else f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{name}:{port}{parts.path.rstrip('/')}"


def _elsewhere(provider: Provider, base: str, environ: Mapping[str, str]) -> Aim:
    """The user's own surroundings name a server that stands in for the provider, so its key is for that."""
    aim = of_url(base, environ)
    name = COMPATIBLE if provider.protocol == "openai-chat" else provider.protocol
    note = f"{provider.name}: {provider.moved} sends requests to {aim.name}"
    source = _source(provider, local=is_local(urlsplit(base).hostname or ""))
    return replace(aim, api=protocol(name), base=base, source=source, notes=(note,))


def _of_azure(text: str, provider: Provider, deployment: str, environ: Mapping[str, str]) -> Aim:
    endpoint = environ.get(provider.moved, "").strip().rstrip("/")
    if not endpoint:
        raise TargetError([f"{text}: where is it? set {provider.moved} to https://NAME.openai.azure.com"])
    kind = provider.protocol.removeprefix("azure-")
    api = azure_api(AZURE[kind], deployment, azure_version(environ))
    aim = of_url(endpoint, environ)  # for its mistakes, and for Azure's own hosts, whose paths are known
    host = urlsplit(aim.base).hostname or ""
    return Aim(text, api, aim.base if host.endswith(AZURE_HOSTS) else endpoint, deployment, _source(provider))
