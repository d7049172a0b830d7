"""Finds model servers that run on this machine: Ollama, llama.cpp, vLLM, LM Studio, at the ports that they use.

Only this machine is asked, and what the user's surroundings name; all at once, so that nobody waits for the slowest.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from ..keys import find
from ..mistakes import BenchMistake
from ..protocols import protocol
from ..protocols.jsons import is_list, loosely
from .aim import Aim
from .providers import COMPATIBLE, PROVIDERS
from .settings import Wanted
from .shorthands import of_shorthand
from .urls import is_local, of_url

PATIENCE = 0.3
"""Seconds for one server to answer: on one's own machine a question for names takes a few milliseconds."""
LARGEST = 1 << 20
"""Bytes of the list of models."""
_TITLES = {"ollama": "Ollama", "vllm": "vLLM", "llama.cpp": "llama.cpp", "lmstudio": "LM Studio"}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answered."""

    title: str
    """Whose port it is; another program may use it, which speaks the same."""
    aim: Aim
    """With its model, where it has only one."""
    models: tuple[str, ...]

    @property
    def wanted(self) -> Wanted:
        """As a target: asked by the protocol in which it answered, whatever its port."""
        return Wanted(self.aim.base, protocol=self.aim.api.name)


def discovered(environ: Mapping[str, str]) -> tuple[Server, ...]:
    """The servers that answer, those first that the surroundings name; each with at least one model."""
    asked = [*_named(environ), *_usual(environ)]
    answers: list[tuple[str, ...]] = [()] * len(asked)

    def ask(number: int) -> None:
        answers[number] = models(asked[number][1], environ)

    threads = [threading.Thread(target=ask, args=(number,), daemon=True) for number in range(len(asked))]
    for each in threads:
        each.start()
    until = monotonic() + 2 * PATIENCE
    for each in threads:
        each.join(max(0.0, until - monotonic()))
    found: dict[str, Server] = {}
    for (title, aim), names in zip(asked, list(answers), strict=True):
        if names:
            found.setdefault(
                aim.base.replace("//localhost:", "//127.0.0.1:"), Server(title, with_model(aim, names), names)
            )
    return tuple(found.values())


def with_model(aim: Aim, names: Sequence[str]) -> Aim:
    """Takes a server's only model; embedding models stand aside, as far as their names say so."""
    talking = [each for each in names if "embed" not in each.lower()] or list(names)
    return replace(aim, model=talking[0]) if len(talking) == 1 and not aim.model else aim


def models(aim: Aim, environ: Mapping[str, str], patience: float = PATIENCE) -> tuple[str, ...]:
    """The names of a server's models as it tells them; empty where it doesn't."""
    from http.client import HTTPException

    is_ollama = aim.api.name.startswith("ollama")
    try:
        headers = _headers(aim, environ)
        told = _told(aim.base, "/api/tags" if is_ollama else "/models", headers, patience)
    except (OSError, HTTPException, ValueError, RecursionError, BenchMistake):
        return ()
    listed = loosely(told).get("models" if is_ollama else "data")
    names = [loosely(each).get("name" if is_ollama else "id") for each in listed] if is_list(listed) else []
    return tuple(each for each in names if isinstance(each, str) and each.isprintable() and each)


def _headers(aim: Aim, environ: Mapping[str, str]) -> dict[str, str]:
    key, auth = find(aim.source, environ).value, aim.api.auth
    return {auth.header: auth.prefix + key} if key and auth else {}


def _told(base: str, path: str, headers: Mapping[str, str], patience: float) -> Any:
    from http.client import HTTPConnection, HTTPSConnection

    parts = urlsplit(base)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=patience)
    try:
        connection.request("GET", parts.path + path, headers={"accept": "application/json", **headers})
        answer = connection.getresponse()
        body = answer.read(LARGEST)
    finally:
        connection.close()
    return json.loads(body) if answer.status == 200 else None


def _named(environ: Mapping[str, str]) -> list[tuple[str, Aim]]:
    """What the surroundings name. Elsewhere, OPENAI_BASE_URL is left alone: what it names may cost money."""
    found: list[tuple[str, Aim]] = []
    base = environ.get("OPENAI_BASE_URL", "").strip()
    try:
        if base and is_local(urlsplit(base).hostname or ""):
            found.append(("OPENAI_BASE_URL", replace(of_url(base, environ), api=protocol(COMPATIBLE))))
        if environ.get("OLLAMA_HOST", "").strip():
            found.append(("Ollama", of_shorthand("ollama", environ)))
    except (BenchMistake, ValueError):
        return found
    return found


def _usual(environ: Mapping[str, str]) -> list[tuple[str, Aim]]:
    return [(_TITLES[each.name], of_url(each.base, environ)) for each in PROVIDERS if each.name in _TITLES]
