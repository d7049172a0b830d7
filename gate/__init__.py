"""Whether a release may go out: one policy held against an audit and what was measured."""

from .model import Case, Excepted, Measured, Policy, Row, Ruling, Use
from .reading import policy_of
from .ruling import ruled

__all__ = ["Case", "Excepted", "Measured", "Policy", "Row", "Ruling", "Use", "policy_of", "ruled"]
