"""The JSON Schema of the configuration, as it ships: editors complete and check by it."""

from __future__ import annotations

import json
from pathlib import Path

from .form import Audit

SHIPPED = Path(__file__).with_name("aiready.schema.json")
ELSEWHERE = {"bench": "../../bench/scenarios/bench.schema.json", "gate": "../../gate/gate.schema.json"}
"""The schemas of the parts that others read, seen from the one that ships here."""


def schema() -> str:
    """The schema as text; the shipped file holds the same (a test compares them)."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    made = Audit.model_json_schema()
    for name, where in ELSEWHERE.items():
        made["properties"][name] = {"$ref": where, "description": made["properties"][name]["description"]}
    return json.dumps({**head, **made}, indent=2) + "\n"
