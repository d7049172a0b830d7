"""What was said on the command line of a bench, as the part of a scenario that says the same: so there is one reader of
both, and its mistakes name the option."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..bench.scenarios import Document, Settings, read

Keys = tuple[str, ...]

PLACES: Mapping[str, Keys] = {
    "load": ("load",),
    "requests": ("stops", "requests"),
    "duration": ("stops", "duration"),
    "max_spend": ("stops", "spend"),
    "max_tokens": ("stops", "tokens"),
    "max_errors": ("stops", "errors"),
    "prompt": ("prompts", "texts"),
    "prompts": ("prompts", "source"),
    "cache_bust": ("prompts", "cache_bust"),
    "slo": ("slo",),
    "model": ("model",),
    "max_output": ("options", "max_output"),
    "temperature": ("options", "temperature"),
    "no_stream": ("options", "stream"),
    "warmup": ("warmup",),
    "seed": ("seed",),
    "workers": ("workers",),
    "daily_users": ("users", "daily"),
    "calls_per_user": ("users", "calls"),
    "key_env": ("key", "env"),
    "key_file": ("key", "file"),
    "timeout": ("wire", "total_timeout"),
    "read_timeout": ("wire", "read_timeout"),
    "connect_timeout": ("wire", "connect_timeout"),
    "no_keepalive": ("wire", "keepalive"),
    "http2": ("wire", "http2"),
    "proxy": ("wire", "proxy"),
    "ca": ("wire", "ca"),
    "insecure": ("wire", "insecure"),
    "runs": ("runs",),
    "tolerance": ("tolerance",),
}
"""Where in a scenario each option stands."""


def settings_of(given: Mapping[str, Any]) -> Settings:
    """The settings that options come to. Raises ScenarioError with every mistake."""
    tree: dict[str, Any] = {}
    names: dict[tuple[str | int, ...], str] = {}
    for option, keys in PLACES.items():
        value = given[option]
        flag = f"--{option.replace('_', '-')}"
        for end in range(1, len(keys) + 1):
            names.setdefault(keys[:end], flag)
        names[keys] = flag
        if value is None or value is False:
            continue
        into = tree
        for key in keys[:-1]:
            into = into.setdefault(key, {})
        into[keys[-1]] = not option.startswith("no_") if value is True else value
    return read(Document(value=tree, names=names)).settings
