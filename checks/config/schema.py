"""The JSON Schema of the configuration, as it ships: editors complete and check by it."""

from __future__ import annotations

import json
from pathlib import Path

from .form import Audit

SHIPPED = Path(__file__).with_name("aiready.schema.json")


def schema() -> str:
    """The schema as text; the shipped file holds the same (a test compares them)."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps({**head, **Audit.model_json_schema()}, indent=2) + "\n"
