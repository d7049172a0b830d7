"""A base URL taken apart once, ahead of everything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..mistakes import WireError

_HOST = re.compile(r"[A-Za-z0-9_.-]+")
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """Where requests go."""

    host: str
    """A name or a number, without brackets; names in their ASCII form."""
    port: int
    secure: bool
    prefix: str = ""
    """Goes before each request's path; no slash at its end."""

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def scheme(self) -> str:
        """http or https."""
        return "https" if self.secure else "http"

    @property
    def url(self) -> str:
        """The base URL again."""
        return f"{self.scheme}://{self.authority}{self.prefix}"


def address(base: str) -> Address:
    """The parts of a base URL. Raises WireError."""
    try:
        parts = urlsplit(base.strip())
        port = parts.port
    except ValueError as error:
        raise WireError([f"{_safe(base)}: is no URL: {error}"]) from None
    if parts.scheme not in PORTS:
        raise WireError([f"{_safe(base)}: a URL begins with http:// or https://"])
    if parts.username or parts.password:
        raise WireError(["a URL with a name or a password in it is logged everywhere: use a header or a variable"])
    if parts.query or parts.fragment:
        raise WireError([f"{_safe(base)}: a base URL has no ? and no #"])
    host = _ascii(parts.hostname or "")
    if not host:
        raise WireError([f"{_safe(base)}: names no host, or one that can't be"])
    if port == 0:
        raise WireError([f"{_safe(base)}: nothing can listen on port 0"])
    if any(each <= " " or each > "~" for each in parts.path):
        raise WireError([f"{_safe(base)}: the path holds characters that must be written as %XX"])
    return Address(host, port or PORTS[parts.scheme], parts.scheme == "https", parts.path.rstrip("/"))


def _ascii(host: str) -> str:
    """A name as resolvers take it; empty where it can be none."""
    if ":" in host:
        return host  # a number of IPv6, which urlsplit has looked at
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return name if _HOST.fullmatch(name) else ""


def _safe(base: str) -> str:
    """A URL fit to be shown: nothing of it that may hold a key."""
    bare = base.strip().split("?")[0].split("#")[0]
    head, _, tail = bare.rpartition("@")
    return f"{head.split('//')[0]}//…@{tail}" if head else bare
