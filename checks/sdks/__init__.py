"""What the world's LLM SDKs look like and do by default: data in YAML families, and the code that reads it."""

from .load import for_version, load
from .pins import Version
from .providers import Api
from .schema import Framework, Knowledge, Library, Sdk
from .versions import Installed, installed_versions

__all__ = [
    "Api",
    "Framework",
    "Installed",
    "Knowledge",
    "Library",
    "Sdk",
    "Version",
    "for_version",
    "installed_versions",
    "load",
]
