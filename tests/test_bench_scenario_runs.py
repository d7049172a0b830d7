"""A scenario is carried out as it is written: by a known protocol, and as an endpoint of one's own form."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

from aiready.bench.running import Interrupts, Look, files, run
from aiready.bench.samples import Reading
from aiready.bench.scenarios import Surroundings, jobs, scenario
from aiready.bench.simulator import Simulator, settings

SCENARIO = """
targets:
- simulator
- target: {url}
  name: own form
  model: simulator
  key: {{env: OWN_KEY}}
  headers: {{x-tenant-key: {{env: TENANT}}}}
  endpoint:
    path: /v1/chat/completions
    json:
      model: "{{{{model}}}}"
      messages: "{{{{messages}}}}"
      stream: true
      stream_options: {{include_usage: true}}
    framing: sse
    text: choices[0].delta.content
    finish: choices[0].finish_reason
    usage: "usage.{{input_tokens: prompt_tokens, output_tokens: completion_tokens}}"
    end_data: "[DONE]"
prompts: [hello]
options: {{max_output: 5}}
load: closed:1
stops: {{requests: 3}}
warmup: 0
"""


def watch(_: Look) -> None:
    """Nobody looks."""


def test_a_scenario_is_carried_out(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    environ = {"OWN_KEY": "the-key-of-my-own", "TENANT": "the-key-of-a-tenant"}
    told: list[tuple[str, int, set[str | None], bool]] = []
    with Simulator(settings("ttft=1ms&itl=1ms&tokens=5")) as simulator:
        path.write_text(SCENARIO.format(url=simulator.url))
        around = Surroundings(environ, {"simulator": f"{simulator.url}/v1"})
        for number, each in enumerate(jobs(scenario(str(path)), around)):
            run(each.job, tmp_path / f"run{number}", watch, Interrupts())
            samples = [sample for file in files(tmp_path / f"run{number}") for sample in Reading(file)]
            failures = {sample.failure for sample in samples}
            told.append((each.job.target.name, len(samples), failures, all(each.tokens.output for each in samples)))
    assert told == [("simulator", 3, {None}, True), ("own form", 3, {None}, True)]
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*.jsonl"))
    assert [key for key in environ.values() if key.encode() in written] == []


def command(*words: str, at: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "aiready", "bench", *words],
        cwd=at,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


def test_what_a_configuration_names_is_measured(tmp_path: Path) -> None:
    (tmp_path / "aiready.yaml").write_text(
        "bench:\n  targets: [simulator]\n  stops: {requests: 3}\n  prompts: [hello]\n  slo: error_rate<99%\n"
        "  runs: kept\n  load: closed:1\n"
    )
    status, shown, _ = command("--quiet", "--format", "json", "--simulate", "ttft=1ms&itl=1ms&tokens=5", at=tmp_path)
    told = json.loads(shown)
    assert (status in (0, 4), told["target"]["name"], told["requests"]["attempted"]) == (True, "simulator", 3)
    assert [each["expression"] for each in told["gates"]] == ["error_rate<99%"]
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_a_mistake_in_a_configuration_is_told_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "aiready.yaml").write_text("bench:\n  sloo: x\n")
    status, shown, told = command("simulator", at=tmp_path)
    assert (status, shown, told.splitlines()[0]) == (
        2,
        "",
        "aiready: aiready.yaml:2:3: sloo: unknown key; did you mean slo?",
    )


def test_what_stands_in_the_wrong_place_of_a_configuration_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "aiready.yaml").write_text("slo: [p95_ttft<1s]\n")
    command = [sys.executable, "-m", "aiready", "bench", "simulator", "--requests", "3"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("aiready: aiready.yaml:1:1: slo: unknown key\n")


def test_targets_that_an_interruption_left_out_are_told_and_make_no_pass(tmp_path: Path) -> None:
    """The first target's verdict stood for all of them: PASS, and status 0."""
    (tmp_path / "a.yaml").write_text(
        "targets:\n- simulator\n- {target: simulator, name: second}\nprompts: [hello]\nload: closed:1\n"
        "stops: {requests: 100000}\nwarmup: 0\nruns: runs\nslo: error_rate<99%\n"
    )
    words = [sys.executable, "-m", "aiready", "bench", "a.yaml", "--simulate", "ttft=1ms&itl=1ms&tokens=3"]
    done = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until = monotonic() + 30
    while monotonic() < until and not any(each.stat().st_size > 50_000 for each in tmp_path.rglob("worker-0.jsonl")):
        sleep(0.05)
    done.send_signal(signal.SIGINT)
    shown, _ = done.communicate(timeout=30)
    verdict = next(line for line in shown.splitlines() if ":" in line and line.split(":")[0].isupper())
    assert verdict.split(":")[0] in ("INCONCLUSIVE", "INVALID")
    assert "note: interrupted before these were measured: second, closed:1" in shown
    assert done.returncode == 4
