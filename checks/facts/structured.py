"""Whether the provider, the SDK or the framework holds an answer against a schema before the project sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..project.arguments import HIDDEN, keyword
from ..project.edges import name_of
from ..project.held import held
from ..project.values import Cls, Ext, Lit, Map, Value, Values
from ..read.tree import Call, Expr, is_name
from .ground import callee_name
from .subject import Subject, nested, over

LOOSE = frozenset({"json_object", "text", "json"})
"""Formats that ask for JSON of any form, or for none."""
NOT_SCHEMAS = frozenset({"tools", "functions", "toolConfig", "config.tools"})
"""Parameters that offer the model a schema for its calls of tools, but bind no answer."""
OBJECTS = frozenset({
    "parse", "with_structured_output", "create_structured_output_chain", "create_structured_output_runnable",
    "structured_output", "structured_output_async", "create_partial", "create_iterable", "create_with_completion",
})  # fmt: skip
"""Methods whose answer is an object of the schema, no text."""
ALONE = frozenset({"with_structured_output", "create_structured_output_chain", "create_structured_output_runnable"})
"""Those of them whose object comes without the response, unless that is asked for, too."""
IN_BODIES = ("response_format", "format", "generationConfig.responseSchema", "text.format", "guided_json")
BODIES = ("json", "data", "content")
SIGNATURES = ("signature",)
"""Parameters that say what goes in and comes out, each a text if no other type is given: `"question -> score: int"`."""
TYPED = re.compile(r"->(?:[^:]*:\s*str\b)*[^:]*:(?!\s*str\b)")
TYPES = ("output_type", "result_type", "response_model", "output_schema", "output_pydantic", "structured_output_model")
"""Parameters by which frameworks give back an object of a type."""


def gives_object(subject: Subject) -> bool:
    """Whether the call gives back an object that was held against a schema."""
    match = subject.found.match
    steps = {*match.steps, match.method.rpartition(".")[2], *subject.found.client.path.replace("()", "").split(".")}
    if steps & OBJECTS:
        return True
    named = {*match.sdk.structured, *over(subject).structured}
    return any(_is_schema(_given(subject, name)) for name in TYPES if name in named)


def leaves_usage_behind(subject: Subject) -> bool:
    """Whether the call gives back an object alone, with what was counted where nobody sees it who writes that down."""
    if any(path.startswith("_") for path in over(subject).usage):
        return gives_object(subject)
    match, client = subject.found.match, subject.found.client
    sites = (*client.sites, *(site for part in held(subject.ev, client.sites) for site in part.sites))
    shaping = [site for site in sites if callee_name(site) in ALONE]
    raw = (keyword(subject.ev, site, "include_raw").values for site in shaping)
    return bool(shaping or ALONE.intersection(match.steps)) and not any(
        values and values != (Lit(False),) for values in raw
    )


def has_schema(subject: Subject) -> bool:
    """Whether the provider is made to answer in the form of a schema."""
    if gives_object(subject):
        return True
    if any(_has_type(subject, value) for name in SIGNATURES for value in _given(subject, name)):
        return True
    names = [name for name in subject.sdk.structured if name not in (*NOT_SCHEMAS, *SIGNATURES)]
    if subject.sdk.id == "raw-http":
        names = [f"{body}.{name}" for body in BODIES for name in IN_BODIES]
    return any(_is_schema(_given(subject, name)) for name in names)


def _has_type(subject: Subject, value: Value) -> bool:
    """Whether something comes out by a signature that is no plain text."""
    match value:
        case Lit(value=str() as text):
            return TYPED.search(text) is not None
        case Cls(scope=scope):
            out = (found for found in scope.bindings.values() if any(_is_output(each.expr) for each in found))
            return any(each.how == "annotated" and not is_name(each.expr, "str") for found in out for each in found)
        case _:
            return False


def _is_output(expr: Expr | None) -> bool:
    return isinstance(expr, Call) and name_of(expr.func) == "OutputField"


def _given(subject: Subject, name: str) -> Values:
    given = subject.call_argument(name)
    values = given.values if given != HIDDEN else ()
    client = subject.found.match.client
    if not values and client is not None:
        for site in subject.found.client.sites[:2]:
            values = values or nested(subject.ev, site, name, client.args).values
        for part in _last_of_each(subject) if client.carrier and not values else ():
            values = values or nested(subject.ev, part.sites[-1], name, ()).values
    return values


def _last_of_each(subject: Subject) -> Iterable[Ext]:
    """What the client is made of, the last of several of a class: a crew answers what its last task does."""
    return {part.path: part for part in held(subject.ev, subject.found.client.sites) if part.sites}.values()


def _is_schema(values: Values) -> bool:
    """A value that isn't None, a loose format or plain text."""
    for value in values:
        match value:
            case Lit(value=None) | Lit(value=False) | Ext(path="builtins.str" | "builtins.bytes"):
                continue
            case Lit(value=str() as text):
                if text not in LOOSE and text.strip():
                    return True
            case Map(entries=entries):
                texts = {getattr(each, "value", None) for _, each, _ in entries}
                if not texts & LOOSE:
                    return True
            case _:
                return True
    return False
