"""The baseline's file and how findings are held against it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from aiready.checks.baseline import Baseline, Entry, Matched, Scope, entries_of, matched, parsed, written
from aiready.checks.errors import UsageError
from aiready.checks.looked import Counts
from aiready.checks.model import Audit, Finding, Place
from aiready.checks.standing import Grown


def finding(path: str = "a.py", line: int = 1, source: str = "ask()", rule: str = "REL101") -> Finding:
    return Finding(rule, Place(path, line), "error", "high", "message", "help", source=source)


def scope(folder: Path, *paths: str, unasked: frozenset[str] = frozenset()) -> Scope:
    audit = Audit(str(folder), Counts(1, 1, 1, 0), (), (), ())
    return Scope.of(audit, str(folder), [str(folder / path) for path in paths or (".",)], unasked)


def held(folder: Path, now: Sequence[Finding], *entries: Entry, **names: Sequence[str]) -> Matched:
    renames: Mapping[str, Sequence[str]] = {f"{name}.py": old for name, old in names.items()}
    return matched(now, Baseline(entries), scope(folder), lambda: renames)


def known(found: Matched) -> list[bool]:
    return [one.known for one in found.findings]


@pytest.mark.parametrize(("paths", "grown"), [((".",), ["REL101", "REL402"]), (("app",), ["REL101"])])
def test_of_a_part_nothing_is_said_of_the_whole_project(
    paths: tuple[str, ...], grown: list[str], tmp_path: Path
) -> None:
    """MULTI301, say: in a part other models are in use than in all of it."""
    whole = replace(finding(rule="REL402"), whole=True)
    at = Scope(str(tmp_path), str(tmp_path), tuple(os.path.normpath(tmp_path / path) for path in paths))
    found = matched([finding(), whole], Baseline(), at, dict)
    assert [each.rule for each in found.grown] == grown


def test_the_file_has_an_entry_a_line_and_reads_back() -> None:
    entries = (
        Entry("b.py", "R", 'ask("\x1b[31m", "\u202e\ud800")', 2),
        Entry("", "O", ""),
        Entry("a.py", "X", ""),
    )
    text = written(Baseline(entries, ("src", "tools/x.py")))
    assert text.split("\n") == [
        "{",
        '  "schema": "aiready.baseline/1",',
        '  "paths": ["src", "tools/x.py"],',
        '  "findings": [',
        '    {"rule": "O", "count": 1},',
        '    {"path": "a.py", "rule": "X", "code": "", "count": 1},',
        '    {"path": "b.py", "rule": "R", "code": "ask(\\"\\u001b[31m\\", \\"\\u202e\\ud800\\")", "count": 2}',
        "  ]",
        "}",
        "",
    ]  # fmt: skip
    assert parsed(text, "x") == Baseline(tuple(sorted(entries)), ("src", "tools/x.py"))
    assert parsed(written(Baseline()), "x") == Baseline()


HEAD = '{"schema": "aiready.baseline/1", "paths": ["."], "findings": '


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "'x' is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[" * 100_000, "'x' is no JSON: "),
        ("{\n<<<<<<< ours\n=======\n>>>>>>> theirs\n", "'x' holds a merge conflict (line 2)"),
        ("[]", "'x' is no baseline: its schema is not 'aiready.baseline/1'"),
        ('{"schema": "aiready.audit/1"}', "'x' is no baseline: its schema is not 'aiready.baseline/1'"),
        ('{"schema": "aiready.baseline/1", "findings": []}', "'x' is no baseline: `paths` is no list"),
        ('{"schema": "aiready.baseline/1", "paths": []}', "'x' is no baseline: `findings` is no list"),
        (HEAD + '[{"rule": "A"}, {"rule": "A", "count": 2}]}', "'x': entry 2 (A) stands there twice"),
        (
            HEAD + '[{"rule": "A", "path": "a", "code": ""}, {"rule": "A", "path": "a"}]}',
            "'x': entry 2 (A in 'a') stands there twice",
        ),
        *(
            (HEAD + f"[{entry}]}}", "'x': entry 1 needs a rule, a path with code or neither, and a count")
            for entry in (
                "3",
                "{}",
                '{"rule": ""}',
                '{"rule": "A", "count": 0}',
                '{"rule": "A", "count": true}',
                '{"rule": "A", "count": 1.5}',
                '{"rule": "A", "code": "x"}',
                '{"rule": "A", "path": 3}',
            )
        ),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        parsed(text, "x")
    assert (str(refused.value).startswith(said), "\n" in str(refused.value)) == (True, False)
    assert str(refused.value).endswith("; mend it, or delete it and write it anew with `aiready baseline`")


def test_lines_are_compared_without_indent_and_numbers(tmp_path: Path) -> None:
    now = [finding(line=70, source="        ask( 1,   2)")]
    assert entries_of(now, scope(tmp_path)) == (Entry("a.py", "REL101", "ask( 1, 2)"),)
    assert known(held(tmp_path, now, Entry("a.py", "REL101", "ask( 1, 2)"))) == [True]
    assert known(held(tmp_path, now, Entry("a.py", "REL101", "ask(1, 2)"))) == [False]
    assert known(held(tmp_path, now, Entry("b.py", "REL101", "ask( 1, 2)"))) == [False]
    assert known(held(tmp_path, now, Entry("a.py", "REL102", "ask( 1, 2)"))) == [False]


def test_what_is_said_of_the_whole_project_has_no_place(tmp_path: Path) -> None:
    now = [replace(finding(), whole=True)]
    assert entries_of(now, scope(tmp_path)) == (Entry("", "REL101", ""),)
    assert known(held(tmp_path, [replace(finding("z.py", source="z"), whole=True)], Entry("", "REL101", ""))) == [True]
    assert known(held(tmp_path, [finding()], Entry("", "REL101", ""))) == [False]


def test_of_several_alike_only_as_many_are_known(tmp_path: Path) -> None:
    found = held(tmp_path, [finding(line=line) for line in (1, 2, 3)], Entry("a.py", "REL101", "ask()", 2))
    assert (known(found), found.grown) == ([True, True, False], (Grown("REL101", 2, 3),))


def test_a_suppressed_finding_uses_no_entry_up(tmp_path: Path) -> None:
    now = [replace(finding(), suppressed="so be it"), finding(line=2)]
    found = held(tmp_path, now, Entry("a.py", "REL101", "ask()"))
    assert (known(found), found.kept, found.fixed) == ([False, True], (Entry("a.py", "REL101", "ask()"),), ())
    assert entries_of(now, scope(tmp_path)) == (Entry("a.py", "REL101", "ask()"),)


def test_a_new_name_is_followed_for_as_many_as_there_were(tmp_path: Path) -> None:
    now = [finding("new.py", line) for line in (1, 2)]
    found = held(tmp_path, now, Entry("old.py", "REL101", "ask()"), new=["other.py", "old.py"])
    assert (known(found), found.kept, found.fixed) == ([True, False], (Entry("new.py", "REL101", "ask()"),), ())
    assert known(held(tmp_path, now, Entry("old.py", "REL101", "ask()"), new=["other.py"])) == [False, False]
    assert known(held(tmp_path, now, Entry("old.py", "REL101", "ask()", 9), new=["old.py", "old.py"])) == [True, True]


def test_renames_are_asked_for_only_where_they_could_matter(tmp_path: Path) -> None:
    asked: list[int] = []

    def renames() -> Mapping[str, Sequence[str]]:
        asked.append(1)
        return {}

    def ask(now: Sequence[Finding], *entries: Entry) -> int:
        asked.clear()
        matched(now, Baseline(entries), scope(tmp_path), renames)
        return len(asked)

    old = Entry("old.py", "REL101", "ask()")
    assert ask([finding()], Entry("a.py", "REL101", "ask()"), old) == 0
    assert ask([finding(source="other()")], old) == 0
    assert ask([replace(finding(), whole=True)], old) == 0
    assert ask([finding()], old) == 1


def test_only_a_run_that_looked_at_all_of_it_can_call_something_fixed(tmp_path: Path) -> None:
    entries = (Entry("", "OBS201", ""), Entry("a/x.py", "REL101", "ask()"))

    def fixed(*paths: str, unasked: frozenset[str] = frozenset()) -> list[str]:
        found = matched([], Baseline(entries, ("a", "b/y.py")), scope(tmp_path, *paths, unasked=unasked), dict)
        assert sorted((*found.fixed, *found.unseen)) == sorted(entries)
        return [each.path for each in found.fixed]

    assert fixed() == ["", "a/x.py"]
    assert fixed("a", "b") == ["", "a/x.py"]
    assert [fixed("a"), fixed("a", "b/y"), fixed("a/x.py", "b")] == [[], [], []]
    assert fixed(unasked=frozenset({"REL101"})) == [""]


def test_the_file_is_plain_json() -> None:
    assert json.loads(written(Baseline((Entry("a.py", "REL101", "ask()", 3),)))) == {
        "schema": "aiready.baseline/1",
        "paths": ["."],
        "findings": [{"path": "a.py", "rule": "REL101", "code": "ask()", "count": 3}],
    }
