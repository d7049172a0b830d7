"""What a project declares, as entries of the SDK data: the rest of the audit then needs to know nothing of it."""

from __future__ import annotations

from dataclasses import replace

from ..sdks import Knowledge, Library, Sdk
from ..sdks.apart import RetryTool
from ..sdks.prompts import TextRule
from ..sdks.schema import CallRule, ClientRule, ErrorRule, OutputRule, RetryRule, TimeoutRule
from .values import Declared

UNSEEN = TimeoutRule(known=False)
"""How long a function waits that only its name is known of."""


def with_entries(knowledge: Knowledge, declared: Declared) -> Knowledge:
    """The knowledge with what a project says of its own functions, which comes first."""
    sdks = tuple(_sdk(name, kind) for name, kind in declared.calls.items())
    libraries = (
        *(_retry(name, attempts) for name, attempts in declared.retries.items()),
        *(_wrapper(name) for name in declared.wrappers),
        *(_validator(name) for name in declared.validators),
    )
    texts = tuple(_sanitizer(name) for name in declared.sanitizers)
    return replace(
        knowledge,
        sdks=(*sdks, *knowledge.sdks),
        libraries=(*libraries, *knowledge.libraries),
        texts=(*texts, *knowledge.texts),
    )


def _sdk(name: str, kind: str) -> Sdk:
    """A function, or a method of a class, that sends a request in a way that can't be seen."""
    module, _, last = name.rpartition(".")
    owner, _, klass = module.rpartition(".")
    is_method = bool(owner) and klass[:1].isupper()
    return Sdk(
        id=name.partition(".")[0],
        package="",
        newest="",
        imports=(owner if is_method else module,),
        clients={klass: ClientRule()} if is_method else {},
        calls={last: CallRule(kind)},
        module_client=not is_method,
        timeout=UNSEEN,
        retry=RetryRule(known=False),
        max_output=OutputRule(call=("max_tokens",)),
        errors=ErrorRule(),
    )


def _retry(name: str, attempts: int) -> Library:
    tool = RetryTool(default_attempts=attempts, default_wait="exponential")
    module, _, last = name.rpartition(".")
    return Library(name, "retry", "", "", (module,), retry={last: tool})


def _wrapper(name: str) -> Library:
    root, _, tail = name.partition(".")
    return Library(name, "http", "", "", (root,), uses={"wrap": (tail,)})


def _validator(name: str) -> Library:
    """A function, or a method of a class, that holds what it is given against a schema."""
    owner, _, last = name.rpartition(".")
    return Library(name, "schema", "", "", (owner,), uses={"function": (last,)})


def _sanitizer(name: str) -> TextRule:
    module, _, last = name.rpartition(".")
    return TextRule(name, (module,), escapes=(last,))
