"""The protocols by name, in the order in which they are listed to a user."""

from __future__ import annotations

from ..mistakes import UnknownProtocol
from .anthropic_messages import AnthropicMessages
from .azure import azure
from .gemini import Gemini
from .interface import Api, Auth
from .ollama import OllamaChat, OllamaGenerate
from .openai_chat import OpenAIChat
from .openai_completions import OpenAICompletions
from .openai_embeddings import OpenAIEmbeddings
from .openai_responses import OpenAIResponses

LOCAL = Auth(variables=("OPENAI_API_KEY",), needed=False)

PROTOCOLS: tuple[Api, ...] = (
    OpenAIChat(),
    OpenAIChat(name="openai-compatible", base="", auth=LOCAL, max_field="max_tokens"),
    OpenAIResponses(),
    OpenAICompletions(),
    OpenAIEmbeddings(),
    AnthropicMessages(),
    Gemini(),
    OllamaChat(),
    OllamaGenerate(),
    azure(OpenAIChat()),
    azure(OpenAIResponses()),
    azure(OpenAICompletions()),
    azure(OpenAIEmbeddings()),
)


def protocol(name: str) -> Api:
    """The protocol of that name. Raises UnknownProtocol."""
    found = next((each for each in PROTOCOLS if each.name == name), None)
    if found is None:
        known = ", ".join(each.name for each in PROTOCOLS)
        raise UnknownProtocol([f"there is no protocol {name!r}; known are {known}"])
    return found
