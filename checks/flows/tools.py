"""What other packages do with the text they are given: parse it, hold it against a schema, run it, log it."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from ..project.scope import Site
from ..project.values import Ext, Unk, Values
from ..read.tree import Attr, Call, Const, Expr, Index, Name
from ..sdks.schema import Knowledge, Library
from .quoting import is_run_as_word

HOW = ("function", "method", "class")


class Tool(NamedTuple):
    """One function of a library, and what it is called in a report."""

    role: str
    name: str
    library: Library | None = None

    def runs(self, call: Call, at: int) -> bool:
        """Whether argument `at` is what is run: the first, one of a name by which it is given, or a word that the
        program before it runs."""
        if at < len(call.args):
            words = self.library.uses.get("words", ()) if self.library is not None else ()
            return at == 0 or (last_name(call.func) in words and is_run_as_word(call, at))
        named = self.library.uses.get("keyword", ()) if self.library is not None else ()
        return not named or call.keywords[at - len(call.args)].name in named

    def takes_file(self) -> bool:
        """Whether a text is the name of a file to it."""
        return self.library is not None and self.name.rpartition(".")[2] in self.library.uses.get("file", ())

    def harmless(self) -> tuple[str, ...]:
        """Functions after which it does no harm."""
        return self.library.uses.get("safe", ()) if self.library is not None else ()


class Tools:
    """The libraries of some roles by what their functions are called."""

    def __init__(self, knowledge: Knowledge, roles: tuple[str, ...]) -> None:
        self.escaping = frozenset(name for library in knowledge.libraries for name in library.uses.get("safe", ()))
        """Functions that take the harm out of a text for some of them."""
        self._ends: dict[str, list[tuple[str, Library]]] = defaultdict(list)
        for library in knowledge.libraries:
            for name in dict.fromkeys(name for how in HOW for name in library.uses.get(how, ())):
                if library.role in roles:
                    self._ends[name.rpartition(".")[2]].append((name, library))

    def names(self) -> frozenset[str]:
        """Last names of all that is known."""
        return frozenset(self._ends)

    def of(self, site: Site, callees: Values) -> Tool | None:
        """The tool a call uses."""
        last = last_name(site.call.func)
        for value in callees:
            if isinstance(value, Ext):
                found = self._of_path(value.path, site)
                if found is not None:
                    return found
        unread = all(isinstance(value, Unk) for value in callees)
        for name, library in self._ends.get(last, ()) if unread else ():
            if name == last and isinstance(site.call.func, Attr) and name in library.uses.get("method", ()):
                receivers = library.uses.get("receiver", ())
                if library.role == "schema" and "_" in name:
                    return Tool(library.role, name, library)
                if last_name(site.call.func.value).lstrip("_") in receivers:
                    return Tool(library.role, f"{last_name(site.call.func.value)}.{name}", library)
        return None

    def _of_path(self, path: str, site: Site) -> Tool | None:
        plain = path.replace("()", "")
        for name, library in self._ends.get(plain.rpartition(".")[2], ()):
            under = any(plain == each or plain.startswith(f"{each}.") for each in library.imports)
            if under and f".{plain}".endswith(f".{name}") and _is_as_needed(site.call, library):
                return Tool(library.role, plain.removeprefix("builtins."), library)
        return None


def _is_as_needed(call: Call, library: Library) -> bool:
    """Whether the arguments stand there without which it does something harmless."""
    needs = library.uses.get("needs", ())
    given = {each.name for each in call.keywords if isinstance(each.value, Const) and each.value.value is True}
    return not needs or bool(given & set(needs))


def last_name(node: Expr) -> str:
    """The last name of what is called or read: `cursor` of `self.cursor()` and of `db.cursor`."""
    match node:
        case Attr(name=name) | Name(id=name):
            return name
        case Call(func=inner) | Index(value=inner):
            return last_name(inner)
        case _:
            return ""
