"""The per-request file: written while a run goes on, and the only thing that figures are computed from."""

from .columns import MISSING, Columns, Run, columns, load
from .model import (
    FAILURES,
    SCHEMA,
    TIMINGS,
    Clock,
    End,
    Header,
    Reply,
    Sample,
    Times,
    Tokens,
    kept_headers,
)
from .read import Reading
from .write import Writer

__all__ = [
    "FAILURES",
    "MISSING",
    "SCHEMA",
    "TIMINGS",
    "Clock",
    "Columns",
    "End",
    "Header",
    "Reading",
    "Reply",
    "Run",
    "Sample",
    "Times",
    "Tokens",
    "Writer",
    "columns",
    "kept_headers",
    "load",
]
