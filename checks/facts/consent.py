"""Whether a person is asked for consent, and not for something to work on."""

from __future__ import annotations

import re

from ..project.edges import arguments_of, name_of
from ..project.evaluate import Evaluator
from ..project.scope import Site
from ..read.tree import Call, Const, Expr, Items, walk
from .asks import Asks

ASKS = re.compile(
    r"(?:input|prompt|ask|confirm\w*|\w*_confirm\w*|confirm_ask|a?ask_(?:user|human|choice|permission)\w*|\w*approv\w+|interrupt|yes_no\w*"
    r"|prompt_user\w*|require_confirmation|human_(?:input|review)\w*|(?:get|request|require)_(?:consent|permission|review)\w*)",
    re.IGNORECASE,
)
"""Functions that ask somebody."""
CONFIRMS = re.compile(
    r"(?i)confirm|approv|consent|permission|ask_user|ask_human|human|interrupt|review|authori[sz]e(?!d)|prompt_user|dry_run"
)
"""Settings that make a framework ask."""
PLAIN = frozenset({"input", "prompt", "ask", "unsafe_ask", "prompt_async"})
"""Functions that ask for anything: what they ask decides."""
CONSENT = re.compile(
    r"\by(?:es)?\W{0,3}(?:/|or|,|\|)\W{0,3}n(?:o)?\b|\[y\b|\(y\b|\by\)|\[[ye]\]\w"
    r"|\bconfirm|\bapprov|\bproceed|\bcontinue\b"
    r"|\ballow|\bare you sure|\bexecut(?:e|ing)\b|(?<!what )\bdo you want\b|\b(?:shall|should) (?:i|we)\b|\bok(?:ay)?\?"
    r"|\b(?:run|send|delete|remove|pay|publish|install|apply|overwrite|commit|push|post|buy|order|do) "
    r"(?:it|this|that|them|these)\b[^?]*\?"
    r"|^\W*(?:accept|apply|commit|delete|execute|install|overwrite|pay|publish|push|remove|run|save|send)\b"
    r"(?![^?]*\b(?:how|what|when|where|which|who|whom)\b)[^?]*\?",
    re.IGNORECASE,
)


def asks(ev: Evaluator, site: Site) -> bool:
    """Whether a call asks a person to agree. What is called `ask` may ask a model instead."""
    name = name_of(site.call.func)
    if ASKS.fullmatch(name) is None or not is_for_consent(site.call):
        return False
    return name not in PLAIN or not Asks(ev).at(site)


def is_asking(call: Call) -> bool:
    """Whether a call is given a setting by which somebody is asked: `interrupt_before=`, `needs_approval=`."""
    return any(CONFIRMS.search(each.name or "") and not _is_off(each.value) for each in call.keywords)


def _is_off(value: Expr) -> bool:
    """`False`, `None`, `"NEVER"`, `[]`."""
    match value:
        case Const(value=None | False | 0):
            return True
        case Const(value=str() as word):
            return word.lower() in ("", "never", "none", "off", "terminate")
        case Items(elements=()):
            return True
        case _:
            return False


def is_for_consent(call: Call) -> bool:
    """Whether a call that asks a person something asks to go on: by its words, as far as they are written there."""
    if name_of(call.func) not in PLAIN:
        return True
    parts = [part for arg in arguments_of(call) for part in walk(arg)]
    texts = [part.value for part in parts if isinstance(part, Const) and isinstance(part.value, str)]
    return any(map(CONSENT.search, (*texts, " ".join(texts)))) if texts else bool(parts)
