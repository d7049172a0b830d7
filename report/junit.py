"""JUnit's XML, as CI systems collect test results: suites of cases, each of which passed, failed, or was skipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .terminal import safe

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Result = Literal["passed", "failure", "error", "skipped"]
"""error: what could not be judged."""


@dataclass(frozen=True, slots=True)
class Case:
    """One test, in words that may come from anywhere."""

    name: str
    group: str
    """JUnit's class: what readers sort by."""
    result: Result = "passed"
    kind: str = ""
    """Of a failure or an error: its severity, or its verdict."""
    message: str = ""
    lines: tuple[str, ...] = ()
    """All there is to say; of a passed case its output."""
    file: str = ""
    line: int = 0


def written(name: str, suites: Mapping[str, Iterable[Case]]) -> str:
    """The document, in ASCII. Nothing in it took time: a document of the same input is the same."""
    from xml.etree.ElementTree import Element, indent, tostring

    held = {title: list(cases) for title, cases in suites.items()}
    root = Element("testsuites", _counted(name, [case for cases in held.values() for case in cases]))
    for title, cases in held.items():
        suite = Element("testsuite", _counted(title, cases))
        suite.extend(map(_case, cases))
        root.append(suite)
    indent(root)
    data: bytes = tostring(root, encoding="us-ascii", xml_declaration=True)
    return data.decode("ascii") + "\n"


def _counted(name: str, cases: list[Case]) -> dict[str, str]:
    counts = Counter(case.result for case in cases)
    told = {"failures": counts["failure"], "errors": counts["error"], "skipped": counts["skipped"]}
    return {"name": safe(name), "tests": str(len(cases)), **{key: str(n) for key, n in told.items()}, "time": "0"}


def _case(case: Case) -> Element:
    from xml.etree.ElementTree import Element, SubElement

    where = {"file": safe(case.file)} if case.file else {}
    if case.line:
        where["line"] = str(case.line)
    found = Element("testcase", {"classname": safe(case.group), "name": safe(case.name), "time": "0", **where})
    text = "\n".join(map(safe, case.lines))
    if case.result != "passed":
        kind = {"type": safe(case.kind)} if case.kind else {}
        SubElement(found, case.result, {"message": safe(case.message), **kind}).text = text or None
    elif text:
        SubElement(found, "system-out").text = text
    return found
