"""What a user's words for a target mean: protocol, address, model and key; what may be a key is never repeated."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.bench.keys import KeySource
from aiready.bench.mistakes import BenchMistake
from aiready.bench.protocols import Endpoint, Options, asked
from aiready.bench.scenarios import (
    Aim,
    Header,
    Resolved,
    Settings,
    Surroundings,
    Wanted,
    discovered,
    is_scenario,
    resolved,
)
from aiready.bench.scenarios.providers import PROVIDERS
from aiready.bench.scenarios.shorthands import of_shorthand, ollama_url
from aiready.bench.scenarios.urls import of_url

KEY = "sk-abcdef1234567890"
AZURE = "https://r.openai.azure.com"
OPENAI = ("OPENAI_API_KEY",)
GEMINI = ("GEMINI_API_KEY", "GOOGLE_API_KEY")


def told(aim: Aim) -> tuple[str, str, str, tuple[str, ...], bool]:
    """Protocol, URL of a request, model, variables of the key, and whether it is needed."""
    request = aim.api.request(asked("hi"), Options(model=aim.model or "m"))
    return aim.api.name, aim.base + request.path, aim.model, aim.source.variables, aim.source.needed


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        (
            "http://localhost:8000/v1",
            ("openai-compatible", "http://localhost:8000/v1/chat/completions", "", OPENAI, False),
        ),
        (
            "http://localhost:8000/v1/",
            ("openai-compatible", "http://localhost:8000/v1/chat/completions", "", OPENAI, False),
        ),
        ("http://[::1]:8000", ("openai-compatible", "http://[::1]:8000/v1/chat/completions", "", OPENAI, False)),
        ("https://llm.corp/v1", ("openai-compatible", "https://llm.corp/v1/chat/completions", "", (), False)),
        (
            "https://llm.corp/v1/chat/completions",
            ("openai-compatible", "https://llm.corp/v1/chat/completions", "", (), False),
        ),
        ("https://h/chat/completions?x=y", ("openai-compatible", "https://h/chat/completions?x=y", "", (), False)),
        ("https://h/v1/completions", ("openai-completions", "https://h/v1/completions", "", (), False)),
        ("https://h/v1/embeddings", ("openai-embeddings", "https://h/v1/embeddings", "", (), False)),
        ("https://api.openai.com", ("openai-chat", "https://api.openai.com/v1/chat/completions", "", OPENAI, True)),
        ("https://api.openai.com/v1", ("openai-chat", "https://api.openai.com/v1/chat/completions", "", OPENAI, True)),
        (
            "https://api.openai.com/v1/chat/completions",
            ("openai-chat", "https://api.openai.com/v1/chat/completions", "", OPENAI, True),
        ),
        (
            "https://api.openai.com/v1/responses",
            ("openai-responses", "https://api.openai.com/v1/responses", "", OPENAI, True),
        ),
        (
            "https://api.anthropic.com",
            ("anthropic-messages", "https://api.anthropic.com/v1/messages", "", ("ANTHROPIC_API_KEY",), True),
        ),
        ("https://gw.corp/a/v1/messages", ("anthropic-messages", "https://gw.corp/a/v1/messages", "", (), False)),
        ("https://gw.corp/messages", ("anthropic-messages", "https://gw.corp/messages", "", (), False)),
        (
            "https://api.groq.com",
            ("openai-compatible", "https://api.groq.com/openai/v1/chat/completions", "", ("GROQ_API_KEY",), True),
        ),
        ("http://localhost:11434", ("ollama-chat", "http://localhost:11434/api/chat", "", ("OLLAMA_API_KEY",), False)),
        (
            "http://localhost:11434/v1",
            ("openai-compatible", "http://localhost:11434/v1/chat/completions", "", OPENAI, False),
        ),
        ("http://h/api/generate", ("ollama-generate", "http://h/api/generate", "", (), False)),
        (
            "https://generativelanguage.googleapis.com/v1beta/openai/",
            (
                "openai-compatible",
                "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions",
                "",
                GEMINI,
                True,
            ),
        ),
        (
            "https://generativelanguage.googleapis.com/v1beta/models/g%2D2:generateContent",
            (
                "gemini",
                "https://generativelanguage.googleapis.com/v1beta/models/g-2:streamGenerateContent?alt=sse",
                "g-2",
                GEMINI,
                True,
            ),
        ),
        (
            "https://v.corp/v1/projects/p/models/g:streamGenerateContent?alt=sse",
            ("gemini", "https://v.corp/v1/projects/p/models/g:streamGenerateContent?alt=sse", "g", (), False),
        ),
        (AZURE, ("azure-chat", f"{AZURE}/openai/v1/chat/completions", "", ("AZURE_OPENAI_API_KEY",), True)),
        (
            f"{AZURE}/openai/v1/responses",
            ("azure-responses", f"{AZURE}/openai/v1/responses", "", ("AZURE_OPENAI_API_KEY",), True),
        ),
        (
            f"{AZURE}/openai/deployments/d%20e/embeddings?api-version=2024-10-21",
            (
                "azure-embeddings",
                f"{AZURE}/openai/deployments/d%20e/embeddings?api-version=2024-10-21",
                "d e",
                ("AZURE_OPENAI_API_KEY",),
                True,
            ),
        ),
    ],
)
def test_a_url_says_protocol_and_key(url: str, meant: tuple[str, str, str, tuple[str, ...], bool]) -> None:
    assert told(of_url(url, {})) == meant


def test_a_host_alone_is_asked_where_such_servers_answer() -> None:
    assert of_url("http://h:8000", {}).notes == (
        "http://h:8000: no path is given; requests go to http://h:8000/v1/chat/completions",
    )


def mistakes(text: str, **environ: str) -> tuple[str, ...]:
    with pytest.raises(BenchMistake) as caught:
        of_url(text, environ) if "://" in text else of_shorthand(text, environ)
    assert KEY not in str(caught.value)
    return tuple(each.partition(": put the key")[0].partition(" and name it")[0] for each in caught.value.mistakes)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (f"https://h/v1?key={KEY}", ("https://h/v1: ?key= may be a key, and URLs are logged everywhere",)),
        (
            f"https://h/v1/messages?x={KEY}",
            ("https://h/v1/messages: ?x= may be a key, and URLs are logged everywhere",),
        ),
        (
            f"https://u:{KEY}@h/v1#x",
            (
                "https://h/v1: a name or a password in a URL is logged everywhere",
                "https://h/v1: what stands behind # is never sent: leave it out",
            ),
        ),
        (
            f"https://h/{KEY}/v1",
            ("https://h/[hidden]/v1: what looks like a key stands in it, and URLs are logged everywhere",),
        ),
        (
            "https://h/v1?x=y",
            ("https://h/v1: a base URL has no ?; give the whole address, such as …/chat/completions?…",),
        ),
        ("https://h/a b", ("https://h/a b: the address holds characters that must be written as %XX",)),
        ("ftp://h", ("ftp://h: a URL begins with http:// or https://",)),
        ("http://", ("http://: names no host, or one that can't be",)),
        (
            f"{AZURE}/openai/deployments/d/chat/completions",
            (f"{AZURE}/openai/deployments/d/chat/completions: the version is missing: add ?api-version=2024-10-21",),
        ),
        (
            "https://h/v1/models/g:generateContent?x=y",
            ("https://h/v1/models/g:generateContent: ?x isn't sent to Gemini: leave it out",),
        ),
        ("opnai:gpt", ("opnai: no provider, no protocol and no file has that name; did you mean openai?",)),
        (
            "localhost:8000/v1",
            ("localhost:8000/v1: a URL begins with http:// or https://: write http://localhost:8000/v1",),
        ),
        ("llm.corp", ("llm.corp: a URL begins with http:// or https://: write http://llm.corp",)),
        (KEY, ("the target holds what looks like a key: write PROVIDER:MODEL, and put the key into a variable",)),
        (
            "openai-compatible:m",
            ("openai-compatible: whose server? give its URL, such as http://localhost:8000/v1, and --model",),
        ),
        ("azure:d", ("azure:d: where is it? set AZURE_OPENAI_ENDPOINT to https://NAME.openai.azure.com",)),
    ],
)
def test_what_names_no_target_is_refused_with_advice(text: str, wrong: tuple[str, ...]) -> None:
    assert mistakes(text) == wrong


HOSTS = (
    "http://",
    "https://",
    "u:p@",
    "h",
    "[::1]",
    ":80",
    ":x",
    "[",
    ".openai.azure.com",
    "openai",
    "azure",
    ":",
    "é",
)
PATHS = ("/v1", "/messages", "?key=", "#", "%", " ", "\n", "/openai/deployments/", "/models/", ":generateContent")


@given(st.lists(st.sampled_from((*HOSTS, *PATHS, f"/{KEY}", f":{KEY}@", f"={KEY}")), max_size=8).map("".join))
def test_whatever_is_written_is_a_target_or_a_mistake_without_a_key(text: str) -> None:
    try:
        told = repr(of_url(text, {}) if "://" in text else of_shorthand(text, {}))
    except BenchMistake as mistake:
        told = str(mistake)
    assert (KEY in told, bool(told)) == (False, True)


ELSEWHERE = {
    "OPENAI_BASE_URL": "http://localhost:9/v1/",
    "OLLAMA_HOST": "0.0.0.0",
    "AZURE_OPENAI_ENDPOINT": f"{AZURE}/",
    "ANTHROPIC_BASE_URL": "https://gw.corp/anthropic",
}


@pytest.mark.parametrize(
    ("text", "environ", "meant"),
    [
        ("openai:gpt-4o", {}, ("openai-chat", "https://api.openai.com/v1/chat/completions", "gpt-4o", OPENAI, True)),
        ("openai:m", ELSEWHERE, ("openai-compatible", "http://localhost:9/v1/chat/completions", "m", OPENAI, False)),
        ("openai-responses:m", ELSEWHERE, ("openai-responses", "http://localhost:9/v1/responses", "m", OPENAI, False)),
        (
            "anthropic:c",
            ELSEWHERE,
            ("anthropic-messages", "https://gw.corp/anthropic/v1/messages", "c", ("ANTHROPIC_API_KEY",), True),
        ),
        (
            "google:g",
            {},
            (
                "gemini",
                "https://generativelanguage.googleapis.com/v1beta/models/g:streamGenerateContent?alt=sse",
                "g",
                GEMINI,
                True,
            ),
        ),
        (
            "ollama:llama3:8b",
            {},
            ("ollama-chat", "http://127.0.0.1:11434/api/chat", "llama3:8b", ("OLLAMA_API_KEY",), False),
        ),
        (
            "ollama-generate:l",
            {"OLLAMA_HOST": "gpu"},
            ("ollama-generate", "http://gpu:11434/api/generate", "l", ("OLLAMA_API_KEY",), False),
        ),
        (
            "groq:a/b",
            {},
            ("openai-compatible", "https://api.groq.com/openai/v1/chat/completions", "a/b", ("GROQ_API_KEY",), True),
        ),
        ("vllm", {}, ("openai-compatible", "http://127.0.0.1:8000/v1/chat/completions", "", OPENAI, False)),
        (
            "azure:d",
            ELSEWHERE,
            ("azure-chat", f"{AZURE}/openai/v1/chat/completions", "d", ("AZURE_OPENAI_API_KEY",), True),
        ),
        (
            "azure-embeddings:d",
            ELSEWHERE | {"OPENAI_API_VERSION": "2024-10-21"},
            (
                "azure-embeddings",
                f"{AZURE}/openai/deployments/d/embeddings?api-version=2024-10-21",
                "d",
                ("AZURE_OPENAI_API_KEY",),
                True,
            ),
        ),
    ],
)
def test_a_shorthand_says_protocol_and_key(
    text: str, environ: Mapping[str, str], meant: tuple[str, str, str, tuple[str, ...], bool]
) -> None:
    assert told(of_shorthand(text, environ)) == meant


def test_a_provider_that_the_surroundings_move_is_told() -> None:
    aim = of_shorthand("openai:m", ELSEWHERE)
    assert (aim.name, aim.notes) == ("openai:m", ("openai: OPENAI_BASE_URL sends requests to localhost:9",))


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("gpu:99", "http://gpu:99"),
        ("https://gpu/x/", "https://gpu:443/x"),
        ("http://gpu", "http://gpu:80"),
        ("::1", "http://[::1]:11434"),
        ("[::]:5", "http://127.0.0.1:5"),
    ],
)
def test_the_host_of_ollama_is_read_as_ollama_does(host: str, url: str) -> None:
    assert ollama_url(host) == url


def test_a_host_that_is_none_is_told() -> None:
    assert mistakes("ollama:m", OLLAMA_HOST="a:b") == ("OLLAMA_HOST holds no address; write it like 127.0.0.1:11434",)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda each: each.name)
def test_every_provider_can_be_asked(provider: Any) -> None:
    aim = of_shorthand(f"{provider.name}:m", {"AZURE_OPENAI_ENDPOINT": AZURE})
    again = of_url(aim.base, {})
    assert (again.base.startswith(aim.base), again.source.variables, aim.ask_usage) == (
        True,
        aim.source.variables,
        provider.name != "mistral",
    )


@pytest.mark.parametrize("gateway", ["https://gw.corp", "https://gw.corp/llm/", "http://localhost:9"])
def test_azure_behind_another_host_is_asked_by_azures_paths(gateway: str) -> None:
    """A bare host once got /v1 in front of them."""
    environ = {"AZURE_OPENAI_ENDPOINT": gateway, "OPENAI_API_VERSION": "2024-10-21"}
    _, url, *_ = told(of_shorthand("azure:d", environ))
    assert url == f"{gateway.rstrip('/')}/openai/deployments/d/chat/completions?api-version=2024-10-21"


def test_a_scenario_is_told_from_other_words(tmp_path: Path) -> None:
    (tmp_path / "plan").touch()
    files = ["a.yaml", "B.YML", str(tmp_path / "plan")]
    words = ["http://h/a.yaml", "openai:m", "ollama:my.yaml", "nowhere", "x" * 5000, "\0"]
    assert [each for each in (*files, *words) if is_scenario(each)] == files


def test_a_provider_wins_over_a_file_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ollama", "plan"):
        Path(name).touch()
    assert [is_scenario(each) for each in ("ollama", "plan")] == [False, True]


def around(*names: str, stand_ins: Mapping[str, str] | None = None, **environ: str) -> Surroundings:
    def ask(_: Aim, __: Mapping[str, str], ___: float) -> tuple[str, ...]:
        return names

    return Surroundings(environ, stand_ins or {}, ask, date(2026, 11, 1))


def target(text: str, at: Surroundings, settings: Settings | None = None) -> Resolved:
    return resolved(Wanted(text), settings or Settings(), at)


def wrong(wanted: Wanted, at: Surroundings, settings: Settings | None = None) -> tuple[str, ...]:
    with pytest.raises(BenchMistake) as caught:
        resolved(wanted, settings or Settings(), at)
    return caught.value.mistakes


def test_a_target_has_all_that_was_said_for_it() -> None:
    said = Settings(stream=False, max_output=9, temperature=0.0, extra={"a": 1, "b": 2}, headers=(Header("x-a", "1"),))
    own = Settings(extra={"b": 3}, headers=(Header("X-A", "2"), Header("y", source=KeySource(("Y",)))))
    found = resolved(Wanted("openai:m", "mine", settings=own), said, around(OPENAI_API_KEY=KEY, Y="secret"))
    made = found.target
    assert (made.name, made.base, made.key) == ("mine", "https://api.openai.com/v1", KEY)
    assert made.options == Options("m", False, 9, 0.0, extra={"a": 1, "b": 3})
    assert (made.headers, found.notes) == ((("X-A", "2"), ("y", "secret")), ())
    assert (KEY in repr(found), "secret'" in repr(found)) == (False, False)


def test_a_named_key_is_sent_anywhere_and_must_be_there() -> None:
    said = Settings(key=KeySource(("MINE",)))
    assert target("https://h/v1", around(MINE="k"), replace_model(said)).target.key == "k"
    assert wrong(Wanted("https://h/v1", where="a.yaml:3:1: targets.0"), around(), replace_model(said)) == (
        "a.yaml:3:1: targets.0: h: a key is needed, but MINE is not set",
    )


def replace_model(settings: Settings) -> Settings:
    return Settings(model="m").over(settings)


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("https://h/v1", ("h: no key is sent, since none is named for it; --key-env NAME sends one",)),
        ("http://localhost:1/v1", ()),
        ("ollama:m", ()),
    ],
)
def test_a_key_goes_nowhere_by_custom_but_where_it_belongs(text: str, notes: tuple[str, ...]) -> None:
    found = target(text, around(OPENAI_API_KEY=KEY), Settings(model="m"))
    assert (found.target.key, found.notes) == (KEY if "localhost" in text else "", notes)


def test_a_key_that_travels_in_the_open_is_told() -> None:
    found = target("http://h/v1", around(A=KEY), Settings(model="m", key=KeySource(("A",))))
    assert found.notes == ("h: the key travels unencrypted: the URL begins with http://",)


def test_the_only_model_of_a_server_is_taken() -> None:
    found = target("http://localhost:1/v1", around("nomic-embed-text", "llama"))
    assert (found.target.options.model, found.notes) == (
        "llama",
        ("localhost:1: the model is llama, the only one there",),
    )


def test_of_several_models_one_must_be_named() -> None:
    told = "ollama: which model? name it with --model, or behind a colon; there are a, b, c, d, e …"
    assert wrong(Wanted("ollama"), around(*"abcdef")) == (told,)
    assert wrong(Wanted("groq"), around("a", GROQ_API_KEY="k")) == (
        "groq: which model? name it with --model, or behind a colon",
    )
    assert wrong(Wanted("openai:a"), around(OPENAI_API_KEY="k"), Settings(model="b")) == (
        "openai:a: names a, and the model is said to be b: keep one",
    )


def test_a_server_that_names_no_model_is_asked_without() -> None:
    assert target("http://localhost:1/v1", around()).target.options.model == ""


def test_a_missing_key_is_told_with_what_to_do() -> None:
    [told] = wrong(Wanted("openai:m"), around())
    advice = "set OPENAI_API_KEY, or name another variable with --key-env or a file with --key-file"
    assert told == f"openai:m: a key is needed, but OPENAI_API_KEY is not set: {advice}"


def test_an_endpoint_of_ones_own_is_where_it_says() -> None:
    endpoint = Endpoint("/ask", "answer")
    found = resolved(Wanted("http://h/api/chat", endpoint=endpoint), Settings(), around())
    assert (found.target.api, found.target.base, found.target.name) == (endpoint, "http://h/api/chat", "h")
    assert wrong(Wanted("http://h", endpoint=endpoint), around(), Settings(key=KeySource(("A",)))) == (
        "h: a key is named, but endpoint sends none",
    )
    assert wrong(Wanted("openai:m", endpoint=endpoint), around()) == (
        "openai:m: an endpoint of one's own needs its URL, such as http://localhost:8000",
    )


def test_a_protocol_that_is_named_wins_over_the_url() -> None:
    found = resolved(Wanted("http://h/x/", protocol="anthropic-messages"), Settings(model="m"), around())
    assert (found.target.api.name, found.target.base) == ("anthropic-messages", "http://h/x")
    assert wrong(Wanted("openai:m", protocol="gemini"), around()) == (
        "openai:m: names its protocol already; leave out protocol, or give a URL",
    )


def test_a_word_may_stand_for_a_server_that_was_started() -> None:
    found = target("simulator", around("sim", stand_ins={"simulator": "http://127.0.0.1:5/v1"}))
    assert (found.target.name, found.target.base, found.target.options.model) == (
        "simulator",
        "http://127.0.0.1:5/v1",
        "sim",
    )


@pytest.mark.parametrize("value", ["a\nb", "é"])
def test_a_header_out_of_a_variable_is_looked_at(value: str) -> None:
    said = Settings(model="m", headers=(Header("x", source=KeySource(("A",))),))
    assert wrong(Wanted("http://localhost:1/v1"), around(A=value), said)[0].startswith("x: $A: ")


@contextmanager
def server(answers: Mapping[str, Any]) -> Generator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(answers.get(self.path)).encode()
            self.send_response(200 if self.path in answers else 404)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 - as the base has it
            return

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"127.0.0.1:{made.server_port}"
    finally:
        made.shutdown()
        made.server_close()
        thread.join()


def found_in(environ: Mapping[str, str]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """What is found, apart from what happens to run at the usual ports."""
    named = [each for each in discovered(environ) if each.title in ("Ollama", "OPENAI_BASE_URL")]
    return [(each.title, each.aim.base, each.aim.model, each.models) for each in named if ":11434" not in each.aim.base]


def test_servers_that_the_surroundings_name_are_found() -> None:
    tags = {"models": [{"name": "llama3:8b"}, {"name": "nomic-embed-text"}, {"no": 1}, 5]}
    listed = {"data": [{"id": "a"}, {"id": "b"}, {"id": None}]}
    with server({"/api/tags": tags}) as ollama, server({"/v1/models": listed}) as openai:
        environ = {"OLLAMA_HOST": ollama, "OPENAI_BASE_URL": f"http://{openai}/v1"}
        assert found_in(environ) == [
            ("OPENAI_BASE_URL", f"http://{openai}/v1", "", ("a", "b")),
            ("Ollama", f"http://{ollama}", "llama3:8b", ("llama3:8b", "nomic-embed-text")),
        ]


def test_an_ollama_on_another_port_is_asked_by_its_own_protocol() -> None:
    """OpenAI's was used, since only the usual port told whose it is."""
    with server({"/api/tags": {"models": [{"name": "llama3:8b"}]}}) as at:
        [found] = [each for each in discovered({"OLLAMA_HOST": at}) if each.title == "Ollama" and at in each.aim.base]
        one = resolved(found.wanted, Settings(), around("llama3:8b", OLLAMA_HOST=at)).target
    assert (one.api.name, one.base, one.options.model) == ("ollama-chat", f"http://{at}", "llama3:8b")


def test_a_local_server_gets_the_key_of_the_protocol_that_is_named() -> None:
    said = around(OPENAI_API_KEY="sk-openai-000000", OLLAMA_API_KEY="ollama-0000000")
    one = resolved(Wanted("http://127.0.0.1:9", protocol="ollama-chat"), Settings(model="m"), said).target
    assert one.key == "ollama-0000000"


@pytest.mark.parametrize("answer", [None, [], {"data": 5}, {"data": []}, {"models": {}}])
def test_what_is_no_list_of_models_is_no_server(answer: object) -> None:
    with server({"/v1/models": answer, "/api/tags": answer}) as at:
        assert found_in({"OLLAMA_HOST": at, "OPENAI_BASE_URL": f"http://{at}/v1"}) == []


def test_what_may_cost_money_is_not_asked_unnamed() -> None:
    assert found_in({"OPENAI_BASE_URL": "http://192.0.2.1:9/v1", "OLLAMA_HOST": "a:b"}) == []
