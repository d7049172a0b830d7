"""All facts of one call."""

from __future__ import annotations

from dataclasses import replace

from ..model import Call, Facts, Setting
from ..project.calls import Found
from .clients import clients
from .guard import Guards
from .reach import Reach, blocking
from .retry import retry
from .settings import max_output, model, streaming
from .shaped import shaped
from .subject import Ground, Subject, place
from .timeout import timeout


def describe(ground: Ground, found: Found) -> Call:
    """The call with everything that is in effect for it."""
    subject = Subject(ground, found)
    reach = Reach(subject)
    facts = Facts(
        timeout=timeout(subject),
        retry=retry(subject),
        guard=Guards(subject).fact(),
        max_output=max_output(subject),
        streaming=_streaming(subject),
        blocking_in_async=blocking(subject),
        model=model(subject),
        audience=reach.audience(),
        entries=tuple(reach.entries),
    )
    match = found.match
    return Call(
        place=place(found.site),
        sdk=_sdk(subject),
        kind=subject.kind,
        method=match.method,
        function=found.site.scope.name,
        confidence=found.confidence,
        paths=reach.paths,
        facts=facts,
    )


def _streaming(subject: Subject) -> Setting:
    """In one piece for a reason, where the answer is data."""
    found = streaming(subject)
    reason = shaped(subject) if found.state == "no" else ""
    return replace(found, detail=f"the answer is data: {reason}") if reason else found


def _sdk(subject: Subject) -> str:
    """The SDK that sends the request: of the model inside, where a chain or an agent holds one."""
    known = clients(subject)
    plain = [client for client in known if client.rule is None or not client.rule.carrier]
    return plain[0].sdk.id if plain else subject.sdk.id
