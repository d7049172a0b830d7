"""The inventory of calls as a table: two lines a call, more where a name is long, to have room in 80 columns."""

from __future__ import annotations

from ..checks.catalogue import Catalogue
from ..checks.model import Audit, Call
from . import summary, wording
from .look import Look
from .terminal import cells, cut, pad, safe

_TITLES = ("KIND", "MODEL", "TIMEOUT", "RETRY", "CAP", "STREAM", "AUDIENCE")
_MODEL = 1
_INDENT = "  "
_FIRST_MOST = 32
_SDK = 12


def document(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """The calls in order of place, then how many there are; quiet leaves out the count."""
    del catalogue
    way = look.way_to(audit.root)
    lines: list[str] = []
    if audit.calls:
        places = [wording.location(call.place, way) for call in audit.calls]
        facts = [_facts(call) for call in audit.calls]
        first, widths = min(max(map(cells, ["CALL", *places])), _FIRST_MOST), _widths(facts, look.width)
        titles = (*_names("CALL", f"{'SDK':{_SDK}} METHOD", first, look.width), *_lower(_TITLES, widths))
        lines += [look.paint(line, "dim") for line in titles]
        for call, place, told in zip(audit.calls, places, facts, strict=True):
            lines += [*_names(place, _what(call), first, look.width), *_lower(told, widths)]
    if not look.quiet:
        lines += [""] if lines else []
        lines += summary.of_calls(audit, look)
        lines += summary.of_files(audit, look)
        if any(wording.BY_SDK in line for line in lines):
            lines.append(f"{wording.BY_SDK}: the SDK's own default, nothing set in the code")
    return "\n".join([*lines, ""])


def _what(call: Call) -> str:
    sdk = safe(call.sdk)
    return f"{sdk}{' ' * (_SDK - cells(sdk))} {safe(call.method)}"


def _names(place: str, what: str, first: int, width: int) -> list[str]:
    """Where and what, beside each other; where that is too wide the place stands alone."""
    line = f"{place}{' ' * (first - cells(place))}  {what}"
    if cells(place) <= first and cells(line) <= width:
        return [line]
    left = max(min(first + 2, width - cells(what)), len(_INDENT))
    return [place, cut(f"{' ' * left}{what}", width)]


def _facts(call: Call) -> tuple[str, ...]:
    facts = call.facts
    return (
        safe(call.kind),
        wording.model(facts.model),
        wording.timeout(facts.timeout),
        wording.retry(facts.retry),
        safe(facts.max_output.state),
        safe(facts.streaming.state),
        safe(facts.audience.state),
    )


def _widths(rows: list[tuple[str, ...]], width: int) -> list[int]:
    """Every column as wide as what stands in it, but for the models: these get the room that is left."""
    widths = [max(map(cells, column)) for column in zip(_TITLES, *rows, strict=True)]
    room = width - len(_INDENT) - sum(widths) - len(widths) + 1 + widths[_MODEL]
    widths[_MODEL] = max(min(widths[_MODEL], room), cells(_TITLES[_MODEL]))
    return widths


def _lower(values: tuple[str, ...], widths: list[int]) -> list[str]:
    """The facts in their columns; a model with too long a name ends its line, and the rest follows on the next."""
    if cells(values[_MODEL]) <= widths[_MODEL]:
        return [_row(values, widths)]
    kind, name, *others = values
    return [_INDENT + f"{pad(kind, widths[0])} {name}", _row(("", "", *others), widths)]


def _row(values: tuple[str, ...], widths: list[int]) -> str:
    return (_INDENT + " ".join(map(pad, values, widths))).rstrip()
