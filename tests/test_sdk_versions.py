"""Which release of an SDK is in effect is read from what the project says, however it says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from aiready.checks.options import Options
from aiready.checks.pipeline import run
from aiready.checks.sdks import Version, installed_versions
from aiready.checks.sdks.pins import bounds, release, requirement


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("", Version()),
        ("*", Version()),
        ("==1.2.3", Version(locked="1.2.3")),
        ("== 1.2.3", Version(locked="1.2.3")),
        ("===1.2.3", Version(locked="1.2.3")),
        ("=1.2.3", Version(locked="1.2.3")),
        ("1.2.3", Version(locked="1.2.3")),
        (" v1.2 ", Version(locked="1.2")),
        ("<=1.5", Version(locked="1.5")),
        (">=1.0,<=1.5", Version(locked="1.5")),
        ("<1", Version(below="1")),
        ("<2.0,>=1.4", Version(below="2.0", at_least="1.4")),
        (">=1.4, <2.0, !=1.5.0", Version(below="2.0", at_least="1.4")),
        ("(>=1.4,<2)", Version(below="2", at_least="1.4")),
        ("<2,<1.5", Version(below="1.5")),
        (">=1.0,>1.2", Version(at_least="1.2")),
        ("==1.*", Version(below="2", at_least="1")),
        ("==0.28.*", Version(below="0.29", at_least="0.28")),
        ("1.2.*", Version(below="1.3", at_least="1.2")),
        ("~=1.4", Version(below="2", at_least="1.4")),
        ("~=1.4.2", Version(below="1.5", at_least="1.4.2")),
        ("~=2", Version(below="3", at_least="2")),
        ("^1.2.3", Version(below="2", at_least="1.2.3")),
        ("^0.28", Version(below="0.29", at_least="0.28")),
        ("^0.0.3", Version(below="0.0.4", at_least="0.0.3")),
        ("^0", Version(below="1", at_least="0")),
        ("~1.2.3", Version(below="1.3", at_least="1.2.3")),
        ("~1", Version(below="2", at_least="1")),
        ("!=1.5", Version()),
        ("<1 || >=2", Version(below="1")),
        (">=1.0.0rc1", Version(at_least="1.0.0rc1")),
        (">=x.y", Version()),
    ],
)
def test_a_specifier_bounds_a_version(specifier: str, expected: Version) -> None:
    assert bounds(specifier) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("openai", ("openai", Version())),
        ("openai==0.28.1", ("openai", Version(locked="0.28.1"))),
        ("OpenAI [datalib] >= 1.0, < 2", ("openai", Version(below="2", at_least="1.0"))),
        ("google_generativeai>=0.3 ; python_version > '3.8'", ("google-generativeai", Version(at_least="0.3"))),
        ("huggingface.hub<1.0  # keep", ("huggingface-hub", Version(below="1.0"))),
        ("openai @ https://example.org/openai-0.27.0.tar.gz", ("openai", Version())),
        ("anthropic (>=0.5)", ("anthropic", Version(at_least="0.5"))),
        ("", None),
        ("-e .", None),
        ("./local", None),
    ],
)
def test_a_requirement_names_a_package(text: str, expected: tuple[str, Version] | None) -> None:
    assert requirement(text) == expected


def test_versions_are_ordered_as_releases() -> None:
    rising = ["0.9", "0.28.1", "1.0.0a1", "1.0", "1.2", "1.10.0", "2", "2.0.1", "10.0"]
    assert sorted(set(rising), key=release) == rising
    assert release("1.0") == release("1") == release("v1.0.0") == release("1.0.post1")
    assert release("1.0rc2") < release("1.0")
    assert release("?") < release("0.1")


@pytest.mark.parametrize(
    ("version", "older"),
    [
        (Version(locked="0.28.1"), True),
        (Version(locked="1.0"), False),
        (Version(locked="1.0rc1"), True),
        (Version(below="1.0"), True),
        (Version(below="0.9", at_least="0.5"), True),
        (Version(below="1.0.1"), False),
        (Version(below="2", at_least="0.1"), False),
        (Version(at_least="0.1"), False),
        (Version(), False),
    ],
)
def test_the_newest_allowed_release_counts(version: Version, *, older: bool) -> None:
    assert version.is_before("1.0") is older


@pytest.mark.parametrize(
    ("version", "text"),
    [
        (Version(locked="1.2"), "1.2"),
        (Version(below="2", at_least="1.4"), ">=1.4,<2"),
        (Version(below="2"), "<2"),
        (Version(), "any"),
    ],
)
def test_a_version_reads_as_a_requirement(version: Version, text: str) -> None:
    assert str(version) == text


FILES = [
    (
        "uv.lock",
        'version = 1\n\n[[package]]\nname = "openai"\nversion = "1.2.3"\nsource = { registry = "https://x" }\n',
        {"openai": "1.2.3"},
    ),
    ("poetry.lock", '[[package]]\r\nname = "openai"\r\nversion = "1.2.3"\r\ndescription = ""\r\n', {"openai": "1.2.3"}),
    ("pdm.lock", '[[package]]\nname = "Open.AI"\nversion = "1.2.3"\nrequires_python = ">=3.8"\n', {"open-ai": "1.2.3"}),
    ("pylock.toml", '[[packages]]\nname = "openai"\nversion = "1.2.3"\n', {"openai": "1.2.3"}),
    (
        "Pipfile.lock",
        '{"default": {"openai": {"version": "==1.2.3"}, "x": {"ref": "m"}}, "develop": {"groq": {"version": "==1"}}}',
        {"openai": "1.2.3", "groq": "1"},
    ),
    (
        "requirements.txt",
        "# pins\n-r base.txt\n-i https://x\nopenai==1.2.3 \\\n    --hash=sha256:0a1b2c\ngroq>=1  # why\n\n./here\n",
        {"openai": "1.2.3", "groq": ">=1"},
    ),
    ("requirements-dev.txt", "openai~=1.2\n", {"openai": ">=1.2,<2"}),
    ("dev-requirements.txt", "openai<1\n", {"openai": "<1"}),
    ("requirements/prod.txt", "openai<1\n", {"openai": "<1"}),
    ("constraints.txt", "openai<1\n", {"openai": "<1"}),
    (
        "pyproject.toml",
        """
[project]
dependencies = ["openai>=1,<2", 7]
[project.optional-dependencies]
more = ["groq==1.0"]
[dependency-groups]
dev = ["cohere<5", {include-group = "more"}]
[tool.uv]
dev-dependencies = ["together==2.0"]
constraint-dependencies = ["litellm<2"]
[tool.pdm.dev-dependencies]
test = ["replicate==1.0"]
[tool.poetry.dependencies]
python = "^3.11"
anthropic = "^0.5"
mistralai = {version = "~1.2", extras = ["x"]}
ollama = [{version = "<0.2", python = "<3.9"}, {version = "^0.3", python = ">=3.9"}]
local = {path = "../local"}
[tool.poetry.dev-dependencies]
boto3 = "1.2.*"
[tool.poetry.group.test.dependencies]
vllm = "0.3.0"
""",
        {
            "openai": ">=1,<2",
            "groq": "1.0",
            "cohere": "<5",
            "together": "2.0",
            "litellm": "<2",
            "replicate": "1.0",
            "python": ">=3.11,<4",
            "anthropic": ">=0.5,<0.6",
            "mistralai": ">=1.2,<1.3",
            "ollama": "<0.2",
            "boto3": ">=1.2,<1.3",
            "vllm": "0.3.0",
        },
    ),
    (
        "Pipfile",
        '[packages]\nopenai = "==1.2.3"\ngroq = "*"\n[dev-packages]\ncohere = {version = "<5"}\n',
        {"openai": "1.2.3", "groq": "any", "cohere": "<5"},
    ),
    (
        "setup.cfg",
        "[options]\ninstall_requires =\n    openai>=1\n    groq\n[options.extras_require]\nall =\n    cohere<5\n",
        {"openai": ">=1", "groq": "any", "cohere": "<5"},
    ),
    (
        "setup.py",
        """
from setuptools import setup
NEEDS = ["openai<1", f"groq=={version()}"]
setup(name="x", install_requires=NEEDS, extras_require={"all": ["cohere>=5"] + OTHER})
""",
        {"openai": "<1", "groq": "any", "cohere": ">=5"},
    ),
    (
        "one-1.0.dist-info/METADATA",
        """Metadata-Version: 2.1
Name: one
Requires-Dist: openai>=1
Requires-Dist: groq (<2) ; extra == 'all'

Requires-Dist: in the description
""",
        {"openai": ">=1", "groq": "<2"},
    ),
    ("one.egg-info/requires.txt", "openai>=1\n\n[all]\ngroq<2\n", {"openai": ">=1", "groq": "<2"}),
    ("PKG-INFO", "Name: one\nRequires-Dist: openai>=1\n", {"openai": ">=1"}),
]


def put(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def read(folder: Path) -> dict[str, str]:
    return {name: str(version) for name, version in installed_versions(folder).versions.items()}


@pytest.mark.parametrize(("name", "text", "expected"), FILES, ids=[row[0] for row in FILES])
def test_a_file_that_names_versions_is_read(tmp_path: Path, name: str, text: str, expected: dict[str, str]) -> None:
    put(tmp_path, name, text)
    assert read(tmp_path) == expected
    assert installed_versions(tmp_path).ignored == ()


@pytest.mark.parametrize(("name", "text", "expected"), FILES, ids=[row[0] for row in FILES])
def test_so_it_is_one_folder_down(tmp_path: Path, name: str, text: str, expected: dict[str, str]) -> None:
    put(tmp_path / "backend", name, text)
    assert read(tmp_path) == expected


def test_two_folders_down_and_foreign_folders_are_not_read(tmp_path: Path) -> None:
    for folder in ("a/b", ".venv", "venv", "node_modules"):
        put(tmp_path / folder, "requirements.txt", "openai==1.0\n")
    assert read(tmp_path) == {}


def test_a_lock_beats_a_pin_and_the_root_beats_what_is_under_it(tmp_path: Path) -> None:
    put(tmp_path, "requirements.txt", "openai==0.28\ngroq==1.0\ncohere\n")
    put(tmp_path, "uv.lock", '[[package]]\nname = "openai"\nversion = "1.5"\n')
    put(tmp_path / "docs", "requirements.txt", "groq==0.1\ncohere==4.0\n")
    assert read(tmp_path) == {"openai": "1.5", "groq": "1.0", "cohere": "4.0"}


def test_of_equals_the_lowest_counts(tmp_path: Path) -> None:
    put(tmp_path, "requirements.txt", "openai<2\ngroq==1.10\ncohere>=5\nollama<0.5\n")
    put(tmp_path, "requirements-gpu.txt", "openai<1\ngroq==1.9\ncohere>=4\nollama==0.6\n")
    assert read(tmp_path) == {"openai": "<1", "groq": "1.9", "cohere": ">=4", "ollama": "0.6"}


def test_a_package_is_found_however_it_is_spelled(tmp_path: Path) -> None:
    put(tmp_path, "requirements.txt", "Google_Generativeai==0.8\n")
    installed = installed_versions(tmp_path)
    assert installed.of("google.generativeai") == Version(locked="0.8")
    assert installed.of("openai") is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project\n"),
        ("Pipfile.lock", "{"),
        ("uv.lock", "not a lock\n"),
        ("poetry.lock", "[[package]]\nname = \n"),
        ("setup.cfg", "no section\n"),
        ("setup.py", "setup(\n"),
    ],
)
def test_a_malformed_file_is_named_and_passed_over(tmp_path: Path, name: str, text: str) -> None:
    put(tmp_path, name, text)
    put(tmp_path, "requirements.txt", "openai==1.0\n")
    installed = installed_versions(tmp_path)
    assert dict(installed.versions) == {"openai": Version(locked="1.0")}
    assert [(path, bool(reason)) for path, reason in installed.ignored] == [(name, True)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", 'project = 1\ntool = ["x"]\ndependency-groups = "y"\n'),
        ("Pipfile.lock", '["default"]'),
        ("requirements.txt", "\x00\xff\n== 3\n"),
        ("setup.py", "setup(install_requires=needs(), extras_require=None)\n"),
        ("PKG-INFO", ""),
        ("uv.lock", ""),
        ("uv.lock", 'version = 1\n\n[[package]]\nname = "app"\nsource = { editable = "." }\n'),
        ("poetry.lock", 'package = []\n\n[metadata]\nlock-version = "2.1"\n'),
    ],
)
def test_unexpected_forms_say_nothing(tmp_path: Path, name: str, text: str) -> None:
    put(tmp_path, name, text)
    assert installed_versions(tmp_path) == installed_versions(tmp_path / "nowhere")


def test_a_malformed_file_is_told_wherever_an_audit_begins(tmp_path: Path) -> None:
    put(tmp_path, "pyproject.toml", "[project\n")
    put(tmp_path, "src/app.py", "import openai\n")
    put(tmp_path, "src/requirements.txt", "\n")
    seen = {where: run([tmp_path / where], Options()).unread_pins for where in (".", "src")}
    assert {where: [(each.path, bool(each.detail)) for each in pins] for where, pins in seen.items()} == {
        ".": [("pyproject.toml", True)],
        "src": [],
    }
    (tmp_path / "src" / "requirements.txt").unlink()
    assert [each.path for each in run([tmp_path / "src"], Options()).unread_pins] == ["../pyproject.toml"]


def test_too_large_a_file_is_named_and_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "requirements.txt", "openai==1.0\n" + "#" * (6 << 20))
    put(tmp_path, "uv.lock", '[[package]]\nname = "groq"\nversion = "1.5"\n' + "#" * (6 << 20))
    installed = installed_versions(tmp_path)
    assert read(tmp_path) == {"groq": "1.5"}
    assert installed.ignored == (("requirements.txt", "6 MB, more than 5 MB"),)


def test_a_project_without_such_files_says_nothing(tmp_path: Path) -> None:
    assert installed_versions(tmp_path).versions == {}
    assert installed_versions(tmp_path / "gone").versions == {}


def test_pins_and_scripts_of_the_project_count_for_a_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("anthropic==0.2.9\n")
    (tmp_path / "pyproject.toml").write_text('[project.scripts]\nask = "desk:main"\n')
    (tmp_path / "src").mkdir()
    code = "import anthropic\n\ndef main():\n    anthropic.Anthropic().completions.create(model='m', prompt='p')\n"
    (tmp_path / "src" / "desk.py").write_text(code)
    whole, part = (run([folder], Options()).calls[0].facts for folder in (tmp_path, tmp_path / "src"))
    assert (part.retry.state, part.audience.state) == (whole.retry.state, whole.audience.state) == ("none", "local")
