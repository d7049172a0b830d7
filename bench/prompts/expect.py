"""What an answer must hold, so that fast wrong answers don't count as good."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from typing import Any

from . import patterns, schemas

LONGEST = 1_000_000
"""Characters of the longest answer that is looked at: about ten times what any model writes at once."""
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Expect:
    """Conditions of an answer; all that are given must hold. An empty one is met by any text but an empty one."""

    contains: tuple[str, ...] = ()
    """Each of these stands in it."""
    contains_any: tuple[str, ...] = ()
    """At least one of these stands in it."""
    not_contains: tuple[str, ...] = ()
    """None of these stands in it."""
    equals: str | None = None
    """It is this, but for white space around it."""
    regex: str | None = None
    """It is found in it; see `patterns` for the dialect."""
    json_schema: str | None = None
    """The answer as a whole is JSON, of this schema (itself JSON text). A code fence around it doesn't pass: what reads
    the answer in production would stumble over it, too."""
    ignore_case: bool = False
    """For all but the schema."""

    def met(self, answer: str) -> tuple[bool, str]:
        """Whether the answer holds it all; else the first that it doesn't, in words without the answer.

        Takes time in proportion to the answer's length, whatever the pattern. Needs `jsonschema` for a schema.
        """
        missing = "the answer is empty" if not answer.strip() else self._missing(answer)
        return not missing, missing

    def as_json(self) -> dict[str, Any]:
        """What is given, by the names of a prompt file."""
        given = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: value for name, value in given if value not in (None, (), False)}

    def _missing(self, answer: str) -> str:
        if len(answer) > LONGEST:
            return f"the answer has {len(answer):,} characters, more than the {LONGEST:,} that are checked"
        return self._words_missing(answer) or self._pattern_missing(answer) or self._schema_missing(answer)

    def _words_missing(self, answer: str) -> str:
        text = self._folded(answer)
        if absent := [each for each in self.contains if self._folded(each) not in text]:
            return f"doesn't contain {_quoted(absent[0])}"
        if self.contains_any and not any(self._folded(each) in text for each in self.contains_any):
            return "contains none of " + ", ".join(map(_quoted, self.contains_any[:3]))
        if found := [each for each in self.not_contains if self._folded(each) in text]:
            return f"contains {_quoted(found[0])}"
        if self.equals is not None and self._folded(self.equals).strip() != text.strip():
            return f"isn't {_quoted(self.equals)}"
        return ""

    def _pattern_missing(self, answer: str) -> str:
        if self.regex is None or patterns.found(self.regex, answer, ignore_case=self.ignore_case):
            return ""
        return f"doesn't match {_quoted(self.regex)}"

    def _schema_missing(self, answer: str) -> str:
        if self.json_schema is None:
            return ""
        try:
            value = json.loads(answer)
        except (ValueError, RecursionError):
            fenced = re.match(r"\s*```", answer)
            return "isn't JSON" + (": it stands in a code fence" if fenced else "")
        return schemas.fault(self.json_schema, value)

    def _folded(self, text: str) -> str:
        return text.casefold() if self.ignore_case else text


def _quoted(text: str) -> str:
    short = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return json.dumps(short, ensure_ascii=False)
