"""Which files have to do with one another, held against the plainest way to say it."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st
from memory import Memory

from aiready.checks.project.links import Links
from aiready.checks.project.paths import Files, Paths

MOST = 9


def links(graph: dict[str, set[str]]) -> Links:
    """Modules that import one another and hold nothing else."""
    text = {f"{name}.py": "".join(f"import {each}\n" for each in sorted(to)) for name, to in graph.items()}
    source = Memory(text)
    return Links(source, Files(source.paths()), frozenset())


def reached(graph: dict[str, set[str]], starts: Iterable[str]) -> set[str]:
    """All that edges lead to, a step at a time."""
    found = set(starts)
    while more := {to for name in found for to in graph[name]} - found:
        found |= more
    return found


def turned(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    return {name: {other for other, to in graph.items() if name in to} for name in graph}


def files(names: Iterable[str]) -> list[str]:
    return sorted(f"{name}.py" for name in names)


NAMES = [f"m{at}" for at in range(MOST)]
GRAPHS = st.fixed_dictionaries({name: st.sets(st.sampled_from(NAMES), max_size=3) for name in NAMES})
SOME = st.lists(st.sets(st.sampled_from(NAMES), min_size=1, max_size=3), min_size=1, max_size=6)


@given(GRAPHS, SOME)
def test_any_order_of_questions_gives_what_the_plain_way_gives(
    graph: dict[str, set[str]], asked: list[set[str]]
) -> None:
    one = links(graph)
    for starts in asked:
        above = reached(turned(graph), starts)
        assert list(one.importers(files(starts))) == files(above)
        assert list(one.imported(files(starts))) == files(reached(graph, starts))
        assert list(one.program(files(starts))) == files(reached(graph, above))


@given(GRAPHS, st.sets(st.sampled_from(NAMES)))
def test_components_are_the_files_that_any_link_joins(graph: dict[str, set[str]], among: set[str]) -> None:
    either = {name: graph[name] | turned(graph)[name] for name in graph}
    groups = links(graph).components(files(among))
    assert sorted(path for group in groups for path in group) == files(among)
    for group in groups:
        assert group == files(reached(either, [group[0].removesuffix(".py")]) & among)


def test_a_set_of_files_is_a_set() -> None:
    all_files = Files(["b.py", "a.py", "c.py"])
    some = all_files.some(["c.py", "a.py"])
    assert list(some) == ["a.py", "c.py"]
    assert len(some) == 2
    assert "a.py" in some
    assert "b.py" not in some
    assert "elsewhere.py" not in some
    assert set(some) == {"a.py", "c.py"}
    assert some.isdisjoint({"b.py"})
    assert list(all_files.all) == ["a.py", "b.py", "c.py"]
    assert list(Paths(all_files, 0)) == []
