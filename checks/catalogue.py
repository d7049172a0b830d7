"""The catalogue `rules.yaml` as values: what is judged, what each rule is called, and which rules a word means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

from .compiled import compiled
from .errors import DataError, PluginError, UsageError
from .model import Persona, Severity
from .own import Own, Plugin, plugins

SOURCE = Path(__file__).parent.parent / "rules.yaml"
_SHORT = 2
_OWN = frozenset({"plugin", "text"})
"""What only rules of other packages have."""


@dataclass(frozen=True, slots=True)
class Area:
    """One of the six parts of the checklist."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist. Its id names its area: `reliability.timeouts`."""

    id: str
    title: str

    @property
    def area(self) -> str:
        """Id of the area it belongs to."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule says of itself; what it says of the code is its function's business."""

    id: str
    name: str
    item: str
    severity: Severity
    """Before a remote or background audience, in the worst case."""
    summary: str
    help: str
    """What to do, with the names in braces that a finding fills in."""
    references: tuple[str, ...]
    persona: Persona = "regular"
    """From which persona on it is shown."""
    cases: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    """Severities of its milder cases."""
    limits: Mapping[str, float] = field(default_factory=dict[str, float])
    """Numbers it compares with; a name that ends in `_seconds` is seconds."""
    plugin: str = ""
    """The package that brings it, and its version; empty: ours."""
    text: str = ""
    """The page of a rule that another package brings."""

    @property
    def area(self) -> str:
        """Id of the area it belongs to."""
        return self.item.partition(".")[0]

    @property
    def page(self) -> Path:
        """The file that explains it: documentation and test in one."""
        return SOURCE.parent / "docs" / "rules" / f"{self.name}.md"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything `rules.yaml` says, in its order."""

    areas: tuple[Area, ...]
    items: tuple[Item, ...]
    rules: tuple[Rule, ...]
    attestable: frozenset[str] = frozenset()
    """Ids of the items that no file may be able to show, so that somebody's word for them counts."""

    def rule(self, word: str) -> Rule:
        """The rule with this id or name. UsageError with the nearest ones if there is none."""
        found = next((rule for rule in self.rules if word.upper() == rule.id or word == rule.name), None)
        if found is None:
            raise _unknown(word, [key for rule in self.rules for key in (rule.id, rule.name)])
        return found

    def item(self, key: str) -> Item:
        """The checklist item with this id. UsageError with the nearest ones if there is none."""
        found = next((item for item in self.items if item.id == key), None)
        if found is None:
            raise _unknown(key, [item.id for item in self.items])
        return found

    def told(self, rules: Iterable[Rule]) -> Catalogue:
        """The same, and of these rules those that it doesn't have, as a document tells of them."""
        known = {rule.id for rule in self.rules}
        return replace(self, rules=(*self.rules, *{rule.id: rule for rule in rules if rule.id not in known}.values()))

    def rules_of(self, key: str) -> tuple[Rule, ...]:
        """The rules of an area or of an item, by its id."""
        return tuple(rule for rule in self.rules if key in {rule.area, rule.item})

    def resolve(self, words: Iterable[str]) -> frozenset[str]:
        """The ids of the rules that these words select.

        A word is ALL, an id, the beginning of ids (`REL1`), a name, an area or an item; UsageError if it is none.
        """
        return frozenset(rule for word in words for rule in self._selected(word.strip()))

    def _selected(self, word: str) -> list[str]:
        chosen = [rule.id for rule in self.rules if _means(word, rule)]
        empty = [*(area.id for area in self.areas), *(item.id for item in self.items)]
        if not chosen and word.lower() not in empty:
            raise _unknown(word, ["ALL", *empty, *(key for rule in self.rules for key in (rule.id, rule.name))])
        return chosen


def _means(word: str, rule: Rule) -> bool:
    """True if the word, in any case, is about this rule."""
    return word.upper() == "ALL" or (
        bool(word) and (rule.id.startswith(word.upper()) or word.lower() in {rule.name, rule.area, rule.item})
    )


def _unknown(word: str, known: list[str]) -> UsageError:
    """The error for a word that means nothing, with up to three that hold it or look like it."""
    lowered = {key.lower(): key for key in known}
    holding = [key for key in lowered if len(word) > _SHORT and word.lower() in key]
    near = list(dict.fromkeys([*holding, *get_close_matches(word.lower(), lowered)]))[:3]
    hint = f"did you mean {' or '.join(lowered[key] for key in near)}?" if near else "`aiready rules` lists them all"
    return UsageError(f"no rule, area or item is called {word!r}; {hint}")


@cache
def load() -> Catalogue:
    """The shipped catalogue with the rules that other packages bring, read once.

    DataError if it is malformed, PluginError or UsageError if they are, or clash.
    """
    shipped = compiled(SOURCE, [SOURCE, Path(__file__)], lambda: parse(SOURCE.read_text(encoding="utf-8")))
    brought = plugins()
    return joined(shipped, brought) if brought else shipped


def joined(shipped: Catalogue, brought: Iterable[Plugin]) -> Catalogue:
    """The catalogue with the rules of these packages. UsageError where two rules have one id or name."""
    owners = {key: "aiready" for rule in shipped.rules for key in (rule.id, rule.name)}
    items = {item.id for item in shipped.items}
    rules = list(shipped.rules)
    for plugin in brought:
        for own in plugin.rules:
            for key in (own.id, own.name):
                if key in owners:
                    raise UsageError(f"two rules are called {key}: one of {owners[key]} and one of {plugin}")
                owners[key] = str(plugin)
            if own.item not in items:
                raise PluginError(f"the checks of {plugin} can't be used: {own.id} speaks of no item: {own.item}")
            rules.append(_own_rule(own, str(plugin)))
    return replace(shipped, rules=tuple(rules))


def _own_rule(own: Own, plugin: str) -> Rule:
    shared = [entry.name for entry in fields(Rule) if entry.name not in _OWN]
    return Rule(**{name: getattr(own, name) for name in shared}, plugin=plugin, text=own.page)


def parse(text: str) -> Catalogue:
    """A catalogue out of YAML. DataError names what is wrong: a key, a kind of value, an item that isn't there."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw = _mapping(yaml.load(text, Loader=loader), "the catalogue")  # noqa: S506 - a safe one
    known = {"areas", "items", "rules"}
    fits = known <= set(raw) <= {*known, "attestable"}
    _require(fits, "the catalogue holds areas, items, rules and what is attestable, nothing else")
    areas = tuple(Area(key, str(title)) for key, title in _mapping(raw["areas"], "areas").items())
    items = tuple(Item(key, str(title)) for key, title in _mapping(raw["items"], "items").items())
    rules = tuple(_rule(key, _mapping(value, key)) for key, value in _mapping(raw["rules"], "rules").items())
    attestable = frozenset(map(str, raw.get("attestable", ())))
    dangling = {item.area for item in items} - {area.id for area in areas}
    dangling |= attestable - {item.id for item in items}
    dangling |= {rule.item for rule in rules} - {item.id for item in items}
    _require(not dangling, f"it speaks of what it doesn't hold: {', '.join(sorted(dangling))}")
    return Catalogue(areas, items, rules, attestable)


def _rule(key: str, raw: dict[str, Any]) -> Rule:
    known = {entry.name: entry for entry in fields(Rule) if entry.name not in {"id", *_OWN}}
    required = {name for name, entry in known.items() if entry.default is MISSING and entry.default_factory is MISSING}
    wrong = (set(raw) - set(known)) | (required - set(raw))
    _require(not wrong, f"{key} has unknown or missing keys: {', '.join(sorted(wrong))}")
    limits, cases = (_mapping(raw.get(name, {}), f"{name} of {key}") for name in ("limits", "cases"))
    references = cast("list[object]", raw["references"]) if isinstance(raw["references"], list) else []
    texts: list[object] = [*(raw[name] for name in required - {"references"}), *references, *cases.values()]
    _require(references and all(isinstance(text, str) for text in texts), f"{key} lacks text where text belongs")
    _require(all(isinstance(limit, int | float) for limit in limits.values()), f"{key} has a limit that is no number")
    severities = {raw["severity"], *cases.values()}
    _require(severities <= set(get_args(Severity)), f"{key} has a severity that is none")
    _require(raw.get("persona", "regular") in get_args(Persona), f"{key} has a persona that is none")
    values: dict[str, Any] = {**raw, "references": tuple(references), "limits": limits, "cases": cases}
    return Rule(key, **values)


def _mapping(value: object, where: str) -> dict[str, Any]:
    _require(isinstance(value, dict), f"{where} is no mapping")
    return {str(key): held for key, held in cast("dict[object, Any]", value).items()}


def _require(fact: object, otherwise: str) -> None:
    if not fact:
        message = f"rules.yaml: {otherwise}"
        raise DataError(message)
