"""Whether the answer is asked for as data: JSON, a schema, a typed object, which nobody reads as it is written."""

from __future__ import annotations

from collections.abc import Iterator

from ..project.arguments import HIDDEN
from ..project.values import Ext, Lit, Map, Value
from ..read.tree import Const
from .clients import Client, clients
from .settings import look
from .subject import Subject

TOOLS = frozenset({"tools", "functions", "function_call", "toolConfig", "config.tools"})
"""What SDKs also take to shape an answer by, and which mostly offers the model something to do."""
JSON = (
    "response_model", "config.response_mime_type", "generation_config.response_mime_type", "json.response_format",
    "json.format", "json.generationConfig.responseMimeType", "json.generationConfig.responseSchema",
)  # fmt: skip
"""Parameters that ask for JSON, of SDKs and of request bodies, which the data doesn't list."""
WORDS = ("text", "text/plain")
"""Values that ask for plain text."""


def shaped(subject: Subject) -> str:
    """What asks for data; empty where nothing does."""
    known = clients(subject) or (None,)
    names = dict.fromkeys(name for client in known for name in _names(subject, client))
    method = subject.found.match.method
    if method in names or method.rpartition(".")[2] in ("parse", "parse_async"):
        return method
    steps = (*subject.found.match.steps, *(step for client in known if client is not None for step in client.names))
    found = next((step for step in steps if step.removesuffix("()") in names), "")
    return found.removesuffix("()") or parser_of(subject) or _parameter(subject, known, tuple(names))


def _names(subject: Subject, client: Client | None) -> Iterator[str]:
    for sdk in (subject.sdk, *((client.sdk,) if client is not None else ())):
        yield from (name for name in sdk.structured if name not in TOOLS)


def parser_of(subject: Subject) -> str:
    """A parser at the end of a chain that makes something other than a text of the answer."""
    for value in subject.ev.callee(subject.site):
        if isinstance(value, Ext):
            for step in value.path.split("."):
                if step.endswith("OutputParser()") and not step.startswith("Str"):
                    return step.removesuffix("()")
    return ""


def _parameter(subject: Subject, known: tuple[Client | None, ...], names: tuple[str, ...]) -> str:
    for client in known:
        for given in look(subject, client, (*names, *JSON), names):
            if given.passed != HIDDEN and any(_shapes(value) for value in given.passed.values):
                return f"{given.name}="
    return ""


def _shapes(value: Value) -> bool:
    match value:
        case Lit(value=plain):
            return bool(plain) and plain not in WORDS
        case Map(entries=entries):
            kinds = [expr.value for key, expr, _ in entries if _is_type(key) and isinstance(expr, Const)]
            return not kinds or any(kind not in WORDS for kind in kinds)
        case Ext(path=path):
            return not path.endswith(("NOT_GIVEN", "NotGiven()", "omit", "Omit()"))
        case _:
            return True


def _is_type(key: object) -> bool:
    return isinstance(key, Const) and key.value == "type"
