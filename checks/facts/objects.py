"""Objects of the project's own classes that stand for an answer: what counts is what they hold, not what they are
called."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..project.scope import Scope, Site
from ..project.values import Cls, Ext, Lit, Map, Obj, Text, Value
from ..read.tree import Attr, Call, Const, Expr, Index, Keyword, Mapping, Name, walk
from .news import FLAGS, NEWS, is_empty, is_news, verdict

if TYPE_CHECKING:
    from .subject import Subject

FILLING = frozenset({"model_validate", "model_validate_json", "parse_obj", "parse_raw", "from_dict", "from_json"})
"""Methods of a class that fill it with data."""


class Objects:
    """Judges what is made in the place of the answer of one call."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    def verdict(self, value: Expr | None, scope: Scope, caught: tuple[str | None, ...]) -> str:
        """What an object is, or what a name stands for; "" where that isn't known, or its class tells of errors, or a
        field is empty."""
        if isinstance(value, Call) and (made := self._classes(value, scope)):
            return self._of_object(value, scope, made, caught)
        return self._named(value, scope) if isinstance(value, Name | Attr | Index | Call) else ""

    def _of_object(self, value: Call, scope: Scope, made: list[Scope], caught: tuple[str | None, ...]) -> str:
        if any(NEWS.search(each.short) for each in made):
            return ""
        fields = (*value.args, *(each.value for each in value.keywords))
        if not is_news((value.args, value.keywords), caught):
            return "" if any(is_empty(each) for each in fields) else "instead"
        is_form = not self._asked_for.isdisjoint(made) or not _filled(self._subject, scope).isdisjoint(made)
        return "instead" if is_form and _says_more(value, fields, caught) else "news"

    def _classes(self, value: Call, scope: Scope) -> list[Scope]:
        """The classes of the project of which an object is made of something."""
        if not (value.args or value.keywords):
            return []
        return [each.scope for each in self._subject.ev.eval(value.func, scope) if isinstance(each, Cls)]

    def _named(self, value: Expr, scope: Scope) -> str:
        """What a constant says of itself, or what a function gives that only makes one: an error message is one,
        whatever it is called."""
        said = {self._of_value(each) for each in self._subject.ev.eval(value, scope)}
        return said.pop() if len(said) == 1 else ""

    def _of_value(self, value: Value) -> str:
        match value:
            case Lit(value=str() | None as plain) | Text(value=plain):
                found = verdict(Const(plain), None)
            case Obj(site=Site() as made):
                kinds = self._classes(made.call, made.scope)
                return self._of_object(made.call, made.scope, kinds, ()) if kinds else ""
            case Map(entries=entries):
                said = [
                    (key, each) for key, each, _ in entries if not is_empty(each)
                ]  # `"failed": False` says it didn't
                found = verdict(Mapping(tuple(key for key, _ in said), tuple(each for _, each in said)), None)
            case _:
                return ""
        return found if found in ("news", "nothing") else ""

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


def _filled(subject: Subject, scope: Scope) -> frozenset[Scope]:
    """Classes that a function fills with data as it comes: `Report(**data)`, `Report.model_validate_json(text)`."""
    found: set[Scope] = set()
    for site in scope.sites:
        match site.call:
            case Call(func=func, keywords=keywords) if any(each.name is None for each in keywords):
                made = func
            case Call(func=Attr(value=made, name=name)) if name in FILLING:
                pass
            case _:
                continue
        found |= {each.scope for each in subject.ev.eval(made, scope) if isinstance(each, Cls)}
    return frozenset(found)


def _says_more(made: Call, fields: tuple[Expr, ...], caught: tuple[str | None, ...]) -> bool:
    """Whether a field says something else than that it failed, and none is a flag; two, where one is made of the
    error."""
    if any(isinstance(part, Keyword) and part.name in FLAGS for part in walk(made)):
        return False
    of_error = any(isinstance(part, Name) and part.id in caught for part in walk(made))
    texts = (each.value for each in fields if isinstance(each, Const) and isinstance(each.value, str))
    return sum(bool(text) and not NEWS.search(text) for text in texts) > of_error
