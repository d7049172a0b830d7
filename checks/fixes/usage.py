"""Token counts asked for, where code reads them of an answer that comes without."""

from __future__ import annotations

from ..model import Fix
from .interface import Case, unsafe
from .parameters import Setting, added


def asked_for(case: Case) -> Fix | None:
    """For a streamed answer whose counts are read and never come.

    Unsafe: they come in a chunk of their own at the end, which holds no text and, with OpenAI's, an empty `choices`.
    Where nobody reads counts, asking for them would mend nothing.
    """
    missing = case.call.facts.usage.detail
    source = case.source(case.call.place)
    call = source.call(case.call.place) if source else None
    made = added(source, call, Setting(case.sdk(), missing, "True")) if source and call and missing else None
    return unsafe(f"Set `{made[0]}` in the call", made[1]) if made else None
