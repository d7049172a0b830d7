"""The byte filter's first half: what a file imports, found at memory speed without parsing it.

It may say too much (a docstring that reads like an import), which costs a look; it must not say too little.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Import = tuple[int, str, tuple[str, ...]]
"""(dots in front, module, names taken from it): `from ..core import llm` is (2, "core", ("llm",))."""

REST = 20_000
"""Bytes after `from x import (` that are searched for its names."""
REACH = 1_000
"""Bytes before an `import` in which a `from` joined to it by backslashes is searched."""
BEFORE_STATEMENT = ";:\"'`("
"""What may stand before an `import` that doesn't begin its line (quotes: code in a string that is executed)."""
BACKSLASH = 92
REMEMBERED = 50_000
"""Lines kept with their meaning: the same imports stand in file after file."""
_known: dict[bytes, tuple[Import, ...]] = {}


def imports(data: bytes) -> list[Import]:
    """Every import, in order: statements wherever they stand, and calls such as `importlib.import_module("x")`,
    `__import__("x")` or `lazy_import("x")` of a literal."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    out: list[Import] = []
    start = 0
    size = len(data)
    at = data.find(b"import")
    while at >= 0:
        start = data.rfind(b"\n", start, at) + 1 or start  # not before the last hit's line: long lines stay linear
        end = data.find(b"\n", at)
        end = size if end < 0 else end
        line = data[start:end]
        found = _known.get(line)
        if found is None or data[start - 2] == BACKSLASH:
            found = _remembered(data, line, start)
        out += found
        start = end
        at = data.find(b"import", end)
    return out


def _remembered(data: bytes, line: bytes, start: int) -> tuple[Import, ...]:
    """The imports of a line not met before, with what continues it."""
    bare = line.partition(b"#")[0]
    continued = data[max(0, start - 2) : start] == b"\\\n"
    if not continued and not bare.endswith(b"\\") and (b"(" not in bare or b")" in bare):
        text = line.decode("utf-8", "replace")
        found = _plain(text.strip()) or tuple(_imports_of(text))
        if len(_known) < REMEMBERED and len(line) < 200:
            _known[line] = found
        return found
    end = start + len(line)
    close = data.find(b")", end, end + REST) if bare.endswith(b"(") and not continued else -1
    if close > 0 and data.find(b"import", end, close) < 0:
        words = data[start:close].replace(b"(", b" ", 1).decode("utf-8", "replace").split()
        listed = _plain(" ".join(words))
        if listed:
            return listed
    whole = _joined(data, _beginning(data, start), end)
    return tuple(_imports_of(whole.decode("utf-8", "replace")))


def _beginning(data: bytes, start: int) -> int:
    """Where the statement begins whose last line starts at `start`, over lines that end in a backslash."""
    begin = start
    while data[max(0, begin - 2) : begin] == b"\\\n" and start - begin < REACH:
        line = data.rfind(b"\n", max(0, begin - REACH), begin - 1) + 1
        if any(word in data[line:begin] for word in _KEYWORDS):
            break
        begin = line
    return begin


def _plain(line: str) -> tuple[Import, ...] | None:
    """The two forms in which nearly all imports are written, read ten times faster than the rest; else None."""
    if line.startswith("from "):
        module, _, names = line[5:].partition(" import ")
    elif line.startswith("import "):
        module, names = "", line[7:]
    else:
        return None
    if not names or " " in module or "import" in names or not _PLAIN.isdisjoint(names):
        return None
    bare = [name.partition(" as ")[0].strip() for name in names.rstrip(", ").split(",")]
    if not module:
        return tuple((0, name, ()) for name in bare)
    name = module.lstrip(".")
    return ((len(module) - len(name), name, tuple(bare)),)


_PLAIN = frozenset("#;()\\\t\f'\"`")


def _joined(data: bytes, begin: int, end: int) -> bytes:
    """A statement that spans lines, as one line without comments: joined at backslashes and inside its bracket."""
    line = data[begin:end].replace(b"\\\n", b" ").partition(b"#")[0]
    pieces = [line.removesuffix(b"\\")]
    bracket = b"(" in line and b")" not in line
    joined = line.endswith(b"\\")
    limit = min(end + REST, len(data))
    while (bracket or joined) and end < limit:
        start, end = end + 1, data.find(b"\n", end + 1)
        end = len(data) if end < 0 else end
        piece = data[start:end].partition(b"#")[0]
        if any(word in piece for word in _KEYWORDS):  # never closed: what follows is another statement's
            break
        pieces.append(piece.removesuffix(b"\\"))
        bracket = (bracket or b"(" in piece) and b")" not in piece
        joined = piece.endswith(b"\\")
    return b" ".join(pieces)


_KEYWORDS = (b"import ", b"import\t", b"import\\", b"import(", b"import*")


def _imports_of(line: str) -> Iterable[Import]:
    at = line.find("import")
    start = 0
    room = max(200, REST // max(1, line.count("import")))  # a line made of nothing but imports stays linear
    while at >= 0:
        after = line[at + 6 : at + 7]
        if after in _SEPARATORS and not (at and _is_word(line[at - 1])):
            yield from _statement(line[start:at].strip(), line[at + 6 : at + 6 + room])
            start = at
        elif after:
            yield from _call(line[at + 6 : at + 306])
        at = line.find("import", at + 6)


_SEPARATORS = (" ", "\t", "(", "*", "\f")


def _is_word(char: str) -> bool:
    return char == "_" or char.isalnum()


def _statement(head: str, rest: str) -> Iterable[Import]:
    """The statement with `head` before its `import` and `rest` after it."""
    if not head or head[-1] in BEFORE_STATEMENT:
        return [(0, module, ()) for module in _names(rest) if module]
    words = head.rsplit(None, 2)[-2:]
    if words[-1].startswith("from."):
        words = ["from", words[-1][4:]]
    elif "from ." in head:  # from . . x import y
        words = ["from", head[head.rfind("from .") + 5 :].replace(" ", "")]
    if len(words) < 2 or not words[0].endswith("from") or _is_word(words[0][-5:-4] or " "):
        return []
    module = words[1].lstrip(".")
    return [(len(words[1]) - len(module), module, tuple(_names(rest)))]


def _names(rest: str) -> list[str]:
    """The names after `import`, without their aliases."""
    if "#" in rest or ";" in rest:
        rest = rest.partition("#")[0].partition(";")[0]
    if "(" in rest:
        rest = rest.partition("(")[2]
    words = (item.split(None, 1) for item in rest.partition(")")[0].split(","))
    return [word[0].strip("\"'`") for word in words if word]


def _call(rest: str) -> Iterable[Import]:
    """`..._import...("literal")`: the name that holds `import` must be called with a plain string."""
    name, _, argument = rest.partition("(")
    text = argument.lstrip().lstrip("rbuRBU")
    quote = text[:1]
    if quote not in ('"', "'") or not all(_is_word(char) for char in name.rstrip()):
        return []
    module = text[1:].partition(quote)[0]
    bare = module.lstrip(".")
    if not bare or not all(_is_word(char) or char == "." for char in bare):
        return []
    return [(len(module) - len(bare), bare, ())]


def by_top(known: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Import roots by their first name, as `roots` wants them: {"google": ("google.genai", ...)}."""
    out: dict[str, tuple[str, ...]] = {}
    for root in sorted(set(known)):
        top = root.partition(".")[0]
        out[top] = (*out.get(top, ()), root)
    return out


def roots(found: Iterable[Import], known: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Which of the known import roots (see `by_top`) these imports bring in, submodules included."""
    out: set[str] = set()
    for level, module, names in found:
        possible = () if level else known.get(module.partition(".")[0], ())
        for root in possible:
            whole = (module, *(f"{module}.{name}" for name in names))
            if any(f"{dotted}.".startswith(f"{root}.") for dotted in whole):
                out.add(root)
    return out
