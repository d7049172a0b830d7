from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import aiready

FOLDERS = ("cli", "checks", "report", "bench", "gate", "history", "adopt", "docs/rules")
FILES = ("__init__.py", "__main__.py", "py.typed", "rules.yaml", "keyforms.py")


def files_below(folder: Path, root: Path) -> set[str]:
    """What git would keep of a folder: no caches, which are hidden or called `__pycache__`."""
    found = (path.relative_to(root) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if not any(part.startswith((".", "__pycache__")) for part in path.parts)}


@pytest.fixture(scope="module")
def shipped(root: Path) -> set[str]:
    return set(FILES).union(*(files_below(root / folder, root) for folder in FOLDERS))


@pytest.fixture(scope="module")
def hatch(root: Path) -> dict[str, Any]:
    with (root / "pyproject.toml").open("rb") as file:
        targets: dict[str, Any] = tomllib.load(file)["tool"]["hatch"]["build"]["targets"]
    return targets


@pytest.fixture(scope="module")
def distributions(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    (wheel,) = distributions.glob("*.whl")
    return wheel


@dataclass(frozen=True, slots=True)
class Installed:
    """A fresh virtual environment that holds the wheel, and sees our dependencies but not the checkout."""

    home: Path

    def run(self, program: str, *arguments: str) -> str:
        path = self.home / ("Scripts" if os.name == "nt" else "bin") / program
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        command = [str(path), *arguments]
        return subprocess.check_output(command, cwd=self.home, env=environment, text=True, timeout=60)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(home)]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    (site_packages,) = home.glob("[Ll]ib/**/site-packages")
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return Installed(home)


def test_the_wheel_built_through_the_sdist_holds_what_the_tree_holds(wheel: Path, shipped: set[str]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == {f"aiready/{name}" for name in shipped}


def test_the_sdist_holds_all_that_is_needed_to_test_it(distributions: Path, shipped: set[str]) -> None:
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "make.py", "tests/conftest.py"}
    assert (shipped | needed) - names == set()


def test_each_shipped_name_is_in_both_lists_and_has_its_link(root: Path, hatch: dict[str, Any]) -> None:
    source = root / ".src" / "aiready"
    links = {path.relative_to(source).as_posix(): path for path in source.rglob("*") if path.is_symlink()}
    assert set(links) == {*FOLDERS, *FILES}
    assert {name: path.resolve() for name, path in links.items()} == {name: (root / name).resolve() for name in links}
    assert set(hatch["wheel"]["only-include"]) == set(links)
    assert {name.partition("/")[0] for name in links} - set(hatch["sdist"]["only-include"]) == set()


def test_every_package_at_the_top_is_shipped(root: Path) -> None:
    packages = {path.parent.name for path in root.glob("*/__init__.py") if not path.parent.name.startswith(".")}
    assert packages - set(FOLDERS) == set()


def test_the_installed_wheel_answers_to_both_of_its_names(installed: Installed) -> None:
    expected = f"aiready {aiready.__version__}\n"
    assert installed.run("aiready", "--version") == expected
    assert installed.run("python", "-m", "aiready", "--version") == expected


def test_the_installed_wheel_finds_its_catalogue_and_its_pages(installed: Installed) -> None:
    lookup = (
        "import aiready, importlib.resources as r; top = r.files('aiready');"
        "print(aiready.__file__); print((top / 'rules.yaml').is_file());"
        "print(any(page.name.endswith('.md') for page in (top / 'docs' / 'rules').iterdir()))"
    )
    place, catalogue, pages = installed.run("python", "-c", lookup).splitlines()
    assert Path(place).resolve().is_relative_to(installed.home.resolve())
    assert (catalogue, pages) == ("True", "True")
