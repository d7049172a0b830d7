"""The audit as SARIF 2.1.0: for GitHub's code scanning, Azure DevOps, editors, and whatever else collects results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..checks.catalogue import Catalogue, Rule
from ..checks.looked import Skipped
from ..checks.model import Audit, Edit, Finding, Fix, Persona, Place, Severity, Step
from . import sarif
from .explained import page
from .look import Look
from .places import Tree, in_cell, tree

_PROBLEM: Mapping[Severity, str] = {"error": "error", "warning": "warning", "note": "recommendation"}
_PRECISION: Mapping[Persona, str] = {"regular": "high", "pedantic": "medium", "auditor": "low"}
"""What GitHub calls the severity and the precision of a rule."""

Value = dict[str, Any]


def document(audit: Audit, catalogue: Catalogue, look: Look) -> str:
    """Suppressed findings are in it with their reason; so are known ones, told apart by a state where there are any."""
    seen = _Seen(audit, catalogue, tree(audit, look))
    return sarif.written(
        map(_rule, catalogue.rules),
        {
            "originalUriBaseIds": sarif.top(seen.tree.top),
            "invocations": [_invocation(audit, seen.tree)],
            "results": [seen.result(each) for each in audit.findings],
            "properties": {"checklist": [_verdict(each.item, each.verdict, each.reason) for each in audit.checklist]},
        },
    )


def _verdict(item: str, verdict: str, reason: str) -> Value:
    return {"item": item, "verdict": verdict, "reason": sarif.inert(reason)}


def _rule(rule: Rule) -> Value:
    """A rule with its page; readers without Markdown are spared the examples."""
    told = sarif.page(page(rule))
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": sarif.message(rule.summary),
        "fullDescription": sarif.message(rule.summary),
        "help": {"text": told.partition("\n## Bad")[0].strip(), "markdown": told},
        **({"helpUri": rule.references[0]} if rule.references else {}),
        "defaultConfiguration": {"level": rule.severity},
        "properties": {
            "item": rule.item,
            "tags": [rule.area, rule.item, rule.name],
            "precision": _PRECISION[rule.persona],
            "problem.severity": _PROBLEM[rule.severity],
        },
    }


class _Seen:
    """What results are told with: the rules by their place, the calls, and where paths start."""

    def __init__(self, audit: Audit, catalogue: Catalogue, top: Tree) -> None:
        self.tree = top
        self._calls = audit.calls
        self._rules = {rule.id: place for place, rule in enumerate(catalogue.rules)}
        self._items = {rule.id: rule.item for rule in catalogue.rules}
        self._stated = any(each.known for each in audit.findings)

    def result(self, found: Finding) -> Value:
        """A finding: what is wrong, and in the same text what to do, since that is all that some readers show."""
        told = sarif.message(found.message)["text"]
        return {
            "ruleId": found.rule,
            "ruleIndex": self._rules[found.rule],
            "kind": "fail",
            "level": found.severity,
            "message": sarif.message(f"{in_cell(found.place)}{told} {found.help}"),
            "locations": [self._location(found)],
            **self._way(found),
            "partialFingerprints": {
                "aireadyFingerprint/v1": found.fingerprint,
                "primaryLocationLineHash": found.fingerprint,
            },
            **({"baselineState": "unchanged" if found.known else "new"} if self._stated else {}),
            "suppressions": list(_suppressions(found)),
            **self._fixes(found.fix),
            "properties": self._properties(found),
        }

    def _properties(self, found: Finding) -> Value:
        place = found.place
        cell = {} if place.cell is None else {"cell": place.cell, "line": place.line, "column": place.column}
        return {
            "item": self._items[found.rule],
            "precision": found.confidence,
            "confidence": found.confidence,
            "wholeProject": found.whole,
            **cell,
        }

    def _location(self, found: Finding) -> Value:
        place = found.place
        function = "" if found.call is None else self._calls[found.call].function
        logical = [
            *([] if place.cell is None else [{"name": f"cell {place.cell + 1}", "kind": "cell"}]),
            *([{"fullyQualifiedName": sarif.inert(function), "kind": "function"}] if function else []),
        ]
        return {**self._place(place), **({"logicalLocations": logical} if logical else {})}

    def _place(self, place: Place) -> Value:
        return {"physicalLocation": sarif.physical(self.tree.path(place.path), place)}

    def _way(self, found: Finding) -> Value:
        """The places that led to a finding, and where there are several also in their order."""
        if not found.trace:
            return {}
        related = [{"id": place, **self._step(step)} for place, step in enumerate(found.trace)]
        if len(found.trace) < 2:
            return {"relatedLocations": related}
        steps = [*found.trace]
        if steps[-1].place.path != found.place.path or steps[-1].place.line != found.place.line:
            steps.append(Step(found.place, found.message))
        flow = {"locations": [{"location": self._step(step)} for step in steps]}
        return {"relatedLocations": related, "codeFlows": [{"threadFlows": [flow]}]}

    def _step(self, step: Step) -> Value:
        return {**self._place(step.place), "message": sarif.message(f"{in_cell(step.place)}{step.note}")}

    def _fixes(self, fix: Fix | None) -> Value:
        """A change of the code; none of a notebook's, whose cells have no place in the file that could be named."""
        if fix is None or any(edit.place.cell is not None for edit in fix.edits):
            return {}
        files: dict[str, list[Edit]] = {}
        for edit in fix.edits:
            files.setdefault(self.tree.path(edit.place.path), []).append(edit)
        changes = [_change(path, edits) for path, edits in files.items()]
        told = {"properties": {"applicability": fix.applicability}}
        return {"fixes": [{"description": sarif.message(fix.title), "artifactChanges": changes, **told}]}


def _change(path: str, edits: Sequence[Edit]) -> Value:
    return {
        "artifactLocation": sarif.artifact(path),
        "replacements": [
            {"deletedRegion": sarif.region(edit.place), "insertedContent": {"text": edit.text}} for edit in edits
        ],
    }


def _suppressions(found: Finding) -> Iterator[Value]:
    if found.suppressed is not None:
        reason = sarif.inert(found.suppressed)
        yield {"kind": "inSource", "status": "accepted", **({"justification": reason} if reason else {})}


def _invocation(audit: Audit, top: Tree) -> Value:
    """The run itself: what it could not look at, and comments that have no effect."""
    return {
        "executionSuccessful": not audit.nothing,
        "toolExecutionNotifications": [
            *([{"level": "error", "message": sarif.message(audit.nothing)}] if audit.nothing else []),
            *(_unread(each, top) for each in sorted(audit.skipped, key=_order)),
            *(_notice(top.path(each.path), f"pins no SDK to a release: {each.detail}") for each in audit.unread_pins),
        ],
        "toolConfigurationNotifications": [
            _notice(top.path(each.place.path), f"a comment suppresses nothing: {why}", each.place)
            for each in audit.unused
            for why in [each.problem or f"no finding of {', '.join(each.words) or 'any rule'} stands there"]
        ],
    }


def _order(skipped: Skipped) -> tuple[str, str, str]:
    return skipped.path, skipped.reason, skipped.detail


def _unread(skipped: Skipped, top: Tree) -> Value:
    why = f"{skipped.reason}: {skipped.detail}" if skipped.detail else skipped.reason
    return {**_notice(top.path(skipped.path), f"could not be looked at: {why}"), "level": "warning"}


def _notice(path: str, text: str, place: Place | None = None) -> Value:
    where = [{"physicalLocation": sarif.physical(path, place)}]
    return {"level": "note", "message": sarif.message(text), "locations": where}
