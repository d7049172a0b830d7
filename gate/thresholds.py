"""What was measured, held against a policy: that there is a result, of which day, and what its figures come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from ..bench.slo import Judgement, Slo
from ..bench.texts import shown
from .model import Case, Gate, Measured, Policy, Row

ADVICE = (
    "`aiready gate --run-bench` measures what bench: of the configuration names; --bench RUN takes a run that is kept."
)
MORE = "Send more requests: --requests or --duration of `aiready bench`."
AGAIN = "Measure again from a machine with less to do, or with more --workers."
LOAD = "`aiready report {run}` tells where the time, the errors and the money went."
PRICES = "Say what it costs: prices: under bench: of the configuration."
USERS = "Say how many there are: users: {daily: 1000, calls: 5} under bench:, or --daily-users of `aiready bench`."

UNPRICED = "no price is known for this model"
UNUSED = "the run wasn't told how many users there are"
LACKS = {UNPRICED: PRICES, UNUSED: USERS}
"""What a figure may lack that the user can say, and where."""
SIMULATED = "only a run of the simulator, which proves nothing of any model"


def rows_of(policy: Policy, case: Case) -> Iterator[Row]:
    """A row for each run, and one for each threshold it is held against."""
    told = [each for each in case.benches if policy.allow_simulated or not each.simulated]
    if not told and (policy.measures or case.benches):
        yield from _missing(policy, simulated=bool(case.benches))
    for each in case.benches if told else ():
        run = each.name if len(case.benches) > 1 else ""
        if each in told:
            rows = (_result(policy, each, case.today), *_judged(each))
        else:
            rows = (Row("bench", "result", "missing", _wanted(policy), SIMULATED, ADVICE),)
        yield from (replace(row, run=run) for row in rows)


def _missing(policy: Policy, *, simulated: bool) -> Iterator[Row]:
    yield Row("bench", "result", "missing", _wanted(policy), SIMULATED if simulated else "there is none", ADVICE)
    for each in policy.slos:
        yield Row("slo", each.text, "missing", each.text, "not measured")
    for each in policy.budget:
        yield Row("budget", each.text, "missing", _most(each), "not measured")


def _wanted(policy: Policy) -> str:
    return "a run" if policy.max_age is None else f"a run of the last {policy.max_age} days"


def _result(policy: Policy, run: Measured, today: date) -> Row:
    """Whether a run can be used at all. What it measured can't be looked at where our own side was at fault."""
    day = run.ended.date() if run.ended else None
    age = (today - day).days if day else None
    found = f"of {day}" if day else "without a request that was measured"
    wanted = _wanted(policy)
    if run.fault:
        return Row("bench", "result", "invalid", wanted, f"{found}: {run.fault}", AGAIN)
    if run.broken:
        advice = LOAD.format(run=run.name)
        return Row("bench", "result", "fail", wanted, f"{found}: {run.broken}", advice)
    if age is not None and age < -1:  # by one, two time zones can differ
        return Row("bench", "result", "stale", wanted, f"{found}, which is yet to come", ADVICE)
    if age is not None and policy.max_age is not None and age > policy.max_age:
        return Row("bench", "result", "stale", wanted, f"{found}, {age} days ago", ADVICE)
    note = ", of the simulator" if run.simulated else ""
    return Row("bench", "result", "pass", wanted, f"{found}{note}")


def _judged(run: Measured) -> Iterator[Row]:
    for each in run.slos:
        yield _row("slo", each, run)
    for each in run.budget:
        yield _row("budget", each, run)


def _row(kind: Gate, of: Judgement, run: Measured) -> Row:
    """A cost without a price, or a month's without a number of users, is missing: it can be had by saying them."""
    wanted = _most(of.slo) if kind == "budget" else of.slo.text
    lacking = LACKS.get(of.observed.why) if of.verdict == "inconclusive" else None
    if lacking:
        return Row(kind, of.slo.text, "missing", wanted, of.observed.why, lacking, judgement=of)
    advice = {"fail": LOAD.format(run=run.name), "inconclusive": MORE, "invalid": AGAIN, "pass": ""}[of.verdict]
    return Row(kind, of.slo.text, of.verdict, wanted, of.why, advice, judgement=of)


def _most(slo: Slo) -> str:
    return f"at most ${shown(slo.bound)}"
