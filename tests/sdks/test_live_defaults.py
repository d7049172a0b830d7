"""The SDK data against the SDKs themselves: what is not installed is skipped. Nothing goes to the network.

Run with `pytest -m sdks` where the most used SDKs are installed in their newest releases.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from aiready.checks.sdks import Sdk, load
from aiready.checks.sdks.schema import CallRule

pytestmark = [pytest.mark.sdks, pytest.mark.filterwarnings("ignore")]

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
SDKS = {sdk.id: sdk for sdk in load().sdks}
Measured = tuple[float | None, int | None]

GONE = {
    # kept in the data for code written against older releases
    "anthropic": "completions.create completion completion_stream acompletion acompletion_stream",
    "mistralai": "chat embeddings chat_stream completion completion_stream fine_tuning.jobs.create",
    "together": "Complete.create Complete.create_streaming",
    "huggingface_hub": "conversational post ()",
    "bedrock-runtime": "invoke_model_with_bidirectional_stream",
}
YOUNG = {
    # in the newest release, not yet in every one that may be installed beside other SDKs
    "openai": "decisions.create live.create live.connect realtime.translations.connect",
    "google-genai": "decisions.create aio.decisions.create",
    "litellm": "google_genai.generate_content google_genai.generate_content_stream",
}
KEYS = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}


def made(path: str, *arguments: Any, **keywords: Any) -> Any:
    """An object of an installed SDK: `openai.OpenAI` called with the arguments; skips if it is not installed."""
    module, _, name = path.rpartition(".")
    return getattr(pytest.importorskip(module, exc_type=ImportError), name)(*arguments, **keywords)


def stainless(*paths: str, key: str = "x") -> Callable[[], Measured]:
    """The defaults of clients made by the generator of that name, which all have to agree."""

    def measure() -> Measured:
        clients = [made(path, api_key=key) for path in paths]
        (found,) = {(client.timeout.read, client.max_retries + 1) for client in clients}
        return found

    return measure


def google() -> Measured:
    options = made("google.genai.Client", api_key="x")._api_client._http_options
    return options.timeout, 1 if options.retry_options is None else None


def mistral() -> Measured:
    client = made("mistralai.client.Mistral", api_key="x")
    source = inspect.getsource(type(client.chat).complete)
    default = re.search(r"timeout_ms = (\d+)", source)
    retries = client.sdk_configuration.retry_config
    return float(default.group(1)) / 1000 if default else None, 1 if not retries else None


def cohere() -> Measured:
    wrapper = made("cohere.ClientV2", "x")._client_wrapper
    return wrapper.get_timeout(), wrapper.get_max_retries() + 1


def ollama() -> Measured:
    return made("ollama.Client")._client.timeout.read, 1


def litellm() -> Measured:
    constants = pytest.importorskip("litellm.constants", exc_type=ImportError)
    openai = importlib.import_module("openai")
    return constants.COMPLETION_HTTP_FALLBACK_SECONDS, openai.DEFAULT_MAX_RETRIES + 1


def router() -> Measured:
    it = made("litellm.Router")
    return it.timeout, it.num_retries + 1


def hub() -> Measured:
    return made("huggingface_hub.InferenceClient").timeout, 1


def bedrock() -> Measured:
    config = made("boto3.client", "bedrock-runtime", **KEYS).meta.config
    standard = importlib.import_module("botocore.retries.standard")
    assert config.retries["mode"] == "standard"
    return config.read_timeout, standard.DEFAULT_MAX_ATTEMPTS


def langchain(path: str, **keywords: Any) -> Callable[[], Measured]:
    def measure() -> Measured:
        model = made(path, api_key="x", **keywords)
        timeout = getattr(model, "request_timeout", None) or getattr(model, "default_request_timeout", None)
        retries = model.max_retries
        return timeout, (2 if retries is None else retries) + 1

    return measure


LIVE: list[tuple[str, str, Callable[[], Measured]]] = [
    ("openai", "", stainless("openai.OpenAI", "openai.AsyncOpenAI")),
    ("anthropic", "", stainless("anthropic.Anthropic", "anthropic.AsyncAnthropic")),
    ("groq", "", stainless("groq.Groq", "groq.AsyncGroq")),
    ("together", "", stainless("together.Together", "together.AsyncTogether")),
    ("zhipuai", "", stainless("zhipuai.ZhipuAI", key="x.y")),
    ("google-genai", "", google),
    ("mistralai", "", mistral),
    ("cohere", "", cohere),
    ("ollama", "", ollama),
    ("litellm", "", litellm),
    ("litellm", "Router", router),
    ("huggingface_hub", "", hub),
    ("bedrock-runtime", "", bedrock),
    ("langchain-openai", "ChatOpenAI", langchain("langchain_openai.ChatOpenAI", model="x")),
    ("langchain-openai", "OpenAIEmbeddings", langchain("langchain_openai.OpenAIEmbeddings", model="x")),
    ("langchain-anthropic", "ChatAnthropic", langchain("langchain_anthropic.ChatAnthropic", model="x")),
]


@pytest.mark.parametrize(("sdk", "client", "measure"), LIVE, ids=[f"{sdk} {client}".strip() for sdk, client, _ in LIVE])
def test_defaults_are_those_of_the_live_client(sdk: str, client: str, measure: Callable[[], Measured]) -> None:
    known = SDKS[sdk]
    rule = known.clients[client] if client else None
    timeout, retry = (rule and rule.timeout) or known.timeout, (rule and rule.retry) or known.retry
    assert measure() == (timeout.default, retry.default)


OBJECTS: dict[str, Callable[[], list[Any]]] = {
    "openai": lambda: [made("openai.OpenAI", api_key="x")],
    "anthropic": lambda: [made("anthropic.Anthropic", api_key="x")],
    "groq": lambda: [made("groq.Groq", api_key="x")],
    "together": lambda: [made("together.Together", api_key="x")],
    "google-genai": lambda: [made("google.genai.Client", api_key="x")],
    "mistralai": lambda: [made("mistralai.client.Mistral", api_key="x")],
    "cohere": lambda: [made("cohere.Client", "x"), made("cohere.ClientV2", "x")],
    "ollama": lambda: [made("ollama.Client"), importlib.import_module("ollama")],
    "litellm": lambda: [made("litellm.Router"), importlib.import_module("litellm")],
    "huggingface_hub": lambda: [made("huggingface_hub.InferenceClient")],
    "bedrock-runtime": lambda: [
        made("boto3.client", service, **KEYS) for service in ("bedrock-runtime", "bedrock-agent-runtime", "bedrock")
    ],
}


@functools.cache
def objects(sdk: str) -> list[Any]:
    """Clients of an installed SDK, made once."""
    return OBJECTS[sdk]()


def followed(start: Any, key: str) -> Any:
    """The method a call path leads to from a client, or None; a step like `create()` is made with a model's name."""
    for step in key.split("."):
        start = getattr(start, step.removesuffix("()"), None)
        if step.endswith("()") and start is not None:
            start = start(model="x")
    return start


def methods(sdk: Sdk, key: str) -> list[Any]:
    """Every method of the live clients that the call path names, with or without a transparent step before it."""
    clients = objects(sdk.id)
    deeper = [getattr(client, step) for client in clients for step in ("beta", "v2") if hasattr(client, step)]
    return [found for start in (*clients, *deeper) if callable(found := followed(start, key))]


def parameters(method: Any) -> set[str]:
    """Names of the parameters; `**` if it takes any."""
    signature = inspect.signature(method)
    taken = set(signature.parameters)
    return taken | {"**"} if any(one.kind is one.VAR_KEYWORD for one in signature.parameters.values()) else taken


def cases() -> Iterable[tuple[str, str]]:
    for sdk in OBJECTS:
        skipped = GONE.get(sdk, "").split()
        yield from ((sdk, key) for key in SDKS[sdk].calls if key not in skipped)


@pytest.mark.parametrize(("sdk", "key"), list(cases()))
def test_a_call_exists_and_takes_what_the_data_says(sdk: str, key: str) -> None:
    known = SDKS[sdk]
    call = known.calls[key]
    found = methods(known, key)
    if not found and key in YOUNG.get(sdk, "").split():
        pytest.skip("not in the release installed")
    assert found
    taken = set[str]().union(*map(parameters, found))
    assert unknown(known, call) - taken == set() or "**" in taken


def unknown(sdk: Sdk, call: CallRule) -> set[str]:
    """What the data claims the call takes; of several names for a cap or a model one is enough."""
    timeout = {name.partition(".")[0] for name in (call.timeout or sdk.timeout).call}
    return timeout | set(call.args)


@pytest.mark.parametrize(
    ("sdk", "key"),
    [
        ("openai", "chat.completions.create"),
        ("openai", "responses.create"),
        ("openai", "completions.create"),
        ("anthropic", "messages.create"),
        ("groq", "chat.completions.create"),
        ("google-genai", "models.generate_content"),
        ("mistralai", "chat.complete"),
        ("ollama", "chat"),
        ("ollama", "generate"),
        ("litellm", "completion"),
        ("huggingface_hub", "chat_completion"),
        ("huggingface_hub", "text_generation"),
    ],
)
def test_caps_streams_and_models_are_parameters(sdk: str, key: str) -> None:
    known = SDKS[sdk]
    call = known.calls[key]
    taken = set[str]().union(*map(parameters, methods(known, key)))
    rules = ((call.max_output or known.max_output).call, known.stream.call, (call.model or known.model).call)
    for names in rules:
        assert not names or {name.partition(".")[0] for name in names} & taken


@pytest.mark.parametrize("sdk", ["openai", "anthropic", "groq", "google-genai", "mistralai", "cohere", "ollama"])
def test_clients_exist_and_take_what_the_data_says(sdk: str) -> None:
    known = SDKS[sdk]
    module = pytest.importorskip("mistralai.client" if sdk == "mistralai" else known.imports[0], exc_type=ImportError)
    names = [name for name in known.clients if "." not in name and hasattr(module, name)]
    assert names
    for name in names:
        taken = parameters(getattr(module, name))
        rule = known.clients[name]
        wanted = {*(rule.timeout or known.timeout).client, *(rule.retry or known.retry).client}
        wanted = {one.partition(".")[0] for one in wanted}
        assert wanted <= taken or "**" in taken


@pytest.mark.parametrize("sdk", [*OBJECTS])
def test_errors_exist(sdk: str) -> None:
    known = SDKS[sdk]
    objects(sdk)
    missing: list[str] = []
    for name in (*known.errors.base, *known.errors.some):
        module, _, error = name.rpartition(".")
        try:
            holder: Any = importlib.import_module(module)
        except ImportError:
            holder = None
        if not hasattr(holder, error) and module != "boto3":
            missing.append(name)
    gone = {"anthropic.ApiException", "anthropic.OverloadedError", "anthropic.RequestTimeoutError"}
    assert [name for name in missing if name not in gone] == []
