"""The form of what is known of providers without an SDK: their HTTP interfaces, and classes of models."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Api:
    """A provider's HTTP interface: by what a request is known that is sent without an SDK.

    Paths are written as in a URL: `*` stands for anything in one of its pieces, `**` for anything at all, `#` for a
    digit, `$` for the end.
    """

    id: str
    hosts: tuple[str, ...] = ()
    """Hosts, or what their names hold: `api.cohere.`; whatever stands in front of it belongs to the host, too."""
    kind: str | None = None
    """What a request to such a host asks for where no path says it; None: then it is none to a model."""
    paths: dict[str, str] = field(default_factory=dict[str, str])
    """Paths that are calls on any host: {/chat/completions: chat}."""
    shared: dict[str, str] = field(default_factory=dict[str, str])
    """Paths that may be anybody's: they count on a host of any API, on this machine, and where the host is unknown."""
    needs: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Of those: the fields that the server refuses a body without."""
    bodies: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """Paths that may be anybody's and are calls where the body holds a field: {/completion$: {n_predict: chat}}."""
    signs: tuple[str, ...] = ()
    """Pieces of paths that make it worth looking into a file; all paths that begin with a slash do, too."""
    streams: tuple[str, ...] = ()
    """Ends of paths whose answer comes in pieces."""
    model: tuple[str, ...] = ()
    """Where the URL names the model: paths with `*` or `**` in its place."""
    max_output: tuple[str, ...] = ()
    """Fields of the body that cap the length of the answer."""


@dataclass(frozen=True)
class Tier:
    """A class of models, by what it costs and can do."""

    id: str
    """frontier or small."""
    models: tuple[str, ...] = ()
    """Regular expressions that match in the name, without provider and date; the first tier that matches decides."""
