"""Whole projects with planted facts, in `tests/planted`: what is bad is found where it stands, what is good is clean.

Three marks, on the first line of a call: `# finds: NAME, NAME` names rules that must speak of it, `# call: SDK SECONDS`
what it is and what limits it, `# output: STATE` what becomes of its answer. `good` has no marks: no rule of the regular
persona may speak of one of its calls. In `traps` no limit
is missed, and nothing is called unguarded but what is marked.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from aiready.checks.catalogue import load
from aiready.checks.model import Audit, Place
from aiready.checks.options import Options
from aiready.checks.pipeline import run

PLANTED = Path(__file__).parent / "planted"
FINDS = re.compile(r"# finds: ([a-z, -]+)$")
CALL = re.compile(r"# call: (\w+) (\d+)$")
OUTPUT = re.compile(r"# output: ([a-z-]+)$")
WHOLE = frozenset({
    "unbenchmarked-project", "undocumented-routing", "project-without-evals", "project-without-alerts",
    "project-without-circuit-breaker",
})  # fmt: skip
"""Rules that speak of a project, at its first call."""
NAMES = {rule.id: rule.name for rule in load().rules}
Spot = tuple[str, int | None, int]
"""Path, cell, line."""


def lines(path: Path) -> Iterator[tuple[int | None, int, str]]:
    """Cell, line and text of a file's lines."""
    if path.suffix == ".ipynb":
        for cell, each in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
            yield from ((cell, number, text.rstrip("\n")) for number, text in enumerate(each["source"], 1))
    else:
        yield from ((None, *each) for each in enumerate(path.read_text(encoding="utf-8").splitlines(), 1))


def marks(project: str, mark: re.Pattern[str]) -> Iterator[tuple[Spot, tuple[str, ...]]]:
    """The marked lines of a project, with what each says."""
    folder = PLANTED / project
    for path in sorted(folder.rglob("*")):
        for cell, number, text in lines(path) if path.suffix in (".py", ".ipynb") else ():
            if found := mark.search(text):
                yield (path.relative_to(folder).as_posix(), cell, number), found.groups()


def promised(project: str) -> list[tuple[Spot, str]]:
    """Every place with every rule that must speak there."""
    return [(spot, name) for spot, (names,) in marks(project, FINDS) for name in names.split(", ")]


def spot_of(place: Place) -> Spot:
    return place.path, place.cell, place.line


def found(audit: Audit) -> set[tuple[Spot, str]]:
    """Every place with every rule that speaks there."""
    return {(spot_of(each.place), NAMES[each.rule]) for each in audit.findings}


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Audit]:
    """A project by its name, as the regular persona sees it where it stands alone."""

    @cache
    def audit(project: str) -> Audit:
        folder = tmp_path_factory.mktemp("planted") / project
        shutil.copytree(PLANTED / project, folder)
        return run([folder], Options())

    return audit


def as_cases(project: str) -> list[object]:
    """One case for each promise."""
    return [pytest.param(spot, name, id=f"{spot[0]}:{spot[2]}-{name}") for spot, name in promised(project)]


@pytest.mark.parametrize(("spot", "name"), as_cases("bad"))
def test_what_is_bad_is_found(spot: Spot, name: str, audited: Callable[[str], Audit]) -> None:
    assert (spot, name) in found(audited("bad"))


@pytest.mark.parametrize("project", ["bad", "good", "traps", "flows"])
def test_every_file_is_audited(project: str, audited: Callable[[str], Audit]) -> None:
    files = [path for path in (PLANTED / project).rglob("*") if path.suffix in (".py", ".ipynb")]
    assert (audited(project).counts.audited, audited(project).skipped) == (len(files), ())


def test_what_is_good_is_clean(audited: Callable[[str], Audit]) -> None:
    audit = audited("good")
    calls = [(each.sdk, each.kind, each.facts.audience.state) for each in audit.calls]
    assert calls == [("openai", kind, "remote") for kind in ("moderation", "chat", "chat")]
    assert {name for _, name in found(audit)} <= WHOLE


def test_traps_are_seen_through(audited: Callable[[str], Audit]) -> None:
    about = {"unguarded-call", "guard-that-misses-errors", "swallowed-failure"}
    assert {each for each in found(audited("traps")) if each[1] in about} == set(promised("traps"))


def test_limits_are_found_where_nobody_looks(audited: Callable[[str], Audit]) -> None:
    wanted = [(spot, sdk, "explicit", float(seconds)) for spot, (sdk, seconds) in marks("traps", CALL)]
    got = [
        (spot_of(call.place), call.sdk, call.facts.timeout.state, call.facts.timeout.seconds)
        for call in audited("traps").calls
        if call.place.path == "limits.py"
    ]
    assert got == wanted


def test_what_looks_like_a_call_is_none(audited: Callable[[str], Audit]) -> None:
    assert [spot_of(call.place) for call in audited("traps").calls if call.place.path == "sms.py"] == []


@pytest.mark.parametrize("spot", [spot for spot, _ in marks("flows", OUTPUT)], ids=lambda spot: f"{spot[0]}:{spot[2]}")
def test_answers_are_followed_to_their_ends(spot: Spot, audited: Callable[[str], Audit]) -> None:
    wanted = dict(marks("flows", OUTPUT))[spot]
    got = [(call.facts.output.state,) for call in audited("flows").calls if spot_of(call.place) == spot]
    assert got == [wanted]


def test_no_answer_of_the_flows_is_left_out(audited: Callable[[str], Audit]) -> None:
    assert [spot_of(call.place) for call in audited("flows").calls] == [spot for spot, _ in marks("flows", OUTPUT)]
