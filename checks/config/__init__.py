"""What a project says of itself: its configuration file, checked whole before anything is done with it."""

from .find import configured
from .knowledge import with_declared
from .local import limits_at
from .values import Attestation, Config, Declared, Local

__all__ = ["Attestation", "Config", "Declared", "Local", "configured", "limits_at", "with_declared"]
