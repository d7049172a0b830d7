"""`aiready simulate`: a server that answers like the providers, at times and with faults that are known."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Annotated

from .declare import Opt

Set = Annotated[
    list[str] | None,
    Opt(
        ("--set", "-s"),
        "How it answers, such as ttft=normal:200ms,30ms, itl=20ms, tokens=uniform:50,200, cached=30%, slots=8, rpm=60,"
        " seed=1, or the share of a fault: e429=5%, reset=1%, truncated=1%. Joined by & or repeated.",
        "NAME=VALUE",
    ),
]
Profile = Annotated[
    str, Opt(("--profile",), "Begin with these settings: usual, instant, fast, slow, reasoning, flaky, overloaded.")
]
Host = Annotated[str, Opt(("--host",), "The address to listen on.")]
Port = Annotated[int, Opt(("--port",), "The port to listen on; 0: any that is free.", "N")]
TruthFile = Annotated[
    str | None, Opt(("--truth",), "Write what is done to each request into this file, a line of JSON each.", "FILE")
]
Certificate = Annotated[str, Opt(("--certificate",), "Speak TLS, with this certificate (PEM).", "FILE")]
Key = Annotated[str, Opt(("--key",), "The certificate's private key (PEM), where it is in a file of its own.", "FILE")]


def simulate(  # noqa: PLR0917 - typer and plain give them by name
    profile: Profile = "usual",
    set: Set = None,  # noqa: A002 - the option's name
    host: Host = "127.0.0.1",
    port: Port = 8765,
    truth: TruthFile = None,
    certificate: Certificate = "",
    key: Key = "",
) -> int:
    """Serve the APIs of OpenAI, Anthropic, Gemini and Ollama without a model, until Ctrl-C.

    Exit status: 0 after Ctrl-C, 2 a mistake in the settings.
    """
    import signal
    from pathlib import Path

    from ..bench.simulator import Listening, Server, Truth, settings
    from ..bench.simulator import profile as named

    wanted = settings("&".join(set or ()), named(profile))
    deeds = Truth(Path(truth) if truth else None)
    server = Server(wanted, Listening(host, port, certificate, key), deeds)

    def stop(_: int, __: FrameType | None) -> None:
        server.stop()

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
    sys.stdout.write(
        f"Serving at {server.url}\n"
        f"  OpenAI     OPENAI_BASE_URL={server.url}/v1\n"
        f"  Anthropic  ANTHROPIC_BASE_URL={server.url}\n"
        f"  Ollama     OLLAMA_HOST={server.url}\n"
        f"  aiready    aiready bench {server.url}/v1\n"
        "Ctrl-C ends it.\n"
    )
    sys.stdout.flush()
    server.serve()
    many = deeds.requests
    sys.stdout.write(f"\n{many} request{'s' * (many != 1)} answered, {deeds.faults} of them with a fault.\n")
    return 0
