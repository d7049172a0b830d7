"""A server that answers like the providers, at times and with faults that are known: the reference of our own
accuracy, and something to measure where nothing else is there."""

from .process import Simulator, settle
from .reception import OVERRIDE
from .server import Listening, Server
from .settings import FAULTS, Settings, Stall
from .speech import MODEL
from .truth import Deed, Tally, Truth, deeds
from .words import PROFILES, profile, settings

__all__ = [
    "FAULTS",
    "MODEL",
    "OVERRIDE",
    "PROFILES",
    "Deed",
    "Listening",
    "Server",
    "Settings",
    "Simulator",
    "Stall",
    "Tally",
    "Truth",
    "deeds",
    "profile",
    "settings",
    "settle",
]
