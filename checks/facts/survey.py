"""The habits of a project: what its code does around the calls, asked once for the whole of it.

Only files are looked at that have to do with a call, and of those only what holds a word that matters.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ..evidence.marks import LineMark, Marks, load
from ..model import Call, Place, Step
from ..project.edges import name_of
from ..project.habits import Action, Habits, Model
from ..project.lineage import foreign_bases
from ..project.scope import Scope
from ..project.values import Cls, Ext, Values
from ..read.tree import Attr, Name
from ..read.tree import Call as CallNode
from ..sdks.load import load as providers
from ..sdks.schema import Sdk
from .actions import actions, executed
from .ground import Ground

if TYPE_CHECKING:
    from ..project.world import World

Texts = Mapping[str, tuple[str, str]]
"""Files by path: their text, and the same with small letters from A to Z, each where it was."""

NAMED = re.compile(
    r"""["']((?:[\w.-]{1,40}/){0,3}(?:(?:us|eu|apac|global|jp|au|ca)\.)?(?:[a-z0-9]+\.)?"""
    r"""(?:gpt|claude|gemini|gemma|llama|mi[sx]tral|ministral|command|qwen|ernie|glm|phi|grok|deepseek|nova|sonar|o[1-9]\b"""
    r"""|codestral|kimi|moonshot|jamba|text-davinci|amazon\.nova|open-mi|yi-|granite)[\w.:@-]{0,60})["'](?!\s*(?:[:\]]|in\b))""",
    re.IGNORECASE,
)
"""A string that may be a model's name; the key of a table of prices or limits is none that is in use."""
WORDS = frozenset({
    "command", "granite", "nova", "phi", "deepseek", "ernie", "glm", "grok", "kimi", "llama", "moonshot", "qwen",
})  # fmt: skip
"""Families of models that are words by themselves or the names of who sells them; of others the name alone is a model's
(mixtral, codestral)."""
OTHERS = re.compile(r"(?i:[a-z_]+(?:\.[a-z_]+)+|[a-z]+(?:_[a-z0-9]+)+)|[A-Z][a-z]+(?:[A-Z][a-z]*)+")
"""Words with dots between them are the name of something else: an event, a host, a setting. So are words, or
words and numbers, with low lines between them, and words with capitals inside: a variable, a class."""
COUNTING = re.compile(r"\bdef \w*(?:token|encod)\w*\(|tiktoken|encoding_for", re.IGNORECASE)
"""Lines on which a model's name only says how text is cut into tokens."""
WRITTEN = re.compile(
    r"""^(?P<alone>[ \t]*)(?:[rRuU]?(?P<long>\"{3}|'{3}))(?:\\.|[^\\])*?(?P=long)"""
    r"""|(?P<other>\"{3}|'{3})(?:\\.|[^\\])*?(?P=other)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\#[^\n]*""",
    re.DOTALL | re.MULTILINE,
)
"""Strings and comments, one after another; `alone` is one that stands for itself: a docstring."""
FAR = 400
"""Characters before a line in which the lines before it are looked for."""
FARTHEST = 4000
"""Characters before an entry in which the beginning of its table is looked for."""
COMPARED = re.compile(r"startswith|endswith|\bin\b|[=!]=")
"""Lines that ask for a model's name."""
SHOWING = re.compile(r"\b(?:add_row|add_column|r?print|s?echo|pprint|markdown)\(")
"""Lines that only tell a person of a model."""
TABLE = re.compile(
    r"""^\s*["']?[\w.]*(?:model|llm|deployment|engine)\w*["']?\s*(?::[^=]*)?[=:]\s*[\[{(]+\s*$""", re.IGNORECASE
)
"""The first line of a table of models."""
ENTRY = re.compile(r"""^\s*["']\w+["']\s*:\s*["']""")
PRICED = re.compile(r"price|pricing|cost|limit|token|context|window", re.IGNORECASE)
NAMING = re.compile(r"model|llm|deployment|engine", re.IGNORECASE)
NEAR = 3
"""Lines on which a model's name may follow what it is the name of."""
MOST_BYTES = 12_000_000
"""Of source searched for words."""
MONEY = ("cost", "usd", "dollar", "spend", "price", "pricing", "litellm")
PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})
BREAKER = re.compile(r"^[ \t]*(?:class|(?:async )?def) (\w*circuit_?(?:breaker|open)\w*)", re.MULTILINE | re.IGNORECASE)


def survey(ground: Ground, calls: tuple[Call, ...]) -> Habits:
    """What the project does around these calls."""
    if not calls:
        return Habits()
    marks, world = load(), ground.ev.world
    texts = _texts(world, calls)
    sdks = {sdk.id: sdk for sdk in ground.knowledge.sdks}
    neutral = frozenset(sdk.id for sdk in sdks.values() if sdk.neutral or sdk.kind == "framework")
    sent = [call for call in calls if call.facts.retry.state != "n/a"]
    moderation = [Step(call.place, "a moderation endpoint is asked") for call in calls if call.kind == "moderation"]
    models = _models(marks, texts, calls)
    cautions = tuple(_lines(texts, marks.lines["cautions"], "tells the model to take it as data", told=True))
    return Habits(
        breakers=(*_uses(ground, marks, "breakers", texts), *_own_breakers(world, texts, calls)),
        moderation=(*moderation, *_uses(ground, marks, "moderation", texts), *_moderators(marks, texts)),
        budgets=tuple(_lines(texts, marks.lines["budgets"], "a budget in the code")) if _is_of_money(texts) else (),
        chains=_chains(calls),
        prompt_caching=tuple(_lines(texts, marks.lines["prompt_caching"], "prompt caching of the provider")),
        cautions=cautions,
        detectors=tuple(_uses(ground, marks, "detectors", texts)),
        cautious=_near(world, calls, cautions),
        errors=tuple(_trackers(marks, texts)),
        actions=_actions(ground, texts, calls),
        models=models,
        adapters=_adapters(ground, [call for call in sent if call.sdk not in neutral]),
        paid=tuple(
            dict.fromkeys(
                (
                    *_sellers(marks, _sold(sdks, sent), models),
                    *map(marks.biller, _billed(texts, sent)),
                )
            )
        ),
        neutral=neutral,
    )


def _actions(ground: Ground, texts: Texts, calls: tuple[Call, ...]) -> tuple[Action, ...]:
    """What tools do, and where else an answer is run: what a tool runs is an answer, too."""
    tools = actions(ground, texts, calls)
    known = {(each.place.path, each.place.line) for each in tools}
    return *tools, *(each for each in executed(ground, calls) if (each.place.path, each.place.line) not in known)


def _texts(world: World, calls: tuple[Call, ...]) -> Texts:
    """The files that have to do with a call, those with calls first."""
    own = sorted({call.place.path for call in calls})
    near = sorted(set(world.program(own)) - set(own))
    found: dict[str, tuple[str, str]] = {}
    left = MOST_BYTES
    for path in (*own, *near):
        data = world.source.data(path)
        left -= len(data)
        if left < 0:
            break
        found[path] = data.decode("utf-8", "replace"), data.lower().decode("utf-8", "replace")
    return found


def _sold(sdks: Mapping[str, Sdk], calls: list[Call]) -> Iterator[tuple[str, str]]:
    """The SDKs through which calls may leave the machine, each with the model that is named there."""
    for call in calls:
        for sdk in (call.sdk, *call.setup.others):
            if sdk in sdks and not sdks[sdk].local:
                yield sdk, call.facts.model.state


def _sellers(marks: Marks, sold: Iterable[tuple[str, str]], models: Iterable[Model]) -> Iterator[str]:
    """Who is paid for calls: who the SDK belongs to, else whose models are named; empty where nobody can tell."""
    for sdk, model in sold:
        told = marks.biller(sdk) or marks.seller(model)
        named = [told] if told else [seller for each in models if (seller := marks.seller(each.name))]
        yield from named or [""]


def _billed(texts: Texts, calls: list[Call]) -> Iterator[str]:
    """Providers asked over plain HTTP: those whose host stands in a file that has to do with such a call."""
    if any(call.sdk == "raw-http" for call in calls):
        for api in providers().apis:
            # a local server goes by a name or a port, without a domain
            hosts = [host for host in api.hosts if "." in host]
            if any(host in low for _, low in texts.values() for host in hosts):
                yield api.id


def _is_of_money(texts: Texts) -> bool:
    """Whether a project speaks of what something costs: else its budgets are of tokens, or of time."""
    return any(word in low for _, low in texts.values() for word in MONEY)


def _lines(texts: Texts, mark: LineMark, note: str, most: int = 3, *, told: bool = False) -> Iterator[Step]:
    """The first lines that show something, one a file, without comments; `told`: inside a text, too, which may be told
    to a model."""
    count = 0
    for path, (text, low) in texts.items():
        held = (hint for hint in mark.hints if hint in low)
        line = next((line for hint in held if (line := _line(text, low, hint, mark, told=told))), 0)
        if line:
            yield Step(Place(path, line), note)
            count += 1
        if count >= most:
            return


def _line(text: str, low: str, hint: str, mark: LineMark, *, told: bool) -> int:
    """Number of the first line that holds the hint and has the form; 0 where there is none."""
    at = low.find(hint)
    while at >= 0:
        start, end = low.rfind("\n", 0, at) + 1, low.find("\n", at)
        line = text[start:end] if end >= 0 else text[start:]
        shown = None if line.lstrip().startswith("#") else mark.pattern().search(line)
        if shown is not None and (told or not _is_told(text, start + shown.start())):
            return text.count("\n", 0, start) + 1
        at = low.find(hint, end) if end >= 0 else -1
    return 0


def _is_told(text: str, at: int) -> bool:
    """Whether a place is inside a string or a comment."""
    return any(start < at < end for start, end, _ in _written(text))


def _is_documented(text: str, at: int) -> bool:
    """Whether a place is in a docstring."""
    return any(start <= at < end for start, end, alone in _written(text) if alone)


def _adapters(ground: Ground, calls: Iterable[Call]) -> dict[str, str]:
    """Files with calls that the rest of the project asks, by what they have in common: the class of the project that
    theirs derive from, or the protocol that they have, else the file itself."""
    world, ev, found = ground.ev.world, ground.ev, dict[str, str]()
    single: dict[str, Scope] = {}
    asking: dict[str, set[str]] = {}
    for call in calls:
        path = call.place.path
        module = world.module(path)
        owner = module.scope(call.function.partition(".")[0]) if module is not None and call.function else None
        owner = owner if owner is not None and owner.kind == "class" else None
        bases = ev.bases(owner) if owner is not None else ()
        common = next((f"{base.scope.module.path}:{base.scope.name}" for base in bases if isinstance(base, Cls)), "")
        if owner is not None and not common:
            single.setdefault(path, owner)
            asking.setdefault(path, set()).update(filter(_is_public, call.function.split(".")[1:2]))
        if common or len(world.importers((path,))) > 1:
            found.setdefault(path, common or path)
    return found | _alike(ground, single, asking) if len(single) > 1 else found


def _alike(ground: Ground, classes: Mapping[str, Scope], asking: Mapping[str, set[str]]) -> dict[str, str]:
    """Files whose classes have what one protocol of the project asks for, as those of other files have, and ask a model
    there: `close` makes no adapters."""
    found: dict[str, str] = {}
    for scope in ground.ev.world.anywhere("Protocol", r"class\s[^\n]*\bProtocol\b"):
        is_protocol = any(each.path in PROTOCOLS for each in foreign_bases(ground.ev, scope))
        asked = _methods(scope) if is_protocol else frozenset[str]()
        alike = [
            path
            for path, owner in classes.items()
            if asked and asked <= _methods(owner) and not (asking[path] and asked.isdisjoint(asking[path]))
        ]
        if len(alike) > 1:
            found |= {path: f"{scope.module.path}:{scope.name}" for path in alike if path not in found}
    return found


def _methods(owner: Scope) -> frozenset[str]:
    """The names of the public methods that a class defines."""
    units = owner.module.index.within(owner.name)
    names = (unit.name.rpartition(".")[2] for unit in units if unit.kind == "function")
    return frozenset(filter(_is_public, names))


def _is_public(name: str) -> bool:
    return not name.startswith("_") or name == "__call__"


def _chains(calls: tuple[Call, ...]) -> tuple[Step, ...]:
    found = [call.facts.failover for call in calls if call.facts.audience.state == "remote"]
    return tuple(dict.fromkeys(Step(each.where, each.detail) for each in found if each.state == "yes" and each.where))


def _near(world: World, calls: tuple[Call, ...], steps: Iterable[Step]) -> frozenset[str]:
    """Files with a call that hold one of the places, or import a file that does."""
    there = {step.place.path for step in steps}
    own = {call.place.path for call in calls}
    return frozenset(path for path in own if there and not there.isdisjoint(world.imported((path,))))


def _uses(ground: Ground, marks: Marks, group: str, texts: Texts) -> Iterator[Step]:
    """Where a class or function of one of the libraries is called or decorates."""
    world, libraries = ground.ev.world, marks.libraries[group]
    for path in texts:
        roots = {name for _, name, _ in world.source.imports(path)}
        tops = {name.partition(".")[0] for name in roots}
        near = [root for root in libraries if root.partition(".")[0] in tops]
        met = [root for root in near if any(each == root or each.startswith(f"{root}.") for each in roots)]
        wanted = {last: root for root in met for last in libraries[root]}
        module = world.module(path) if wanted else None
        for scope in module.scopes() if module is not None else ():
            for line, value in _called(ground, scope, frozenset(wanted)):
                root = wanted[value.path.replace("()", "").rpartition(".")[2]]
                if value.path.startswith(root.partition(".")[0]):
                    yield Step(Place(path, line), f"{value.path.replace('()', '').rpartition('.')[2]} of {root}")


def _called(ground: Ground, scope: Scope, names: frozenset[str]) -> Iterator[tuple[int, Ext]]:
    """Calls and decorators of a scope by the last name, with what they are."""
    for site in scope.sites:
        if name_of(site.call.func) in names:
            yield from ((site.line, each) for each in _named(ground.ev.callee(site), names))
    for each in scope.decorators:
        func = each.func if isinstance(each, CallNode) else each
        if isinstance(func, (Name, Attr)) and name_of(func) in names:
            found = ground.ev.eval(func, scope.parent or scope)
            yield from ((scope.line, value) for value in _named(found, names))


def _named(values: Values, names: frozenset[str]) -> Iterator[Ext]:
    for value in values:
        if isinstance(value, Ext) and value.path.replace("()", "").rpartition(".")[2] in names:
            yield value


def _is_near(world: World, name: str, texts: Texts, own: frozenset[str]) -> bool:
    """Whether a name is used in a file with calls, or in one that imports such a file itself."""
    word = re.compile(rf"\b{name}\b")
    users = [p for p, (text, _) in texts.items() if name in text and len(word.findall(text)) > (p not in own)]
    return any(
        user in own or any(world.locate(module, level, user) in own for level, module, _ in world.source.imports(user))
        for user in users
    )


def _own_breakers(world: World, texts: Texts, calls: tuple[Call, ...]) -> Iterator[Step]:
    """A breaker of the project's own before calls, with something that counts failures and something that waits."""
    own = frozenset(call.place.path for call in calls)
    for path, (text, low) in texts.items():
        hit = BREAKER.search(text) if "circuit" in low else None
        if hit is not None and not _is_near(world, hit[1], texts, own):
            continue
        if hit is not None and "fail" in low and any(word in low for word in ("time", "reset", "recover")):
            yield Step(Place(path, text.count("\n", 0, hit.start()) + 1), "circuit breaker of the project's own")


def _moderators(marks: Marks, texts: Texts) -> Iterator[Step]:
    yield from _lines(texts, marks.lines["moderators"], "a moderation function")
    settings = marks.lines["safety_settings"]
    held = {path: pair for path, pair in texts.items() if any(hint in pair[1] for hint in settings.hints)}
    unsafe = marks.pattern("unsafe")
    safe = {path: pair for path, pair in held.items() if not unsafe.search(pair[0])}
    yield from _lines(safe, settings, "the provider's safety settings")


def _trackers(marks: Marks, texts: Texts) -> Iterator[Step]:
    for name in marks.errors:
        root, _, last = name.rpartition(".")
        form = rf"^\s*(?:{re.escape(root)}\.)?{re.escape(last)}\s*\("
        held = {path: pair for path, pair in texts.items() if root.partition(".")[0] in pair[0]}
        note = f"errors go to {root.partition('.')[0].removesuffix('_sdk')}"
        yield from _lines(held, LineMark((last.lower(),), form), note, 1)


def _models(marks: Marks, texts: Texts, calls: tuple[Call, ...]) -> tuple[Model, ...]:
    """Models named at a call, or written as a string where a model's name is expected."""
    found: dict[str, Model] = {}
    for call in calls:
        fact = call.facts.model
        if fact.state not in {"config", "unknown", "n/a", ""}:
            tier = "other" if call.kind not in {"chat", "completion"} else marks.tier(fact.state)
            found.setdefault(fact.state, Model(fact.state, fact.where or call.place, tier, marks.seller(fact.state)))
    for path, (text, _) in texts.items():
        for hit in () if "migrations/" in path else NAMED.finditer(text):
            if _is_documented(text, hit.start()):
                continue
            name = hit[1]
            tier = marks.tier(name)
            whole = name[-1].isalnum() and name.casefold() not in WORDS  # "qwen-" is the beginning of many
            whole = whole and OTHERS.fullmatch(name) is None
            new = name.casefold() not in {each.casefold() for each in found}
            if whole and tier and tier != "other" and new and _is_set(text, hit):
                line = text.count("\n", 0, hit.start()) + 1
                found[name] = Model(name, Place(path, line), tier, marks.seller(name))
    return tuple(sorted(found.values(), key=lambda each: (each.place, each.name)))


@functools.lru_cache(maxsize=1)
def _written(text: str) -> tuple[tuple[int, int, bool], ...]:
    """Where strings and comments stand, and which are docstrings; kept for the next question about the same file."""
    return tuple((*each.span(), each["alone"] is not None) for each in WRITTEN.finditer(text))


def _is_set(text: str, hit: re.Match[str]) -> bool:
    """Whether a string stands where a model is chosen: near something called a model, and neither compared with, the
    key of a table, in a comment nor in a docstring."""
    start = text.rfind("\n", 0, hit.start()) + 1
    end = text.find("\n", hit.end())
    line = text[start : end if end >= 0 else len(text)]
    if line.lstrip().startswith(("#", '"""')) or any(each.search(line) for each in (COMPARED, SHOWING, COUNTING)):
        return False
    before = text[max(start - FAR, 0) : start].rsplit("\n", NEAR + 1)[1:]
    for above in (line, *reversed(before)):
        if NAMING.search(above.replace(hit[0], "")):
            return not COMPARED.search(above)
    return bool(ENTRY.match(line)) and _is_in_table(text, start, line)


def _is_in_table(text: str, start: int, line: str) -> bool:
    """Whether an entry stands in a table of models that begins further up, not in one of what they cost or can hold."""
    depth = len(line) - len(line.lstrip())
    for above in reversed(text[max(start - FARTHEST, 0) : start].splitlines()):
        inner = len(above) - len(above.lstrip())
        if above.strip() and inner < depth:
            depth = inner
            if TABLE.match(above):
                return not PRICED.search(above)
    return False
