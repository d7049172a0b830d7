"""The search for sources goes nearest first, ends in circles, and finds the same in whatever order it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiready.checks.flows import search
from aiready.checks.flows.reached import Found, Reached, around, marked, within
from aiready.checks.flows.search import Node, Way, Ways, behind, together
from aiready.checks.flows.texts import Source
from aiready.checks.model import Place

if TYPE_CHECKING:
    import pytest

HERE = Place("app.py", 1)


def sources(ways: Ways) -> Found:
    """What a question asked alone leads to."""
    return together([ways])[0]


def source(what: str, line: int = 1) -> Source:
    return Source(what, "remote", False, Place("app.py", line))


def told(ways: Ways) -> list[str]:
    return [each.source.what for each in sources(ways)]


def test_a_circle_that_changes_nothing_ends() -> None:
    """`messages = messages + [new]`: what stands in a message of its own goes round as it is."""
    parts: Ways = []
    history = Node(lambda: parts)
    said = behind([Way(source("question"))], within("user"))
    parts += [*behind([Way(history)], around(lambda: ["", "more"], 0)), *said]
    found = sources([Way(history)])
    assert [(each.source.what, each.role, each.own) for each in found] == [("question", "user", True)]


def test_a_circle_that_adds_text_ends_too() -> None:
    """`text = "and " + text`."""
    parts: Ways = []
    text = Node(lambda: parts)
    parts += [*behind([Way(text)], around(lambda: ["and ", ""], 1)), Way(source("question"))]
    found = sources([Way(text)])
    assert len(found) == 1 + search.PLACES  # as it came, and with words before it
    assert found[0].before == ""
    assert found[1].before == "and "


def test_the_nearest_is_told_first() -> None:
    far = Node(lambda: [Way(source("far"))])
    middle = Node(lambda: [Way(far), Way(source("middle"))])
    assert told([Way(middle), Way(source("near"))]) == ["near", "middle", "far"]


def test_what_lies_too_far_off_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST", 5)

    def chain(length: int) -> Node:
        return Node(lambda: [Way(chain(length - 1))] if length else [Way(source("end"))])

    assert told([Way(chain(3))]) == ["end"]
    assert told([Way(chain(4))]) == []


def test_the_order_of_questions_makes_no_difference() -> None:
    """Two texts of a circle, each asked first."""

    def circle() -> tuple[Node, Node]:
        one: Ways = []
        two: Ways = []
        first, second = Node(lambda: one), Node(lambda: two)
        one += [Way(second), Way(source("one", 1))]
        two += [*behind([Way(first)], marked("cut", HERE)), Way(source("two", 2))]
        return first, second

    def asked(*nodes: Node) -> list[set[tuple[object, ...]]]:
        return [{each.key() for each in sources([Way(node)])} for node in nodes]

    first, second = circle()
    straight = asked(first, second)
    first, second = circle()
    assert straight == asked(second, first)[::-1]
    assert [len(each) for each in straight] == [2, 2]  # a limit on one way is none, where another has no limit


def test_what_is_bounded_takes_no_room_from_what_is_not() -> None:
    bounded = [Way(source("short", line)) for line in range(1, search.ENOUGH + 9)]
    free = Node(lambda: [Way(source("long"))])
    found = sources([*behind(bounded, marked("cut", HERE)), Way(free)])
    assert [each.source.what for each in found if each.limited is None] == ["long"]


def test_one_look_at_a_text_is_enough() -> None:
    looks: list[str] = []

    def look(name: str, *ways: Way) -> Ways:
        looks.append(name)
        return list(ways)

    shared = Node(lambda: look("shared", Way(source("question"))))
    assert told([Way(Node(lambda: look("one", Way(shared))))]) == ["question"]
    assert told([Way(Node(lambda: look("two", Way(shared))))]) == ["question"]
    assert looks == ["one", "shared", "two"]


def test_a_message_keeps_its_own_text() -> None:
    inside = behind([Way(source("question"))], within("user"))
    (found,) = sources(behind(inside, around(lambda: ["system words", ""], 1)))
    assert found == Reached(source=found.source, role="user", own=True)


def test_questions_asked_together_are_answered_as_each_would_be_alone() -> None:
    """What is near to one may be far from another; what stands on the way of both is changed once."""
    changed: list[str] = []

    def change(each: Reached) -> Reached:
        changed.append(each.source.what)
        return each

    shared = Node(lambda: [*behind([Way(source("outside", 7))], change), Way(source("inside", 8))])
    first: Ways = [Way(source("mine", 1)), Way(shared)]
    second: Ways = [Way(Node(lambda: [Way(source("theirs", 2))])), Way(shared)]
    both = [[each.source.what for each in found] for found in together([first, second])]
    assert both == [["mine", "outside", "inside"], ["theirs", "outside", "inside"]]
    assert changed == ["outside"]
    assert [told(first), told(second)] == both
    assert changed == ["outside"]  # it was looked at to its end: nobody asks again


def test_each_question_goes_as_far_as_it_would_alone_and_further_where_another_looked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "MOST", 3)

    def questions() -> tuple[Ways, Ways]:
        far = Node(lambda: [Way(Node(lambda: [Way(source("end"))]))])
        return [Way(far)], [Way(Node(lambda: [Way(far)]))]

    near, further = questions()
    assert [len(found) for found in together([further])] == [0]
    near, further = questions()
    assert [len(found) for found in together([further, near])] == [1, 1]
