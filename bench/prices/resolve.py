"""Which price a target has: the user's own first, then the list's, and none for a server of one's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from ipaddress import ip_address
from urllib.parse import urlsplit

from .own import OwnPrice, OwnPrices
from .price import Price, PriceUnknown

LOCAL = ("ollama", "ollama-chat", "ollama-generate", "llama.cpp", "lmstudio", "vllm", "simulator")
APIS = ("chat", "responses", "completions", "embeddings", "messages")
"""What protocols' names end with."""
NAMELESS = ("openai-compatible", "endpoint")
"""Protocols that anyone may serve: only the URL tells who does."""
CONFIGURED = "configuration"
FREE = "runs on a server of your own, which no list prices; give prices in the configuration, per_hour for one"


def price_of(target: str, model: str, at: date, own: OwnPrices | None = None) -> Price | PriceUnknown:
    """The price of a model at a target, on a day.

    target: the base URL, or a provider or protocol by name (openai, anthropic-messages, gemini, azure-chat, ollama).
    Loads the price list only where the user's own prices don't answer and the server isn't local.
    """
    host = _host(target)
    name = host or target
    row = own.find(_names(target, name, model)) if own else None
    if row is not None:
        return _own(row, name, model, at)
    if not model:
        return PriceUnknown(name, model, "no model is named, so there is no price; name it, or give your own prices")
    if target.lower() in LOCAL or (host and _beside(host)):
        return PriceUnknown(name, model, f"{model} at {name} {FREE}")
    if target in NAMELESS:
        return PriceUnknown(name, model, f"{target} is no provider: whose price it is, only the URL can tell")
    from .table import listed

    return listed("" if host else _provider(target), _bare(target) if host else "", model, at)


def _names(target: str, name: str, model: str) -> list[str]:
    """By what keys of the configuration may mean it, the narrowest first."""
    where = (urlsplit(target).netloc.rpartition("@")[2] if "://" in target else "", name, _provider(name))
    return [*(f"{each}:{model}" for each in dict.fromkeys(where) if each), model]


def _own(row: OwnPrice, name: str, model: str, at: date) -> Price | PriceUnknown:
    if row.like is not None:
        found = price_of(*row.like, at)
        told = f"priced like {':'.join(row.like)}, as the configuration says"
        if isinstance(found, PriceUnknown):
            return PriceUnknown(name, model, f"the configuration prices it like {':'.join(row.like)}: {found.reason}")
        return replace(found, model=model, notes=(told, *found.notes, *_note(row)))
    return Price(
        provider=name,
        model=model,
        matched=row.pattern,
        source=CONFIGURED,
        as_of=row.as_of,
        bands=row.bands,
        per_request=row.per_request,
        per_hour=row.per_hour,
        notes=_note(row),
    )


def _note(row: OwnPrice) -> tuple[str, ...]:
    return (row.note,) if row.note else ()


def _host(target: str) -> str:
    """Of a URL; empty where it is a name."""
    return (urlsplit(target).hostname or "?") if "://" in target else ""


def _bare(target: str) -> str:
    """The URL with nothing in it that may be a key."""
    parts = urlsplit(target)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"


def _provider(target: str) -> str:
    """A protocol's name is its provider's and that of the API."""
    provider, _, api = target.rpartition("-")
    return provider if provider and api in APIS else target


def _beside(host: str) -> bool:
    """This machine, or one in the same network: no provider's."""
    low = host.lower().rstrip(".")
    try:
        return ip_address(low).is_private
    except ValueError:
        return "." not in low or low.endswith((".localhost", ".local", ".internal", ".lan"))
