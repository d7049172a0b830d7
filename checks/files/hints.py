"""The byte filter's second half: signs of a request to a model in files that import no SDK.

Raw HTTP is known by its path or host, a client handed over from elsewhere by the tail of its calls, an SDK that
somebody else puts into the file by its name in quotes. Every file of a tree is searched, so each pass over the bytes
counts: tails stand behind a few gates, names behind their quote, and all that is known of URLs fits in one pattern
that begins with a slash, which the regex engine finds as fast as `bytes.find` would.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

Gates = tuple[tuple[bytes, tuple[bytes, ...]], ...]

GATES: Gates = (
    (b"completions", (b"chat.completions", b"completions.create")),
    (b"s.create", (b"messages.create", b"embeddings.create", b"responses.create")),
    (b"enerateContent", (b"enerateContent",)),
    (b"generate_content", (b"generate_content",)),
    (b"invoke_", (b"invoke_model",)),
    (b"s.parse", ()),
    (b"s.stream", ()),
    (b"odels.", ()),
    (b"n_predict", (b"/completion",)),
    (b"max_new_tokens", (b"/generate",)),
)
"""(what to look for first, any of which then counts): tails of SDK calls, and what a model server's request holds."""


class Signs(NamedTuple):
    """What to look for in the bytes of a file, out of the SDK data."""

    gates: Gates = GATES
    urls: re.Pattern[bytes] | None = None
    """All paths and hosts, behind the slash that they all begin with."""
    quoted: tuple[re.Pattern[bytes], ...] = ()
    """Any of the SDKs' names in quotes: one pattern a quote, since the engine looks for one first byte fastest."""
    calls: Mapping[bytes, re.Pattern[bytes]] = {}
    """Such a name -> a call through the module of that name."""


def signs(tails: Iterable[str], modules: Mapping[str, Iterable[str]], urls: re.Pattern[bytes] | None = None) -> Signs:
    """The signs that also know these dotted tails of calls, and these imports by the calls made through them."""
    names = b"|".join(re.escape(name.encode()) for name in sorted(modules))
    return Signs(
        _gates(tails),
        urls,
        tuple(re.compile(quote + b"(" + names + b")" + quote) for quote in (b'"', b"'")) if names else (),
        {name.encode(): _called(name, calls) for name, calls in modules.items()},
    )


def _called(name: str, calls: Iterable[str]) -> re.Pattern[bytes]:
    lasts = sorted({call.rpartition(".")[2] for call in calls} - {"()"})
    ends = b"|".join(re.escape(last.encode()) for last in lasts)
    return re.compile(re.escape(name.encode()) + rb"\.(?:[\w.()]{1,80}\.)?(?:" + ends + rb")\b")


def _gates(tails: Iterable[str]) -> Gates:
    """The gates with these tails behind them; the fewer there are, the faster."""
    found = {gate: list(details) for gate, details in GATES}
    for tail in sorted({tail.encode() for tail in tails}, key=lambda each: (len(each), each)):
        if not any(detail in tail for details in found.values() for detail in details):
            found.setdefault(next((gate for gate in found if gate in tail), tail), []).append(tail)
    return tuple((gate, tuple(details)) for gate, details in found.items() if details)


def addresses(paths: bytes, hosts: Iterable[str]) -> re.Pattern[bytes]:
    """The pattern for `Signs.urls`: paths as `sdks.urls.in_source` gives them, hosts with anything in front of them."""
    names = b"|".join(re.escape(host.encode()) for host in hosts)
    return re.compile(rb"/(?:" + paths + rb"|/[^/\s\"']{0,80}?(?:" + names + rb"))")


def hints(data: bytes, look: Signs) -> bool:
    """Whether a file that imports no SDK may still send a request to a model."""
    for gate, details in look.gates:
        if gate in data and any(detail in data for detail in details):
            return True
    return look.urls is not None and look.urls.search(data) is not None


def named(data: bytes, look: Signs) -> Iterator[str]:
    """Imports that the file calls by the name it holds in quotes: somebody else imports them for it."""
    found = {match for pattern in look.quoted for match in pattern.findall(data)}
    yield from sorted(name.decode() for name in found if _stands_alone(look.calls[name], data))


def _stands_alone(pattern: re.Pattern[bytes], data: bytes) -> bool:
    """Whether something fits that is no attribute or tail of a longer name; the pattern itself begins with what the
    engine finds fast."""
    starts = (found.start() for found in pattern.finditer(data))
    return any(_TAIL.fullmatch(data[max(0, start - 1) : start]) is None for start in starts)


_TAIL = re.compile(rb"[\w.]")
