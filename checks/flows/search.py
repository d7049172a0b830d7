"""The search for sources: nearest first, over what one look at each text has shown.

What a text is made of depends on nothing but the text, the part of it that is asked for and the call on whose behalf,
so that is looked at once in a project. A question then goes along the ways that are known, from the prompt outwards,
and what it meets comes back along the same ways. Circles are no matter: whatever comes round a second time is known.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
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
        self.ways: list[tuple[Node, Changes]] = []
        """What it is made of, once somebody looked."""
        self.ends: list[tuple[Source, Changes]] = []
        """Sources that stand in it."""
        self.found: Found | None = None
        """All its sources, once they are known and not too many."""

    def look(self) -> None:
        """See what it is made of, the first time."""
        if self._look is not None:
            for to, changes in self._look():
                if isinstance(to, Source):
                    self.ends.append((to, changes))
                else:
                    self.ways.append((to, changes))
            self._look = None


class Kept:
    """What is known to stand in one text; what has a limit takes no room from what has none."""

    __slots__ = ("_places", "free", "limited")

    def __init__(self) -> None:
        self.free: list[Reached] = []
        self.limited: list[Reached] = []
        self._places: dict[tuple[object, ...], list[tuple[str, str]]] = {}

    def takes(self, each: Reached) -> bool:
        """Whether that is news: a limit on one way is none, where another way has no limit."""
        kept = self.free if each.limited is None else self.limited
        if kept is self.limited and (self.is_full() or each._replace(limited=None).key() in self._places):
            return False
        places, near = self._places.setdefault(each.key(), []), each.near()
        if near in places or len(places) >= PLACES or self.is_closed():
            return False
        places.append(near)
        kept.append(each)
        return True

    def is_closed(self) -> bool:
        """Whether there is no room for anything."""
        return len(self.free) >= ENOUGH

    def is_full(self) -> bool:
        """Whether there is no room left, but for what has no limit."""
        return len(self.free) + len(self.limited) >= ENOUGH

    def all(self) -> Found:
        """All that is kept, in whatever order it came."""
        known = {each.key() for each in self.free}
        return (*self.free, *(each for each in self.limited if each._replace(limited=None).key() not in known))


NOTHING = Kept()


def behind(ways: Ways, change: Change) -> Ways:
    """The ways of a text that stands inside another one."""
    return [Way(to, (*changes, change)) for to, changes in ways]


def sources(ways: Ways) -> Found:
    """Everything that these ways lead to."""
    root = Node(lambda: ways)
    back: dict[Node, list[tuple[Node, Changes]]] = {root: []}
    met: deque[tuple[Node, Changes, Reached]] = deque()
    queue = deque([root])
    while queue and len(back) - len(queue) < MOST:
        node = queue.popleft()
        node.look()
        met.extend((node, changes, Reached(source)) for source, changes in node.ends)
        for to, changes in node.ways:
            if to.found is not None:
                met.extend((node, changes, each) for each in to.found)
            elif to in back:
                back[to].append((node, changes))
            else:
                back[to] = [(node, changes)]
                queue.append(to)
    found = _settled(back, met)
    if not queue:
        for node in back:
            known = found.get(node, NOTHING)
            if not known.is_full():  # of too many, which are the nearest depends on who asks
                node.found = known.all()
    return found.get(root, NOTHING).all()


def _settled(
    back: dict[Node, list[tuple[Node, Changes]]], met: deque[tuple[Node, Changes, Reached]]
) -> dict[Node, Kept]:
    """What comes to each text of what was met, until nothing new does."""
    found: dict[Node, Kept] = {}
    while met:
        node, changes, each = met.popleft()
        kept = found.setdefault(node, Kept())
        if kept.is_closed() or (each.limited is not None and kept.is_full()):
            continue
        for change in changes:
            each = change(each)
        if kept.takes(each):
            met.extend([(above, more, each) for above, more in back[node] if not found.get(above, NOTHING).is_closed()])
    return found
