"""Report: documents out of results. One file a format, one interface; the faces below are all that the CLI uses."""

from .interface import AUDIT_FORMATS, CALLS_FORMATS, RULES_FORMATS
from .look import Look

__all__ = ["AUDIT_FORMATS", "CALLS_FORMATS", "RULES_FORMATS", "Look"]
