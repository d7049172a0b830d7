"""Lines of code as they are quoted: no key is in them, wherever it stands, and all else is."""

from __future__ import annotations

import string
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn import HEX, KEYS, WORD, drawn
from hypothesis import given
from hypothesis import strategies as st

from aiready.bench.secrets import Cleaner
from aiready.checks.model import Place, Secret
from aiready.checks.quoting import Lines, blanked
from aiready.history.reading import document_of
from aiready.report.interface import AUDIT_FORMATS

Run = Callable[..., "subprocess.CompletedProcess[str]"]

FORMED = {
    **KEYS,
    "amazon": "AKIA" + drawn(16, string.ascii_uppercase + "234567"),
    "amazon for a session": "ASIA" + drawn(16, string.ascii_uppercase + "234567"),
    "google's new": "AQ." + drawn(50),
    "github": "ghp_" + drawn(36),
    "github's new": f"github_pat_{drawn(22)}_{drawn(59)}",
    "slack": f"xoxb-{drawn(12, string.digits)}-{drawn(12, string.digits)}-{drawn(24)}",
    "web token": f"eyJ{drawn(20)}.eyJ{drawn(60)}.{drawn(43, WORD + '_-')}",
}
AROUND = ("{}", "# was {} before", "    {}", 'url = "https://a.example/v1?x=1&key={}"', "Bearer {}", 'a = "b\\n{}"')
PLAIN = drawn(32, HEX)
SIGNS = drawn(40, WORD + "_-/+")
LATER = f"""\
import openai

HELP = \"\"\"
Call it with this one:
{KEYS["openai project"]}
\"\"\"
client = openai.OpenAI(api_key="{KEYS["anthropic"]}")
client.chat.completions.create(model="gpt-4o-mini", messages=[])
"""


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("name", FORMED)
def test_a_key_of_every_form_is_blanked_wherever_it_stands(name: str, around: str) -> None:
    key = FORMED[name]
    assert blanked(around.format(key)) == around.format("*" * len(key))


@pytest.mark.parametrize("name", FORMED)
def test_the_load_test_knows_every_form_that_the_audit_knows(name: str) -> None:
    assert Cleaner().text(f"wrong: {FORMED[name]}") == "wrong: [hidden]"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (f'"Authorization": "Bearer {SIGNS}"', SIGNS),
        (f"curl -H 'x-api-key: {SIGNS}'", SIGNS),
        (f'"https://a.example/?token={PLAIN}&x=1"', PLAIN),
        (f'AWS_SECRET_ACCESS_KEY = "{SIGNS}"', SIGNS),
        (f'os.environ["MY_TOKEN"] = "{SIGNS}"', SIGNS),
        (f'os.getenv("MY_TOKEN", "{SIGNS}")', SIGNS),
        (f"client_secret: str = Secret('{SIGNS}')", SIGNS),
        (f"COHERE_API_KEY={PLAIN}", PLAIN),
        (f'ids = ["{PLAIN}"]', PLAIN),
        ('azure = "12345678-9abc-4def-8123-456789abcdef"', "12345678-9abc-4def-8123-456789abcdef"),
        ("redis://user:pa55word@host/0", "pa55word"),
    ],
)
def test_a_key_without_a_form_is_blanked_where_only_keys_stand(line: str, key: str) -> None:
    assert blanked(line) == line.replace(key, "*" * len(key))


@pytest.mark.parametrize(
    "line",
    [
        'client = OpenAI(api_key=os.environ["OPENAI_API_KEY"], base_url="https://api.openai.com/v1")',
        "api_key=settings.providers.openai.api_key_of_the_deployment_2,",
        'headers = {"Authorization": f"Bearer {self.config.api_key}", "x-api-key": token}',
        'model="claude-3-5-sonnet-20241022", token_model="meta-llama/Llama-3.3-70B-Instruct"',
        "from transformers import hf_text_generation_pipeline_v2, fw_version_3_of_something",
        'cache_key = "conversation-summary-version-2026"',
        'keys: "mem0.vector_stores.valkey.ValkeyDB"',
        "token_count = tokenizer.count_tokens_of_text_v2(messages)",
        "# task-based scheduling, disk-usage-of-2026 and risk-averse-strategy-2",
        'secret = "change-me-before-you-deploy-1"',
    ],
)
def test_ordinary_code_stays_as_it_is(line: str) -> None:
    assert blanked(line) == line


def test_no_line_of_our_own_sources_is_taken_for_one_with_a_key(root: Path) -> None:
    rooms = ("adopt", "bench", "checks", "cli", "gate", "history", "report")
    files = [path for room in rooms for path in (root / room).rglob("*.py")]
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(lines) > 10_000
    assert [line for line in lines if blanked(line) != line] == []


@given(st.text(alphabet=st.sampled_from("\"'\\=:. -_/aZ9") | st.sampled_from("\t?&@"), max_size=80), st.booleans())
def test_columns_hold_whatever_the_line(around: str, held: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    line = f"{around}sk-{drawn(20)}{around}"
    secrets = [Secret(Place("a.py", 1), "openai", "")] if held else []
    shown = Lines("/", secrets, {"a.py": line.encode()}).at(Place("a.py", 1))
    assert len(shown) == len(line)


def test_on_a_line_that_holds_a_secret_every_string_and_every_long_word_is_blanked() -> None:
    line = "call_it_by_its_own_name(short, 'some words', 0) # " + "abcdefgh" * 3
    lines = Lines("/", [Secret(Place("a.py", 1), "cohere", "")], {"a.py": line.encode()})
    blank = f"{'*' * 23}(short, '{'*' * 10}', 0) # {'*' * 24}"
    assert lines.at(Place("a.py", 1)) == blank


def test_a_key_on_a_line_of_its_own_in_a_long_string_reaches_no_document(aiready: Run, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".aiready").mkdir(parents=True)
    (project / "app.py").write_text(LATER)
    told = {form: aiready("audit", ".", "--format", form, cwd=project).stdout for form in AUDIT_FORMATS}
    assert aiready("baseline", ".", cwd=project).returncode == 0
    told["baseline"] = (project / "aiready-baseline.json").read_text()
    told["history"] = document_of(project / ".aiready", 1)
    keys = [KEYS["openai project"], KEYS["anthropic"]]
    assert [name for name, text in told.items() if not text or any(key[8:40] in text for key in keys)] == []
    assert "app.py:5" in told["text"]
