"""The options that commands share, each declared once."""

from __future__ import annotations

from typing import Annotated, Literal

from .declare import Arg, Opt

Paths = Annotated[list[str] | None, Arg("PATHS", "Files and folders to look at; the current folder if none is named.")]
Select = Annotated[
    list[str] | None,
    Opt(
        ("--select",),
        "Judge by these rules only: ids, beginnings of ids, names, areas or items; separated by commas or repeated.",
        "RULES",
    ),
]
Ignore = Annotated[list[str] | None, Opt(("--ignore",), "Leave these rules out; wins over --select.", "RULES")]
Persona = Annotated[
    Literal["regular", "pedantic", "auditor"] | None,
    Opt(
        ("--persona",),
        "How much to hear: regular what most teams would fix, pedantic also details, auditor also doubtful cases."
        " Default: the configuration's, or regular.",
    ),
]
MinSeverity = Annotated[
    Literal["error", "warning", "note"] | None,
    Opt(("--min-severity",), "Leave out findings milder than this. Default: the configuration's, or note."),
]
FailOn = Annotated[
    Literal["error", "warning", "note", "never"] | None,
    Opt(
        ("--fail-on",),
        "End with status 1 when a finding is at least this severe. Default: the configuration's, or warning.",
    ),
]
ExitZero = Annotated[bool, Opt(("--exit-zero",), "End with status 0 whatever is found.")]
Exclude = Annotated[
    list[str] | None,
    Opt(
        ("--exclude",),
        "Leave out files and folders, with patterns as in a .gitignore; separated by commas or repeated.",
        "PATTERNS",
    ),
]
Config = Annotated[
    str | None,
    Opt(("--config",), "Use this configuration; else the nearest aiready.yaml or [tool.aiready] is.", "FILE"),
]
Scope = Annotated[
    Literal["auto", "all"],
    Opt(
        ("--scope",),
        "auto reads what can matter; all reads every file in full: slower, for files that give no sign of a model.",
    ),
]
Jobs = Annotated[int, Opt(("--jobs", "-j"), "Processes to use; 0: as many as there are processors.", "N")]
NoCache = Annotated[bool, Opt(("--no-cache",), "Neither use nor store results of earlier runs.")]
CacheDir = Annotated[str | None, Opt(("--cache-dir",), "Keep results of earlier runs here.", "FOLDER")]
Output = Annotated[
    str | None,
    Opt(("--output", "-o"), "Write the document into this file instead of standard output.", "FILE"),
]
OneCall = Annotated[
    str | None,
    Opt(("--call",), "Tell everything that is known of the call at this place, and why.", "PATH:LINE"),
]
Color = Annotated[
    Literal["auto", "always", "never"],
    Opt(("--color",), "auto: only on a terminal, and as NO_COLOR and FORCE_COLOR say."),
]
Statistics = Annotated[
    bool, Opt(("--statistics",), "Show counts by rule in place of the findings; in JSON, beside them.")
]
Quiet = Annotated[bool, Opt(("--quiet", "-q"), "Findings only: no summary, no progress.")]
CallsQuiet = Annotated[bool, Opt(("--quiet", "-q"), "Calls only: no counts, no progress.")]
Verbose = Annotated[bool, Opt(("--verbose", "-v"), "Say on standard error what was done.")]
Fix = Annotated[bool, Opt(("--fix",), "Mend what can be mended without changing an answer, then judge what is left.")]
Diff = Annotated[bool, Opt(("--diff",), "Show what --fix would change, and change nothing; status 1 if anything.")]
UnsafeFixes = Annotated[
    bool, Opt(("--unsafe-fixes",), "With --fix or --diff: also fixes that somebody should look at.")
]
Format = Annotated[
    Literal["text", "json", "jsonl", "markdown", "csv", "sarif", "junit", "github", "gitlab", "html"],
    Opt(("--format",), "The kind of document."),
]
CallsFormat = Annotated[Literal["table", "json", "csv"], Opt(("--format",), "The kind of document.")]
RulesFormat = Annotated[Literal["table", "json"], Opt(("--format",), "The kind of document.")]


def words(lists: list[str] | None) -> tuple[str, ...]:
    """Repeated and comma-separated values as one row."""
    return tuple(word.strip() for each in lists or () for word in each.split(",") if word.strip())
