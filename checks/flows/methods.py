"""A method or an attribute of an answer, an item of it, and of what holds it."""

from __future__ import annotations

from ..project.edges import name_of
from ..project.scope import Site
from ..project.values import Fn, Obj
from ..read.tree import Attr, Call, Const, Expr, Index, Slice
from .names import Names, Walking
from .surroundings import Spot
from .taint import ANY, FILED, Parse, Taint, key_at, of_lines
from .words import (
    ASIDE,
    ASKING,
    CLEANING,
    COUNTS,
    CUTTING,
    DECODING,
    DEPTH,
    DRAWING,
    DUMPING,
    READING,
    TAKING,
    TEXTUAL,
    WHOLE,
)

PLACES = frozenset({"start", "end", "span"})
"""Methods of a match that say where it stands in its text, and nothing of that."""


class Methods:
    """Follows an answer through what is read of it."""

    def __init__(self, walk: Walking, names: Names) -> None:
        self._walk = walk
        self._names = names

    def attribute(self, attr: Attr, taint: Taint, spot: Spot | None) -> None:
        """`answer.name`, alone or called."""
        if spot is None:
            return
        if isinstance(spot.parent, Call) and spot.parent.func is attr:
            self._method(attr.name, spot.parent, taint)
            return
        if taint.inside:
            self._walk.push(taint.take(attr, attr.name))
            return
        if taint.form == "match":
            taint = self._names.parsed(taint)
        self._read(attr.name, taint.read(attr, attr.name))

    def item(self, item: Index, taint: Taint) -> None:
        """`answer[key]`."""
        if isinstance(item.key, Slice):  # a piece of a text is no whole response
            self._walk.push(taint._replace(node=item, whole=taint.whole and taint.form not in ("text", "wire")))
            return
        key = key_at(taint, item.key)
        if taint.inside:
            found = taint.take(item, key)
            if found is not None and isinstance(key, int) and taint.lines is not None and not of_lines(taint.lines):
                found = self._names.parsed(found.cut_out())  # the second sentence, the first word
            self._walk.push(found._replace(lines=None) if found is not None else None)
            return
        if taint.form in ("pieces", "match"):
            self._walk.push(self._names.parsed(taint).at(item))
            return
        found = taint.read(item, str(key)) if isinstance(key, str) and key != ANY else taint.at(item)
        self._read(key if isinstance(key, str) and key != ANY else "", found)

    def _read(self, name: str, found: Taint) -> None:
        """Note what is read of a response; what isn't the answer itself is not followed."""
        if name == "body" and found.form == "raw":  # yet to be decoded
            found = found._replace(form="wire")
        if name:
            self._walk.use("read", name, found)
        whole = found.form in ("raw", "wire")
        if not (whole and (name in ASIDE or COUNTS.search(name))):
            self._walk.push(found)

    def element(self, taint: Taint, node: Expr) -> Taint | None:
        """One of what a loop goes through: of a mapping these are the keys, which don't hold the answer."""
        values = self._walk.ev.eval(taint.node, taint.scope) if taint.is_keyed else ()
        keys = taint.is_keyed and not any(isinstance(value, Obj) for value in values)
        return None if keys else taint.take(node, ANY)

    def _method(self, name: str, call: Call, taint: Taint) -> None:
        """A method of the answer is called."""
        if name in DUMPING:
            self._walk.push(taint.packed(call))
        elif taint.is_packed and name in TEXTUAL:
            self._walk.push(taint.at(call))
        elif taint.inside and not taint.is_packed:
            self._of_container(name, call, taint)
        else:
            self._of_text(name, call, taint.plain())

    def _of_text(self, name: str, call: Call, taint: Taint) -> None:
        """A method of a text, a response or a part of one."""
        if name in ASKING:
            self._walk.use("test", name, taint)
        elif name in TEXTUAL:
            form = taint.form if taint.form in ("wire", "data") else taint.spelled
            self._walk.push(taint._replace(node=call, form=form, whole=taint.whole and form != "text"))
        elif name in CUTTING:
            self.cut(name, call, taint, _separator(call))
        elif name in DECODING:
            self._walk.push(taint.decoded(call))
        elif name in TAKING and call.args:
            key = key_at(taint, call.args[0])
            found = taint.read(call, str(key)) if isinstance(key, str) and key != ANY else taint.at(call)
            if taint.form == "match":
                self._walk.push(self._names.parsed(found))
            else:
                self._read(key if isinstance(key, str) and key != ANY else "", found)
        elif taint.form == "match":
            if name not in PLACES:
                self._walk.push(self._names.parsed(taint).at(call))
        elif name in WHOLE:
            self._walk.push(taint.at(call))
        elif name not in READING or taint.form != "text":  # else it is what stands in a file that the answer names
            self._read(name, taint.read(call, name))

    def _of_container(self, name: str, call: Call, taint: Taint) -> None:
        """A method of something that holds the answer."""
        site = self._walk.ev.site(call, taint.scope)
        found = [each for each in self._walk.ev.callee(site) if isinstance(each, Fn)] if site is not None else []
        if found and site is not None:
            for each in found[:2]:
                if each.scope.params and each.scope.klass() is not None and len(taint.stack) < DEPTH:
                    into = taint._replace(scope=each.scope, stack=(*taint.stack, site))
                    self._names.param(each.scope, each.scope.params[0].name, into)
        elif name in TAKING and call.args:
            self._walk.push(taint.take(call, key_at(taint, call.args[0])))
        elif name in DRAWING:
            self._walk.push(taint.take(call, ANY))
        elif name == "items":
            self._walk.push(taint._replace(node=call, inside=(ANY, 1, *taint.inside[1:])))
        elif name == "values":
            self._walk.push(taint._replace(node=call, inside=(ANY, *taint.inside[1:])))
        elif name in WHOLE:
            self._walk.push(taint.at(call))

    def cut(self, name: str, call: Call, taint: Taint, separator: str) -> None:
        """`answer.split(…)`: pieces that are data where it is cut at a separator somebody agreed on."""
        site = self._walk.ev.site(call, taint.scope)
        clean = not separator.strip(" ") or separator.startswith(CLEANING)
        if site is not None and clean and separator.startswith(("\n", ". ")):
            self.said(site, taint)
            return
        if site is None or clean or taint.form in ("wire", "data", *FILED):
            self._walk.push(taint.at(call))
            return
        self._walk.push(taint._replace(node=call, form="pieces", parse=Parse(site, name, taint.parse, whole=False)))

    def said(self, site: Site, taint: Taint) -> None:
        """A text is cut into its lines, sentences or words, which are text: data only where one is taken by its number,
        or by the caller that is given lines."""
        whole = taint.form not in ("raw", "text")
        self._walk.push(taint.at(site.call) if whole else taint._replace(lines=site).put(site.call, ANY))


def _separator(call: Call) -> str:
    """What a text is cut at; words are, and lines, where nothing is given."""
    match call.args:
        case () | (Const(value=bool()), *_):
            return "\n" if name_of(call.func) == "splitlines" else ""
        case (Const(value=str() as text), *_):
            return text
        case _:
            return "?"
