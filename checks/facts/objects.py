"""Objects of the project's own classes that stand for an answer: what counts is what they hold, not what they are
called."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..project.scope import Scope
from ..project.values import Cls, Ext
from ..read.tree import Call, Const, Expr, Keyword, Name, walk
from .news import FLAGS, NEWS, is_empty, is_news

if TYPE_CHECKING:
    from .subject import Subject


class Objects:
    """Judges what is made in the place of the answer of one call."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    def verdict(self, value: Expr | None, scope: Scope, caught: tuple[str | None, ...]) -> str:
        """What an object is; "" where its class is none of the project or tells of errors, or a field is empty."""
        if not isinstance(value, Call) or not (value.args or value.keywords):
            return ""
        made = [each.scope for each in self._subject.ev.eval(value.func, scope) if isinstance(each, Cls)]
        if not made or any(NEWS.search(each.short) for each in made):
            return ""
        fields = (*value.args, *(each.value for each in value.keywords))
        if not is_news((value.args, value.keywords), caught):
            return "" if any(is_empty(each) for each in fields) else "instead"
        return "instead" if not self._asked_for.isdisjoint(made) and _says_more(value, fields, caught) else "news"

    @cached_property
    def _asked_for(self) -> frozenset[Scope]:
        """Classes that the model is made to answer in the form of: `with_structured_output(Report)`."""
        subject = self._subject
        values = subject.ev.eval(subject.site.call.func, subject.scope)
        sites = {subject.site, *(site for each in values if isinstance(each, Ext) for site in each.sites)}
        given = (
            value
            for site in sites
            for arg in (*site.call.args, *(each.value for each in site.call.keywords))
            for value in subject.ev.eval(arg, site.scope)
        )
        return frozenset(each.scope for each in given if isinstance(each, Cls))


def _says_more(made: Call, fields: tuple[Expr, ...], caught: tuple[str | None, ...]) -> bool:
    """Whether a field says something else than that it failed, and none is a flag or made of the error."""
    for part in walk(made):
        if (isinstance(part, Keyword) and part.name in FLAGS) or (isinstance(part, Name) and part.id in caught):
            return False
    texts = (each.value for each in fields if isinstance(each, Const) and isinstance(each.value, str))
    return any(text and not NEWS.search(text) for text in texts)
