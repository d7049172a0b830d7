"""How a run went over time: what a sparkline shows and a percentile hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..metrics import METRICS, Window
from .model import Course

if TYPE_CHECKING:
    from ..samples import Columns
    from ..samples.columns import Ints, Mask

SLOTS = 40


def course(of: Columns, window: Window | None) -> Course | None:
    """The window in slots; None where it has no length."""
    import numpy as np

    if window is None:
        return None
    measured = of.rows(of.measured)
    metric = "ttft" if len(measured.chunks) else "e2e"
    fine = measured.succeeded
    sent = _slot(measured.numbers["t0"], window)
    values = np.where(fine, METRICS[metric].of(measured), np.nan)
    medians = (values[(sent == slot) & ~np.isnan(values)] for slot in range(SLOTS))
    return Course(
        window.seconds / SLOTS,
        _counts(measured, fine, window),
        _counts(measured, ~fine, window),
        tuple(float(np.median(each)) if len(each) else None for each in medians),
        metric,
    )


def _slot(times: Ints, window: Window) -> Ints:
    import numpy as np

    places: Ints = (times - window.start) * SLOTS // (window.end - window.start)
    return np.clip(places, 0, SLOTS - 1)


def _counts(of: Columns, mask: Mask, window: Window) -> tuple[int, ...]:
    import numpy as np

    return tuple(map(int, np.bincount(_slot(of.numbers["t_end"][mask], window), minlength=SLOTS)))
