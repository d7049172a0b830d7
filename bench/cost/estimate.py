"""What a run will cost, before it: three figures and what each takes for granted; and the most that one request can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from ..prices.price import EXACT, MILLION, NONE, Counts, Price
from .tokens import BY_VOCABULARY, counted

if TYPE_CHECKING:
    from ..prompts.model import Case

PER_MESSAGE = 4
"""Tokens that mark a turn's role and its ends, as in OpenAI's chat format."""
SPREAD = 0.7, 1.0, 1.4
"""Of tokens that no tokenizer of the model counted: for the low, the likely and the high figure."""
ANSWER = 50, 300, 4096
"""Tokens of an answer where no limit says more: low, likely, high. Nobody can know, and the assumptions say so."""
UNLIMITED = 16_384
"""Tokens of the longest answer that money is set aside for where no limit is set: so long are GPT-4o's at most."""
CASES = 500
"""So many cases are looked at, evenly spaced: more of them change no digit that matters, and cost time before a run."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much is going to be asked."""

    requests: int
    """Warm-up included."""
    max_output: int | None = None
    """Tokens of the longest answer, for cases that set none of their own."""
    seconds: float | None = None
    """How long it takes, where that is known: for servers that are paid by the hour."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """In US dollars: a guess, with what it is made of."""

    low: Decimal
    likely: Decimal
    high: Decimal
    assumptions: tuple[str, ...]


def estimate(price: Price, cases: Sequence[Case], load: Load) -> Estimate | None:
    """What a run will cost; None where there is nothing to ask, or tokens would be billed that have no rate.

    Cases are asked as often as they weigh, each turn of one is a request that brings all before it, and nothing is read
    from a cache.
    """
    looked = cases[:: max(1, -(-len(cases) // CASES))]
    weight = sum(each.weight for each in looked)
    if not weight > 0:
        return None
    texts = sorted({text for each in looked for text in _texts(each)})
    sizes, how = counted(texts, price.matched)
    size = dict(zip(texts, sizes, strict=True))
    hours = price.held(round((load.seconds or 0.0) * 1e9))
    figures: list[Decimal] = []
    for place, spread in enumerate(SPREAD):
        factor = 1.0 if how == BY_VOCABULARY else spread
        each = [
            _case(price, case, {text: n * factor for text, n in size.items()}, _answer(price, case, load, place))
            for case in looked
        ]
        if None in each:
            return None
        mean = sum((Decimal(case.weight) * (cost or 0) for case, cost in zip(looked, each, strict=True)), NONE)
        figures.append(mean / Decimal(weight) * load.requests + hours)
    low, likely, high = figures
    return Estimate(low, likely, high, tuple(_assumed(price, looked, load, how)))


def worst_case(price: Price, input_tokens: int, max_output: int | None) -> Decimal:
    """The most that a request of up to so many tokens can cost, without the hours of the server. Where no limit is set,
    an answer is taken to be no longer than UNLIMITED: only a limit makes a spend cap hold whatever comes.

    All of the input at the dearest rate for input, all of the output at the dearest for output, in the dearest band
    that it can fall into. Tokens without any rate cost nothing here: what they cost is unknown before as after.
    """
    most, longest = NONE, UNLIMITED if max_output is None else max_output
    with localcontext(EXACT):
        for band in (*price.bands[:1], *(each for each in price.bands if input_tokens > each.above)):
            asked = max(rate or NONE for rate in (band.input, band.cache_read, band.cache_write, band.cache_write_1h))
            made = max(band.output or NONE, band.reasoning or NONE)
            most = max(most, (asked * input_tokens + made * longest) / MILLION)
        return most + price.per_request


def _texts(case: Case) -> Iterator[str]:
    yield from (each.text for each in (*case.prompt.messages, *case.then))


def _case(price: Price, case: Case, size: Mapping[str, float], answer: int) -> Decimal | None:
    """The mean cost of its requests."""
    asked = sum(size[each.text] + PER_MESSAGE for each in case.prompt.messages)
    costs = [price.of(Counts(round(asked), answer))]
    for said in case.then:
        asked += answer + size[said.text] + 2 * PER_MESSAGE
        costs.append(price.of(Counts(round(asked), answer)))
    if None in costs:
        return None
    return sum((each or NONE for each in costs), NONE) / len(costs)


def _answer(price: Price, case: Case, load: Load, place: int) -> int:
    """Tokens of an answer in the low, the likely or the high figure; none where the model bills none."""
    if price.bands and all(band.output is None for band in price.bands):
        return 0
    limit = case.max_output or load.max_output
    return ANSWER[place] if limit is None else limit if place == 2 else min(ANSWER[place], limit)


def _assumed(price: Price, cases: Sequence[Case], load: Load, how: str) -> Iterator[str]:
    if price.bands:
        yield how
        limits = {each.max_output or load.max_output for each in cases}
        low, likely, high = (f"{each:,}" for each in ANSWER)
        top = "the limit" if None not in limits else f"{high}" if limits == {None} else f"the limit or {high}"
        if any(band.output is not None for band in price.bands):
            yield f"answers of {low}, {likely} and {top} tokens, reasoning included: nobody can know before"
        yield "nothing read from a cache"
    if price.per_hour:
        yield f"the server held for {load.seconds:,.0f} s" if load.seconds else "without the hours of the server"
