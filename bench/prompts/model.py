"""What is asked in a run, as frozen values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..protocols import Message, Prompt
from .expect import Expect


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to ask, and what is known of it."""

    prompt: Prompt
    tags: tuple[str, ...] = ()
    """Figures are told by these, too."""
    weight: float = 1.0
    """How often it is asked, compared with the others; more than 0."""
    expect: Expect | None = None
    """What the answer must hold: with `then`, the answer to the last of these."""
    then: tuple[Message, ...] = ()
    """Further turns of the user's, each asked after the real answer to the one before."""
    at: float | None = None
    """In a trace: when it was sent, in seconds after the trace began."""
    max_output: int | None = None
    """Tokens of its longest answer; None: what the run says."""
    name: str = ""
    """What its file calls it, such as a batch's `custom_id`."""

    def canonical(self) -> Any:
        """All of it that changes what is sent or judged, as JSON."""
        return [
            [(each.role, each.text) for each in self.prompt.messages],
            dict(self.prompt.fields),
            self.tags,
            self.weight,
            self.expect.as_json() if self.expect else None,
            [each.text for each in self.then],
            self.at,
            self.max_output,
        ]


def written(value: Any) -> bytes:
    """JSON that is equal where the value is, whatever order its members were written in."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
