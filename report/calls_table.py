"""The inventory of calls as a table: two lines a call (three where the path is long), to have room in 80 columns."""

from __future__ import annotations

from ..checks.catalogue import Catalogue
from ..checks.model import Audit, Call
from . import summary, wording
from .look import Look
from .terminal import cells, cut, pad, safe

_WIDTHS = (10, 20, 12, 9, 5, 6, 10)
_TITLES = ("KIND", "MODEL", "TIMEOUT", "RETRY", "CAP", "STREAM", "AUDIENCE")
_FIRST_MOST = 32
_SDK = 12


def document(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """The calls in order of place, then how many there are; quiet leaves out the count."""
    del catalogue
    way = look.way_to(audit.root)
    lines: list[str] = []
    if audit.calls:
        places = [wording.location(call.place, way) for call in audit.calls]
        first = min(max(map(cells, ["CALL", *places])), _FIRST_MOST)
        lines += [
            look.paint(line, "dim") for line in (_upper("CALL", f"{'SDK':{_SDK}} METHOD", first), _lower(_TITLES))
        ]
        for call, place in zip(audit.calls, places, strict=True):
            lines += [*_names(call, place, first, look.width), _facts(call)]
    if not look.quiet:
        lines += [""] if lines else []
        lines += summary.of_calls(audit, look)
        lines += summary.of_files(audit, look)
        if any(wording.BY_SDK in line for line in lines):
            lines.append(f"{wording.BY_SDK}: the SDK's own default, nothing set in the code")
    return "\n".join([*lines, ""])


def _names(call: Call, place: str, first: int, width: int) -> list[str]:
    sdk = safe(call.sdk)
    rest = f"{sdk}{' ' * (_SDK - cells(sdk))} {safe(call.method)}"
    if cells(place) > first:
        return [place, cut(_upper("", rest, first), width)]
    return [cut(_upper(place, rest, first), width)]


def _facts(call: Call) -> str:
    facts = call.facts
    return _lower(
        (
            safe(call.kind),
            wording.model(facts.model),
            wording.timeout(facts.timeout),
            wording.retry(facts.retry),
            safe(facts.max_output.state),
            safe(facts.streaming.state),
            safe(facts.audience.state),
        )
    )


def _upper(place: str, rest: str, first: int) -> str:
    return f"{place}{' ' * (first - cells(place))}  {rest}"


def _lower(values: tuple[str, ...]) -> str:
    return ("  " + " ".join(map(pad, values, _WIDTHS))).rstrip()
