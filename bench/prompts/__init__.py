from dataclasses import dataclass
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
    @property
    def source(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def hash(self) -> str: ...
    @property
    def nonce(self) -> bool: ...

    def case(self, index: int) -> Case: ...
