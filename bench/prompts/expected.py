"""What a file says of the answer, as an Expect."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from . import patterns, schemas
from .entries import Entry, is_object, named
from .expect import Expect
from .reading import Row

NAMES = tuple(each.name for each in fields(Expect))


def expected(entry: Entry) -> Expect | None:
    """The member `expect`: words that the answer contains, or an object of conditions."""
    value = entry.members.get("expect")
    if value is None:
        return None
    if not is_object(value):
        return Expect(contains=entry.texts("expect"))
    return _conditions(Entry(Row(entry.place, value), entry.reading), value)


def _conditions(given: Entry, value: dict[str, Any]) -> Expect:
    given.known(NAMES)
    if not set(value) & set(NAMES) - {"ignore_case"}:
        given.wrong(f"expect says nothing: give one of {', '.join(NAMES[:-1])}")
    return Expect(
        contains=given.texts("contains"),
        contains_any=given.texts("contains_any"),
        not_contains=given.texts("not_contains"),
        equals=given.text("equals") or None,
        regex=_regex(given),
        json_schema=_schema(given),
        ignore_case=given.flag("ignore_case"),
    )


def _regex(given: Entry) -> str | None:
    pattern = given.text("regex")
    fault = patterns.fault(pattern) if pattern else ""
    if fault:
        given.wrong(f"regex: {fault}")
    return pattern or None


def _schema(given: Entry) -> str | None:
    value = given.members.get("json_schema")
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            given.wrong(f"json_schema: expected a schema in JSON, found {named(value)}")
            return None
    if value is None:
        return None
    if fault := schemas.unfit(value):
        given.wrong(f"json_schema: {fault}")
        return None
    return json.dumps(value, sort_keys=True)
