"""What can be wrong with what the bench is given, as one small family.

BenchMistake
├── ShapeError       a load shape, a plan or a stop that can't be meant
├── SloError         a threshold that can't be judged
├── CostError        prices in a configuration or a result that can't be used
├── SamplesError     a file of samples that can't be written or read
├── SimulatorError   settings of the simulator that can't be meant
├── RunError         a run that couldn't be carried out
├── PromptsError     prompts that can't be read, or that ask nothing
├── AuthError        a key that isn't there, or can't be sent
├── KeptError        a run or a baseline that isn't there, or can't be kept or compared
├── TargetError      what to measure can't be told from what was given
├── ScenarioError    a scenario file, or the bench's part of a configuration, with mistakes
├── WireError        an address that nothing can be sent to, or a way that isn't there
├── EndpointError    a description of the user's own endpoint that can't be used
├── UnfitRequest     a prompt or an option that can't be sent this way
└── UnknownProtocol  a name that no protocol has

A failed request is none of these: it is a value, since measuring failures is the bench's work.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class BenchMistake(Exception):
    """Root of the family; its text has a line for each mistake, each saying what is wrong and what to write or do."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)

    def __reduce__(self) -> tuple[type[BenchMistake], tuple[tuple[str, ...]]]:
        """As the mistakes, so that a worker process can hand it to its parent."""
        return type(self), (self.mistakes,)


class ShapeError(BenchMistake):
    """A load shape, sweep, search or stop that can't be carried out."""


class SloError(BenchMistake):
    """Thresholds that can't be judged; all mistakes of all of them."""


class CostError(BenchMistake):
    """Prices that can't be used: all mistakes of a configuration, or what is wrong with a price in a result."""


class SamplesError(BenchMistake):
    """A file of samples that can't be written, or isn't one, or doesn't belong to the others."""


class PromptsError(BenchMistake):
    """A file of prompts with mistakes; all of them, each with its line. Or a length that is none."""


class KeptError(BenchMistake):
    """A run or a baseline that isn't there, or can't be kept or compared: says which there are."""


class EndpointError(BenchMistake):
    """A description of the user's own endpoint with mistakes; all of them."""


class UnfitRequest(BenchMistake):
    """A prompt or an option that a protocol has no place for: says which, and what to do."""


class UnknownProtocol(BenchMistake):
    """No protocol has that name: says which there are."""


class WireError(BenchMistake):
    """A URL that requests can't be sent to, which is shown without what may be a key; certificates that can't be read;
    a library that is missing for the way that was asked for."""


class AuthError(BenchMistake):
    """A key that is needed and wasn't found, or can't be sent; a header that can't. Never holds the key."""


class TargetError(BenchMistake):
    """What was given names nothing that can be measured, or too much. Never holds what may be a key."""


class ScenarioError(BenchMistake):
    """A scenario file, or the bench's part of a configuration: every mistake in it, with its line and column."""


class RunError(BenchMistake):
    """A run that couldn't be carried out, or not to its end, by no fault of what it measures."""


class SimulatorError(BenchMistake):
    """Settings of the simulator that can't be meant, or a place at which it can't listen."""
