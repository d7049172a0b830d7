"""Reads the files beside the code, each at most once and within bounds, for what they declare.

Nothing is run, no link is followed, and what is kept of a file is where something stands and what kind of thing it is,
never its values.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, cast

from ..model import Place
from .declared import Declared, Evidence
from .marks import Marks, load

MOST_BYTES = 400_000
"""Larger files are no configuration anybody writes by hand; a table of results may be."""
IN_ALL = 40_000_000
RESULTS = re.compile(r"(?:^|/)\.aiready/[^/]*(?:/[^/]*)?\.json$")
BENCH = "aiready.bench/1"
LONGEST = 5000
"""Characters of a line that are looked at."""
_BETWEEN = r"[-_.:\s]"
"""What stands between the words of a model's name, in code and in prose."""
_PROVIDER = re.compile(r"^(?:[a-z]+\.)+(?=[a-z])")
ROLES_IN = "model"
"""What each of the settings holds that are known as naming a model (`roles` in marks.yaml)."""
SAMPLES = re.compile(r"(?:^|/)(?:tests?|fixtures?|examples?|samples?|node_modules|site-packages|templates?/tests)/")
"""Folders whose files declare nothing of this project."""


def gather(
    root: str, beside: Iterable[tuple[str, int, int]], python: Mapping[str, bytes], models: Iterable[str]
) -> Evidence:
    """What the listed files declare. `python` holds code that is not audited or may be an evaluation, by path;
    `models` are the names of models in use, for which the documentation is searched."""
    marks, found, unread = load(), list[Declared](), list[tuple[str, str]]()
    left, names = IN_ALL, _Names(marks, models)
    expressions = [(mark, re.compile(mark.path)) for mark in marks.files]
    for path, size, _ in beside:
        low = path.lower()
        document = marks.pattern("documents").search(path)
        concerned = [each for each in expressions if each[1].search(low)]
        pipeline = marks.pattern("pipelines").search(path)
        result = RESULTS.search(path)
        if not (document or concerned or pipeline or result) or SAMPLES.search(path):
            continue
        if size > MOST_BYTES or left < size:
            unread.append((path, "too large" if size > MOST_BYTES else "too many files"))
            continue
        left -= size
        text = _text(root, path)
        if text is None:
            unread.append((path, "unreadable"))
            continue
        for mark, _ in concerned:
            hit = re.search(mark.holds, text, re.MULTILINE)
            if hit:
                found.append(Declared(mark.topic, _at(path, text, hit.start()), mark.what))
        if pipeline:
            found += _runs(marks, path, text)
        if result:
            found += _bench(path, text)
        if document:
            found += _routing(marks, path, text, names)
    found += _suites(marks, python)
    return Evidence(
        tuple(sorted(found, key=lambda each: (each.place.path, each.place.line, each.topic))), tuple(unread)
    )


def _text(root: str, path: str) -> str | None:
    try:
        with open(os.path.join(root, path), "rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError:
        return None
    return None if b"\0" in data else data.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def _at(path: str, text: str, offset: int) -> Place:
    """The line of an offset; leading blank lines that an expression took along are no part of it."""
    while offset < len(text) and text[offset].isspace():
        offset += 1
    return Place(path, text.count("\n", 0, offset) + 1)


def _runs(marks: Marks, path: str, text: str) -> Iterator[Declared]:
    """Steps of a pipeline that run evaluations; what stands in a comment runs nothing."""
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.partition(" #")[0][:LONGEST]
        if not bare.lstrip().startswith(("#", "name:", "- name:")) and marks.pattern("runs").search(bare):
            yield Declared("evals-run", Place(path, number), "the pipeline runs evaluations")
            return


def _bench(path: str, text: str) -> Iterator[Declared]:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(raw, dict):
        return
    data = cast("dict[str, Any]", raw)
    if data.get("schema") == BENCH:
        verdict = data.get("verdict")
        good = verdict == "pass" and bool(data.get("metrics"))
        word = verdict if verdict in {"pass", "fail", "inconclusive", "invalid"} else "without a verdict"
        yield Declared("bench", Place(path, 1), f"bench result: {word}", good, _day(data.get("window")))
        part = _from_cache(data.get("tokens")) if good else 0.0
        if part:
            yield Declared(
                "cache", Place(path, 1), f"bench result: {part:.0%} of the input came from the provider's cache"
            )


def _from_cache(tokens: object) -> float:
    """The part of a run's input tokens that the provider says it had in its cache; below a hundredth, none."""
    counts = cast("dict[str, object]", tokens) if isinstance(tokens, dict) else {}
    cached, whole = counts.get("cached"), counts.get("input")
    if not isinstance(cached, int) or not isinstance(whole, int) or whole <= 0:
        return 0.0
    return cached / whole if cached * 100 >= whole else 0.0


def _day(window: object) -> str:
    """The last day on which something was measured, YYYY-MM-DD; empty where no time in ISO 8601 is told."""
    days = [""]
    for each in cast("dict[str, object]", window).values() if isinstance(window, dict) else ():
        with suppress(ValueError):
            days += [f"{datetime.fromisoformat(each):%Y-%m-%d}"] if isinstance(each, str) else []
    return max(days)


class _Names:
    """The names of the models in use, as code and people write them, and of settings that name a model."""

    def __init__(self, marks: Marks, models: Iterable[str]) -> None:
        self._exact = sorted(set(models), key=lambda name: (-len(name), name))  # gpt-4o-mini before gpt-4o
        self._spoken = {words: model for model in self._exact if (words := _words(model))}
        spoken = (_BETWEEN.join(map(re.escape, words)) for words in self._spoken)
        forms = (marks.patterns["roles"], *map(re.escape, self._exact), *spoken)
        self._form = re.compile("|".join(forms), re.IGNORECASE)
        hints = {ROLES_IN, *((_words(model) or (model.lower(),))[0] for model in self._exact)}
        self._hint = re.compile("|".join(map(re.escape, sorted(hints))))

    def lines(self, text: str) -> Iterator[tuple[int, str, re.Match[str]]]:
        """The lines that hold a name: number from 1, text, the first name."""
        for number, (line, low) in enumerate(zip(text.split("\n"), text.lower().split("\n"), strict=True), 1):
            hit = self._form.search(line) if len(line) < LONGEST and self._hint.search(low) else None
            if hit is not None:
                yield number, line, hit

    def models(self, line: str) -> set[str]:
        """The models that a line names."""
        found = (each[0] for each in self._form.finditer(line))
        return {word if word in self._exact else self._spoken.get(_words(word), "") for word in found} - {""}


def _routing(marks: Marks, path: str, text: str, names: _Names) -> Iterator[Declared]:
    """A line that names a model, or speaks of one as a setting, and the task it serves."""
    tasks, serves = marks.pattern("tasks"), marks.pattern("routing")
    known, first = set[str](), 0
    for number, line, hit in names.lines(text):
        if serves.search(line) and tasks.search(line.replace(hit[0], " ")):
            yield Declared("routing", Place(path, number), "says what a model serves")
            return
        told = names.models(line)
        known |= told
        first = first or (number if told else 0)
    if len(known) > 1:
        yield Declared("routing", Place(path, first), "names the models, not their tasks", good=False)


def _words(model: str) -> tuple[str, ...]:
    """A model's name as people write it, in words: `global.anthropic.claude-opus-5` is Claude Opus 5. Empty for a name
    of one word, which may be anything in a text."""
    bare = _PROVIDER.sub("", model.rpartition("/")[2].lower())
    words = tuple(filter(None, re.split(_BETWEEN, bare)))
    return words if len(words) > 1 else ()


def _suites(marks: Marks, python: Mapping[str, bytes]) -> Iterator[Declared]:
    """Python that evaluates answers: it uses an evaluation library, or it scores in a folder named for that."""
    suites = marks.suites
    names = "|".join(map(re.escape, suites.imports))
    uses = re.compile(rf"^[ \t]*(?:from|import)\s+(?:{names})\b|{suites.calls}".encode(), re.MULTILINE)
    scores = re.compile(suites.holds.encode(), re.IGNORECASE)
    seen = set[str]()
    for path, data in sorted(python.items()):
        folder = next((part for part in path.split("/")[:-1] if part.lower() in suites.folders), "")
        used = uses.search(data)
        where = folder or path
        if where not in seen and (used or (folder and scores.search(data))):
            seen.add(where)
            line = data.count(b"\n", 0, used.start()) + 1 if used else 1
            yield Declared("evals", Place(path, line), "evaluations in Python")
