from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest

from aiready import __version__
from aiready.checks import pipeline
from aiready.checks.errors import AuditError, DataError, NothingToAudit, UsageError
from aiready.checks.fixes import kinds
from aiready.checks.looked import Counts, Skipped
from aiready.checks.model import Audit, Finding, Place, Severity
from aiready.checks.options import Options
from aiready.cli import plain, progress, surroundings
from aiready.cli.commands import COMMANDS
from aiready.cli.declare import Opt
from aiready.cli.main import main

TODAY = date(2026, 11, 28)

OLD = 1_000_000_000


def finding(severity: Severity, rule: str = "REL101", **changed: Any) -> Finding:
    return replace(Finding(rule, Place("a.py", 1), severity, "high", "message", "help"), **changed)


class Command:
    """`aiready WORDS` in this process, with an audit made by hand in place of the real one."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch
        self.capsys = capsys
        self.asked: list[Options] = []
        self.paths: list[str] = []
        self.findings: tuple[Finding, ...] = ()
        self.error: BaseException | None = None
        self.audit: Audit | None = None
        monkeypatch.setattr(pipeline, "run", self.run)

    def run(self, paths: Sequence[Path], options: Options, progress: Callable[[int, int], None]) -> Audit:
        self.asked.append(options)
        self.paths = [str(path) for path in paths]
        progress(1, 1)
        if self.error:
            raise self.error
        return self.audit or Audit(str(self.folder), Counts(1, 1, 1, 0), (), (), self.findings)

    def __call__(self, *words: str) -> tuple[int | str | None, str, str]:
        """Exit status, standard output, standard error."""
        self.monkeypatch.setattr(sys, "argv", ["aiready", *words])
        try:
            status: int | str | None = main()
        except SystemExit as end:
            status = end.code
        return status, *self.capsys.readouterr()


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "a.py").write_text("ask()\n")
    os.utime(folder / "a.py", (OLD, OLD))
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Command(folder, monkeypatch, capsys)


ERROR, WARNING, NOTE = finding("error"), finding("warning"), finding("note")


@pytest.mark.parametrize(
    ("findings", "words", "status"),
    [
        ([], "", 0),
        ([NOTE], "", 0),
        ([WARNING], "", 1),
        ([ERROR, NOTE], "", 1),
        ([ERROR], "--exit-zero", 0),
        ([ERROR], "--fail-on never", 0),
        ([NOTE], "--fail-on note", 1),
        ([WARNING], "--fail-on error", 0),
        ([ERROR], "--fail-on error", 1),
        ([finding("error", suppressed="")], "--fail-on note", 0),
        ([NOTE], "--fail-on note --min-severity warning", 0),
        ([WARNING], "--format json", 1),
        ([WARNING], "--quiet", 1),
        ([WARNING], "--statistics", 1),
    ],
)
def test_findings_make_the_exit_status(findings: list[Finding], words: str, status: int, command: Command) -> None:
    command.findings = tuple(findings)
    assert command("audit", *words.split())[0] == status


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (UsageError("no such path: 'x'"), 2, "aiready: no such path: 'x'"),
        (NothingToAudit("no Python files found"), 3, "aiready: no Python files found"),
        (DataError("openai.yaml: bad"), 3, "aiready: openai.yaml: bad"),
        (AuditError("something else"), 3, "aiready: something else"),
        (UsageError("evil\x1b[2J\nname"), 2, r"aiready: evil\x1b[2J\nname"),
    ],
)
@pytest.mark.parametrize("name", ["audit", "calls"])
def test_errors_take_one_line_and_one_of_advice(
    name: str, error: AuditError, status: int, line: str, command: Command
) -> None:
    command.error = error
    ended, out, err = command(name)
    assert (ended, out) == (status, "")
    assert (err.splitlines()[0], len(err.splitlines())) == (line, 2)


@pytest.mark.parametrize("name", ["audit", "calls"])
@pytest.mark.parametrize("output", ["", "out.json"])
def test_where_nothing_could_be_audited_the_document_says_why(name: str, output: str, command: Command) -> None:
    skipped = tuple(Skipped(f"{number}.py", "not-utf8", "detail") for number in range(5))
    why = "no Python file could be read"
    command.audit = Audit(str(command.folder), Counts(5, 0, 0, 0), skipped, (), (), nothing=why)
    status, out, err = command(name, "--format", "json", *(["-o", output] if output else []))
    written = (command.folder / output).read_text() if output else out
    assert (status, err.splitlines()[0]) == (3, f"aiready: {why}")
    assert [each["path"] for each in json.loads(written)["files"]["skipped"]] == [f"{number}.py" for number in range(5)]
    assert [command(name, "--format", "json")[0], len(command.asked)] == [3, 2]


@pytest.mark.parametrize(
    "words",
    [
        ["audit", "--bogus"],
        ["audit", "--format", "xml"],
        ["audit", "--select", "NOPE1"],
        ["audit", "--output", "no/such/folder/out.txt"],
        ["audit", "--output", "."],
        ["audit", "does-not-exist"],
        ["explain", "nothing-like-it"],
        ["no-such-command"],
        ["rules", "extra"],
    ],
)
def test_a_mistake_ends_with_2_before_anything_is_done(words: list[str], command: Command) -> None:
    status, out, err = command(*words)
    assert (status, out, command.asked) == (2, "", [])
    assert (err.startswith("aiready: "), len(err.splitlines())) == (True, 2)


def chosen_from() -> list[tuple[str, str, str]]:
    """Every option of every command that is chosen from a list or is a number: command, option, what it can be."""
    return [
        (name, flag, "none of " + ", ".join(get_args(one.kind)) if one.kind is not int else "no whole number from 0 on")
        for name, function in COMMANDS.items()
        for one in plain.parameters(function)
        if one.kind is int or get_origin(one.kind) is Literal
        for flag in (one.said.flags if isinstance(one.said, Opt) else ())
    ]


@pytest.mark.parametrize(("name", "flag", "said"), chosen_from())
def test_a_value_that_cannot_be_is_told_with_those_that_can(name: str, flag: str, said: str, command: Command) -> None:
    word = ["REL101"] if name == "explain" else []
    expected = (2, "", f"aiready: {flag}: 'x y' is {said}")
    for words in ([flag, "x y"], [f"{flag}=x y"]) if flag.startswith("--") else ([flag, "x y"],):
        status, out, err = command(name, *word, *words)
        assert ((status, out, err.splitlines()[0]), len(err.splitlines())) == (expected, 2)


@pytest.mark.parametrize("words", [["-jx"], ["-qj", "x"], ["-qjx"], ["-qvj", "x"]])
def test_short_options_written_together_are_told_too(words: list[str], command: Command) -> None:
    status, _, err = command("audit", *words)
    assert (status, err.splitlines()[0]) == (2, "aiready: -j: 'x' is no whole number from 0 on")


@pytest.mark.parametrize("words", [["-qj4"], ["-qvj", "2"], ["-qo", "out.txt", "--", "--persona", "x"], ["-o-j"]])
def test_no_mistake_is_made_of_what_is_none(words: list[str]) -> None:
    assert plain.mistake(["audit", *words]) == ""


def test_a_wrong_value_does_not_stand_in_the_way_of_help(command: Command) -> None:
    status, out, _ = command("audit", "--persona", "foo", "--help")
    assert (status, out.split()[:3]) == (0, ["Usage:", "aiready", "audit"])


def test_help_speaks_of_the_command_it_is_of(command: Command) -> None:
    said = {name: " ".join(command(name, "--help")[1].split()) for name in ("audit", "calls")}
    assert "--quiet Findings only: no summary, no progress." in said["audit"]
    assert "--quiet Calls only: no counts, no progress." in said["calls"]
    assert "indings" not in said["calls"]


def test_ctrl_c_ends_with_130_and_one_line(command: Command) -> None:
    command.error = KeyboardInterrupt()
    assert command("audit") == (130, "", "\naiready: interrupted\n")
    assert command("audit", "-qv") == (130, "", "\naiready: interrupted\n")


def test_a_crash_is_no_verdict(command: Command) -> None:
    command.error = KeyError("line\n\x1b[2J" + "x" * 9000)
    status, out, err = command("audit")
    assert (status, out) == (3, "")
    assert [char for char in err if not char.isprintable() and char != "\n"] == []
    *_, said, bug, _ = err.splitlines()
    assert (said[:22], len(said)) == (r"KeyError: 'line\n\x1b[", 200)
    assert bug == "aiready: this is a bug in aiready; nothing was judged"


def test_version(command: Command) -> None:
    assert [command("--version"), command("-V")] == [(0, f"aiready {__version__}\n", "")] * 2
    assert command("--version", "--help")[0] == 0


def test_options_reach_the_pipeline(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "today", lambda: "2026-11-28")
    command(
        *("audit", "--select", "REL1", "--ignore", "disabled-timeout", "--persona", "auditor", "--scope", "all"),
        *("-j", "3", "--exclude", "a,b", "--cache-dir", "cache"),
    )
    command("audit", "--no-cache", "a.py", "b")
    assert command.paths == ["a.py", "b"]
    rel1 = frozenset({"REL101", "REL102", "REL103", "REL104", "REL105"})
    assert command.asked == [
        Options("all", 3, ("a", "b"), Path("cache"), rel1, frozenset({"REL102"}), "auditor", today=TODAY),
        Options(today=TODAY),
    ]


def test_milder_findings_can_be_left_out_of_every_format(command: Command) -> None:
    command.findings = (finding("error", "REL102"), WARNING, NOTE)
    _, out, _ = command("audit", "--min-severity", "error", "--format", "json")
    assert [one["rule"] for one in json.loads(out)["findings"]] == ["REL102"]


def test_the_document_goes_into_a_file_as_a_whole(command: Command) -> None:
    shown = command("audit", "--format", "json")[1]
    target = command.folder / "out.json"
    target.write_text("old")
    target.chmod(0o640)
    link = command.folder / "link.json"
    link.symlink_to(target)
    assert command("audit", "--format", "json", "-o", "link.json") == (0, "", "")
    assert (target.read_text(), link.is_symlink(), oct(target.stat().st_mode & 0o777)) == (shown, True, "0o640")
    assert sorted(path.name for path in command.folder.iterdir()) == ["a.py", "link.json", "out.json"]


def test_a_device_is_written_to_and_not_replaced(command: Command) -> None:
    assert command("audit", "-o", os.devnull) == (0, "", "")
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize(
    ("words", "variables", "coloured"),
    [
        ("", {}, False),
        ("--color always", {}, True),
        ("--color always", {"NO_COLOR": "1"}, True),
        ("--color never", {"FORCE_COLOR": "1"}, False),
        ("", {"FORCE_COLOR": "1"}, True),
        ("", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("", {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        ("--format json", {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_is_chosen(
    words: str, variables: dict[str, str], coloured: object, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in command("audit", *words.split())[1]) is coloured


def test_a_file_gets_no_colour_unless_asked(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    command("audit", "-o", "plain.txt")
    command("audit", "-o", "coloured.txt", "--color", "always")
    texts = [(command.folder / name).read_text() for name in ("plain.txt", "coloured.txt")]
    assert ["\x1b[" in text for text in texts] == [False, True]


def test_an_unchanged_tree_is_answered_from_the_store(command: Command) -> None:
    command.findings = (ERROR,)
    first = command("audit", ".")
    assert (first[0], len(command.asked)) == (1, 1)
    assert [command("audit", "."), len(command.asked)] == [first, 1]
    assert [command("audit", ".", "--cache-dir", "near")[0] for _ in range(2)] == [1, 1]
    assert [command("audit", ".", "--cache-dir=far/away")[0] for _ in range(2)] == [1, 1]
    assert len(command.asked) == 3
    assert command("audit", ".", "-v")[0] == 1
    assert command("audit", ".", "-v") == (
        *first[:2],
        "aiready: nothing has changed since this report was made; --no-cache makes it anew\n",
    )
    assert len(command.asked) == 4


def test_what_may_not_be_answered_from_the_store_is_not(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    command("audit", ".")
    command("audit", ".", "--no-cache")
    command("audit", ".", "--format", "json")
    monkeypatch.setenv("COLUMNS", "60")
    command("audit", ".")
    assert len(command.asked) == 4
    (command.folder / "a.py").write_text("ask(2)\n")
    os.utime(command.folder / "a.py", (OLD, OLD))
    command("audit", ".")
    assert len(command.asked) == 5
    (command.folder / "b.py").touch()  # just now: its time stamp can't be trusted
    command("audit", ".")
    command("audit", ".")
    assert len(command.asked) == 7


def test_a_stored_document_is_written_into_its_file_again(command: Command) -> None:
    command("audit", ".", "-o", "out.txt")
    document = (command.folder / "out.txt").read_text()
    (command.folder / "out.txt").unlink()
    assert command("audit", ".", "-o", "out.txt") == (0, "", "")
    assert ((command.folder / "out.txt").read_text(), len(command.asked)) == (document, 1)


def test_rules_lists_them_all(command: Command) -> None:
    status, out, _ = command("rules")
    lines = {line.split()[0]: line for line in out.splitlines() if line}
    assert (status, lines["REL101"].split()) == (
        0,
        ["REL101", "call-without-timeout", "error", "reliability.timeouts", "fix"],
    )
    marks = {rule: " ".join(line.split()[4:]) for rule, line in lines.items() if " fix" in line and line[:3].isupper()}
    assert marks == {rule: {"safe": "fix", "unsafe": "fix!"}[kind] for rule, kind in kinds().items()}
    assert [line for line in out.splitlines() if len(line) > 80] == []
    rules = json.loads(command("rules", "--format", "json")[1])
    assert (rules["schema"], rules["rules"][0]["rule"]) == ("aiready.rules/1", "REL101")
    assert {each["rule"]: each["fix"] for each in rules["rules"] if each["fix"]} == kinds()


def test_explain_prints_the_page_in_a_pipe(command: Command, root: Path) -> None:
    page = (root / "docs" / "rules" / "call-without-timeout.md").read_text()
    page += "\n## Fix\n\n`aiready audit --fix` mends it where it can.\n"
    assert [command("explain", word) for word in ("REL101", "rel101", "call-without-timeout")] == [(0, page, "")] * 3
    assert [
        command("explain", word)[1].endswith("--unsafe-fixes` mends it where it can.\n")
        for word in ("LAT101", "LAT103")
    ] == [True, False]


def test_explain_renders_the_page_for_a_terminal(command: Command) -> None:
    out = command("explain", "REL101", "--color", "always")[1]
    assert ("\x1b[" in out, "```" in out) == (True, False)


@pytest.mark.parametrize(
    ("word", "first", "held"),
    [
        ("reliability", "# Reliability", "- `reliability.timeouts`: "),
        ("reliability.timeouts", "# reliability.timeouts", "- **REL101** `call-without-timeout` (error): "),
        ("cost.alerts", "# cost.alerts", "No rule speaks of it."),
        ("REL2", "# REL2", "- **REL204** `unbounded-retry` (error): "),
    ],
)
def test_explain_knows_areas_items_and_groups(word: str, first: str, held: str, command: Command) -> None:
    lines = command("explain", word)[1].splitlines()
    assert (lines[0], [line[: len(held)] for line in lines].count(held)) == (first, 1)


def rules_into(handle: int) -> tuple[int, str]:
    """Exit status and standard error of `aiready rules` whose standard output is this handle."""
    command = [sys.executable, "-m", "aiready", "rules"]
    done = subprocess.run(command, stdout=handle, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    os.close(handle)
    return done.returncode, done.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    assert rules_into(writer) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told() -> None:
    status, err = rules_into(os.open("/dev/full", os.O_WRONLY))
    line = "aiready: can't write to standard output: No space left on device"
    assert (status, err.splitlines()[0]) == (2, line)


def test_the_shell_completes_rules_and_choices() -> None:
    offered: dict[str, list[str]] = {}
    for line in ("explain REL30", "explain reliability.t", "audit --persona "):
        asked = {
            "_AIREADY_COMPLETE": "complete_bash",
            "COMP_WORDS": f"aiready {line}",
            "COMP_CWORD": str(line.count(" ") + 1),
        }
        command = [sys.executable, "-m", "aiready"]
        done = subprocess.run(command, env={**os.environ, **asked}, capture_output=True, text=True, check=False)
        offered[line] = done.stdout.split()
    assert offered == {
        "explain REL30": ["REL301", "REL302", "REL303"],
        "explain reliability.t": ["reliability.timeouts"],
        "audit --persona ": ["regular", "pedantic", "auditor"],
    }


class Clock:
    """Stands at what it is told."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_a_bar_appears_after_a_second_and_only_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, shown = Clock(), [True]
    monkeypatch.setattr(progress, "time", clock)
    monkeypatch.setattr(progress, "shows", lambda _: shown[0])
    with progress.Bar(wanted=True) as bar:
        bar(1, 10)
        early = bar.started
        clock.now = 1.5
        bar(2, 10)
        assert (early, bar.started) == (False, True)
    shown[0] = False
    for bar in (progress.Bar(wanted=True), progress.Bar(wanted=False)):
        clock.now += 5
        bar(1, 10)
        assert not bar.started
