"""aiready: a production-readiness auditor for software that calls language models."""

__version__ = "0.1.0"
