"""What is sent for the nth request of a run, whichever process sends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from ..protocols import Api, Options, Prompt, Request, Usage
from ..protocols.openai_embeddings import OpenAIEmbeddings
from ..transport.interface import Headers

if TYPE_CHECKING:
    from ..prompts import Case, Deck

Cost = Callable[[Usage], Decimal | None]
"""What an answer cost in US dollars, by its counts; None where that isn't known."""
Ceiling = Callable[[int, int | None], Decimal]
"""The most that a request can cost in US dollars, by the bytes of its body and the longest answer asked for."""


@dataclass(frozen=True, slots=True)
class Asking:
    """All that decides what is sent, apart from when."""

    api: Api
    options: Options
    deck: Deck
    key: str = field(default="", repr=False)
    headers: Headers = field(default=(), repr=False)
    """Further ones, of the user's own."""
    cost: Cost | None = field(default=None, repr=False)
    ceiling: Ceiling | None = field(default=None, repr=False)
    """Only where money is to be capped."""
    unbilled: frozenset[str] = frozenset()
    """Classes of failures that cost nothing."""

    def case(self, index: int) -> Case:
        """What the nth request of the run asks."""
        return self.deck.case(index)

    def request(self, case: Case, prompt: Prompt) -> Request:
        """The request, its key filled in. Raises UnfitRequest."""
        options = self.options
        if not isinstance(self.api, OpenAIEmbeddings):  # these generate nothing
            options = replace(options, max_output=self.longest(case))
        request = self.api.request(prompt, options)
        auth = request.auth
        own = ((auth.header, auth.prefix + self.key),) if auth and self.key else ()
        return replace(request, headers=(*request.headers, *self.headers, *own))

    def longest(self, case: Case) -> int | None:
        """Tokens of the longest answer that a case may have; None: as long as the model likes."""
        return self.options.max_output if case.max_output is None else case.max_output

    @property
    def streamed(self) -> bool:
        """Whether answers come as streams."""
        return self.options.stream and self.api.framing is not None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be in no result: the key, and values of headers of the user's own, which may be one."""
        return tuple(each for each in (self.key, *(value for _, value in self.headers)) if each)
