from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from aiready.bench.prompts import Expect, PromptsError, load

CATASTROPHIC = ("(a+)+$", "(a|a)*b$", "(a|aa)+$", r"^(([a-z])+.)+[A-Z]([a-z])+$", "(.*a){20}$")


@pytest.mark.parametrize(
    ("expect", "answer", "missing"),
    [
        (Expect(), "anything", ""),
        (Expect(), " \n", "the answer is empty"),
        (Expect(contains=("Paris", "France")), "Paris, France", ""),
        (Expect(contains=("Paris", "France")), "Paris", 'doesn\'t contain "France"'),
        (Expect(contains=("Paris",)), "paris", 'doesn\'t contain "Paris"'),
        (Expect(contains=("STRASSE",), ignore_case=True), "Straße", ""),
        (Expect(contains_any=("a", "b")), "xbx", ""),
        (Expect(contains_any=("a", "b")), "x", 'contains none of "a", "b"'),
        (Expect(not_contains=("sorry",)), "I'm sorry", 'contains "sorry"'),
        (Expect(not_contains=("sorry",)), "Sorry", ""),
        (Expect(equals="42"), " 42\n", ""),
        (Expect(equals="42"), "42.", 'isn\'t "42"'),
        (Expect(regex=r"\b4\d\b"), "it is 42!", ""),
        (Expect(regex=r"^4\d$"), "it is 42", 'doesn\'t match "^4\\\\d$"'),
        (Expect(regex="paris", ignore_case=True), "PARIS", ""),
        (Expect(regex="a.b"), "a\ud800b", ""),
        (Expect(contains=("x" * 99,)), "y", f'doesn\'t contain "{"x" * 59}…"'),
        (Expect(contains=("a",)), "a" * 1_000_001, "the answer has 1,000,001 characters, more than the 1,000,000 that"),
    ],
)
def test_what_an_answer_must_hold(expect: Expect, answer: str, missing: str) -> None:
    met, why = expect.met(answer)
    assert (met, why[: len(missing)] if missing else why) == (not missing, missing)


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_no_pattern_is_slow(pattern: str) -> None:
    assert Expect(regex=pattern).met("a" * 200_000 + "!")[0] is False  # Python's own would not end


SCHEMA = json.dumps(
    {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string", "pattern": "^(a+)+$"}, "sizes": {"items": {"type": "integer"}}},
    }
)


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ('{"name": "a"}', ""),
        (' {"name": "aa", "sizes": [1, 2]}\n', ""),
        ("{}", "the JSON isn't as the schema's required"),
        ('{"name": "a", "sizes": [1, "2"]}', "sizes.1 isn't as the schema's type"),
        (json.dumps({"name": "a" * 5000 + "!"}), "name isn't as the schema's pattern"),
        ("Here it is: {}", "isn't JSON"),
        ('```json\n{"name": "a"}\n```', "isn't JSON: it stands in a code fence"),
        ("[" * 100_000, "isn't JSON"),
    ],
)
def test_json_schema(answer: str, missing: str) -> None:
    pytest.importorskip("jsonschema")
    assert Expect(json_schema=SCHEMA).met(answer) == (not missing, missing)


@pytest.mark.parametrize(
    ("schema", "missing"),
    [
        ({"$ref": "https://example.com/x.json"}, "the schema refers to https://example.com/x.json, which isn't in it"),
        ({"$ref": "#"}, "the schema refers to itself without end"),
    ],
)
def test_a_schema_refers_to_itself_only(schema: Any, missing: str) -> None:
    pytest.importorskip("jsonschema")
    assert Expect(json_schema=json.dumps(schema)).met("{}") == (False, missing)


def loaded(folder: Path, expect: Any) -> Expect | None:
    path = folder / "a.json"
    path.write_text(json.dumps([{"prompt": "a", "expect": expect}]))
    return load(path).case(0).expect


def test_expectations_in_a_file(tmp_path: Path) -> None:
    pytest.importorskip("jsonschema")
    everything = {
        "contains": ["a", "b"],
        "contains_any": "c",
        "not_contains": "d",
        "equals": "e",
        "regex": "f",
        "json_schema": {"type": "object"},
        "ignore_case": True,
    }
    found = loaded(tmp_path, everything)
    assert found == Expect(("a", "b"), ("c",), ("d",), "e", "f", '{"type": "object"}', ignore_case=True)
    assert found.as_json() == everything | {
        "contains": ("a", "b"),
        "contains_any": ("c",),
        "not_contains": ("d",),
        "json_schema": '{"type": "object"}',
    }
    assert loaded(tmp_path, "a") == Expect(contains=("a",))
    assert loaded(tmp_path, ["a", 5]) == Expect(contains=("a", "5"))
    assert loaded(tmp_path, None) is None


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ({"regex": "(a"}, "regex: unclosed group"),
        ({"regex": r"(a)\1"}, "regex: backreferences can't be used: they can take forever"),
        ({"regex": r"a\Z"}, r"regex: \Z is written \z here"),
        ({"regex": "(?<!a)b"}, "regex: look-ahead and look-behind can't be used: they can take forever"),
        ({"regex": ["a"]}, "regex: expected a text, found a list"),
        ({"json_schema": "{"}, "json_schema: expected a schema in JSON, found '{'"),
        ({"json_schema": [1]}, "json_schema: a schema is an object"),
        ({"json_schema": {"type": "objekt"}}, "json_schema: no JSON Schema at type: 'objekt' is not valid under"),
        (
            {"json_schema": {"properties": {"a": {"pattern": "(?=a)"}}}},
            "json_schema: (?=a): look-ahead and look-behind",
        ),
        ({"ignore_case": "maybe", "equals": "a"}, "ignore_case: expected true or false, found 'maybe'"),
        ({"contains": []}, "contains is empty"),
        (1.5, "expect: expected a text or a list of texts, found a number: put it in quotes"),
    ],
)
def test_mistakes_of_expectations(tmp_path: Path, expect: Any, told: str) -> None:
    pytest.importorskip("jsonschema")
    with pytest.raises(PromptsError) as error:
        loaded(tmp_path, expect)
    assert [each[: len(told) + 10] for each in error.value.mistakes] == [f"a.json:1: {told}"]


def test_without_the_library_a_schema_is_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    monkeypatch.setattr("aiready.bench.prompts.schemas.find_spec", lambda _: None)
    with pytest.raises(PromptsError, match=r"json_schema: a JSON Schema needs a library .* 'aiready\[schema\]'"):
        loaded(tmp_path, {"json_schema": {}})
