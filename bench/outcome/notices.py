"""What the reader must know to read the figures right, each a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..metrics import Figures
from ..samples import Run
from .model import SIMULATOR, UNKNOWN, Client, Connections, Json, part

if TYPE_CHECKING:
    from ..samples import Columns


def notices(run: Run, files: int, whole: Figures, client: Client, connections: Connections) -> Iterator[str]:
    """Of the files, of the client, and of what was measured."""
    yield from run.notices
    yield from _of_files(run, files)
    if client.verdict == UNKNOWN:
        yield "how our own side did isn't known, since the run never came to its end: the client may have been too slow"
    elif client.fault:
        yield f"invalid: {client.fault}; these figures are the client's, not the server's"
    yield from _of_answers(run, whole)
    yield from _of_connections(run.header.plan, client, connections)


def _of_files(run: Run, files: int) -> Iterator[str]:
    workers = run.header.plan.get("workers")
    if isinstance(workers, int) and files < workers:
        yield f"the files of {files} of {workers} workers: rates are those of these workers only"
    if any(each.reason == "interrupted" for each in run.ends):
        yield "interrupted: what had been measured by then is told"


def _of_answers(run: Run, whole: Figures) -> Iterator[str]:
    if not whole.attempted:
        yield "no request was measured"
    share = warm_share(run.columns)
    if share and not part(run.header.plan, "prompts").get("nonce"):
        yield (
            f"{share:.0%} of the prompts' tokens came from the provider's cache: a warm cache was measured;"
            " a nonce makes each prompt new"
        )
    if whole.sources.get("chunks"):
        yield "tokens of answers without usage were counted by chunks, which may hold several each"
    wrong = int((run.columns.measured & run.columns.succeeded & (run.columns.numbers["correct"] == 0)).sum())
    if wrong:
        are, they = ("isn't", "it doesn't") if wrong == 1 else ("aren't", "they don't")
        yield f"{wrong} of {whole.succeeded} answers {are} what was expected: {they} count as good"
    for name, count in whole.skipped.items():
        if count:
            have, them = ("success has", "it") if count == 1 else ("successes have", "them")
            yield f"{count} {have} no {name}: the threshold on that is skipped for {them}"


def _of_connections(plan: Json, client: Client, connections: Connections) -> Iterator[str]:
    if connections.stale:
        one = connections.stale == 1
        lost = "1 request was" if one else f"{connections.stale} requests were"
        on = "a reused connection" if one else "reused connections"
        yield (
            f"{lost} lost on {on} that broke before a byte came, as when a server closes idle ones: counted as reset;"
            " --no-keepalive avoids it"
        )
    if client.figures.get("transport") == "httpx":
        why = f" ({client.figures['why']})" if client.figures.get("why") else ""
        yield f"httpx's own transport was used{why}: under load its times are less exact"
    if part(plan, "target").get("name") == SIMULATOR:
        yield "the target is the built-in simulator: these figures are of no real model"


def warm_share(of: Columns) -> float | None:
    """Of the prompts' tokens that were counted, those from a cache; None where nobody counts cached ones."""
    import numpy as np

    fine = of.rows(of.measured & of.succeeded)
    cached, whole = fine.known("cached"), fine.known("input")
    both = ~np.isnan(cached) & ~np.isnan(whole)
    total = float(whole[both].sum())
    return float(cached[both].sum()) / total if total else None
