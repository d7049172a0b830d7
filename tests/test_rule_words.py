"""The words of findings: durations, places, and what to write in the terms of an SDK."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aiready.checks.model import Call, EntryPoint, Facts, Guard, Place, Retry, RetryLayer, Secret, Setting, Timeout
from aiready.checks.rules import advice
from aiready.checks.rules.wording import at, duration, entry_name, listed, types
from aiready.checks.sdks.schema import (
    CallRule,
    ClientRule,
    ErrorRule,
    Knowledge,
    OutputRule,
    RetryRule,
    Sdk,
    SwitchRule,
    TimeoutRule,
)

BUILT = Place("app/llm.py", 14)
CALL = Place("app/llm.py", 20)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0 ms"),
        (0.03, "30 ms"),
        (0.0305, "30.5 ms"),
        (1, "1 s"),
        (1.5, "1.5 s"),
        (60, "60 s"),
        (600.0, "600 s"),
        (999, "999 s"),
        (1620, "27 min"),
        (1801.5, "30 min"),
        (6000, "100 min"),
        (7200, "2 h"),
        (86400, "24 h"),
        (864000, "10 days"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_places_and_lists() -> None:
    assert at(Place("app/llm.py", 14, 3)) == "app/llm.py:14"
    assert at(Place("demo.ipynb", 2, cell=0)) == "demo.ipynb:cell 1:2"
    assert entry_name(EntryPoint("", Place("run.py", 1), "local", "script")) == "script"
    assert types(["builtins.Exception", "a.B", "?", "a.B"]) == "Exception and a.B"
    assert [types(["*"]), types(["?"]), types([])] == ["everything", "", ""]
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"], "or")] == ["a", "a and b", "a, b or c"]


# advice in the words of an SDK

GENAI = Sdk(
    id="genai",
    package="google-genai",
    newest="3.4.0",
    imports=("google.genai",),
    clients={"Client": ClientRule()},
    calls={
        "models.generate_content": CallRule("chat"),
        "aio.models.generate_content_stream": CallRule("chat", is_async=True, stream=True),
        "chats.send_stream": CallRule("chat", stream=True),
        "models.generate_content_stream": CallRule("chat", stream=True),
        "models.count": CallRule("chat", max_output=OutputRule(client=("limit",)), timeout=TimeoutRule()),
        "aio.models.generate_content": CallRule("chat", is_async=True),
    },
    env=("GEMINI_API_KEY",),
    timeout=TimeoutRule(call=("config.http_options.timeout",), client=("http_options.timeout",), unit="ms"),
    retry=RetryRule(client=("http_options.retry_options.attempts",), counts="attempts"),
    max_output=OutputRule(call=("config.max_output_tokens",)),
    objects={
        "http_options": "HttpOptions",
        "http_options.retry_options": "HttpRetryOptions",
        "config": "GenerateContentConfig",
        "config.http_options": "HttpOptions",
    },
    errors=ErrorRule(base=("google.genai.errors.APIError",), transport=("httpx", "httpx2")),
)
BOTO = Sdk(
    id="boto",
    package="boto3",
    newest="1",
    imports=("boto3",),
    timeout=TimeoutRule(client=("config.read_timeout",)),
    retry=RetryRule(client=("config.retries.total_max_attempts",), counts="attempts", default=3),
    max_output=OutputRule(call=("inferenceConfig.maxTokens",)),
    objects={"config": "Config"},
    stream=SwitchRule(call=("stream",)),
    errors=ErrorRule(silent=True),
)
CHAIN = Sdk(
    id="chain",
    package="chain",
    newest="1",
    imports=("chain",),
    calls={"invoke": CallRule("chat"), "ainvoke": CallRule("chat", is_async=True)},
    timeout=TimeoutRule(call=("request_timeout",), client=("timeout",)),
    retry=RetryRule(client=("retry_config",), call=("retries",)),
    errors=ErrorRule(like=("genai",), some=("chain.APIError", "chain.RateLimitError")),
)
HASTY = Sdk(
    id="hasty",
    package="hasty",
    newest="1",
    imports=("hasty",),
    retry=RetryRule(call=("num_retries",), backoffs={"num_retries": "none"}),
)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The advice knows four made-up SDKs and nothing else."""
    monkeypatch.setattr(advice, "load", lambda: Knowledge(sdks=(GENAI, BOTO, CHAIN, HASTY)))


def of(sdk: str, method: str = "models.generate_content", built: Place | None = BUILT) -> Call:
    """A call of this SDK whose client was built at this place."""
    plain = Setting("unknown")
    facts = Facts(Timeout("none", client=built), Retry("none"), Guard("handled"), plain, plain, plain, plain, plain)
    return Call(CALL, sdk, "chat", method, "ask", "high", 1, facts)


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (of("genai"), "`http_options=HttpOptions(timeout=30_000)` where the client is built (app/llm.py:14)"),
        (
            of("genai", built=None),
            "`config=GenerateContentConfig(http_options=HttpOptions(timeout=30_000))` in the call",
        ),
        (of("genai", "models.count"), "a deadline around the call (`asyncio.timeout(30)` in async code)"),
        (of("boto"), "`config=Config(read_timeout=30)` where the client is built (app/llm.py:14)"),
        (of("boto", built=None), "`config=Config(read_timeout=30)` where the client is built"),
        (of("chain"), "`timeout=30` where the client is built (app/llm.py:14)"),
        (of("chain", built=None), "`request_timeout=30` in the call"),
        (of("unheard of"), "a deadline around the call (`asyncio.timeout(30)` in async code)"),
    ],
)
def test_advice_on_timeouts(subject: Call, text: str) -> None:
    assert advice.timeout(subject, 30) == text


@pytest.mark.usefixtures("known")
def test_advice_is_about_the_argument_that_decides() -> None:
    call = of("chain")
    timeout = replace(call.facts.timeout, state="disabled", source="request_timeout= of the call")
    retry = replace(call.facts.retry, state="disabled", source="retries= of the call")
    decided = replace(call, facts=replace(call.facts, timeout=timeout, retry=retry))
    assert advice.timeout(decided, 30) == "`request_timeout=30` in the call"
    assert (advice.retry(call), advice.retry(decided)) == (
        "`retry_config=RetryConfig(...)` where the client is built",
        "`retries=Retries(...)` in the call",
    )


@pytest.mark.usefixtures("known")
def test_advice_on_retries() -> None:
    tenacity = (
        "`@tenacity.retry(retry=retry_if_exception_type(...), stop=stop_after_attempt(3),"
        " wait=wait_exponential_jitter())` around it"
    )
    assert [advice.retry(of(sdk)) for sdk in ("genai", "boto", "chain", "hasty", "unheard of")] == [
        "`http_options=HttpOptions(retry_options=HttpRetryOptions(attempts=3))` where the client is built",
        '`config=Config(retries={"total_max_attempts": 3})` where the client is built',
        "`retry_config=RetryConfig(...)` where the client is built",
        tenacity,
        tenacity,
    ]
    assert [advice.retry_off(of(sdk)) for sdk in ("genai", "chain")] == [
        "`http_options=HttpOptions(retry_options=HttpRetryOptions(attempts=1))`",
        "",
    ]


@pytest.mark.usefixtures("known")
def test_advice_on_errors() -> None:
    assert [advice.all_errors(of(sdk)) for sdk in ("genai", "boto", "chain", "unheard of")] == [
        "`google.genai.errors.APIError` and what httpx or httpx2 raises",
        "the answer's own error status (boto3 raises nothing for a failed request)",
        "`google.genai.errors.APIError`",
        "`Exception`",
    ]
    assert [advice.passing_errors(of(sdk)) for sdk in ("chain", "boto")] == [
        "`chain.RateLimitError`",
        "rate limits, timeouts, lost connections and 5xx",
    ]


@pytest.mark.usefixtures("known")
def test_advice_on_answers() -> None:
    assert [advice.output_cap(of(sdk)) for sdk in ("genai", "boto", "chain")] == [
        "`config=GenerateContentConfig(max_output_tokens=1000)` in the call",
        '`inferenceConfig={"maxTokens": 1000}` in the call',
        "a maximum of output tokens",
    ]
    assert advice.output_cap(of("genai", "models.count")) == "`limit=1000` where the client is built"
    assert [advice.streaming(of(sdk)) for sdk in ("genai", "boto", "chain")] == [
        "`models.generate_content_stream`",
        "`stream=True`",
        "the SDK's streaming interface",
    ]


@pytest.mark.usefixtures("known")
def test_advice_on_plain_http() -> None:
    posted = of("raw-http", "requests.post", None)
    assert advice.name(posted) == "requests"
    assert advice.timeout(posted, 30) == "`timeout=30` in the call"
    assert advice.all_errors(posted) == "`requests.RequestException`"
    assert advice.output_cap(posted) == '`json={"max_tokens": 1000}` in the call'
    assert advice.streaming(posted) == '`json={"stream": True}`'
    assert advice.name(of("genai")) == "genai"
    opened = of("raw-http", "urllib.urlopen", None)
    assert advice.output_cap(opened) == '`"max_tokens": 1000` in the body of the request'
    assert advice.streaming(opened) == '`"stream": True` in the body of the request'


@pytest.mark.usefixtures("known")
def test_advice_on_async_twins_and_keys() -> None:
    assert advice.async_client(of("genai")) == "`aio.models.generate_content`"
    assert advice.async_client(of("chain", "invoke")) == "`ainvoke`"
    assert advice.async_client(of("boto")) == "an async client"
    assert advice.key_variable(Secret(CALL, "genai", "string literal")) == " (`GEMINI_API_KEY`)"
    assert advice.key_variable(Secret(CALL, "nobody", "string literal")) == ""


def test_chains_stream_by_a_method() -> None:
    assert advice.streaming(of("langchain-openai", "invoke")) == "`stream`"
    assert advice.streaming(of("langchain-openai", "ainvoke")) == "`astream`"


def test_advice_on_layers() -> None:
    loop, decorator = RetryLayer("loop", "for loop", 3), RetryLayer("decorator", "@retry of tenacity", 3)
    assert [advice.backoff(layer) for layer in (loop, decorator)] == [
        "`time.sleep(min(30, 2**attempt) + random.random())` between attempts (`asyncio.sleep` in async code)",
        "exponential with jitter, such as tenacity's `wait=wait_exponential_jitter()`",
    ]
    assert [advice.stop(layer) for layer in (loop, decorator)] == [
        "`for attempt in range(5):` in place of the endless loop, raising the last error after it",
        "a number of attempts or a deadline: tenacity's `stop=stop_after_attempt(5)`, backoff's `max_tries=5`",
    ]
