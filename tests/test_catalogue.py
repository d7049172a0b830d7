"""The catalogue itself: what it holds, what its words mean, and that nothing malformed gets in."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from aiready.checks.catalogue import SOURCE, Catalogue, Item, load, parse
from aiready.checks.errors import DataError, UsageError
from aiready.checks.rules import RULES, YIELDS_TO

ITEMS = {
    "reliability": ["retries", "timeouts", "fallback", "circuit_breaker"],
    "cost": ["usage_logged", "prompt_trimmed", "caching", "alerts", "model_tier"],
    "latency": ["streaming", "async", "benchmarked"],
    "safety": ["input_validation", "output_validation", "prompt_injection", "human_in_loop", "moderation"],
    "observability": ["logged", "evals", "alerts"],
    "multi_model": ["abstraction", "fallback_chain", "routing_docs"],
}
FAMILIES = ["REL", "COST", "LAT", "SAFE", "OBS", "MULTI"]

SMALL = """
areas: {cost: Cost}
items: {cost.caching: Answers are cached}
rules:
  COST104:
    name: uncached-repeat
    item: cost.caching
    severity: note
    summary: A repeated call.
    help: Cache it.
    references: [https://example.org]
"""


@pytest.fixture
def catalogue() -> Catalogue:
    return load()


def test_holds_the_whole_checklist(catalogue: Catalogue) -> None:
    assert [area.id for area in catalogue.areas] == list(ITEMS)
    assert [item.id for item in catalogue.items] == [
        f"{area}.{item}" for area, items in ITEMS.items() for item in items
    ]
    assert len(catalogue.items) == 23


def test_ids_are_unique_ordered_and_of_their_area(catalogue: Catalogue) -> None:
    ids = [rule.id for rule in catalogue.rules]
    areas = dict(zip(FAMILIES, ITEMS, strict=True))

    def order(rule_id: str) -> tuple[int, int]:
        family, number = re.fullmatch(r"([A-Z]+)(\d{3})", rule_id).groups()  # type: ignore[union-attr] # a None fails
        return FAMILIES.index(family), int(number)

    assert ids == sorted(set(ids), key=order)
    assert [areas[rule.id.rstrip("0123456789")] for rule in catalogue.rules] == [rule.area for rule in catalogue.rules]


def test_yaml_keys_are_not_repeated() -> None:
    """YAML takes the last of two equal keys without a word."""
    keys = re.findall(r"^  ([A-Za-z_.]+[0-9]*):", SOURCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))


def test_names_read_after_allow(catalogue: Catalogue) -> None:
    names = [rule.name for rule in catalogue.rules]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+(-[a-z]+)+", name)] == []
    assert [name for name in names if name.startswith(("no-", "disallow-", "missing-"))] == []


def test_every_rule_has_a_function_of_its_name_and_a_page(catalogue: Catalogue) -> None:
    assert [rule.id for rule in catalogue.rules] == [rule_id for rule_id, _ in RULES]
    stems = [check.__module__.rpartition(".")[2].replace("_", "-") for _, check in RULES]
    assert stems == [rule.name for rule in catalogue.rules]
    pages = {path.stem for path in (SOURCE.parent / "docs" / "rules").glob("*.md")}
    assert pages == {rule.page.stem for rule in catalogue.rules}


def test_every_rule_file_is_in_the_tuple() -> None:
    shared = {"__init__", "advice", "interface", "layers", "texts", "wording"}
    files = {path.stem for path in (SOURCE.parent / "checks" / "rules").glob("*.py")} - shared
    assert files == {check.__module__.rpartition(".")[2] for _, check in RULES}


def test_arbitration_speaks_of_known_rules(catalogue: Catalogue) -> None:
    named = set(YIELDS_TO).union(*YIELDS_TO.values())
    assert named <= {rule.id for rule in catalogue.rules}


def test_texts_are_sentences_and_help_has_only_named_braces(catalogue: Catalogue) -> None:
    texts = [text for rule in catalogue.rules for text in (rule.summary, rule.help)]
    assert [text for text in texts if not text[0].isupper() or not text.endswith(".") or "  " in text] == []
    braces = {name for rule in catalogue.rules for _, name, _, _ in Formatter().parse(rule.help) if name is not None}
    assert [name for name in braces if not name.isidentifier()] == []


def test_references_are_addresses(catalogue: Catalogue) -> None:
    assert [link for rule in catalogue.rules for link in rule.references if not link.startswith("https://")] == []


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["REL101"], ["REL101"]),
        (["rel101"], ["REL101"]),
        (["call-without-timeout"], ["REL101"]),
        (["REL1"], ["REL101", "REL102", "REL103", "REL104", "REL105"]),
        (["latency"], ["LAT101", "LAT102", "LAT103", "LAT104", "LAT105", "LAT106"]),
        (["reliability.fallback"], ["REL301", "REL302", "REL303", "REL401"]),
        (
            ["COST", "hardcoded-key", " MULTI102 "],
            ["COST101", "COST102", "COST103", "COST104", "COST105", "COST106", "MULTI102", "SAFE501"],
        ),
        (["observability"], ["OBS101", "OBS201", "OBS301"]),
        ([], []),
    ],
)
def test_words_select_rules(catalogue: Catalogue, words: list[str], ids: list[str]) -> None:
    assert sorted(catalogue.resolve(words)) == ids


def test_all_selects_all(catalogue: Catalogue) -> None:
    assert catalogue.resolve(["all"]) == {rule.id for rule in catalogue.rules}


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("call-without-timout", "did you mean call-without-timeout or call-without-retry or call-without-fallback?"),
        ("latncy", "did you mean latency or latency.async?"),
        ("REL109", "did you mean REL105 or REL104 or REL103?"),
        ("retry", "did you mean call-without-retry or disabled-retry or retry-without-backoff?"),
        ("", "`aiready rules` lists them all"),
        ("\x1b[31mred", "`aiready rules` lists them all"),
    ],
)
def test_unknown_words_are_the_users_mistake(catalogue: Catalogue, word: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        catalogue.resolve(["REL101", word])
    assert str(caught.value) == f"no rule, area or item is called {word!r}; {hint}"


def test_looks_up_by_id_name_item_and_area(catalogue: Catalogue) -> None:
    assert catalogue.rule("lat101") is catalogue.rule("blocking-call-in-async")
    assert catalogue.item("latency.async") == Item("latency.async", "Waiting for a model holds up nobody else")
    assert [rule.id for rule in catalogue.rules_of("latency.async")] == ["LAT101", "LAT103", "LAT104", "LAT105"]
    assert [rule.id for rule in catalogue.rules_of("latency")] == [f"LAT10{number}" for number in range(1, 7)]
    assert [rule.id for rule in catalogue.rules_of("cost.alerts")] == []


@pytest.mark.parametrize("word", ["REL1", "ALL", "latency"])
def test_one_rule_is_asked_for_by_its_whole_name(catalogue: Catalogue, word: str) -> None:
    with pytest.raises(UsageError, match="no rule, area or item is called"):
        catalogue.rule(word)


def test_unknown_item(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError, match=r"did you mean latency\.async\b"):
        catalogue.item("latency.asynch")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("severity: note", "severity: fatal"), "COST104 has a severity that is none"),
        (("severity: note", "persona: regular"), "COST104 has unknown or missing keys: severity"),
        (("summary:", "sumary:"), "COST104 has unknown or missing keys: sumary, summary"),
        (("help: Cache it.", "help: 3"), "COST104 lacks text where text belongs"),
        (("references: [https://example.org]", "references: []"), "COST104 lacks text where text belongs"),
        (("item: cost.caching", "item: cost.cashing"), "it speaks of what it doesn't hold: cost.cashing"),
        (("areas: {cost: Cost}", "areas: {coast: Cost}"), "it speaks of what it doesn't hold: cost"),
        (("areas: {cost: Cost}", "areas: [cost]"), "areas is no mapping"),
        (("areas: {cost: Cost}", ""), "the catalogue holds areas, items, rules and what is attestable, nothing else"),
        (("    help:", "    limits: {seconds: many}\n    help:"), "COST104 has a limit that is no number"),
        (("    help:", "    limits: 60\n    help:"), "limits of COST104 is no mapping"),
        (("    help:", "    cases: {mild: info}\n    help:"), "COST104 has a severity that is none"),
        (("    help:", "    persona: everybody\n    help:"), "COST104 has a persona that is none"),
    ],
)
def test_malformed_catalogues_are_refused(change: tuple[str, str], message: str) -> None:
    parse(SMALL)
    with pytest.raises(DataError) as caught:
        parse(SMALL.replace(*change))
    assert str(caught.value) == f"rules.yaml: {message}"
