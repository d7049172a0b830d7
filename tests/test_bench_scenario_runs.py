"""A scenario is carried out as it is written: by a known protocol, and as an endpoint of one's own form."""

from __future__ import annotations

from pathlib import Path

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
