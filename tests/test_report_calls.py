from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from aiready.checks.catalogue import load
from aiready.checks.looked import Counts
from aiready.checks.model import Audit, Call, Facts, Guard, Place, Retry, Setting, Timeout
from aiready.report import wording
from aiready.report.interface import AUDIT_FORMATS, CALLS_FORMATS
from aiready.report.look import Look

CHAT = Place("app/llm.py", 7, 13, 7, 103)
EMBEDDING = Place("app/llm.py", 12, 9, 14, 3)


def facts(**changed: Any) -> Facts:
    usual = Facts(
        timeout=Timeout("sdk-default", 600.0, None, "openai's default"),
        retry=Retry("sdk-default", 3, None, "openai's default"),
        guard=Guard("unhandled"),
        max_output=Setting("unset"),
        streaming=Setting("no"),
        blocking_in_async=Setting("no"),
        model=Setting("gpt-4o", CHAT),
        audience=Setting("remote"),
    )
    return replace(usual, **changed)


def call(place: Place = CHAT, **changed: Any) -> Call:
    usual = Call(place, "openai", "chat", "chat.completions.create", "ask", "high", 1, facts())
    return replace(usual, **changed)


def audit(*calls: Call) -> Audit:
    return Audit("/project", Counts(3, 2, 2, 0), (), calls, ())


def shown(form: str, *calls: Call, **look: Any) -> str:
    return CALLS_FORMATS[form](audit(*calls), load(), Look(**look))


OTHER = facts(
    timeout=Timeout("explicit", 30.0, CHAT, "timeout= of the call"),
    retry=Retry("disabled", 1, CHAT),
    model=Setting("config"),
    max_output=Setting("n/a"),
    streaming=Setting("n/a"),
    audience=Setting("background"),
)
INVENTORY = (call(), call(EMBEDDING, kind="embedding", method="embeddings.create", function="vector", facts=OTHER))

TABLE = """\
CALL             SDK          METHOD
  KIND      MODEL    TIMEOUT     RETRY    CAP   STREAM AUDIENCE
app/llm.py:7:13  openai       chat.completions.create
  chat      gpt-4o   600 s (sdk) 3x (sdk) unset no     remote
app/llm.py:12:9  openai       embeddings.create
  embedding (config) 30 s        disabled n/a   n/a    background

2 model calls: openai 2
3 files found, 2 audited (2 parsed)
(sdk): the SDK's own default, nothing set in the code
"""


def test_table() -> None:
    assert shown("table", *INVENTORY) == TABLE
    assert shown("table", *INVENTORY, quiet=True) == TABLE[: TABLE.index("\n\n") + 1]
    assert [line for line in TABLE.splitlines() if len(line) > 80] == []


def test_table_without_calls() -> None:
    assert shown("table") == "No model calls found\n3 files found, 2 audited (2 parsed)\n"
    assert shown("table", quiet=True) == ""


def test_long_names_stand_alone() -> None:
    long = call(Place("a_long_package/with_more/modules.py", 100, 1), method="a.method.with.very.many.parts.in.it")
    assert shown("table", long, quiet=True).splitlines()[2:4] == [
        "a_long_package/with_more/modules.py:100:1",
        "                                openai       a.method.with.very.many.parts.in.it",
    ]
    endless = shown("table", call(method="a" * 100), quiet=True).splitlines()
    assert endless[2:4] == ["app/llm.py:7:13", f"  openai       {'a' * 62}..."]


def test_nothing_is_cut_in_80_columns() -> None:
    """The longest words that each column can hold, together; `sdk-de...` was once what stood under RETRY."""
    name = "anthropic.claude-3-5-sonnet-20241022-v2:0"
    longest = facts(
        timeout=Timeout("sdk-default", 6000.0),
        retry=Retry("sdk-default", 110),
        model=Setting(name),
        audience=Setting("background"),
    )
    forever = facts(retry=Retry("sdk-default"), model=Setting("claude-3-5-haiku"), audience=Setting("background"))
    table = shown("table", call(kind="moderation", facts=longest), call(facts=forever), quiet=True)
    assert table.splitlines()[1:] == [
        "  KIND       MODEL               TIMEOUT      RETRY      CAP   STREAM AUDIENCE",
        "app/llm.py:7:13  openai       chat.completions.create",
        f"  moderation {name}",
        "                                 6000 s (sdk) 110x (sdk) unset no     background",
        "app/llm.py:7:13  openai       chat.completions.create",
        "  chat       claude-3-5-haiku    600 s (sdk)  (sdk)      unset no     background",
    ]
    assert max(map(len, table.splitlines())) == 80


@pytest.mark.parametrize(
    ("fact", "word"),
    [
        (Timeout("explicit", 0.5), "0.5 s"),
        (Timeout("explicit"), "set"),
        (Timeout("none"), "none"),
        (Timeout("disabled", 0.0), "disabled"),
        (Timeout("unknown"), "unknown"),
        (Timeout("sdk-default"), "(sdk)"),
    ],
)
def test_timeouts_in_a_word(fact: Timeout, word: str) -> None:
    assert wording.timeout(fact) == word


@pytest.mark.parametrize(
    ("fact", "word"),
    [
        (Retry("explicit", 4), "4x"),
        (Retry("explicit"), "set"),
        (Retry("none", 1), "none"),
        (Retry("n/a"), "n/a"),
        (Retry("sdk-default", 3), "3x (sdk)"),
        (Retry("sdk-default"), "(sdk)"),
    ],
)
def test_retries_in_a_word(fact: Retry, word: str) -> None:
    assert wording.retry(fact) == word


CSV = """\
path,line,column,end_line,end_column,cell,sdk,provider,kind,method,model,\
function,confidence,paths,audience,timeout,timeout_seconds,timeout_source,\
retry,attempts,retry_source,guard,max_output,streaming,blocking_in_async
app/llm.py,7,13,7,103,,openai,,chat,chat.completions.create,'@SUM(A1),\
'=HYPERLINK(1),high,1,remote,sdk-default,600.0,openai's default,\
sdk-default,3,openai's default,unhandled,unset,no,no
"""


def test_csv_is_complete_and_inert() -> None:
    assert shown("csv", call(function="=HYPERLINK(1)", facts=facts(model=Setting("@SUM(A1)")))) == CSV


def test_json_holds_the_calls_of_the_audit() -> None:
    document = json.loads(shown("json", *INVENTORY))
    assert list(document) == ["schema", "tool", "root", "files", "calls"]
    assert document["schema"] == "aiready.calls/1"
    assert document["calls"] == json.loads(AUDIT_FORMATS["json"](audit(*INVENTORY), load(), Look()))["calls"]


@pytest.mark.parametrize("form", sorted(CALLS_FORMATS))
def test_hostile_names_are_inert(form: str) -> None:
    place = Place("evil\x1b[2J\n\u202e.py", 1)
    setting = Setting("gpt\x1b]0;x\x07")
    evil = call(
        place, sdk="open\x1bai", method="chat\ncreate", function="f\x07", kind="ch\x1b", facts=facts(model=setting)
    )
    document = shown(form, evil)
    assert [char for char in document if not char.isprintable() and char != "\n"] == []
