"""Keys come out of variables and files, whole and alone; no mistake and no value shows one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aiready.bench.keys import LARGEST, NO_KEY, Key, KeySource, find, header_mistakes, variable
from aiready.bench.mistakes import AuthError

KEY = "sk-proj-abcdefgh12345678"


def wrong(source: KeySource, **environ: str) -> str:
    with pytest.raises(AuthError) as caught:
        find(source, environ)
    [only] = caught.value.mistakes
    assert KEY not in only
    return only


def test_the_first_variable_that_is_set_counts() -> None:
    source = KeySource(("FIRST", "SECOND"))
    assert find(source, {"FIRST": " ", "SECOND": f" {KEY}\n"}) == Key(KEY, "$SECOND")
    assert find(source, {"FIRST": "a", "SECOND": "b"}) == Key("a", "$FIRST")


def test_a_key_shows_itself_nowhere() -> None:
    assert repr(Key(KEY, "$A")) == "Key(source='$A', note='')"


def test_where_no_key_is_needed_none_is_missed() -> None:
    assert find(KeySource(("A",), needed=False), {}) == NO_KEY
    assert find(KeySource(needed=False), {"A": KEY}) == NO_KEY


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (KeySource(("A",)), "a key is needed, but A is not set"),
        (KeySource(("A", "B"), advice="set one"), "a key is needed, but neither A nor B is set: set one"),
    ],
)
def test_what_was_looked_at_is_told(source: KeySource, told: str) -> None:
    assert wrong(source) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (f"{KEY}\n{KEY}", "$A: holds several lines; a key is one"),
        (f'"{KEY}"', "$A: the quotes are part of the value; take them out"),
        (f"Bearer {KEY}", "$A: begins with Bearer, which is put before the key where it belongs; leave only the key"),
        ("${OTHER}", "$A: holds the name of another variable in place of a key: it wasn't filled in"),
        (f"{KEY}\u2026", "$A: character 25 is none that a key can have: it was copied from a text that had changed it"),
        (f"{KEY} x", "$A: holds a space or a character that can't be seen; a key is one word"),
        (f"{KEY}\x00x", "$A: holds a space or a character that can't be seen; a key is one word"),
    ],
)
def test_what_cannot_be_sent_is_refused(value: str, told: str) -> None:
    assert wrong(KeySource(("A",)), A=value) == told


def test_a_file_holds_the_key_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"\xef\xbb\xbf" + KEY.encode() + b"\r\n\n")
    path.chmod(0o600)
    assert find(KeySource(("A",), path), {"A": "other"}) == Key(KEY, str(path))


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_file_that_others_can_read_is_told(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(KEY)
    path.chmod(mode)
    note = f"{path}: others on this machine can read the key: chmod 600 it"
    assert find(KeySource(file=path), {}) == Key(KEY, str(path), note)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b" \n", "holds no key, it is empty"),
        (
            b"# mine\nexport OPENAI_API_KEY=" + KEY.encode(),
            "holds NAME=value; only the key may stand there, or load it",
        ),
        (b"\xff\xfe\x00", "holds no key: it is no text"),
        (b"x" * (LARGEST + 1), f"is too large for a key: more than {LARGEST} bytes"),
        (KEY.encode() + b"\n" + KEY.encode(), "holds several lines; a key is one"),
    ],
)
def test_a_file_that_is_no_key_is_refused(data: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(data)
    assert wrong(KeySource(file=path)).startswith(f"{path}: {told}")


def test_a_key_with_equals_signs_is_a_key(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("c2VjcmV0==")
    assert find(KeySource(file=path), {}).value == "c2VjcmV0=="


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert wrong(KeySource(file=tmp_path)) == f"{tmp_path}: is no file that can hold a key"
    assert wrong(KeySource(file=Path(KEY))) == "[hidden]: the key can't be read: No such file or directory"


def test_a_variable_is_named_as_shells_do() -> None:
    assert [variable(each) for each in ("A_KEY", "$A_KEY", "${A_KEY}")] == ["A_KEY"] * 3


@pytest.mark.parametrize("given", [KEY, "sk_abcdefgh12345678", "", "two words", "1A", "0123456789abcdef" * 2 + "g"])
def test_a_key_in_place_of_a_name_is_not_repeated(given: str) -> None:
    with pytest.raises(AuthError) as caught:
        variable(given)
    told = "what was given for the name of a variable isn't one: put the key into one, and give its name"
    assert caught.value.mistakes == (told,)


LIKE = "looks like a key; name the environment variable that holds it instead"
NOT = "holds a character that no header can: a line break, or one that isn't ASCII"


@pytest.mark.parametrize(
    ("name", "value", "literal", "told"),
    [
        ("x-tenant", "acme", True, []),
        ("authorization", f"Bearer {KEY}", False, []),
        ("authorization", "Bearer x", True, [f"authorization {LIKE}"]),
        ("x-tenant", KEY, True, [f"x-tenant {LIKE}"]),
        ("Host", "a", False, ["Host is set by the request itself"]),
        ("a b", "c", True, ["'a b' is no name of a header"]),
        ("x", "a\r\nb: c", False, [f"x {NOT}"]),
        ("x", "é", False, [f"x {NOT}"]),
    ],
)  # fmt: skip
def test_headers_are_looked_at(name: str, value: str, *, literal: bool, told: list[str]) -> None:
    assert list(header_mistakes(name, value, literal=literal)) == told
