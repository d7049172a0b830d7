"""The checklist as people and programs see it."""

from __future__ import annotations

import json
import re
from typing import Any

from aiready.checks.catalogue import load
from aiready.checks.looked import Counts
from aiready.checks.model import Audit, Place, Step, Verdict
from aiready.report.interface import AUDIT_FORMATS
from aiready.report.look import Look

A, B, C = (Place("app/llm.py", line, 5) for line in (7, 9, 12))
VERDICTS = (
    Verdict("reliability.retries", "pass", "all are retried with backoff", 4, 4, (Step(A, ""),)),
    Verdict(
        "reliability.timeouts",
        "fail",
        "no limit set (3), and 1 otherwise",
        4,
        0,
        (Step(A, "no limit set"), Step(B, "no limit set"), Step(C, "waits for ever")),
        "Set a timeout on every client: at most 60 s where somebody waits, 600 s in the background.",
    ),
    Verdict("safety.human_in_loop", "n/a", "models trigger nothing that can't be undone"),
    Verdict("observability.evals", "partial", "there are evaluations, but nothing runs them", 1, 0, (), "Run it."),
    Verdict("observability.alerts", "attest", "no alert rules here; are there any elsewhere?", 1, 0, (), "Attest it."),
)

TABLE = """\
Checklist: 1 pass, 1 partial, 1 fail, 1 n/a, 1 attest

Reliability
  pass       4/4  retries            all are retried with backoff
  fail       0/4  timeouts           no limit set (3), and 1 otherwise
                  app/llm.py:7, 9
                  app/llm.py:12: waits for ever
                  and 1 more
                  next: Set a timeout on every client: at most 60 s where
                        somebody waits, 600 s in the background.

Safety
  n/a             human_in_loop      models trigger nothing that can't be undone

Observability
  partial    0/1  evals              there are evaluations, but nothing runs
                                     them
                  next: Run it.
  attest     0/1  alerts             no alert rules here; are there any
                                     elsewhere?
                  next: Attest it.
"""


def audit(*verdicts: Verdict) -> Audit:
    return Audit("/nowhere", Counts(1, 1, 1, 0), (), (), (), checklist=verdicts)


def text(found: Audit, **look: Any) -> str:
    return AUDIT_FORMATS["text"](found, load(), Look(**look))


def test_a_line_an_item_and_what_to_do_where_it_fails() -> None:
    assert text(audit(*VERDICTS)).startswith(TABLE + "\nNo findings\n")


def test_colour_adds_nothing_but_colour() -> None:
    coloured = text(audit(*VERDICTS), colour=True)
    assert "\x1b[1;31mfail   \x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text(audit(*VERDICTS))


def test_no_line_is_wider_than_the_terminal() -> None:
    assert max(map(len, text(audit(*VERDICTS)).splitlines())) <= 80


def test_quiet_and_an_audit_without_verdicts_show_no_table() -> None:
    assert "Checklist" not in text(audit())
    assert text(audit(*VERDICTS), quiet=True) == ""


def test_names_in_the_code_cannot_harm_the_terminal() -> None:
    verdict = Verdict("reliability.retries", "fail", "a\x1b[2Jb", 1, 0, (Step(Place("a\x1b.py", 1), "c\x07"),), "d\x1b")
    assert "\x1b" not in text(audit(verdict))


def test_programs_get_every_verdict() -> None:
    document = json.loads(AUDIT_FORMATS["json"](audit(*VERDICTS), load(), Look()))
    assert document["summary"]["items"] == {"pass": 1, "partial": 1, "fail": 1, "n/a": 1, "attest": 1}
    failed = document["checklist"][1]
    assert {key: failed[key] for key in ("item", "area", "verdict", "needed", "met", "reason")} == {
        "item": "reliability.timeouts",
        "area": "reliability",
        "verdict": "fail",
        "needed": 4,
        "met": 0,
        "reason": "no limit set (3), and 1 otherwise",
    }
    assert failed["title"] == load().item("reliability.timeouts").title
    assert failed["rules"][0] == "REL101"
    assert failed["evidence"][2] == {
        "path": "app/llm.py",
        "line": 12,
        "column": 5,
        "cell": None,
        "note": "waits for ever",
    }
