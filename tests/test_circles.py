"""Programs in which functions and classes lead to one another in more ways than can be gone: an audit of them ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

MANY = 40
ASK = """
from openai import OpenAI

client = OpenAI(timeout=5)
"""


def equal_classes() -> str:
    """Classes that each compare by the one above and by what they hold, as the nodes of a query planner do."""
    root = (
        f"{ASK}\nclass Node:\n    def same(self, other):\n"
        "        for one, two in zip(self.children, other.children):\n"
        "            if not one.same(two):\n                return False\n"
        "        return client.responses.create(model=other.kind, input='x')\n"
    )
    below = (
        f"class Node{at}(Node):\n    def same(self, other):\n        known = super().same(other)\n"
        f"        return known and isinstance(other, Node{at}) and self.part.same(other.part)\n"
        for at in range(MANY)
    )
    return "\n\n".join((root, *below))


def traversal() -> str:
    """A function that hands its callback to itself for every part of what it goes through."""
    parts = "\n".join(f"    walked(node.part{at}, callback)" for at in range(MANY))
    return (
        f"{ASK}\ndef walked(node, callback):\n    callback(node)\n{parts}\n\n"
        "def ask(node):\n    return client.responses.create(model='m', input=node.text)\n\n"
        "def main(node):\n    walked(node, ask)\n"
    )


def keeping() -> str:
    """Helpers that hand what they are given to one another and keep it."""
    others = "\n".join(f"        self.add(name, function)\n        self.also{at}(name, function)" for at in range(12))
    also = "\n".join(f"    def also{at}(self, name, function):\n{others}" for at in range(12))
    return (
        f"{ASK}\nclass Table:\n    def __init__(self):\n        self.kept = {{}}\n"
        f"    def add(self, name, function):\n        self.kept[name] = function\n{others}\n{also}\n\n"
        "def outer(table):\n    def ask(text):\n        return client.responses.create(model='m', input=text)\n"
        "    table.add('ask', ask)\n\n"
        "def main(name, text):\n    table = Table()\n    outer(table)\n    return table.kept[name](text)\n"
    )


def partials() -> str:
    """A function that is put into a partial of itself again and again."""
    steps = "\n".join(f"    function = functools.partial(function, option{at}={at})" for at in range(MANY))
    return (
        f"import functools\n{ASK}\ndef ask(text, **options):\n"
        "    return client.responses.create(model='m', input=text)\n\n"
        f"def main(text):\n    function = functools.partial(ask, text)\n{steps}\n    return function()\n"
    )


def templates() -> str:
    """A template that is put into itself again and again."""
    steps = "\n".join(
        f"    template = template.replace('[{at}]', f'{{template}} {{text}} [{at}]')" for at in range(MANY)
    )
    return (
        f"{ASK}\ndef main(text):\n    template = 'Sum up: [0]'\n{steps}\n"
        "    return client.responses.create(model='m', input=template)\n"
    )


def stand_ins() -> str:
    """Objects that each hand on to two others what they don't have."""
    classes = (
        f"class Part{at}:\n    def __init__(self):\n        self.one = Part{(at + 1) % MANY}()\n"
        f"        self.two = Part{(at + 2) % MANY}()\n"
        "    def __getattr__(self, name):\n        if name in self.names:\n            return getattr(self.one, name)\n"
        "        return getattr(self.two, name)\n"
        for at in range(MANY)
    )
    ask = "def ask():\n    return client.responses.create(model=Part0().model, input='x')\n"
    return "\n\n".join((ASK, *classes, ask))


@pytest.mark.parametrize("program", [stand_ins, equal_classes, traversal, keeping, partials, templates])
def test_an_audit_of_a_thicket_of_circles_ends(program: Callable[[], str], tmp_path: Path, aiready: Run) -> None:
    (tmp_path / "app.py").write_text(program())
    done = aiready("audit", ".", "--no-cache", "--exit-zero", "--format", "json", cwd=tmp_path)
    (call,) = json.loads(done.stdout)["calls"]
    assert (call["facts"]["timeout"]["state"], call["facts"]["timeout"]["seconds"]) == ("explicit", 5.0)
