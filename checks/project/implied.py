"""Which releases the imports of a project give away: a name that later ones don't have."""

from __future__ import annotations

from ..sdks.pins import Version, release
from ..sdks.schema import Sdk
from .source import Source


def implied(source: Source, sdks: tuple[Sdk, ...]) -> dict[str, Version]:
    """By SDK id: the releases under the oldest boundary that an imported name stands for."""
    boundaries = {name: (sdk.id, boundary) for sdk in sdks for name, boundary in sdk.implies.items()}
    roots = {name.partition(".")[0] for name in boundaries}
    found: dict[str, Version] = {}
    for path in source.paths() if boundaries else ():
        for level, module, names in source.imports(path):
            if level or module.partition(".")[0] not in roots:
                continue
            for name in (module, *(f"{module}.{each}" for each in names)):
                sdk, boundary = boundaries.get(name, ("", ""))
                known = found.get(sdk)
                if sdk and (known is None or release(boundary) < release(known.below or boundary)):
                    found[sdk] = Version(below=boundary)
    return found
