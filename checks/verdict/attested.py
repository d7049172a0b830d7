"""What somebody vouches for in the configuration where no file shows an item: a pass, told from a measured one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ..config import Attestation
from ..model import Step, Verdict, Vouched

UNSHOWN = frozenset({"attest", "fail", "partial"})
"""Verdicts that somebody's word can mend: files show nothing, or not all of it."""


def vouched(verdict: Verdict, attestations: Sequence[Attestation], today: date | None) -> Verdict:
    """The verdict with what is attested of its item; of several attestations the one that counts longest."""
    said = [each for each in attestations if each.item == verdict.item]
    if not said or today is None or verdict.verdict not in UNSHOWN:
        return verdict
    latest = max(said, key=lambda each: (each.expires, each.on))
    steps = (Step(latest.where, f"attested by {latest.by}"),)
    if latest.expires < today:
        reason = f"{latest.by}'s attestation ended on {latest.expires}"
        advice = f"Look again whether it still holds and attest it anew, or show it in a file. {verdict.advice}"
        return replace(verdict, verdict="fail", reason=reason, evidence=steps, advice=advice.rstrip())
    days = f"{latest.on}", f"{latest.expires}"
    where = f" ({latest.link})" if latest.link else ""
    return replace(
        verdict,
        verdict="pass",
        reason=f"attested by {latest.by} until {latest.expires}: {latest.statement.rstrip('.')}{where}",
        evidence=steps,
        advice="",
        attested=Vouched(latest.statement, latest.by, *days, latest.link),
    )
