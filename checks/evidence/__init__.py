"""What a repository declares beside its Python: pipelines, alert rules, evaluations, gateways, documentation."""

from .declared import Declared, Evidence

__all__ = ["Declared", "Evidence"]
