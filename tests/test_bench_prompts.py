from __future__ import annotations

import codecs
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aiready.bench.prompts import Case, Deck, Expect, PromptsError, default, inline, load
from aiready.bench.prompts.expected import NAMES as NAMES_OF_EXPECT
from aiready.bench.prompts.own import FIELDS
from aiready.bench.prompts.sources import SUFFIXES
from aiready.bench.protocols import Message, Prompt, asked


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def cases(deck: Deck) -> list[Case]:
    """All that are drawn, in the order of their texts."""
    assert deck.count is not None
    found: list[Case] = []
    for at in range(deck.count * 3):
        if (case := deck.case(at)) not in found:
            found.append(case)
    return sorted(found, key=lambda case: case.prompt.messages[-1].text)


def texts(deck: Deck) -> list[str]:
    return [case.prompt.messages[-1].text for case in cases(deck)]


def mistakes(path: Path | str, **how: Any) -> tuple[str, ...]:
    with pytest.raises(PromptsError) as error:
        load(path, **how)
    return error.value.mistakes


def talk(*said: str) -> tuple[Message, ...]:
    """Turns in turn: the user's first."""
    return tuple(Message("assistant" if at % 2 else "user", text) for at, text in enumerate(said))


FULL = Case(
    Prompt((Message("system", "Be brief."), Message("user", "What is 2+2?")), {"customer": "c7"}),
    tags=("math", "short"),
    weight=2.0,
    expect=Expect(contains=("4",), regex=r"\b4\b"),
    max_output=20,
    name="sum",
)
FULL_JSON = {
    "name": "sum",
    "system": "Be brief.",
    "prompt": "What is 2+2?",
    "tags": ["math", "short"],
    "weight": 2,
    "expect": {"contains": 4, "regex": r"\b4\b"},
    "max_output": 20,
    "fields": {"customer": "c7"},
}
FULL_YAML = r"""
# a comment
prompts:
  - name: sum
    system: Be brief.
    prompt: What is 2+2?
    tags: [math, short]
    weight: 2
    expect: {contains: 4, regex: '\b4\b'}
    max_output: 20
    fields: {customer: c7}
  - prompt: Zwei?
"""
FULL_CSV = r"""name,system,prompt,tags,weight,expect.contains,expect.regex,max_output,fields.customer
sum,Be brief.,What is 2+2?,math; short,2,4,\b4\b,20,c7
,,Zwei?,,,,,,
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", json.dumps(FULL_JSON) + '\n\n"Zwei?"\n'),
        ("a.json", json.dumps([FULL_JSON, "Zwei?"], indent=2)),
        ("a.json", json.dumps({"description": "x", "prompts": [FULL_JSON, {"prompt": "Zwei?"}]})),
        ("a.json", json.dumps(FULL_JSON) + '\n{"text": "Zwei?"}'),
        ("a.jsonl", json.dumps([FULL_JSON, "Zwei?"], indent=2)),
        ("a.yaml", FULL_YAML),
        ("a.yml", FULL_YAML.replace("prompts:", "data:")),
        ("a.csv", FULL_CSV),
        ("a.csv", FULL_CSV.replace("; ", " | ").replace(",", ";")),
        ("a.tsv", FULL_CSV.replace(",", "\t")),
        ("a", json.dumps([FULL_JSON, "Zwei?"])),
    ],
)
def test_the_same_prompts_in_every_format(tmp_path: Path, name: str, text: str) -> None:
    deck = load(written(tmp_path, name, text))
    assert cases(deck) == [FULL, Case(asked("Zwei?"))]
    assert deck.hash == Deck.of([FULL, Case(asked("Zwei?"))]).hash


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.txt", "One\n\n  Two  \r\nThree", ["One", "Three", "Two"]),
        ("a.txt", "One\nmore\n---\n\nTwo\n-----  \n", ["One\nmore", "Two"]),
        ("a.txt", "a - b\n-- c\n", ["-- c", "a - b"]),
        ("a.md", "# Title\n\n---\n\nText\n", ["# Title\n\n---\n\nText"]),
        ("a.prompt", "One\nTwo\n", ["One\nTwo"]),
        ("names", "One\nTwo\n", ["One", "Two"]),
        ("a.txt", codecs.BOM_UTF8 + b"caf\xc3\xa9", ["café"]),
        ("a.txt", "café".encode("utf-16"), ["café"]),
        ("a.csv", 'prompt\n"Say ""hi"", please\nand wait"\n', ['Say "hi", please\nand wait']),
    ],
)
def test_text(tmp_path: Path, name: str, text: str | bytes, expected: list[str]) -> None:
    assert texts(load(written(tmp_path, name, text))) == expected


def test_lines_of_a_text_are_said_to_be_prompts(tmp_path: Path) -> None:
    told = "a.txt: 2 prompts, one a line; prompts of several lines are parted by lines of ---"
    assert load(written(tmp_path, "a.txt", "One\n\nTwo\n")).notes == (told,)
    assert load(written(tmp_path, "a.txt", "One\n---\nTwo\n")).notes == ()
    assert load(written(tmp_path, "a.txt", "One\n")).notes == ()


def test_a_folder_has_a_prompt_a_text_file_and_its_folders_are_tags(tmp_path: Path) -> None:
    written(tmp_path, "long/report.txt", "One\nTwo\n")
    written(tmp_path, "long/de/rows.jsonl", '{"prompt": "Drei", "tags": "x, long"}\n')
    written(tmp_path, "top.md", "Four")
    written(tmp_path, "image.png", b"\x89PNG")
    written(tmp_path, ".hidden/x.txt", "no")
    deck = load(tmp_path)
    assert [(case.prompt.text, case.tags) for case in cases(deck)] == [
        ("Drei", ("x", "long", "de")),
        ("Four", ()),
        ("One\nTwo", ("long",)),
    ]
    assert (deck.source, [note[:26] for note in deck.notes]) == (str(tmp_path), ["1 times: file left out, wh"])


def test_standard_input_is_read_by_what_is_in_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with written(tmp_path, "x", '{"prompt": "One"}\n{"prompt": "Two"}').open() as file:
        monkeypatch.setattr("sys.stdin", file)
        assert texts(load("-")) == ["One", "Two"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a shell's <(...) is a pipe only there")
def test_a_named_pipe_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("One\nTwo\n",))
    writer.start()
    assert texts(load(path)) == ["One", "Two"]
    writer.join()


def test_inline_texts_are_prompts_as_they_are() -> None:
    deck = inline("What? ", "Who?")
    assert (texts(deck), deck.source, deck.count) == (["What? ", "Who?"], "inline", 2)
    with pytest.raises(PromptsError, match="the prompt is empty"):
        inline("What?", " ")


# ---- conversations --------------------------------------------------------------------------------------------------

SHAREGPT = [
    {
        "id": "QWJhYvA_0",
        "conversations": [
            {"from": "human", "value": "u1"},
            {"from": "gpt", "value": "a1"},
            {"from": "human", "value": "u2"},
            {"from": "gpt", "value": "a2"},
        ],
    },
    {"id": "i6IyJda_0", "conversations": [{"from": "gpt", "value": "a0"}, {"from": "human", "value": "u3"}]},
    {"id": "A5AbcES_0", "conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "u4"}]},
    {"id": "tools", "conversations": [{"from": "human", "value": "u"}, {"from": "function_call", "value": "{}"}]},
    {"id": "empty", "conversations": []},
]


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.json", json.dumps(SHAREGPT)), ("a.jsonl", "\n".join(map(json.dumps, SHAREGPT)))],
)
def test_sharegpt_asks_each_turn_after_what_was_recorded(tmp_path: Path, name: str, text: str) -> None:
    deck = load(written(tmp_path, name, text))
    assert [(case.name, case.prompt.messages) for case in cases(deck)] == [
        ("QWJhYvA_0", talk("u1")),
        ("QWJhYvA_0", talk("u1", "a1", "u2")),
        ("i6IyJda_0", talk("u3")),
        ("A5AbcES_0", (Message("system", "s"), Message("user", "u4"))),
    ]
    assert [note.partition(":")[0] + note.partition("left out")[2][:12] for note in deck.notes] == [
        "1 times: it has a t",
        "1 times: the user s",
    ]


@pytest.mark.parametrize(
    ("said", "turns", "expected", "then"),
    [
        (["user:a"], None, [["a"]], []),
        (["system:s", "user:a", "assistant:b", "user:c"], None, [["s", "a", "b", "c"]], []),
        (["user:a", "assistant:b"], None, [["a"]], []),
        (["user:a", "assistant:b", "user:c", "assistant:d"], None, [["a", "b", "c"]], []),
        (["user:a", "assistant:b", "user:c", "assistant:d"], "each", [["a"], ["a", "b", "c"]], []),
        (["developer:s", "user:a", "user:b", "user:c"], None, [["s", "a"]], ["b", "c"]),
        (["user:a", "assistant:b", "user:c", "user:d"], None, [["a", "b", "c"]], ["d"]),
        (["user:a", "user:b", "assistant:c"], None, [["a", "b"]], []),
    ],
)
def test_messages(tmp_path: Path, said: list[str], turns: Any, expected: list[list[str]], then: list[str]) -> None:
    sent = [dict(zip(("role", "content"), each.split(":"), strict=True)) for each in said]
    path = written(tmp_path, "a.jsonl", json.dumps({"messages": sent, "expect": "x"}))
    found = sorted(cases(load(path, turns=turns)), key=lambda case: len(case.prompt.messages))
    assert [[each.text for each in case.prompt.messages] for case in found] == expected
    assert [each.text for each in found[-1].then] == then
    assert [case.expect for case in found] == [*[None] * (len(found) - 1), Expect(contains=("x",))]


def test_turns_are_asked_after_the_real_answers(tmp_path: Path) -> None:
    path = written(tmp_path, "a.yaml", "- system: s\n  turns: [One, Two, Three]\n")
    (case,) = cases(load(path))
    assert case.prompt.messages == (Message("system", "s"), Message("user", "One"))
    assert case.then == (Message("user", "Two"), Message("user", "Three"))


def test_parts_of_a_message_are_joined_and_images_refused(tmp_path: Path) -> None:
    parts = [{"type": "text", "text": "One"}, {"type": "input_text", "text": "Two"}]
    path = written(tmp_path, "a.jsonl", json.dumps({"messages": [{"role": "user", "content": parts}]}))
    assert texts(load(path)) == ["One\n\nTwo"]
    parts.append({"type": "image_url", "image_url": "data:"})
    path = written(tmp_path, "a.jsonl", json.dumps({"messages": [{"role": "user", "content": parts}]}))
    assert mistakes(path) == ("a.jsonl:1: messages[0].content: only text can be sent, found image_url",)


BATCH = [
    {
        "custom_id": "request-1",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {
            "model": "gpt-4o-mini",
            "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "a"}],
            "max_tokens": 1000,
            "temperature": 0,
        },
    },
    {
        "custom_id": "request-2",
        "method": "POST",
        "url": "/v1/responses",
        "body": {
            "instructions": "s",
            "input": [
                {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "b"}]},
                {"role": "user", "content": "c"},
            ],
            "max_output_tokens": 7,
        },
    },
    {"custom_id": "request-3", "url": "/v1/responses", "body": {"input": "d"}},
    {"custom_id": "request-4", "url": "/v1/embeddings", "body": {"input": ["e1", "e2"]}},
    {
        "custom_id": "request-5",
        "params": {"system": "s", "max_tokens": 9, "messages": [{"role": "user", "content": "f"}]},
    },
    {"custom_id": "request-6", "url": "/v1/completions", "body": {"prompt": "g"}},
]


def test_batches_of_openai_and_anthropic_are_sent_as_they_stand(tmp_path: Path) -> None:
    deck = load(written(tmp_path, "batch.jsonl", "\n".join(map(json.dumps, BATCH))))
    assert [
        (case.name, [(each.role, each.text) for each in case.prompt.messages], case.max_output) for case in cases(deck)
    ] == [
        ("request-1", [("system", "s"), ("user", "a")], 1000),
        ("request-2", [("system", "s"), ("user", "b"), ("user", "c")], 7),
        ("request-3", [("user", "d")], None),
        ("request-4", [("user", "e1"), ("user", "e2")], None),
        ("request-5", [("system", "s"), ("user", "f")], 9),
        ("request-6", [("user", "g")], None),
    ]
    assert deck.notes == (
        "1 times: temperature not taken over from a batch: the run's own options hold",
        "1 times: gpt-4o-mini not taken over from a batch: the run's own model is asked",
    )


# ---- traces ---------------------------------------------------------------------------------------------------------

MOONCAKE = """{"timestamp": 27000, "input_length": 700, "output_length": 52, "hash_ids": [0, 46]}
{"timestamp": 30500, "input_length": 600, "output_length": 26, "hash_ids": [0, 47]}
"""
BURSTGPT = """Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type
5,ChatGPT,472,18,490,Conversation log
45,ChatGPT,1087,230,1317,API log
50,GPT-4,30,0,30,API log
"""
AZURE = """TIMESTAMP,ContextTokens,GeneratedTokens
2023-11-16 18:15:46.6805900,374,44
2023-11-16 18:15:50.9951690,396,109
"""


@pytest.mark.parametrize(
    ("name", "text", "times", "outputs", "note"),
    [
        ("m.jsonl", MOONCAKE, (0.0, 3.5), [52, 26], "timestamp is taken for milliseconds: the trace takes 3.5 s"),
        ("b.csv", BURSTGPT, (0.0, 40.0), [18, 230], "timestamp is taken for seconds: the trace takes 40.0 s"),
        ("a.csv", AZURE, (0.0, 4.314579), [44, 109], ""),
    ],
)
def test_traces(tmp_path: Path, name: str, text: str, times: tuple[float, ...], outputs: list[int], note: str) -> None:
    deck = load(written(tmp_path, name, text))
    found = [deck.case(at) for at in range(2)]
    assert (deck.count, deck.times) == (2, times)
    assert [(case.at, case.max_output) for case in found] == list(zip(times, outputs, strict=True))
    assert (deck.notes[:1] or ("",)) == (note,)


def test_blocks_of_a_trace_are_the_same_where_their_ids_are(tmp_path: Path) -> None:
    deck = load(written(tmp_path, "m.jsonl", MOONCAKE))
    one, two = (deck.case(at).prompt.text for at in range(2))
    common = next(at for at, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1])
    pieces = one[:common].replace(".", " .").replace(",", " ,").split()
    assert 512 <= len(pieces) <= 514


def test_own_prompts_with_times_come_in_their_order(tmp_path: Path) -> None:
    rows = '{"prompt": "b", "at": 2.5}\n{"prompt": "a", "at": 1}\n{"prompt": "c", "at": 4}\n'
    deck = load(written(tmp_path, "a.jsonl", rows))
    assert [(deck.case(at).prompt.text, deck.case(at).at) for at in range(4)] == [
        ("a", 1.0),
        ("b", 2.5),
        ("c", 4.0),
        ("a", 5.5),
    ]
    assert deck.times == (1.0, 2.5, 4.0)


@pytest.mark.parametrize(
    ("stamps", "how", "times"),
    [
        ((1000, 2500), {}, (0.0, 1.5)),
        ((1000, 2500), {"times": "s"}, (0.0, 1500.0)),
        ((1754000000, 1754000002), {}, (0.0, 2.0)),
        ((1754000000000, 1754000002500), {}, (0.0, 2.5)),
        (("2026-01-31T12:00:00Z", "2026-01-31T13:00:01+01:00"), {}, (0.0, 1.0)),
    ],
)
def test_timestamps(tmp_path: Path, stamps: tuple[Any, ...], how: dict[str, Any], times: tuple[float, ...]) -> None:
    rows = "\n".join(json.dumps({"prompt": "a", "timestamp": each}) for each in stamps)
    assert load(written(tmp_path, "a.jsonl", rows), **how).times == times


# ---- mistakes -------------------------------------------------------------------------------------------------------


def test_all_mistakes_of_a_file_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    rows = [
        '{"promt": "a"}',
        '{"prompt": "a", "weight": -1}',
        "{broken",
        '{"prompt": "a", "weight": 0, "tags": 7.5}',
        '{"prompt": "", "max_output": 2.5}',
        '{"prompt": "a", "text": "b"}',
        '{"prompt": "a", "expect": {"contain": "b"}}',
        '{"prompt": "a", "expect": {"regex": "(?=a)b"}}',
        '{"prompt": "a", "fields": [1]}',
        "17",
        '{"prompt": "a", "at": 1, "weight": 2}',
        '{"messages": [{"role": "tool", "content": "x"}, {"role": "user"}]}',
        '{"messages": [{"role": "assistant", "content": "x"}]}',
        '{"body": {"messages": []}}',
        '{"prompt": "a", "weight": NaN}',
        '{"prompt": true}',
    ]
    assert mistakes(written(tmp_path, "a.jsonl", "\n".join(rows))) == (
        "a.jsonl:1: unknown field promt; did you mean prompt?",
        "a.jsonl:1: nothing is asked: give prompt, messages or turns",
        "a.jsonl:2: weight: expected a number that is at least 0, found -1",
        "a.jsonl:3: no JSON: Expecting property name enclosed in double quotes at column 2",
        "a.jsonl:4: tags: expected a text or a list of texts, found a number: put it in quotes",
        "a.jsonl:4: weight: 0 is not between 0.000001 and 1,000,000; leave out a prompt that isn't wanted",
        "a.jsonl:5: prompt is empty",
        "a.jsonl:5: max_output: expected a whole number from 1 on, found 2.5",
        "a.jsonl:6: prompt and text both say what is asked: leave out one",
        "a.jsonl:7: unknown field contain; did you mean contains?",
        "a.jsonl:7: expect says nothing: give one of contains, contains_any, not_contains, equals, regex, json_schema",
        "a.jsonl:8: regex: look-ahead and look-behind can't be used: they can take forever",
        "a.jsonl:9: fields: expected an object, found a list",
        "a.jsonl:10: expected a text or an object with prompt, found a number",
        "a.jsonl:11: weight: a prompt with a time is sent once, at that time: leave out one of them",
        "a.jsonl:12: messages[0].role: 'tool': a tool's turns can't be sent",
        "a.jsonl:12: messages[1].content: expected a text, found nothing",
        "a.jsonl:13: messages: the user says nothing: one message needs the role user",
        "a.jsonl:14: messages: expected a list of messages, found an empty list",
        "a.jsonl:15: weight: expected a number that is at least 0, found nan",
        "a.jsonl:16: prompt: expected a text, found true or false: put it in quotes",
        f"{tmp_path / 'a.jsonl'}: 8 of 9 prompts have no time: give all one, or none",
    )


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.txt", "", "a.txt: the file is empty"),
        ("a.jsonl", " \n\n", "a.jsonl: the file is empty"),
        ("a.json", "[]", "{path}: there are no prompts in it"),
        ("a.yaml", "# nothing\n", "{path}: there are no prompts in it"),
        ("a.csv", "prompt\n", "{path}: there are no prompts in it"),
        ("a.txt", b"one\ncaf\xe9\n", "a.txt:2: byte 0xe9 is no UTF-8: save the file as UTF-8"),
        ("a.jsonl", b"\x00\x01\x02\xff", "a.jsonl:1: no text, but binary data"),
        ("a.json", '[{"prompt": "a"},\n {"prompt" "b"}]', "a.json:2: no JSON: Expecting ':' delimiter at column 12"),
        ("a.json", '[{"prompt": "a"}\n {"prompt": "b"}]', "a.json:2: no JSON: expected ] at column 2"),
        ("a.json", '["a"]\nmore', "a.json:2: no JSON: more text after its end"),
        ("a.json", "[" * 5000, "a.json:1: no JSON: it can't be read: RecursionError"),
        ("a.yaml", "- prompt: [a\n- b\n", "a.yaml:2: no YAML: did not find expected ',' or ']'"),
        ("a.yaml", "- prompt: a\n\n- prompt: b\n  prompt: c\n", "a.yaml:4: prompt is given twice"),
        ("a.yaml", "- prompt: true\n", "a.yaml:1: prompt: expected a text, found true or false: put it in quotes"),
        ("a.yaml", "- &a\n  fields: *a\n", "a.yaml:1: it holds itself"),
        (
            "a.csv",
            "prompt,tags\na,b,c\n",
            "a.csv:2: 3 cells, where the first line names 2: put text with commas in quotes",
        ),
        ("a.csv", 'prompt\n"open\n', "a.csv:2: no CSV: unexpected end of data"),
        ("a.csv", "prompt,tags,tags\na,b,c\n", "a.csv:1: tags names two columns"),
        ("a.csv", "prompt,wieght\na,2\n", "a.csv:2: unknown field wieght; did you mean weight?"),
        ("a.csv", "prompt,weight\na,much\n", "a.csv:2: weight: expected a number, found 'much'"),
        ("a.jsonl", '{"prompt": "a", "at": 1}\n{"prompt": "b", "timestamp": 2}', "{path}: some prompts have at and"),
        ("a.csv", "ContextTokens,TIMESTAMP\n3,soon\n", "a.csv:2: TIMESTAMP: expected a number or a date such as"),
    ],
)
def test_mistakes(tmp_path: Path, name: str, text: str | bytes, expected: str) -> None:
    path = written(tmp_path, name, text)
    (told,) = mistakes(path)
    assert told[: len(expected.format(path=path))] == expected.format(path=path)


def test_yaml_means_what_is_written(tmp_path: Path) -> None:
    path = written(tmp_path, "a.yaml", "- &s no\n- 2026-01-31\n- *s\n- prompt: 12:30\n- prompt: 007\n")
    assert texts(load(path)) == ["12:30", "2026-01-31", "7", "no"]


def test_aliases_of_aliases_end(tmp_path: Path) -> None:
    bomb = "- fields:\n    a0: &a0 [x, x]\n" + "".join(
        f"    a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]\n" for at in range(1, 12)
    )
    assert mistakes(written(tmp_path, "a.yaml", bomb))[0][-39:] == "its aliases repeat each other too often"


def test_a_huge_line_and_a_missing_file_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aiready.bench.prompts.jsons._LONGEST", 1000)
    path = written(tmp_path, "a.jsonl", json.dumps("x" * 1000))
    assert mistakes(path) == ("a.jsonl:1: a line of 1,002 characters is longer than 1,000: no prompt is that long",)
    assert mistakes(tmp_path / "no.txt") == (f"{tmp_path / 'no.txt'}: there is no such file or folder",)
    monkeypatch.setattr("aiready.bench.prompts.sources.LARGEST", 1000)
    assert mistakes(path)[0][:32] == "a.jsonl: 1,002 bytes are more th"
    (tmp_path / "empty").mkdir()
    assert mistakes(tmp_path / "empty")[0].partition(": ")[2][:25] == "the folder has no prompts"


def test_of_very_many_mistakes_the_first_are_told(tmp_path: Path) -> None:
    told = mistakes(written(tmp_path, "a.jsonl", "17\n" * 500))
    assert (len(told), told[-1]) == (51, "and 450 more mistakes")


WORDS = """
prompt messages turns conversations body params input role content from value tags weight expect regex contains
json_schema at timestamp max_output fields text input_length output_length hash_ids ContextTokens TIMESTAMP type
system instructions
"""
NAMES = st.sampled_from(WORDS.split())
ATOMS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["user", "gpt"])
VALUES = st.recursive(ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5))


SIGNS = st.text('{}[]",:-& *!|\n\tprompt1', max_size=40)
BYTES = st.binary(max_size=40) | (SIGNS | st.text(max_size=40)).map(lambda text: text.encode("utf-8", "replace"))


def told_or_read(path: Path) -> None:
    """Whatever a file holds, it is a deck or mistakes of one line each."""
    told: tuple[str, ...] = ()
    try:
        deck = load(path)
    except PromptsError as error:
        told = error.mistakes
    else:
        assert [deck.case(at).prompt.messages == () for at in range(3)] == [False] * 3
    assert [each for each in told if not each or "\n" in each] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=3), st.sampled_from([".jsonl", ".json", ".yaml"]))
def test_no_entry_is_too_strange(tmp_path: Path, values: list[Any], suffix: str) -> None:
    rows = json.dumps(values) if suffix != ".jsonl" else "\n".join(map(json.dumps, values))
    told_or_read(written(tmp_path, f"a{suffix}", rows))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(BYTES, st.sampled_from(SUFFIXES))
def test_no_file_is_too_strange(tmp_path: Path, data: bytes, suffix: str) -> None:
    told_or_read(written(tmp_path, f"a{suffix}", data))


# ---- the page --------------------------------------------------------------------------------------------------------


def test_the_page_names_every_field_and_its_example_is_read(root: Path, tmp_path: Path) -> None:
    pytest.importorskip("jsonschema")
    page = (root / "docs" / "prompts.md").read_text(encoding="utf-8")
    cased = {"Timestamp", "TIMESTAMP", "custom_id"}  # as traces and batches have them
    assert [name for name in (*FIELDS, *NAMES_OF_EXPECT) if name not in page and name not in cased] == []
    example = page.partition("```yaml\n")[2].partition("```")[0]
    (case,) = cases(load(written(tmp_path, "a.yaml", example)))
    assert case.expect is not None
    assert case.expect.met('{"capital": "Paris"}') == (True, "")
    assert case.expect.met('{"capital": "Rome"}') == (False, 'doesn\'t contain "Paris"')


# ---- the shipped set ------------------------------------------------------------------------------------------------


def test_the_shipped_set_is_of_many_kinds_and_partly_checked() -> None:
    deck = default()
    found = cases(deck)
    kinds = {tag for case in found for tag in case.tags}
    assert (deck.source, deck.count, deck.notes) == ("default", 28, ())
    assert {"short", "long", "code", "extract", "chat", "math", "multi-turn"} <= kinds
    assert len({case.name for case in found}) == 28
    assert sum(case.expect is not None for case in found) >= 14
    assert all(case.max_output is None for case in found)


RIGHT = {
    "capital": "Canberra.",
    "product": "391",
    "boiling": "100 °C",
    "weekday": "friday",
    "sentiment": "Mixed",
    "route-ticket": "billing",
    "language": "Finnish",
    "extract-invoice": '{"number": "RB-20417", "total": 1442.50, "due": "2025-04-17"}',
    "extract-people": "Amara Diallo: paramedic\nTomas Ferreira: fire chief\nInes Holm: baker\nDev Patel: inspector",
    "extract-dates": "2026-12-21\n2027-01-04\n2027-01-09\n2026-12-23",
    "translate": "Vielen Dank für Ihre Geduld. Ihre neue Karte ist unterwegs.",
    "code-median": "def median(values):\n    if not values:\n        raise ValueError('empty')",
    "code-sql": "SELECT c.name, SUM(o.total)\nFROM customers c JOIN orders o ON x\nGROUP  BY c.id LIMIT 5;",
    "code-bug": "It raises a KeyError for a new word.",
    "code-review": "SQL Injection comes first.",
    "trains": "It catches up at\n12:30",
    "summarize-meeting": "Ben: reading only. Ilya: texts. Carla: mails. Price: 2.99 euros.",
    "answer-from-policy": "Premium economy; 28 less two fifths is 16.80 euros.",
    "explain-incident": "The payment timeout was raised to 60 s.",
}


def test_the_checks_of_the_shipped_set_know_right_from_wrong() -> None:
    checks = {case.name: case.expect for case in cases(default()) if case.expect}
    assert set(checks) == set(RIGHT)
    assert {name: check.met(RIGHT[name]) for name, check in checks.items()} == dict.fromkeys(RIGHT, (True, ""))
    assert [name for name, check in checks.items() if check.met("I can't help with that.")[0]] == []
