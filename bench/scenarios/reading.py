"""From a document, whose form is right, to checked values: each text is read by whoever knows what it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

from .. import texts
from ..keys import KeySource, header_mistakes, variable
from ..mistakes import BenchMistake, CostError, EndpointError, ScenarioError
from ..prices import own_prices
from ..protocols import Auth, Endpoint, protocol
from ..shapes import Shape
from ..shapes import parse as shape_of
from ..slo import parse as slos_of
from . import checking, documents
from .documents import Document, Keys
from .settings import Asked, Header, Scenario, Settings, Wanted
from .words import money, prompts

T = TypeVar("T")
Raw = Mapping[str, Any]

TIMEOUTS = ("connect_timeout", "read_timeout", "total_timeout")
FLAGS = ("keepalive", "http2", "insecure")


def scenario(path: str) -> Scenario:
    """The scenario in a file. Raises ScenarioError with every mistake."""
    found = scenario_of(documents.read(path))
    if not found.targets:
        raise ScenarioError([f"{path}: targets: missing: what is to be measured? write targets: [openai:gpt-4o-mini]"])
    return found


def scenario_of(document: Document) -> Scenario:
    """The scenario in a document, which may name no target. Raises ScenarioError with every mistake."""
    wrong = checking.mistakes(document)
    if not wrong:
        return read(document)
    told = [document.told(keys, why) for keys, why in wrong.items()]
    try:
        read(replace(document, value=checking.without(document.value, wrong)))
    except ScenarioError as error:
        told += error.mistakes
    raise ScenarioError(checking.in_order(told))


def read(document: Document) -> Scenario:
    """The same for a document whose form is known to be right, such as what a command line gave."""
    reading = _Reading(document)
    raw: Raw = document.value or {}
    settings = reading.settings((), raw)
    targets = tuple(reading.target(number, each) for number, each in enumerate(raw.get("targets") or ()) if each)
    if reading.mistakes:
        raise ScenarioError([*reading.mistakes, *reading.absent])
    return Scenario(raw.get("name") or "", targets, settings, document.path)


class _Reading:
    """One document being read; notes what is wrong."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.mistakes: list[str] = []
        self.absent: list[str] = []
        """Files that aren't there: told beside other mistakes; alone they are missed where they are used."""

    def wrong(self, keys: Keys, what: str) -> None:
        self.mistakes.append(self._document.told(keys, what))

    def take(self, keys: Keys, value: Any, reader: Callable[[str], T]) -> T | None:
        """A text by its reader; None where nothing was said, and after a mistake."""
        if value is None:
            return None
        try:
            return reader(str(value))
        except BenchMistake as error:
            for each in error.mistakes:
                self.wrong(keys, each)
        except ValueError as error:
            self.wrong(keys, str(error))
        return None

    def settings(self, at: Keys, raw: Raw) -> Settings:
        """All that may be said of every target, and of one."""
        stops: Raw = raw.get("stops") or {}
        options: Raw = raw.get("options") or {}
        wire: Raw = raw.get("wire") or {}
        ask = self.prompts((*at, "prompts"), raw.get("prompts"))
        return Settings(
            model=raw.get("model") or "",
            key=self.source((*at, "key"), raw.get("key")),
            headers=self.headers((*at, "headers"), raw.get("headers") or {}),
            shapes=self.shapes((*at, "load"), raw.get("load")),
            requests=stops.get("requests"),
            duration=self.take((*at, "stops", "duration"), stops.get("duration"), texts.seconds),
            spend=self.take((*at, "stops", "spend"), stops.get("spend"), money),
            tokens=stops.get("tokens"),
            error_rate=self.take((*at, "stops", "errors"), stops.get("errors"), texts.ratio),
            grace=self.take((*at, "stops", "grace"), stops.get("grace"), texts.seconds),
            warmup=raw.get("warmup"),
            workers=raw.get("workers"),
            seed=raw.get("seed"),
            stream=options.get("stream"),
            max_output=options.get("max_output"),
            temperature=self.take((*at, "options", "temperature"), options.get("temperature"), texts.amount),
            ask_usage=options.get("ask_usage"),
            extra=options.get("extra") or {},
            prompts=ask,
            cache_bust=raw["prompts"].get("cache_bust") if isinstance(raw.get("prompts"), dict) else None,
            slos=self.take_all((*at, "slo"), raw.get("slo")),
            prices=self.prices((*at, "prices"), raw.get("prices") or {}),
            users=self.users((*at, "users"), raw["users"]) if raw.get("users") else None,
            wire=self.wire((*at, "wire"), wire),
            proxy=self.source((*at, "wire", "proxy"), wire.get("proxy"))
            if isinstance(wire.get("proxy"), dict)
            else None,
            runs=self.path(raw.get("runs")),
            tolerance=self.take((*at, "tolerance"), raw.get("tolerance"), texts.ratio),
        )

    def take_all(self, keys: Keys, value: Any) -> Any:
        """Thresholds, which are checked together: two of them may contradict each other."""
        listed = [value] if isinstance(value, str) else list(value or ())
        before = len(self.mistakes)
        for number, each in enumerate(listed):
            self.take(keys if isinstance(value, str) else (*keys, number), each, lambda text: slos_of([text]))
        whole = self.take(keys, "", lambda _: slos_of(listed)) if len(self.mistakes) == before and listed else ()
        return whole or ()

    def shapes(self, keys: Keys, value: Any) -> tuple[Shape, ...]:
        """One load shape or several."""
        listed = [value] if isinstance(value, str) else list(value or ())
        places = [keys] if isinstance(value, str) else [(*keys, number) for number in range(len(listed))]
        found = [self.take(place, each, shape_of) for place, each in zip(places, listed, strict=True)]
        return tuple(each for each in found if each is not None)

    def prompts(self, keys: Keys, value: Any) -> Asked | None:
        """A file, texts, or a table."""
        if value is None:
            return None
        if isinstance(value, str):
            return self.beside(keys, prompts(value))
        if isinstance(value, list):
            return Asked(texts=tuple(cast("list[str]", value)))
        said = [name for name in ("source", "texts", "synthetic") if value.get(name)]
        if len(said) > 1:
            self.wrong((*keys, said[1]), f"{said[0]} says already what is asked; keep one of them")
        if value.get("output") and "synthetic" not in said:
            self.wrong((*keys, "output"), "only made-up prompts have lengths of answers; say synthetic")
        if set(value) <= {"cache_bust"}:
            return None
        listed = tuple(cast("list[str]", value.get("texts") or ()))
        asked = prompts(value["source"]) if value.get("source") else Asked(texts=listed)
        if value.get("synthetic"):
            asked = Asked(synthetic=str(value["synthetic"]), output=str(value.get("output") or ""))
        place = (*keys, "source")
        return self.beside(place, replace(asked, turns=value.get("turns"), times=value.get("times")))

    def beside(self, keys: Keys, asked: Asked) -> Asked:
        """A file of prompts stands beside the document. What is in it is looked at later."""
        found = self.path(asked.source)
        if not found or asked.source == "-":
            return asked
        if not found.exists():
            self.absent.append(self._document.told(keys, f"{found}: there is no such file or folder"))
        return replace(asked, source=str(found))

    def path(self, value: str | None) -> Path | None:
        """A path, seen from the document."""
        return self._document.folder / Path(value).expanduser() if value else None

    def users(self, keys: Keys, raw: Raw) -> dict[str, Any]:
        """Daily users, and calls of each."""
        calls = self.take((*keys, "calls"), raw.get("calls", 1), texts.amount)
        return {"daily": raw["daily"], "calls": calls}

    def prices(self, keys: Keys, raw: Raw) -> Raw:
        """Prices as they were written; whoever knows what they mean has looked at them."""
        for model, each in raw.items():
            try:
                own_prices({model: each})
            except CostError as error:
                for told in error.mistakes:
                    self.wrong((*keys, model), told.removeprefix(f"prices: {model}: "))
        return raw

    def wire(self, keys: Keys, raw: Raw) -> dict[str, Any]:
        """The fields that were given."""
        times = {name: self.take((*keys, name), raw.get(name), texts.seconds) for name in TIMEOUTS}
        plain = {name: raw.get(name) for name in FLAGS}
        proxy = raw.get("proxy")
        if isinstance(proxy, str):
            plain["proxy"] = proxy
            if "@" in proxy:
                self.wrong((*keys, "proxy"), "holds a name or a password: put the URL into a variable: {env: NAME}")
        ca = self.path(raw.get("ca"))
        if ca and not ca.is_file():
            self.absent.append(self._document.told((*keys, "ca"), f"{ca}: there is no such file"))
        return {name: each for name, each in {**times, **plain, "ca": ca}.items() if each is not None}

    def source(self, keys: Keys, raw: Raw | None) -> KeySource | None:
        """Where something secret is kept."""
        if raw is None:
            return None
        env, file = raw.get("env"), raw.get("file")
        if bool(env) == bool(file):
            self.wrong(keys, "where is it? write {env: NAME} or {file: PATH}")
            return None
        name = self.take((*keys, "env"), env, variable)
        return KeySource((name,) if name else (), self.path(file))

    def headers(self, keys: Keys, raw: Raw) -> tuple[Header, ...]:
        """Headers by value or by where that is kept."""
        found: list[Header] = []
        for name, value in raw.items():
            literal = isinstance(value, str)
            for each in header_mistakes(name, value if literal else "", literal=literal):
                self.wrong((*keys, name), each)
            found.append(Header(name, value) if literal else Header(name, source=self.source((*keys, name), value)))
        return tuple(found)

    def target(self, number: int, value: Any) -> Wanted:
        """One of the targets."""
        at: Keys = ("targets", number)
        raw: Raw = {"target": value} if isinstance(value, str) else value
        described = raw.get("endpoint")
        self.take((*at, "protocol"), raw.get("protocol"), protocol)
        if described and raw.get("protocol"):
            self.wrong((*at, "protocol"), "an endpoint of one's own has none; keep one of them")
        return Wanted(
            raw.get("target", ""),
            raw.get("name") or "",
            raw.get("protocol") or "",
            self.endpoint((*at, "endpoint"), described) if described else None,
            self.settings(at, raw),
            self._document.told(at, "").removesuffix(": "),
        )

    def endpoint(self, keys: Keys, raw: Raw) -> Endpoint | None:
        """A description of the user's own endpoint; its mistakes begin with the field that they are about."""
        given = {name: value for name, value in raw.items() if name not in ("usage", "auth", "headers")}
        auth: Raw = raw.get("auth") or {}
        try:
            return Endpoint(
                **given,
                usage_at=raw.get("usage", ""),
                headers=tuple(raw.get("headers", {}).items()),
                auth=Auth(auth.get("header", "authorization"), auth.get("prefix", "Bearer "), needed=False),
            )
        except EndpointError as error:
            for each in error.mistakes:
                name, _, what = each.partition(": ")
                self.wrong((*keys, name), what)
            return None
