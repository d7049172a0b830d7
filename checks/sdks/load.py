"""The shipped SDK data, and an SDK as it is in one of its releases."""

from __future__ import annotations

import functools
from pathlib import Path

from ..compiled import compiled
from .pins import Version
from .schema import Knowledge, Sdk

FOLDER = Path(__file__).parent


@functools.cache
def load() -> Knowledge:
    """Return the shipped data, read once a process. Raises DataError where it is malformed."""
    return compiled(FOLDER / "families", [*sorted(FOLDER.glob("*.yaml")), *sorted(FOLDER.glob("*.py"))], _read)


def _read() -> Knowledge:
    from .families import load_folder

    return load_folder(FOLDER)


def for_version(sdk: Sdk, version: Version | str | None) -> Sdk:
    """Return the SDK as it is in the release in effect; None means the newest."""
    if version is None:
        return sdk
    wanted = Version(locked=version) if isinstance(version, str) else version
    fitting = [older.sdk for older in sdk.before if wanted.is_before(older.version)]
    return fitting[-1] if fitting else sdk
