"""Forms and serializers, classes of a project that say which fields a request has: what was sent in which of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..project.attributes import methods
from ..project.edges import name_of
from ..project.lineage import foreign_bases, mro
from ..project.values import Cls
from ..read.tree import Call, Const, Expr, Keyword, walk
from .handed import limited
from .texts import Gap, Marked, Record, Source, Text, either

if TYPE_CHECKING:
    from ..project.scope import Binding, Scope, Site
    from ..sdks.prompts import TextRule
    from .build import Builder, Spot

LENGTHS = frozenset({"Length", "MaxLengthValidator"})
"""Validators of a field that bound its length."""
CLEANING = ("clean_", "validate_")
"""How methods begin that look at one field."""


def filled_in(make: Builder, owner: Scope, site: Site, spot: Spot) -> Text | None:
    """An object of a form's class with what was sent; None where the class is none, or nothing was."""
    rule = next((rule for base in foreign_bases(make.ev, owner) if (rule := make.lore.form(base.path))), None)
    if rule is None:
        return None
    given = [make.build(each, spot) for each in _given(rule, site.call)]
    if rule.inside and not given:
        given = [Source(rule.what, rule.source, rule.retrieved, spot.place(site.call.span.line))]
    sent = either([each for each in given if not isinstance(each, Gap)])
    if isinstance(sent, Gap):
        return None
    kept = dict(_bounds(make, rule, owner, spot))
    whole = sent
    for name, how in kept.items():
        whole = Marked(whole, how, spot.place(), name)
    entries: list[tuple[str | None, Text]] = [(each, whole) for each in rule.held]
    for name, _, _ in _fields(make, owner) if rule.inside else ():
        one = Marked(sent, kept[name], spot.place()) if name in kept else sent
        entries.append((name, Record(((rule.inside, one),))))
    return Record(tuple(entries), owner.short)


def _given(rule: TextRule, call: Call) -> Iterator[Expr]:
    """The arguments that bring what was sent."""
    yield from (each for name, each in zip(rule.given, call.args, strict=False) if name)
    yield from (each.value for each in call.keywords if each.name in rule.given)


def _bounds(make: Builder, rule: TextRule, owner: Scope, spot: Spot) -> Iterator[tuple[str, str]]:
    """What a form makes sure of, field by field: that there isn't more than so much, or that it is one of its own
    choices."""
    for name, binding, at in _fields(make, owner):
        made = binding.expr
        if not isinstance(made, Call):
            continue
        checks = [method for each in CLEANING for method in methods(owner, each + name)]
        if name_of(made.func) in rule.closed or any(each.name == "choices" for each in made.keywords):
            yield name, "known"
        elif limited(make, made, at) or _is_short(made) or any(make.checks.measures(each) for each in checks):
            yield name, "cut"


def _fields(make: Builder, owner: Scope) -> Iterator[tuple[str, Binding, Scope]]:
    """The fields of a form, then those of the model that it is made from."""
    met: set[str] = set()
    for each in (*mro(make.ev, owner), *_models(make, owner)):
        for name, found in each.bindings.items():
            made = [binding for binding in found if binding.how == "value"]
            if made and name not in met:
                met.add(name)
                yield name, made[-1], each


def _models(make: Builder, owner: Scope) -> Iterator[Scope]:
    """The model of the project that a form's `Meta` names."""
    for meta in make.ev.attribute(Cls(owner), "Meta"):
        for model in make.ev.attribute(meta, "model"):
            if isinstance(model, Cls):
                yield from mro(make.ev, model.scope)


def _is_short(made: Call) -> bool:
    """Whether a validator of the field bounds its length: `validators=[Length(max=500)]`."""
    return any(
        isinstance(node, Call)
        and (name := name_of(node.func)) in LENGTHS
        and (len(node.args) > (name == "Length") or any(_is_most(each) for each in node.keywords))
        for node in walk(made)
    )


def _is_most(given: Keyword) -> bool:
    return given.name in ("max", "limit_value") and given.value != Const(None)
