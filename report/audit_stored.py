"""An audit out of its JSON document, to be shown again in any format.

Read is what a document says; what only rules ask of a call (`Setup`, the ways to it) isn't in it and is left at its
defaults. Nothing of the document is believed but its form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from ..checks.catalogue import Rule
from ..checks.errors import UsageError
from ..checks.looked import Counts, LeftOut, Skipped, UnreadPins
from ..checks.model import (
    Audit,
    Call,
    Edit,
    EntryPoint,
    Facts,
    Finding,
    Fix,
    Flow,
    Flows,
    Guard,
    Place,
    Retry,
    RetryLayer,
    Setting,
    Step,
    Suppression,
    Timeout,
    Verdict,
    Vouched,
)
from ..checks.standing import Grown, Standing
from .audit_json import SCHEMA

_Data = Mapping[str, Any]


def read(text: str, named: str) -> Audit:
    """The audit that a document `named` so holds. Raises UsageError where it is no document of schema SCHEMA."""
    try:
        data = _alone(json.loads(text), named)
        if not isinstance(data, dict) or cast("_Data", data).get("schema") != SCHEMA:
            raise UsageError(f"{named!r} holds no audit: make one with `aiready audit --format json --output FILE`")
        return _checked(_audit(cast("_Data", data)), named)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{named!r} is no JSON document: {error}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{named!r} is an audit that is not whole: {type(error).__name__} {error}") from error


def rules(document: _Data) -> tuple[Rule, ...]:
    """What an audit's document tells of its rules: all there is, where their package isn't installed."""
    return tuple(_rule(each) for each in document["findings"])


def _rule(data: _Data) -> Rule:
    told = "The package that brings this rule is not installed here."
    return Rule(
        data["rule"],
        str(data["name"]),
        str(data["item"]),
        data["severity"],
        str(data["message"]),
        str(data["help"]),
        (),
        plugin="not installed",
        text=told,
    )


def _checked(audit: Audit, named: str) -> Audit:
    """The same where every part is what it is to be, which nothing above looked at."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(Audit).validate_python(asdict(audit))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"{named!r} is an audit that is not whole: {where}: {first['msg']}") from error


def _alone(data: Any, named: str) -> Any:
    """A document itself, or the only audit among stored results."""
    match data:
        case {"schema": "aiready.report/1", "audits": [lone]}:
            return lone
        case {"schema": "aiready.report/1", "audits": [_, _, *_]}:
            raise UsageError(f"{named!r} holds several audits: name the document of one")
        case _:
            return data


def _audit(data: _Data) -> Audit:
    files = data["files"]
    left = cast("_Data", files.get("left_out") or {})
    counts = (int(files["found"]), int(files["audited"]), int(files["parsed"]), int(files["cached"]))
    return Audit(
        str(data["root"]),
        Counts(*counts, LeftOut(int(left.get("tests", 0)), int(left.get("examples", 0)), int(left.get("docs", 0)))),
        tuple(Skipped(one["path"], one["reason"], one["detail"]) for one in files["skipped"]),
        tuple(_call(one) for one in data["calls"]),
        tuple(_finding(one) for one in data["findings"]),
        tuple(_unused(one) for one in data.get("unused_suppressions", ())),
        tuple(UnreadPins(one["path"], one["detail"]) for one in files.get("unread_pins", ())),
        "" if files["audited"] else "no file was audited",
        tuple(_verdict(one) for one in data["checklist"]),
        _standing(data.get("baseline") or {}, data.get("change") or {}),
        tuple(map(str, data.get("narrowed", ()))),
    )


def _standing(baseline: _Data, change: _Data) -> Standing:
    grown = (Grown(one["rule"], int(one["before"]), int(one["now"])) for one in baseline.get("grown", ()))
    return Standing(
        str(baseline.get("file", "")),
        int(baseline.get("fixed", 0)),
        tuple(grown),
        str(change.get("since", "")),
        int(change.get("elsewhere", 0)),
    )


def _place(data: _Data) -> Place:
    at, end = (int(data["line"]), int(data["column"])), (data.get("end_line", 0), data.get("end_column", 0))
    return Place(str(data["path"]), *at, *end, data.get("cell"))


def _spot(data: _Data | None) -> Place | None:
    return None if data is None else _place(data)


def _steps(data: list[_Data]) -> tuple[Step, ...]:
    return tuple(Step(_place(one), str(one["note"])) for one in data)


def _finding(data: _Data) -> Finding:
    fix = data.get("fix")
    return Finding(
        data["rule"],
        _place(data),
        data["severity"],
        data["confidence"],
        data["message"],
        data["help"],
        _steps(data["trace"]),
        data.get("call"),
        suppressed=data["suppressed"],
        whole=bool(data.get("whole")),
        source=data.get("source", ""),
        fingerprint=data["fingerprint"],
        known=data["baseline"] == "known",
        fix=None if fix is None else Fix(fix["title"], fix["applicability"], tuple(map(_edit, fix["edits"]))),
    )


def _edit(data: _Data) -> Edit:
    return Edit(_place(data), data["text"])


def _unused(data: _Data) -> Suppression:
    return Suppression(_place(data), tuple(data["words"]), problem=data["problem"])


def _verdict(data: _Data) -> Verdict:
    vouched = data.get("attested")
    return Verdict(
        data["item"],
        data["verdict"],
        data["reason"],
        int(data["needed"]),
        int(data["met"]),
        _steps(data["evidence"]),
        data.get("advice", ""),
        None if vouched is None else Vouched(**vouched),
    )


def _call(data: _Data) -> Call:
    return Call(
        _place(data),
        data["sdk"],
        data["kind"],
        data["method"],
        data["function"],
        data["confidence"],
        int(data["paths"]),
        _facts(data["facts"], data.get("entries", [])),
        data.get("provider", ""),
        source=data.get("source", ""),
    )


def _facts(data: _Data, entries: list[_Data]) -> Facts:
    timeout, retry, guard = data["timeout"], data["retry"], data["guard"]
    return Facts(
        Timeout(
            timeout["state"],
            timeout["seconds"],
            _spot(timeout["where"]),
            timeout.get("source", ""),
            _spot(timeout.get("client")),
            timeout.get("trap"),
        ),
        Retry(
            retry["state"],
            retry["attempts"],
            _spot(retry["where"]),
            retry.get("source", ""),
            tuple(map(_layer, retry.get("layers", ()))),
        ),
        Guard(
            guard["state"],
            _spot(guard.get("where")),
            open_path=tuple(map(_place, guard.get("open_path", ()))),
            misses=tuple(guard.get("misses", ())),
        ),
        max_output=_setting(data["max_output"]),
        streaming=_setting(data["streaming"]),
        blocking_in_async=_setting(data["blocking_in_async"]),
        model=_setting(data["model"]),
        audience=_setting(data["audience"]),
        entries=tuple(map(_entry, entries)),
        fallback=_setting(data["fallback"]),
        usage=_setting(data["usage"]),
        observed=_setting(data["observed"]),
        cache=_setting(data["cache"]),
        failover=_setting(data["failover"]),
        input_limit=_setting(data["input_limit"]),
        untrusted=_flows(data["untrusted"], data["untrusted"]["state"]),
        output=_flows(data["output"], "unknown"),
    )


def _entry(data: _Data) -> EntryPoint:
    return EntryPoint(data["function"], _place(data["where"]), data["audience"], data["how"])


def _layer(data: _Data) -> RetryLayer:
    return RetryLayer(
        data["kind"],
        data["name"],
        data["attempts"],
        data["bounded"],
        data["backoff"],
        tuple(data["catches"]),
        _spot(data["where"]),
        data["without_effect"],
    )


def _setting(data: _Data) -> Setting:
    return Setting(data["state"], _spot(data.get("where")), data.get("detail", ""))


def _flows(data: _Data, state: str) -> Flows:
    return Flows(state, tuple(map(_flow, data.get("flows", ()))))


def _flow(data: _Data) -> Flow:
    return Flow(
        data["state"],
        _place(data["where"]),
        data["what"],
        data["source"],
        limited=_spot(data["limited"]),
        trace=_steps(data["trace"]),
    )
