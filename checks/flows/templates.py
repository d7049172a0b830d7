"""The text of a prompt template, by how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..project.edges import name_of
from ..project.scope import Site
from .texts import GAP, Joined, Marked, Text

if TYPE_CHECKING:
    from .build import Builder

STORED = frozenset({"get_template", "select_template", "render_template", "render_to_string"})
"""Functions that are given the name of a template."""
WHOLE = ("template", "messages", "prompt", "source", "template_str", "template_text")
"""Arguments that hold all of it."""
AROUND = ("prefix", "suffix")
"""Arguments that hold what stands around the examples of one with examples."""


def template_text(make: Builder, site: Site) -> Text:
    """The text of a prompt template, of its constructor's arguments; they may also name the file that it is in."""
    spot, args = make.site(site), site.call.args
    if name_of(site.call.func) in STORED:
        return Marked(make.build(args[0], spot), "stored", spot.place()) if args else GAP
    given = {each.name: each.value for each in site.call.keywords}
    whole = [given[name] for name in WHOLE if name in given] or list(args[:1])
    if whole:
        return make.build(whole[0], spot)
    around = [make.build(given[name], spot) for name in AROUND if name in given]
    return Joined(tuple(around)) if around else GAP
