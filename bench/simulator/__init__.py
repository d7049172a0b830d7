"""A server that answers like the providers, at times and with faults that are known: the reference of our own
accuracy, and something to measure where nothing else is there."""

from .process import Simulator
from .server import Listening, Server
from .settings import FAULTS, PROFILES, Settings, Stall, profile, settings
from .truth import Deed, Truth, deeds

__all__ = [
    "FAULTS",
    "PROFILES",
    "Deed",
    "Listening",
    "Server",
    "Settings",
    "Simulator",
    "Stall",
    "Truth",
    "deeds",
    "profile",
    "settings",
]
