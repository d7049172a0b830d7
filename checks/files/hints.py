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
)
"""(what to look for first, any of which then counts): tails of SDK calls."""

PATHS = (
    rb"(?:chat/)?completions",
    rb"v\d[^/\s]{0,12}/(?:messages|responses|embeddings|rerank|moderations|text-to-speech|ocr|chat|generate|summarize)",
    rb"anthropic/",
    rb"embed",
    rb"rerank",
    rb"api/(?:generate|chat|embed)",
    rb"images/(?:generations|edits|variations)",
    rb"audio/(?:speech|transcriptions|translations)",
    rb"models/[^/\s]{1,80}:",
    rb"model/[^/\s]{1,80}/(?:converse|invoke)",
)
"""Paths of LLM APIs, without the slash they begin with."""

HOSTS = (
    b"api.openai.com",
    b"api.anthropic.com",
    b"generativelanguage.googleapis.com",
    b"aiplatform.googleapis.com",
    b"openrouter.ai",
    b"api.mistral.ai",
    b"codestral.mistral.ai",
    b"api.groq.com",
    b"api.cohere.",
    b"api.together.",
    b"api.deepseek.com",
    b"api.x.ai",
    b"api.perplexity.ai",
    b"api.fireworks.ai",
    b"api.cerebras.ai",
    b"api.sambanova.ai",
    b"api.hyperbolic.xyz",
    b"api.deepinfra.com",
    b"api.novita.ai",
    b"api.replicate.com",
    b"api.ai21.com",
    b"api.moonshot.",
    b"api.minimax.",
    b"api.siliconflow.",
    b"api.voyageai.com",
    b"api.jina.ai",
    b"api.stability.ai",
    b"api.elevenlabs.io",
    b"api.deepgram.com",
    b"api.assemblyai.com",
    b"api-inference.huggingface.co",
    b"router.huggingface.co",
    b"dashscope.aliyuncs.com",
    b"open.bigmodel.cn",
    b"integrate.api.nvidia.com",
    b"models.inference.ai.azure.com",
    b"models.github.ai",
    b"gateway.ai.cloudflare.com",
    b"ark.cn-beijing.volces.com",
    b".openai.azure.com",
    b".services.ai.azure.com",
    b".huggingface.cloud",
    b"bedrock-runtime.",
)
"""Hosts that serve models, or what their names hold: whatever stands in front of it belongs to the host, too."""

_compiled: list[re.Pattern[bytes]] = []


class Signs(NamedTuple):
    """What to look for in the bytes of a file, out of the SDK data."""

    gates: Gates = GATES
    quoted: tuple[re.Pattern[bytes], ...] = ()
    """Any of the SDKs' names in quotes: one pattern a quote, since the engine looks for one first byte fastest."""
    calls: Mapping[bytes, re.Pattern[bytes]] = {}
    """Such a name -> a call through the module of that name."""


def signs(tails: Iterable[str], modules: Mapping[str, Iterable[str]]) -> Signs:
    """The signs that also know these dotted tails of calls, and these imports by the calls made through them."""
    names = b"|".join(re.escape(name.encode()) for name in sorted(modules))
    return Signs(
        _gates(tails),
        tuple(re.compile(quote + b"(" + names + b")" + quote) for quote in (b'"', b"'")) if names else (),
        {name.encode(): _called(name, calls) for name, calls in modules.items()},
    )


def _called(name: str, calls: Iterable[str]) -> re.Pattern[bytes]:
    lasts = sorted({call.rpartition(".")[2] for call in calls} - {"()"})
    ends = b"|".join(re.escape(last.encode()) for last in lasts)
    return re.compile(rb"(?<![\w.])" + re.escape(name.encode()) + rb"\.(?:[\w.()]{1,80}\.)?(?:" + ends + rb")\b")


def _gates(tails: Iterable[str]) -> Gates:
    """The gates with these tails behind them; the fewer there are, the faster."""
    found = {gate: list(details) for gate, details in GATES}
    for tail in sorted({tail.encode() for tail in tails}, key=lambda each: (len(each), each)):
        if not any(detail in tail for details in found.values() for detail in details):
            found.setdefault(next((gate for gate in found if gate in tail), tail), []).append(tail)
    return tuple((gate, tuple(details)) for gate, details in found.items() if details)


def hints(data: bytes, gates: Gates = GATES) -> bool:
    """Whether a file that imports no SDK may still send a request to a model."""
    for gate, details in gates:
        if gate in data and any(detail in data for detail in details):
            return True
    return _urls().search(data) is not None


def named(data: bytes, look: Signs) -> Iterator[str]:
    """Imports that the file calls by the name it holds in quotes: somebody else imports them for it."""
    found = {match for pattern in look.quoted for match in pattern.findall(data)}
    yield from sorted(name.decode() for name in found if look.calls[name].search(data))


def _urls() -> re.Pattern[bytes]:
    """One pattern for all paths and hosts, compiled when first needed."""
    if not _compiled:
        hosts = b"|".join(re.escape(host) for host in HOSTS)
        _compiled.append(re.compile(rb"/(?:" + b"|".join(PATHS) + rb"|/[^/\s\"']{0,80}?(?:" + hosts + rb"))"))
    return _compiled[0]
