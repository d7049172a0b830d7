from dataclasses import dataclass, field
from typing import Protocol
from ..protocols import Message, Prompt


class Expect(Protocol):
    def met(self, text: str) -> tuple[bool, str]: ...


@dataclass(frozen=True)
class Case:
    prompt: Prompt
    tags: tuple[str, ...] = ()
    expect: Expect | None = None
    then: tuple[Message, ...] = ()
    max_output: int | None = None


class Deck(Protocol):
    def case(self, index: int) -> Case: ...
