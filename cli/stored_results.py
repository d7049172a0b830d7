"""What a word on the command line of `aiready report` stands for: an audit's document, a run, or several of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from ..checks.catalogue import Rule
from ..checks.errors import UsageError
from ..checks.model import Audit

KEPT = "history:"
"""Before the number of a result in the history."""
SAMPLES = "aiready.samples/"
"""What the schema of a run's own files begins with."""
_LINE = 1 << 20
"""Characters within which the first line of a document ends that stands on one line."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One result, and the word it was asked for by."""

    name: str
    result: Audit | str
    """An audit, or a run as `bench.outcome` finds it."""
    rules: tuple[Rule, ...] = ()
    """What an audit tells of its rules."""


def located(words: Sequence[str]) -> tuple[Stored, ...]:
    """Every result that the words stand for. Raises UsageError and HistoryError; that a run isn't there is found when
    it is read."""
    if not words:
        raise UsageError("no result: name an audit's JSON document, a run, or both; --trend alone shows the history")
    return tuple(each for word in words for each in _located(word))


def _located(word: str) -> Iterator[Stored]:
    if word.startswith(KEPT):
        yield from _kept(word)
    elif (document := _document(Path(word))) is None:
        yield Stored(word, word)
    else:
        yield from _read(word, document, Path(word).parent)


def _kept(word: str) -> Iterator[Stored]:
    from ..history.reading import document_of
    from .keeping import home

    number = word.removeprefix(KEPT)
    if not (number.isascii() and number.isdigit()):
        raise UsageError(f"{word!r}: after {KEPT} stands the number of a result; `aiready history` lists them")
    place = home(".")
    yield from _read(word, json.loads(document_of(place, int(number[:18]))), place.parent)


def _document(place: Path) -> Any | None:
    """The JSON document of a file; None for what is no file, or a file of JSON lines, as those of a run are."""
    if not place.is_file():
        return None
    try:
        with place.open(encoding="utf-8") as file:
            first = file.readline(_LINE)
            lone = _parsed(first)
            if lone is not None and file.read(1):
                return None
            return lone if lone is not None else json.loads(first + file.read())
    except UnicodeDecodeError as error:
        raise UsageError(f"{str(place)!r} is neither an audit nor a run: it is no text in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{str(place)!r} is neither an audit's JSON document nor a run's file: {error}") from error
    except OSError as error:
        raise UsageError(f"can't read {str(place)!r}: {error.strerror or error}") from error


def _parsed(line: str) -> Any | None:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _read(word: str, document: Any, beside: Path) -> Iterator[Stored]:
    """`beside`: the folder in which a run's files may lie, or their paths begin."""
    from ..report.audit_stored import read, rules

    match document:
        case {"schema": "aiready.audit/1"}:
            yield Stored(word, read(json.dumps(document), word), rules(document))
        case {"schema": "aiready.bench/1"}:
            yield Stored(word, _samples(word, document, beside))
        case {"schema": "aiready.compare/1", "runs": [*runs]}:
            yield from (Stored(word, _samples(word, each, beside)) for each in runs)
        case {"schema": "aiready.report/1", "audits": [*audits], "runs": [*runs]}:
            for each in (*audits, *runs):
                yield from _read(word, each, beside)
        case {"schema": "aiready.trend/1" | "aiready.gate/1" as name}:
            raise UsageError(
                f"{word!r} is of schema {name}, which holds figures but no results: name those it was made of"
            )
        case {"schema": str(name)} if name.startswith(SAMPLES):  # of a run that was killed right away
            yield Stored(word, word)
        case _:
            raise UsageError(
                f"{word!r} is neither an audit nor a run: `aiready audit --format json --output FILE` makes the one,"
                " `aiready bench` the other"
            )


def _samples(word: str, document: Any, beside: Path) -> str:
    """The run that a load test's document tells of. Its figures are computed anew, so its samples must be there."""
    about = cast("dict[str, Any]", document if isinstance(document, dict) else {})
    said = Path(str(about.get("samples") or ""))
    run = str(about.get("run"))
    if (beside / "worker-0.jsonl").is_file():
        return str(beside)
    for place in (said, beside / said):
        if said.name and (place.is_file() or (place / "worker-0.jsonl").is_file()):
            return str(place)
    raise UsageError(f"{word!r} tells of the run {run}, whose samples are not at {str(said)!r} any more")
