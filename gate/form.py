"""The form of a policy, which is also the JSON Schema that ships. pydantic is loaded only where there is one."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

SHIPPED = Path(__file__).with_name("gate.schema.json")


def _as_text(value: object) -> object:
    """YAML and TOML make a number of an amount without a currency; whoever reads it says that one is missing."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _as_list(value: object) -> object:
    """One threshold is a list of one."""
    return [value] if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Amount = Annotated[str, BeforeValidator(_as_text), WithJsonSchema({"type": ["string", "number"]})]
Count = Annotated[int, Field(ge=0)]
_TEXT = {"type": "string", "minLength": 1}
Texts = Annotated[
    list[Text], BeforeValidator(_as_list), WithJsonSchema({"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]})
]


class Form(BaseModel):
    """What all parts have in common: no key that isn't known, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Most(Form):
    """How many findings there may be."""

    error: Annotated[Count | None, Field(description="Errors.")] = None
    warning: Annotated[Count | None, Field(description="Warnings.")] = None
    note: Annotated[Count | None, Field(description="Notes.")] = None


class Budget(Form):
    """What requests may cost at most."""

    per_request: Annotated[Amount | None, Field(description="Of one request on average, such as `$0.01`.")] = None
    per_1k: Annotated[Amount | None, Field(description="Of a thousand requests, such as `$5`.")] = None
    per_month: Annotated[
        Amount | None, Field(description="Of a month with the users of the bench, such as `$900`.")
    ] = None


class Allowed(Form):
    """Something that may be as it is until a day."""

    rule: Annotated[Text | None, Field(description="Findings of this rule: id, name, item or area.")] = None
    item: Annotated[Text | None, Field(description="This item of the checklist, or all of an area.")] = None
    slo: Annotated[Text | None, Field(description="This threshold, or part of the budget, of the policy.")] = None
    path: Annotated[Text | None, Field(description="Of a rule: in files that fit this pattern only.")] = None
    reason: Annotated[Text, Field(description="Why it may.")]
    expires: Annotated[date, Field(strict=False, description="The last day on which it counts (YYYY-MM-DD).")]


class Gate(Form):
    """What must hold for a release."""

    model_config = ConfigDict(title="aiready gate")

    require: Annotated[list[Text], Field(description="Items and areas of the checklist that must pass; ALL.")] = []
    partial: Annotated[
        list[Text], Field(description="Items and areas that must not fail; goes before `require`; ALL.")
    ] = []
    max: Annotated[Most | None, Field(description="Findings that there may be, by severity.")] = None
    slo: Annotated[Texts, Field(description="Thresholds for a run of the bench: `p95_ttft<1.5s`.")] = []
    budget: Annotated[Budget | None, Field(description="What requests may cost at most.")] = None
    max_age: Annotated[Text | None, Field(description="How old a run of the bench may be: `14d`, `2w`.")] = None
    allow_simulated: Annotated[
        bool, Field(description="Take a run of the built-in simulator for one; it proves nothing of any model.")
    ] = False
    exceptions: Annotated[list[Allowed], Field(description="What may be as it is until a day, and why.")] = []


def schema() -> str:
    """The schema as text; the shipped file holds the same (a test compares them)."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps({**head, **Gate.model_json_schema()}, indent=2) + "\n"
