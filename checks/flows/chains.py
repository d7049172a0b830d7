"""The texts that a chain, a pipeline or a crew was made with, into which its run puts what it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..model import Place
from ..project.edges import arguments_of, called_on, name_of
from ..project.held import given_to, held
from ..project.scope import Scope, Site
from ..project.values import Ext, Map, Unk, Value
from ..read.tree import Attr, Binary, Call, Expr, Name
from .templates import template_text
from .texts import GAP, Filled, Record, Text, either, got

if TYPE_CHECKING:
    from ..project.calls import Found
    from ..sdks.prompts import PromptRule
    from .build import Builder

DEEPEST = 3
"""Things of which others are made."""


def values_in(given: Text, rule: PromptRule) -> Text:
    """What is put into templates by name, of what a run is given: the same, or each of what is in it."""
    return either([given, got(given, "")]) if rule.nested else given


def asked_of(
    make: Builder, sites: tuple[Site, ...], rule: PromptRule, given: Text, place: Place
) -> Iterator[tuple[str, Text]]:
    """What the tasks and agents of a crew say, with what its run puts in."""
    for site in dict.fromkeys(_made_of(make, sites, 0)):
        for each in site.call.keywords:
            role = "user" if each.name in rule.asked else "system" if each.name in rule.client else ""
            if role:
                text = make.build(each.value, make.site(site))
                yield role, text if given is GAP else Filled(text, values_in(given, rule), "{}", place)


def put_before(make: Builder, found: Found, rule: PromptRule) -> Iterator[tuple[str, Text]]:
    """The messages that other calls of the same program put where this one finds them."""
    near = make.ev.world.program((found.site.scope.module.path,))
    for name in rule.filled:
        form = r"\s*\.\s*".join(map(re.escape, name.split(".")))
        for scope in make.ev.world.anywhere(name.partition(".")[0], rf"\b{form}\b"):
            for site in scope.sites if scope.module.path in near else ():
                if _is_call(make, site, name):
                    spot = make.site(site)
                    put = {each.name: make.build(each.value, spot) for each in site.call.keywords}
                    yield "messages", put.get("messages") or Record(tuple(put.items()))


def appended(make: Builder, found: Found, rule: PromptRule) -> Iterator[tuple[str, Text]]:
    """The messages that were put into the chat that the call is made on: `chat.append(user(text))`."""
    made = found.client.sites[-1:]
    near = make.ev.world.program((found.site.scope.module.path,)) if made else frozenset[str]()
    for name in rule.appended:
        for scope in make.ev.world.anywhere(name, rf"\.\s*{name}\b"):
            for site in scope.sites if scope.module.path in near else ():
                func = site.call.func
                if not isinstance(func, Attr) or func.name != name or not _is_of(make, func.value, scope, made):
                    continue
                if not _is_another(func.value, scope, found.site, made):
                    spot = make.site(site)
                    yield from (("messages", make.build(each, spot)) for each in arguments_of(site.call))


def _is_of(make: Builder, chat: Expr, scope: Scope, made: tuple[Site, ...]) -> bool:
    return any(isinstance(each, Ext) and each.sites[-1:] == made for each in make.ev.eval(chat, scope))


def _is_another(chat: Expr, scope: Scope, asked: Site, made: tuple[Site, ...]) -> bool:
    """Whether two functions each have a chat of their own that a third one made for them: `chat = new_chat()`."""
    apart = scope is not asked.scope and all(scope is not each.scope for each in made)
    return apart and _is_own(chat, scope) and _is_own(called_on(asked.call), asked.scope)


def _is_own(chat: Expr, scope: Scope) -> bool:
    """Whether a name is bound in a function, and is none of its parameters."""
    if not isinstance(chat, Name) or not scope.is_function:
        return False
    return chat.id in scope.bindings and all(chat.id != each.name for each in scope.params)


def _is_call(make: Builder, site: Site, name: str) -> bool:
    return name_of(site.call.func) == name.rpartition(".")[2] and any(
        isinstance(value, (Ext, Unk)) and value.path.endswith(f".{name}")
        for value in make.ev.eval(site.call.func, site.scope)
    )


def _made_of(make: Builder, sites: tuple[Site, ...], depth: int) -> Iterator[Site]:
    for value in held(make.ev, sites) if depth < DEEPEST else ():
        yield from value.sites
        yield from _made_of(make, value.sites, depth + 1)


def templates_of(make: Builder, site: Site) -> Iterator[tuple[Text, str]]:
    """Prompt templates in the chain that a call runs, with how their holes are written."""
    seen: set[int] = set()
    for expr, scope in links(called_on(site.call), site.scope):
        for value in make.ev.eval(expr, scope):
            if isinstance(value, Ext) and value.sites:
                holes = make.lore.template(value.path.removesuffix("()")) if value.path.endswith("()") else None
                made = value.sites[-1]
                if holes is not None and id(made.call) not in seen:
                    seen.add(id(made.call))
                    yield template_text(make, made), holes
                yield from _in_maker(make, made, seen)


def _in_maker(make: Builder, made: Site, seen: set[int], depth: int = 0) -> Iterator[tuple[Text, str]]:
    """The template a chain, or one in it, is given when it is made, or later: `LLMChain(llm=…, prompt=template)`,
    `pipeline.add_component("builder", PromptBuilder(template=…))`."""
    for each in given_to(made):
        for value in _values(make, each, made.scope) if isinstance(each, (Name, Attr, Call)) else ():
            if not isinstance(value, Ext) or not value.path.endswith("()") or not value.sites:
                continue
            inner, holes = value.sites[-1], make.lore.template(value.path.removesuffix("()"))
            if id(inner.call) in seen:
                continue
            seen.add(id(inner.call))
            if holes is not None:
                yield template_text(make, inner), holes
            elif depth < DEEPEST and make.ev.matcher.is_client(value.path):
                yield from _in_maker(make, inner, seen, depth + 1)


def _values(make: Builder, given: Expr, scope: Scope) -> Iterator[Value]:
    """What an argument can be, and what it holds where it is a mapping: `LLMChain(**settings)`."""
    for value in make.ev.eval(given, scope):
        inner = value.entries if isinstance(value, Map) else ()
        yield from (each for _, expr, where in inner for each in make.ev.eval(expr, where))
        yield value


def links(expr: Expr, scope: Scope, depth: int = 0) -> Iterator[tuple[Expr, Scope]]:
    """The links of `prompt | llm | parser`, through names."""
    yield expr, scope
    match expr:
        case Binary(op="|", left=left, right=right) if depth < 8:
            yield from links(left, scope, depth + 1)
            yield from links(right, scope, depth + 1)
        case Name(id=name) if depth < 8:
            for binding in scope.bindings.get(name, ()):
                if binding.how == "value" and binding.expr is not None:
                    yield from links(binding.expr, scope, depth + 1)
        case _:
            return
