"""Everything that is known of one call: how it is reached, what is in effect and who says so, which rules speak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..checks.catalogue import Catalogue
from ..checks.errors import UsageError
from ..checks.model import Audit, Call, Finding, Flow, Flows, Place, Setting, Step
from . import audit_json, values, wording
from .look import Look
from .terminal import safe, wrap

SCHEMA = "aiready.call/1"
_BODY = " " * 4
_NAMES = 19
_STATES = 13
"""Columns that a fact's name and its state take."""


def find(audit: Audit, where: str) -> int:
    """Index of the call at `path:line`, where the path may be shortened from the left. UsageError, with what there is
    instead, if there is none."""
    path, _, line = where.rpartition(":")
    if not path or not line.isdigit():
        raise UsageError(f"--call wants PATH:LINE, such as app/llm.py:14, not {where!r}")
    path = path.replace("\\", "/").removeprefix("./")
    same = [at for at, call in enumerate(audit.calls) if _is_named(call.place.path, path)]
    number = int(line)
    held = [at for at in same if _covers(audit.calls[at].place, number)]
    if held:
        return min(held, key=lambda at: abs(audit.calls[at].place.line - number))
    lines = ", ".join(str(audit.calls[at].place.line) for at in same)
    there = f"calls of that file begin on lines {lines}" if same else "`aiready calls` lists them all"
    raise UsageError(f"no call to a model at {where}; {there}")


def _is_named(path: str, named: str) -> bool:
    """Whether the shorter path is the end of the other: as seen from the audited folder, or from the current one."""
    return f"/{path}".endswith(f"/{named}") or f"/{named}".endswith(f"/{path}")


def _covers(place: Place, line: int) -> bool:
    return place.line <= line <= max(place.line, place.end_line)


def as_text(audit: Audit, index: int, catalogue: Catalogue, look: Look) -> str:
    """The call in words, in sections."""
    page = _Page(audit, catalogue, look)
    return "\n".join(page.lines(index)) + "\n"


def as_json(audit: Audit, index: int, catalogue: Catalogue, look: Look) -> str:
    """The call, its findings, and the rules that found nothing (`silent`)."""
    del look
    found = [each for each in audit.findings if each.call == index]
    spoke = {each.rule for each in found}
    return values.written(
        {
            **values.head(SCHEMA, audit),
            "call": values.calls(audit)[index],
            "ways": [values.steps(way) for way in audit.calls[index].facts.ways],
            "findings": [audit_json.finding(each, catalogue) for each in found],
            "silent": [rule.id for rule in catalogue.rules if rule.id not in spoke],
        }
    )


def _of(audit: Audit, index: int) -> list[Finding]:
    return [each for each in audit.findings if each.call == index]


class _Page:
    """What all sections need."""

    def __init__(self, audit: Audit, catalogue: Catalogue, look: Look) -> None:
        self._audit = audit
        self._catalogue = catalogue
        self._look = look
        self._way = look.way_to(audit.root)

    def lines(self, index: int) -> Iterator[str]:
        call, found = self._audit.calls[index], _of(self._audit, index)
        yield f"{self._look.paint(self._at(call.place), 'place')}  {safe(call.sdk)} {safe(call.method)}"
        yield from self._wrapped(_what(call), "  ")
        yield from self._section("Reached from", self._ways(call))
        yield from self._section("In effect", self._facts(call))
        yield from self._section("Text that comes in", self._flows(call.facts.untrusted))
        yield from self._section("What becomes of the answer", self._flows(call.facts.output))
        yield from self._section("Rules that speak", self._rules(found))
        spoke = {each.rule for each in found}
        silent = ", ".join(rule.name for rule in self._catalogue.rules if rule.id not in spoke)
        yield from self._section("Rules that have nothing to say", self._wrapped(silent, "  "))

    def _section(self, title: str, lines: Sequence[str] | Iterator[str]) -> Iterator[str]:
        held = list(lines)
        if held:
            yield ""
            yield self._look.paint(title, "help")
            yield from held

    def _ways(self, call: Call) -> Iterator[str]:
        for way in call.facts.ways:
            yield from self._steps(way)
        left = call.paths - len(call.facts.ways)
        if left > 0:
            yield f"  and {left} more"

    def _steps(self, steps: Sequence[Step]) -> Iterator[str]:
        for at, step in enumerate(steps):
            yield from self._wrapped(f"{self._at(step.place)}: {safe(step.note)}", _BODY if at else "  ")

    def _facts(self, call: Call) -> Iterator[str]:
        facts = call.facts
        seconds = "" if facts.timeout.seconds is None else f"{facts.timeout.seconds:g} s"
        attempts = "" if facts.retry.attempts is None else f"{facts.retry.attempts} requests at most"
        yield from self._fact("timeout", facts.timeout.state, facts.timeout.where, seconds, facts.timeout.source)
        yield from self._fact("retry", facts.retry.state, facts.retry.where, attempts, facts.retry.source)
        for layer in facts.retry.layers:
            number = "no end" if not layer.bounded else "?" if layer.attempts is None else str(layer.attempts)
            idle = f"without effect: {layer.without_effect}" if layer.without_effect else ""
            yield from self._fact("", f"{layer.kind} ({number})", layer.where, layer.name, idle)
        misses = f"misses {', '.join(facts.guard.misses)}" if facts.guard.misses else ""
        yield from self._fact("guard", facts.guard.state, facts.guard.where, misses)
        for handler in facts.guard.handlers:
            yield from self._fact("", "except", handler.where, ", ".join(handler.catches))
        for name in _SETTINGS:
            fact: Setting = getattr(facts, name)
            yield from self._fact(name, fact.state, fact.where, fact.detail)

    def _fact(self, name: str, state: str, where: Place | None, *said: str) -> Iterator[str]:
        more = [each for each in said if each] + ([self._at(where)] if where is not None else [])
        head = f"  {name:<{_NAMES}}{safe(state):<{_STATES}}"
        lines = self._wrapped(safe(", ".join(more)), " " * (_NAMES + _STATES + 2))
        if not lines or len(head.rstrip()) + 2 > _NAMES + _STATES + 2:
            yield head.rstrip()
            yield from lines
        else:
            yield head + lines[0].lstrip()
            yield from lines[1:]

    def _flows(self, flows: Flows) -> Iterator[str]:
        for flow in flows.found:
            yield from self._wrapped(_told(flow), "  ")
            yield from self._steps_below(flow.trace)

    def _steps_below(self, steps: Sequence[Step]) -> Iterator[str]:
        for step in steps:
            yield from self._wrapped(f"{self._at(step.place)}: {safe(step.note)}", _BODY)

    def _rules(self, found: Sequence[Finding]) -> Iterator[str]:
        for each in found:
            rule = self._catalogue.rule(each.rule)
            shown = "" if each.persona == "regular" else f" ({each.persona})"
            gone = "" if each.suppressed is None else f" (suppressed: {safe(each.suppressed) or 'no reason given'})"
            yield f"  {self._look.paint(each.severity, each.severity)} {rule.id} {rule.name}{shown}{gone}"
            yield from self._wrapped(safe(each.message), _BODY)

    def _at(self, place: Place) -> str:
        return wording.location(place, self._way)

    def _wrapped(self, text: str, indent: str, hang: str = "") -> list[str]:
        return wrap(text, self._look.width, indent, hang) if text else []


_SETTINGS = (
    "max_output", "streaming", "blocking_in_async", "model", "audience", "fallback", "usage", "observed", "cache",
    "input_limit",
)  # fmt: skip


def _what(call: Call) -> str:
    inside = f" in {safe(call.function)}" if call.function else ""
    return f"a call of kind {call.kind}{inside}, found with {call.confidence} confidence"


def _told(flow: Flow) -> str:
    whose = "" if flow.source == "unknown" else f" ({flow.source})"
    bounded = "; its length is bounded" if flow.limited is not None else ""
    return f"{flow.state}: {safe(flow.what)}{whose}{bounded}"
