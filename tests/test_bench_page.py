"""The page on load tests is true: its example comes to jobs, and it names every key, provider, protocol and load."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from aiready.bench.protocols import PROTOCOLS
from aiready.bench.scenarios import Surroundings, jobs, scenario
from aiready.bench.scenarios.form import Bench, Endpoint, Form, FromUser, Price
from aiready.bench.scenarios.providers import COMPATIBLE, MOVED, PROVIDERS
from aiready.bench.shapes import EXAMPLES, parse
from aiready.bench.slo import parse as slos

PAGE = (Path(__file__).parent.parent / "docs" / "bench.md").read_text()
[EXAMPLE] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
KEYS = ("OPENAI_API_KEY", "LLM_EXAMPLE_KEY", "TENANT_KEY", "CHAT_SERVICE_KEY")


def test_the_example_comes_to_jobs(tmp_path: Path) -> None:
    path = tmp_path / "compare.yaml"
    path.write_text(EXAMPLE)
    (tmp_path / "corp-ca.pem").touch()
    environ = {name: f"value-of-{name}" for name in KEYS} | {"LOAD_TEST_PROXY": "http://proxy.example:3128"}
    made = jobs(scenario(str(path)), Surroundings(environ, today=date(2026, 11, 1)))
    assert [(each.job.target.name, str(each.job.load.shape)) for each in made] == [
        ("openai:gpt-4o-mini", "closed:8"),
        ("openai:gpt-4o-mini", "poisson:5/s"),
        ("our own", "closed:8"),
        ("our own", "poisson:5/s"),
        ("the chat service", "closed:8"),
        ("the chat service", "poisson:5/s"),
    ]
    assert [each.job.target.key for each in made[::2]] == [f"value-of-{name}" for name in KEYS if name != "TENANT_KEY"]


def test_the_example_shows_every_key() -> None:
    forms = [each for each in Form.__subclasses__() if each not in (Price, FromUser, Endpoint)]
    keys = {field.alias or name for form in forms for name, field in form.model_fields.items()}
    keys |= {field.alias or name for name, field in Endpoint.model_fields.items()}
    shown = set(re.findall(r"(\w+):", EXAMPLE))
    assert keys - shown == set()
    assert set(Bench.model_fields) <= set(re.findall(r"^(\w+):", EXAMPLE, re.MULTILINE))


def test_every_provider_and_protocol_is_named() -> None:
    table = PAGE.split("## Targets")[1].split("## Keys")[0]
    words = set(re.findall(r"`([\w.-]+)`", table))
    names = {each.name for each in PROVIDERS} | {each.name for each in PROTOCOLS}
    assert names - words == {COMPATIBLE, "google"}
    assert {*MOVED.values()} <= words


def test_every_load_is_explained_and_can_be_read() -> None:
    table = PAGE.split("## Loads")[1].split("## Thresholds")[0]
    shown = re.findall(r"`([a-z]+:[^`]+)`", table)
    assert {str(parse(each)).partition(":")[0] for each in shown} == set(EXAMPLES)


def test_thresholds_can_be_read() -> None:
    part = PAGE.split("## Thresholds")[1].split("## Scenario files")[0]
    shown = re.findall(r"`([\w.]+[<>][^`]+)`", part)
    assert [each.text for each in slos(shown)] == shown
