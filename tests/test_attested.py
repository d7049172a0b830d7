"""Somebody's word for what no file shows: when it counts, and how a reader tells it from what was measured."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aiready.checks.config import Attestation, configured
from aiready.checks.model import Place, Step, Verdict, Vouched
from aiready.checks.options import Options
from aiready.checks.pipeline import run
from aiready.checks.verdict.attested import vouched
from aiready.cli import surroundings

LINE = Place("aiready.yaml", 3, 3)
OPEN = Verdict("cost.alerts", "attest", "set in a dashboard?", 1, 0, (), "Set a budget.")
TODAY = date(2026, 11, 28)
APP = """
import openai
from fastapi import FastAPI
app = FastAPI()
client = openai.OpenAI()
@app.get("/")
def ask(text: str):
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
"""
WORD = """attestations:
- item: cost.alerts
  statement: The dashboard mails the team.
  by: Jo
  on: 2026-01-01
  expires: 2027-01-01
  link: https://example.com/b
"""


def said(expires: date, item: str = "cost.alerts", by: str = "Jo", link: str = "") -> Attestation:
    return Attestation(item, "The dashboard mails the team.", by, date(2026, 1, 1), expires, link, LINE)


@pytest.mark.parametrize("before", ["attest", "fail", "partial"])
def test_a_word_counts_on_its_last_day(before: Any) -> None:
    found = vouched(Verdict("cost.alerts", before, "", 1, 0, (), "x"), [said(TODAY, link="http://b")], TODAY)
    assert found == Verdict(
        "cost.alerts",
        "pass",
        "attested by Jo until 2026-11-28: The dashboard mails the team (http://b)",
        1,
        0,
        (Step(LINE, "attested by Jo"),),
        "",
        Vouched("The dashboard mails the team.", "Jo", "2026-01-01", "2026-11-28", "http://b"),
    )


def test_after_its_last_day_the_item_fails() -> None:
    found = vouched(OPEN, [said(date(2026, 11, 27))], TODAY)
    assert (found.verdict, found.reason) == ("fail", "Jo's attestation ended on 2026-11-27")
    assert (found.evidence, found.attested) == ((Step(LINE, "attested by Jo"),), None)
    assert found.advice.endswith("Set a budget.")


@pytest.mark.parametrize("verdict", ["pass", "n/a"])
def test_what_files_show_stays(verdict: Any) -> None:
    shown = Verdict("cost.alerts", verdict, "so")
    assert vouched(shown, [said(date(2020, 1, 1))], TODAY) == shown


def test_another_item_and_an_unknown_day_change_nothing() -> None:
    assert vouched(OPEN, [said(TODAY, item="observability.alerts")], TODAY) == OPEN
    assert vouched(OPEN, [said(TODAY)], None) == OPEN


def test_a_renewal_stands_beside_what_it_renews() -> None:
    both = [said(date(2027, 1, 1), by="Kim"), said(date(2026, 1, 2))]
    assert vouched(OPEN, both, TODAY).reason.startswith("attested by Kim until 2027-01-01")


def test_a_configuration_reaches_the_checklist_from_any_folder(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text(APP)
    (tmp_path / "aiready.yaml").write_text(WORD + WORD.partition("\n")[2].replace("cost", "observability"))
    config = configured((str(tmp_path / "src"),))
    audit = run([tmp_path / "src"], Options(config=config, today=TODAY))
    judged = {each.item: each for each in audit.checklist}
    assert [judged[item].verdict for item in ("cost.alerts", "observability.alerts")] == ["pass", "pass"]
    assert judged["cost.alerts"].evidence == (Step(Place("../aiready.yaml", 2, 3), "attested by Jo"),)
    assert "OBS301" not in {each.rule for each in audit.findings}
    late = run([tmp_path / "src"], Options(config=config, today=date(2027, 1, 2)))
    assert "OBS301" in {each.rule for each in late.findings}


def test_a_report_tells_a_word_from_a_measurement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from aiready.cli.main import main

    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "aiready.yaml").write_text(WORD)
    monkeypatch.chdir(tmp_path)

    def document(form: str, day: str) -> str:
        monkeypatch.setattr(surroundings, "today", lambda: day)
        monkeypatch.setattr("sys.argv", ["aiready", "audit", "--no-cache", "--exit-zero", "--format", form])
        assert main() == 0
        return capsys.readouterr().out

    text = document("text", "2026-11-28")
    assert " (1 attested)" in text
    assert "  pass            alerts             attested by Jo until 2027-01-01: The" in text
    assert "aiready.yaml:2" in text
    items = {each["item"]: each for each in json.loads(document("json", "2026-11-28"))["checklist"]}
    assert items["cost.alerts"]["attested"] == {
        "statement": "The dashboard mails the team.",
        "by": "Jo",
        "on": "2026-01-01",
        "expires": "2027-01-01",
        "link": "https://example.com/b",
    }
    assert items["cost.caching"]["attested"] is None
    assert "Jo's attestation ended on 2027-01-01" in document("text", "2027-01-02").replace("\n" + 37 * " ", " ")
