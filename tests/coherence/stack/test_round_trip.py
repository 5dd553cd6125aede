"""What is written reads back equal."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from coherence.stack.document import Stack
from coherence.stack.example import example_bytes, example_stack
from coherence.stack.file import read_stack, stack_content, write_stack
from coherence.stack.playbook import render_playbook
from tests.coherence.stack.stacks import small, stacks

ROOT = Path(__file__).parents[3]
DEVELOPMENT = ROOT.parent / "shared/data/check-sets/northwind-notes/stack.yml"


def there_and_back(stack: Stack) -> Stack:
    return read_stack(write_stack(stack).encode())


def test_the_example_reads_back_equal() -> None:
    assert there_and_back(example_stack()) == example_stack()


@pytest.mark.skipif(not DEVELOPMENT.exists(), reason="the shared development set is not here")
def test_the_development_stack_reads_back_equal() -> None:
    stack = read_stack(DEVELOPMENT.read_bytes())
    assert there_and_back(stack) == stack


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests").glob("**/sets/*.yml")), ids=lambda p: p.stem
)
def test_the_stacks_of_the_labelled_sets_read_back_equal(path: Path) -> None:
    stack = read_stack(path.read_bytes())
    assert there_and_back(stack) == stack


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(stacks())
def test_any_stack_reads_back_equal(stack: Stack) -> None:
    assert there_and_back(stack) == stack


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(stacks())
def test_the_content_of_any_stack_is_the_stack(stack: Stack) -> None:
    assert Stack.model_validate(stack_content(stack)) == stack


@pytest.mark.parametrize(
    "text",
    ["2026-01-01", "12", "true", "null", "~", "yes", "0x1F", ".inf", "1e3", "@home", "*star", "a: b",
     "a #b", "- a", "'", '"', "é\u0301", "👩\u200d🔧", "\u202eabc", "a\u2028b", "\ufeffa",
     "a\ttab", "a\n\n  b\n c"],
)  # fmt: skip
def test_a_text_that_yaml_could_misread_reads_back_as_text(text: str) -> None:
    stack = small(vision=[{"id": "V1", "text": text}])
    assert there_and_back(stack).vision[0].text == text


def test_what_is_left_out_stays_out() -> None:
    assert write_stack(small()) == "format: 1\njourney: J\nlanguage: en\n"


def test_the_example_file_reads_as_the_example() -> None:
    assert read_stack(example_bytes()) == example_stack()


def test_the_example_shows_every_section() -> None:
    assert set(stack_content(example_stack())) == set(Stack.model_fields)


def test_an_item_takes_one_line_of_the_playbook() -> None:
    stack = small(vision=[{"id": "V1", "text": "Paid\n\non time."}])
    assert "- Paid on time.\n" in render_playbook(stack)


def test_the_playbook_has_a_checklist_for_each_touchpoint() -> None:
    playbook = render_playbook(example_stack())
    for touchpoint in example_stack().touchpoints:
        assert f"## Checklist: {touchpoint.name} ({touchpoint.owner})" in playbook
    assert "At most 120 words" in playbook
    assert "Feeling: Relief." in playbook
