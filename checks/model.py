"""What the audit knows and says, as plain frozen values.

Everything that leaves the audit is one of these. The words (states, kinds, audiences) mean what
`docs/facts.md` says. Lines and columns are 1-based; columns count characters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .looked import Counts, Skipped, UnreadPins
from .place import Edit as Edit
from .place import Fix as Fix
from .place import Place as Place
from .place import Step as Step
from .standing import Standing

Severity = Literal["error", "warning", "note"]
Confidence = Literal["high", "medium", "low"]
Persona = Literal["regular", "pedantic", "auditor"]
Audience = Literal["remote", "background", "local", "unknown"]
Backoff = Literal["exponential", "fixed", "none", "unknown"]


@dataclass(frozen=True, slots=True)
class Timeout:
    """How long one attempt of a call may wait; state: explicit, sdk-default, none, disabled, unknown or n/a."""

    state: str
    seconds: float | None = None
    """Seconds of one attempt, where known."""
    where: Place | None = None
    """The argument, constructor or enclosing construct that decides; None for an SDK's own default."""
    source: str = ""
    """In words: who decides ("openai's default", "timeout= of the client", "asyncio.wait_for")."""
    client: Place | None = None
    """Where the client was built, if that was seen."""
    trap: str | None = None
    """What is wrong with the number or the parameter ("30 means 30 ms here: google-genai counts milliseconds")."""
    total: bool = False
    """True where it bounds the whole request, False where it bounds each read."""
    sdk: str = ""
    """The SDK whose client decides, which is not the call's where several may serve it."""
    deadline: float | None = None
    """Seconds after which a limit around the call ends it, all attempts together, where `seconds` is another's."""


@dataclass(frozen=True, slots=True)
class RetryLayer:
    """One thing that repeats a failed request."""

    kind: str
    """sdk, client, decorator, loop, transport, router or runnable."""
    name: str
    """What a reader calls it: "openai's default", "@retry of tenacity", "for loop"."""
    attempts: int | None
    """Requests at most, the first included; None when nothing bounds them or the number can't be read."""
    bounded: bool = True
    backoff: Backoff = "unknown"
    catches: tuple[str, ...] = ()
    """Exception types that make it repeat, as written and resolved; empty: not known."""
    where: Place | None = None
    without_effect: str | None = None
    """Why it can't fire, if it can't."""
    permanent_errors: bool = False
    """True when it also repeats what can never succeed (400, 401, 403, 404)."""
    side_effects: tuple[tuple[Place, str], ...] = ()
    """Writes, sends and payments inside what is repeated: where, and the name of what is called."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a failed request is sent again. state: explicit, sdk-default, none, disabled, unknown or n/a."""

    state: str
    attempts: int | None = None
    """Requests in the worst case over all layers, the first included."""
    where: Place | None = None
    source: str = ""
    layers: tuple[RetryLayer, ...] = ()
    sdk: str = ""
    client: Place | None = None
    """As those of a timeout."""


@dataclass(frozen=True, slots=True)
class Handler:
    """One `except` clause (or framework-wide handler) that stands around a call on some path."""

    where: Place
    catches: tuple[str, ...]
    covers: bool
    """Catches every error the SDK raises for a failed request."""
    silent: bool
    """Neither logs, counts, re-raises nor answers with a substitute."""
    reraises: bool = False


@dataclass(frozen=True, slots=True)
class Guard:
    """What becomes of an exception of the call. state: handled, partial, unhandled, propagates or unknown."""

    state: str
    where: Place | None = None
    handlers: tuple[Handler, ...] = ()
    open_path: tuple[Place, ...] = ()
    """From an entry point (or library surface) down to the call, a path that nothing guards."""
    misses: tuple[str, ...] = ()
    """API errors of this SDK that the handlers on the way don't catch."""
    sdks: tuple[str, ...] = ()
    """The SDKs whose errors a failed request raises: a wrapper's, where one raises its own in their place."""
    open_to: Audience | None = None
    """Before whom a failure comes out, the most exposed of all; None where no path tells."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A plain fact: a state and the place that decides it (max_output, streaming, blocking_in_async)."""

    state: str
    where: Place | None = None
    detail: str = ""
    sdk: str = ""
    """The SDK whose client decides, where one does."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One way of text: from outside into a prompt, or from a model's answer to where it is used.

    state: for untrusted text own-message, delimited, undelimited or system; for an answer text, parsed-validated,
    parsed-unvalidated or executed.
    """

    state: str
    where: Place
    """Where it ends: the call for text that goes into a prompt, the use for an answer."""
    what: str = ""
    """In words: the source ("FastAPI request parameter `question`") or the use ("json.loads", "subprocess.run")."""
    source: Audience = "unknown"
    """For untrusted text: whose it is. Retrieved documents and tool results are `remote`."""
    retrieved: bool = False
    """For untrusted text: it comes from a store, a search, a scraped page, a file or a tool."""
    limited: Place | None = None
    """For untrusted text: where its length is bounded on the way."""
    template: bool = False
    """For untrusted text: it is the template that other text is put into."""
    trace: tuple[Step, ...] = ()
    """Its steps, the source first."""
    lacks: Literal["", "schema", "handler", "both"] = ""
    """For parsed answers: what would make it validated, something to hold it against or something that catches."""


@dataclass(frozen=True, slots=True)
class Flows:
    """A fact that flows decide: untrusted (one state) or output (all uses)."""

    state: str = "unknown"
    """The worst of the flows; `n/a` where the kind of call has none, `none` where nothing untrusted comes in."""
    found: tuple[Flow, ...] = ()
    """Worst first, then by place."""


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """Where the outside starts project code."""

    function: str
    where: Place
    audience: Audience
    how: str
    """In words: "FastAPI route", "click command", "script"."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one call."""

    timeout: Timeout
    retry: Retry
    guard: Guard
    max_output: Setting
    streaming: Setting
    blocking_in_async: Setting
    model: Setting
    """state: the literal name, `config` or `unknown`."""
    audience: Setting
    entries: tuple[EntryPoint, ...] = ()
    ways: tuple[tuple[Step, ...], ...] = ()
    """From an entry point, or a function that nothing in the project calls, down to the call: the shortest of each."""
    fallback: Setting = Setting("unknown")
    usage: Setting = Setting("unknown")
    observed: Setting = Setting("unknown")
    cache: Setting = Setting("unknown")
    untrusted: Flows = Flows()
    input_limit: Setting = Setting("unknown")
    output: Flows = Flows()
    shown: bool = True
    """False of an answer that nothing uses, and of one that is asked for as data."""
    gets: tuple[EntryPoint, ...] | None = None
    """The entry points that get the answer as text; None where it could be followed to no entry point at all."""
    failover: Setting = Setting("unknown")
    """Whether the next model or provider is asked, in a given order, when one fails."""
    finish: Setting = Setting("unknown")
    """Whether the code looks at why the answer ended: checked, unchecked or n/a."""

    @property
    def readers(self) -> tuple[EntryPoint, ...]:
        """The entry points at which somebody may read the answer."""
        return self.entries if self.gets is None else self.gets


@dataclass(frozen=True, slots=True)
class Action:
    """What a tool does to the world when a model asks for it."""

    tool: str
    where: Place
    """Where the tool does it."""
    what: str
    """What is called: `smtp.send_message`."""
    confirmed: bool
    """Somebody is asked before."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How a call is built in, as rules about cost, latency and safety ask."""

    direct: bool = False
    """It goes through one provider's own SDK, or is written by hand: no gateway and no framework."""
    loop: Setting = Setting("no")
    """state: no, or items (one request for each element); where: the loop; detail: `apart` when the rounds need
    nothing of one another and could run at once, `awaited` when they wait for one another all the same."""
    waiting: EntryPoint | None = None
    """Who waits for that loop: a remote entry point, else one of a background task; None where nobody is known."""
    client: Setting = Setting("shared")
    """state: shared, or per-call (built in the function that asks); where: the constructor."""
    repeats: Setting = Setting("no")
    """state: yes when the same input is meant to give the same answer, turn when none comes twice; detail: why."""
    short: int | None = None
    """Tokens of the longest answer, where they are written down."""
    tier: str = "unknown"
    """frontier, small or unknown: the class of the model named."""
    breaker: bool = False
    """The client or the call itself stops asking a provider that keeps failing."""
    moderated: bool = False
    """The client or the call itself has the provider moderate."""
    actions: tuple[Action, ...] = ()
    others: tuple[str, ...] = ()
    """SDKs that it may go through instead of its own, where a setting chooses the client."""


@dataclass(frozen=True, slots=True)
class Call:
    """One expression that sends a request to a model, or runs one in-process."""

    place: Place
    sdk: str
    kind: str
    """chat, completion, embedding, image, audio, moderation, rerank, ocr or batch."""
    method: str
    """The method path after the client: chat.completions.create."""
    function: str
    """Qualified name of the enclosing function; empty at module level."""
    confidence: Confidence
    paths: int
    """Entry points and library surfaces from which it is reached."""
    facts: Facts
    provider: str = ""
    setup: Setup = Setup()
    source: str = ""
    """The line it begins on as text, with keys blanked; empty where it can't be had."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A provider key written into the code. The key itself is never kept."""

    place: Place
    provider: str
    where: str
    """In words: "api_key= of openai.OpenAI", "string literal"."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reviewer would say of one place. What the rule says of itself stays in the catalogue."""

    rule: str
    """Id in the catalogue: REL101."""
    place: Place
    severity: Severity
    confidence: Confidence
    message: str
    help: str
    trace: tuple[Step, ...] = ()
    call: int | None = None
    """Index of the call it speaks of, in the audit's list of calls."""
    persona: Persona = "regular"
    suppressed: str | None = None
    """The reason given in the suppressing comment ("" when none was), None when not suppressed."""
    whole: bool = False
    """It speaks of the whole project, and stands where it does only to be found and suppressed."""
    source: str = ""
    """The line it stands on as text, with keys blanked; empty where it can't be had."""
    fingerprint: str = ""
    """A name that outlives edits elsewhere in its file: 32 hexadecimal digits."""
    known: bool = False
    """It is in the baseline: there before, and agreed to be lived with for now."""
    fix: Fix | None = None
    """How the code could be changed so that it is gone, where that is known."""

    @property
    def open(self) -> bool:
        """Whether it is for somebody to act on: neither suppressed nor known."""
        return self.suppressed is None and not self.known


@dataclass(frozen=True, slots=True)
class Vouched:
    """Somebody's word for an item that no file shows."""

    statement: str
    by: str
    on: str
    """When it was looked at: YYYY-MM-DD."""
    expires: str
    """The last day on which it counts."""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one item of the checklist comes to for the whole project."""

    item: str
    """Id in the catalogue: reliability.timeouts."""
    verdict: Literal["pass", "partial", "fail", "n/a", "attest"]
    reason: str
    """In words, short enough for a line of a table."""
    needed: int = 0
    """Calls (or, where an item is about the project, things) that need it."""
    met: int = 0
    """Those of them for which it holds."""
    evidence: tuple[Step, ...] = ()
    """Places that show it: what is there where it passes, what lacks where it doesn't."""
    advice: str = ""
    """What to do next; empty where nothing is to be done."""
    attested: Vouched | None = None
    """On whose word it passes; None where the files decide, and where that word counts no more."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """A comment by which the code's authors decided to live with findings (`suppress.py` reads them)."""

    place: Place
    words: tuple[str, ...] = ()
    """What stands in the brackets; empty: every rule."""
    reason: str = ""
    whole_file: bool = False
    last: int = 0
    """Last line of the statement it stands in."""
    problem: str = ""
    """Why it has no effect, if that can be said without looking at the findings."""

    def covers(self, finding: Finding) -> bool:
        """Whether it speaks of this finding: it stands between the first line of its statement and its own last."""
        here, there = self.place, finding.place
        if self.problem or here.path != there.path:
            return False
        ahead = here.line <= there.line <= self.last
        inside = there.line <= here.line <= max(there.line, there.end_line)
        return self.whole_file or (here.cell == there.cell and (ahead or inside))


@dataclass(frozen=True, slots=True)
class Audit:
    """A whole run: what `report/` turns into documents and the CLI into an exit status."""

    root: str
    counts: Counts
    skipped: tuple[Skipped, ...]
    calls: tuple[Call, ...]
    findings: tuple[Finding, ...]
    """Sorted by place and rule; suppressed ones included."""
    unused: tuple[Suppression, ...] = ()
    """Suppressions, or words of them, that suppressed nothing."""
    unread_pins: tuple[UnreadPins, ...] = ()
    """Relative to `root` as the others, though they may lie above it."""
    nothing: str = ""
    """Why no file could be audited; empty where one was."""
    checklist: tuple[Verdict, ...] = ()
    """In the order of the catalogue; empty where nobody asked for it."""
    standing: Standing = field(default_factory=Standing)
    narrowed: tuple[str, ...] = ()
    """Options that left something out: `--select`."""
