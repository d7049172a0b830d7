"""Provider keys written into the code, for everybody who can read it.

A key is known by its form wherever a string holds it (`sk-ant-…`), or, where a provider's keys have no form of their
own, by the place it is given to (`api_key=` of an SDK, `os.environ["COHERE_API_KEY"]`) and by looking random. No
character of a key leaves this module.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from ..keyforms import FORMS, MARKS, is_drawn
from .model import Place, Secret
from .read import tree_of
from .sdks import Sdk, load

GATES = (
    "sk-",
    "AIza",
    "hf_",
    "gsk_",
    "api_key",
    "API_KEY",
    "access_key",
    "ACCESS_KEY",
    "_TOKEN",
    "Client(",
    "ClientV2(",
)
"""A text without any of these is not searched: a key's beginning, or the name of what it is given to."""
_GATES = tuple(gate.encode() for gate in GATES)
KEY = re.compile(rf"(?<![\w-])(?:{'|'.join(f'({form})' for _, form in FORMS)})", re.ASCII)
SHARED = frozenset({"openai", "deepseek"})
"""Forms that other providers use too: the name of the variable knows better."""
LITERAL = re.compile(r"""["'](?:Bearer )?([\w\-./+=]{20,})["']""", re.ASCII)
TAKES = re.compile(r"(?i)key|token|_ak|_sk|client(?:v2)?\(")
NEAR = 200
"""Characters before a literal in which the name of what it is given to stands."""
VALUE = re.compile(r"(?:Bearer )?([A-Za-z0-9][\w\-./+=]{19,})", re.ASCII)
BARE = re.compile(r"(?i)x?[-_]?api[-_]?key")
"""A name that says what is given and not whose it is."""
PLACEHOLDERS = re.compile(
    r"(?i)your|example|xxxx|dummy|placeholder|test|fake|sample|insert|replace|change|redacted|secret|goes|here|mykey"
    r"|\.\.\.|\*\*|1234567|abcdef|qwerty|demo"
)
NAME = re.compile(r"[A-Za-z_][\w.-]{0,40}")
"""Names that may be shown; an entry of a dict may be called anything."""
PUBLIC = re.compile(r"authDomain|firebaseapp|googlemaps|maps\.google|youtube")
"""Files whose Google key is one for another service, often a public one."""
CLOUDS = frozenset({"boto3", "botocore", "aioboto3", "aiobotocore"})
"""Packages for much else, whose keys have other names."""
WRAPPERS = frozenset({"SecretStr", "Secret", "str"})


class Slot(NamedTuple):
    """A place that is given a value."""

    name: str
    """Name of the parameter, variable, attribute or entry."""
    owner: str
    """Dotted path of what is called or set, through the file's imports; empty where there is none."""
    where: str
    """In words."""


def may_hold(data: bytes) -> bool:
    """Whether a file can hold a key at all, told at memory speed without decoding it."""
    return any(gate in data for gate in _GATES)


def secrets(path: str, text: str) -> tuple[Secret, ...]:
    """Every provider key in the string literals of a module's text, in order, be it valid Python or not."""
    if not _may_hold(text):
        return ()
    try:
        tree = tree_of(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        found = _by_lines(path, text)
    else:
        found = _by_tree(path, text, tree)
    return tuple(sorted(set(found), key=lambda secret: (secret.place, secret.provider)))


def _may_hold(text: str) -> bool:
    """Whether reading it is worth while: nearly every file is answered by the first line."""
    if not any(gate in text for gate in GATES):
        return False
    if any(_is_random(match[0]) for match in _formed(text)):
        return True
    return any(
        TAKES.search(text, max(0, match.start() - NEAR), match.start()) and _is_random(match[1])
        for match in LITERAL.finditer(text)
    )


def _formed(text: str) -> Iterator[re.Match[str]]:
    """Everything in the form of a key."""
    for mark in MARKS:
        at = text.find(mark)
        while at >= 0:
            found = KEY.match(text, at)
            if found:
                yield found
            at = text.find(mark, at + len(mark))


def _is_random(value: str) -> bool:
    """Whether a text was drawn by a generator and is no placeholder."""
    return not PLACEHOLDERS.search(value) and not value.startswith(("/", ".", "http")) and is_drawn(value)


def _by_tree(path: str, text: str, tree: ast.Module) -> Iterator[Secret]:
    lines = text.split("\n")
    imports = dict(_imports(tree))
    slots = dict(_slots(tree, imports))
    inside: set[int] = set()  # pieces of an f-string, whose own positions are not exact
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside.update(id(piece) for piece in node.values)
            value = "\0".join(_text(piece) for piece in node.values)
        elif isinstance(node, ast.Constant) and id(node) not in inside:
            value = _text(node)
        else:
            continue
        found = _judged(value, slots.get(id(node)), text, imports) if len(value) >= 20 else None
        if found is not None:
            key, provider, where = found
            yield Secret(_place(path, node, key, lines), provider, where)


def _text(node: ast.expr) -> str:
    if not isinstance(node, ast.Constant):
        return ""
    if isinstance(node.value, bytes):
        return node.value.decode("latin-1")
    return node.value if isinstance(node.value, str) else ""


def _judged(value: str, slot: Slot | None, text: str, imports: dict[str, str]) -> tuple[str, str, str] | None:
    """(key, provider, where) of a literal that holds a key."""
    where = slot.where if slot is not None else "string literal"
    for match in _formed(value):
        provider = FORMS[(match.lastindex or 1) - 1][0]
        if _is_random(match[0]) and _belongs(provider, text):
            named = _by_variable(slot.name) if slot is not None and provider in SHARED else None
            return match[0], named or provider, where
    if slot is None or (whole := VALUE.fullmatch(value)) is None or not _is_random(whole[1]):
        return None
    taker = _taker(slot, imports)
    return (whole[1], taker, where) if taker is not None and _belongs(taker, text) else None


def _belongs(provider: str, text: str) -> bool:
    """Whether the provider's key is one for models, where it also opens other doors."""
    if provider == "bedrock-runtime":
        return "bedrock" in text or "boto" in text
    if provider == "google-genai":
        return not PUBLIC.search(text) or "genai" in text or "gemini" in text.lower()
    return True


def _place(path: str, node: ast.expr, key: str, lines: list[str]) -> Place:
    """The literal, or in one that spans lines the key alone."""
    end = node.end_lineno or node.lineno
    for number in range(node.lineno, end + 1) if end > node.lineno else ():
        at = lines[number - 1].find(key)
        if at >= 0:
            return Place(path, number, at + 1, number, at + 1 + len(key))
    first = _column(lines[node.lineno - 1], node.col_offset)
    return Place(path, node.lineno, first, end, _column(lines[end - 1], node.end_col_offset or 0))


def _column(line: str, offset: int) -> int:
    return len(line.encode()[:offset].decode(errors="replace")) + 1


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Name in the file -> what it stands for; a name of the project's own stands for a path that begins with a dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                bound = each.asname or each.name.partition(".")[0]
                yield bound, each.name if each.asname else bound
                yield each.name, each.name  # what follows its root tells the SDK
        elif isinstance(node, ast.ImportFrom):
            for each in node.names:
                yield each.asname or each.name, f"{'.' * node.level}{node.module or ''}.{each.name}"


def _slots(tree: ast.Module, imports: dict[str, str]) -> Iterator[tuple[int, Slot]]:
    """Literal (by identity) -> what it is given to."""
    for node in ast.walk(tree):
        match node:
            case ast.Call():
                yield from _of_call(node, _dotted(node.func, imports))
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _given(value, _of_target(target, imports))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from _given(value, _of_target(target, imports))
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    name = _text(key) if key is not None else ""
                    yield from _given(value, Slot(name, "", f'"{name}" of a dict'))
            case ast.arguments():
                positional = [*node.posonlyargs, *node.args]
                given = [*zip(reversed(positional), reversed(node.defaults), strict=False)]
                given += [(one, value) for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True) if value]
                for one, value in given:
                    yield from _given(value, Slot(one.arg, "", f"default of the parameter {one.arg}"))
            case _:
                pass


def _of_call(node: ast.Call, callee: str) -> Iterator[tuple[int, Slot]]:
    for keyword in node.keywords:
        if keyword.arg:
            yield from _given(keyword.value, Slot(keyword.arg, callee, f"{keyword.arg}= of {callee or 'a call'}"))
    positional = _positional(callee)
    for at, value in enumerate(node.args):
        if at < len(positional):
            yield from _given(value, Slot(positional[at], callee, f"{positional[at]} of {callee}"))
        elif at == 1 and (name := _text(node.args[0])):
            yield from _given(value, Slot(name, "", f'"{name}" in {callee}' if callee else f'"{name}"'))


def _of_target(target: ast.expr, imports: dict[str, str]) -> Slot:
    match target:
        case ast.Name(id=name):
            return Slot(name, "", f"variable {name}")
        case ast.Attribute(value=base, attr=name):
            owner = _dotted(base, imports)
            return Slot(name, owner, f"{owner}.{name}" if owner else name)
        case ast.Subscript(value=base, slice=ast.Constant(value=str() as name)):
            owner = _dotted(base, imports)
            return Slot(name, "", f'{owner}["{name}"]' if owner else f'"{name}"')
        case _:
            return Slot("", "", "string literal")


def _given(value: ast.expr, slot: Slot) -> Iterator[tuple[int, Slot]]:
    """The literals that a value may be: `os.getenv("X") or "literal"`, `SecretStr("literal")`."""
    match value:
        case ast.Constant() | ast.JoinedStr():
            if NAME.fullmatch(slot.name) and not _is_random(slot.name):
                yield id(value), slot
        case ast.BoolOp(values=parts):
            for part in parts:
                yield from _given(part, slot)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _given(body, slot)
            yield from _given(orelse, slot)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[inner]) if name in WRAPPERS:
            yield from _given(inner, slot)
        case _:
            pass


def _dotted(node: ast.expr, imports: dict[str, str]) -> str:
    """`openai.OpenAI` of a callee through the file's imports; empty for anything but names and attributes."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([imports.get(node.id, node.id), *reversed(names)])


def _taker(slot: Slot, imports: dict[str, str]) -> str | None:
    """The provider whose key stands there, if it is one's."""
    named = _by_variable(slot.name)
    if named is not None or not BARE.fullmatch(slot.name):
        return named
    owner = _by_path(slot.owner)
    if owner is not None:
        return owner
    root = slot.owner.partition(".")[0]
    if root and root in {path.partition(".")[0] for path in imports.values()}:
        return None  # something of another package, which has keys of its own
    return next((found for path in imports.values() if (found := _by_path(path)) is not None), None)


@cache
def _variables() -> dict[str, str]:
    """Environment variable -> provider, from the SDK data; what no SDK of its own reads is named after itself."""
    sdks = sorted(load().sdks, key=lambda sdk: sdk.kind != "sdk")
    found = {"AWS_SECRET_ACCESS_KEY": "bedrock-runtime"}
    for sdk in sdks:
        for name in sdk.env:
            if name.endswith(("KEY", "TOKEN", "_AK", "_SK", "CREDENTIAL")):
                found.setdefault(name, sdk.id if sdk.kind == "sdk" else name.partition("_")[0].lower())
    return found


def _by_variable(name: str) -> str | None:
    """The provider that a name such as `openai_api_key` or `MY_COHERE_API_KEY` speaks of."""
    plain = name.upper().replace("-", "_")
    found = _variables()
    while plain:
        if plain in found:
            return found[plain]
        plain = plain.partition("_")[2]
    return None


@cache
def _by_path(path: str) -> str | None:
    """The provider behind an SDK's module, class or function; None for what is no SDK, or runs without a key."""
    found = [(len(root), sdk.kind == "sdk", sdk) for sdk, root in _roots() if f"{path}.".startswith(f"{root}.")]
    if not found:
        return None
    sdk = max(found, key=lambda each: each[:2])[2]
    providers = {_variables().get(name) for name in sdk.env}
    return sdk.id if sdk.kind == "sdk" or len(providers) != 1 else providers.pop()


@cache
def _roots() -> tuple[tuple[Sdk, str], ...]:
    """SDKs that take a key, by import root."""
    return tuple((sdk, root) for sdk in load().sdks if not sdk.in_process for root in sdk.imports if root not in CLOUDS)


@cache
def _positional(path: str) -> tuple[str, ...]:
    """Names of a client's positional parameters."""
    name = path.rpartition(".")[2]
    rules = (sdk.clients.get(name) for sdk, root in _roots() if path.startswith(f"{root}."))
    return next((rule.args for rule in rules if rule is not None), ())


QUOTED = re.compile(r"#.*|(?P<quote>['\"])(?P<body>(?:\\.|(?!(?P=quote)).)*)(?P=quote)")


def _by_lines(path: str, text: str) -> Iterable[Secret]:
    """Keys that are known by their form, in the quoted text of each line."""
    for number, line in enumerate(text.split("\n"), 1):
        for quoted in QUOTED.finditer(line) if any(True for _ in _formed(line)) else ():
            found = _judged(quoted["body"] or "", None, text, {})
            if found is not None:
                yield Secret(Place(path, number, quoted.start() + 1, number, quoted.end() + 1), *found[1:])
