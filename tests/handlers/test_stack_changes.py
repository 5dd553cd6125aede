from coherence.stack.diff import diff_stacks
from coherence.stack.document import Stack
from coherence.stack.example import example_stack
from handlers.voice import stack_changes as voice


def with_vision(text: str) -> Stack:
    stack = example_stack()
    [vision] = stack.vision
    return stack.model_copy(update={"vision": (vision.model_copy(update={"text": text}),)})


def test_a_difference_far_into_a_long_text_is_seen() -> None:
    begin = "We help people who work with their hands. " * 40
    [change] = diff_stacks(with_vision(f"{begin}And we mean it."), with_vision(f"{begin}Or so."))
    shown = voice.change(change)
    assert "And we mean it.”" in shown
    assert "Or so.”" in shown


def test_short_texts_are_shown_whole() -> None:
    [change] = diff_stacks(with_vision("Paid on time."), with_vision("Paid on the day."))
    assert "“Paid on the day.”" in voice.change(change)
