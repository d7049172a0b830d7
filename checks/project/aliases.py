"""Other names under which modules know a definition: `from .llm import ask as ask_llm`, `ask_llm = ask`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..read.tree import Attr, Name

if TYPE_CHECKING:
    from ..index import Unit
    from .scope import Binding
    from .world import Module, World


def aliases(world: World, word: str, *paths: str) -> list[str]:
    """The name itself, then those that modules which can know it give it at their top level."""
    found = {word: None}
    queue = [word]
    while queue:
        known = queue.pop()
        for module, unit in world.mentioning(known, *paths):
            if unit.name or known not in module.index.renamed:
                continue
            for name, bindings in module.top.bindings.items():
                if name not in found and any(_is_alias(each, known) for each in bindings):
                    found[name] = None
                    queue.append(name)
    return list(found)


def naming(world: World, word: str, path: str) -> list[tuple[Module, Unit]]:
    """The units that hold the name, or another that the definition has there."""
    return list(dict.fromkeys(each for name in aliases(world, word, path) for each in world.mentioning(name, path)))


def _is_alias(binding: Binding, word: str) -> bool:
    if binding.how == "import":
        return binding.attr == word
    match binding.expr:
        case Name(id=name) | Attr(name=name):
            return binding.how == "value" and name == word
        case _:
            return False
