"""The byte filter: imports and hints, found without parsing."""

from __future__ import annotations

import ast
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.checks.files import by_top, imports, roots
from aiready.checks.files.hints import hints, named, signs
from aiready.checks.files.scan import Import
from aiready.checks.pipeline import signs_of
from aiready.checks.project.apis import kind_of
from aiready.checks.sdks import load, urls

KNOWN = load()
LOOK = signs_of(KNOWN)
PATHS = [path for api in KNOWN.apis for path in (*api.paths, *api.shared)]
HOSTS = [host for api in KNOWN.apis for host in api.hosts if host != "11434"]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import os", [(0, "os", ())]),
        ("import a.b.c", [(0, "a.b.c", ())]),
        ("import a.b as c, d ,e as f", [(0, "a.b", ()), (0, "d", ()), (0, "e", ())]),
        ("import os; import sys", [(0, "os", ()), (0, "sys", ())]),
        ("from a import b", [(0, "a", ("b",))]),
        ("from a.b import c as d, e", [(0, "a.b", ("c", "e"))]),
        ("from . import a", [(1, "", ("a",))]),
        ("from .a import b", [(1, "a", ("b",))]),
        ("from ..core import llm", [(2, "core", ("llm",))]),
        ("from ... import a", [(3, "", ("a",))]),
        ("from . . a import b", [(2, "a", ("b",))]),
        ("from.a import b", [(1, "a", ("b",))]),
        ("from a import*", [(0, "a", ("*",))]),
        ("from a import(b)", [(0, "a", ("b",))]),
        ("from a import (b, c)  # (d", [(0, "a", ("b", "c"))]),
        ("from a import (\n    b,  # a comment, with )\n    c as d,\n)", [(0, "a", ("b", "c"))]),
        ("from a import (  # see (this)\n    b,\n)", [(0, "a", ("b",))]),
        ("from a import b, \\\n    c", [(0, "a", ("b", "c"))]),
        ("from a \\\n    import b", [(0, "a", ("b",))]),
        ("from \\\n  a import b", [(0, "a", ("b",))]),
        ("import \\\n  a", [(0, "a", ())]),
        ("import\ta", [(0, "a", ())]),
        ("from\ta\timport\tb", [(0, "a", ("b",))]),
        ("def f():\n        from openai import OpenAI", [(0, "openai", ("OpenAI",))]),
        ("try: import openai\nexcept: openai = None", [(0, "openai", ())]),
        ("if T: from a import b", [(0, "a", ("b",))]),
        ("x = 1; from a import b; import c", [(0, "a", ("b",)), (0, "c", ())]),
        ("from fromage import important", [(0, "fromage", ("important",))]),
        ("from importlib import import_module", [(0, "importlib", ("import_module",))]),
        ("import importlib", [(0, "importlib", ())]),
        ("importlib.import_module('openai')", [(0, "openai", ())]),
        ('m = import_module("..core", __package__)', [(2, "core", ())]),
        ("m = __import__('anthropic')", [(0, "anthropic", ())]),
        ("litellm = lazy_import(\n    'litellm')", [(0, "litellm", ())]),
        ("litellm = lazy_import('litellm')", [(0, "litellm", ())]),
        ("exec('import openai')", [(0, "openai", ())]),
        ("import_module(name)", []),
        ("important = imports('x y')", []),
        ("reimport = 1\n_import = 2\nx.import_ = 3", []),
        ("# we import things", []),
        ("import a\rimport b\r\nimport c", [(0, "a", ()), (0, "b", ()), (0, "c", ())]),
        ("import größe", [(0, "größe", ())]),
        ("\ufeffimport a", [(0, "a", ())]),
        ("", []),
        ("import", []),
        ("import ", []),
        ("from", []),
    ],
)
def test_imports_are_found_wherever_they_stand(source: str, found: list[Import]) -> None:
    assert imports(source.encode()) == found


def of_ast(tree: ast.AST) -> set[Import]:
    found: set[Import] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(0, alias.name, ()) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.level, node.module or "", tuple(alias.name for alias in node.names)))
    return found


def test_nothing_that_python_imports_is_missed_in_a_large_library() -> None:
    library = Path(ast.__file__).parent
    files = [
        path for folder in ("asyncio", "email", "json", "logging", "http") for path in (library / folder).glob("*.py")
    ]
    missed = {path.name: of_ast(ast.parse(path.read_bytes())) - set(imports(path.read_bytes())) for path in files}
    assert len(files) > 50
    assert {name: found for name, found in missed.items() if found} == {}


def test_a_line_met_before_is_read_anew_where_a_backslash_joins_it_to_another() -> None:
    assert imports(b"if x:\n    import b\n") == [(0, "b", ())]
    assert imports(b"from a \\\n    import b\n") == [(0, "a", ("b",))]
    assert imports(b"if x:\n    import b\n") == [(0, "b", ())]


def test_the_first_line_is_not_joined_to_the_last() -> None:
    assert imports(b"import a\nx = 1 + \\\n") == [(0, "a", ())]


WORDS = st.sampled_from(["a", "b_1", "from_x", "important", "x.y", "imports.z"])
NAMES = st.lists(st.sampled_from(["p", "q as r", "import_me", "_s"]), min_size=1, max_size=3)
SPACE = st.sampled_from([" ", "  ", "\t", " \\\n ", "\\\n"])


@st.composite
def statements(draw: st.DrawFn) -> str:
    space, names = draw(SPACE), draw(NAMES)
    if draw(st.booleans()):
        return f"import{space}" + ",".join(f"{draw(WORDS)}" for _ in names)
    comma = draw(st.sampled_from([",", ", ", " , ", ", \\\n"]))
    dots = draw(st.sampled_from(["", "", ".", "..", "..."]))
    listed = comma.join(names)
    if draw(st.booleans()):
        inner = draw(st.sampled_from([",\n    ", ",  # x, (y)\n  ", ", "]))
        begin, end = draw(st.sampled_from(["", "\n", " # z)\n"])), draw(st.sampled_from(["", ","]))
        listed = f"({begin}{inner.join(names)}{end})"
    return f"from{space}{dots}{draw(WORDS)}{space}import{space}{listed}"


@given(st.lists(st.tuples(st.sampled_from(["", "if x:\n    ", "x = 1; ", "if x: "]), statements()), max_size=4))
def test_every_form_of_import_is_found(pieces: list[tuple[str, str]]) -> None:
    source = "\n".join(head + statement for head, statement in pieces)
    assert of_ast(ast.parse(source)) - set(imports(source.encode())) == set()


@given(
    st.binary(max_size=80)
    | st.lists(st.sampled_from([b"import", b"from", b" ", b"(", b"\\\n", b"'", b".", b"\xff"])).map(b"".join)
)
def test_no_bytes_break_it(data: bytes) -> None:
    assert len(imports(data)) <= len(data)
    assert hints(data, LOOK) in (True, False)


@pytest.mark.parametrize(
    "data",
    [
        b"import x, " * 60_000,
        b"from x import (" * 50_000,
        b"from x import (\n" * 50_000,
        (b"from x import (\n" * 1_000 + b")\n") * 50,
        b"import_module('" * 50_000,
        b"import \\\n" * 60_000,
        b"x = '" + b"import " * 90_000 + b"'",
        b"://" * 200_000,
        b"'litellm' " + b"litellm." * 60_000,
        b"'litellm' " * 60_000,
        b"/v1" * 200_000,
        b"/anthropic/" * 60_000,
    ],
)
def test_hostile_bytes_take_bounded_time(data: bytes) -> None:
    began = time.process_time()
    imports(data)
    hints(data, LOOK)
    list(named(data, LOOK))
    assert time.process_time() - began < 5


def test_roots_are_matched_as_whole_dotted_names() -> None:
    known = by_top(["openai", "google.genai", "google.generativeai", "langchain_openai"])
    source = b"""
import openai.types
from google import genai, auth
from google.generativeai.types import x
import langchain_openai_extra, openaiutils
from .openai import y
from langchain import openai
"""
    assert roots(imports(source), known) == {"openai", "google.genai", "google.generativeai"}
    assert roots(imports(b"from . import openai"), known) == set()


@pytest.mark.parametrize(
    "line",
    [
        'requests.post(f"{BASE}/chat/completions")', '"/v1/completions"', '"/v1/messages"', '"/v1/responses"',
        '"/v1/embeddings"',
        '":generateContent"', '":streamGenerateContent"', '"/api/generate"', '"/api/chat"', '"/v1/rerank"',
        '"https://api.openai.com"', '"https://api.anthropic.com/x"', "'http://openrouter.ai'", '"https://api.mistral.ai/"',
        '"https://api.groq.com/openai"', '"https://generativelanguage.googleapis.com/v1beta"', '"https://api.cohere.com"',
        '"https://api.together.xyz"', '"https://api.deepseek.com"', '"https://dashscope.aliyuncs.com"',
        '"https://api-inference.huggingface.co/models"', '"https://myres.openai.azure.com/openai"', 'f"https://{res}.openai.azure.com/"',
        '"https://us-central1-aiplatform.googleapis.com/v1"', '"https://eu.api.openai.com:443/"',
        '"https://bedrock-runtime.us-east-1.amazonaws.com"', '"/v1/audio/transcriptions"', '"/v1/audio/speech"',
        "client.chat.completions.create(", "self.llm.messages.create(", "model.generate_content(", "rt.invoke_model(",
        "model.with_structured_output(Answer)", "llm.bind_tools(tools)",
    ],
)  # fmt: skip
def test_raw_requests_and_distinctive_tails_are_hints(line: str) -> None:
    assert hints(b"import requests\n" + line.encode() + b"\n", LOOK)


@pytest.mark.parametrize(
    "line",
    [
        '"https://example.com/api/users"', '"https://openai.com/blog"', "db.items.create(1)",
        '"https://api.github.com/v1/repos"',
        "generate(x)", "messages.append(x)", "# see https://docs.python.org",
        "# invoked for every row", "job.invoke(row)",
    ],
)  # fmt: skip
def test_other_requests_are_no_hints(line: str) -> None:
    assert not hints(line.encode(), LOOK)


EXAMPLES = (
    "/chat/completions", "/v1/completions", "/openai/deployments/gpt/completions", "/v1/messages",
    "/anthropic/v1/messages",
    "/v1/responses", "/openai/responses", "/backend-api/codex/responses",
    "/v1/embeddings", "/api/embed", "/models/m:embedContent", "/models/m:batchEmbedContents",
    "/models/{m}:generateContent", ":streamGenerateContent", "/api/generate", "/api/chat", "/v2/rerank",
    "/v1/images/edits",
    "/images/generations", "/audio/speech", "/v1/audio/transcriptions", "/v1/text-to-speech/x",
    "/v1/moderations", "https://api.cohere.com/v2/chat",
    "https://api.cohere.ai/v1/generate", "/v1/ocr", "/model/m/converse", "/model/m/converse-stream", "/model/m/invoke",
    "https://api-inference.huggingface.co/models/m", "https://router.huggingface.co/hf-inference/models/org/m",
    "/model/m/invoke-with-response-stream", "/pipeline/feature-extraction", "/images/variations",
    "/v1/audio/translations", "/v1/embedding", "https://api.cohere.ai/v1/summarize", "https://api.deepgram.com/v1/listen",
    "https://api.deepgram.com/v1/speak", "https://api.assemblyai.com/v2/transcript",
    "https://api.x.ai/v1/tts", "https://api.x.ai/v1/stt",
    "https://api.stability.ai/v2beta/stable-image/generate/core", "https://api.stability.ai/v1/generation/e/text-to-image",
)  # fmt: skip


@pytest.mark.parametrize("path", EXAMPLES)
def test_every_path_that_counts_as_a_raw_request_is_a_hint(path: str) -> None:
    assert kind_of(f"\0{path}" if path.startswith(("/", ":")) else path) is not None
    assert hints(f"URL = BASE + '{path}'".encode(), LOOK)


def test_every_pattern_of_a_raw_request_has_an_example_here() -> None:
    assert [each for each in PATHS if not any(re.search(urls.path(each), path) for path in EXAMPLES)] == []


@pytest.mark.parametrize("host", HOSTS)
def test_every_host_that_counts_as_a_raw_request_is_a_hint(host: str) -> None:
    assert hints(f"BASE = 'https://{host}'".encode(), LOOK)


def test_tails_of_the_sdk_data_open_gates_of_their_own() -> None:
    look = signs(["chat.completions.create", "rare.tail"], {})
    assert hints(b"x.rare.tail()", look)
    assert not hints(b"x.rare.tail()", LOOK)
    assert len(look.gates) == len(signs(["chat.completions.create"], {}).gates) + 1


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('@tool(imports=["litellm", "json"])\ndef f():\n    return litellm.completion(x)\n', ["litellm"]),
        ("load('litellm')\nask = litellm.main.completion\n", ["litellm"]),
        ('provider = "litellm"\nkit.litellm.completion(x)\n', []),
        ('provider = "litellm"\nlitellm.completions_made += 1\n', []),
        ('"""litellm.completion is called elsewhere"""\n', []),
    ],
)
def test_an_sdk_named_in_quotes_is_imported_where_its_calls_stand(source: str, found: list[str]) -> None:
    look = signs([], {"litellm": ["completion", "chat.completions.create"], "dspy": ["()"]})
    assert list(named(source.encode(), look)) == found
