"""Report: documents out of results. One file a format, one interface; the faces below are all that the CLI uses."""

from .interface import AUDIT_FORMATS, CALLS_FORMATS, ONE_CALL_FORMATS, RULES_FORMATS
from .look import Look
from .one_call import find as find_call

__all__ = ["AUDIT_FORMATS", "CALLS_FORMATS", "ONE_CALL_FORMATS", "RULES_FORMATS", "Look", "find_call"]
