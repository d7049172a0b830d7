"""The byte filter's second half: signs of a request to a model in files that import no SDK.

Raw HTTP is known by its path or host, a client handed over from elsewhere by the tail of its calls. Every file of a
tree is searched, so each pass over the bytes counts: a few gates are looked for, and details only behind an open gate.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

Gates = tuple[tuple[bytes, tuple[bytes, ...]], ...]

GATES: Gates = (
    (b"completions", (b"/chat/completions", b"/v1/completions", b"chat.completions", b"completions.create")),
    (b"s.create", (b"messages.create", b"embeddings.create", b"responses.create")),
    (
        b"/v1/",
        tuple(b"/v1/" + end for end in (b"messages", b"responses", b"embeddings", b"rerank", b"audio/", b"images/")),
    ),
    (b"/api/", (b"/api/generate", b"/api/chat", b"/api/embed")),
    (b"enerateContent", (b"enerateContent",)),
    (b"generate_content", (b"generate_content",)),
    (b"invoke_model", (b"invoke_model",)),
)
"""(what to look for first, any of which then counts): paths of LLM APIs and tails of SDK calls."""

HOSTS = (
    b"api.openai.com",
    b"api.anthropic.com",
    b"generativelanguage.googleapis.com",
    b"aiplatform.googleapis.com",
    b"openrouter.ai",
    b"api.mistral.ai",
    b"codestral.mistral.ai",
    b"api.groq.com",
    b"api.cohere.ai",
    b"api.cohere.com",
    b"api.together.xyz",
    b"api.together.ai",
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
    b"api.moonshot.cn",
    b"api.moonshot.ai",
    b"api.minimax.chat",
    b"api.minimax.io",
    b"api.siliconflow.cn",
    b"api.siliconflow.com",
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
)
"""Hosts that serve models; a subdomain in front counts too."""

HOST_ENDS = (b".openai.azure.com", b".services.ai.azure.com", b".huggingface.cloud", b".modal.run")
HOST_STARTS = (b"bedrock-runtime.", b"dashscope-")


def with_tails(tails: Iterable[str]) -> Gates:
    """The gates that also let through these dotted tails of calls (from the SDK data)."""
    known = [detail for _, details in GATES for detail in details]
    wanted = (tail.encode() for tail in sorted(tails))
    return (*GATES, *((tail, (tail,)) for tail in wanted if not any(detail in tail for detail in known)))


def hints(data: bytes, gates: Gates = GATES) -> bool:
    """Whether a file that imports no SDK may still send a request to a model."""
    for gate, details in gates:
        if gate in data and any(detail in data for detail in details):
            return True
    return _hosts(data)


def _hosts(data: bytes) -> bool:
    at = data.find(b"://")
    while at >= 0:
        if _is_model_host(data[at + 3 : at + 103]):
            return True
        at = data.find(b"://", at + 3)
    return False


def _is_model_host(rest: bytes) -> bool:
    """`rest` is what follows the `://`."""
    if rest.startswith(_STARTS):
        return True
    host = rest.partition(b"/")[0].partition(b'"')[0].partition(b"'")[0].partition(b":")[0]
    return host.endswith(_ENDS)


_STARTS = HOSTS + HOST_STARTS
_ENDS = (*(b"." + host for host in HOSTS), *(b"-" + host for host in HOSTS), *HOST_ENDS)
