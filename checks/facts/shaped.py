"""Whether the answer is asked for as data: JSON, a schema, a typed object, arguments of a tool that must be called, an
image. Nobody reads that as it is written."""

from __future__ import annotations

from collections.abc import Iterator

from ..project.arguments import HIDDEN
from ..project.edges import name_of
from ..project.values import Ext, Lit, Map, Seq, Value
from ..read.tree import Const, Expr
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
OTHER = ("config.image_config", "config.response_modalities", "modalities", "compaction")
"""Parameters that ask for images, for speech or for a block that stands in for a history."""
FORCING = (
    "tool_choice", "function_call", "tool_config.function_calling_config.mode", "toolConfig.toolChoice",
    "config.tool_config.function_calling_config.mode", "json.tool_choice", "json.function_call",
)  # fmt: skip
"""Parameters that can make the model call a tool."""
FREE = frozenset({"auto", "none", "validated", "mode_unspecified"})
"""Values of those that leave it to the model, or forbid it."""
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
    return found.removesuffix("()") or parser_of(subject) or _parameter(subject, known, tuple(names)) or _tool(subject)


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
        for given in look(subject, client, (*names, *JSON, *OTHER), names):
            if given.passed != HIDDEN and any(_shapes(value) for value in given.passed.values):
                return f"{given.name}="
    return ""


def _tool(subject: Subject) -> str:
    """A parameter that makes the model call a tool, whichever client the call goes through."""
    forced = [
        next((given for given in look(subject, client, FORCING, ()) if given.passed != HIDDEN), None)
        for client in clients(subject) or (None,)
    ]
    sure = all(
        given is not None and given.passed.always and all(_forces(value) for value in given.passed.values)
        for given in forced
    )
    return f"{forced[0].name}=" if sure and forced[0] is not None else ""


def _forces(value: Value) -> bool:
    match value:
        case Lit(value=str() as word):
            return word.lower() not in FREE
        case Map(entries=entries):
            kinds = [expr for key, expr, _ in entries if _is_type(key)]
            return bool(entries) and not any(isinstance(kind, Const) and kind.value in FREE for kind in kinds)
        case Ext(path=path):
            return (
                not path.lower()
                .removesuffix("()")
                .rpartition(".")[2]
                .removesuffix("param")
                .endswith(("auto", "none", "given", "omit"))
            )
        case _:
            return False


def _shapes(value: Value) -> bool:
    match value:
        case Lit(value=plain):
            return bool(plain) and plain not in WORDS
        case Seq(elements=elements):
            return any(_word(each) not in WORDS for each in elements)
        case Map(entries=entries):
            kinds = [expr.value for key, expr, _ in entries if _is_type(key) and isinstance(expr, Const)]
            return not kinds or any(kind not in WORDS for kind in kinds)
        case Ext(path=path):
            return not path.endswith(("NOT_GIVEN", "NotGiven()", "omit", "Omit()"))
        case _:
            return True


def _word(node: Expr) -> str:
    """A constant, or the name of one: `"TEXT"`, `Modality.TEXT`."""
    return str(node.value if isinstance(node, Const) else name_of(node)).lower()


def _is_type(key: object) -> bool:
    return isinstance(key, Const) and key.value == "type"
