"""The bench's protocols, transport and engine against llama.cpp's own server: what is read agrees with what the server
says it did.

Run with `pytest -m servers`, in an environment with the dependency group `servers`; nothing goes to the network.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic_ns
from typing import Any
from urllib.parse import urlsplit

import pytest
from llama_server import NAME, SLOTS, Server, serving

from aiready.bench.job import Job, Load, Target
from aiready.bench.metrics import Figures, figures
from aiready.bench.prompts import Case, Deck
from aiready.bench.protocols import Answer, Api, Exchange, Options, asked, protocol, read_answer
from aiready.bench.running import Interrupts, files, run
from aiready.bench.samples import Reading, Sample
from aiready.bench.samples import load as read
from aiready.bench.shapes import Closed, Steady, Stops
from aiready.bench.transport import Wire

pytestmark = pytest.mark.servers

SAYS = "The caf\u00e9 serves whoever waits in line \U0001f600."
TOKENS = 16
"""Of which one ends the answer, one is half a letter, and three are parts of an emoji."""
CHUNKS = 11
CUT = (5, "The caf\u00e9 serves", 4)
"""The longest answer, and what then comes in how many chunks."""
COLD = Options(model=NAME, temperature=0.0)
PROMPT = asked("Who is served?", "You are a caf\u00e9.")
LONG = asked("word " * 1000)
LONG_TOKENS = {"openai-completions": 3001}

APIS = ("openai-compatible", "openai-chat", "openai-responses", "openai-completions", "anthropic-messages")
ENDS = {"openai-responses": ("completed", "completed"), "anthropic-messages": ("end_turn", "max_tokens")}
"""How an answer ends that ended by itself, and one that was cut. Responses of this server don't tell."""
TIMED = {
    *((api, stream) for api in ("openai-compatible", "openai-chat", "openai-completions") for stream in (True, False)),
    ("openai-responses", True),
}
"""Where the server tells its timings."""

both = pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
every = pytest.mark.parametrize("name", APIS)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import tiny_gguf

    path = tmp_path_factory.mktemp("model") / "tiny.gguf"
    tiny_gguf.write(path)
    return path


@pytest.fixture(scope="module")
def server(model: Path) -> Iterator[Server]:
    with serving(model) as started:
        yield started


@pytest.fixture(scope="module")
def embedder(model: Path) -> Iterator[Server]:
    with serving(model, "--embedding") as started:
        yield started


def base(server: Server, api: Api) -> str:
    """OpenAI's paths stand behind the version, others bring theirs."""
    return server.url + ("/v1" if api.name.startswith("openai") else "")


def ask(server: Server, api: Api, options: Options, prompt: Any = PROMPT) -> Answer:
    """Asks with the standard library's client, and reads what came as the bench does."""
    request = api.request(prompt, options)
    url = urlsplit(base(server, api))
    connection = HTTPConnection(url.hostname or "", url.port, timeout=60)
    try:
        connection.request(request.method, url.path + request.path, request.body, dict(request.headers))
        response = connection.getresponse()
        headers = tuple((key.lower(), value) for key, value in response.getheaders())
        reads = list(iter(lambda: response.read1(1 << 16), b""))
    finally:
        connection.close()
    return read_answer(api, Exchange(response.status, headers, reads, options.stream))


def tokens(answer: Answer) -> tuple[int | None, int | None]:
    return answer.usage.input_tokens, answer.usage.output_tokens


def test_the_model_is_the_same_each_time(model: Path, tmp_path: Path) -> None:
    import tiny_gguf

    tiny_gguf.write(tmp_path / "again.gguf")
    assert (tmp_path / "again.gguf").read_bytes() == model.read_bytes()


@every
@both
def test_an_answer_that_ends_by_itself(server: Server, name: str, *, stream: bool) -> None:
    before = server.counts()
    answer = ask(server, protocol(name), replace(COLD, stream=stream))
    did = server.counts().since(before)
    assert (answer.failure, answer.message, answer.content) == (None, "", SAYS)
    assert (answer.finish, answer.model, answer.terminal) == (ENDS.get(name, ("stop", ""))[0], NAME, True)
    assert tokens(answer) == (did.read + did.cached, did.made)
    assert answer.usage.cached_tokens == did.cached
    assert did.made == TOKENS
    assert len(answer.chunks) == (CHUNKS if stream else 1)


@every
@both
def test_an_answer_that_is_cut_at_its_bound(server: Server, name: str, *, stream: bool) -> None:
    longest, said, chunks = CUT
    before = server.counts()
    answer = ask(server, protocol(name), replace(COLD, stream=stream, max_output=longest))
    did = server.counts().since(before)
    assert (answer.failure, answer.content, answer.finish) == (None, said, ENDS.get(name, ("", "length"))[1])
    assert (tokens(answer), did.made) == ((did.read + did.cached, longest), longest)
    assert len(answer.chunks) == (chunks if stream else 1)


@every
@both
def test_timings_are_the_servers_own(server: Server, name: str, *, stream: bool) -> None:
    api = protocol(name)
    ask(server, api, replace(COLD, stream=stream))
    before, began = server.counts(), monotonic_ns()
    timings = ask(server, api, replace(COLD, stream=stream)).timings
    took, did = monotonic_ns() - began, server.counts().since(before)
    assert (timings.sent is not None) == ((name, stream) in TIMED)
    if timings.sent is None:
        assert (timings.prompt_eval, timings.eval) == (None, None)
        return
    assert timings.prompt_eval is not None
    assert timings.eval == pytest.approx(did.making * 1e9, abs=20_000)
    assert 0 < timings.prompt_eval + (timings.eval or 0) < took
    assert (timings.sent.object["prompt_n"], timings.sent.object["cache_n"]) == (did.read, did.cached)


@pytest.mark.parametrize("name", ["openai-compatible", "openai-completions"])
def test_without_usage_tokens_are_those_of_the_timings(server: Server, name: str) -> None:
    before = server.counts()
    answer = ask(server, protocol(name), replace(COLD, ask_usage=False))
    did = server.counts().since(before)
    assert [each.source for each in answer.usage.sent] == ["timings" if name == "openai-compatible" else "usage"]
    assert (tokens(answer), answer.usage.cached_tokens) == ((did.read + did.cached, TOKENS), did.cached)


@pytest.mark.parametrize("ask_usage", [True, False])
def test_timings_in_every_chunk_change_nothing(server: Server, *, ask_usage: bool) -> None:
    options = replace(COLD, ask_usage=ask_usage, extra={"timings_per_token": True})
    before = server.counts()
    answer = ask(server, protocol("openai-compatible"), options)
    did = server.counts().since(before)
    assert (answer.content, len(answer.chunks)) == (SAYS, CHUNKS)
    assert tokens(answer) == (did.read + did.cached, TOKENS)


@every
@both
def test_a_prompt_that_is_too_long(server: Server, name: str, *, stream: bool) -> None:
    answer = ask(server, protocol(name), replace(COLD, stream=stream), LONG)
    length = LONG_TOKENS.get(name, 3016)
    assert (answer.failure, answer.status) == ("context_length", 400)
    assert answer.message == (
        f"HTTP 400: exceed_context_size_error: request ({length} tokens) exceeds the available context size "
        "(2048 tokens), try increasing it"
    )


@every
@both
def test_a_request_that_it_does_not_understand(server: Server, name: str, *, stream: bool) -> None:
    answer = ask(server, protocol(name), replace(COLD, stream=stream, extra={"temperature": "hot"}))
    assert (answer.failure, answer.status) == ("bad_request", 400)
    assert answer.message.startswith("HTTP 400: invalid_request_error: Field 'temperature'")


def test_an_answer_that_fills_the_context_ends_there(server: Server) -> None:
    answer = ask(server, protocol("openai-compatible"), replace(COLD, extra={"ignore_eos": True}))
    assert (answer.failure, answer.finish, sum(each or 0 for each in tokens(answer))) == (None, "length", 2048)


@pytest.mark.parametrize("name", ["ollama-chat", "ollama-generate", "gemini"])
def test_what_it_does_not_serve(server: Server, name: str) -> None:
    answer = ask(server, protocol(name), COLD)
    assert (answer.failure, answer.message) == ("bad_request", "HTTP 404: not_found_error: File Not Found")


def test_embeddings(server: Server, embedder: Server) -> None:
    api, options = protocol("openai-embeddings"), Options(model=NAME)
    before = embedder.counts()
    answer = ask(embedder, api, options)
    did = embedder.counts().since(before)
    assert (answer.failure, answer.model, [each.kind for each in answer.chunks]) == (None, NAME, ["items"])
    assert tokens(answer) == (did.read + did.cached, 0)
    wrong = ask(server, api, options)
    assert (wrong.failure, wrong.status) == ("server_error", 501)
    assert wrong.message.startswith("HTTP 501: not_supported_error: This server does not support embeddings")


def bench(server: Server, folder: Path, load: Load, **how: Any) -> tuple[list[Sample], Figures]:
    """A whole run, with the samples of its warm-up and without in the figures. `how` has the name of the protocol,
    stream and keepalive."""
    api = protocol(how.get("name", "openai-compatible"))
    target = Target("tiny", api, base(server, api), replace(COLD, stream=how.get("stream", True)))
    job = Job(target, Deck.of([Case(PROMPT)]), load, Wire(keepalive=how.get("keepalive", True)))
    with Interrupts() as interrupts:
        ran = run(job, folder / "run", lambda _: None, interrupts)
    samples = [each for path in files(ran.folder) for each in Reading(path)]
    return sorted(samples, key=lambda each: each.index), figures(read(files(ran.folder)).columns)


def spent(samples: list[Sample]) -> tuple[int, int]:
    return sum(each.tokens.input or 0 for each in samples), sum(each.tokens.output or 0 for each in samples)


@every
def test_a_closed_loop_agrees_with_the_servers_counters(server: Server, tmp_path: Path, name: str) -> None:
    before = server.counts()
    samples, got = bench(server, tmp_path, Load(Closed(6, 6), Stops(requests=120)), name=name, keepalive=False)
    did = server.counts().since(before)
    assert (got.attempted, got.succeeded, got.warmup, dict(got.sources)) == (120, 120, 2, {"provider": 120})
    assert [each.index for each in samples] == list(range(122))
    assert spent(samples) == (did.read + did.cached, did.made)
    assert did.made == 122 * TOKENS
    assert sum(each.tokens.cached or 0 for each in samples) == did.cached
    assert {len(each.times.chunks) for each in samples} == {CHUNKS}
    assert got.rates["tokens_per_chunk"].value == pytest.approx(TOKENS / CHUNKS)


@both
def test_a_constant_rate_agrees_with_the_servers_counters(server: Server, tmp_path: Path, *, stream: bool) -> None:
    before = server.counts()
    load = Load(Steady(100.0), Stops(requests=120), warmup=0)
    samples, got = bench(server, tmp_path, load, stream=stream, keepalive=False)
    did = server.counts().since(before)
    assert (got.attempted, got.succeeded) == (120, 120)
    assert spent(samples) == (did.read + did.cached, 120 * TOKENS)
    schedule = [each.times.t_sched or 0 for each in samples]
    assert [now - schedule[0] for now in schedule] == [number * 10_000_000 for number in range(120)]
    for each in samples:
        told, times = each.reply.timings or {}, each.times
        reading, making = told["prompt_eval"], told["eval"]
        assert isinstance(reading, int)
        assert isinstance(making, int)
        assert reading + making <= times.t_end - times.t0
        if stream:
            assert reading <= times.chunks[0] - times.t0


def test_whole_answers_share_connections_until_the_server_says_that_it_closes(server: Server, tmp_path: Path) -> None:
    load = Load(Closed(1, 1), Stops(requests=150), warmup=0)
    samples, got = bench(server, tmp_path, load, stream=False)
    assert got.succeeded == 150
    # the first connection is opened ahead; it is closed, with a word, behind its hundredth answer
    assert [each.index for each in samples if each.reply.new_connection] == [0, 100]


def test_connections_that_are_dropped_are_told_apart(server: Server, tmp_path: Path) -> None:
    """This server closes its connection behind each stream, though it says that it keeps it. Whoever asks again before
    that is seen gets no answer; the server did nothing for it, and it is mistaken for no other failure. Once is enough
    to learn it: what was under way by then is all that is lost."""
    before = server.counts()
    samples, got = bench(server, tmp_path, Load(Closed(SLOTS, SLOTS), Stops(requests=150), warmup=0))
    did = server.counts().since(before)
    good = [each for each in samples if each.failure is None]
    assert spent(good) == (did.read + did.cached, did.made)
    assert did.made == len(good) * TOKENS
    assert (got.attempted, got.succeeded) == (150, len(good))
    assert len(samples) - len(good) <= SLOTS
    assert {
        (each.failure, each.reply.new_connection, each.reply.received, each.message)
        for each in samples
        if each.failure is not None
    } <= {("reset", False, 0, "the server closed the connection before an answer came")}
    ahead = [each for each in good if each.times.t_connected is None]
    assert len(ahead) <= SLOTS
