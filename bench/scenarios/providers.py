"""Whose service a shorthand or a host means: protocol, base URL, and the variables that hold the key by custom.

Data, from the providers' own documentation of their OpenAI-compatible APIs and of their SDKs' variables.
"""

from __future__ import annotations

from dataclasses import dataclass

COMPATIBLE = "openai-compatible"


@dataclass(frozen=True, slots=True)
class Provider:
    """One of them."""

    name: str
    """What stands before the colon of a shorthand."""
    protocol: str = COMPATIBLE
    base: str = ""
    """Empty: the protocol's own."""
    variables: tuple[str, ...] = ()
    """For the key. Empty: the protocol's own."""
    moved: str = ""
    """The variable by which the provider's own SDK is sent to another base URL."""
    local: bool = False
    """A server of the user's own, which may ask for no key."""
    ask_usage: bool = True
    """False: streams bring their usage unasked, and the question is refused."""


PROVIDERS: tuple[Provider, ...] = (
    Provider("openai", "openai-chat", moved="OPENAI_BASE_URL"),
    Provider("anthropic", "anthropic-messages", moved="ANTHROPIC_BASE_URL"),
    Provider("gemini", "gemini", moved="GOOGLE_GEMINI_BASE_URL"),
    Provider("google", "gemini", moved="GOOGLE_GEMINI_BASE_URL"),
    Provider("azure", "azure-chat", moved="AZURE_OPENAI_ENDPOINT"),
    Provider("ollama", "ollama-chat", "http://127.0.0.1:11434", moved="OLLAMA_HOST", local=True),
    Provider("vllm", base="http://127.0.0.1:8000/v1", local=True),
    Provider("llama.cpp", base="http://127.0.0.1:8080/v1", local=True),
    Provider("lmstudio", base="http://127.0.0.1:1234/v1", local=True),
    Provider("groq", base="https://api.groq.com/openai/v1", variables=("GROQ_API_KEY",)),
    Provider("mistral", base="https://api.mistral.ai/v1", variables=("MISTRAL_API_KEY",), ask_usage=False),
    Provider("together", base="https://api.together.xyz/v1", variables=("TOGETHER_API_KEY",)),
    Provider("openrouter", base="https://openrouter.ai/api/v1", variables=("OPENROUTER_API_KEY",)),
    Provider("deepseek", base="https://api.deepseek.com/v1", variables=("DEEPSEEK_API_KEY",)),
    Provider("xai", base="https://api.x.ai/v1", variables=("XAI_API_KEY",)),
    Provider("fireworks", base="https://api.fireworks.ai/inference/v1", variables=("FIREWORKS_API_KEY",)),
    Provider("perplexity", base="https://api.perplexity.ai", variables=("PERPLEXITY_API_KEY", "PPLX_API_KEY")),
    Provider("cerebras", base="https://api.cerebras.ai/v1", variables=("CEREBRAS_API_KEY",)),
    Provider("nvidia", base="https://integrate.api.nvidia.com/v1", variables=("NVIDIA_API_KEY",)),
    Provider("sambanova", base="https://api.sambanova.ai/v1", variables=("SAMBANOVA_API_KEY",)),
    Provider("deepinfra", base="https://api.deepinfra.com/v1/openai", variables=("DEEPINFRA_API_KEY",)),
    Provider("huggingface", base="https://router.huggingface.co/v1", variables=("HF_TOKEN",)),
    Provider("moonshot", base="https://api.moonshot.ai/v1", variables=("MOONSHOT_API_KEY",)),
    Provider("cohere", base="https://api.cohere.ai/compatibility/v1", variables=("COHERE_API_KEY", "CO_API_KEY")),
)
MOVED = {
    "openai": "OPENAI_BASE_URL",
    "anthropic": "ANTHROPIC_BASE_URL",
    "gemini": "GOOGLE_GEMINI_BASE_URL",
    "azure": "AZURE_OPENAI_ENDPOINT",
    "ollama": "OLLAMA_HOST",
}
"""The same by the first part of a protocol's name, for shorthands that name a protocol: `openai-responses:gpt-5`."""
AZURE_HOSTS = (".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com")
AZURE_VERSIONS = ("AZURE_OPENAI_API_VERSION", "OPENAI_API_VERSION")
"""Variables that hold the dated version of Azure's API; none: its v1."""
