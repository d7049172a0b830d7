"""The providers' own SDKs against the simulator, over a real socket: streams and not, errors, counts, limits.

What is not installed is skipped. Run with `pytest -m sdks`; nothing leaves this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from aiready.bench.simulator import Simulator

pytestmark = [pytest.mark.sdks, pytest.mark.filterwarnings("ignore")]

QUICK = "ttft=2ms&itl=1ms&tokens=6&reasoning=2&cached=50%"
ASKED = [{"role": "user", "content": "How do tides come about, and why?"}]
PROMPT = 8
"""Tokens: a quarter of its characters."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Simulator(QUICK) as simulator:
        yield simulator.url


def simulated(text: str) -> dict[str, str]:
    return {"x-simulate": text}


@pytest.fixture
def openai(url: str) -> Iterator[Any]:
    with pytest.importorskip("openai").OpenAI(base_url=f"{url}/v1", api_key="sk-none", max_retries=0) as client:
        yield client


@pytest.fixture
def anthropic(url: str) -> Iterator[Any]:
    with pytest.importorskip("anthropic").Anthropic(base_url=url, api_key="sk-none", max_retries=0) as client:
        yield client


def words(text: str) -> int:
    return len(text.split())


def test_openai_chat(openai: Any) -> None:
    answer = openai.chat.completions.create(model="m", messages=ASKED)
    message, usage = answer.choices[0].message, answer.usage
    assert (answer.model, message.role, words(message.content), answer.choices[0].finish_reason) == (
        "m",
        "assistant",
        6,
        "stop",
    )
    assert words(message.reasoning_content) == 2
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (PROMPT, 8, PROMPT + 8)
    assert usage.prompt_tokens_details.cached_tokens == PROMPT // 2
    assert usage.completion_tokens_details.reasoning_tokens == 2


@pytest.mark.parametrize("asked", [True, False])
def test_openai_chat_stream(openai: Any, *, asked: bool) -> None:
    options = {"stream_options": {"include_usage": True}} if asked else {}
    chunks = list(openai.chat.completions.create(model="m", messages=ASKED, stream=True, **options))
    choices = [each.choices[0] for each in chunks if each.choices]
    assert choices[0].delta.role == "assistant"
    assert [words(each.delta.content or "") for each in choices] == [0] * 3 + [1] * 6 + [0]
    assert [each.finish_reason for each in choices if each.finish_reason] == ["stop"]
    assert [each.usage.completion_tokens for each in chunks if each.usage] == ([8] if asked else [])


def test_openai_chat_stream_helper(openai: Any) -> None:
    with openai.chat.completions.stream(model="m", messages=ASKED) as stream:
        kinds = [each.type for each in stream]
        final = stream.get_final_completion()
    assert kinds.count("content.delta") == 1 + 6  # the role comes with an empty one
    assert words(final.choices[0].message.content) == 6


def test_openai_completions(openai: Any) -> None:
    answer = openai.completions.create(model="m", prompt="Tides", extra_headers=simulated("reasoning=0"))
    chunks = list(openai.completions.create(model="m", prompt="Tides", stream=True, extra_query={"reasoning": "0"}))
    assert (words(answer.choices[0].text), answer.usage.completion_tokens) == (6, 6)
    assert words("".join(each.choices[0].text for each in chunks)) == 6


def test_openai_embeddings(openai: Any) -> None:
    answer = openai.embeddings.create(model="m", input=["a", "b"], dimensions=4)
    floats = openai.embeddings.create(model="m", input="a", dimensions=4, encoding_format="float")
    assert [each.embedding for each in answer.data] == [[0.5, 0.25, 0.0, -0.25]] * 2
    assert floats.data[0].embedding == [0.5, 0.25, 0.0, -0.25]
    assert answer.usage.prompt_tokens == 1


def test_openai_responses(openai: Any) -> None:
    answer = openai.responses.create(model="m", input="Tides?")
    cut = openai.responses.create(model="m", input="Tides?", max_output_tokens=4)
    assert (answer.status, words(answer.output_text), answer.usage.output_tokens) == ("completed", 6, 8)
    assert [each.type for each in answer.output] == ["reasoning", "message"]
    assert words(answer.output[0].summary[0].text) == 2
    assert answer.usage.output_tokens_details.reasoning_tokens == 2
    assert (cut.status, cut.incomplete_details.reason, words(cut.output_text)) == ("incomplete", "max_output_tokens", 2)


def test_openai_responses_stream(openai: Any) -> None:
    events = list(openai.responses.create(model="m", input="Tides?", stream=True))
    deltas = [each for each in events if each.type == "response.output_text.delta"]
    assert [each.sequence_number for each in events] == list(range(len(events)))
    assert [(each.output_index, each.content_index, words(each.delta)) for each in deltas] == [(1, 0, 1)] * 6
    assert events[-1].type == "response.completed"


@pytest.mark.parametrize("thoughts", [0, 2])
def test_openai_responses_stream_helper(openai: Any, thoughts: int) -> None:
    headers = simulated(f"reasoning={thoughts}")
    with openai.responses.stream(model="m", input="Tides?", extra_headers=headers) as stream:
        kinds = [each.type for each in stream]
        final = stream.get_final_response()
    assert kinds.count("response.output_text.delta") == 6
    assert kinds.count("response.reasoning_summary_text.delta") == thoughts
    assert words(final.output_text) == 6
    assert final.usage.output_tokens == 6 + thoughts


def test_azure(url: str) -> None:
    azure = pytest.importorskip("openai").AzureOpenAI
    with azure(azure_endpoint=url, api_key="none", api_version="2024-10-21", max_retries=0) as client:
        answer = client.chat.completions.create(model="deployed", messages=ASKED)
        vectors = client.embeddings.create(model="deployed", input=["a", "b"])
    assert (words(answer.choices[0].message.content), answer.model) == (6, "deployed")
    assert len(vectors.data) == 2


def test_openai_models(openai: Any) -> None:
    assert [each.id for each in openai.models.list()] == ["simulator"]


OPENAI = {
    "e400": "BadRequestError",
    "context_length": "BadRequestError",
    "e401": "AuthenticationError",
    "e404": "NotFoundError",
    "e429": "RateLimitError",
    "e500": "InternalServerError",
    "e503": "InternalServerError",
    "reset": "APIConnectionError",
}


@pytest.mark.parametrize(("fault", "name"), OPENAI.items())
def test_openai_errors(openai: Any, fault: str, name: str) -> None:
    sdk = pytest.importorskip("openai")
    with pytest.raises(getattr(sdk, name)) as error:
        openai.chat.completions.create(model="m", messages=ASKED, extra_headers=simulated(f"{fault}=100%"))
    if fault == "e429":
        headers = error.value.response.headers
        assert (headers["retry-after"], headers["retry-after-ms"]) == ("1", "1000")
        assert headers["x-ratelimit-limit-requests"] == "10000"
    if fault == "context_length":
        assert error.value.code == "context_length_exceeded"


def test_openai_waits_as_it_is_told_and_tries_again(url: str) -> None:
    """One request a minute and a half a second: the second comes early, and its wait is what the bucket lacks."""
    sdk = pytest.importorskip("openai")
    with (
        Simulator("ttft=0&itl=0&tokens=1&rpm=1200&e429=100%&retry_after=10ms") as refusing,
        sdk.OpenAI(base_url=f"{refusing.url}/v1", api_key="none", max_retries=2) as client,
    ):
        with pytest.raises(sdk.RateLimitError):
            client.chat.completions.create(model="m", messages=ASKED)
        tally, _ = refusing.tally()
    assert (tally.requests, tally.faults) == (3, 3)


def test_openai_errors_in_a_stream(openai: Any) -> None:
    sdk = pytest.importorskip("openai")

    def read(fault: str) -> None:
        list(
            openai.chat.completions.create(
                model="m", messages=ASKED, stream=True, extra_headers=simulated(f"{fault}=100%")
            )
        )

    with pytest.raises(sdk.APIError, match="had an error"):
        read("error_event")
    with pytest.raises((sdk.APIConnectionError, *transport_errors())):
        read("cut")
    read("truncated")  # which the SDK takes for an end


def transport_errors() -> list[type[Exception]]:
    """What the SDKs let through of their transports, whichever of them is theirs."""
    found: list[type[Exception]] = []
    for name in ("httpx", "httpx2"):
        try:
            found.append(__import__(name).TransportError)
        except ImportError:
            continue
    return found


def test_anthropic_messages(anthropic: Any) -> None:
    answer = anthropic.messages.create(model="m", max_tokens=99, messages=ASKED)
    usage = answer.usage
    assert [each.type for each in answer.content] == ["thinking", "text"]
    assert (words(answer.content[1].text), answer.stop_reason) == (6, "end_turn")
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (4, 4, 8)


def test_anthropic_messages_events(anthropic: Any) -> None:
    events = list(anthropic.messages.create(model="m", max_tokens=99, messages=ASKED, stream=True))
    deltas = [each.delta for each in events if each.type == "content_block_delta"]
    assert [each.type for each in deltas] == ["thinking_delta"] * 2 + ["signature_delta"] + ["text_delta"] * 6
    assert [each.type for each in events][-2:] == ["message_delta", "message_stop"]
    assert events[-2].usage.output_tokens == 8


def test_anthropic_messages_stream_helper(anthropic: Any) -> None:
    with anthropic.messages.stream(model="m", max_tokens=5, messages=ASKED) as stream:
        texts = list(stream.text_stream)
        final = stream.get_final_message()
    assert [words(each) for each in texts] == [1, 1, 1]
    assert (final.stop_reason, final.usage.output_tokens, final.usage.cache_read_input_tokens) == ("max_tokens", 5, 4)
    assert [each.type for each in final.content] == ["thinking", "text"]


ANTHROPIC = {
    "e400": "BadRequestError",
    "e401": "AuthenticationError",
    "e404": "NotFoundError",
    "e429": "RateLimitError",
    "e500": "InternalServerError",
    "e529": "OverloadedError",
    "reset": "APIConnectionError",
}


@pytest.mark.parametrize(("fault", "name"), ANTHROPIC.items())
def test_anthropic_errors(anthropic: Any, fault: str, name: str) -> None:
    sdk = pytest.importorskip("anthropic")
    kind = getattr(sdk, name, None) or sdk.InternalServerError
    with pytest.raises(kind) as error:
        anthropic.messages.create(model="m", max_tokens=9, messages=ASKED, extra_headers=simulated(f"{fault}=100%"))
    if fault == "e429":
        headers = error.value.response.headers
        assert (headers["retry-after"], headers["anthropic-ratelimit-requests-limit"]) == ("1", "10000")
        assert error.value.body["error"]["type"] == "rate_limit_error"
    if fault != "reset":
        assert error.value.request_id.startswith("req_")


def test_anthropic_error_event(anthropic: Any) -> None:
    sdk = pytest.importorskip("anthropic")
    with (
        pytest.raises(sdk.APIStatusError, match="Overloaded"),
        anthropic.messages.stream(
            model="m", max_tokens=9, messages=ASKED, extra_headers=simulated("error_event=100%")
        ) as stream,
    ):
        list(stream)


def test_gemini(url: str) -> None:
    genai = pytest.importorskip("google.genai")
    client = genai.Client(api_key="none", http_options={"base_url": url})
    broken = genai.Client(api_key="none", http_options={"base_url": url, "headers": simulated("e429=100%")})
    answer = client.models.generate_content(model="gemini-m", contents="Tides?")
    chunks = list(client.models.generate_content_stream(model="gemini-m", contents="Tides?"))
    usage = answer.usage_metadata
    assert (words(answer.text), answer.model_version) == (6, "gemini-m")
    assert (usage.candidates_token_count, usage.thoughts_token_count) == (6, 2)
    assert words("".join(each.text or "" for each in chunks)) == 6
    assert chunks[-1].candidates[0].finish_reason.name == "STOP"
    assert chunks[-1].usage_metadata.total_token_count == 1 + 8
    with pytest.raises(genai.errors.ClientError) as error:
        broken.models.generate_content(model="gemini-m", contents="Tides?")
    assert (error.value.code, error.value.status) == (429, "RESOURCE_EXHAUSTED")
    client.close()
    broken.close()


def test_ollama(url: str) -> None:
    ollama = pytest.importorskip("ollama")
    client, refused = ollama.Client(host=url), ollama.Client(host=url, headers=simulated("e500=100%"))
    answer = client.chat(model="m", messages=ASKED)
    lines = list(client.chat(model="m", messages=ASKED, stream=True))
    made = list(client.generate(model="m", prompt="Tides?", stream=True))
    assert (words(answer.message.content), words(answer.message.thinking), answer.eval_count) == (6, 2, 8)
    assert (len(lines), lines[-1].done, lines[-1].prompt_eval_count) == (9, True, PROMPT)
    assert lines[-1].total_duration == lines[-1].prompt_eval_duration + lines[-1].eval_duration
    assert lines[-1].prompt_eval_duration >= 2_000_000
    assert words("".join(each.response for each in made)) == 6
    assert [each.model for each in client.list().models] == ["simulator:latest"]
    with pytest.raises(ollama.ResponseError) as error:
        refused.chat(model="m", messages=ASKED)
    assert error.value.status_code == 500
    client._client.close()
    refused._client.close()
