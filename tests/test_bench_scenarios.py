"""Scenario files: read strictly, all mistakes told at their places, and turned into jobs with what nobody said."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aiready.bench.job import plan_of
from aiready.bench.keys import KeySource
from aiready.bench.mistakes import BenchMistake, ScenarioError
from aiready.bench.prices import Price, PriceUnknown
from aiready.bench.protocols import Auth, Endpoint
from aiready.bench.scenarios import (
    SHIPPED,
    Asked,
    Document,
    Header,
    Planned,
    Scenario,
    Settings,
    Surroundings,
    Wanted,
    jobs,
    layered,
    prompts,
    read,
    scenario,
    scenario_of,
    schema,
)
from aiready.bench.scenarios.documents import Keys, parsed
from aiready.bench.scenarios.jobs import REQUESTS, wire_of
from aiready.bench.shapes import Closed, Ramp, Search, Steady, Stops, Trace
from aiready.bench.slo import parse as slos
from aiready.bench.transport import Wire
from aiready.checks.config import section

WHOLE = """
name: which one
targets:
- groq:llama
- target: https://llm.corp/v1
  name: own
  protocol: openai-chat
  model: m
  key: {env: $CORP_KEY}
  headers: {x-team: a, x-key: {file: keys/x}}
  options: {temperature: 0.5}
  wire: {insecure: true}
load: [closed:8, poisson:5/s]
stops: {requests: 10, duration: 2min, spend: $1.10, tokens: 5000, errors: 20%, grace: 3s}
options: {stream: false, max_output: 64, temperature: 0, ask_usage: false, extra: {top_p: 1}}
prompts: {source: asked.jsonl, turns: each, times: ms, cache_bust: true}
slo: [p95_ttft<1.5s, error_rate<1%]
prices: {llama: {input_per_1m: 0.5, output_per_1m: "1"}}
users: {daily: 1000, calls: 2.5}
wire: {connect_timeout: 2s, read_timeout: 500ms, keepalive: false, ca: ca.pem, proxy: {env: PROXY}}
warmup: 0
workers: 2
seed: 7
runs: runs
tolerance: 5%
"""


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(WHOLE)
    own = Settings(
        model="m",
        key=KeySource(("CORP_KEY",)),
        headers=(Header("x-team", "a"), Header("x-key", source=KeySource(file=tmp_path / "keys" / "x"))),
        temperature=0.5,
        wire={"insecure": True},
    )
    said = Settings(
        shapes=(Closed(8, 8), Steady(5, 1)),
        requests=10,
        duration=120.0,
        spend=Decimal("1.10"),
        tokens=5000,
        error_rate=0.2,
        grace=3.0,
        warmup=0,
        workers=2,
        seed=7,
        stream=False,
        max_output=64,
        temperature=0,
        ask_usage=False,
        extra={"top_p": 1},
        prompts=Asked(str(tmp_path / "asked.jsonl"), turns="each", times="ms"),
        cache_bust=True,
        slos=slos(["p95_ttft<1.5s", "error_rate<1%"]),
        prices={"llama": {"input_per_1m": 0.5, "output_per_1m": "1"}},
        users={"daily": 1000, "calls": 2.5},
        wire={"connect_timeout": 2.0, "read_timeout": 0.5, "keepalive": False, "ca": tmp_path / "ca.pem"},
        proxy=KeySource(("PROXY",)),
        runs=tmp_path / "runs",
        tolerance=0.05,
    )
    where = f"{path}:4:3: targets.0", f"{path}:5:3: targets.1"
    targets = (
        Wanted("groq:llama", where=where[0]),
        Wanted("https://llm.corp/v1", "own", "openai-chat", settings=own, where=where[1]),
    )
    assert scenario(str(path)) == Scenario("which one", targets, said, str(path))


def test_an_endpoint_of_ones_own_is_described() -> None:
    text = """
targets:
- target: http://h
  endpoint:
    path: /ask/{{model}}
    headers: {x: "1"}
    json: {q: "{{prompt}}", n: 5}
    framing: sse
    text: a.b
    usage: u
    end_data: stop
    auth: {header: x-key, prefix: ""}
"""
    [wanted] = scenario_of(parsed(text, "a.yaml")).targets
    assert wanted.endpoint == Endpoint(
        "/ask/{{model}}",
        "a.b",
        headers=(("x", "1"),),
        json={"q": "{{prompt}}", "n": 5},
        framing="sse",
        usage_at="u",
        end_data="stop",
        auth=Auth("x-key", "", needed=False),
    )


def wrong(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        scenario_of(parsed(text, "a.yaml"))
    return list(caught.value.mistakes)


SAME = "says another bound of the same; keep one of them"
PROXY = "holds a name or a password: put the URL into a variable: {env: NAME}"
DOLLARS = "is no amount of dollars: write a number, such as 0.15"
KEY = "looks like a key; name the environment variable that holds it instead"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: b: c", ["a.yaml:1:5: no YAML: mapping values are not allowed in this context"]),
        ("seed: 1\nload: closed:1\nseed: 2\n", ["a.yaml:3:1: seed stands twice"]),
        ("? [a]\n: 1\n", ["a.yaml:1:3: a key must be a text"]),
        ("a: &a [*a]", ["a.yaml: is nested too deeply, or holds itself"]),
        ("[1]", ["a.yaml:1:1: a table of keys and values is needed"]),
        (
            "promts: x\nstops:\n  request: 5\n",
            [
                "a.yaml:1:1: promts: unknown key; did you mean prompts?",
                "a.yaml:3:3: stops.request: unknown key; did you mean requests?",
            ],
        ),
        (
            "seed: true\nwarmup: -1\nworkers: a\n",
            [
                "a.yaml:1:1: seed: a whole number is needed",
                "a.yaml:2:1: warmup: must be at least 0",
                "a.yaml:3:1: workers: a whole number is needed",
            ],
        ),
        (
            "targets:\n- {name: x}\n- 5\n- ''\n",
            [
                "a.yaml:2:3: targets.0.target: missing",
                "a.yaml:3:3: targets.1: a table of keys and values is needed",
                "a.yaml:4:3: targets.2: is empty",
            ],
        ),
        (
            "options: {stream: yes, temperature: hot}",
            [
                "a.yaml:1:11: options.stream: true or false is needed",
                "a.yaml:1:24: options.temperature: a number is needed",
            ],
        ),
        ("prompts: {turns: all}", ["a.yaml:1:11: prompts.turns: 'all' is none of each or last"]),
        (
            "load: [closed:8, poison:5/s]",
            ["a.yaml:1:18: load.1: poison:5/s: poison is no load shape; did you mean poisson?"],
        ),
        (
            "load: closed:x,y=2",
            [
                "a.yaml:1:1: load: closed:x,y=2: x: a whole number from 1 on is needed, such as 32",
                "a.yaml:1:1: load: closed:x,y=2: y= is no option of this shape: it takes no option",
            ],
        ),
        (
            "stops: {duration: 5, spend: 1, errors: 200%}",
            [
                "a.yaml:1:9: stops.duration: 5: a time needs its unit: 5s or 5ms",
                "a.yaml:1:22: stops.spend: 1: an amount of money needs its currency: $1",
                "a.yaml:1:32: stops.errors: 200%: a share lies between 0% and 100%",
            ],
        ),
        ("slo: [p95_ttft<1s, p95_ttft<2s]", [f"a.yaml:1:1: slo: p95_ttft<2s: p95_ttft<1s {SAME}"]),
        ("slo: ttft<1s", ["a.yaml:1:1: slo: ttft<1s: which of its values? write p95_ttft or mean_ttft"]),
        ("prices: {m: {input_per_1m: x}}", [f"a.yaml:1:10: prices.m: input_per_1m: 'x' {DOLLARS}"]),
        (
            "prompts: {source: a, texts: [b], output: 5}",
            [
                "a.yaml:1:22: prompts.texts: source says already what is asked; keep one of them",
                "a.yaml:1:34: prompts.output: only made-up prompts have lengths of answers; say synthetic",
                "a.yaml:1:11: prompts.source: a: there is no such file or folder",
            ],
        ),
        ("wire: {proxy: http://a:b@h}", [f"a.yaml:1:8: wire.proxy: {PROXY}"]),
        (
            "targets:\n- target: a:b\n  key: {}\n",
            ["a.yaml:3:3: targets.0.key: where is it? write {env: NAME} or {file: PATH}"],
        ),
        (
            "targets:\n- target: a:b\n  headers: {authorization: Bearer x}\n",
            [f"a.yaml:3:13: targets.0.headers.authorization: authorization {KEY}"],
        ),
        (
            "targets:\n- target: http://h\n  protocol: opnai\n  endpoint: {text: 'a['}\n",
            [
                "a.yaml:3:3: targets.0.protocol: there is no protocol 'opnai'",
                "a.yaml:3:3: targets.0.protocol: an endpoint of one's own has none; keep one of them",
                "a.yaml:4:14: targets.0.endpoint.text: 'a[' is no JMESPath expression",
            ],
        ),
    ],
)
def test_mistakes_are_told_at_their_places(text: str, told: list[str]) -> None:
    assert [each.partition("; known are")[0].partition(" (")[0] for each in wrong(text)] == told


def test_a_key_in_place_of_a_name_is_not_repeated() -> None:
    [told] = wrong("targets: [{target: a:b, key: {env: sk-abcdef1234567890}}]")
    assert (told.startswith("a.yaml:1:31: targets.0.key.env: what was given"), "abcdef" in told) == (True, False)


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    cases: list[tuple[bytes | None, str]] = [
        (None, ": can't be read: No such file or directory"),
        (b"a: 1\nb: \xff\n", ":2: is no UTF-8: save it as such"),
        (b"# nothing\n", ": targets: missing: what is to be measured? write targets: [openai:gpt-4o-mini]"),
        (b"#" * (5 << 20), ": is no scenario: more than 4 MB; prompts go into other files"),
    ]
    for data, told in cases:
        path = tmp_path / "a.yaml"
        if data is not None:
            path.write_bytes(data)
        with pytest.raises(ScenarioError) as caught:
            scenario(str(path))
        assert caught.value.mistakes == (f"{path}{told}",)


def test_plain_words_mean_what_they_say() -> None:
    text = 'a: no\nb: 2026-10-01\nc: 0x1\nd: "5"\ne: 1e3\nf: 1.5\ng: ~\nh: true\ni: -5\n'
    assert parsed(text, "").value == {
        "a": "no", "b": "2026-10-01", "c": "0x1", "d": "5", "e": "1e3", "f": 1.5, "g": None, "h": True, "i": -5,
    }  # fmt: skip


def test_tables_can_be_named_and_taken_over() -> None:
    text = "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n"
    document = parsed(text, "f")
    assert (document.value["b"], document.told(("b", "y"), "w")) == ({"x": 1, "y": 3}, "f:2:13: b.y: w")
    with pytest.raises(ScenarioError, match="f:1:9: <<: takes one alias"):
        parsed("b: {<<: 5}", "f")


def test_aliases_of_aliases_are_no_way_to_fill_a_memory() -> None:
    text = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    with pytest.raises(ScenarioError, match="repeat each other too often"):
        parsed(text, "f")


def test_the_shipped_schema_is_the_form() -> None:
    assert SHIPPED.read_text() == schema()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a.jsonl", Asked("a.jsonl")),
        ("default", Asked()),
        ("synthetic:normal:500,100", Asked(synthetic="normal:500,100")),
        ("synthetic:input=normal:500,100,output=const:9", Asked(synthetic="normal:500,100", output="const:9")),
        ("synthetic:500,output=9", Asked(synthetic="500", output="9")),
    ],
)
def test_prompts_in_a_word(text: str, meant: Asked) -> None:
    assert prompts(text) == meant


@pytest.mark.parametrize(
    ("table", "meant"),
    [
        ({"source": "synthetic:500,output=9"}, Asked(synthetic="500", output="9")),
        ({"source": "default"}, Asked()),
        ({"source": "-"}, Asked("-")),
        ({"synthetic": 500}, Asked(synthetic="500")),
        ({"texts": ["a"], "cache_bust": True}, Asked(texts=("a",))),
        ({"cache_bust": True}, None),
    ],
)
def test_prompts_in_a_table(table: dict[str, Any], meant: Asked | None) -> None:
    assert read(Document(value={"prompts": table})).settings.prompts == meant


def test_a_command_line_is_read_by_the_same_words() -> None:
    names: dict[Keys, str] = {("stops", "duration"): "--duration", ("load",): "--load"}
    tree: dict[str, Any] = {"load": "closed:2", "stops": {"duration": "5"}, "model": "m", "key": {"env": "A"}}
    with pytest.raises(ScenarioError) as caught:
        read(Document(value=tree, names=names))
    assert caught.value.mistakes == ("--duration: 5: a time needs its unit: 5s or 5ms",)
    tree["stops"]["duration"] = "5s"
    said = Settings(model="m", key=KeySource(("A",)), shapes=(Closed(2, 2),), duration=5.0)
    assert read(Document(value=tree)).settings == said


def test_a_part_of_a_larger_file_has_its_places() -> None:
    spots: dict[Keys, tuple[int, int]] = {("bench",): (3, 1), ("bench", "seed"): (4, 5)}
    with pytest.raises(ScenarioError) as caught:
        scenario_of(Document("aiready.yaml", {"seed": "x", "zzzz": 1}, spots, ("bench",)))
    told = ("aiready.yaml:3:1: zzzz: unknown key", "aiready.yaml:4:5: seed: a whole number is needed")
    assert caught.value.mistakes == told


@pytest.mark.parametrize(
    ("name", "text", "at"),
    [
        ("aiready.yaml", "kind: cli\nbench:\n  slo: [p95_ttft<1s]\n  runs: kept\n  load: closed:x\n", "5:3"),
        ("pyproject.toml", "[tool.aiready.bench]\nslo = ['p95_ttft<1s']\nruns = 'kept'\nload = 'closed:x'\n", "4:1"),
    ],
)
def test_a_configuration_may_hold_what_a_scenario_does(name: str, text: str, at: str, tmp_path: Path) -> None:
    def found() -> Settings:
        part = section("bench", (str(tmp_path),))
        assert part is not None
        return scenario_of(Document(part.path, part.value, part.spots, part.prefix)).settings

    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        found()
    assert caught.value.mistakes[0].startswith(f"{path}:{at}: load: closed:x: x: a whole number")
    path.write_text(text.replace("closed:x", "closed:2"))
    assert found() == Settings(shapes=(Closed(2, 2),), slos=slos(["p95_ttft<1s"]), runs=tmp_path / "kept")


def test_what_is_said_lies_over_what_was_said() -> None:
    lower = Settings(seed=1, temperature=0.5, extra={"a": 1}, headers=(Header("A", "1"), Header("b", "2")), model="l")
    upper = Settings(seed=0, stream=False, extra={"b": 2}, headers=(Header("a", "3"),))
    assert upper.over(lower) == Settings(
        seed=0,
        temperature=0.5,
        stream=False,
        extra={"a": 1, "b": 2},
        headers=(Header("b", "2"), Header("a", "3")),
        model="l",
    )
    assert (Settings().over(lower), lower.over(Settings())) == (lower, lower)


def test_a_proxy_that_is_written_wins_over_one_that_is_kept() -> None:
    kept, written = Settings(proxy=KeySource(("PROXY",))), Settings(wire={"proxy": "http://p:2"})
    assert (written.over(kept).proxy, kept.over(written).proxy) == (None, KeySource(("PROXY",)))


AROUND = Surroundings({"GROQ_API_KEY": "key-of-groq", "PROXY": "http://p:1"}, today=date(2026, 11, 1))


def planned(text: str, said: Settings = Settings()) -> tuple[Planned, ...]:  # noqa: B008 - frozen
    return jobs(layered(scenario_of(parsed(text, "a.yaml")), said), AROUND)


def test_targets_times_loads_are_jobs() -> None:
    text = "targets: [groq:a, groq:b, groq:b]\nload: [closed:2, 'ramp:1-2/s,5s']\nslo: p95_ttft<1s\nseed: 3\n"
    made = planned(text)
    assert [(each.job.target.name, str(each.job.load.shape)) for each in made] == [
        ("groq:a", "closed:2"),
        ("groq:a", "ramp:1-2/s,5s"),
        ("groq:b", "closed:2"),
        ("groq:b", "ramp:1-2/s,5s"),
        ("groq:b (2)", "closed:2"),
        ("groq:b (2)", "ramp:1-2/s,5s"),
    ]
    assert [each.job.load.stops for each in made[:2]] == [Stops(requests=REQUESTS), Stops()]
    assert (made[0].job.load.warmup, made[0].job.load.seed, made[0].job.deck.source) == (2, 3, "default")


def test_targets_of_one_name_are_told_apart_by_their_models() -> None:
    one = "{target: 'http://localhost:1/v1', model: a}"
    assert [each.job.target.name for each in planned(f"targets: [{one}, {one.replace('a}', 'b}')}]")] == [
        "localhost:1 a",
        "localhost:1 b",
    ]


def test_a_command_line_wins_over_a_target_and_that_over_all() -> None:
    text = (
        "targets: [{target: groq:m, options: {max_output: 5, temperature: 0.5}}]\noptions: {max_output: 9}\nseed: 1\n"
    )
    configured = Settings(seed=9, tolerance=0.1)
    whole = layered(scenario_of(parsed(text, "a.yaml")), Settings(temperature=1.0), configured)
    [one] = jobs(whole, AROUND)
    options = one.job.target.options
    assert (options.max_output, options.temperature, one.settings.seed, one.settings.tolerance) == (5, 1.0, 1, 0.1)


def test_own_prices_are_those_of_the_run() -> None:
    text = "targets: [groq:m, groq:unheard-of]\nprices: {m: {input_per_1m: 1, output_per_1m: 2}}\n"
    first, second = planned(text)
    assert isinstance(first.price, Price)
    assert (first.job.price, isinstance(second.price, PriceUnknown), second.job.price) == (
        first.price.as_json(),
        True,
        None,
    )


def test_prompts_that_shall_be_new_are_new_in_each_run() -> None:
    first, second = planned("targets: [groq:m]\nload: [closed:1, closed:2]\nprompts: {texts: [hi], cache_bust: true}\n")
    assert first.job.deck.nonce
    assert first.job.deck.case(0) != second.job.deck.case(0)


def test_a_trace_takes_its_times_from_the_prompts(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"prompt": "a", "timestamp": 0}\n{"prompt": "b", "timestamp": 2}\n')
    [one] = planned(f"targets: [groq:m]\nload: trace:speed=2\nprompts: {{source: '{path}', times: s}}\n")
    assert (one.job.load.shape, one.job.load.stops) == (Trace(2.0, (0.0, 2.0)), Stops())
    with pytest.raises(ScenarioError, match="the prompts have no timestamps to replay"):
        planned("targets: [groq:m]\nload: trace\n")


def test_made_up_prompts_are_made(tmp_path: Path) -> None:
    [one] = planned("targets: [groq:m]\nprompts: {synthetic: 50, output: 9}\n")
    assert (one.job.deck.count, one.job.deck.case(0).max_output) == (None, 9)


def told_of(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        planned(text)
    return list(caught.value.mistakes)


def test_files_that_are_not_there_are_told_beside_other_mistakes() -> None:
    """They came to light only when the others were mended."""
    text = "targets: [groq:m]\nslo: p95_ttft<1\nprompts: nowhere.jsonl\nwire: {ca: nope.pem}\n"
    assert told_of(text) == [
        "a.yaml:2:1: slo: p95_ttft<1: 1: a time needs its unit: 1s or 1ms",
        "a.yaml:3:1: prompts: nowhere.jsonl: there is no such file or folder",
        "a.yaml:4:8: wire.ca: nope.pem: there is no such file",
    ]
    assert told_of(text.replace("slo: p95_ttft<1\n", "")) == [
        "nowhere.jsonl: there is no such file or folder",
        "nope.pem: there is no such file of certificates",
    ]


def test_several_mistakes_of_meaning_are_told_at_once() -> None:
    """A target's first one hid its others, and those of its load."""
    text = (
        "targets:\n- target: https://llm.corp/v1\n  key: {env: NO_KEY}\n  headers: {x-a: {env: NO_HEADER}}\n"
        "  model: m\nload: trace\nprompts: nowhere.jsonl\nstops: {duration: 1s, grace: 5s}\n"
    )
    told = told_of(text)
    assert [any(word in each for each in told) for word in ("NO_KEY", "NO_HEADER", "nowhere.jsonl")] == [True] * 3
    assert [each.split(": ")[0] for each in told if "NO_" in each] == ["a.yaml:2:3"] * 2


def test_a_template_that_asks_for_what_no_prompt_gives_is_told_with_its_target() -> None:
    """It was told when the run had begun, without file, line and target."""
    text = (
        "targets:\n- groq:m\n- target: http://localhost:1\n  endpoint: {path: /ask, text: a, json: {q: '{{promt}}'}}\n"
    )
    [told] = told_of(text)
    assert told.startswith("a.yaml:3:3: targets.1: the template asks for {{promt}}, but the prompt has only: ")
    headers = text.replace("json: {q: '{{promt}}'}", "headers: {x-q: '{{promt}}'}")
    assert told_of(headers) == [told]


def test_all_mistakes_of_all_targets_are_told_before_anything_is_sent() -> None:
    text = "targets: [openai:m, groq:m, 'http://h?key=x']\nprompts: nowhere.jsonl\nload: [closed:1, closed:2]\n"
    with pytest.raises(ScenarioError) as caught:
        planned(text)
    assert [each[:40] for each in caught.value.mistakes] == [
        "a.yaml:1:11: targets.0: openai:m: a key ",
        "a.yaml:1:29: targets.2: http://h: ?key= ",
        "nowhere.jsonl: there is no such file or ",
    ]


@pytest.mark.parametrize(
    ("load", "stops"),
    [
        (Search(1, 8, users=True), Stops(requests=REQUESTS)),
        (Ramp(1, 2, 5), Stops()),
        (Steady(1), Stops(requests=REQUESTS)),
    ],
)
def test_a_run_ends(load: Any, stops: Stops) -> None:
    scene = Scenario(targets=(Wanted("groq:m"),), settings=Settings(shapes=(load,), spend=Decimal(1)))
    [one] = jobs(scene, AROUND)
    assert one.job.load.stops == replace(stops, spend=Decimal(1))


def test_what_can_end_nothing_is_refused() -> None:
    with pytest.raises(ScenarioError, match="must lie between 0% and 100%"):
        planned("targets: [groq:m]\nstops: {errors: 100%}\n")


def test_the_wire_has_what_was_said() -> None:
    said = Settings(wire={"read_timeout": 5.0, "http2": True}, proxy=KeySource(("PROXY",)))
    assert wire_of(said, AROUND.environ) == Wire(read_timeout=5.0, http2=True, proxy="http://p:1")
    with pytest.raises(BenchMistake, match="PROXY is not set"):
        wire_of(said, {})


def test_the_password_of_a_proxy_stands_on_no_command_line() -> None:
    assert wire_of(Settings(wire={"proxy": "http://p:1"}), {}) == Wire(proxy="http://p:1")
    with pytest.raises(BenchMistake) as caught:
        wire_of(Settings(wire={"proxy": "http://u:hunter2@p:1"}), {})
    told = "the proxy's URL holds a name or a password: put it into a variable: proxy: {env: NAME}"
    assert caught.value.mistakes == (told,)


def test_the_plan_of_a_job_has_no_key() -> None:
    text = "targets: [{target: groq:m, headers: {x: {env: PROXY}}}]\nstops: {spend: $1.10}\nusers: {daily: 5}\n"
    [one] = planned(text)
    told = json.dumps(plan_of(one.job))
    assert ("key-of-groq" in told + repr(one), "http://p:1" in told) == (False, False)
    plan = json.loads(told)
    assert (plan["target"], plan["stops"]["spend"], plan["users"]) == (
        {"name": "groq:m", "protocol": "openai-compatible", "url": "https://api.groq.com/openai/v1", "model": "m"},
        "1.10",
        {"calls": 1.0, "daily": 5},
    )


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("requests", "unknown key here: it stands under stops"),
        ("target", "unknown key here: it stands in a target"),
        ("temperature", "unknown key here: it stands under options"),
        ("temprature", "unknown key; did you mean temperature?"),
    ],
)
def test_a_key_that_stands_in_the_wrong_place_is_told_where_it_belongs(key: str, told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario_of(Document("s.yaml", {key: 1}, {(key,): (1, 1)}))
    assert caught.value.mistakes == (f"s.yaml:1:1: {key}: {told}",)


def test_mistakes_of_form_hide_none_of_meaning() -> None:
    endpoint = {"framing": "foo", "text": "a[", "path": "x y"}
    tree = {
        "targets": [{"target": "http://h/v1", "model": 5}, "http://h/v1", {"target": "http://h", "endpoint": endpoint}],
        "load": ["foo", "closed:2"],
        "stops": {"duration": "5", "requests": "x"},
        "slo": ["p95_ttft<1", 3],
    }
    with pytest.raises(ScenarioError) as caught:
        scenario_of(Document("s.yaml", tree))
    about = [each.split(": ")[1] for each in caught.value.mistakes]
    assert sorted(about) == [
        "load.0",
        "slo.1",  # a list with a wrong item is read when that is mended
        "stops.duration",
        "stops.requests",
        "targets.0.model",
        "targets.2.endpoint.framing",
        "targets.2.endpoint.path",
        "targets.2.endpoint.text",
    ]
