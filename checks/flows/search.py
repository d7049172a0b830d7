"""The search for sources: nearest first, over what one look at each text has shown.

What a text is made of depends on nothing but the text, the part of it that is asked for and the call on whose behalf,
so that is looked at once in a project. A question then goes along the ways that are known, from the prompt outwards,
and what it meets comes back along the same ways. Circles are no matter: whatever comes round a second time is known.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from typing import NamedTuple

from .reached import Change, Found, Reached
from .texts import Source

MOST = 5000
"""Names, parameters and attributes looked at for one question, the nearest first; what lies further off isn't."""
ENOUGH = 24
"""Sources of one text that are told."""
PLACES = 3
"""Ways to stand in one text, with other words around it, in which a source is told."""


class Way(NamedTuple):
    """From a text to what it takes something from."""

    to: Node | Source
    changes: tuple[Change, ...] = ()
    """What becomes of it on its way back, the innermost first."""


Ways = list[Way]


class Node:
    """A name, a parameter or an attribute, or the part of it that is asked for."""

    __slots__ = ("_look", "found", "ways")

    def __init__(self, look: Callable[[], Ways]) -> None:
        self._look = look
        self.ways: Ways | None = None
        """What it is made of, once somebody looked."""
        self.found: Found | None = None
        """All its sources, once they are known."""

    def looked(self) -> Ways:
        """What it is made of."""
        if self.ways is None:
            self.ways = self._look()
        return self.ways


def behind(ways: Ways, change: Change) -> Ways:
    """The ways of a text that stands inside another one."""
    return [Way(to, (*changes, change)) for to, changes in ways]


def sources(ways: Ways) -> Found:
    """Everything that these ways lead to."""
    root = Node(lambda: ways)
    back: dict[Node, list[tuple[Node, tuple[Change, ...]]]] = defaultdict(list)
    met: deque[tuple[Node, tuple[Change, ...], Reached]] = deque()
    seen = {root}
    queue = deque([root])
    while queue and len(seen) - len(queue) < MOST:
        node = queue.popleft()
        for to, changes in node.looked():
            if isinstance(to, Source):
                met.append((node, changes, Reached(to)))
            elif to.found is not None:
                met.extend((node, changes, each) for each in to.found)
            else:
                back[to].append((node, changes))
                if to not in seen:
                    seen.add(to)
                    queue.append(to)
    found = _settled(back, met)
    if not queue:
        for node in seen:
            node.found = tuple(found.get(node, ()))
    return tuple(found.get(root, ()))


def _settled(
    back: dict[Node, list[tuple[Node, tuple[Change, ...]]]], met: deque[tuple[Node, tuple[Change, ...], Reached]]
) -> dict[Node, list[Reached]]:
    """What comes to each text of what was met, until nothing new does."""
    found: dict[Node, list[Reached]] = {}
    known: dict[Node, dict[tuple[object, ...], list[tuple[str, str]]]] = {}
    while met:
        node, changes, each = met.popleft()
        kept = found.setdefault(node, [])
        if len(kept) >= ENOUGH:
            continue
        for change in changes:
            each = change(each)
        places = known.setdefault(node, {}).setdefault(each.key(), [])
        near = each.near()
        if near not in places and len(places) < PLACES:
            places.append(near)
            kept.append(each)
            met.extend((above, more, each) for above, more in back.get(node, ()))
    return found
