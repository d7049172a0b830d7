"""The HTTP interfaces of the SDK data, looked up by URL."""

from __future__ import annotations

import functools
import re

from ..sdks import urls
from ..sdks.load import load
from ..sdks.providers import Api

NOT_CALLS = re.compile(
    r"/(models|files|tags|version|health|batches|fine[-_]tun\w+|usage|key|keys|auth|oauth\d?|ps|show|pull|voices|credits|"
    r"datasets|uploads|jobs|batchInferenceJobs|sessions|organizations|billing|balance|im/v\d/messages)\b"
)
"""What else is asked of such hosts, or of a messenger with such a path, unless the path of a call ends behind it."""
OWN = ("localhost", "127.0.0.1", "0.0.0.0")  # noqa: S104  # compared with, not bound to


class Apis:
    """What is known of the interfaces, as patterns; `\\0` marks unknown pieces of a URL."""

    def __init__(self, known: tuple[Api, ...]) -> None:
        self._hosts = re.compile("|".join(_host(host) for api in known for host in api.hosts))
        self._kinds = tuple(
            (re.compile(_host(host)), api.kind) for api in known for host in api.hosts if api.kind is not None
        )
        self._paths = tuple(
            (re.compile(urls.path(text)), kind, paths is api.shared)
            for api in known
            for paths in (api.paths, api.shared)
            for text, kind in paths.items()
        )
        self._bodies = tuple(
            (re.compile(urls.path(text)), (key, kind))
            for api in known
            for text, fields in api.bodies.items()
            for key, kind in fields.items()
        )
        self._needs = tuple(
            (re.compile(urls.path(text)), frozenset(fields)) for api in known for text, fields in api.needs.items()
        )
        self._names = re.compile("|".join(urls.naming(text) for api in known for text in api.model), re.IGNORECASE)
        self.streams = tuple(text for api in known for text in api.streams)
        """What the URL holds where the answer comes in pieces."""
        self.caps = tuple(dict.fromkeys(name for api in known for name in api.max_output))
        """Fields of a body that cap the length of the answer."""

    def kind(self, url: str) -> str | None:
        """Kind of the request to a model that a URL stands for; of several paths the one that ends last decides."""
        plain = url.partition("?")[0]
        before = len(plain) - len(plain.rpartition("://")[2])
        listed = max((found.end() for found in NOT_CALLS.finditer(plain, before)), default=-1)
        end, kind = self._path(plain, asked="?" in url)
        if kind is not None and end > listed:
            return kind
        found = next((kind for host, kind in self._kinds if host.search(plain)), None) if listed < 0 else None
        return "embedding" if found is not None and "embed" in plain.lower() else found

    def told_by(self, url: str) -> tuple[tuple[str, str], ...]:
        """Fields of a body that make a request to this URL one to a model server, with its kind."""
        plain = url.partition("?")[0]
        return tuple(told for pattern, told in self._bodies if pattern.search(plain))

    def needed(self, url: str) -> frozenset[str]:
        """Fields that the body of a request to this URL has if it asks a model: other servers have such paths, too, and
        a known one may be asked there for something else, as to load its model."""
        plain = url.partition("?")[0]
        needed = next((fields for pattern, fields in self._needs if pattern.search(plain)), frozenset[str]())
        return needed - {"model"} if self._hosts.search(plain.lower()) else needed

    def model(self, url: str) -> str | None:
        """The model a URL names; `config` where that piece isn't written out."""
        found = self._names.search(url)
        name = next((each for each in found.groups() if each), None) if found is not None else None
        return "config" if name is not None and "\0" in name else name

    def asks(self, text: str) -> bool:
        """Whether a text is the address, or a part of one, of a request to a model."""
        if "/" not in text and "." not in text:
            return False
        return any(pattern.search(text) for pattern, _, _ in self._paths) or bool(self._hosts.search(text))

    def _path(self, plain: str, *, asked: bool) -> tuple[int, str | None]:
        """Where the last known path ends, and its kind; `asked`: a query follows, which local servers have none of."""
        best: tuple[int, str | None] = (-1, None)
        for pattern, kind, shared in self._paths:
            found = pattern.search(plain)
            if found is not None and found.end() > best[0] and not (shared and (asked or not self._fits(plain))):
                best = found.end(), kind
        return best

    def _fits(self, url: str) -> bool:
        """`/api/chat` may be anybody's path: it counts on a model server's host or one that isn't written out."""
        host = url.rpartition("://")[2].partition("/")[0]
        if self._hosts.search(url.lower()):
            return True
        return "\0" in host or not host or host.startswith(OWN)


def _host(name: str) -> str:
    """The pattern for a host: whole domains are no ends of other names, as `management-api.x.ai` isn't `api.x.ai`."""
    is_whole = name[0].isalnum() and "." in name
    return (r"(?<![\w-])" if is_whole else "") + re.escape(name)


@functools.cache
def apis() -> Apis:
    """Those of the shipped data."""
    return Apis(load().apis)


@functools.lru_cache(maxsize=4096)
def kind_of(url: str) -> str | None:
    """Kind of the request to a model that a URL stands for, if it is one."""
    return apis().kind(url) if url.strip("\0/") else None
