from dataclasses import replace

import pytest

from coherence.errors import InvalidAnswers
from coherence.interview import Interview, PromiseAnswer, split_words
from coherence.stack.example import example_stack
from coherence.stack.file import read_stack, write_stack

ANSWERS = Interview(
    vision="Paid on time.",
    start="Sunday nights.",
    end="Out before the van leaves.",
    promises=(
        PromiseAnswer("Ten minutes.", "Once details are in."),
        PromiseAnswer(""),
        PromiseAnswer("Kind reminders."),
    ),
    avoid=("seamless", "revolution*"),
    language="de",
)


def test_answers_make_a_stack_that_is_a_valid_file() -> None:
    stack = ANSWERS.stack("Onboarding")
    assert read_stack(write_stack(stack).encode()) == stack
    assert [(p.id, p.text, p.limits) for p in stack.promises] == [
        ("P1", "Ten minutes.", "Once details are in."),
        ("P2", "Kind reminders.", None),
    ]
    assert stack.tone[0].avoid == ("seamless", "revolution*")
    assert stack.language == "de"


def test_the_answers_come_back_from_the_stack() -> None:
    answers = Interview.from_stack(ANSWERS.stack("Onboarding"))
    assert answers is not None
    assert answers.stack("Onboarding") == ANSWERS.stack("Onboarding")


def test_a_stack_with_more_than_answers_is_no_interview() -> None:
    assert Interview.from_stack(example_stack()) is None


def test_all_faults_are_said_at_once() -> None:
    with pytest.raises(InvalidAnswers) as refused:
        replace(ANSWERS, vision=" ", end="").stack("Onboarding")
    assert set(refused.value.faults) == {"vision", "end"}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("seamless, world-class ,magic", ("seamless", "world-class", "magic")),
        ("“seamless”; 'magic'\nmagic", ("seamless", "magic")),
        (" , ,", ()),
        ("no  brainer", ("no brainer",)),
    ],
)
def test_words_are_split_as_people_list_them(written: str, words: tuple[str, ...]) -> None:
    assert split_words(written) == words
