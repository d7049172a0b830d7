"""The data of frameworks, libraries and entry points says what was measured or read of each."""

from __future__ import annotations

from collections import defaultdict

import pytest

from aiready.checks.sdks import Sdk, load
from aiready.checks.sdks.schema import ClientRule

KNOWN = load()
SDKS = {sdk.id: sdk for sdk in KNOWN.sdks}
LIBRARIES = {library.id: library for library in KNOWN.libraries}
FRAMEWORKS = {framework.id: framework for framework in KNOWN.frameworks}

RUNNABLE = (
    "() invoke ainvoke stream astream batch abatch batch_as_completed abatch_as_completed transform atransform "
    "stream_events astream_events astream_log generate agenerate generate_prompt agenerate_prompt predict apredict run "
    "arun"
)
EMBEDS = "embed_query embed_documents aembed_query aembed_documents"

DEFAULTS = [
    # id, client ("" is the entry itself), seconds (None: for ever), requests (None: not known)
    ("langchain-openai", "ChatOpenAI", None, 3),
    ("langchain-openai", "AzureChatOpenAI", None, 3),
    ("langchain-openai", "OpenAIEmbeddings", None, 3),
    ("langchain-anthropic", "ChatAnthropic", None, 3),
    ("langchain-google-genai", "ChatGoogleGenerativeAI", None, 6),
    ("langchain", "init_chat_model", None, 3),
    ("langchain-groq", "ChatGroq", None, 3),
    ("langchain-mistralai", "ChatMistralAI", 120.0, 5),
    ("langchain-ollama", "ChatOllama", None, 1),
    ("langchain-community-local", "ChatOllama", None, 1),
    ("langchain-aws", "ChatBedrockConverse", 60.0, 3),
    ("langchain-google-vertexai", "ChatVertexAI", None, 6),
    ("langchain-cohere", "ChatCohere", 300.0, 3),
    ("langchain-huggingface", "HuggingFaceEndpoint", 120.0, 1),
    ("langchain-deepseek", "ChatDeepSeek", None, 3),
    ("llama-index-llms-openai", "OpenAI", 60.0, 12),
    ("llama-index-llms-anthropic", "Anthropic", None, 11),
    ("llama-index-llms-ollama", "Ollama", 30.0, 1),
    ("instructor", "", 600.0, 3),
    ("pydantic-ai", "Agent", 600.0, 3),
    ("pydantic-ai", "GoogleModel", 1200.0, 1),
    ("dspy", "LM", 600.0, 4),
    ("crewai", "LLM", 600.0, 9),
    ("ag2", "OpenAIConfig", 600.0, 3),
    ("autogen", "OpenAIChatCompletionClient", 600.0, 3),
    ("openai-agents", "", 600.0, 3),
    ("semantic-kernel", "OpenAIChatCompletion", 600.0, 3),
    ("haystack-ai", "OpenAIChatGenerator", 30.0, 6),
    ("smolagents", "OpenAIModel", 600.0, 9),
    ("smolagents", "InferenceClientModel", 120.0, 3),
    ("mirascope", "", 600.0, 3),
    ("magentic", "OpenaiChatModel", 600.0, 3),
    ("outlines", "from_openai", 600.0, 3),
    ("guidance", "models.OpenAI", 600.0, 3),
    ("marvin", "", 600.0, 3),
]

CALLS = [
    # id, client ("" is the module), calls, kind
    ("langchain-core", "BaseChatModel", RUNNABLE, "chat"),
    ("langchain-core", "LLM", "invoke generate", "completion"),
    ("langchain-core", "Embeddings", EMBEDS, "embedding"),
    ("langchain", "init_chat_model", RUNNABLE, "chat"),
    ("langchain", "init_embeddings", EMBEDS, "embedding"),
    ("langchain", "create_agent", "invoke ainvoke stream astream", "chat"),
    ("langchain", "LLMChain", "() run arun predict apredict acall invoke", "chat"),
    ("langchain", "ConversationChain", "predict", "chat"),
    ("langchain", "RetrievalQA", "() run invoke", "chat"),
    ("langchain", "AgentExecutor", "invoke ainvoke run stream", "chat"),
    ("langgraph", "create_react_agent", "invoke ainvoke stream astream", "chat"),
    ("langchain-openai", "ChatOpenAI", RUNNABLE, "chat"),
    ("langchain-openai", "AzureChatOpenAI", RUNNABLE, "chat"),
    ("langchain-openai", "OpenAI", "() invoke", "completion"),
    ("langchain-openai", "AzureOpenAI", "invoke", "completion"),
    ("langchain-openai", "OpenAIEmbeddings", EMBEDS, "embedding"),
    ("langchain-openai", "AzureOpenAIEmbeddings", EMBEDS, "embedding"),
    ("langchain-anthropic", "ChatAnthropic", RUNNABLE, "chat"),
    ("langchain-anthropic", "AnthropicLLM", "invoke", "completion"),
    ("langchain-google-genai", "ChatGoogleGenerativeAI", RUNNABLE, "chat"),
    ("langchain-google-genai", "GoogleGenerativeAI", "invoke", "completion"),
    ("langchain-google-genai", "GoogleGenerativeAIEmbeddings", EMBEDS, "embedding"),
    ("langchain-cohere", "CohereRerank", "rerank compress_documents", "rerank"),
    ("langchain-local", "HuggingFaceEmbeddings", EMBEDS, "embedding"),
    ("langchain-vectorstores", "Chroma", "from_documents from_texts add_documents add_texts", "embedding"),
    ("langchain-vectorstores", "PGVector", "afrom_texts afrom_documents aadd_texts invoke", "embedding"),
    ("llama-index-llms-openai", "OpenAI", "chat achat stream_chat astream_chat predict apredict stream", "chat"),
    ("llama-index-llms-openai", "OpenAIResponses", "structured_predict astructured_predict chat_with_tools", "chat"),
    ("llama-index-llms-openai", "OpenAI", "complete acomplete stream_complete astream_complete", "completion"),
    ("llama-index-llms-openai", "OpenAI", "stream_structured_predict predict_and_call", "chat"),
    ("llama-index-llms-openai", "OpenAIEmbedding", "get_text_embedding get_query_embedding", "embedding"),
    ("llama-index-llms-openai", "OpenAIEmbedding", "aget_text_embedding_batch get_text_embedding_batch", "embedding"),
    ("llama-index-llms-openai", "VectorStoreIndex", "query aquery chat achat stream_chat", "chat"),
    ("llama-index-llms-openai", "VectorStoreIndex", "from_documents insert retrieve", "embedding"),
    ("llama-index-llms-openai", "ReActAgent", "run chat", "chat"),
    ("llama-index-llms-openai", "", "VectorStoreIndex", "embedding"),
    ("instructor", "from_openai", "create chat.completions.create messages.create completions.create", "chat"),
    ("instructor", "from_provider", "create_partial create_iterable create_with_completion", "chat"),
    ("instructor", "patch", "chat.completions.create_partial chat.completions.create_iterable", "chat"),
    ("instructor", "Instructor", "chat.completions.create_with_completion", "chat"),
    ("pydantic-ai", "Agent", "run run_sync run_stream run_stream_sync run_stream_events iter", "chat"),
    ("pydantic-ai", "", "direct.model_request direct.model_request_sync direct.model_request_stream", "chat"),
    ("pydantic-ai", "", "direct.model_request_stream_sync", "chat"),
    ("pydantic-ai", "Embedder", "embed_query embed_documents embed embed_query_sync embed_sync", "embedding"),
    ("dspy", "LM", "() acall forward aforward", "chat"),
    ("dspy", "Predict", "() acall", "chat"),
    ("dspy", "ChainOfThought", "()", "chat"),
    ("dspy", "ReAct", "()", "chat"),
    ("dspy", "Embedder", "()", "embedding"),
    ("crewai", "LLM", "call acall", "chat"),
    ("crewai", "Crew", "kickoff kickoff_async akickoff", "chat"),
    ("crewai", "Crew", "kickoff_for_each kickoff_for_each_async akickoff_for_each", "chat"),
    ("crewai", "Agent", "kickoff kickoff_async akickoff", "chat"),
    ("crewai", "Flow", "kickoff kickoff_async", "chat"),
    ("ag2", "Agent", "ask run", "chat"),
    ("ag2", "ConversableAgent", "initiate_chat a_initiate_chat generate_reply a_generate_reply run a_run", "chat"),
    ("ag2", "UserProxyAgent", "initiate_chats a_initiate_chats", "chat"),
    ("ag2", "OpenAIWrapper", "create", "chat"),
    ("autogen", "OpenAIChatCompletionClient", "create create_stream", "chat"),
    ("autogen", "AzureOpenAIChatCompletionClient", "create", "chat"),
    ("autogen", "AnthropicChatCompletionClient", "create", "chat"),
    ("autogen", "AzureAIChatCompletionClient", "create", "chat"),
    ("autogen", "OllamaChatCompletionClient", "create", "chat"),
    ("autogen", "AssistantAgent", "run run_stream on_messages", "chat"),
    ("autogen", "RoundRobinGroupChat", "run run_stream", "chat"),
    ("autogen", "SelectorGroupChat", "run", "chat"),
    ("autogen", "Swarm", "run", "chat"),
    ("openai-agents", "", "Runner.run Runner.run_sync Runner.run_streamed", "chat"),
    ("openai-agents", "VoicePipeline", "run", "audio"),
    ("openai-agents", "RealtimeRunner", "run", "audio"),
    ("semantic-kernel", "OpenAIChatCompletion", "get_chat_message_content get_chat_message_contents", "chat"),
    ("semantic-kernel", "AzureChatCompletion", "get_streaming_chat_message_content", "chat"),
    ("semantic-kernel", "AnthropicChatCompletion", "get_streaming_chat_message_contents", "chat"),
    ("semantic-kernel", "Kernel", "invoke invoke_prompt invoke_stream invoke_prompt_stream", "chat"),
    ("semantic-kernel", "ChatCompletionAgent", "get_response invoke invoke_stream", "chat"),
    ("semantic-kernel", "OpenAITextCompletion", "get_text_contents get_streaming_text_contents", "completion"),
    ("semantic-kernel", "OpenAITextEmbedding", "generate_embeddings generate_raw_embeddings", "embedding"),
    ("semantic-kernel", "AzureTextEmbedding", "generate_embeddings", "embedding"),
    ("semantic-kernel", "OpenAITextToImage", "generate_image generate_images", "image"),
    ("semantic-kernel", "OpenAITextToAudio", "get_audio_content", "audio"),
    ("haystack-ai", "OpenAIChatGenerator", "run run_async", "chat"),
    ("haystack-ai", "AzureOpenAIChatGenerator", "run", "chat"),
    ("haystack-ai", "OpenAIResponsesChatGenerator", "run", "chat"),
    ("haystack-ai", "FallbackChatGenerator", "run", "chat"),
    ("haystack-ai", "Pipeline", "run run_async", "chat"),
    ("haystack-ai", "Agent", "run run_async", "chat"),
    ("haystack-ai", "OpenAITextEmbedder", "run run_async", "embedding"),
    ("haystack-ai", "OpenAIDocumentEmbedder", "run", "embedding"),
    ("haystack-ai", "OpenAIImageGenerator", "run", "image"),
    ("smolagents", "OpenAIModel", "() generate generate_stream", "chat"),
    ("smolagents", "LiteLLMModel", "()", "chat"),
    ("smolagents", "LiteLLMRouterModel", "()", "chat"),
    ("smolagents", "AmazonBedrockModel", "()", "chat"),
    ("smolagents", "CodeAgent", "run", "chat"),
    ("smolagents", "ToolCallingAgent", "run", "chat"),
    ("smolagents-local", "TransformersModel", "()", "chat"),
    ("marvin", "", "run run_async run_stream run_tasks run_tasks_async say say_async extract", "chat"),
    ("marvin", "", "cast_async classify classify_async generate generate_async generate_schema summarize", "chat"),
    ("marvin", "", "extract_async cast summarize_async plan plan_async", "chat"),
    ("marvin", "Agent", "run say", "chat"),
    ("marvin", "Task", "run", "chat"),
    ("guidance", "", "gen select", "chat"),
    ("outlines", "from_openai", "() stream batch", "chat"),
    ("outlines", "Generator", "()", "chat"),
    ("outlines", "generate.json", "()", "chat"),
    ("outlines-local", "from_transformers", "()", "chat"),
    ("mirascope", "llm.model", "call stream call_async stream_async resume", "chat"),
    ("magentic", "OpenaiChatModel", "complete acomplete", "chat"),
    ("magentic", "Chat", "submit", "chat"),
]

DECORATORS = [
    ("marvin", "fn"),
    ("magentic", "prompt"),
    ("magentic", "chatprompt"),
    ("magentic", "prompt_chain"),
    ("mirascope", "llm.call"),
    ("mirascope", "openai.call"),
    ("mirascope", "anthropic.call"),
]

ROLES = {
    "retry": "tenacity backoff stamina retrying urllib3-retry httpx-retries aiohttp-retry",
    "http": "requests httpx httpx2 aiohttp",
    "breaker": "circuitbreaker pybreaker purgatory aiobreaker aiocircuitbreaker pyfailsafe hyx resilient-circuit",
    "rate-limit": "aiolimiter limits slowapi ratelimit pyrate-limiter",
    "timeout": "asyncio-primitives",
    "cache": "diskcache redis cachetools functools gptcache aiocache requests-cache",
    "guardrail": "guardrails-ai nemoguardrails llm-guard rebuff presidio",
    "moderation": "openai-moderation",
    "schema": "pydantic jsonschema",
    "tracing": "langfuse langsmith helicone opentelemetry opentelemetry-instrumentation-openai-v2 openinference "
    "openllmetry mlflow weave phoenix logfire agentops ddtrace sentry opik langwatch",
    "logging": "logging",
    "evals": "deepeval ragas promptfoo braintrust inspect-ai trulens openai-evals",
    "queue": "celery rq arq dramatiq huey taskiq fastapi-background",
    "tokens": "tiktoken tokenizers sdk-token-counters",
}

TOOLS = [
    # library, tool, attempts when nothing is given (None: for ever), what waits between them
    ("tenacity", "retry", None, "none"),
    ("tenacity", "AsyncRetrying", None, "none"),
    ("backoff", "on_exception", None, "none"),
    ("stamina", "retry", 10, "exponential"),
    ("stamina", "retry_context", 10, "exponential"),
    ("retrying", "retry", None, "none"),
    ("retry", "retry", None, "none"),
    ("retry", "retry_call", None, "none"),
    ("opnieuw", "retry", 3, "exponential"),
    ("google-api-core", "retry.Retry", None, "exponential"),
    ("pyfailsafe", "RetryPolicy", 4, "none"),
    ("hyx", "retry.retry", 3, "fixed"),
    ("resilient-circuit", "RetryWithBackoffPolicy", 4, "none"),
    ("urllib3-retry", "Retry", 11, "none"),
    ("httpx-retries", "Retry", 11, "none"),
    ("aiohttp-retry", "ExponentialRetry", 3, "exponential"),
    ("requests", "HTTPAdapter", 1, "none"),
    ("httpx", "AsyncHTTPTransport", 1, "none"),
    ("mirascope-retry", "llm.retry", 4, "exponential"),
    ("celery", "shared_task", 4, "fixed"),
    ("dramatiq", "actor", 21, "exponential"),
    ("taskiq", "task", 3, "none"),
    ("prefect", "task", 1, "none"),
]

AUDIENCES = {
    "remote": "fastapi starlette flask flask-restful flask-socketio django django-rest-framework channels aiohttp-web "
    "sanic litestar quart tornado bottle falcon cherrypy http-server websockets grpc mcp azure-functions-http bentoml "
    "ray-serve streamlit gradio chainlit panel shiny nicegui dash reflex mesop "
    "discord python-telegram-bot aiogram pyrogram telebot slack-bolt slack-sdk line-bot wechat matrix",
    "background": "celery rq dramatiq huey arq taskiq apscheduler schedule airflow prefect dagster luigi modal "
    "azure-functions web-startup",
    "local": "click typer fire cmd cleo absl invoke django-command flask-cli textual tkinter qt ipython argparse tyro",
    "unknown": "agent-tools agent-graph ray django-signal",
}


def rule(sdk: Sdk, client: str) -> ClientRule:
    """The client's rule; an empty one where the module itself is meant."""
    return sdk.clients[client] if client else ClientRule()


@pytest.mark.parametrize(("name", "client", "seconds", "requests"), DEFAULTS)
def test_defaults_are_those_of_the_stock_client(
    name: str, client: str, seconds: float | None, requests: int | None
) -> None:
    sdk = SDKS[name]
    timeout = rule(sdk, client).timeout or sdk.timeout
    retry = rule(sdk, client).retry or sdk.retry
    assert (timeout.default, timeout.known) == (seconds, True)
    assert (retry.default if retry.known else None) == requests


@pytest.mark.parametrize(("name", "client", "calls", "kind"), CALLS)
def test_calls_of_a_client_are_known(name: str, client: str, calls: str, kind: str) -> None:
    sdk = SDKS[name]
    made = rule(sdk, client)
    assert client or sdk.module_client
    for call in calls.split():
        found = sdk.calls[call]
        assert not made.only or call in made.only, call
        assert (made.kind if made.kind and found.kind == "chat" else found.kind) == kind, call


@pytest.mark.parametrize(("name", "decorator"), DECORATORS)
def test_decorators_make_functions_into_calls(name: str, decorator: str) -> None:
    assert SDKS[name].decorators[decorator].kind == "chat"


def test_every_chat_model_of_langchain_has_the_calls_of_a_runnable() -> None:
    langchain = [name for name in SDKS if name.startswith("langchain") and name != "langchain-vectorstores"]
    assert len(langchain) == 23
    assert [name for name in langchain if not set(RUNNABLE.split()) <= SDKS[name].calls.keys()] == []


def test_a_class_belongs_to_one_entry_only() -> None:
    owners: dict[tuple[str, str], list[str]] = defaultdict(list)
    for sdk in KNOWN.sdks:
        if sdk.kind != "sdk":
            for root in sdk.imports:
                for client in sdk.clients:
                    owners[root, client].append(sdk.id)
    assert {place: ids for place, ids in owners.items() if len(ids) > 1} == {}


def test_what_one_entry_says_of_another_exists() -> None:
    for sdk in KNOWN.sdks:
        assert set(sdk.errors.like) <= SDKS.keys(), sdk.id
        for name, client in sdk.clients.items():
            assert set(client.only) <= sdk.calls.keys(), f"{sdk.id} {name}"


def test_with_retry_is_a_layer_that_repeats_everything() -> None:
    layer = SDKS["langchain-openai"].retry.transparent["with_retry"]
    assert (layer["attempts"], layer["default"], layer["permanent"]) == ("stop_after_attempt", 3, True)
    assert "with_retry" in SDKS["langchain-openai"].transparent


def test_numbers_that_mean_something_else_than_retries() -> None:
    assert SDKS["langchain-google-genai"].retry.counts == "attempts"
    assert SDKS["llama-index-llms-openai"].retry.nested
    assert (SDKS["crewai"].retry.outer, SDKS["smolagents"].retry.outer) == (3, 3)
    for name in ("instructor", "magentic"):
        assert SDKS[name].retry.lookalikes == ("max_retries",)
    assert "retries" in SDKS["pydantic-ai"].retry.lookalikes


def test_the_model_string_decides_what_pydantic_ai_does() -> None:
    assert SDKS["pydantic-ai"].timeout.by["model"]["google"] == 1200.0
    assert SDKS["pydantic-ai"].retry.by["model"]["google"] == 1


def test_errors_that_hide_those_of_the_provider() -> None:
    hiding = ("instructor", "semantic-kernel", "outlines", "mirascope", "pydantic-ai", "dspy")
    assert [name for name in hiding if SDKS[name].errors.like] == []
    assert [name for name in hiding if not SDKS[name].errors.base] == []
    assert SDKS["langchain-openai"].errors.like == ("openai",)


@pytest.mark.parametrize(("role", "names"), ROLES.items())
def test_libraries_have_their_role(role: str, names: str) -> None:
    assert {name: LIBRARIES[name].role for name in names.split()} == dict.fromkeys(names.split(), role)


def test_no_library_is_left_out() -> None:
    assert sum(len(names.split()) for names in ROLES.values()) == 74


@pytest.mark.parametrize(("library", "tool", "attempts", "wait"), TOOLS)
def test_retry_tools_do_this_when_nothing_is_given(library: str, tool: str, attempts: int | None, wait: str) -> None:
    found = LIBRARIES[library].retry[tool]
    assert (found.default_attempts, found.default_wait) == (attempts, wait)


def test_retry_tools_that_have_no_effect_on_some_calls() -> None:
    assert LIBRARIES["retrying"].retry["retry"].sync_only
    assert LIBRARIES["retry"].retry["retry"].sync_only
    assert not LIBRARIES["tenacity"].retry["retry"].sync_only
    assert LIBRARIES["httpx"].retry["HTTPTransport"].connect_only
    assert LIBRARIES["urllib3-retry"].retry["Retry"].post_needs == ("allowed_methods", "method_whitelist")
    assert LIBRARIES["celery"].retry["Celery.task"].needs == ("autoretry_for",)
    assert LIBRARIES["langchain-retry-middleware"].retry["ModelRetryMiddleware"].gives_up_silently


def test_retry_tools_that_time_ends() -> None:
    assert LIBRARIES["stamina"].retry["retry"].deadline == 45.0
    assert LIBRARIES["google-api-core"].retry["retry.Retry"].deadline == 120.0
    assert LIBRARIES["tenacity"].retry["retry"].deadline is None


def test_http_clients_wait_this_long() -> None:
    names = ("requests", "httpx", "httpx2", "aiohttp", "urllib3", "urllib")
    assert [LIBRARIES[name].timeout_default for name in names] == [None, 5.0, 5.0, 300.0, None, None]


@pytest.mark.parametrize(("audience", "names"), AUDIENCES.items())
def test_entry_points_have_their_audience(audience: str, names: str) -> None:
    assert {name: FRAMEWORKS[name].audience for name in names.split()} == dict.fromkeys(names.split(), audience)


def test_every_framework_can_start_something() -> None:
    silent = [
        each.id
        for each in KNOWN.frameworks
        if not ((each.decorators and each.objects) or each.functions or each.register or each.bases or each.script)
    ]
    assert silent == []


def test_what_is_taken_apart_is_registered() -> None:
    assert [each.id for each in KNOWN.frameworks if not set(each.takes_apart) <= each.register.keys()] == []
