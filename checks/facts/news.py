"""Whether what stands for an answer is one, nothing, or the news that the call failed: told by words and forms."""

from __future__ import annotations

import re

from ..project.edges import name_of
from ..read.tree import Attr, Call, Const, Expr, Items, Keyword, Mapping, Name, Unary, walk

NEWS = re.compile(
    r"(?i)error|fail|sorry|apolog|unavailable|not available|unable|try again|went wrong"
    r"|\b(?:could|can|do|did|was)(?:n[o']?t| not)\b"
    r"|cannot|exception|invalid|problem|timed? ?out|timeout|⚠|❌|\bdown\b|no response|not responding"
    r"|refused|unreachable|unsupported|\bbusy\b|overload|temporar|\blater\b"
)
"""Words of an answer that says it failed, and of names of what makes one."""
ANSWERS = re.compile(r"(?i)response|httpresp|jsonify|render|redirect|abort|reply|flash|toast|exit|messagebox|respond")
"""Names of calls that answer whoever asked."""
INSTEAD = re.compile(r"(?i)fall_?back|canned|heuristic|rule_?based|backup|default_")
"""Names of calls that give an answer of the program's own, be it called a response or a reply."""
TOLD = frozenset({
    "print", "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "echo", "secho", "write",
    "print_exc", "capture_exception", "increment", "inc", "observe", "append", "update", "close", "set", "sleep",
    "record_exception", "set_status", "add_note", "input", "exit", "flush", "end", "stop",
})  # fmt: skip
"""Last names of calls that do no work of their own: they tell, count and tidy up."""
FLAGS = frozenset({
    "error", "errors", "success", "ok", "status", "status_code", "statusCode", "exception", "detail", "traceback",
})  # fmt: skip
"""Keys and keywords of an answer that says whether it worked."""
WORKED = frozenset({"success", "ok"})
"""Those that say so by being true; the others, but for a status, by being empty."""
WELL = frozenset({"ok", "success", "succeeded", "done", "complete", "completed", "fallback", "degraded", "cached"})
"""What a status is called that tells of no failure."""


def verdict(value: Expr | None, *caught: str | None) -> str:
    """What a value is that stands for an answer."""
    if value is None or is_empty(value):
        return "nothing"
    if is_news(value, caught):
        return "news"
    return "instead"


def is_empty(value: Expr) -> bool:
    """None, False, an empty text, an object made of nothing, or a tuple of such."""
    match value:
        case Const(value=None | False | "" | b""):
            return True
        case Unary(op="-", value=Const()):
            return True
        case Call(func=func, args=(), keywords=()):
            return name_of(func)[:1].isupper()
        case Items(kind="tuple", elements=elements):
            return bool(elements) and all(is_empty(each) for each in elements)
        case _:
            return False


def _answers(name: str) -> bool:
    return NEWS.search(name) is not None or (ANSWERS.search(name) is not None and INSTEAD.search(name) is None)


def is_news(value: object, caught: tuple[str | None, ...]) -> bool:
    """An error's text, an answer with a status, or anything that says it failed."""
    for part in walk(value):
        match part:
            case Name(id=name) if name in caught or name in FLAGS or NEWS.search(name):
                return True
            case Const(value=str() as text) if NEWS.search(text):
                return True
            case Attr(name=name) if NEWS.search(name):
                return True
            case Call(func=func) if _answers(name_of(func)):
                return True
            case Keyword(name=str() as name, value=told) if name in FLAGS and not _went_well(name, told):
                return True
            case Mapping(keys=keys, values=values) if any(map(_tells_failure, keys, values)):
                return True
            case Items(kind="tuple", elements=(_, Const(value=int() as status), *_)) if 400 <= status < 600:
                return True
            case _:
                continue
    return isinstance(value, Call) and name_of(value.func) in TOLD


def _tells_failure(key: Expr | None, value: Expr) -> bool:
    """Whether an entry of a mapping may say that something failed."""
    return isinstance(key, Const) and key.value in FLAGS and not _went_well(str(key.value), value)


def _went_well(flag: str, value: Expr) -> bool:
    """`success=True`, `error=None`, `errors=[]`, `status="ok"`: what is there in the answer's place is one."""
    match value:
        case Const(value=bool() as said):
            return said is (flag in WORKED)
        case Const(value=str() as word):
            return flag == "status" and word.lower() in WELL
        case Items(elements=()):
            return True
        case _:
            return flag not in WORKED and is_empty(value)
