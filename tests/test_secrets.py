"""Keys written into code: which are found and where, what is none, and that nobody is shown one."""

from __future__ import annotations

import re
import string
import time

import pytest
from drawn import HEX, KEYS, WORD, drawn
from hypothesis import given
from hypothesis import strategies as st

from aiready.checks import secrets as module
from aiready.checks.model import Place, Secret
from aiready.checks.secrets import may_hold, secrets

OPENAI = KEYS["openai"]
PLAIN = drawn(40)
"""A key without a form of its own: cohere's."""


def said(text: str) -> list[tuple[str, str, int]]:
    """(provider, where, line) of everything found."""
    return [(secret.provider, secret.where, secret.place.line) for secret in secrets("app.py", text)]


@pytest.mark.parametrize("name", KEYS)
def test_keys_with_a_form_of_their_own_are_known_anywhere(name: str) -> None:
    provider = name.partition(" ")[0]
    key = KEYS[name]
    assert said(f"\nmy_api_key = {key!r}\n") == [(provider, "variable my_api_key", 2)]
    assert said(f"call_api_key(['a', {key!r}])\n") == [(provider, "string literal", 1)]
    assert said(f"headers = {{'Authorization': 'Bearer {key}'}}  # api_key") == [
        (provider, '"Authorization" of a dict', 1)
    ]


def test_a_cloud_key_counts_where_models_are_called_with_it() -> None:
    key = "AKIA" + drawn(16, string.ascii_uppercase + "234567")
    line = f"aws_access_key_id = {key!r}\n"
    assert said(line) == []
    assert said("import boto3\n" + line) == [("bedrock-runtime", "variable aws_access_key_id", 2)]
    secret = f"import boto3\nboto3.client('bedrock-runtime', aws_secret_access_key={PLAIN!r})\n"
    assert said(secret) == [("bedrock-runtime", "aws_secret_access_key= of boto3.client", 2)]


def test_a_key_of_another_google_service_is_not_one_for_models() -> None:
    key = KEYS["google-genai"]
    assert said(f"config = {{'apiKey': {key!r}, 'authDomain': 'x.firebaseapp.com'}}") == []
    assert said(f"import googlemaps\ngooglemaps.Client({key!r})") == []
    assert said(f"import googlemaps\nfrom google import genai\ngenai.Client(api_key={key!r})") == [
        ("google-genai", "api_key= of google.genai.Client", 3)
    ]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import cohere\ncohere.Client(api_key=KEY)", ("cohere", "api_key= of cohere.Client", 2)),
        ("import cohere as co\nco.ClientV2(KEY)", ("cohere", "api_key of cohere.ClientV2", 2)),
        ("from mistralai import Mistral\nMistral(\n api_key=KEY)", ("mistralai", "api_key= of mistralai.Mistral", 3)),
        ("import openai\nopenai.AzureOpenAI(api_key=KEY)", ("openai", "api_key= of openai.AzureOpenAI", 2)),
        ("import openai\nopenai.api_key = KEY", ("openai", "openai.api_key", 2)),
        (
            "from langchain_cohere import ChatCohere\nChatCohere(cohere_api_key=KEY)",
            ("cohere", "cohere_api_key= of langchain_cohere.ChatCohere", 2),
        ),
        (
            "from langchain_cohere import ChatCohere\nChatCohere(api_key=SecretStr(KEY))",
            ("cohere", "api_key= of langchain_cohere.ChatCohere", 2),
        ),
        (
            "import google.generativeai as genai\ngenai.configure(api_key=KEY)",
            ("google-generativeai", "api_key= of google.generativeai.configure", 2),
        ),
        ("import google.generativeai\napi_key = KEY", ("google-generativeai", "variable api_key", 2)),
        ("import os\nos.environ['COHERE_API_KEY'] = KEY", ("cohere", 'os.environ["COHERE_API_KEY"]', 2)),
        (
            "import os\nos.environ.setdefault('MISTRAL_API_KEY', KEY)",
            ("mistralai", '"MISTRAL_API_KEY" in os.environ.setdefault', 2),
        ),
        ("import os\nkey = os.getenv('CO_API_KEY', KEY)", ("cohere", '"CO_API_KEY" in os.getenv', 2)),
        ("import os\nCOHERE_API_KEY = os.getenv('X') or KEY", ("cohere", "variable COHERE_API_KEY", 2)),
        ("MY_COHERE_API_KEY: str = KEY", ("cohere", "variable MY_COHERE_API_KEY", 1)),
        ("def ask(text, *, cohere_api_key=KEY): ...", ("cohere", "default of the parameter cohere_api_key", 1)),
        ("def ask(cohere_api_key=KEY, text=''): ...", ("cohere", "default of the parameter cohere_api_key", 1)),
        ("DEEPSEEK_API_KEY = 'sk-' KEY", ("deepseek", "variable DEEPSEEK_API_KEY", 1)),
        ("import openai\napi_key = KEY if DEBUG else ''", ("openai", "variable api_key", 2)),
        ("import openai\nfrom .core import Client\nClient(api_key=KEY)", ("openai", "api_key= of .core.Client", 3)),
        ("import litellm\nlitellm.completion('x', api_key=KEY)", ("litellm", "api_key= of litellm.completion", 2)),
        ("import autogen\nconfig_list = [{'model': 'x', 'api_key': KEY}]", ("ag2", '"api_key" of a dict', 2)),
    ],
)  # fmt: skip
def test_other_keys_are_known_by_what_takes_them(code: str, found: tuple[str, str, int]) -> None:
    assert said(re.sub(r"\bKEY\b", repr(PLAIN), code)) == [found]


@pytest.mark.parametrize(
    "code",
    [
        f"import weather\nweather.Client(api_key={PLAIN!r})",
        f"WEATHER_API_KEY = {PLAIN!r}",
        f"import openai\nPROJECT_API_KEY = {PLAIN!r}",
        f"import openai, tavily\ntavily.Client(api_key={PLAIN!r})",
        f"api_key = {PLAIN!r}",
        f"import sentence_transformers\napi_key = {PLAIN!r}",
        f"import openai\ndigest = {PLAIN!r}  # of the api_key",
    ],
)
def test_keys_to_other_things_are_not_spoken_of(code: str) -> None:
    assert said(code) == []


@pytest.mark.parametrize(
    "value",
    [
        "sk-...", "sk-1234", "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "sk-your-api-key-goes-here-0123456789",
        "YOUR_API_KEY", "EMPTY", "ollama", "none", "lm-studio", "dummy", "test", "<key>", "not-needed", "",
        "sk-proj-0000000000000000000000", "sk-1234567890abcdef1234567890abcdef",
        "sk-abcdefghijklmnopqrstuvwxyz0123456789", "sk-abc123abc123abc123abc123abc1",
        "sk-this-is-a-key-that-a-person-wrote-1", "COHERE_API_KEY_FROM_ENV_2", "sk-ant-api03-XXXXXXXXXXXXXXXXXXXXXXX",
        "AKIAIOSFODNN7EXAMPLE", "{COHERE_API_KEY}", "/run/secrets/a1b2c3d4e5f6a7b8c9d0",
        "https://a1b2c3d4e5f6a7b8c9d0.io", "AIzaSyXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX", "gsk_" + "a" * 52,
        "hf_" + "hub_download_" * 4, "sk-learn-extensions-0-24-2", "aaaaaaaaaaaabbbbbbbbbbbb1",
        "my-secret-api-key-for-cohere-1", "00000000000000000000000000000000",
    ],
)  # fmt: skip
def test_placeholders_are_no_keys(value: str) -> None:
    code = "import boto3, openai\nopenai.api_key = KEY\nCOHERE_API_KEY = KEY\nopenai.OpenAI(api_key=KEY)"
    assert said(re.sub(r"\bKEY\b", lambda _: repr(value), code)) == []


def test_lookups_and_comments_are_no_literals() -> None:
    code = f"""
import os, openai
openai.api_key = os.environ["OPENAI_API_KEY"]
openai.OpenAI(api_key=os.getenv("OPENAI_API_KEY"))  # was {OPENAI}
# api_key = "{OPENAI}"
x = 1
"""
    assert said(code) == []


def test_places_are_those_of_the_literal() -> None:
    size = len(OPENAI) + 2
    cases = {
        f'x = "{OPENAI}"': (1, 5, 1, 5 + size),
        f'größe = "é"; x = b"{OPENAI}"': (1, 18, 1, 19 + size),
        f'x = f"{{a}} {OPENAI}"': (1, 5, 1, 5 + size + 5),
        f'x = ("{OPENAI[:30]}"\n     "{OPENAI[30:]}")': (1, 6, 2, 6 + size - 30),
        f'"""Use it\n\n    key = {OPENAI}\n"""': (3, 11, 3, 11 + size - 2),
        f'if x:\n\f    y = "{OPENAI}"': (2, 10, 2, 10 + size),
    }
    for code, (line, column, end_line, end_column) in cases.items():
        (found,) = secrets("pkg/app.py", code)
        assert found.place == Place("pkg/app.py", line, column, end_line, end_column)


def test_every_key_of_a_file_is_found_in_order_and_once() -> None:
    code = f"import openai\na = '{OPENAI}'\nb = ('{KEYS['groq']}', '{OPENAI}')\nopenai.api_key = a or '{OPENAI}'\n"
    found = [(provider, line) for provider, _, line in said(code)]
    assert found == [("openai", 2), ("groq", 3), ("openai", 3), ("openai", 4)]


@pytest.mark.parametrize("broken", ["def f(:\n", "type X[T] = (\n", "x = 'open\n", "(" * 3000 + "\n"])
def test_text_that_is_no_python_is_searched_line_by_line(broken: str) -> None:
    code = broken + f"# '{OPENAI}'\nprint('#', \"{OPENAI}\")  # 'x'\n"
    line = broken.count("\n") + 2
    place = Place("a.py", line, 12, line, 12 + len(OPENAI) + 2)
    assert secrets("a.py", code) == (Secret(place, "openai", "string literal"),)


def test_nothing_of_a_key_is_kept() -> None:
    code = f"import cohere\ncohere.Client({PLAIN!r})\nx = {{{OPENAI!r}: {KEYS['groq']!r}, {PLAIN!r}: {OPENAI!r}}}"
    found = repr(secrets("a.py", code))
    assert found.count("Secret(") == 4
    kept = [key[at : at + 6] for key in (PLAIN, OPENAI, KEYS["groq"]) for at in range(len(key) - 5)]
    assert [piece for piece in kept if piece in found] == []


def test_ordinary_code_is_never_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(text)

    monkeypatch.setattr(module, "tree_of", refuse)
    code = "import os, openai\n\n\ndef ask(task_key):\n    return openai.OpenAI(api_key=os.environ['OPENAI_API_KEY'])\n"
    assert secrets("a.py", code * 50) == ()
    assert secrets("a.py", f"digest = '{drawn(64, HEX)}'\n{'# filler' * 40}\napi_key = None\n") == ()


AROUND = st.sampled_from(["{}", "api_key={}", "a {} b", "https://x/?key={}"])


@given(st.sampled_from(list(KEYS)), st.integers(0, 10_000), AROUND)
def test_drawn_keys_are_found_whatever_their_digits(name: str, seed: int, around: str) -> None:
    prefix = {"openai project": "sk-proj-", "openai service": "sk-svcacct-", "openai": "sk-"}.get(name)
    key = prefix + drawn(60, WORD, seed) + "0" if prefix else KEYS[name]
    code = f"x = {around.format(key)!r}\napi_key = _TOKEN = None\n"
    assert [provider for provider, _, _ in said(code)] == [name.partition(" ")[0]]
    assert may_hold(code.encode())


PIECES = st.sampled_from(["sk-", "'", '"', "#", "\\", "\n", "api_key=", PLAIN, OPENAI, "f'", "{", "("])


@given(st.text(max_size=60) | st.lists(PIECES).map("".join))
def test_no_text_breaks_it(text: str) -> None:
    found = secrets("a.py", text)
    assert all(1 <= secret.place.line <= text.count("\n") + 1 for secret in found)
    assert may_hold(text.encode(errors="replace")) or not found


@pytest.mark.parametrize(
    "text",
    [
        "sk-" * 300_000,
        "x = '" + "sk-a1b2" * 100_000 + "'",
        "'" * 500_000 + "api_key",
        "api_key='a1b2c3d4e5f6" * 30_000,
        "# api_key\nx = [" + "'a1b2c3d4e5f6a7b8c9d0e1f2'," * 20_000 + "]",
        "_TOKEN" + "\\" * 300_000 + "'",
    ],
)
def test_hostile_text_takes_bounded_time(text: str) -> None:
    began = time.process_time()
    secrets("a.py", text)
    assert time.process_time() - began < 5
