"""`aiready simulate`: a server that answers like the providers, at times and with faults that are known."""

from __future__ import annotations

import sys
from types import FrameType
from typing import TYPE_CHECKING, Annotated

from .declare import Opt

if TYPE_CHECKING:
    from ..bench.simulator import Server, Settings, Tally

Set = Annotated[
    list[str] | None,
    Opt(
        ("--set", "-s"),
        "How it answers, such as ttft=normal:200ms,30ms, itl=20ms, tokens=uniform:50,200, cached=30%, slots=8, rpm=60,"
        " stall=at:5s,for:2s, seed=1, or the share of a fault: e429=5%, reset=1%. Joined by & or repeated.",
        "NAME=VALUE",
    ),
]
Profile = Annotated[
    str,
    Opt(
        ("--profile",),
        "Begin with settings by name: usual, instant, exact, fast, slow, reasoning, cached, flaky, overloaded,"
        " limited.",
    ),
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
    """Serve the model APIs without a model, until Ctrl-C.

    Those of OpenAI, Anthropic, Gemini and Ollama, with times and faults that are known.

    Exit status: 0 after Ctrl-C, 2 a mistake in the settings.
    """
    from pathlib import Path

    from ..bench.simulator import Listening, Server, Truth, settle

    wanted = _wanted(profile, set or [])
    server = Server(wanted, Listening(host, port, certificate, key), Truth(Path(truth) if truth else None))
    _ended_by_signals(server)
    sys.stdout.write(_begun(server.url))
    sys.stdout.flush()
    settle()
    server.serve()
    sys.stdout.write(f"\n{_done(server.tally)}\n")
    return 0


def _wanted(profile: str, told: list[str]) -> Settings:
    """The settings of a profile and those on the command line over them. Raises SimulatorError with all mistakes."""
    from ..bench.mistakes import SimulatorError
    from ..bench.simulator import Settings, settings
    from ..bench.simulator import profile as named

    mistakes: list[str] = []
    wanted = Settings()
    try:
        wanted = named(profile)
    except SimulatorError as error:
        mistakes += error.mistakes
    try:
        wanted = settings("&".join(told), wanted)
    except SimulatorError as error:
        mistakes += error.mistakes
    if mistakes:
        raise SimulatorError(mistakes)
    return wanted


def _ended_by_signals(server: Server) -> None:
    import signal

    def stop(_: int, __: FrameType | None) -> None:
        server.stop()

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)


def _begun(url: str) -> str:
    """Where it serves, and how clients are pointed at it."""
    return (
        f"Serving at {url} (any key will do; Ctrl-C ends it)\n"
        f"  OpenAI     OPENAI_BASE_URL={url}/v1\n"
        f"  Anthropic  ANTHROPIC_BASE_URL={url}\n"
        f"  Gemini     GOOGLE_GEMINI_BASE_URL={url}\n"
        f"  Ollama     OLLAMA_HOST={url}\n"
        f"  aiready    aiready bench {url}/v1\n"
    )


def _done(tally: Tally) -> str:
    """What was done, in a line."""
    many, left = tally.requests, f", {tally.left} left by their client" if tally.left else ""
    refused = f"; {tally.refused} not understood" if tally.refused else ""
    return f"{many} request{'s' * (many != 1)} answered, {tally.faults} of them with a fault{left}{refused}."
