"""What holds at one file: the limits of the whole project, and over them those for its path."""

from __future__ import annotations

from collections.abc import Mapping

from ..files.ignore import Pattern
from .values import Config


def limits_at(config: Config, rule: str, path: str) -> Mapping[str, float]:
    """The limits that the configuration gives a rule for a file; empty where it gives none."""
    found = dict(config.limits.get(rule, {}))
    for each in config.paths:
        own = each.limits.get(rule)
        if own and Pattern(each.pattern).covers(path):
            found.update(own)
    return found
