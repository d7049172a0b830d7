"""`aiready bench`: send load to an endpoint that serves a language model, and be right about what came back."""

from __future__ import annotations

from . import bench_options as b
from . import options as o
from . import results as r


def bench(  # noqa: PLR0917 - typer and plain give them by name
    target: b.Target = None,
    load: b.Load = None,
    requests: b.Requests = None,
    duration: b.Duration = None,
    prompt: b.Prompt = None,
    prompts: b.Prompts = None,
    slo: b.Slo = None,
    model: b.Model = None,
    max_output: b.MaxOutput = None,
    temperature: b.Temperature = None,
    no_stream: b.NoStream = False,
    cache_bust: b.CacheBust = False,
    warmup: b.Warmup = None,
    seed: b.Seed = None,
    workers: b.Workers = None,
    max_spend: b.MaxSpend = None,
    max_tokens: b.MaxTokens = None,
    max_errors: b.MaxErrors = None,
    yes: b.Yes = False,
    daily_users: b.Users = None,
    calls_per_user: b.Calls = None,
    key_env: b.KeyEnv = None,
    key_file: b.KeyFile = None,
    timeout: b.Timeout = None,
    read_timeout: b.ReadTimeout = None,
    connect_timeout: b.ConnectTimeout = None,
    no_keepalive: b.NoKeepalive = False,
    http2: b.Http2 = False,
    proxy: b.Proxy = None,
    ca: b.Ca = None,
    insecure: b.Insecure = False,
    simulate: b.Simulate = None,
    from_run: b.From = None,
    runs: b.Runs = None,
    save_baseline: r.SaveBaseline = None,
    baseline: r.Baseline = None,
    tolerance: r.Tolerance = None,
    config: o.Config = None,
    exit_zero: o.ExitZero = False,
    format: o.Format = "text",  # noqa: A002 - the option's name
    output: o.Output = None,
    color: o.Color = "auto",
    quiet: b.Quiet = False,
) -> int:
    """Send load to a model's endpoint and measure what comes back.

    Latency, tokens, errors, limits and cost, with how sure each figure is.

    Exit status: 0 every threshold is met, 1 one is not or it regressed, 2 a mistake in the command, 3 every request
    failed or the run could not be done, 4 the client was the bottleneck or too few requests decide.
    """
    from .bench_session import benched

    return benched(dict(locals()))
