"""The SDK data says what was measured of each SDK, and nothing malformed gets through its reader."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from aiready.checks.errors import DataError
from aiready.checks.project.match import Matcher
from aiready.checks.sdks import Sdk, Version, for_version, load
from aiready.checks.sdks.families import load_folder
from aiready.checks.sdks.pins import release
from aiready.checks.sdks.schema import CallRule, ClientRule, OutputRule, RetryRule, TimeoutRule

KNOWN = load()
SDKS = {sdk.id: sdk for sdk in KNOWN.sdks}
MATCHER = Matcher(KNOWN.sdks)
CALLS = [
    tuple(line.split(" "))
    for line in (Path(__file__).parent / "sdks" / "known_calls.txt").read_text(encoding="utf-8").splitlines()
]

EVERY_SDK = """
openai openai-v0 anthropic groq together cerebras fireworks google-genai google-generativeai vertexai mistralai cohere
ollama litellm huggingface_hub bedrock-runtime azure-ai-inference replicate portkey-ai xai-sdk zhipuai zai-sdk
dashscope aisuite llama-cpp-python vllm transformers langchain-core langchain langchain-openai langchain-anthropic
langchain-google-genai llama-index-llms-openai instructor pydantic-ai dspy crewai ag2 autogen openai-agents
semantic-kernel haystack-ai smolagents marvin guidance outlines mirascope magentic
"""

DEFAULTS = [
    # callee, seconds one attempt waits (None: for ever), requests for one call (None: until a deadline)
    ("openai.OpenAI().chat.completions.create", 600, 3),
    ("openai.chat.completions.create", 600, 3),
    ("openai.ChatCompletion.create", 600, 1),
    ("anthropic.Anthropic().messages.create", 600, 3),
    ("groq.Groq().chat.completions.create", 60, 3),
    ("lmi.LiteLLMModel().call_single", 60, 4),
    ("esperanto.AIFactory.create_language().chat_complete", 60, 1),
    ("esperanto.AIFactory.create_language().to_langchain().ainvoke", 60, 3),
    ("esperanto.AIFactory.create_text_to_speech().agenerate_speech", 300, 1),
    ("lmi.LiteLLMEmbeddingModel().embed_documents", 120, 4),
    ("together.Together().chat.completions.create", 60, 3),
    ("cerebras.cloud.sdk.Cerebras().chat.completions.create", 60, 3),
    ("fireworks.Fireworks().chat.completions.create", 60, 3),
    ("google.genai.Client().models.generate_content", None, 1),
    ("google.genai.Client().interactions.create", None, 5),
    ("google.generativeai.GenerativeModel().generate_content", 600, None),
    ("google.generativeai.embed_content", 60, None),
    ("vertexai.generative_models.GenerativeModel().generate_content", None, 1),
    ("mistralai.client.Mistral().chat.complete", 300, 1),
    ("cohere.ClientV2().chat", 300, 3),
    ("cohere.ClientV2().chat_stream", 300, 1),
    ("ollama.chat", None, 1),
    ("ollama.Client().chat", None, 1),
    ("litellm.completion", 600, 3),
    ("litellm.responses", 6000, 1),
    ("litellm.Router().completion", 6000, 3),
    ("huggingface_hub.InferenceClient().chat_completion", None, 1),
    ("boto3.client().converse", 60, 3),
    ("azure.ai.inference.ChatCompletionsClient().complete", 300, 4),
    ("replicate.run", 60.5, 1),
    ("portkey_ai.Portkey().chat.completions.create", None, 2),
    ("portkey_ai.Portkey().embeddings.create", 600, 2),
    ("xai_sdk.Client().chat.create().sample", 1620, 5),
    ("zhipuai.ZhipuAI().chat.completions.create", 300, 4),
    ("zai.ZaiClient().chat.completions.create", 300, 4),
    ("dashscope.Generation.call", 300, 1),
    ("aisuite.Client().chat.completions.create", 600, 3),
    ("qianfan.ChatCompletion().do", 300, 3),
]

OLDER = [
    # SDK, version, seconds, requests
    ("mistralai", "3.7.0", 300, 1),
    ("mistralai", "2.4.0", 30, 1),
    ("mistralai", "2.0.0", None, 1),
    ("mistralai", "1.12.4", None, 1),
    ("mistralai", "0.4.2", 120, 6),
    ("bedrock-runtime", "1.43.99", 60, 5),
    ("bedrock-runtime", "1.44.0", 60, 3),
    ("together", "1.5.5", 600, 6),
    ("cohere", "4.57", 300, 4),
    ("anthropic", "0.2.10", 600, 1),
    ("anthropic", "0.125.0", 600, 3),
    ("fireworks", "0.19.20", 600, 1),
]


def in_effect(sdk: Sdk, call: CallRule, client: ClientRule | None) -> tuple[TimeoutRule, RetryRule]:
    own = client or ClientRule()
    return call.timeout or own.timeout or sdk.timeout, call.retry or own.retry or sdk.retry


def test_every_sdk_is_known() -> None:
    assert [sdk for sdk in EVERY_SDK.split() if sdk not in SDKS] == []


@pytest.mark.parametrize("sdk", sorted({sdk for sdk, _, _ in CALLS}))
def test_the_known_calls_of_an_sdk_are_found(sdk: str) -> None:
    expected = {path: (sdk, kind) for owner, kind, path in CALLS if owner == sdk}
    found = {path: MATCHER.match(path) for path in expected}
    assert {path: match and (match.sdk.id, match.rule.kind) for path, match in found.items()} == expected


@pytest.mark.parametrize(
    "path",
    [
        "openai.OpenAI().models.list",
        "openai.OpenAI().files.create",
        "openai.OpenAI().chat.completions",
        "openai.OpenAI",
        "anthropic.Anthropic().messages.count_tokens",
        "google.genai.Client().models.count_tokens",
        "google.genai.Client().chats.create",
        "google.generativeai.configure",
        "cohere.Client().tokenize",
        "litellm.token_counter",
        "litellm.completion_cost",
        "ollama.pull",
        "huggingface_hub.hf_hub_download",
        "transformers.AutoTokenizer.from_pretrained",
        "boto3.client().list_foundation_models",
    ],
)
def test_what_asks_no_model_is_no_call(path: str) -> None:
    assert MATCHER.match(path) is None


@pytest.mark.parametrize(
    ("path", "keywords", "sdk"),
    [
        ("self.client.chat.completions.create", "", "openai"),
        ("client.beta.chat.completions.parse", "", "openai"),
        ("client.responses.create", "model input", "openai"),
        ("client.embeddings.create", "model input", "openai"),
        ("self.openai.ChatCompletion.create", "model messages", "openai-v0"),
        ("client.messages.create", "model max_tokens messages", "anthropic"),
        ("client.messages.stream", "model max_tokens messages", "anthropic"),
        ("client.models.generate_content", "model contents", "google-genai"),
        ("client.aio.models.generate_content_stream", "model contents config", "google-genai"),
        ("client.converse", "modelId messages", "bedrock-runtime"),
        ("client.invoke_model", "modelId body", "bedrock-runtime"),
        ("router.acompletion", "model messages", "litellm"),
        ("client.messages.create", "body from_ to", None),
        ("client.messages.create", "message", None),
        ("client.calls.create", "to from_ url", None),
        ("repo.responses.create", "name", None),
        ("self.completions.create", "user", None),
        ("self.llm.chat", "messages", None),
        ("provider.completion", "model messages", None),
        ("model.generate", "inputs", None),
        ("agent.converse", "message", None),
    ],
)
def test_a_tail_counts_only_where_it_is_distinctive(path: str, keywords: str, sdk: str | None) -> None:
    found = MATCHER.tail(path, frozenset(keywords.split()))
    assert (found and found.sdk.id) == sdk


@pytest.mark.parametrize(("path", "seconds", "requests"), DEFAULTS, ids=[row[0] for row in DEFAULTS])
def test_defaults_are_those_measured(path: str, seconds: float | None, requests: int | None) -> None:
    found = MATCHER.match(path)
    assert found is not None
    timeout, retry = in_effect(found.sdk, found.rule, found.client)
    assert (timeout.default, retry.default) == (seconds, requests)


@pytest.mark.parametrize(("sdk", "version", "seconds", "requests"), OLDER)
def test_older_lines_keep_their_defaults(sdk: str, version: str, seconds: float | None, requests: int) -> None:
    line = for_version(SDKS[sdk], version)
    assert (line.timeout.default, line.retry.default) == (seconds, requests)


def test_no_version_means_the_newest() -> None:
    assert for_version(SDKS["mistralai"], None) is SDKS["mistralai"]
    assert for_version(SDKS["mistralai"], Version(at_least="1.0")) is SDKS["mistralai"]
    assert for_version(SDKS["mistralai"], Version(below="2.0")).timeout.default is None


def test_units_that_are_not_seconds() -> None:
    assert {sdk.id for sdk in KNOWN.sdks if sdk.timeout.unit == "ms"} >= {"google-genai", "mistralai"}
    interactions = SDKS["google-genai"].calls["interactions.create"].timeout
    assert interactions is not None
    assert interactions.unit == "s"


@pytest.mark.parametrize(
    ("sdk", "parameter"),
    [
        ("openai-v0", "timeout"),
        ("azure-ai-inference", "timeout"),
        ("dashscope", "timeout"),
        ("portkey-ai", "request_timeout"),
    ],
)
def test_parameters_that_look_like_a_timeout(sdk: str, parameter: str) -> None:
    assert parameter in SDKS[sdk].timeout.lookalikes
    assert parameter not in (*SDKS[sdk].timeout.call, *SDKS[sdk].timeout.client)


def test_every_error_of_an_sdk_has_a_package() -> None:
    bare = [
        (sdk.id, name)
        for sdk in KNOWN.sdks
        for name in (*sdk.errors.base, *sdk.errors.some, *sdk.errors.permanent, *sum(sdk.errors.together, ()))
        if "." not in name
    ]
    assert bare == []


def test_boundaries_of_older_lines_go_back_from_the_newest_release() -> None:
    for sdk in KNOWN.sdks:
        boundaries = [older.version for older in sdk.before]
        assert boundaries == sorted(boundaries, key=release, reverse=True)
        assert not any(Version(locked=sdk.newest).is_before(boundary) for boundary in boundaries)


def test_loading_is_quick() -> None:
    spent: list[float] = []
    for _ in range(3):
        start = time.process_time()
        load_folder(Path(load_folder.__code__.co_filename).parent)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.5


GOOD = """
sdks:
- id: one
  package: one
  newest: "2.0"
  imports: [one]
  clients:
    Client:
    AsyncClient: {async: true}
  calls:
    ask: chat
    slow: {kind: completion, timeout: {default: 7}, max_output: {default: 16}}
  timeout: {call: [timeout], default: 60, none: off}
  retry: {client: [tries], counts: attempts, default: 2}
  max_output: {call: [cap]}
  errors: {base: [OneError], together: [[A, two.B]], like: [openai]}
  before:
  - {version: "2.0", timeout: {default: null}, calls: {slow: null, old: embedding}}
  - {version: "1.0", retry: {default: 1}}
"""


def written(folder: Path, text: str) -> Path:
    (folder / "one.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def one(tmp_path: Path) -> Sdk:
    return load_folder(written(tmp_path, GOOD)).sdks[0]


def test_shorthands_are_spelled_out(one: Sdk) -> None:
    assert one.clients == {"Client": ClientRule(), "AsyncClient": ClientRule(is_async=True)}
    assert one.calls["ask"] == CallRule(kind="chat")


def test_sections_of_a_call_name_only_what_differs(one: Sdk) -> None:
    assert one.calls["slow"].timeout == TimeoutRule(call=("timeout",), default=7.0, none="off")
    assert one.calls["slow"].max_output == OutputRule(call=("cap",), default=16)
    assert one.calls["slow"].retry is None


def test_errors_without_a_package_are_the_sdks_own(one: Sdk) -> None:
    assert one.errors.base == ("one.OneError",)
    assert one.errors.together == (("one.A", "two.B"),)
    assert one.errors.like == ("openai",)


def test_older_lines_build_on_newer_ones(one: Sdk) -> None:
    assert [older.version for older in one.before] == ["2.0", "1.0"]
    second, first = one.before[0].sdk, one.before[1].sdk
    assert (one.timeout.default, second.timeout.default, first.timeout.default) == (60.0, None, None)
    assert (one.retry.default, second.retry.default, first.retry.default) == (2, 2, 1)
    assert (sorted(one.calls), sorted(first.calls)) == (["ask", "slow"], ["ask", "old"])
    assert for_version(one, "2.0") is one
    assert for_version(one, "2.0rc1") is second
    assert for_version(one, "0.9") is first


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  package: one\n", "", "one.yaml: one: lacks 'package'"),
        ("imports: [one]", "imports: []", "one.yaml: one: imports: lacks an import"),
        ("imports: [one]", "imports: one", "one.yaml: one: imports: 'one' is not a list"),
        ('newest: "2.0"', "newest: 2.0", "one.yaml: one: newest: 2.0 is not text"),
        ("ask: chat", "ask: chatter", "one.yaml: one: calls.ask.kind: 'chatter' is none of "),
        ("ask: chat", "ask: null", "one.yaml: one: calls.ask: None is not a mapping"),
        ("default: 60", "defualt: 60", "one.yaml: one: timeout.defualt: unknown key"),
        ("default: 60", "default: long", "one.yaml: one: timeout.default: 'long' is not a number"),
        ("default: 60", "default: true", "one.yaml: one: timeout.default: True is not a number"),
        ("default: 7", "unit: min", "one.yaml: one: calls.slow.timeout.unit: 'min' is none of ms, s"),
        ("none: off", "none: no", "one.yaml: one: timeout.none: 'no' is none of default, off"),
        ("async: true", "async: yes", "one.yaml: one: clients.AsyncClient.async: 'yes' is not true or false"),
        ("async: true", "is_async: true", "one.yaml: one: clients.AsyncClient.is_async: unknown key"),
        ('{version: "1.0"', "{version: 1.0", "one.yaml: one: before: needs a version in quotes"),
        ("default: 1}", "default: one}", "one.yaml: one: before 1.0.retry.default: 'one' is not a whole number"),
        ("sdks:", "sdk:", "one.yaml: sdk: unknown key"),
        ("  package: one\n", "  package: one\n  package: two\n", "one.yaml: line 5: 'package' stands twice"),
        ("imports: [one]", "imports: [one", "one.yaml: while parsing a flow sequence"),
        ("ask: chat", "ask: *nowhere", "one.yaml: line 11: no such anchor"),
        ("imports: [one]", "? [one]\n  : two", "one.yaml: line 6: a key must be text"),
    ],
)
def test_mistakes_in_the_data_are_refused_by_name(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert GOOD.count(old) >= 1
    with pytest.raises(DataError) as refused:
        load_folder(written(tmp_path, GOOD.replace(old, new, 1)))
    assert str(refused.value).startswith(message)


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(DataError) as refused:
        load_folder(written(tmp_path, GOOD))
    assert str(refused.value) == "two entries are called 'one'"


def test_anchors_and_merges_are_understood(tmp_path: Path) -> None:
    text = """
sdks:
- &base
  id: a
  package: a
  newest: "1"
  imports: [a]
  calls: {x: &x {kind: chat}, y: *x, z: {stream: true, <<: *x}}
- {<<: *base, id: b, imports: [b]}
"""
    first, second = load_folder(written(tmp_path, text)).sdks
    assert first.calls == {"x": CallRule("chat"), "y": CallRule("chat"), "z": CallRule("chat", stream=True)}
    assert (second.id, second.package, second.imports, second.calls) == ("b", "a", ("b",), first.calls)
