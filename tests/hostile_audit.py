"""An audit in which every text means harm, as other people's code and file names may, and one of each kind of thing."""

from __future__ import annotations

from aiready.checks.looked import Counts, Skipped, UnreadPins
from aiready.checks.model import (
    Audit,
    Call,
    Edit,
    Facts,
    Finding,
    Fix,
    Guard,
    Place,
    Retry,
    Setting,
    Step,
    Suppression,
    Timeout,
    Verdict,
)

HARM = (
    "::set-output name=x::y\r\n::error::z%0A ##[add-path]/x"
    " <script>alert(1)</script> ]]> &amp; [a](javascript:b) www.e.org"
    " \x1b[2J\x07\u202e\u2028\ud800\udcff\ufffe\x00 =cmd|'/c'!A1 {0} `|` @team https://e.org, a: 100% \\"
)
PATH = f"dir {HARM.replace('/', '_')}.py"
PLACE = Place(PATH, 3, 5, 3, 9)
LONG = Place(PATH, 7, 1, 9, 2)
CELL = Place("b\u00f6se #1?.ipynb", 4, 2, 4, 8, cell=2)


def hostile() -> Audit:
    """The root is one's own, the rest is not."""
    odd = Setting(HARM)
    facts = Facts(Timeout("unknown"), Retry("unknown"), Guard("unknown"), odd, odd, odd, odd, odd)
    trace = (Step(LONG, HARM), Step(CELL, HARM))
    fix = Fix(HARM, "unsafe", (Edit(Place(PATH, 3, 5, 3, 5), HARM.replace("\ud800\udcff", "")),))
    findings = (
        Finding("REL101", PLACE, "error", "high", HARM, HARM, trace, 0, source=HARM, fingerprint="0" * 32, fix=fix),
        Finding("REL102", LONG, "warning", "medium", HARM, HARM, fingerprint="1" * 32, suppressed=HARM),
        Finding("REL102", CELL, "warning", "low", HARM, HARM, trace[:1], fingerprint="2" * 32, known=True),
        Finding("REL301", CELL, "note", "low", HARM, HARM, fingerprint="3" * 32, whole=True),
    )
    return Audit(
        "/srv/a b/\u00fc",
        Counts(9, 8, 7, 0),
        (Skipped(PATH, "syntax-error", HARM),),
        (Call(PLACE, HARM, "chat", HARM, HARM, "high", 1, facts),),
        findings,
        (Suppression(PLACE, (HARM,)), Suppression(LONG, problem=HARM)),
        (UnreadPins("../requirements.txt", HARM),),
        checklist=(
            Verdict("reliability.timeouts", "fail", HARM, 2, 0, trace, HARM),
            Verdict("reliability.retries", "partial", HARM, 2, 1, trace, HARM),
            Verdict("cost.caching", "n/a", HARM),
            Verdict("cost.alerts", "attest", HARM),
            Verdict("latency.streaming", "pass", HARM, 1, 1),
        ),
    )
