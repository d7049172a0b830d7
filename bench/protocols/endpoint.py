"""The user's own endpoint: a request by template, and expressions (JMESPath) that find the answer in what comes back.

No code of the user's runs. Expressions see one JSON body, or each event of a stream by itself. jmespath is loaded only
where an endpoint is described.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from ..framing import Event
from ..keys import header_mistakes
from ..mistakes import EndpointError, UnfitRequest
from . import counts
from .errors import NotTheProtocol
from .interface import Auth, Delta, Ends, Options, Prompt, Request, Sent, Stream, Usage
from .jsons import arguments, fault, is_list, loosely, named, parsed, without_none, written
from .openai_shared import JSON_TYPE
from .templates import filled, filled_path, filled_text, values

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
SECRET_QUERY = re.compile(r"(?i)[?&][^=&]*(?:key|token|secret|password|signature|sig)=(?!\{\{)[^&]")
FREE = re.compile(r"\{\{.*?\}\}")
ACCEPT = {"sse": "text/event-stream", "ndjson": "application/x-ndjson", None: "application/json"}
FORM_TYPE = ("content-type", "application/x-www-form-urlencoded")
EXPRESSIONS = ("text", "reasoning", "tool", "finish", "usage", "error", "model", "end")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A description of an endpoint. Raises EndpointError, with all mistakes at once, when it is made."""

    path: str = "/"
    """With templates, whose values are quoted."""
    text: str = ""
    """Finds the answer's text; a list of texts is one text."""
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    """With templates. Never a key: that is `auth`."""
    json: Any = None
    """The JSON body, a template; None for none."""
    form: Mapping[str, str] = field(default_factory=dict[str, str])
    """The fields of a form, templates, in place of a JSON body."""
    framing: Stream | None = None
    """How the answer is framed; None: one JSON body."""
    reasoning: str = ""
    tool: str = ""
    finish: str = ""
    usage_at: str = ""
    """Finds the usage object: a provider's, or one made by the expression:
    `{input_tokens: meta.in, output_tokens: meta.out}`."""
    error: str = ""
    """Finds an error, where it is anything but null, false or empty."""
    model: str = ""
    end: str = ""
    """Is true in the event that ends a stream."""
    end_data: str = ""
    """The data of the event that ends a stream. `[DONE]` is always known, but not missed unless it is named here."""
    end_event: str = ""
    """The name of the event that ends a stream."""
    auth: Auth | None = None
    base: str = ""
    name: str = "endpoint"

    def __post_init__(self) -> None:
        mistakes = list(_mistakes(self))
        if mistakes:
            raise EndpointError(mistakes)

    @property
    def ends(self) -> Ends:
        """Where no end is described, that of the body is the end."""
        return "marker" if self.end or self.end_data or self.end_event else "body"

    def request(self, prompt: Prompt, options: Options) -> Request:
        """The templates filled in. Raises UnfitRequest for a name that the prompt doesn't give, and for a header that
        comes to what none can be."""
        given = values(prompt, options)
        accept = ("accept", ACCEPT[self.framing])
        path, headers = filled_path(self.path, given), tuple(_headers(self.headers, given))
        if self.form:
            body = urlencode({key: filled_text(each, given) for key, each in self.form.items()}).encode()
            return Request(self.method, path, (FORM_TYPE, accept, *headers), body, self.auth)
        if self.json is None:
            return Request(self.method, path, (accept, *headers), b"", self.auth)
        body = written(filled(self.json, given))
        return Request(self.method, path, (JSON_TYPE, accept, *headers), body, self.auth)

    def delta(self, event: Event) -> Delta:
        """What an event brought. Data that isn't JSON is a text, where `text` is `@`."""
        known = (self.end_data.encode(), b"[DONE]") if self.end_data else (b"[DONE]",)
        if event.data.strip() in known or (self.end_event and event.name == self.end_event and not event.data.strip()):
            return Delta(done=True)
        found = self._found(self._value(event))
        return found._replace(done=True) if self.end_event and event.name == self.end_event else found

    def whole(self, body: bytes) -> Delta:
        """What an answer in one piece brought."""
        return self._found(parsed(body))

    def usage(self, sent: Sequence[Sent]) -> Usage:
        """By the names of the counts."""
        return counts.plain(sent)

    def _value(self, event: Event) -> Any:
        try:
            return parsed(event.data)
        except NotTheProtocol:
            if self.text.strip() != "@" or not event.whole:
                raise
            return event.data.decode(errors="replace")

    def _found(self, value: Any) -> Delta:
        error = _search(self.error, value)
        if error:
            return Delta(error=fault(error))
        counted = without_none(loosely(_search(self.usage_at, value)))
        return Delta(
            content=_text(self.text, value),
            reasoning=_text(self.reasoning, value),
            tool=arguments(_search(self.tool, value) or None),
            finish=_text(self.finish, value),
            usage=Sent(self.usage_at, counted) if counted else None,
            model=_text(self.model, value),
            done=bool(_search(self.end, value)),
        )


def _headers(templates: tuple[tuple[str, str], ...], given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, template in templates:
        value = filled_text(template, given)
        wrong = (
            [f"headers: {each}" for each in header_mistakes(name, value, literal=False)] if value != template else []
        )
        if wrong:
            raise UnfitRequest(wrong)
        yield name, value


def _search(expression: str, value: Any) -> Any:
    if not expression:
        return None
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        return jmespath.search(expression, value)
    except (JMESPathError, TypeError, ValueError, AttributeError, RecursionError) as error:  # it lets some through
        raise NotTheProtocol(f"{expression!r} can't be applied ({_line(error)})") from None


def _text(expression: str, value: Any) -> str:
    """A text, a number as text, or the texts of a list joined. Raises NotTheProtocol for anything else."""
    found = _search(expression, value)
    if isinstance(found, str):
        return found
    if found is None or found is False:
        return ""
    if is_list(found) and all(isinstance(each, str) for each in found):
        return "".join(found)
    if isinstance(found, int | float) and found is not True:
        return str(found)
    raise NotTheProtocol(f"expected a text at {expression!r}, found {named(found)}")


def _line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _mistakes(of: Endpoint) -> Iterator[str]:
    if not of.text:
        yield "text: say where the answer's text is, such as choices[0].message.content, or @ for a bare text"
    if not of.path.startswith("/") or re.search(r"\s", FREE.sub("", of.path)):
        yield f"path: {of.path!r} must begin with / and have no spaces"
    if SECRET_QUERY.search(of.path):
        yield "path: a key doesn't belong into an address, where logs keep it; name a header and a variable under auth"
    if not TOKEN.fullmatch(of.method):
        yield f"method: {of.method!r} is no HTTP method"
    if of.form and of.json is not None:
        yield "form: a request has a form or a JSON body, not both"
    if of.framing is None and (of.end or of.end_data or of.end_event):
        yield "end: only streams have an end marker; say framing: sse or ndjson, or leave it out"
    for name, value in of.headers:
        yield from (f"headers: {each}" for each in header_mistakes(name, value))
    for name in EXPRESSIONS:
        yield from _expression_mistakes(name, of.usage_at if name == "usage" else getattr(of, name))


def _expression_mistakes(name: str, expression: str) -> Iterator[str]:
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        if expression:
            jmespath.compile(expression)
    except JMESPathError as error:
        yield f"{name}: {expression!r} is no JMESPath expression ({_line(error)})"
