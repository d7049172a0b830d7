"""What somebody vouches for, where no file of a project can show it: shown as that, never as measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from ..config import Attestation
from ..model import Step, Verdict

OPEN = ("attest", "fail")
"""Verdicts in whose place somebody's word may stand: what files show is not overruled by it."""
RENEW = "Look again, and renew the attestation or take it out."


def attested(
    verdicts: Iterable[Verdict], attestations: Iterable[Attestation], today: date | None
) -> tuple[Verdict, ...]:
    """The verdicts with the attestations of their items: of several the one that holds longest counts, and one that has
    ended makes its item fail. Without a day none has ended."""
    held: dict[str, Attestation] = {}
    for each in attestations:
        if each.item not in held or each.expires > held[each.item].expires:
            held[each.item] = each
    return tuple(
        _said(verdict, held[verdict.item], today) if verdict.item in held and verdict.verdict in OPEN else verdict
        for verdict in verdicts
    )


def _said(verdict: Verdict, said: Attestation, today: date | None) -> Verdict:
    link = f" ({said.link})" if said.link else ""
    evidence = (Step(said.where, f"{said.statement}{link}"),)
    if today is not None and said.expires < today:
        reason = f"the word of {said.by} ended on {said.expires}"
        return replace(verdict, verdict="fail", reason=reason, met=0, evidence=evidence, advice=RENEW)
    reason = f"attested by {said.by} until {said.expires}"
    return replace(verdict, verdict="pass", reason=reason, met=verdict.needed, evidence=evidence, advice="")
