"""A gate as JUnit XML: a test case a gate, for servers that show such."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..gate import Row, Ruling
from ..gate.model import UNDECIDED
from . import gate_words as words
from . import wording
from .look import Look
from .terminal import safe

_PLACES = 50


def document(of: Ruling, look: Look) -> str:
    """What stops the release is a failure, what can't be told an error, what is excepted is skipped."""
    del look
    counts = {
        "tests": len(of.rows),
        "failures": sum(row.stops for row in of.rows),
        "errors": sum(row.result in UNDECIDED for row in of.rows),
        "skipped": sum(row.result == "excepted" for row in of.rows),
    }
    top = Element("testsuites", {name: str(count) for name, count in counts.items()})
    suite = SubElement(top, "testsuite", {"name": "aiready gate", **top.attrib})
    for row in of.rows:
        _case(suite, row)
    indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def _case(suite: Element, row: Row) -> None:
    run = f" ({safe(row.run)})" if row.run else ""
    case = SubElement(suite, "testcase", {"classname": f"aiready.gate.{row.gate}", "name": f"{words.name(row)}{run}"})
    if row.result == "pass":
        return
    if row.exception:
        SubElement(case, "skipped", {"message": safe(f"until {row.exception.expires}: {row.exception.reason}")})
        return
    if row.result == "excepted":
        SubElement(case, "skipped", {"message": words.found(row)})
        return
    kind = "failure" if row.stops else "error"
    told = SubElement(case, kind, {"type": row.result, "message": f"{words.found(row)} (asked: {words.wanted(row)})"})
    lines = (f"{wording.location(step.place)} {safe(step.note)}".rstrip() for step in row.places[:_PLACES])
    more = (f"and {len(row.places) - _PLACES} more",) if len(row.places) > _PLACES else ()
    told.text = "\n".join((safe(row.advice), *lines, *more)).strip()
