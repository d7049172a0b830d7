"""All facts of one call."""

from __future__ import annotations

from dataclasses import replace

from ..model import Audience, Call, Facts, Flows, Guard, Retry, Setting, Timeout
from ..project.calls import Found
from .cache import cache
from .clients import clients
from .failover import failover
from .fallback import fallback
from .ground import Ground
from .guard import guard
from .observed import observed
from .output import finish, output
from .reach import Reach, blocking
from .retry import retry
from .settings import max_output, model, streaming
from .shown import gets, shown
from .subject import Subject, place
from .surroundings import surroundings
from .timeout import timeout
from .tracing import Tracers
from .untrusted import input_limit, untrusted
from .usage import usage

UNKNOWN = Setting("unknown")
AUDIENCES: tuple[Audience, ...] = ("remote", "background", "local")
STEP = "agent graph node"
"""What a function is called that is a step of a graph."""


def describe(ground: Ground, found: Found) -> Call:
    """The call with everything that is in effect for it; nothing is known of one that leads too deep to be followed."""
    try:
        return _described(ground, found)
    except RecursionError:
        facts = Facts(
            *(Timeout("unknown"), Retry("unknown"), Guard("unknown")),
            *(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
            input_limit=UNKNOWN,
        )
        match, site = found.match, found.site
        return Call(
            place(site), match.sdk.id, match.rule.kind, match.method, site.scope.name, found.confidence, 0, facts
        )


def _left_to_others(found: Guard, reach: Reach) -> Guard:
    """The failures of a step of a graph that nobody is seen to run are the business of those who do."""
    alone = reach.audience().state == "unknown" and {each.how for each in reach.entries} == {STEP}
    return replace(found, state="propagates", open_path=()) if found.state == "unhandled" and alone else found


def _sent_by(texts: Flows, audience: str) -> Flows:
    """What a tool or a step of a graph is given comes from those who ask whoever runs it."""
    known: Audience | None = next((each for each in AUDIENCES if each == audience), None)
    given = (replace(each, source=known) if known and each.source == "unknown" else each for each in texts.found)
    return replace(texts, found=tuple(given))


def _described(ground: Ground, found: Found) -> Call:
    subject = Subject(ground, found)
    reach = Reach(subject)
    guarded = _left_to_others(guard(subject), reach)
    uses = ground.becomes.of(found)
    tracers = Tracers(subject)
    outputs = output(subject, uses, guarded=guarded.state != "unhandled")
    texts = _sent_by(untrusted(subject), reach.audience().state)
    facts = Facts(
        timeout=timeout(subject),
        retry=retry(subject),
        guard=guarded,
        max_output=max_output(subject),
        streaming=streaming(subject),
        blocking_in_async=blocking(subject),
        model=model(subject),
        audience=reach.audience(),
        entries=tuple(reach.entries),
        ways=tuple(reach.ways),
        shown=shown(subject),
        gets=gets(subject, uses),
        fallback=fallback(subject),
        cache=cache(subject),
        failover=failover(subject),
        usage=usage(subject, uses, tracers),
        observed=observed(subject, uses, tracers),
        output=outputs,
        finish=finish(subject, uses, outputs),
        untrusted=texts,
        input_limit=input_limit(texts),
    )
    match = found.match
    sdk, *others = _sdks(subject)
    return Call(
        place=place(found.site),
        sdk=sdk,
        kind=subject.kind,
        method=match.method,
        function=found.site.scope.name,
        confidence=found.confidence,
        paths=reach.paths,
        facts=facts,
        setup=replace(surroundings(subject, facts.model.state), others=tuple(others)),
    )


def _sdks(subject: Subject) -> tuple[str, ...]:
    """The SDKs by which the request may be sent: of the models inside, where a chain or an agent holds some."""
    known = clients(subject)
    plain = [client for client in known if client.rule is None or not client.rule.carrier]
    return tuple(dict.fromkeys(client.sdk.id for client in plain)) or (subject.sdk.id,)
