"""The classes of failure, and which of them an HTTP status is."""

from __future__ import annotations

import json
import re
from typing import Literal

from .errors import NotTheProtocol
from .jsons import fault, is_list, loosely, parsed

Failure = Literal[
    "rate_limited",
    "auth",
    "bad_request",
    "context_length",
    "server_error",
    "connect",
    "tls",
    "read_timeout",
    "total_timeout",
    "reset",
    "truncated",
    "stream_error",
    "malformed",
    "empty",
    "client",
]
TOO_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size|context[ _](?:length|window|size)|prompt is too long|max_model_len"
    r"|input token count\b.{0,40}\bexceed|too many (?:input |prompt )?tokens|input is too long"
    r"|maximum number of tokens",
    re.IGNORECASE | re.DOTALL,
)
LOOKED_AT = 64 * 1024
"""Bytes of an error's body that are read."""


def of_status(status: int, body: bytes) -> Failure:
    """The class of an HTTP status that is no success (2xx).

    Other 4xx than those with a class of their own are bad requests. A redirect isn't followed, since it may lead the
    key to another host: what answers with one is not the API.
    """
    if status == 429:
        return "rate_limited"
    if status in (401, 403, 407):
        return "auth"
    if 400 <= status < 500:
        said = body[:LOOKED_AT].decode(errors="replace")
        return "context_length" if status in (400, 413, 422) and TOO_LONG.search(said) else "bad_request"
    return "server_error" if status >= 500 else "malformed"


def told(status: int, body: bytes) -> str:
    """What the body of a failed request says, as one line that begins with the status."""
    said = _said(body[:LOOKED_AT])
    return f"HTTP {status}: {said}" if said else f"HTTP {status}"


def _said(body: bytes) -> str:
    try:
        value = parsed(body)
    except NotTheProtocol:
        return body.decode(errors="replace").strip()
    if is_list(value) and value:
        value = value[0]
    answer = loosely(value)
    error = answer.get("error") or answer.get("detail") or answer
    if not error:
        return ""
    if is_list(error):
        return json.dumps(error)
    kind, message = fault(error)
    return f"{kind}: {message}" if kind else message
