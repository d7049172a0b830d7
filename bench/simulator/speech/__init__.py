"""How each provider words an answer: the reference that the bench's own readers are held against, so it shares no code
with them."""

from .interface import Json, Speech, compact
from .routes import LISTS, MODEL, asked, speech

__all__ = ["LISTS", "MODEL", "Json", "Speech", "asked", "compact", "speech"]
