"""The inventory of calls as a table: two lines a call, so that everything has room in 80 columns."""

from __future__ import annotations

from ..checks.catalogue import Catalogue
from ..checks.model import Audit, Call
from . import summary, wording
from .look import Look
from .terminal import cells, pad, safe

_WIDTHS = (10, 20, 12, 9, 5, 6, 10)
_TITLES = ("KIND", "MODEL", "TIMEOUT", "RETRY", "CAP", "STREAM", "AUDIENCE")
_FIRST_MOST = 40
_SDK = 12


def document(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """The calls in order of place, then how many there are; quiet leaves out the count."""
    del catalogue
    way = look.way_to(audit.root)
    lines: list[str] = []
    if audit.calls:
        places = [wording.location(call.place, way) for call in audit.calls]
        first = min(max(map(cells, ["CALL", *places])), _FIRST_MOST)
        lines += [look.paint(line, "dim") for line in (_upper("CALL", "SDK", "METHOD", first), _lower(_TITLES))]
        lines += [line for call, place in zip(audit.calls, places, strict=True) for line in _rows(call, place, first)]
        lines.append("")
    if not look.quiet:
        lines += summary.of_calls(audit, look)
        lines += summary.of_files(audit, look)
        if any(wording.BY_SDK in line for line in lines):
            lines.append(f"{wording.BY_SDK}: the SDK's own default, nothing set in the code")
    return "\n".join([*lines, ""])


def _rows(call: Call, place: str, first: int) -> tuple[str, str]:
    facts = call.facts
    values = (
        safe(call.kind),
        wording.model(facts.model),
        wording.timeout(facts.timeout),
        wording.retry(facts.retry),
        safe(facts.max_output.state),
        safe(facts.streaming.state),
        safe(facts.audience.state),
    )
    return _upper(place, safe(call.sdk), safe(call.method), first), _lower(values)


def _upper(place: str, sdk: str, method: str, first: int) -> str:
    return f"{place}{' ' * (first - cells(place))}  {sdk}{' ' * (_SDK - cells(sdk))} {method}"


def _lower(values: tuple[str, ...]) -> str:
    return ("  " + " ".join(map(pad, values, _WIDTHS))).rstrip()
