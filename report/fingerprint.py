"""A name for a finding that outlives edits elsewhere in its file, so that a run can be compared with an earlier one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

from ..checks.model import Finding
from .excerpt import Sources

_DIGEST = 16


def fingerprints(findings: Sequence[Finding], sources: Sources) -> list[str]:
    """One for each finding: of its rule, its file, the text of its line and, among equals, which of them it is."""
    seen: Counter[tuple[str, str, str]] = Counter()
    out: list[str] = []
    for finding in findings:
        same = (finding.rule, finding.place.path, " ".join(sources.line(finding.place).split()))
        told = "\0".join([*same, str(seen[same])])
        out.append(blake2b(told.encode(errors="backslashreplace"), digest_size=_DIGEST).hexdigest())
        seen[same] += 1
    return out
