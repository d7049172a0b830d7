"""The form of the SDK data: what a YAML family may say, checked when it is read.

An SDK is described by the *path* of a call: how a programmer would write it out if nothing were aliased.
`client = OpenAI(); client.with_options(timeout=5).chat.completions.create(...)` has the path
`openai.OpenAI().with_options().chat.completions.create`. The data says which imports (`imports`), which
constructors (`clients`), which steps keep the client a client (`transparent`) and which method paths send
a request (`calls`). All times are seconds once read; attempts include the first request.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .apart import ActRule, RetryTool, StepRule
from .prompts import USUAL, PromptRule, TextRule
from .providers import Api, Tier


@dataclass(frozen=True)
class TimeoutRule:
    """Where a timeout can be set. A dotted name goes into nested values: `config.http_options.timeout`."""

    call: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    agent: tuple[str, ...] = ()
    """Parameters of an agent, which go before those of the model that it holds: `model_settings.timeout`."""
    globals: tuple[str, ...] = ()
    """Attributes of the module whose assignment sets it for all calls (`openai.timeout = 20`)."""
    transport: tuple[str, ...] = ()
    """Parameters that take an HTTP client which may bring its own timeout."""
    unit: str = "s"
    """`s` or `ms`: what the numbers in the user's code mean."""
    default: float | None = None
    """Seconds one attempt waits when nothing is set; None: for ever."""
    none: str = "off"
    """What an explicit None does: `off` (waits for ever) or `default`."""
    lookalikes: tuple[str, ...] = ()
    """Parameters of call or client that look like a timeout and are none."""
    total: bool = False
    """True where it bounds the whole request, False where each read."""
    by: dict[str, dict[str, float | None]] = field(default_factory=dict[str, dict[str, float | None]])
    """Defaults that a literal argument decides: {model: {"ollama:": 30}}; keys are prefixes of the literal."""
    known: bool = True
    """False where the default depends on something unseen, so that with nothing set the state is `unknown`."""


@dataclass(frozen=True)
class RetryRule:
    """Where retries can be set and what happens when they are not."""

    call: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    agent: tuple[str, ...] = ()
    """Parameters of an agent, which go before those of the model that it holds: `model_settings.max_retries`."""
    globals: tuple[str, ...] = ()
    transparent: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """Steps that add a retry layer: `with_retry: {attempts: stop_after_attempt, default: 3, backoff: exponential}`."""
    transport: tuple[str, ...] = ()
    counts: str = "retries"
    """`retries` (0 = one request) or `attempts` (1 = one request)."""
    attempts: tuple[str, ...] = ()
    """Those of the parameters that count attempts where the others count retries (botocore's `total_max_attempts`)."""
    default: int | None = 1
    """Requests sent for one call when nothing is set; 1: the SDK doesn't retry; None: until `deadline`."""
    deadline: float | None = None
    """Seconds after which it gives up, where time and not a count ends it."""
    by: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    """Defaults that a literal argument decides: {model: {"anthropic/": 1}}; keys are prefixes of the literal."""
    backoff: str = "exponential"
    outer: int = 1
    """Attempts of a layer around this one; a number the user gives is multiplied by it, `default` already is."""
    nested: bool = False
    """The number goes to two layers that multiply: n given by the user is n * (n + 1) requests (llama-index)."""
    backoffs: dict[str, str] = field(default_factory=dict[str, str])
    """Single parameters that wait in another way: {num_retries: none}."""
    permanent: tuple[str, ...] = ()
    """Parameters whose repetition also repeats what can never succeed (400, 401)."""
    bare: int | None = None
    """Requests when a retry object is given without a number (`HttpRetryOptions()`)."""
    handed_on: tuple[str, ...] = ()
    """Parameters that only reach a client below, so that they do nothing where `by` says that it never retries."""
    lookalikes: tuple[str, ...] = ()
    """Parameters that look like HTTP retries and repeat something else (instructor's re-asks)."""
    known: bool = True
    """False where the default depends on something unseen, so that with nothing set the state is `unknown`."""


@dataclass(frozen=True)
class OutputRule:
    """Where the length of the answer can be capped. Without a parameter there is nothing to cap it with."""

    call: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    agent: tuple[str, ...] = ()
    """Parameters of an agent, which go before those of the model that it holds: `model_settings.max_tokens`."""
    required: bool = False
    """The API refuses a request without it."""
    default: int | None = None
    """Tokens when nothing is set, where the SDK itself sends a cap."""


@dataclass(frozen=True)
class SwitchRule:
    """Parameters that switch streaming on, or name the model."""

    call: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    default: str | None = None
    """The model used when none is named."""


@dataclass(frozen=True)
class StandInRule:
    """Where something that answers in the model's place is named: other models to turn to, or a cache of answers."""

    call: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    """Methods that add it: `with_fallbacks`."""
    clients: tuple[str, ...] = ()
    """Constructors (dotted tails) that are made for it: `FallbackModel`."""
    past: tuple[str, ...] = ()
    """Methods of those that go past it: a cache of documents' vectors keeps none of questions."""
    globals: tuple[str, ...] = ()
    """Attributes of the module whose assignment, or functions whose call, switches it on for all calls."""
    off: tuple[str, ...] = ()
    """Parameters of call or client that switch it off with False."""
    default: bool = False
    """It is in effect when nothing is set."""


@dataclass(frozen=True)
class ErrorRule:
    """What a failed request raises."""

    base: tuple[str, ...] = ()
    """Catching one of these catches every API error: `openai.OpenAIError`, `openai.APIError`."""
    together: tuple[tuple[str, ...], ...] = ()
    """Sets that catch every API error only together: [[openai.APIStatusError, openai.APIConnectionError]]."""
    some: tuple[str, ...] = ()
    """Types that catch a part of them: `openai.RateLimitError`."""
    permanent: tuple[str, ...] = ()
    """Types of errors that no repetition mends: `openai.BadRequestError`."""
    transport: tuple[str, ...] = ()
    """Imports of HTTP libraries whose exceptions come through unwrapped: `httpx`, `httpx2`."""
    wraps: tuple[str, ...] = ()
    """Imports of the HTTP libraries whose exceptions it turns into its own: those of others never come out of it."""
    like: tuple[str, ...] = ()
    """Ids of SDKs whose types also match (litellm's errors subclass openai's)."""
    silent: bool = False
    """The SDK never raises for a failed request: the response carries the status."""
    cut_off: tuple[str, ...] = ()
    """Types of which one is raised all the same by a silent SDK where no answer came: `requests.RequestException`."""


@dataclass(frozen=True)
class CallRule:
    """One method path that sends a request."""

    kind: str
    is_async: bool | None = None
    """None: as the client."""
    stream: bool = False
    pieces: tuple[str, ...] = ()
    """Methods that ask for the answer in pieces inside the `with` that it opens (`node.stream()` in `agent.iter()`)."""
    args: tuple[str, ...] = ()
    """Names of positional arguments, in order."""
    needs: tuple[str, ...] = ()
    """Keywords without which it is a method of that name of something else (a vector store's `retrieve(ids=…)`)."""
    counted: tuple[str, ...] = ()
    """Parameters one of which has to be on for a streamed answer to carry its token counts."""
    bare: bool = False
    """Gives the text or the vectors alone, with no token counts beside them."""
    whole: bool = False
    """Raises when the answer was cut off, so that nobody has to look at why it ended."""
    acts: ActRule | None = None
    """What the agent that it runs does by itself besides asking its model."""
    program: bool = False
    """Gives back something to be run, and no answer (`optimizer.compile(module)`)."""
    carrier: bool = False
    """Runs a model or agent given as an argument: the facts are those of the model in it (`Runner.run(agent)`)."""
    kinds: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """Other kinds, where a literal argument decides: {modelId: {embed: embedding}}; keys are parts of the literal."""
    reads: dict[str, str] = field(default_factory=dict[str, str])
    """Other kinds, where what is read of the answer decides: {embedding: embedding}."""
    timeout: TimeoutRule | None = None
    retry: RetryRule | None = None
    max_output: OutputRule | None = None
    model: SwitchRule | None = None
    prompt: PromptRule | None = None


@dataclass(frozen=True)
class ClientRule:
    """One constructor, factory or carrier. Its key in the YAML is its dotted tail after the import root and modules."""

    is_async: bool = False
    kind: str | None = None
    """Replaces the kind `chat` of the calls made on it (`completion` for a text-completion class)."""
    where: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Arguments that must hold one of these literals, or one with more behind a `_`: {"0": ["bedrock-runtime"],
    "service_name": [...]}."""
    carrier: bool = False
    """Holds a model given to it and runs it (a chain, an agent): the facts are those of the model inside."""
    needs_model: bool = False
    """A carrier that sends nothing unless a model is found inside (a pipeline of converters, a parallel of lambdas)."""
    wraps: bool = False
    """Returns the client given to it, instrumented or patched (`instructor.from_openai(client)`)."""
    args: tuple[str, ...] = ()
    """Names of positional constructor arguments, in order."""
    only: tuple[str, ...] = ()
    """If set: the only call paths this client has."""
    acts: ActRule | None = None
    """What such an agent does by itself besides asking its model."""
    kinds: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """As in a call, but of an argument of the constructor, with beginnings of the literal: {task:
    {feature-extraction: embedding}}."""
    factories: tuple[str, ...] = ()
    """Methods of the class that build one too (`RetrievalQA.from_chain_type(...)`); one of them that is also a key of
    `calls` sends a request by building (`Chroma.from_documents(...)`)."""
    async_by: tuple[str, ...] = ()
    """Arguments that make it asynchronous (`from_provider(model, async_client=True)`)."""
    configured: str = ""
    """An argument that names the others that the configuration of a step or a call may replace; without it and without
    a model it is the model alone (`init_chat_model(configurable_fields="any")`)."""
    timeout: TimeoutRule | None = None
    retry: RetryRule | None = None
    max_output: OutputRule | None = None
    model: SwitchRule | None = None


@dataclass(frozen=True)
class Sdk:
    """Everything aiready knows of one SDK."""

    id: str
    package: str
    newest: str
    imports: tuple[str, ...]
    clients: dict[str, ClientRule] = field(default_factory=dict[str, ClientRule])
    calls: dict[str, CallRule] = field(default_factory=dict[str, CallRule])
    kind: str = "sdk"
    """sdk, framework or engine (in-process)."""
    module_client: bool = False
    """The module itself is a client: `openai.chat.completions.create`, `litellm.completion`."""
    decorators: dict[str, CallRule] = field(default_factory=dict[str, CallRule])
    """Decorators that turn a project function into a call: calling it sends a request (magentic's `@prompt`)."""
    transparent: tuple[str, ...] = ()
    """Attributes and methods of a client that lead to the same client; keyword arguments of such a method override."""
    tails: dict[str, dict[str, list[str]]] = field(default_factory=dict[str, dict[str, list[str]]])
    """Dotted tails that make a call even on an object of unknown origin; `needs`: keywords that must be there,
    `through`: methods of which one must have made the object."""
    messages: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Calls that are known on any object by the classes of the messages in the list they are given."""
    in_process: bool = False
    neutral: bool = False
    """Speaks to several providers in one way, so that code written for it is tied to none; every framework does."""
    gateway: bool = False
    """Reaches many providers behind one interface."""
    local: bool = False
    """Talks to a server of the user's own (ollama), so no provider bill."""
    env: tuple[str, ...] = ()
    """Environment variables that hold its key."""
    timeout: TimeoutRule = TimeoutRule()
    retry: RetryRule = RetryRule()
    max_output: OutputRule = OutputRule()
    stream: SwitchRule = SwitchRule()
    model: SwitchRule = SwitchRule()
    fallback: StandInRule = StandInRule()
    breaker: StandInRule = StandInRule()
    moderation: StandInRule = StandInRule()
    temperature: SwitchRule = SwitchRule(
        call=("temperature", "config.temperature", "generation_config.temperature"), client=("temperature",)
    )
    cache: StandInRule = StandInRule()
    errors: ErrorRule = ErrorRule()
    objects: dict[str, str] = field(default_factory=dict[str, str])
    """Parameters that take an object of a class: {http_options: google.genai.types.HttpOptions}; others take dicts."""
    prompt: PromptRule = USUAL
    usage: tuple[str, ...] = ()
    """Attribute paths of the answer that hold token counts."""
    structured: tuple[str, ...] = ()
    """Parameters and methods that make the provider enforce a schema."""
    traces: bool = False
    """Sends a trace of every run to a service unless somebody switches that off."""
    ambient: tuple[str, ...] = ()
    """Attributes and functions of the import that take the model used where none is given: `Settings.llm`."""
    leads: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """Methods of its classes that run one of the project's subclass: {Module: {__call__: forward}}."""
    hooks: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """The same of methods that stay calls themselves, whatever the subclass does: {LLM: {invoke: _call}}."""
    steps: dict[str, StepRule] = field(default_factory=dict[str, StepRule])
    """Its classes that run methods of the project's subclass one after another: {Flow: {runs: [kickoff]}}."""
    gathers: dict[str, str] = field(default_factory=dict[str, str])
    """Attributes it gives a class of the project: what the methods return that have this decorator."""
    typed: dict[str, str] = field(default_factory=dict[str, str])
    """Attributes of its classes that are of the first type in their brackets: {RunContext: deps}."""
    implies: dict[str, str] = field(default_factory=dict[str, str])
    """Names that only exist before a release: {mistralai.Mistral: "2.0"}; code that imports one runs an older one."""
    before: tuple[Older, ...] = ()
    """Older lines, newest boundary first. In YAML: [{version: "1.0", timeout: {...}}] = what differs before 1.0;
    its sections are merged over this one's, and older boundaries build on newer ones."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Older:
    """An SDK as it was in the releases before `version`."""

    version: str
    sdk: Sdk


@dataclass(frozen=True)
class Library:
    """A library that changes what is in effect for a call without being an LLM SDK."""

    id: str
    role: str
    """One of `ROLES` (`form.py`)."""
    package: str
    newest: str
    imports: tuple[str, ...]
    retry: dict[str, RetryTool] = field(default_factory=dict[str, RetryTool])
    """Dotted tail after the import root -> how it repeats. Used as decorator, iterated, or called with a function."""
    uses: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Names by the way they are used: decorator, callback, instrument, wrap, function, class, method, base_url, env."""
    timeout_default: float | None = None
    """For HTTP clients: seconds a request waits when nothing is set; None: for ever."""
    total: bool = False
    """For HTTP clients: the timeout bounds the whole request, not each read."""
    is_async: bool | None = None
    """For HTTP clients: whether requests are awaited; None: as the client's class says."""
    body: tuple[str, ...] = ("json", "data", "content", "body")
    """For HTTP clients: parameters that hold the body; `url.data` is in the request that was made before."""
    args: tuple[str, ...] = ()
    """For HTTP clients: positional arguments after the URL."""
    errors: ErrorRule = ErrorRule()
    """For HTTP clients: what a failed request raises."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Framework:
    """Something that starts project code from outside: a web framework, a bot, a task queue, a CLI library."""

    id: str
    imports: tuple[str, ...]
    audience: str
    """remote, background or local; unknown where it is that of whoever calls it (a tool of an agent, a thread)."""
    how: str
    """What a person calls such an entry point: "FastAPI route"."""
    objects: tuple[str, ...] = ()
    """Constructors (dotted tails) whose instances carry the decorators and registrations."""
    decorators: tuple[str, ...] = ()
    """Methods of those objects used as decorators: get, post, command, on_message; `a.b` for nested ones."""
    functions: tuple[str, ...] = ()
    """Functions of the import used as decorators: shared_task, click.command."""
    register: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Calls that take a handler: method or function name -> its parameter, by position ("1") or name ("view_func")."""
    takes_apart: tuple[str, ...] = ()
    """Those of `register` that make commands of all that is in what they are given: methods of a class, values of a
    mapping."""
    bases: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Base classes whose named methods are entry points: View -> get, post."""
    handlers: tuple[str, ...] = ()
    """Methods or decorators that register a handler for exceptions of every entry point."""
    answers: tuple[str, ...] = ()
    """Exceptions that it turns into an answer to whoever asked: `fastapi.HTTPException`, `click.ClickException`."""
    swallow: bool = False
    """Catches and logs exceptions itself in a way that counts as a guard (no web framework's 500 page does)."""
    script: bool = False
    """The body of the module is the entry point (Streamlit)."""
    hands_text: bool = False
    """Its handlers are given text from outside, though nobody waits: arguments a model writes, messages of a queue."""


@dataclass(frozen=True)
class Knowledge:
    """Everything the data folder says."""

    sdks: tuple[Sdk, ...] = ()
    libraries: tuple[Library, ...] = ()
    frameworks: tuple[Framework, ...] = ()
    apis: tuple[Api, ...] = ()
    tiers: tuple[Tier, ...] = ()
    texts: tuple[TextRule, ...] = ()
