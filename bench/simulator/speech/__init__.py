"""How each provider words an answer: the reference that the bench's own readers are held against, so it shares no code
with them."""

from .interface import Speech, event
from .routes import LISTS, asked, speech

__all__ = ["LISTS", "Speech", "asked", "event", "speech"]
