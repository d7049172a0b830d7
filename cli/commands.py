"""The commands by name, in the order in which help lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .audit import audit
from .baseline import baseline
from .bench import bench
from .calls import calls
from .gate import gate
from .history import history
from .init import init
from .results import compare, report
from .rules import explain, rules
from .simulate import simulate

COMMANDS: Mapping[str, Callable[..., int]] = {
    "audit": audit,
    "calls": calls,
    "baseline": baseline,
    "bench": bench,
    "report": report,
    "compare": compare,
    "gate": gate,
    "history": history,
    "rules": rules,
    "explain": explain,
    "simulate": simulate,
    "init": init,
}
"""Each takes what was chosen for its options, does the work and returns the exit status."""
