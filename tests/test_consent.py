"""Which questions to a person ask for consent, by their words."""

from __future__ import annotations

import pytest

from aiready.checks.facts.consent import CONSENT


@pytest.mark.parametrize(
    "question",
    [
        "Accept? ",
        "Run this command?",
        "Apply the patch to 3 files? ",
        "> Commit with this message? ",
        "Send (y/n)",
        "Are you sure",
        "[e]xecute, [d]escribe, [a]bort:",
    ],
)
def test_consent(question: str) -> None:
    assert CONSENT.search(question)


@pytest.mark.parametrize(
    "question",
    [
        "What do you want to run?",
        "Send to whom? ",
        "Run which command?",
        "Save the answer where? ",
        "Your question? ",
        "Accepted formats: pdf",
        "> ",
    ],
)
def test_a_question_for_something_to_work_on(question: str) -> None:
    assert not CONSENT.search(question)
