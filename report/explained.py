"""What `aiready explain` prints, as Markdown: a rule's page, or what an area, an item or a group of rules holds."""

from __future__ import annotations

from ..checks.catalogue import Catalogue, Rule
from ..checks.errors import DataError


def explained(word: str, catalogue: Catalogue) -> str:
    """The Markdown for an id, a name, an item, an area or a beginning of ids. UsageError if it is none of them."""
    chosen = catalogue.resolve([word])
    rules = [rule for rule in catalogue.rules if rule.id in chosen]
    wanted = word.strip().lower()
    exact = [rule for rule in rules if wanted in {rule.id.lower(), rule.name}]
    if exact:
        return page(exact[0]) + _mended(exact[0])
    area = next((area for area in catalogue.areas if area.id == wanted), None)
    item = next((item for item in catalogue.items if item.id == wanted), None)
    if area:
        items = [f"- `{item.id}`: {item.title}" for item in catalogue.items if item.area == area.id]
        return "\n".join([f"# {area.title}", "", "The checklist:", "", *items, "", *_listed(rules)])
    if item:
        return "\n".join([f"# {item.id}", "", f"{item.title}.", "", *_listed(rules)])
    return "\n".join([f"# {word.strip().upper()}", "", *_listed(rules)])


def page(rule: Rule) -> str:
    """The page of a rule. DataError if it is missing."""
    if rule.plugin:
        return _of_plugin(rule)
    try:
        return rule.page.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"the page of {rule.id} is missing: {rule.page.name}") from error


def _mended(rule: Rule) -> str:
    """What can be mended of its findings; it isn't in the page, since the table of fixes says it."""
    from ..checks.fixes import kinds  # brings libcst, which nothing else here needs

    options = {"safe": "--fix", "unsafe": "--fix --unsafe-fixes"}
    kind = kinds().get(rule.id)
    return f"\n## Fix\n\n`aiready audit {options[kind]}` mends it where it can.\n" if kind else ""


def _of_plugin(rule: Rule) -> str:
    """The page of a rule that another package brings, or what it says of itself."""
    last = f"*A rule of {rule.plugin}.*\n"
    if rule.text:
        return f"{rule.text.rstrip()}\n\n{last}"
    lines = [f"# {rule.id}: {rule.name}", "", rule.summary, "", "## What to do", "", rule.help, ""]
    if rule.references:
        lines += ["## References", "", *(f"- <{each}>" for each in rule.references), ""]
    return "\n".join([*lines, last])


def _listed(rules: list[Rule]) -> list[str]:
    if not rules:
        return ["No rule speaks of it.", ""]
    return [
        "The rules:",
        "",
        *(f"- **{rule.id}** `{rule.name}` ({rule.severity}): {rule.summary}" for rule in rules),
        "",
    ]
