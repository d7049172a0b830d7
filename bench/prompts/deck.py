"""What a run asks, as a value that all its workers have alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..mistakes import PromptsError
from . import nonce
from .model import Case
from .pools import Pool, pool
from .tokens import Size, sizes


@dataclass(frozen=True, slots=True)
class Deck:
    """Cases by index. It can be handed to other processes, where the same index brings the same case."""

    pool: Pool
    source: str
    """Where they come from, for people."""
    salt: str = ""
    """Of the nonces; empty: requests begin as they are written."""
    notes: tuple[str, ...] = ()
    """What was decided when they were read, a line each: what was left out and why, how times were taken."""
    judged: bool = True
    """Whether answers are held against what is expected of them."""

    @classmethod
    def of(cls, cases: Sequence[Case], *, source: str = "prompts", seed: int = 0, salt: str = "") -> Deck:
        """A deck of these cases. With times they come in their order, else in shuffled passes.

        Raises PromptsError where there is none.
        """
        if not cases:
            raise PromptsError([f"{source}: there are no prompts in it"])
        return cls(pool(sorted(cases, key=lambda each: each.at or 0.0), seed), source, salt)

    def case(self, index: int) -> Case:
        """The case of an index from 0 on: pure, and quick (some 10 µs)."""
        case = self.pool.case(index)
        if case.expect is not None and not self.judged:
            case = replace(case, expect=None)
        return nonce.prefixed(case, self.salt, index) if self.salt else case

    @property
    def count(self) -> int | None:
        """How many different cases there are; None: each is another."""
        return self.pool.count

    @property
    def nonce(self) -> bool:
        """Whether each request begins as no other does."""
        return bool(self.salt)

    @property
    def hash(self) -> str:
        """Of the content, `sha256:…`: what is asked and expected, not the order and not the nonces."""
        return self.pool.hash

    @property
    def times(self) -> tuple[float, ...]:
        """When a trace's requests were sent, in seconds, for a replay; empty where it is no trace."""
        return self.pool.times

    def salted(self, salt: str = "") -> Deck:
        """The same with a nonce before each request: a salt of its own, or the given one of a run."""
        return replace(self, salt=salt or nonce.fresh())

    def unjudged(self) -> Deck:
        """The same with nothing expected of the answers: for a server that only seems to think."""
        return replace(self, judged=False)

    def size(self, model: str = "", most: int = 200) -> Size:
        """The tokens of the first prompts as they will be asked, for an estimate before the run."""
        some = range(most if self.count is None else min(most, self.count))
        return sizes(["\n\n".join(each.text for each in self.case(at).prompt.messages) for at in some], model)

    def as_json(self) -> dict[str, str | int | None]:
        """As it stands in a run's plan."""
        return {"source": self.source, "count": self.count, "hash": self.hash, "nonce": self.salt or None}
