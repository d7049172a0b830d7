"""Which part of a text is asked for."""

from __future__ import annotations

from .roles import Whose
from .texts import Source

TURNS = 2
"""How often a part is asked for of a part of the same name."""
DEEPEST = 16
"""Parts of parts that are asked for; of what lies further in, the whole is taken."""
SAID = frozenset({"content", "text", "parts", "page_content"})
"""What messages and documents call what they say."""
NOT_TEXT = frozenset(
    {"role", "type", "id", "tool_call_id", "name", "image_url", "mime_type", "cache_control", "detail", "status"}
    | {"media_type", "mimeType", "call_id", "tool_use_id", "index", "encoding", "images"}
)
"""Parts of messages that say nothing."""
Parts = tuple["str | Whose", ...]
"""Which part of a text is asked for, the outermost first; between them, what is known of a message's role."""


def part_of(name: str, parts: Parts) -> Parts:
    """A part of what is asked for; one that is its own part's part again is any of those further down."""
    if name == "" and parts[:1] == ("",):
        return parts
    if name.strip("#0123456789") and parts.count(name) >= TURNS:
        return parts[parts.index(name) :]
    return (name, *parts)[:DEEPEST]


def number(parts: Parts) -> int | None:
    """The position of the element that is asked for."""
    name = parts[0] if parts else None
    return int(name[1:]) if isinstance(name, str) and name.startswith("#") and name[1:].isdigit() else None


def is_meant_by(part: str, parts: Parts) -> bool:
    """Whether what is asked for is that part, or a whole of which it is what is said."""
    asked = named(parts)
    return asked[0] == part if asked else part in SAID


def named(parts: Parts) -> tuple[str, ...]:
    """The parts without what is known of roles."""
    return tuple(each for each in parts if isinstance(each, str))


def is_looked_into(how: str, parts: Parts) -> bool:
    """Whether something is asked for by its name in what was made into JSON: the body of a request."""
    asked = named(parts)
    return how in ("dumped", "escaped") and bool(asked) and not is_element(asked)


def is_element(parts: Parts) -> bool:
    """Whether an element is asked for, any or that of a number."""
    return isinstance(parts[0], str) and not parts[0].strip("#0123456789") if parts else False


def is_inside(parts: Parts) -> bool:
    """Whether something with a name is asked for, and not the whole or any element."""
    return any(isinstance(each, str) and each.strip("#0123456789") for each in parts)


def can_be(source: Source, parts: Parts) -> bool:
    """Whether it can be what is asked for, which is a text: what was kept is taken for what was said and no
    instructions, and a chosen role is none of those that a test leaves out."""
    names = [each for each in named(parts) if each.strip("#0123456789")]
    if not source.closed.isdisjoint(names[:1]):
        return False
    asked = [each for each in parts if isinstance(each, Whose)]
    if source.choice:
        return all(each.allows("system") for each in asked)
    return not (source.retrieved and any(each.of_system() for each in asked))
