"""Which URLs are requests to a model, by the paths and hosts of the SDK data."""

from __future__ import annotations

import pytest

from aiready.checks.project.apis import apis, kind_of
from aiready.checks.sdks import load, urls


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://api.openai.com/v1/chat/completions", "chat"),
        ("\0/v1/completions", "completion"),
        ("https://x.openai.azure.com/openai/deployments/\0/completions?api-version=1", "completion"),
        ("https://x.openai.azure.com/openai/deployments/d/chat/completions", "chat"),
        ("https://api.openai.com/v1/models", None),
        ("https://api.openai.com/v1/\0", "chat"),
        ("https://api.anthropic.com/v1/messages/batches", None),
        ("https://generativelanguage.googleapis.com/v1beta/models/gemini-pro:generateContent?key=\0", "chat"),
        ("https://generativelanguage.googleapis.com/v1beta/models/m:embedContent", "embedding"),
        ("https://us-aiplatform.googleapis.com/v1/projects/p/datasets", None),
        ("https://api-inference.huggingface.co/models/\0", "completion"),
        ("https://api-inference.huggingface.co/models/org/m/v1/chat/completions", "chat"),
        ("https://router.huggingface.co/v1/models", None),
        ("http://localhost:11434/api/chat", "chat"),
        ("http://localhost:11434/api/tags", None),
        ("\0/api/generate", "completion"),
        ("\0://\0/api/chat?client=web", None),
        ("https://shop.example.com/api/chat", None),
        ("https://shop.example.com/api/chat/completions", "chat"),
        ("https://ollama.example.com/api/chat", "chat"),
        ("https://bedrock-runtime.us-east-1.amazonaws.com/model/a.b-v1:0/invoke", "chat"),
        ("https://chain.example.com/invoke", None),
        ("https://api.elevenlabs.io/v1/voices", None),
        ("https://api.elevenlabs.io/v1/sound-generation", "audio"),
        ("https://api.voyageai.com/v1/embeddings", "embedding"),
        ("https://api.voyageai.com/v1/\0", None),
        ("https://api.cohere.com/v2/rerank", "rerank"),
        ("\0", None),
        ("\0/\0", None),
        ("", None),
    ],
)
def test_kinds_of_urls(url: str, kind: str | None) -> None:
    assert kind_of(url) == kind


@pytest.mark.parametrize(
    ("url", "model"),
    [
        ("/v1beta/models/gemini-pro:streamGenerateContent", "gemini-pro"),
        ("/v1beta/models/\0:generateContent", "config"),
        ("https://api-inference.huggingface.co/models/org/m", "org/m"),
        ("/openai/deployments/mine/chat/completions", "mine"),
        ("/model/a.b-v1:0/invoke", "a.b-v1:0"),
        ("/v1/chat/completions", None),
    ],
)
def test_models_that_urls_name(url: str, model: str | None) -> None:
    assert apis().model(url) == model


def test_paths_are_written_as_in_a_url() -> None:
    assert urls.path("/v#*/a.b") == r"/v\d[^/?]*/a\.b(?!\w)"
    assert urls.path("/**x$") == "/.*x$"
    assert urls.naming("/m/*:") == "/m/([^/?]+?):"
    assert urls.in_source(["/ab", "/ac/*", "/abc", ":x", "/b$"]) == rb"""a(?:b|c/[^/\s\"'?]{0,80})|b(?:)"""


def test_hosts_and_ids_of_interfaces_are_told_once() -> None:
    known = load().apis
    hosts = [host for api in known for host in api.hosts]
    assert len(hosts) == len(set(hosts))
    assert all(api.hosts or api.max_output or api.bodies for api in known)
