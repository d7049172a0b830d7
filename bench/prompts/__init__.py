"""What is asked: prompts of files, texts or lengths, in an order that every worker knows, and what must come back."""

from ..mistakes import PromptsError
from .deck import Deck
from .expect import Expect
from .lengths import Lengths, lengths
from .load import default, inline, load, synthetic
from .model import Case
from .nonce import fresh
from .reading import Times, Turns
from .tokens import Size, sizes

__all__ = [
    "Case",
    "Deck",
    "Expect",
    "Lengths",
    "PromptsError",
    "Size",
    "Times",
    "Turns",
    "default",
    "fresh",
    "inline",
    "lengths",
    "load",
    "sizes",
    "synthetic",
]
