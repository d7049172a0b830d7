"""What a project says of itself: its configuration file, checked whole before anything is done with it."""

from .find import configured, place, section
from .knowledge import with_declared
from .local import limits_at
from .values import Attestation, Config, Declared, Local, Section

__all__ = [
    "Attestation",
    "Config",
    "Declared",
    "Local",
    "Section",
    "configured",
    "limits_at",
    "place",
    "section",
    "with_declared",
]
