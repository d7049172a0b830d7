"""What a run cost, by the price that its plan names: costs, months, and the same tokens on other models."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ..cost import Costs, Projection, costs, projected, what_if
from ..mistakes import CostError
from ..prices import Price, PriceUnknown, price_from
from .model import Json, Money, part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..metrics import Objective
    from ..samples import Columns

UNPRICED = "no price was known for this model when it ran; give prices in the configuration"


def money(of: Columns, plan: Json, objectives: Sequence[Objective], day: date) -> Money | str:
    """What these samples cost; why nothing can be told where that is so.

    day: of the run, since other models are priced as of then.
    """
    try:
        price = price_from(plan["price"]) if plan.get("price") else None
    except CostError as error:
        return "; ".join(error.mistakes)
    if price is None:
        return str(plan.get("price_unknown") or UNPRICED)
    return _money(of, plan, price, objectives, day)


def _money(of: Columns, plan: Json, price: Price, objectives: Sequence[Objective], day: date) -> Money:
    found = costs(of, price, objectives)
    others = tuple(each for each in what_if(of, price, day) if not isinstance(each.price, PriceUnknown))
    return Money(found, _month(found, part(plan, "users")), others)


def _month(found: Costs, users: Json) -> Projection | None:
    calls, daily = users.get("calls"), users.get("daily")
    if isinstance(calls, int | float) and isinstance(daily, int | float):
        return projected(found, calls, daily)
    return None
