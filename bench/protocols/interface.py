"""What a protocol is: two pure functions, from a prompt to a request and from an event to what it brought.

Nothing here does input or output, reads a clock or holds a key. A request names the header that carries the key; the
engine fills in its value when it sends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

from ..framing import Event

Json = dict[str, Any]
Role = Literal["system", "user", "assistant"]
Stream = Literal["sse", "ndjson"]
Ends = Literal["marker", "finish", "body"]
"""What ends a stream. marker: only the terminal marker. finish: a finish reason will do where the body then ends as it
should, since servers of this shape leave the marker out. body: the body's own end, for lack of any other."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked: the turns of a conversation, the last one the user's, or texts to embed."""

    messages: tuple[Message, ...]
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Further values for the template of the user's own endpoint."""

    @property
    def system(self) -> str:
        """All that is said as system, a paragraph each."""
        return "\n\n".join(each.text for each in self.messages if each.role == "system")

    @property
    def turns(self) -> tuple[Message, ...]:
        """The conversation without what is said as system."""
        return tuple(each for each in self.messages if each.role != "system")

    @property
    def text(self) -> str:
        """The conversation as one text, for APIs that take no roles: a paragraph each."""
        return "\n\n".join(each.text for each in self.turns)


def asked(text: str, system: str = "") -> Prompt:
    """A prompt of one question."""
    head = (Message("system", system),) if system else ()
    return Prompt((*head, Message("user", text)))


@dataclass(frozen=True, slots=True)
class Options:
    """How it is asked. What is None or empty is left to the provider."""

    model: str = ""
    """The model's name as the provider has it; for Azure that of the deployment."""
    stream: bool = True
    max_output: int | None = None
    """Tokens of the longest answer. Anthropic demands one: 1024 where none is given."""
    temperature: float | None = None
    ask_usage: bool = True
    """Ask for usage where a stream brings none unasked; False for servers that refuse the question."""
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Further members of the request's JSON body, as the provider names them; they win over all others."""


@dataclass(frozen=True, slots=True)
class Auth:
    """Where the key goes and where it comes from; never the key."""

    header: str = "authorization"
    prefix: str = "Bearer "
    """What stands before the key in the header's value."""
    variables: tuple[str, ...] = ()
    """Environment variables that hold it by custom, in order of preference."""
    needed: bool = True
    """False where servers run without one."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request without its key and without its host."""

    method: str
    path: str
    """With its query; goes behind the base URL."""
    headers: tuple[tuple[str, str], ...]
    body: bytes
    auth: Auth | None = None


class Sent(NamedTuple):
    """An object of counts exactly as the provider sent it, and where in the answer it stood."""

    source: str
    object: Json


class Fault(NamedTuple):
    """An error that the provider told, as it worded it."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Timings:
    """What the server says it spent, in nanoseconds. None: not told."""

    load: int | None = None
    """Loading the model."""
    prompt_eval: int | None = None
    """Reading the prompt."""
    eval: int | None = None
    """Generating."""
    total: int | None = None
    sent: Sent | None = None


class Delta(NamedTuple):
    """What one event brought. All empty: nothing that counts, such as a role, a ping or an empty text."""

    content: str = ""
    reasoning: str = ""
    tool: str = ""
    """Names and arguments of tool calls, as they come."""
    finish: str = ""
    """Why the answer ended, in the provider's word."""
    usage: Sent | None = None
    timings: Timings | None = None
    """Durations that the server measured itself."""
    model: str = ""
    """The model that answers."""
    error: Fault | None = None
    done: bool = False
    """This is the protocol's terminal marker: nothing that matters comes after it."""
    items: int = 0
    """Payload that is no text: vectors of an embedding."""


NOTHING = Delta()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, meaning the same for every provider. None: not told."""

    input_tokens: int | None = None
    """All of the prompt, what came out of a cache or was put into one included."""
    output_tokens: int | None = None
    """All that was generated, reasoning included."""
    cached_tokens: int | None = None
    """Of the input: read from a cache."""
    cache_write_tokens: int | None = None
    """Of the input: written to a cache, which some providers bill at a price of its own."""
    reasoning_tokens: int | None = None
    """Of the output: reasoning."""
    sent: tuple[Sent, ...] = ()
    """What this was worked out from."""
    note: str = ""
    """What had to be decided, where the counts could be meant in two ways."""
    cache_write_1h_tokens: int | None = None
    """Of what was written to a cache: what is to be kept for an hour, which costs more (Anthropic)."""


NO_USAGE = Usage()
NO_TIMINGS = Timings()


@runtime_checkable
class Brief(Protocol):
    """What a protocol may have besides, where its tokens come in a form that is quickly told from all others."""

    def brief(self, data: bytes) -> str | None:
        """The text of an event that brings nothing but text; None: look closer."""
        ...


class Api(Protocol):
    """One protocol. Implementations are frozen values: their fields say what differs between providers of a shape."""

    @property
    def name(self) -> str:
        """How the protocol is called on a command line and in a result."""
        ...

    @property
    def base(self) -> str:
        """The provider's own base URL, in the sense of its SDK; empty where there is none."""
        ...

    @property
    def auth(self) -> Auth | None:
        """Where the key goes; None where none is sent."""
        ...

    @property
    def framing(self) -> Stream | None:
        """How a streamed answer is framed; None where there are no streams."""
        ...

    @property
    def ends(self) -> Ends:
        """What a stream must have brought to count as ended."""
        ...

    def request(self, prompt: Prompt, options: Options) -> Request:
        """The request for a prompt. Raises UnfitRequest."""
        ...

    def delta(self, event: Event) -> Delta:
        """What an event of a stream brought. Raises NotTheProtocol."""
        ...

    def whole(self, body: bytes) -> Delta:
        """What an answer that isn't streamed brought, all at once. Raises NotTheProtocol."""
        ...

    def usage(self, sent: Sequence[Sent]) -> Usage:
        """The counts that were sent in one answer, in one meaning."""
        ...
