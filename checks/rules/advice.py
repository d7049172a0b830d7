"""What to write, in the words of the SDK at hand: parameter names, units, error types and async twins.

Everything comes from the SDK data, so that a new SDK is advised well without a line here. Where the data knows no
parameter, the advice is what works with any SDK.
"""

from __future__ import annotations

from collections.abc import Callable

from ..model import Call, Retry, RetryLayer, Secret, Timeout
from ..sdks.load import load
from ..sdks.schema import CallRule, OutputRule, RetryRule, Sdk, TimeoutRule
from .wording import at, listed

ATTEMPTS = 3
OUTPUT_TOKENS = 1000
_PARTS_OF_NUMBERS = ("max_", "num_", "attempts", "total")
_PARTS_OF_PASSING = ("RateLimit", "Timeout", "Connection", "ServerError", "Unavailable", "Overload", "Throttl")
_FEW = 3
_RETRY_AROUND = (
    "@tenacity.retry(retry=retry_if_exception_type(...), stop=stop_after_attempt(3), wait=wait_exponential_jitter())"
)
_STREAMED = {"invoke": "stream", "ainvoke": "astream"}
_RAW_HTTP = "raw-http"
_REQUEST = "url."
"""Where the body is when the request is made before it is sent (`urlopen(Request(url, data=...))`)."""


def setting(sdk: Sdk, path: str, value: str) -> str:
    """A parameter as code: `http_options.timeout` is `http_options=HttpOptions(timeout=...)` where the SDK has a class
    for it, and a dict where it has none."""
    head, _, rest = path.partition(".")
    return f"{head}={_held(sdk, head, rest, value)}"


def _held(sdk: Sdk, at: str, rest: str, value: str) -> str:
    """What goes into the parameter `at`, so that the value gets to the path `rest` below it."""
    if not rest:
        return value
    head, _, below = rest.partition(".")
    inside = _held(sdk, f"{at}.{head}", below, value)
    return f"{sdk.objects[at].rpartition('.')[2]}({head}={inside})" if at in sdk.objects else f'{{"{head}": {inside}}}'


def name(call: Call, sdk: str = "") -> str:
    """What a reader calls the SDK of this call, or of a fact of it: the HTTP library, where it is used directly."""
    return _of(call, sdk).package if (sdk or call.sdk) == _RAW_HTTP else sdk or call.sdk


def timeout(call: Call, seconds: float) -> str:
    """How to give one attempt of this call a limit of so many seconds, and where."""
    fact, rule = call.facts.timeout, _timeout_rule(call)
    sdk = _of(call, fact.sdk)
    number = f"{round(seconds * 1000):_}" if rule.unit == "ms" else f"{seconds:g}"
    decided = _decided(fact, lambda name: setting(sdk, name, f"{seconds:g}" if name in rule.transport else number))
    if decided:
        return decided
    built = fact.client
    if rule.client and (built or not rule.call):
        return f"`{setting(sdk, rule.client[0], number)}` where the client is built" + (
            f" ({at(built)})" if built else ""
        )
    if rule.call:
        return f"`{setting(sdk, rule.call[0], number)}` in the call"
    return f"a deadline around the call (`asyncio.timeout({seconds:g})` in async code)"


def retry(call: Call) -> str:
    """How to have a failed request of this call sent again, with waits that grow."""
    fact, rule = call.facts.retry, _retry_rule(call)
    sdk = _of(call, fact.sdk)

    def changed(name: str) -> str:
        """The parameter with a number that repeats; empty for one whose waits don't grow."""
        if rule.backoffs.get(name, rule.backoff) != "exponential":
            return ""
        counts_attempts = rule.counts == "attempts" or name in rule.attempts
        number = str(ATTEMPTS if counts_attempts else ATTEMPTS - 1)
        return setting(sdk, name, number if counts(name) else f"{_class_of(name)}(...)")

    decided = _decided(fact, changed)
    if decided:
        return decided
    built = "where the client is built" + (f" ({at(fact.client)})" if fact.client else "")
    for paths, where in ((rule.client, built), (rule.call, "in the call")):
        if paths and changed(paths[0]):
            return f"`{changed(paths[0])}` {where}"
    return f"`{_RETRY_AROUND}` around it"


def _decided(fact: Timeout | Retry, changed: Callable[[str], str]) -> str:
    """The argument that decides, changed, and where it stands: one given elsewhere would have no effect.

    Empty where no argument decides, or it is better left alone.
    """
    name, of, owner = fact.source.partition("= of ")
    code = changed(name) if of else ""
    if not code:
        return ""
    where = f" ({at(fact.where)})" if fact.where else ""
    if owner == "the call":
        return f"`{code}` in the call"
    if owner == "the client":
        return f"`{code}` where the client is built" + (f" ({at(fact.client)})" if fact.client else where)
    return f"`{code}` in `{owner.removeprefix('the ')}`{where}"


def counts(parameter: str) -> bool:
    """Whether a parameter for retries takes a number, as its name says, and no object or function."""
    return any(part in parameter for part in _PARTS_OF_NUMBERS)


def counts_asked_for(call: Call) -> str:
    """How to have a streamed answer come with its token counts."""
    return f"`{setting(_of(call), call.facts.usage.detail, 'True')}`"


def retry_off(call: Call) -> str:
    """How to switch this SDK's own retries off; empty where there is no way."""
    rule = _retry_rule(call)
    path = next((path for path in (*rule.client, *rule.call) if counts(path)), "")
    return f"`{setting(_of(call), path, '1' if rule.counts == 'attempts' else '0')}`" if path else ""


def backoff(layer: RetryLayer) -> str:
    """How to make this layer wait longer each time."""
    if layer.kind == "loop":
        return "`time.sleep(min(30, 2**attempt) + random.random())` between attempts (`asyncio.sleep` in async code)"
    return "exponential with jitter, such as tenacity's `wait=wait_exponential_jitter()`"


def stop(layer: RetryLayer) -> str:
    """How to make this layer end."""
    if layer.kind == "loop":
        return "`for attempt in range(5):` in place of the endless loop, raising the last error after it"
    return "a number of attempts or a deadline: tenacity's `stop=stop_after_attempt(5)`, backoff's `max_tries=5`"


def all_errors(call: Call) -> str:
    """The types that together catch every failed request of this call's SDK."""
    sdk = _of(call, next(iter(call.facts.guard.sdks), ""))
    if sdk.errors.silent:
        return f"the answer's own error status ({sdk.package} raises nothing for a failed request)"
    bases = sdk.errors.base or tuple(base for like in sdk.errors.like for base in _sdk(like).errors.base)
    through = f" and what {listed(sdk.errors.transport, 'or')} raises" if sdk.errors.transport else ""
    return f"`{bases[0]}`{through}" if bases else "`Exception`"


def is_silent(call: Call) -> bool:
    """Whether this call's SDK raises nothing for a failed request."""
    return _of(call).errors.silent


def passing_errors(call: Call) -> str:
    """The types of this call's SDK that a later attempt may not meet again."""
    sdk = _of(call)
    some = [
        name.removeprefix("builtins.")
        for one in (sdk, *(_sdk(like) for like in sdk.errors.like))
        for name in one.errors.some
    ]
    passing = [name for name in some if may_pass(name)][:_FEW]
    return listed(f"`{name}`" for name in passing) if passing else "rate limits, timeouts, lost connections and 5xx"


def may_pass(name: str) -> bool:
    """Whether an error of that type may be gone at a later attempt, wherever it is imported from."""
    return any(part in name.rpartition(".")[2] for part in _PARTS_OF_PASSING)


def output_cap(call: Call) -> str:
    """How to cap the length of this call's answer."""
    sdk = _of(call, call.facts.max_output.sdk)
    named = sdk.calls.get(call.method)
    rule: OutputRule = (named and named.max_output) or sdk.max_output
    for paths, where in ((rule.call, "in the call"), (rule.client, "where the client is built")):
        if paths and paths[0].startswith(_REQUEST):
            return f"`{_in_body(paths[0], str(OUTPUT_TOKENS))}` in the body of the request"
        if paths:
            return f"`{setting(sdk, paths[0], str(OUTPUT_TOKENS))}` {where}"
    return "a maximum of output tokens"


def async_client(call: Call) -> str:
    """What to await in place of this call's synchronous client; empty for a model that runs in the process itself."""
    sdk = _of(call)
    if sdk.in_process:
        return ""
    head, dot, last = call.method.rpartition(".")
    twins = [f"aio.{call.method}", f"{head}{dot}a{last}", f"{head}{dot}async_{last}", f"{head}{dot}{last}_async"]
    found = next((twin for twin in twins if twin in sdk.calls), None)
    if found:
        return f"`{found}`"
    client = next((name for name, rule in sdk.clients.items() if rule.is_async), None)
    return f"`{client}`" if client else "an async client"


def streaming(call: Call) -> str:
    """How to get this call's answer in pieces."""
    sdk = _of(call)
    head, dot, last = call.method.rpartition(".")
    twin = f"{head}{dot}{_STREAMED.get(last, '')}"
    if last in _STREAMED and twin in sdk.calls:
        return f"`{twin}`"
    if sdk.stream.call and sdk.stream.call[0].startswith(_REQUEST):
        return f"`{_in_body(sdk.stream.call[0], 'True')}` in the body of the request"
    if sdk.stream.call and sdk.stream.call[0].endswith("stream"):
        return f"`{setting(sdk, sdk.stream.call[0], 'True')}`"
    own = sdk.calls.get(call.method)
    streams = [(method, rule) for method, rule in sdk.calls.items() if rule.stream]

    def distance(stream: tuple[str, CallRule]) -> tuple[bool, bool, int]:
        method, rule = stream
        beside = method.rpartition(".")[0] == call.method.rpartition(".")[0]
        return not beside, own is not None and own.is_async != rule.is_async, len(method)

    return f"`{min(streams, key=distance)[0]}`" if streams else "the SDK's streaming interface"


def key_variable(secret: Secret) -> str:
    """The environment variable this provider's SDK reads its key from, in brackets; empty if none is known."""
    env = _sdk(secret.provider).env
    return f" (`{env[0]}`)" if env else ""


def _in_body(path: str, value: str) -> str:
    _, _, inside = path.split(".", 2)
    return _nested(inside, value)[1:-1]


def _nested(path: str, value: str) -> str:
    head, _, rest = path.partition(".")
    return f'{{"{head}": {_nested(rest, value) if rest else value}}}'


def _class_of(path: str) -> str:
    """The class that a parameter is named after: `retry_config` -> `RetryConfig`."""
    return "".join(word.capitalize() for word in path.rpartition(".")[2].split("_"))


def is_framework(call: Call) -> bool:
    """Whether the call goes through a framework, which hands on what it chooses of the provider's response."""
    return _sdk(call.sdk).kind == "framework"


def _of(call: Call, sdk: str = "") -> Sdk:
    """The SDK of the call, or that of a fact: where several clients may serve a call, one of them decides."""
    if (sdk or call.sdk) == _RAW_HTTP:
        from ..project.rawhttp import library_named, library_sdk  # brings libcst: not for runs that read no code

        return library_sdk(library_named(call.method.rpartition(".")[0]), call.kind)
    return _sdk(sdk or call.sdk)


def _sdk(name: str) -> Sdk:
    """The SDK of this id; one without any parameters if the data holds none (calls the user declared)."""
    found = next((sdk for sdk in load().sdks if sdk.id == name), None)
    return found or Sdk(id=name, package=name, newest="", imports=())


def _timeout_rule(call: Call) -> TimeoutRule:
    sdk = _of(call, call.facts.timeout.sdk)
    named = sdk.calls.get(call.method)
    return (named and named.timeout) or sdk.timeout


def _retry_rule(call: Call) -> RetryRule:
    sdk = _of(call, call.facts.retry.sdk)
    named = sdk.calls.get(call.method)
    return (named and named.retry) or sdk.retry
