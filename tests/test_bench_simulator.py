"""The simulator over real sockets: it must do what it says it does, since everything else is held against it."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from aiready.bench.mistakes import SimulatorError
from aiready.bench.simulator import FAULTS, PROFILES, Deed, Settings, Simulator, Stall, profile, settings
from aiready.bench.simulator.draws import Draw

PATHS: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": ("/v1/chat/completions", {"messages": [{"role": "user", "content": "x" * 40}]}),
    "completions": ("/v1/completions", {"prompt": "x" * 40}),
    "responses": ("/v1/responses", {"input": "x" * 40}),
    "messages": ("/v1/messages", {"max_tokens": 99, "messages": [{"role": "user", "content": "x" * 40}]}),
    "gemini": ("/v1beta/models/m:generateContent", {"contents": [{"parts": [{"text": "x" * 40}]}]}),
    "ollama-chat": ("/api/chat", {"messages": [{"role": "user", "content": "x" * 40}]}),
    "ollama-generate": ("/api/generate", {"prompt": "x" * 40}),
}
QUICK = "ttft=2ms&itl=1ms&tokens=6"


@contextmanager
def serving(text: str, truth: Path | None = None) -> Iterator[tuple[Simulator, http.client.HTTPConnection]]:
    with Simulator(settings(text), truth=truth) as simulator:
        connection = http.client.HTTPConnection(urlsplit(simulator.url).netloc, timeout=10)
        yield simulator, connection
        connection.close()


def posted(
    connection: http.client.HTTPConnection, path: str, body: dict[str, Any], **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection.request("POST", path, json.dumps(body), {name.replace("_", "-"): each for name, each in headers.items()})
    answer = connection.getresponse()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def streamed(protocol: str) -> tuple[str, dict[str, Any]]:
    path, body = PATHS[protocol]
    if protocol == "gemini":
        return path.replace("generateContent", "streamGenerateContent?alt=sse"), body
    return path, body | {"model": "m", "stream": True, "stream_options": {"include_usage": True}}


def events(body: bytes) -> list[Any]:
    return [json.loads(line[6:]) for line in body.decode().split("\n") if line.startswith("data: {")]


def texts(protocol: str, body: bytes) -> list[str]:
    """The pieces of text in a stream, found in the way of each provider's own documentation."""
    if protocol.startswith("ollama"):
        lines = [json.loads(line) for line in body.splitlines()]
        assert [line["done"] for line in lines] == [False] * (len(lines) - 1) + [True]
        return [line["response"] if "response" in line else line["message"]["content"] for line in lines[:-1]]
    found = events(body)
    match protocol:
        case "chat":
            return [each["choices"][0]["delta"].get("content", "") for each in found if each["choices"]]
        case "completions":
            return [each["choices"][0]["text"] for each in found if each["choices"]]
        case "responses":
            return [each["delta"] for each in found if each["type"] == "response.output_text.delta"]
        case "messages":
            return [each["delta"]["text"] for each in found if each["type"] == "content_block_delta"]
        case _:
            return [each["candidates"][0]["content"]["parts"][0]["text"] for each in found]


@pytest.mark.parametrize("protocol", PATHS)
def test_a_stream_brings_its_tokens_one_by_one_and_the_truth_has_a_stamp_for_each(
    protocol: str, tmp_path: Path
) -> None:
    with serving(QUICK, tmp_path / "truth") as (simulator, connection):
        status, headers, body = posted(connection, *streamed(protocol))
    said = [each for each in texts(protocol, body) if each]
    (deed,) = simulator.truth()
    assert status == 200
    assert headers["content-type"].split(";")[0] in ("text/event-stream", "application/x-ndjson")
    assert len(said) == len(deed.stamps) == deed.output == 6
    assert (deed.protocol, deed.stream, deed.fault, deed.status, deed.input) == (protocol, True, "", 200, 10)
    assert deed.t_received < deed.stamps[0] < deed.stamps[-1] <= deed.t_end
    assert deed.stamps[0] - deed.t_received >= 2_000_000
    assert sorted(deed.stamps) == deed.stamps


@pytest.mark.parametrize("protocol", PATHS)
def test_an_answer_in_one_piece_says_the_same(protocol: str, tmp_path: Path) -> None:
    path, body = PATHS[protocol]
    with serving(QUICK, tmp_path / "truth") as (simulator, connection):
        status, _, whole = posted(connection, path, body | {"stream": False})
        _, _, stream = posted(connection, *streamed(protocol), x_simulate="seed=1")
    one, _ = simulator.truth()
    answer = json.loads(whole)
    text = {
        "chat": lambda: answer["choices"][0]["message"]["content"],
        "completions": lambda: answer["choices"][0]["text"],
        "responses": lambda: answer["output"][0]["content"][0]["text"],
        "messages": lambda: answer["content"][0]["text"],
        "gemini": lambda: answer["candidates"][0]["content"]["parts"][0]["text"],
        "ollama-chat": lambda: answer["message"]["content"],
        "ollama-generate": lambda: answer["response"],
    }[protocol]()
    assert status == 200
    assert len(text.split()) == one.output == 6
    assert text.split()[1:] == "".join(texts(protocol, stream)).split()[:5]  # the next request's words begin one later
    assert (one.stream, len(one.stamps)) == (False, 1)


def test_counts_of_cached_and_reasoning_tokens() -> None:
    with serving(f"{QUICK}&cached=50%&reasoning=4&tokens_per_chunk=2") as (_, connection):
        _, _, chat = posted(connection, *streamed("chat"))
        _, _, messages = posted(connection, *streamed("messages"))
        _, _, gemini = posted(connection, *streamed("gemini"))
    usage = events(chat)[-1]["usage"]
    assert usage["prompt_tokens_details"]["cached_tokens"] == 5
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 4
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (10, 10)
    thoughts = [each["choices"][0]["delta"].get("reasoning_content") for each in events(chat)[1:6]]
    assert [bool(each) for each in thoughts] == [True, True, False, False, False]
    begun = events(messages)[0]["message"]["usage"]
    assert (begun["input_tokens"], begun["cache_read_input_tokens"]) == (5, 5)
    assert events(messages)[-2]["usage"]["output_tokens"] == 10
    counts = events(gemini)[-1]["usageMetadata"]
    assert counts == {
        "promptTokenCount": 10,
        "candidatesTokenCount": 6,
        "totalTokenCount": 20,
        "thoughtsTokenCount": 4,
        "cachedContentTokenCount": 5,
    }


def test_usage_comes_only_where_it_is_asked_for() -> None:
    path, body = PATHS["chat"]
    with serving(QUICK) as (_, connection):
        _, _, stream = posted(connection, path, body | {"stream": True})
    assert all("usage" not in each for each in events(stream))
    assert stream.endswith(b"data: [DONE]\n\n")


def test_the_longest_answer_is_kept_to() -> None:
    path, body = PATHS["chat"]
    with serving(QUICK) as (_, connection):
        _, _, answer = posted(connection, path, body | {"max_tokens": 3})
    choice = json.loads(answer)["choices"][0]
    assert (choice["finish_reason"], len(choice["message"]["content"].split())) == ("length", 3)


def test_embeddings_are_as_many_as_texts() -> None:
    with serving(QUICK) as (_, connection):
        _, _, answer = posted(connection, "/v1/embeddings", {"input": ["a", "b", "c"], "dimensions": 4})
    data = json.loads(answer)["data"]
    assert [(each["index"], len(each["embedding"])) for each in data] == [(0, 4), (1, 4), (2, 4)]


STATUS = {"e429": 429, "e500": 500, "e503": 503, "e529": 529}


@pytest.mark.parametrize(("fault", "status"), STATUS.items())
@pytest.mark.parametrize("protocol", ["chat", "messages", "gemini", "ollama-chat"])
def test_an_error_of_status_is_worded_as_the_provider_does(fault: str, status: int, protocol: str) -> None:
    with serving(f"{QUICK}&{fault}=100%") as (_, connection):
        got, headers, body = posted(connection, *streamed(protocol))
        again, _, _ = posted(connection, *streamed(protocol))
    error = json.loads(body)["error"]
    assert (got, again) == (status, status)
    assert str(status) in (error if protocol.startswith("ollama") else error["message"])
    assert headers.get("retry-after") == ("1" if status in (429, 503) else None)


def raw(simulator: Simulator, protocol: str = "chat") -> bytes:
    """All that comes on a connection until it ends, as bytes; b"RST" at its end where it is reset."""
    host, _, port = urlsplit(simulator.url).netloc.partition(":")
    path, body = streamed(protocol)
    text = json.dumps(body)
    with socket.create_connection((host, int(port)), timeout=5) as sock:
        sock.sendall(f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(text)}\r\n\r\n{text}".encode())
        got = b""
        try:
            while not got.endswith(b"0\r\n\r\n") and (piece := sock.recv(65536)):
                got += piece
        except ConnectionResetError:
            return got + b"RST"
        except TimeoutError:
            return got + b"TIMEOUT"
        return got


def test_faults_on_the_wire() -> None:
    seen: dict[str, bytes] = {}
    for fault in ("reset", "reset_mid", "truncated", "cut", "malformed", "error_event", "empty", "slow_headers"):
        with Simulator(settings(f"{QUICK}&{fault}=100%")) as simulator:
            seen[fault] = raw(simulator)
    assert seen["reset"] == b"RST"
    assert seen["reset_mid"].endswith(b"RST")
    assert [seen[each].count(b'"content":" ') for each in seen] == [0, 3, 3, 3, 3, 3, 0, 6]
    ended = [fault for fault, got in seen.items() if got.endswith(b"0\r\n\r\n")]
    assert ended == ["truncated", "malformed", "error_event", "empty", "slow_headers"]
    assert [fault for fault, got in seen.items() if b"[DONE]" in got] == ["empty", "slow_headers"]
    assert b'"error":' in seen["error_event"]


def test_the_same_seed_gives_the_same_faults_and_each_is_in_the_truth(tmp_path: Path) -> None:
    text = "ttft=0&itl=0&tokens=2&e429=20%&e500=20%&empty=20%"

    def faults(seed: int) -> list[str]:
        with serving(f"{text}&seed={seed}", tmp_path / "truth") as (simulator, connection):
            statuses = [posted(connection, *streamed("chat"))[0] for _ in range(60)]
        deeds = simulator.truth()
        assert [each.status for each in deeds] == statuses
        return [each.fault for each in deeds]

    first = faults(1)
    assert first == faults(1) != faults(2)
    assert set(first) == {"", "e429", "e500", "empty"}


def test_a_queue_forms_where_slots_are_few(tmp_path: Path) -> None:
    with Simulator(settings("ttft=30ms&itl=0&tokens=1&slots=1"), truth=tmp_path / "truth") as simulator:
        netloc = urlsplit(simulator.url).netloc
        connections = [http.client.HTTPConnection(netloc, timeout=10) for _ in range(3)]
        path, body = streamed("chat")
        for each in connections:
            each.request("POST", path, json.dumps(body))
        for each in connections:
            each.getresponse().read()
            each.close()
    first = sorted(each.stamps[0] for each in simulator.truth())
    assert all(later - earlier >= 30_000_000 for earlier, later in pairwise(first))


def test_a_limit_per_minute_is_told_and_kept() -> None:
    with serving("ttft=0&itl=0&tokens=1&rpm=2") as (_, connection):
        told = [posted(connection, *streamed("chat")) for _ in range(3)]
        _, anthropic, _ = posted(connection, *streamed("messages"))
    assert [each[0] for each in told] == [200, 200, 429]
    assert [each[1]["x-ratelimit-remaining-requests"] for each in told] == ["1", "0", "0"]
    assert told[0][1]["x-ratelimit-limit-requests"] == anthropic["anthropic-ratelimit-requests-limit"] == "2"


def test_events_can_be_cut_and_end_by_cr_lf(tmp_path: Path) -> None:
    with serving(f"{QUICK}&frag=1&crlf=1", tmp_path / "truth") as (simulator, connection):
        _, _, body = posted(connection, *streamed("chat"))
    assert body.count(b"\r\n\r\n") == body.count(b"data: ") == 10
    assert len(simulator.truth()[0].stamps) == 6


def test_a_request_may_bring_its_own_settings() -> None:
    with serving(QUICK) as (_, connection):
        _, _, body = posted(connection, *streamed("chat"), x_simulate="tokens=2")
        wrong, _, why = posted(connection, *streamed("chat"), x_simulate="tokns=2")
    assert len([each for each in texts("chat", body) if each]) == 2
    assert wrong == 400
    assert "did you mean tokens?" in json.loads(why)["error"]["message"]


def test_models_are_listed_and_what_is_not_there_is_not_found() -> None:
    with serving(QUICK) as (_, connection):
        connection.request("GET", "/v1/models")
        models = json.loads(connection.getresponse().read())
        connection.request("GET", "/api/tags")
        tags = json.loads(connection.getresponse().read())
        missing, _, why = posted(connection, "/v2/other", {})
    assert models["data"][0]["id"] == "simulator"
    assert tags["models"][0]["name"] == "simulator:latest"
    assert missing == 404
    assert "/v2/other" in json.loads(why)["error"]["message"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"POST /v1/chat/completions HTTP/1.1\r\ntransfer-encoding: gzip\r\n\r\n", b"400"),
        (b"POST /v1/chat/completions HTTP/1.1\r\ncontent-length: 3\r\n\r\n[1]", b"400"),
        (b"POST /v1/chat/completions HTTP/1.1\r\ncontent-length: 99999999999\r\n\r\n", b"413"),
        (b"GET /v1/chat/completions HTTP/1.1\r\n\r\n", b"405"),
        (b"GET / HTTP/1.1\r\nx: " + b"a" * 70_000, b"431"),
    ],
)
def test_what_is_no_request_is_refused(sent: bytes, status: bytes) -> None:
    with Simulator(settings(QUICK)) as simulator:
        host, _, port = urlsplit(simulator.url).netloc.partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as sock:
            sock.sendall(sent)
            assert sock.recv(65536).split(b" ")[1] == status


def test_settings_are_read_and_all_mistakes_told_at_once() -> None:
    read = settings("ttft=normal:1s,200ms&itl=lognormal:20ms,0.4&tokens=uniform:5,9&stall=5s,2s&e429=5%&lead=10ms")
    assert read.ttft == Draw("normal", 1.0, 0.2)
    assert read.itl == Draw("lognormal", 0.02, 0.4)
    assert read.tokens == Draw("uniform", 5.0, 9.0)
    assert read.stall == Stall(5.0, 2.0)
    assert (read.lead, read.faults) == (0.01, {"e429": 0.05})
    with pytest.raises(SimulatorError) as error:
        settings("ttft=20&tokns=3&itl=gauss:1ms&e500=200%&frag=maybe")
    assert [each.partition(":")[0] for each in error.value.mistakes] == ["ttft", "tokns", "itl", "e500", "frag"]
    with pytest.raises(SimulatorError, match="more than 100% together"):
        settings("e429=60%&e500=60%")
    with pytest.raises(SimulatorError, match=r"did you mean flaky\?"):
        profile("flakey")


@pytest.mark.parametrize("name", PROFILES)
def test_each_profile_can_be_read(name: str) -> None:
    assert isinstance(profile(name), Settings)
    assert set(profile(name).faults) <= set(FAULTS)


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    from aiready.bench.simulator import Listening

    with Simulator() as first:
        port = int(first.url.rpartition(":")[2])
        with (
            pytest.raises(SimulatorError, match=f"can't listen on 127.0.0.1:{port}"),
            Simulator(where=Listening(port=port)),
        ):
            pass
    with pytest.raises(SimulatorError, match="can't be written"), Simulator(truth=tmp_path / "no" / "file"):
        pass


def test_a_client_that_leaves_is_noted(tmp_path: Path) -> None:
    with Simulator(settings("ttft=1ms&itl=5ms&tokens=200"), truth=tmp_path / "truth") as simulator:
        host, _, port = urlsplit(simulator.url).netloc.partition(":")
        path, body = streamed("chat")
        text = json.dumps(body)
        with socket.create_connection((host, int(port)), timeout=5) as sock:
            sock.sendall(f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(text)}\r\n\r\n{text}".encode())
            sock.recv(65536)
        again = http.client.HTTPConnection(host, int(port), timeout=10)
        posted(again, *streamed("chat"), x_simulate="tokens=1")
        again.close()
    left, stayed = simulator.truth()
    assert (left.gone, stayed.gone) == (True, False)
    assert isinstance(left, Deed)
