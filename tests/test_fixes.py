"""Fixes: what they write for each SDK and style, and that nothing is written which doesn't mend."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import stat
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.checks import fixes
from aiready.checks.catalogue import load
from aiready.checks.edits import Moves, edited
from aiready.checks.files.decode import decode
from aiready.checks.fixes import Case
from aiready.checks.mending import Mended, Mender
from aiready.checks.model import Edit, Fix, Place
from aiready.checks.options import Options
from aiready.checks.rewriting import rewrite

TABLE = sorted((Path(__file__).parent / "fixes").glob("*.diff"))
"""Whole files as diffs: what stands there before, and what after all fixes, the unsafe ones included."""

APP = """\
from flask import Flask, request
from openai import OpenAI

app = Flask(__name__)
client = OpenAI()


@app.post("/")
def ask() -> str:
    return client.responses.create(model="gpt-4o", input=request.form["q"]).output_text
"""


def side(table: Path, sign: str) -> str:
    """One side of a diff."""
    lines = table.read_text().split("\n")[:-1]
    return "".join(f"{line[1:]}\n" for line in lines if line[:1] in {sign, " ", ""})


def mended(folder: Path, *, unsafe: bool = False) -> Mended:
    """What all fixes come to."""
    return Mender([str(folder)], Options()).mend(lambda _: True, unsafe=unsafe)


def written(folder: Path, data: bytes, *, unsafe: bool = False) -> bytes:
    """What a file holds after it was mended."""
    (folder / "app.py").write_bytes(data)
    found = mended(folder, unsafe=unsafe)
    assert rewrite(found.audit.root, found.files) == {}
    return (folder / "app.py").read_bytes()


@pytest.mark.parametrize("table", TABLE, ids=lambda path: path.stem)
def test_a_file_becomes_what_the_table_says_and_stays_so(tmp_path: Path, table: Path) -> None:
    after = written(tmp_path, side(table, "-").encode(), unsafe=True)
    assert after.decode() == side(table, "+")
    assert mended(tmp_path, unsafe=True).files == {}


def test_every_fix_is_in_the_table(tmp_path: Path) -> None:
    fixed: set[tuple[str, str]] = set()
    for table in TABLE:
        (tmp_path / "app.py").write_text(side(table, "-"))
        fixed |= {(finding.rule, fix.applicability) for finding, fix in mended(tmp_path, unsafe=True).fixed}
    assert fixed == set(fixes.kinds().items())


def test_the_page_tells_of_every_fix_and_its_kind(root: Path) -> None:
    rows = re.findall(
        r"^\| `([a-z-]+)` \| .* \| (safe|unsafe)\b", (root / "docs" / "fixes.md").read_text(), re.MULTILINE
    )
    names = {rule.id: rule.name for rule in load().rules}
    assert rows == [(names[rule], kind) for rule, kind in fixes.kinds().items()]


def test_only_safe_fixes_are_applied_unless_others_are_asked_for(tmp_path: Path) -> None:
    after = written(tmp_path, APP.encode())
    assert after.decode() == APP.replace("OpenAI()", "OpenAI(timeout=30)")
    assert mended(tmp_path).unsafe == 1


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: f"# -*- coding: latin-1 -*-\n# caf\xe9\n{text}".encode("latin-1"),
        lambda text: text.removesuffix("\n").encode(),
        lambda text: text.replace("\n\n\n", "\n\x0c\n\n").encode(),
    ],
    ids=["CRLF", "byte order mark", "coding cookie", "no final newline", "form feed"],
)
def test_the_rest_of_a_file_stays_as_it_is(tmp_path: Path, wrapped: object) -> None:
    assert callable(wrapped)
    before: bytes = wrapped(APP)
    after = written(tmp_path, before)
    assert after == before.replace(b"OpenAI()", b"OpenAI(timeout=30)")


def test_a_multi_line_edit_has_the_line_ends_of_its_file() -> None:
    edit = Edit(Place("a.py", 1, 2, 1, 2), ",\n b")
    assert edited(b"a\r\nc\r\n", [edit]) == b"a,\r\n b\r\nc\r\n"


@given(st.text(alphabet="ab#\n\r\x0c\u2028\xe9 "), st.integers(0, 40), st.sampled_from(["x", ",\n  x", ""]))
def test_an_edit_changes_its_own_place_only(text: str, at: int, new: str) -> None:
    """Told of the text as the audit sees it, where all line ends are the same."""
    data = text.encode()
    seen = decode(data, "a.py")
    assert isinstance(seen, str)
    at = min(at, len(seen))
    line, column = seen.count("\n", 0, at) + 1, at - (seen.rfind("\n", 0, at) + 1) + 1
    place = Place("a.py", line, column, line, column)
    after = edited(data, [Edit(place, new)])
    assert edited(data, []) == data
    assert after is not None
    assert decode(after, "a.py") == seen[:at] + new + seen[at:]
    assert len(after) - len(data) - len(new) in {0, new.count("\n")}


def test_a_place_is_found_again_behind_edits() -> None:
    edits = (Edit(Place("a.py", 1, 1, 1, 1), "import x\n"), Edit(Place("a.py", 2, 1, 2, 2), "yyy"))
    moves = Moves("a\nb = c\n", "import x\na\nyyy = c\n", edits)
    assert (moves.of(1, 1), moves.of(2, 1), moves.of(2, 5)) == ((2, 1), (3, 1), (3, 7))


def test_a_file_that_libcst_would_change_elsewhere_is_left_alone(tmp_path: Path) -> None:
    before = f"{APP}\n "
    (tmp_path / "app.py").write_text(before)
    found = mended(tmp_path)
    assert (found.files, found.left) == ({}, {"app.py": "libcst would change it elsewhere too"})


def test_a_suppressed_finding_is_not_mended(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP.replace("output_text", "output_text  # aiready: ignore[REL101] known"))
    assert mended(tmp_path).files == {}


@pytest.mark.parametrize(
    ("line", "text", "right"),
    [
        (5, "client = OpenAI(timeout=30)", True),
        (5, "client = OpenAI(timeout=30", False),
        (5, "client = OpenAI(api_key='k')", False),
        (5, "client = OpenAI(timeout=30, max_retries=0)", False),
        (10, '    return ""', False),
    ],
    ids=["right", "no Python", "mends nothing", "brings a finding", "loses the call"],
)
def test_a_fix_is_kept_only_if_it_mends_and_brings_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: int, text: str, *, right: bool
) -> None:
    def fixer(case: Case) -> Fix:
        return Fix("Try it", "safe", (Edit(Place("app.py", line, 1, line, 1 + len(APP.split("\n")[line - 1])), text),))

    monkeypatch.setattr(fixes, "FIXES", (fixes.Known("REL101", "safe", fixer),))
    (tmp_path / "app.py").write_text(APP)
    found = mended(tmp_path)
    assert (list(found.files), len(found.fixed), len(found.refused)) == ((["app.py"], 1, 0) if right else ([], 0, 1))


def test_one_fix_in_vain_keeps_no_other_from_being_applied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(case: Case) -> Fix:
        return Fix("Try it", "safe", (Edit(Place("app.py", 10, 1, 10, 1), "("),))

    monkeypatch.setattr(
        fixes,
        "FIXES",
        (*(each for each in fixes.FIXES if each.rule == "REL101"), fixes.Known("COST101", "safe", broken)),
    )
    after = written(tmp_path, APP.encode())
    assert after.decode() == APP.replace("OpenAI()", "OpenAI(timeout=30)")


def test_a_link_stays_a_link_and_a_file_keeps_its_mode(tmp_path: Path) -> None:
    real = tmp_path / "real.py"
    real.write_bytes(b"a")
    real.chmod(0o755)
    (tmp_path / "link.py").symlink_to(real)
    assert rewrite(str(tmp_path), {"link.py": (b"a", b"b")}) == {}
    assert (tmp_path / "link.py").is_symlink()
    assert (real.read_bytes(), stat.S_IMODE(real.stat().st_mode)) == (b"b", 0o755)
    assert sorted(os.listdir(tmp_path)) == ["link.py", "real.py"]


def test_a_file_that_was_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_bytes(b"new")
    assert rewrite(str(tmp_path), {"app.py": (b"old", b"b")}) == {"app.py": "it was changed meanwhile"}
    assert (tmp_path / "app.py").read_bytes() == b"new"


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_a_whole_project_is_mended_as_promised(root: Path, tmp_path: Path, unsafe: bool) -> None:  # noqa: FBT001 - given by name
    """What `benchmarks/fixes.py` holds every project against, for the one that comes with us."""
    script = runpy.run_path(str(root / "benchmarks" / "fixes.py"))
    copy = tmp_path / "support_desk"
    shutil.copytree(root / "examples" / "support_desk", copy)
    before, fixed = Counter[str](), Counter[str]()
    assert script["checked"](copy, before, fixed, unsafe=unsafe) == []
    assert (fixed.total() > 0, fixed <= before) == (True, True)
