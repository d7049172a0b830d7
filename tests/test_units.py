"""The index of a file: the text of its units and who holds which word, against the plainest way to tell."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aiready.checks.index import FileIndex, Unit, index
from aiready.checks.inverted import WORD, Inverted

PIECES = (
    "import os",
    "x = 'über'",
    "@wrap(1)\ndef ask(q):\n    return q.run('x')\n",
    "class Chat(Base):\n    '''Ürgh.'''\n\n    @property\n    def name(self):\n        return self.x\n\n    y = 2",
    "if x:\n    def inner():\n        pass\n\n    class Deep:\n        def at(self): return os\n",
    "def one(): return 1",
    "",
    "# only a comment",
)
texts = st.tuples(st.lists(st.sampled_from(PIECES), max_size=8), st.sampled_from(("", "\n", "\n\n"))).map(
    lambda drawn: "\n".join(drawn[0]) + drawn[1]
)


def plainly(text: str, unit: Unit) -> str:
    """A unit's lines, each hole a `pass` and blank lines."""
    lines = dict(enumerate(text.split("\n"), 1))
    for start, end in unit.holes:
        indent = lines[start][: len(lines[start]) - len(lines[start].lstrip())]
        lines |= {start: f"{indent}pass", **dict.fromkeys(range(start + 1, end + 1), "")}
    return "\n".join(lines[at] for at in range(unit.start, unit.end + 1)) + "\n"


@given(texts)
def test_a_unit_is_its_lines_without_those_of_the_units_inside(text: str) -> None:
    found = index("a.py", text)
    for unit in found.units.values():
        assert found.source(unit).rstrip("\n") == plainly(text, unit).rstrip("\n")
        assert found.source(unit).endswith("\n")


@given(texts)
def test_the_units_that_hold_a_word_are_those_in_whose_text_it_stands(text: str) -> None:
    found = index("a.py", text)
    for word in ("x", "os", "über", "pass", "return", "def", "nowhere"):
        holding = [unit for unit in found.units.values() if word in WORD.findall(found.source(unit))]
        assert found.holding(word) == holding
        assert [unit for unit in found.units.values() if found.holds(unit, word)] == holding
        assert all(found.met((word, "nowhere"), unit) == {word} for unit in holding)


def test_columns_are_counted_in_lines_only_where_characters_are_no_bytes() -> None:
    assert lines("x = 1\ny = 2\n") == []
    assert lines("x = 'ü'\ny = 2\n") == ["x = 'ü'", "y = 2", ""]


def lines(text: str) -> list[str]:
    found: FileIndex = index("a.py", text)
    return found.lines


def test_a_text_holds_what_it_was_added_with() -> None:
    words = Inverted()
    words.add(0, ("ask", "run"))
    words.add(7, ("run",))
    assert (words.holding("run"), words.holding("ask"), words.holding("no")) == (0b10000001, 1, 0)
    assert words.met(["ask", "run", "no"], 7) == {"run"}
