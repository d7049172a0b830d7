"""What was said on the command line of a bench, read; all mistakes are told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from ..bench import texts
from ..bench.keys import KeySource, variable
from ..bench.mistakes import BenchMistake, ScenarioError
from ..bench.scenarios import Asked, Settings, money, prompts
from ..bench.shapes import Shape, parse
from ..bench.slo import Slo
from ..bench.slo import parse as thresholds

T = TypeVar("T")


class Said:
    """Reads one option after the other and keeps what was wrong."""

    def __init__(self) -> None:
        self._mistakes: list[str] = []

    def done(self, settings: Settings) -> Settings:
        """The settings, where nothing was wrong. Raises ScenarioError."""
        if self._mistakes:
            raise ScenarioError(self._mistakes)
        return settings

    def settings(self, *, wire: Mapping[str, Any], model: str | None, runs: str | None, **given: Any) -> Settings:
        """Settings of what was given; the rest is as nobody had said it."""
        said = {name: value for name, value in given.items() if value is not None}
        known = {name: value for name, value in wire.items() if value is not None}
        if "ca" in known:
            known["ca"] = Path(known["ca"])
        return Settings(model=model or "", runs=Path(runs) if runs else None, wire=known, **said)

    def seconds(self, option: str, text: str | None) -> float | None:
        """A time."""
        return self._read(option, text, texts.seconds)

    def share(self, option: str, text: str | None) -> float | None:
        """A part of one."""
        return self._read(option, text, texts.ratio)

    def number(self, option: str, text: str | None) -> float | None:
        """A number."""
        return self._read(option, text, texts.amount)

    def money(self, option: str, text: str | None) -> Decimal | None:
        """US dollars."""
        return self._read(option, text, money)

    def shapes(self, text: str | None) -> tuple[Shape, ...] | None:
        """A load shape."""
        shape = self._read("--load", text, parse)
        return None if shape is None else (shape,)

    def slos(self, given: list[str] | None) -> tuple[Slo, ...] | None:
        """Thresholds."""
        return self._read("--slo", given, thresholds)

    def prompts(self, given: list[str] | None, source: str | None) -> Asked | None:
        """What is asked: texts of the command line, or where it stands."""
        if given and source:
            self._mistakes.append("--prompt and --prompts: give one of them")
            return None
        return Asked(texts=tuple(given)) if given else self._read("--prompts", source, prompts)

    def key(self, name: str | None, file: str | None) -> KeySource | None:
        """Where the key is."""
        if name and file:
            self._mistakes.append("--key-env and --key-file: give one of them")
            return None
        if file:
            return KeySource(file=Path(file))
        known = self._read("--key-env", name, variable)
        return None if known is None else KeySource((known,))

    def proxy(self, name: str | None) -> KeySource | None:
        """Where the URL of a proxy is, which may hold a password."""
        known = self._read("--proxy-env", name, variable)
        return None if known is None else KeySource((known,))

    def users(self, daily: int | None, calls: str | None) -> dict[str, Any] | None:
        """For a projection."""
        each = self.number("--calls-per-user", calls)
        if daily is None and each is not None:
            self._mistakes.append("--calls-per-user: says nothing without --daily-users")
        return None if daily is None else {"daily": daily, "calls": 1.0 if each is None else each}

    def _read(self, option: str, given: Any, reader: Callable[[Any], T]) -> T | None:
        if given is None:
            return None
        try:
            return reader(given)
        except BenchMistake as error:
            self._mistakes += [f"{option}: {each}" for each in error.mistakes]
        except ValueError as error:
            self._mistakes.append(f"{option}: {error}")
        return None
