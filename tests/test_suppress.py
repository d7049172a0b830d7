from __future__ import annotations

from dataclasses import replace

import pytest

from aiready.checks.model import Finding, Place, Suppression
from aiready.checks.suppress import apply, parse


def said(text: str) -> list[tuple[int, tuple[str, ...], str, bool]]:
    return [(one.place.line, one.words, one.reason, one.whole_file) for one in parse("a.py", text) if not one.problem]


@pytest.mark.parametrize(
    ("comment", "words", "reason"),
    [
        ("# aiready: ignore[REL101] the queue has a deadline", ("REL101",), "the queue has a deadline"),
        ("# aiready: ignore[REL101]", ("REL101",), ""),
        ("# aiready: ignore", (), ""),
        ("# aiready: ignore because I say so", (), "because I say so"),
        ("#aiready:ignore[ REL101 ,unbounded-output,]", ("REL101", "unbounded-output"), ""),
        ("# aiready: ignore[reliability] - see #12", ("reliability",), "see #12"),
        ("# aiready: ignore[REL101]: colon", ("REL101",), "colon"),
        ("# aiready: ignore[REL101] \u2014 dash", ("REL101",), "dash"),
        ("# noqa: E501 # aiready: ignore[REL101] why # type: ignore", ("REL101",), "why"),
    ],
)
def test_a_comment_says_which_rules_and_why(comment: str, words: tuple[str, ...], reason: str) -> None:
    assert said(f"x = 1\nask()  {comment}\n") == [(2, words, reason, False)]


@pytest.mark.parametrize(
    "text",
    [
        's = "# aiready: ignore[REL101]"\n',
        '"""\n# aiready: ignore[REL101]\n"""\n',
        "f'{x} # aiready: ignore'\n",
        "# see aiready: ignore[REL101] in the manual\n",
        "x = 1  # ignore[REL101]\n",
    ],
)
def test_what_is_no_such_comment_says_nothing(text: str) -> None:
    assert parse("a.py", text) == ()


@pytest.mark.parametrize(
    "comment",
    [
        "# aiready: ignore[REL101",
        "# aiready: ignore[]",
        "# aiready: ignored",
        "# aiready: ignore(REL101)",
        "# aiready: disable=REL101",
    ],
)
def test_what_is_nearly_such_a_comment_has_no_effect_and_is_reported(comment: str) -> None:
    found = parse("a.py", f"ask()  {comment}\n")
    problem = "not understood: write ignore[RULE] or ignore-file[RULE]"
    assert [(one.place.line, one.problem) for one in found] == [(1, problem)]
    assert apply([finding()], found) == ((finding(),), found)


def test_the_file_form_stands_above_the_code() -> None:
    text = (
        '#!/usr/bin/env python\n\n# aiready: ignore-file[MULTI102] models\n"""Doc."""\n# aiready: ignore-file[REL101]\n'
    )
    early, late = parse("a.py", text)
    assert (early.words, early.reason, early.whole_file, early.problem) == (("MULTI102",), "models", True, "")
    assert (late.whole_file, late.problem) == (True, "ignore-file counts only above the first statement")


def test_places_are_those_of_the_comment() -> None:
    (found,) = parse("n.ipynb", "ask()  # é # aiready: ignore\n", cell=3)
    assert found.place == Place("n.ipynb", 1, 12, 1, 29, 3)


@pytest.mark.parametrize("rest", ["x = (\n", "'''\n", "  y\n z\n", "def f(:\n", "a = $\n"])
def test_text_that_is_no_python_is_read_as_far_as_it_is(rest: str) -> None:
    assert said("ask()  # aiready: ignore[REL101]\n" + rest) == [(1, ("REL101",), "", False)]


CODE = """\
# line 1
reply = wrap(  # line 2
    # line 3
    client.create(  # line 4
        model="m",  # line 5
    ),  # line 6
    other,  # line 7
)  # line 8
# line 9
"""
CALL = Place("a.py", 4, 5, 6, 6)


def marked(line: int) -> tuple[Suppression, ...]:
    """CODE with a suppression in place of one of its comments."""
    return parse("a.py", CODE.replace(f"# line {line}\n", "# aiready: ignore[REL101] why\n"))


def test_a_comment_counts_from_the_statements_first_line_to_the_findings_last() -> None:
    judged = {line: apply([finding(place=CALL)], marked(line))[0][0].suppressed for line in range(1, 10)}
    assert [line for line, reason in judged.items() if reason] == [2, 3, 4, 5, 6]


def test_a_comment_in_a_block_does_not_reach_its_neighbours() -> None:
    text = "with ask() as a:  # aiready: ignore\n    ask()\n    ask()\n"
    findings = [finding(place=Place("a.py", line, 5, line, 10)) for line in (1, 2, 3)]
    assert [one.suppressed for one in apply(findings, parse("a.py", text))[0]] == ["", None, None]


def finding(rule: str = "REL101", place: Place = Place("a.py", 3, 9, 5, 2)) -> Finding:  # noqa: B008 - frozen
    return Finding(rule, place, "error", "high", "m", "h")


def at(line: int, *words: str, whole_file: bool = False, reason: str = "why") -> Suppression:
    return Suppression(Place("a.py", line), words, reason, whole_file, line)


@pytest.mark.parametrize(
    ("suppression", "reason"),
    [
        (at(3, "REL101"), "why"),
        (at(3, "REL101", reason=""), ""),
        (at(3), "why"),
        (at(3, "call-without-timeout"), "why"),
        (at(3, "rel1"), "why"),
        (at(3, "reliability"), "why"),
        (at(3, "reliability.timeouts"), "why"),
        (at(5, "REL101"), "why"),
        (at(1, "REL101", whole_file=True), "why"),
        (at(1, whole_file=True), "why"),
        (at(2, "REL101"), None),
        (at(6, "REL101"), None),
        (at(3, "REL102"), None),
        (at(3, "nonsense"), None),
        (replace(at(3, "REL101"), place=Place("b.py", 3)), None),
        (replace(at(3, "REL101"), place=Place("a.py", 3, cell=1)), None),
    ],
)
def test_a_suppression_covers_its_rules_in_its_file(suppression: Suppression, reason: str | None) -> None:
    (judged,), unused = apply([finding()], [suppression])
    assert (judged.suppressed, len(unused)) == (reason, reason is None)


def test_the_closest_reason_wins_and_both_count_as_used() -> None:
    near, far = at(3, "REL101", reason="near"), at(1, whole_file=True, reason="far")
    for order in ([near, far], [far, near]):
        assert apply([finding()], order) == ((replace(finding(), suppressed="near"),), ())


def test_one_comment_may_serve_several_findings() -> None:
    both = [finding(), finding("COST101")]
    judged, unused = apply(both, [at(3, "REL101", "COST101")])
    assert ([one.suppressed for one in judged], unused) == (["why", "why"], ())


def test_only_the_idle_words_are_reported() -> None:
    _, unused = apply([finding()], [at(3, "REL101", "COST101", "typo")])
    assert unused == (replace(at(3, "COST101", "typo"), problem="no rule is called typo"),)


def test_a_rule_that_was_not_asked_leaves_its_suppressions_alone() -> None:
    idle = [at(3, "COST101"), at(4), at(3, "REL2")]
    elsewhere = finding(place=Place("a.py", 9))
    assert apply([elsewhere], idle, ran={"REL101", "COST101"}) == ((elsewhere,), (at(3, "COST101"),))
    assert apply([], idle) == ((), tuple(idle))
