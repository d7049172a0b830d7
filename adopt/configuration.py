"""The text of a project's first configuration. It changes as little as can be: what only may be said is commented.

A line that could be said begins with `#` and no space (or, below another, with more than one), a comment with `# `: so
whoever takes the signs away has a configuration, which a test holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from textwrap import wrap

from .detected import Detected

NAME = "aiready.yaml"
WIDTH = 100


def configuration(found: Detected) -> str:
    """The text of `aiready.yaml` for what was found."""
    parts = (_head(found), _kind(found), FAILING, FILES, SEEN, ATTESTED, _gate(found), _bench(found))
    return "\n".join(parts)


def _head(found: Detected) -> str:
    lines = [
        "# aiready's configuration. `aiready init` wrote it once; it is yours to edit, and nothing writes over it.",
        *_said(f"Found: {_many(found.calls, 'call')} to models{_by(found.sdks)}, {_many(found.findings, 'finding')}."),
    ]
    if found.entries:
        lines += _said(f"Started by: {', '.join(_many(count, how) for how, count in found.entries[:6])}.")
    return "\n".join([*lines, ""])


def _said(text: str) -> list[str]:
    """A comment in lines of a usual length."""
    return wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# ")


def _kind(found: Detected) -> str:
    said = f"kind: {found.kind}" if found.kind else "#kind: library"
    return f"# Whose a call is that nothing in the project reaches: service, worker, cli or library.\n{said}\n"


FAILING = """\
# A finding at least this severe ends `aiready audit` with status 1: error, warning, note or never.
fail_on: warning

# How much to hear: regular, pedantic or auditor.
#persona: regular
"""
FILES = """\
# Files and folders to leave out, with patterns as in a .gitignore.
#exclude: [notebooks/, "*_experiment.py"]

# Rules to leave out everywhere, or for some files; `aiready rules` lists them.
#ignore: [hardcoded-model]
#paths:
#  scripts/: {ignore: [call-without-fallback]}

# Limits of rules; `aiready explain worst-case-over-budget` tells what they mean.
#limits:
#  worst-case-over-budget: {remote_seconds: 60}
"""
SEEN = """\
# Functions whose inside aiready can't see, by the dotted path an import would spell.
#calls: {corp.llm.ask: chat}
#retries: {corp.resilience.patiently: 4}
#entry_points: {app.jobs.nightly: background}
"""
ATTESTED = """\
# What no file can show, on somebody's word.
#attestations:
#- item: cost.alerts
#  statement: The provider's dashboard mails the team at 80 % of the month's budget.
#  by: Jo Doe
#  on: 2026-11-02
#  expires: 2027-05-02
"""


def _gate(found: Detected) -> str:
    """What a release may be asked for: no more than most teams would agree on at once."""
    return "\n".join(
        [
            "# What `aiready gate` asks of a release.",
            "#gate:",
            "#  require: [reliability.timeouts]",
            "#  max: {error: 0}",
            f"#  slo: {_listed(_slo(found))}",
            "#  budget: {per_1k: $10}",
            "#  max_age: 14d",
            "",
        ]
    )


def _slo(found: Detected) -> tuple[str, ...]:
    """What is good enough where nobody has said it: people wait less long than a queue does."""
    if found.audiences == ("background",):
        return ("p95_e2e<60s", "error_rate<1%")
    return (*(("p95_ttft<1.5s", "p95_e2e<20s") if found.streams else ("p95_e2e<10s",)), "error_rate<1%")


def _listed(words: Iterable[str]) -> str:
    return f"[{', '.join(json.dumps(each) for each in words)}]"


def _bench(found: Detected) -> str:
    """Targets, thresholds and a ceiling for the cost, all to be agreed on first: a run costs money."""
    targets = found.targets or ("http://localhost:8000/v1",)
    told = "as found in the code" if found.targets else "a server that speaks OpenAI's protocol"
    return "\n".join(
        [
            *_said(
                f"What `aiready bench` measures ({told}), and what is good enough. A run sends real requests,"
                " which cost what they cost: `stops` ends it."
            ),
            "#bench:",
            f"#  targets: {_listed(targets)}",
            "#  load: closed:4",
            "#  stops: {requests: 100, spend: $1}",
            f"#  slo: {_listed((*_slo(found), 'cost_per_1k<$10'))}",
            "",
        ]
    )


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _by(sdks: tuple[str, ...]) -> str:
    return f" ({', '.join(sdks[:8])}{', ...' * (len(sdks) > 8)})" if sdks else ""
