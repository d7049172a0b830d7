"""LLM requests sent by hand: an HTTP library's call whose URL is, or is built from, a known LLM path or host."""

from __future__ import annotations

import re
from typing import TypeGuard

from ..read.tree import Attr, Binary, Call, Const, Expr, Name, Template
from ..sdks.schema import CallRule, ErrorRule, OutputRule, Sdk, SwitchRule, TimeoutRule
from .arguments import argument, at_site
from .invoke import text_of
from .match import Match
from .scope import Scope, Site
from .values import Cfg, Eval, Ext, Lit, Text, Unk, Value, Values

PATHS: tuple[tuple[str, str], ...] = (
    (r"/chat/completions\b", "chat"),
    (r"/v\d[^/]*/completions\b|/openai/deployments/[^/]+/completions\b", "completion"),
    (r"/v1/messages\b|/anthropic/.*messages\b", "chat"),
    (r"/v1/responses\b", "chat"),
    (r"/embeddings?\b(?!/)|/api/embed\b|:embedContent|:batchEmbedContents", "embedding"),
    (r":generateContent|:streamGenerateContent", "chat"),
    (r"/api/generate\b", "completion"),
    (r"/api/chat\b", "chat"),
    (r"/v\d/rerank\b", "rerank"),
    (r"/images/(generations|edits|variations)\b", "image"),
    (r"/audio/(speech|transcriptions|translations)\b|/v1/text-to-speech\b", "audio"),
    (r"/v1/moderations\b", "moderation"),
    (r"/v\d/(chat|generate|summarize)$", "chat"),
    (r"/v1/ocr\b", "ocr"),
    (r"(api-inference|router)\.huggingface\.co/.*models/[^?]", "completion"),
    (r"/converse(-stream)?$|/invoke(-with-response-stream)?$", "chat"),
)
HOSTS = (
    "api.openai.com", "api.anthropic.com", "openrouter.ai", "api.mistral.ai", "api.groq.com",
    "generativelanguage.googleapis.com", "api.cohere.", "api.together.xyz", "api.deepseek.com",
    "dashscope.aliyuncs.com", "api-inference.huggingface.co", "api.perplexity.ai", "api.fireworks.ai",
    "api.x.ai", "api.cerebras.ai", "router.huggingface.co", "bedrock-runtime.", "api.ai21.com",
    "api.replicate.com", "api.moonshot.cn", "open.bigmodel.cn", "ark.cn-beijing.volces.com", "api.siliconflow.cn",
    "api.elevenlabs.io",
)  # fmt: skip
NOT_CALLS = re.compile(
    r"/(models|files|tags|version|health|batches|fine[-_]tun\w+|usage|key|keys|auth|ps|show|pull|voices|credits)\b"
)
GENERIC_PATHS = re.compile(
    r"/api/generate\b|/api/chat\b|/v\d/(chat|generate|summarize)$|/converse|/invoke|/embeddings?\b"
)
CALLS = re.compile(r"completions|generateContent|messages$|huggingface\.co/.*models/[^?]", re.IGNORECASE)
"""Paths that are calls although they begin like a listing."""
LOCAL = re.compile(r"11434|ollama", re.IGNORECASE)
OWN = ("localhost", "127.0.0.1", "0.0.0.0")  # noqa: S104  # compared with, not bound to
METHODS = frozenset({
    "post", "request", "stream", "send", "urlopen", "fetch", "post_json", "ws_connect", "connect_sse", "aconnect_sse",
})  # fmt: skip
BEFORE = {
    "request": ("method",),
    "stream": ("method",),
    "connect_sse": ("client", "method"),
    "aconnect_sse": ("client", "method"),
}
"""Positional arguments before the URL."""
OPENED = ("url", "data")
"""Positional arguments of `urlopen` and `Request`."""
AFTER = {"http.client": ("body",), "urllib": ("data", "timeout")}
"""Positional arguments after the URL, by library."""
STREAMS = ("stream", "connect_sse", "aconnect_sse")
URLS = ("url", "endpoint", "uri")

NAMED = re.compile(
    r"/models/([^:?]+?)(?::|\?|$)|/deployments/([^/?]+)/|/model/([^/?]+)/(?:invoke|converse)", re.IGNORECASE
)
"""Where a URL names the model: Gemini's and Hugging Face's, Azure's, Bedrock's."""

LIBRARIES: dict[str, tuple[str, float | None, bool | None]] = {
    "requests": ("requests", None, False),
    "httpx": ("httpx", 5.0, None),
    "httpx2": ("httpx2", 5.0, None),
    "httpx_sse": ("httpx", 5.0, None),
    "aiohttp": ("aiohttp", 300.0, True),
    "urllib.request": ("urllib", None, False),
    "http.client": ("http.client", None, False),
    "urllib3": ("urllib3", None, False),
    "requests_toolbelt": ("requests", None, False),
    "curl_cffi": ("curl_cffi", 30.0, None),
    "pycurl": ("pycurl", None, False),
}
"""Import root: name, seconds it waits when nothing is set (None: for ever), whether its calls are coroutines."""
BODY = ("json", "data", "content", "body")
REQUEST = ("url.data", "data")
"""Where the body is when a request is made first: `urlopen(Request(url, data=body))`."""
CAPS = (
    "max_tokens", "max_completion_tokens", "max_output_tokens", "max_new_tokens", "max_tokens_to_sample", "maxTokens",
    "num_predict", "options.num_predict", "generationConfig.maxOutputTokens", "generationConfig.max_output_tokens",
    "generation_config.max_output_tokens",
    "parameters.max_new_tokens", "inferenceConfig.maxTokens", "n_predict", "max_length",
)  # fmt: skip
BASES = {
    "requests": ("requests.RequestException", "requests.exceptions.RequestException"),
    "httpx": ("httpx.HTTPError",),
    "httpx2": ("httpx2.HTTPError",),
    "aiohttp": ("aiohttp.ClientError",),
    "urllib": ("urllib.error.URLError", "builtins.OSError"),
    "http.client": ("builtins.OSError",),
    "urllib3": ("urllib3.exceptions.HTTPError",),
}
PARTS = {
    "requests": ("requests.HTTPError", "requests.ConnectionError", "requests.Timeout", "builtins.OSError"),
    "httpx": ("httpx.HTTPStatusError", "httpx.RequestError", "httpx.TimeoutException", "httpx.ConnectError"),
    "httpx2": ("httpx2.HTTPStatusError", "httpx2.RequestError"),
    "aiohttp": ("aiohttp.ClientResponseError", "asyncio.TimeoutError", "builtins.TimeoutError"),
    "urllib": ("urllib.error.HTTPError",),
    "http.client": ("http.HTTPException", "builtins.TimeoutError"),
}
TOGETHER = {"httpx": (("httpx.HTTPStatusError", "httpx.RequestError"),)}


def library_sdk(name: str, default: float | None, kind: str, model: str | None = None) -> Sdk:
    """The HTTP library described as an SDK, so that facts are worked out the same way; `model` is what the URL says."""
    bodies = REQUEST if name == "urllib" else BODY
    nested = tuple(f"{body}.{cap}" for body in bodies for cap in CAPS)
    base = BASES.get(name, ())
    if name == "requests":
        base = (*base, "builtins.OSError")
    return Sdk(
        id="raw-http",
        package=name,
        newest="",
        imports=(name,),
        kind="sdk",
        timeout=TimeoutRule(call=("timeout",), client=("timeout",), default=default, total=name == "aiohttp"),
        max_output=OutputRule(call=nested),
        stream=SwitchRule(call=tuple(f"{body}.stream" for body in bodies)),
        model=SwitchRule(call=tuple(f"{body}.model" for body in bodies), default=model),
        errors=ErrorRule(base=base, some=PARTS.get(name, ()), together=TOGETHER.get(name, ())),
        calls={"": CallRule(kind)},
    )


def library_of(path: str) -> tuple[str, float | None, bool | None] | None:
    """The HTTP library a path belongs to."""
    for root, found in LIBRARIES.items():
        if path == root or path.startswith(f"{root}."):
            return found
    return None


def http_call(ev: Eval, site: Site, callee: Ext | Unk) -> Match | None:
    """The LLM request a call of an HTTP library sends, if its URL says that it is one."""
    method = callee.path.rpartition(".")[2].removesuffix("()")
    if method not in METHODS:
        return None
    library = library_of(callee.path)
    if library is None and not (isinstance(callee, Unk) and method == "post"):
        return None
    if method in ("send", "stream", "fetch") and library is None:
        return None
    url = _url(ev, site, callee, method)
    kind = kind_of(url)
    if kind is None or _is_get(ev, site, method):
        return None
    name, default, is_async = library or ("", None, None)
    if "AsyncClient" in callee.path or "AsyncSession" in callee.path or method == "aconnect_sse":
        is_async = True
    model = _model_in(url)
    if model is not None and any(
        _configures(ev, node, site.scope, model, 0) for node in (*site.call.args, *_keyworded(site))
    ):
        model = "config"
    sdk = library_sdk(name, default, kind, model)
    stream = ":streamGenerateContent" in url or method in STREAMS or "converse-stream" in url
    args = (*BEFORE.get(method, ()), "url", *AFTER.get(name, ()))
    rule = CallRule(kind, is_async=bool(is_async), stream=stream, args=args)
    medium = library is None
    return Match(sdk, rule, None, f"{name or 'http'}.{method}", (method,), medium)


def _is_get(ev: Eval, site: Site, method: str) -> bool:
    if method == "urlopen":
        return _is_opened(ev, site)
    if method not in BEFORE:
        return False
    return _reads(text_of(argument(ev, site, "method", BEFORE[method]).values))


def _is_opened(ev: Eval, site: Site) -> bool:
    """Whether `urlopen` only fetches: what it is given, a URL or a request made before, brings no body."""
    if _has_body(ev, site, OPENED) or not site.call.args:
        return False
    return all(
        _fetches(ev, value.sites[-1]) if _is_request(value) else isinstance(value, (Lit, Text))
        for value in at_site(ev, site.call.args[0], site)
    )


def _fetches(ev: Eval, made: Site) -> bool:
    """Whether a `Request(…)` goes out as a GET or the like."""
    verb = argument(ev, made, "method").values
    if verb:
        return _reads(text_of(verb))
    later = any(each.name in ("data", "method") for each in made.scope.sets)
    return not later and not _has_body(ev, made, OPENED)


def _has_body(ev: Eval, site: Site, args: tuple[str, ...]) -> bool:
    """Whether something other than None is given as `data`, or may be."""
    given = argument(ev, site, "data", args).values
    return bool(given) and any(value != Lit(None) for value in given)


def _reads(verb: str) -> bool:
    return verb.upper() in ("GET", "DELETE", "HEAD")


def _is_request(value: Value) -> TypeGuard[Ext]:
    """`urllib.request.Request(url, …)`, made before it is sent."""
    return isinstance(value, Ext) and value.path.endswith("Request()") and bool(value.sites)


def kind_of(url: str) -> str | None:
    """Kind of LLM request a URL stands for; `\\0` marks unknown pieces."""
    if not url.strip("\0/"):
        return None
    plain = url.partition("?")[0]
    if NOT_CALLS.search(plain.rpartition("://")[2]) and not CALLS.search(plain):
        return None
    for pattern, kind in PATHS:
        if re.search(pattern, plain):
            if GENERIC_PATHS.search(plain) and not _fits(plain):
                continue
            return kind
    if any(host in plain for host in HOSTS):
        return "embedding" if "embed" in plain else "chat"
    return None


def _model_in(url: str) -> str | None:
    """The model a URL names; `config` where that piece isn't written out."""
    found = NAMED.search(url)
    name = next((each for each in found.groups() if each), None) if found is not None else None
    return "config" if name is not None and "\0" in name else name


def _keyworded(site: Site) -> list[Expr]:
    """Values of the keywords that may be a URL."""
    return [each.value for each in site.call.keywords if each.name in URLS]


def _configures(ev: Eval, node: Expr, scope: Scope, model: str, depth: int) -> bool:
    """Whether the model's name in a text is one of several, or the default of something configured."""
    match node:
        case Name(id=name) if depth < 3:
            exprs = [each.expr for each in scope.bindings.get(name, ()) if each.expr is not None]
            return any(_configures(ev, each, scope, model, depth + 1) for each in exprs if not isinstance(each, Name))
        case Template(parts=parts):
            pieces = parts
        case Call(func=Attr(name="format"), args=args, keywords=keywords):
            pieces = (*args, *(each.value for each in keywords))
        case Binary(left=left, right=right):
            pieces = (left, right)
        case _:
            return False
    for each in pieces:
        values = ev.eval(each, scope) if not isinstance(each, Const) else ()
        if any(isinstance(v, Cfg) and v.default is not None and v.default.value == model for v in values):
            return True
        if len(values) > 1 and any(isinstance(v, Lit) and v.value == model for v in values):
            return True
    return any(_configures(ev, each, scope, model, depth + 1) for each in pieces if isinstance(each, Binary))


def _fits(url: str) -> bool:
    """`/api/chat` may be anybody's path: it counts on a model server's host or one that isn't written out."""
    host = url.rpartition("://")[2].partition("/")[0]
    if any(each in url for each in HOSTS) or LOCAL.search(url):
        return True
    return "\0" in host or not host or host.startswith(OWN)


def _url(ev: Eval, site: Site, callee: Ext | Unk, method: str) -> str:
    at = len(BEFORE.get(method, ()))
    values: Values = ()
    for name in URLS:
        values = values or argument(ev, site, name).values
    if not values and len(site.call.args) > at:
        values = at_site(ev, site.call.args[at], site)
    for value in values:
        if _is_request(value):
            return _url(ev, value.sites[-1], callee, "post")
    texts = [text for value in values if (text := text_of((value,))) != "\0"]
    known = sorted((text for text in texts if kind_of(text)), key=lambda text: kind_of(text) != "chat")
    url = known[0] if known else texts[0] if texts else "\0"
    return _based(ev, callee) + url if url.startswith("/") else url


def _based(ev: Eval, callee: Ext | Unk) -> str:
    """The `base_url` of the client a relative URL is sent through, or the host it is connected with."""
    connected = callee.path.startswith("http.client.")
    for site in reversed(callee.sites):
        found = argument(ev, site, "host" if connected else "base_url", ("host",) if connected else ()).values
        if found:
            return text_of(found).rstrip("/")
    return ""
