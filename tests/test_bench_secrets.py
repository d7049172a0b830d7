"""No key is in what is kept or shown, be it one in use or one that only looks like it; all else stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiready.bench.secrets import LONGEST, SEARCHED, Cleaner, cleaner

KEY = "k3y with/slash+9876"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"bad key {KEY}!", "bad key [hidden]!"),
        ("url ?key=k3y%20with%2Fslash%2B9876&alt=sse", "url ?key=[hidden]&alt=sse"),
        ("Incorrect API key provided: sk-proj-abcdefgh12345678.", "Incorrect API key provided: [hidden]."),
        ("Authorization: Bearer abc.def-123", "Authorization: Bearer [hidden]"),
        ("bearer abc.def-123 is expired", "bearer [hidden] is expired"),
        ('{"api_key": "abcdef123"}', '{"api_key": "[hidden]"}'),
        ("https://user:pa55@host/v1", "https://[hidden]@host/v1"),
        ("AIzaSyA1234567890abcdefghijklmnop", "[hidden]"),
        ("token eyJhbGciOiJIUzI1.eyJzdWIiOiIx.SflKxw", "token [hidden]"),
        ("http://host:8080/v1 task-based disk-usage 429", "http://host:8080/v1 task-based disk-usage 429"),
    ],
)
def test_keys_are_taken_out(text: str, left: str) -> None:
    assert Cleaner([KEY, ""]).text(text) == left


@pytest.mark.parametrize("change", [str.upper, str.lower, str.swapcase])
def test_a_key_that_comes_back_in_another_case_is_taken_out(change: Callable[[str], str]) -> None:
    """A server that shouts it back once got it into the file of samples and into every report."""
    cleaning = Cleaner(["Corp-Key-Abcdef-123456"])
    echo = change("Corp-Key-Abcdef-123456")
    assert cleaning.known(f"no {echo} here") == "no [hidden] here"
    assert cleaning.text(f"no {echo} here") == "no [hidden] here"
    assert cleaning.message(f"no {echo[:-3]}") == "no [hidden]"
    assert cleaning.message(f"İİ no {echo[:-3]}") == "İİ no [hidden]"
    assert cleaning.value({echo: [echo]}) == {"[hidden]": ["[hidden]"]}


def test_a_message_is_cleaned_before_it_is_cut() -> None:
    told = Cleaner([KEY]).message("a\n" + "x" * (LONGEST - 5) + KEY)
    assert (len(told), KEY[:3] in told, told[:3], told[-1]) == (LONGEST, False, "a x", "…")


def test_a_long_text_is_cut_and_never_inside_a_key() -> None:
    told = Cleaner([KEY]).text("eyJa-" * 799 + KEY + "eyJa-" * 400_000)
    assert (len(told), told[-5:]) == (SEARCHED, "[hidd")


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Incorrect API key provided: sk-abc**********wxyz.", "Incorrect API key provided: [hidden]."),
        ("key sk-ant-api03-abcdefghijk-lmnop used", "key [hidden] used"),
        ("API key not valid: AIzaSyA1234567890abcdefghijklmnopqrstuv", "API key not valid: [hidden]"),
        ('{"Authorization": "Bearer abcdef123456"}', '{"Authorization": "Bearer [hidden]"}'),
        ("api-key: 0123456789abcdef", "api-key: [hidden]"),
        ("token 0123456789abcdef0123456789abcdef is wrong", "token [hidden] is wrong"),
        ("at https://user:pass@host/v1", "at https://[hidden]@host/v1"),
        ("request 6f9619ff-8b86-d011-b42d-00c04fc964ff failed", "request 6f9619ff-8b86-d011-b42d-00c04fc964ff failed"),
        ("maximum context length is 8192 tokens", "maximum context length is 8192 tokens"),
        ("a\x1b[31m red\n\tb\u202e", "a [31m red b"),
        ("x " * 400, "x " * 149 + "x…"),
        ("my own-secret", "my [hidden]"),
    ],
)
def test_a_message_is_one_short_line_without_keys(message: str, shown: str) -> None:
    assert Cleaner(("own-secret",)).message(message) == shown


def test_the_longer_of_two_keys_leaves_nothing_behind() -> None:
    assert Cleaner(("abcdefgh", "abcdefgh-ij", "")).known("abcdefgh-ij abcdefgh") == "[hidden] [hidden]"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("key EMPTY, EMPTYING", "key [hidden], EMPTYING"),
        ("a key of x is none", "a key of x is none"),
        (r"{\"api_key\": \"abc\"}", r'{\"api_key\": \"[hidden]"}'),
        ("token: 8192, tokens=512", "token: 8192, tokens=512"),
        ("access-token=abc", "access-token=[hidden]"),
        ("basic information", "basic [hidden]"),
        ("basic auth", "basic auth"),
        ("https://ghtoken@host/v1", "https://[hidden]@host/v1"),
        ("ghp_abcdefghij12 AKIAABCDEFGHIJKL", "[hidden] [hidden]"),
        ("req_0123456789abcdef0123456789abcdef", "req_0123456789abcdef0123456789abcdef"),
    ],
)
def test_what_looks_like_a_key_is_taken_out_and_no_more(text: str, left: str) -> None:
    assert Cleaner(["EMPTY", "x"]).text(text) == left


@pytest.mark.parametrize("form", ['12345678"é', r"12345678\"é", r"12345678\"\u00e9", "12345678%22%C3%A9"])
def test_a_key_is_known_in_each_form_that_it_may_come_back_in(form: str) -> None:
    assert Cleaner(['12345678"é\n']).known(f"<{form}>") == "<[hidden]>"


def test_values_are_cleaned_in_names_and_texts() -> None:
    odd = {"a-secret-key": [float("inf"), 1, None, ("sk-abcdef123", 1.5)], "n": {1: b"x"}}
    assert Cleaner(["a-secret-key"]).value(odd) == {"[hidden]": [None, 1, None, ["[hidden]", 1.5]], "n": {"1": "b'x'"}}
    assert Cleaner(["a-secret-key"]).known_in({"a-secret-key": "sk-abcdef123"}) == {"[hidden]": "sk-abcdef123"}
    assert Cleaner().known_in(odd) is odd


def test_a_cleaner_shows_no_key_and_is_made_once() -> None:
    assert "a-secret-key" not in repr(Cleaner(["a-secret-key"]))
    assert cleaner(("a-secret-key",)) is cleaner(("a-secret-key",))


@given(st.text(max_size=200), st.text(min_size=8, max_size=40).filter(lambda each: len(each.strip()) >= 8))
def test_a_key_in_use_is_in_nothing(around: str, key: str) -> None:
    clean = Cleaner([key])
    shown = [clean.known(around + key + around), clean.text(around + key), clean.message(key + around)]
    assert [each for each in shown if key in each.replace("[hidden]", "\0")] == []


LOOK = "sk-abc12345"
AROUND = ("bearer ", "token", "=", ": ", "://", "@", '"', "[hidden]", "-.", "\n", "é ", "{")


@given(st.lists(st.sampled_from(AROUND)), st.lists(st.sampled_from(AROUND)))
def test_what_looks_like_a_key_is_in_nothing(before: list[str], after: list[str]) -> None:
    text = "".join(before) + " " + LOOK + "".join(after)
    assert LOOK not in Cleaner().text(text) + Cleaner().message(text)


def test_a_key_that_a_sample_was_cut_in_is_taken_out_of_messages() -> None:
    key = "0123456789abcdefghij"
    for length in range(12, 20):
        assert Cleaner([key]).message(f"bad: '{key[:length]}' and so on") == "bad: '[hidden]' and so on"
    assert Cleaner([key]).message("0123456789a") == "0123456789a"
    assert Cleaner([key]).message(f"{key[:12]} {key} {key[:15]}") == "[hidden] [hidden] [hidden]"
