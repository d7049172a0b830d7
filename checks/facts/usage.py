"""Whether anybody reads how many tokens a call used."""

from __future__ import annotations

from ..flows.taint import Use
from ..flows.words import COUNTS
from ..model import Setting
from ..project.scope import Site
from .logs import is_log
from .subject import Subject, place
from .tracing import Tracers
from .uncounted import uncounted

WRAPPED = frozenset({"model_dump", "model_dump_json", "dict", "to_dict", "to_json"})
HOLDERS = frozenset(
    {"get_openai_callback", "get_usage_metadata_callback", "get_bedrock_anthropic_callback", "track_usage"}
)
"""Context managers that count tokens of all that is called inside."""


def usage(subject: Subject, uses: list[Use], tracers: Tracers) -> Setting:
    """`read` where token counts of the response are read, recorded by a tracer, or logged with the whole response.

    Reading them from a stream that has none reads nothing: `unread`, with the parameter that is missing.
    """
    lacking = uncounted(subject)
    own = {path.rpartition(".")[2] for path in subject.sdk.usage}
    found = Setting("unread")
    for use in uses:
        if use.kind == "read" and use.taint.form != "text" and (use.what in own or COUNTS.search(use.what)):
            found = Setting("unread", use.place, lacking) if lacking else Setting("read", use.place, use.what)
            break
    if found.state == "read":
        return found
    counted = tracers.counts()
    if counted is not None:
        return Setting("read", counted.where, counted.what)
    held = _held(subject)
    if held is not None:
        return Setting("read", place(held), "a callback counts them")
    for use in uses:
        if not lacking and is_whole(use) and use.site is not None and is_log(subject.ground.writers, subject, use.site):
            return Setting("read", use.place, "the whole response is logged")
    return found


def is_whole(use: Use) -> bool:
    """The response as it came, not a part of it."""
    return use.kind == "argument" and use.taint.form == "raw" and not set(use.taint.path) - WRAPPED


def _held(subject: Subject) -> Site | None:
    """The callback that counts what is called inside of it, around the call or one of its callers."""
    for scope in subject.ground.around(subject).scopes:
        for site in scope.sites:
            func = site.call.func
            if getattr(func, "id", getattr(func, "name", "")) in HOLDERS:
                return site
    return None
