"""The search for sources: nearest first, over what one look at each text has shown.

What a text is made of depends on nothing but the text, the part of it that is asked for and the call on whose behalf,
so that is looked at once in a project. A question then goes along the ways that are known, from the prompt outwards,
and what it meets comes back along the same ways. Circles are no matter: whatever comes round a second time is known.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from .reached import Change, Found, Reached
from .texts import Source

MOST = 5000
"""Names, parameters and attributes looked at for one question, the nearest first; what lies further off isn't."""
ENOUGH = 32
"""Sources of one text that are told."""
PLACES = 4
"""Ways to stand in one text, with other words around it, in which a source is told."""


Changes = tuple[Change, ...]


class Way(NamedTuple):
    """From a text to what it takes something from."""

    to: Node | Source
    changes: Changes = ()
    """What becomes of it on its way back, the innermost first."""


Ways = list[Way]


class Node:
    """A name, a parameter or an attribute, or the part of it that is asked for."""

    __slots__ = ("_look", "ends", "found", "ways")

    def __init__(self, look: Callable[[], Ways]) -> None:
        self._look: Callable[[], Ways] | None = look
        self.ways: Sequence[tuple[Node, Changes]] = ()
        """What it is made of, once somebody looked."""
        self.ends: Sequence[tuple[Source, Changes]] = ()
        """Sources that stand in it."""
        self.found: Found | None = None
        """All its sources, once they are known and not too many."""

    def look(self) -> None:
        """See what it is made of, the first time."""
        if self._look is not None:
            found = self._look()
            self.ways = tuple((to, changes) for to, changes in found if isinstance(to, Node))
            self.ends = tuple((to, changes) for to, changes in found if isinstance(to, Source))
            self._look = None

    def settle(self, found: Found) -> None:
        """Keep what was found in the place of the ways to it, which nobody goes any more."""
        self.found, self.ways, self.ends = found, (), ()


class Kept:
    """What is known to stand in one text; what has a limit takes no room from what has none."""

    __slots__ = ("_places", "free", "limited")

    def __init__(self) -> None:
        self.free: list[Reached] = []
        self.limited: list[Reached] = []
        self._places: dict[tuple[object, ...], list[Reached]] = {}

    def takes(self, each: Reached) -> bool:
        """Whether that is news, for which there is room: a limit on one way is none, where another has no limit."""
        key = each.key()
        if each.limited is not None and (True, *key[1:]) in self._places:
            return False
        places, near = self._places.setdefault(key, []), each.near()
        if len(places) >= PLACES or near in map(Reached.near, places):
            return False
        places.append(each)
        (self.free if each.limited is None else self.limited).append(each)
        if len(self.free) == ENOUGH:
            self._places = {}  # nothing more is asked of it
        return True

    def has_room(self, each: Reached) -> bool:
        """Whether it could be taken."""
        return len(self.free) < ENOUGH and (each.limited is None or not self.is_full())

    def is_full(self) -> bool:
        """Whether there is no room left, but for what has no limit."""
        return len(self.free) + len(self.limited) >= ENOUGH

    def all(self) -> Found:
        """All that is kept, in whatever order it came."""
        known = {each.key() for each in self.free}
        return (*self.free, *(each for each in self.limited if (True, *each.key()[1:]) not in known))


NOTHING = Kept()


def behind(ways: Ways, change: Change) -> Ways:
    """The ways of a text that stands inside another one."""
    return [Way(to, (*changes, change)) for to, changes in ways]


def together(questions: Sequence[Ways]) -> list[Found]:
    """Everything that the ways of each question lead to, the nearest first. A question goes as far as it would alone,
    and what one of them has looked at is known to all: what comes to a text on the way of several is settled once."""
    search = _Search()
    asked = [search.explored(ways) for ways in questions]
    found = search.settled()
    answers = [each.nearest_first(found.get(each.looked[0], NOTHING).all()) for each in asked]
    for each in asked:
        for node in each.looked if each.whole else ():
            known = found.get(node, NOTHING)
            if not known.is_full():  # of too many, which are the nearest depends on who asks
                node.settle(known.all())
    return answers


class _Explored(NamedTuple):
    """What was looked at for one question."""

    looked: list[Node]
    """The question itself, then the nearest first."""
    whole: bool
    """Nothing was left to look at."""

    def nearest_first(self, found: Found) -> Found:
        """What was found for it, in the order in which it comes to the sources."""
        order: dict[Source, int] = {}
        for node in self.looked:
            for source, _ in node.ends:
                order.setdefault(source, len(order))
        return tuple(sorted(found, key=lambda each: order.get(each.source, len(order))))


class _Search:
    """The texts that were looked at for some questions, and what was met there."""

    def __init__(self) -> None:
        self._looked: set[Node] = set()
        self._back: dict[Node, list[tuple[Node, Changes]]] = {}
        """What takes something from a text."""
        self._met: deque[tuple[Node, Changes, Found]] = deque()

    def explored(self, ways: Ways) -> _Explored:
        """Look at what is behind a question."""
        root = Node(lambda: ways)
        near = {root}
        queue = deque([root])
        looked: list[Node] = []
        while queue and len(looked) < MOST:
            node = queue.popleft()
            looked.append(node)
            self._look(node)
            for to, _ in node.ways:
                if to not in near and to.found is None:
                    near.add(to)
                    queue.append(to)
        return _Explored(looked, not queue)

    def _look(self, node: Node) -> None:
        if node in self._looked:
            return
        self._looked.add(node)
        node.look()
        self._met.extend((node, changes, (Reached(source),)) for source, changes in node.ends)
        for to, changes in node.ways:
            if to.found is None:
                self._back.setdefault(to, []).append((node, changes))
            elif to.found:
                self._met.append((node, changes, to.found))

    def settled(self) -> dict[Node, Kept]:
        """What comes to each text of what was met, until nothing new does."""
        found: dict[Node, Kept] = {}
        while self._met:
            node, changes, reached = self._met.popleft()
            kept = found.get(node) or found.setdefault(node, Kept())
            for each in reached:
                if not kept.has_room(each):
                    continue
                new = each
                for change in changes:
                    new = change(new)
                if (new.limited is each.limited or kept.has_room(new)) and kept.takes(new):
                    self._met.extend([(to, more, (new,)) for to, more in self._back.get(node, ())])
        return found
