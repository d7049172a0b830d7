"""OpenAI embeddings, and what speaks it. There are no streams: an answer is one JSON body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..framing import Event
from ..mistakes import UnfitRequest
from . import counts
from .errors import NotTheProtocol
from .interface import Auth, Delta, Ends, Options, Prompt, Request, Sent, Usage
from .jsons import an_object, loosely, objects, text, without_none
from .openai_shared import BASE, BEARER, posted, told_error


@dataclass(frozen=True, slots=True)
class OpenAIEmbeddings:
    """Embeddings: each of the prompt's texts becomes a vector."""

    name: str = "openai-embeddings"
    base: str = BASE
    path: str = "/embeddings"
    auth: Auth = BEARER
    framing: None = None
    ends: Ends = "marker"

    def request(self, prompt: Prompt, options: Options) -> Request:
        """Options of generation have no meaning here: a bound or a temperature raises UnfitRequest."""
        if options.max_output is not None or options.temperature is not None:
            raise UnfitRequest(["embeddings generate nothing: leave out the longest answer and the temperature"])
        texts = [each.text for each in prompt.messages]
        body = {"model": options.model or None, "input": texts[0] if len(texts) == 1 else texts}
        return posted(self.path, self.auth, without_none(body), options)

    def delta(self, event: Event) -> Delta:
        """Never the right question: raises NotTheProtocol."""
        raise NotTheProtocol(f"embeddings have no streams, found an event of {len(event.data):,} bytes")

    def whole(self, body: bytes) -> Delta:
        """How many vectors came; none that is empty counts."""
        answer = an_object(body)
        error = told_error(answer)
        if error:
            return Delta(error=error)
        if "data" not in answer:
            raise NotTheProtocol("expected embeddings, found no data")
        usage = loosely(answer.get("usage"))
        return Delta(
            usage=Sent("usage", usage) if usage else None,
            model=text(answer.get("model")),
            done=True,
            items=sum(1 for each in objects(answer["data"]) if each.get("embedding")),
        )

    def usage(self, sent: Sequence[Sent]) -> Usage:
        """Nothing is generated: the output counts 0."""
        return counts.embedded(sent)
