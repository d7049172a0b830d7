"""What the data says of functions of other packages that have to do with text, by path."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

from ..read.tree import Attr, Expr, Name
from ..sdks.prompts import TextRule

USES = ("reads", "opens", "escapes", "cuts", "splits", "passes", "templates", "keeps", "wordless")
CUTTING = re.compile(r"trunc|trim_?(?:to|text|messages|history|prompt)|shorten|clip_|_clip|"
                     r"limit_(?:text|length|tokens|size)|cut_(?:to|text)|fit_(?:to|in)|ellipsis",
                     re.IGNORECASE)  # fmt: skip
SPLITTING = re.compile(r"(?:split|chunk)_text|text_chunks", re.IGNORECASE)
ESCAPING = re.compile(r"saniti[sz]|(?<!un)escape(?!d_)|neutrali[sz]e|defang|strip_tags|html_to_safe", re.IGNORECASE)
CHECKING = re.compile(r"inject|jailbreak|moderat|guardrail|is_safe|is_malicious|contains_malicious", re.IGNORECASE)
RETRIEVING = re.compile(r"(?:^|_)(?:scrape|crawl)|serp_?api|"
                        r"(?:web|google|bing|ddg|duckduckgo|tavily|brave|vector|semantic)_?search|"
                        r"search_(?:web|internet|google|results|docs|documents|knowledge)|"
                        r"(?:fetch|download|extract)_(?:web)?_?(?:page|url|html|article|website|content|pdf)|"
                        r"(?:retrieve|search)_?(?:docs?|documents?|context|chunks|passages|memories)",
                        re.IGNORECASE)  # fmt: skip
"""What helpers of any project are called that bound a text, make it harmless, or refuse one that tries to instruct."""


class Use(NamedTuple):
    """What a function does with text."""

    rule: TextRule
    how: str
    """One of `USES`, or tails."""
    name: str


class Lore:
    """Looks paths up; made once from the data."""

    def __init__(self, rules: tuple[TextRule, ...]) -> None:
        self._by_last: dict[str, list[Use]] = defaultdict(list)
        for rule in rules:
            for how in USES:
                for name in getattr(rule, how):
                    self._by_last[name.rpartition(".")[2]].append(Use(rule, how, name))
        for uses in self._by_last.values():
            uses.sort(key=lambda use: -use.name.count("."))  # `string.Template` before any `Template`
        self._tails = [Use(rule, "tails", name) for rule in rules for name in rule.tails]
        self._open = [(_of_class(use.name), use) for use in self._tails if use.name.startswith("*")]
        self.aside = frozenset(name for rule in rules for name in rule.aside)
        self.handed = frozenset(name for rule in rules for name in rule.handed)
        self.roles = {name: role for rule in rules for name, role in rule.roles.items()}
        self._forms = tuple(rule for rule in rules if rule.held)
        self._known: dict[str, Use | None] = {}

    def maker(self, path: str) -> str:
        """What the class of a message is called, or a function that makes one: `UserMessage`, `chat.user`."""
        module, _, last = path.rpartition(".")
        qualified = f"{module.rpartition('.')[2]}.{last}"
        return qualified if qualified in self.roles else last

    def find(self, path: str) -> Use | None:
        """What the data says of a path."""
        if path not in self._known:
            plain = path.replace("()", "").replace("[]", "")
            called = self._find(f"{plain}()") if path.endswith("()") else None
            self._known[path] = called or self._find(plain)
        return self._known[path]

    def _find(self, plain: str) -> Use | None:
        for use in self._by_last.get(plain.rpartition(".")[2], ()):
            for root in use.rule.imports:
                inside = root != "builtins" and plain.startswith(f"{root}.") and f".{plain}".endswith(f".{use.name}")
                if plain == f"{root}.{use.name}" or inside:
                    return use
                if plain == root and root.endswith(use.name):
                    return use
        return self.tail(plain)

    def tail(self, plain: str) -> Use | None:
        """A method that gives somebody else's text on any object."""
        found = next((use for use in self._tails if plain == use.name or plain.endswith(f".{use.name}")), None)
        return found or next((use for form, use in self._open if form.search(plain)), None)

    def template(self, path: str) -> str | None:
        """How holes are written in the prompt template that a constructor's path makes."""
        use = self.find(path)
        return use.rule.templates[use.name] if use is not None and use.how == "templates" else None

    def form(self, path: str) -> TextRule | None:
        """What the data says of forms that derive from a class of that path."""
        return next((each for each in self._forms if path.startswith(tuple(f"{one}." for one in each.imports))), None)


def _of_class(name: str) -> re.Pattern[str]:
    """The pattern for `*Retriever.invoke`: a method of all whose name ends so, also where a factory made them."""
    whose, _, method = name[1:].rpartition(".")
    return re.compile(rf"\w{re.escape(whose)}\.(?:from_\w+\.)?{re.escape(method)}$")


def spelled(func: Expr) -> str:
    """How what is called is written: `self._store.search` as `self.store.search`."""
    match func:
        case Attr(value=value, name=name):
            return f"{spelled(value)}.{name.lstrip('_')}"
        case Name(id=name):
            return name.lstrip("_")
        case _:
            return ""
