"""What a request is to get, before anything is done for it: its protocol, its settings, its plan and its limits."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple
from urllib.parse import parse_qsl

from ..mistakes import SimulatorError
from .answering import Task
from .http import Request
from .limits import Limits, anthropic, openai
from .planning import Asked, planned
from .settings import FAULTS, Settings
from .speech import LISTS, asked, compact, speech
from .words import READERS, merged, pairs

OVERRIDE = "x-simulate"
"""A request's header with settings for itself alone, written as for all; its query may have them too."""
KNOWN = 256
"""Different such settings that are remembered."""


class Plain(NamedTuple):
    """An answer that has no time and no fault: a list of models, or that there is nothing at a path."""

    status: int
    body: bytes


class Reception:
    """Numbers requests and decides about them."""

    def __init__(self, wanted: Settings) -> None:
        self._settings = wanted
        self._limits = Limits(wanted.rpm, wanted.tpm)
        self._number = 0
        """Of the next request."""
        self._known: dict[tuple[str, str], Settings] = {}

    def taken(self, request: Request, now: int) -> tuple[Task, str] | Plain:
        """A task and its fault; or an answer for what is no request to a model. `now` is in nanoseconds."""
        path = request.path
        if request.method in ("GET", "HEAD") and path in LISTS:
            return Plain(200, compact(LISTS[path]).encode())
        try:
            found = asked(self._number, request.target, request.body)
            if found is None:
                return refusal(404, f"nothing is at {path[:200]}")
            if request.method != "POST":
                return refusal(405, f"{path[:200]} is for POST")
            wanted = self._wanted(request)
        except (ValueError, RecursionError, SimulatorError) as error:
            return refusal(400, str(error))
        self._number += 1
        return self._task(found, wanted, request, now)

    def _task(self, found: Asked, wanted: Settings, request: Request, now: int) -> tuple[Task, str]:
        plan = planned(found, wanted)
        fault, wait = self._limits.refused(found.prompt + plan.output, now)
        fault = fault or plan.fault
        if fault == "empty":
            plan = replace(plan, tokens=0, reasoning=0, gaps=())
        task = Task(
            found,
            plan,
            wanted,
            speech(found, plan),
            self._quota(found, now),
            wait or wanted.retry_after,
            request.lasting,
        )
        return task, fault

    def _quota(self, found: Asked, now: int) -> dict[str, str]:
        """The headers that tell of limits, in the provider's own words; Google and Ollama have none."""
        if found.protocol.startswith(("ollama", "gemini")):
            return {}
        quotas = self._limits.told(now)
        return anthropic(quotas) if found.protocol == "messages" else openai(quotas)

    def _wanted(self, request: Request) -> Settings:
        """The settings for this request."""
        said, query = request.headers.get(OVERRIDE, ""), request.target.partition("?")[2]
        if not said and not query:
            return self._settings
        known = self._known.get((said, query))
        if known is None:
            ours = [each for each in parse_qsl(query) if each[0] in READERS or each[0] in FAULTS]
            known = merged([*pairs(said), *ours], self._settings, shared=False)
            if len(self._known) < KNOWN:
                self._known[said, query] = known
        return known


def refusal(status: int, why: str) -> Plain:
    """That a request can't be answered."""
    told = {"message": why, "type": "invalid_request_error", "param": None, "code": None}
    return Plain(status, compact({"error": told}).encode())
