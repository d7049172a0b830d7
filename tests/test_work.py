"""The work that a file makes grows with its length: counted in steps, not in seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aiready.checks.options import Options
from aiready.checks.pipeline import run

HEAD = "from openai import OpenAI, AsyncOpenAI\nclient, later = OpenAI(), AsyncOpenAI()\n\n"
ASK = "client.responses.create(model='m', input=q)"

SOURCES: dict[str, Callable[[int], str]] = {
    "calls": lambda count: HEAD + "def ask(q):\n" + "".join(f"    r{at} = {ASK}\n" for at in range(count)),
    "try blocks": lambda count: (
        HEAD + "def ask(q):\n" + f"    try:\n        {ASK}\n    except Exception:\n        print(q)\n" * count
    ),
    "coroutines kept for later": lambda count: (
        HEAD
        + f"async def one(q):\n    return await later{ASK.removeprefix('client')}\n\nasync def ask(q):\n"
        + "".join(f"    r{at} = one(q)\n" for at in range(count))
    ),
}
MANY = 150


def steps(folder: Path, source: str) -> int:
    """Calls of Python functions that an audit of the source makes."""
    folder.mkdir()
    (folder / "app.py").write_text(source)
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run([folder], Options(jobs=1))
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", SOURCES)
def test_twice_as_much_in_one_function_is_twice_the_work(name: str, tmp_path: Path) -> None:
    make = SOURCES[name]
    steps(tmp_path / "warm", make(2))  # loads the data, fills caches that are kept
    one, two, four = (steps(tmp_path / str(times), make(MANY * times)) for times in (1, 2, 4))
    assert four - two < 2.5 * (two - one), (one, two, four)


CHAIN = "    if kind == {at}:\n        return SequentialChain(chains=[load(each, x) for each in x], name='{at}')\n"


def test_chains_that_a_loader_makes_of_chains_that_it_loads_are_looked_into_once(tmp_path: Path) -> None:
    def loader(count: int) -> str:
        head = "from langchain.chains import LLMChain, SequentialChain\nfrom langchain_openai import ChatOpenAI\n\n"
        head += "def load(kind, x):\n" + "".join(CHAIN.format(at=at) for at in range(count))
        return head + "    return LLMChain(llm=ChatOpenAI())\n\ndef ask(kind, q):\n    return load(kind, q).invoke(q)\n"

    steps(tmp_path / "warm", loader(1))
    few, many = steps(tmp_path / "few", loader(4)), steps(tmp_path / "many", loader(8))
    assert many < 4 * few, (few, many)


def test_which_part_of_a_response_it_is_makes_no_other_way(tmp_path: Path) -> None:
    def store(*parts: str) -> str:
        ways = (f"    if kind == {at}:\n        return {ASK}.{part}\n" for at, part in enumerate(parts))
        keep = "def keep(v):\n" + "    print(v)\n" * 100 + "\ndef main(kind, q):\n    keep(ask(kind, q))\n\n"
        return HEAD + keep + "def ask(kind, q):\n" + "".join(ways)

    steps(tmp_path / "warm", store("data"))
    one, other = steps(tmp_path / "one", store(*["data"] * 8)), steps(tmp_path / "other", store(*"abcdefgh"))
    assert other < 1.1 * one, (one, other)


def test_what_lies_above_many_calls_is_gone_through_once(tmp_path: Path) -> None:
    def mesh(wide: int, calls: int) -> str:
        """Six levels of functions, each of which calls all of the next one; the last ask a model each."""
        asked = (f"def ask{at}(q):\n    return {ASK}\n\n" for at in range(calls))
        last = [f"ask{at}" for at in range(calls)]
        text = HEAD + "".join(asked)
        for level in range(6):
            names = [f"f{level}_{at}" for at in range(wide)]
            text += "".join(f"def {name}(q):\n" + "".join(f"    {each}(q)\n" for each in last) + "\n" for name in names)
            last = names
        return text

    steps(tmp_path / "warm", mesh(1, 1))
    narrow = steps(tmp_path / "narrow", mesh(1, 12)) - steps(tmp_path / "one", mesh(1, 4))
    wide = steps(tmp_path / "wide", mesh(8, 12)) - steps(tmp_path / "few", mesh(8, 4))
    assert wide < 9 * narrow, (narrow, wide)  # eight times as many functions, but sixty-four times as many ways
