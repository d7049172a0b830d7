"""The options of `aiready bench`, each declared once. What is not given is left to the scenario file and the
configuration; so every default here is None, and the real ones stand with what they are defaults of."""

from __future__ import annotations

from typing import Annotated

from .declare import Arg, Opt

Target = Annotated[
    str | None,
    Arg(
        "TARGET",
        "What to measure: a URL, a shorthand such as openai:gpt-4o-mini, anthropic:…, gemini:…, ollama:llama3, azure:…,"
        " or a scenario file. Without it a local server is looked for; `simulator` measures the built-in one.",
    ),
]
Load = Annotated[
    str | None,
    Opt(
        ("--load", "-l"),
        "How requests come: closed:8 (users), constant:20/s, poisson:20/s, gamma:20/s,cv=2, ramp:1-50/s,60s,"
        " steps:5/s@30s,10/s@30s, sweep:1-64, search:1-64/s, trace. Default: closed:4.",
        "SHAPE",
    ),
]
Requests = Annotated[
    int | None,
    Opt(("--requests", "-n"), "End after so many requests, a level. Default: 100.", "N"),
]
Duration = Annotated[
    str | None,
    Opt(("--duration", "-t"), "End after a time, such as 90s or 5min, a level.", "TIME"),
]
Warmup = Annotated[int | None, Opt(("--warmup",), "Requests before those that count. Default: 2.", "N")]
Workers = Annotated[int | None, Opt(("--workers",), "Processes that send; 0: as many as the load needs.", "N")]
Seed = Annotated[int | None, Opt(("--seed",), "Of everything that is random: the same seed, the same load.", "N")]

Prompt = Annotated[list[str] | None, Opt(("--prompt", "-p"), "Ask this; may be repeated.", "TEXT")]
Prompts = Annotated[
    str | None,
    Opt(
        ("--prompts",),
        "Ask what stands in a file or folder (text, JSONL, JSON, CSV, YAML, ShareGPT, OpenAI batch), or made-up text:"
        " synthetic:input=const:500,output=128. Default: a small set of aiready's own.",
        "SOURCE",
    ),
]
CacheBust = Annotated[
    bool, Opt(("--cache-bust",), "Begin each prompt with something new, so that no cache answers for the model.")
]
Model = Annotated[str | None, Opt(("--model", "-m"), "The model, as the provider calls it.", "NAME")]
NoStream = Annotated[bool, Opt(("--no-stream",), "Ask for answers in one piece.")]
MaxOutput = Annotated[int | None, Opt(("--max-output",), "Tokens of the longest answer.", "N")]
Temperature = Annotated[str | None, Opt(("--temperature",), "As the provider takes it.", "T")]

Slo = Annotated[
    list[str] | None,
    Opt(
        ("--slo",),
        "A threshold such as p95_ttft<1.5s, error_rate<1%, goodput>5/s or cost_per_1k<$2; status 1 where it isn't met."
        " May be repeated.",
        "EXPRESSION",
    ),
]
MaxSpend = Annotated[str | None, Opt(("--max-spend",), "Never spend more than this, such as $1.", "MONEY")]
MaxTokens = Annotated[int | None, Opt(("--max-tokens",), "End after so many tokens, both ways.", "N")]
MaxErrors = Annotated[
    str | None,
    Opt(("--max-errors",), "End once surely more than this share fails, such as 20%, after 10 s.", "SHARE"),
]
Yes = Annotated[bool, Opt(("--yes", "-y"), "Don't ask before money is spent.")]
Users = Annotated[int | None, Opt(("--daily-users",), "Project the cost of a month for so many users a day.", "N")]
Calls = Annotated[str | None, Opt(("--calls-per-user",), "Calls of each of them a day. Default: 1.", "N")]

KeyEnv = Annotated[str | None, Opt(("--key-env",), "The environment variable that holds the key.", "NAME")]
KeyFile = Annotated[str | None, Opt(("--key-file",), "The file that holds the key.", "FILE")]
Timeout = Annotated[
    str | None, Opt(("--timeout",), "The longest a request may take as a whole. Default: 600s.", "TIME")
]
ReadTimeout = Annotated[
    str | None, Opt(("--read-timeout",), "The longest that nothing may come. Default: 60s.", "TIME")
]
ConnectTimeout = Annotated[
    str | None, Opt(("--connect-timeout",), "The longest a connection may take. Default: 10s.", "TIME")
]
NoKeepalive = Annotated[bool, Opt(("--no-keepalive",), "A new connection for each request.")]
Http2 = Annotated[bool, Opt(("--http2",), "HTTP/2, by httpx: coarser stamps.")]
Proxy = Annotated[
    str | None,
    Opt(("--proxy",), "Through a proxy, by httpx: coarser stamps. One with a password stands in a scenario.", "URL"),
]
Ca = Annotated[str | None, Opt(("--ca",), "Trust these certificates instead of the system's.", "FILE")]
Insecure = Annotated[bool, Opt(("--insecure",), "Take any certificate.")]

Simulate = Annotated[
    str | None,
    Opt(("--simulate",), "Measure the built-in simulator, set up so, such as ttft=200ms&itl=20ms&e429=5%.", "SETTINGS"),
]
From = Annotated[
    str | None, Opt(("--from",), "Compute everything anew from a run that is there; no request is sent.", "RUN")
]
Runs = Annotated[str | None, Opt(("--runs",), "The folder for runs. Default: .aiready/runs.", "FOLDER")]
Quiet = Annotated[bool, Opt(("--quiet", "-q"), "The verdict only; of a comparison, no notes. No progress.")]
