"""Testing the narrative in Block Kit: the last run, progress, what came out; flips before publishing."""

import json
from collections.abc import Iterator
from typing import Any

from slackblocks import ActionsBlock, Block, Button, ContextBlock, DividerBlock, PlainText, Text

from coherence.evaluating import Evaluation, Preview, Progress, Run
from coherence.evaluation import Report
from coherence.stack.versions import PublishedStack
from handlers.blocks.message import MAX_SECTION, modal, plain_modal, section
from handlers.voice import evaluation as voice
from handlers.voice.mrkdwn import clip

OPEN_ACTION = "evaluation_open"
RUN_ACTION = "evaluation_run"

_SHOWN = 20
_SHOWN_FLIPS = 15


def open_button() -> Button:
    """The way in, beside the editor's other buttons."""
    return Button(PlainText(voice.TEST), OPEN_ACTION, value="open")


def loading() -> dict[str, Any]:
    """Shown at once, while the content is on its way."""
    return plain_modal(voice.TITLE, voice.loading(), voice.CLOSE)


def last_run_modal(
    published: PublishedStack, last: Run | None, model: str | None
) -> dict[str, Any]:
    """What came of the last run, and the button that begins another."""
    examples = len(published.stack.examples)
    blocks: list[Block] = [section("about", voice.about(published, model))]
    if examples:
        blocks.append(ActionsBlock([_run_button(last)], block_id="run"))
    if last is not None:
        blocks += [DividerBlock(block_id="last_rule"), *_last(published, last)]
    return _view(blocks, published)


def progress_modal(published: PublishedStack, progress: Progress) -> dict[str, Any]:
    """How far a run is."""
    return _view([section("progress", voice.progress(progress))], published)


def result_modal(evaluation: Evaluation) -> dict[str, Any]:
    """What came of a run."""
    published = evaluation.published
    blocks = [
        section("summary", f"*{voice.summary(evaluation.report)}*"),
        *_notes("why", list(voice.why_not_judged(evaluation.report))),
        *_otherwise(evaluation.report),
        *_list("flips", voice.flips_since(evaluation)),
        *_list("rates", voice.rates_in_words(evaluation.report)),
        ActionsBlock([_run_button(evaluation.run)], block_id="run"),
    ]
    return _view(blocks, published)


def flips_blocks(preview: Preview, *, waits: bool) -> list[Block]:
    """Which examples change their verdict with a draft; `waits`: the model is still being asked."""
    if not preview.examples:
        return []
    lines = voice.preview(preview)
    shown = lines[: _SHOWN_FLIPS + 1]
    if len(lines) > len(shown):
        shown.append(voice.more(len(lines) - len(shown)))
    blocks = list(_list("flips", shown))
    note = voice.preview_waits() if waits else voice.preview_note(preview)
    return [
        *blocks,
        *_notes("flips_note", [note] if note else []),
        DividerBlock(block_id="flips_rule"),
    ]


def _view(blocks: list[Block], published: PublishedStack) -> dict[str, Any]:
    return modal(
        voice.TITLE,
        blocks,
        close=voice.CLOSE,
        private_metadata=json.dumps({"journey_id": published.journey_id}),
    )


def _run_button(last: Run | None) -> Button:
    return Button(
        PlainText(voice.AGAIN if last else voice.RUN), RUN_ACTION, value="run", style="primary"
    )


def _otherwise(report: Report) -> Iterator[Block]:
    if not report.not_as_expected:
        return
    yield section("otherwise", f"*{voice.OTHERWISE_TITLE}*")
    for n, outcome in enumerate(report.not_as_expected[:_SHOWN]):
        lines = [voice.otherwise(outcome), *voice.reasons(outcome)]
        yield section(f"otherwise_{n}", clip("\n".join(lines), MAX_SECTION))
    if len(report.not_as_expected) > _SHOWN:
        yield from _notes("more", [voice.more(len(report.not_as_expected) - _SHOWN)])


def _last(published: PublishedStack, last: Run) -> Iterator[Block]:
    yield section("last", voice.last_run(last))
    # Another version's examples may say something else by now.
    examples = published.stack.examples if last.stack_version == published.number else ()
    lines = voice.otherwise_on_record(last, {each.id: each.text for each in examples})
    yield from _list("last_otherwise", lines[: _SHOWN + 1])
    if len(lines) > _SHOWN + 1:
        yield from _notes("more", [voice.more(len(lines) - _SHOWN - 1)])


def _list(block_id: str, lines: list[str]) -> Iterator[Block]:
    """Lines of which the first is a heading or stands alone."""
    if lines:
        head, *rest = lines
        yield section(
            block_id, clip("\n".join([f"*{head}*" if rest else head, *rest]), MAX_SECTION)
        )


def _notes(block_id: str, notes: list[str]) -> list[Block]:
    return [ContextBlock([Text(" ".join(notes))], block_id=block_id)] if notes else []
