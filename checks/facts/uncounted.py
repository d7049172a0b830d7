"""Streams that come without token counts, because nobody asked for them."""

from __future__ import annotations

from ..project.arguments import Passed
from ..project.values import Lit
from .clients import clients, remote
from .subject import Subject


def uncounted(subject: Subject) -> str:
    """The parameter that an answer in pieces would need to carry token counts, where it is surely not given; else
    empty.

    Only where the answer surely comes in pieces, and from the SDK's own servers: those of others may count unasked.
    """
    asked = subject.found.match.rule.counted
    if not asked or not _is_streamed(subject) or not _is_at_home(subject):
        return ""
    return asked[0] if all(_is_off(subject.call_argument(name)) for name in asked) else ""


def _is_streamed(subject: Subject) -> bool:
    if subject.found.match.rule.stream:
        return True
    given = [subject.call_argument(name) for name in subject.sdk.stream.call]
    return any(
        _is_sure(each) and all(isinstance(value, Lit) and value.value for value in each.values) for each in given
    )


def _is_sure(given: Passed) -> bool:
    return bool(given.values) and given.certain and given.always


def _is_off(given: Passed) -> bool:
    """Whether a parameter is not given, or given as something that switches it off."""
    return given.certain and all(isinstance(value, Lit) and not value.value for value in given.values)


def _is_at_home(subject: Subject) -> bool:
    """Whether no server of others is named, as far as one can see."""
    sites = [client.made for client in remote(clients(subject))]
    if not sites:
        return subject.sdk.module_client
    known = [site for site in sites if site is not None]
    names = {each.name or "**" for site in (subject.site, *known) for each in site.call.keywords}
    return len(known) == len(sites) and not any(map(_names_another, names))


def _names_another(parameter: str) -> bool:
    return parameter in {"**", "transport", "http_client"} or "base" in parameter
