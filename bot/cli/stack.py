"""`coherence stack`: validate, show, compare, import and export the narrative."""

import asyncio
import getpass
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from bot.cli.files import STANDARD_INPUT, read_bytes, write_text
from bot.cli.output import OutputFormat, from_mrkdwn, print_json, print_lines
from bot.clock import system_clock
from bot.databases import open_workspace
from bot.settings import load_settings
from coherence.errors import NotFound
from coherence.evaluating import preview_flips
from coherence.judging import is_too_long_to_judge
from coherence.rereading_plan import Planned
from coherence.stack.diff import Change, ChangeKind, diff_stacks
from coherence.stack.document import Stack
from coherence.stack.example import example_bytes
from coherence.stack.file import read_stack, stack_content, write_stack
from coherence.stack.playbook import render_playbook
from coherence.stack.versions import DraftStack, PublishedStack, Stacks
from handlers.voice import evaluation as evaluation_voice
from handlers.voice import stack as voice

app = typer.Typer(
    help="The narrative: validate, show, compare, import, export.", no_args_is_help=True
)

_T = TypeVar("_T")

_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,}")
_VERSION_NUMBER = re.compile(r"[0-9]{1,9}")

Journey = Annotated[str | None, typer.Option(help="The journey, where there are several.")]
Format = Annotated[OutputFormat, typer.Option("--format", help="How to print.")]
Version = Annotated[int | None, typer.Option(min=1, help="A published version; else the newest.")]
Draft = Annotated[bool, typer.Option("--draft", help="The draft, not a published version.")]
Example = Annotated[bool, typer.Option("--example", help="The built-in example.")]
OptionalFile = Annotated[str | None, typer.Argument(help="A stack file; - is standard input.")]


def _channel_ids(channels: list[str] | None) -> list[str] | None:
    for channel in channels or ():
        if not _CHANNEL_ID.fullmatch(channel):
            raise typer.BadParameter(
                f"{channel} is not a channel's id; it looks like C0123456789 and stands at the "
                "bottom of the channel's details in Slack."
            )
    return channels


@app.command()
def validate(
    *,
    file: Annotated[str, typer.Argument(help="A stack file; - is standard input.")],
    output: Format = OutputFormat.TEXT,
) -> None:
    """Say whether a stack file can be used, or what to put right and in which line."""
    stack = read_stack(read_bytes(file), file)
    rules = len(stack.rules)
    examples = sum(len(rule.flag) + len(rule.passes) for rule in stack.rules)
    if output is OutputFormat.JSON:
        items = sum(1 for _ in stack.items())
        print_json(
            {"journey": stack.journey, "items": items, "rules": rules, "rule_examples": examples}
        )
        return
    lines = [f"“{stack.journey}” is a valid stack."]
    if rules:
        lines.append(_rules_sentence(rules, examples))
    if is_too_long_to_judge(stack):
        lines.append(voice.too_long_to_judge())
    print_lines(lines)


@app.command()
def show(
    *,
    file: OptionalFile = None,
    journey: Journey = None,
    version: Version = None,
    draft: Draft = False,
    example: Example = False,
    output: Format = OutputFormat.TEXT,
) -> None:
    """Print the playbook: the story, the principles, a checklist per touchpoint."""
    stack = _choose(file, journey, version, draft=draft, example=example)
    if output is OutputFormat.JSON:
        print_json(stack_content(stack))
    else:
        print_lines(render_playbook(stack).splitlines())


@app.command()
def diff(
    *,
    old: OptionalFile = None,
    new: OptionalFile = None,
    journey: Journey = None,
    output: Format = OutputFormat.TEXT,
) -> None:
    """Compare two stacks: two files, the newest version and a file, or the newest version and the draft.

    A number stands for that published version. Exits with 1 if they differ.
    """
    before, after = _pair(old, new, journey)
    changes = diff_stacks(before, after)
    if output is OutputFormat.JSON:
        print_json([_change_as_json(change) for change in changes])
    else:
        _print_flips(before, after)
        lines = [line for change in changes for line in _change_as_text(change)]
        print_lines(lines or ["Nothing changed."])
    if changes:
        raise typer.Exit(1)


@app.command("import")
def import_(
    *,
    file: OptionalFile = None,
    journey: Journey = None,
    example: Example = False,
    publish: Annotated[bool, typer.Option("--publish", help="Publish it at once.")] = False,
    note: Annotated[str, typer.Option(help="Why it is published; needed with --publish.")] = "",
    channel: Annotated[
        list[str] | None,
        typer.Option(help="Id of a channel that belongs to the journey.", callback=_channel_ids),
    ] = None,
    author: Annotated[str | None, typer.Option(help="Who is named as the author.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a draft that somebody else changed last.")
    ] = False,
    output: Format = OutputFormat.TEXT,
) -> None:
    """Make a stack file the draft of its journey, and with --publish its next version."""
    if publish and not note.strip():
        raise typer.BadParameter("--publish needs --note with a few words on why.")
    if note and not publish:
        raise typer.BadParameter("--note goes with --publish; a draft has none.")
    stack = _read(file, example=example)
    if publish and output is OutputFormat.TEXT:
        _print_flips(_published_before(journey or stack.journey), stack)
    saved = _with_stacks(
        lambda stacks, workspace_id: stacks.import_draft(
            workspace_id,
            stack,
            author=_author(author),
            journey=journey,
            channels=channel or (),
            publish_note=note.strip() if publish else None,
            replace_draft=force,
        )
    )
    _print_saved(saved, output)


@app.command()
def publish(
    *,
    note: Annotated[str, typer.Option(help="Why it changes, in a few words.")],
    journey: Journey = None,
    author: Annotated[str | None, typer.Option(help="Who is named as the author.")] = None,
    output: Format = OutputFormat.TEXT,
) -> None:
    """Publish the draft as the journey's next version."""
    name = _author(author)
    if not note.strip():
        raise typer.BadParameter("--note needs a few words on why.")
    published = _with_stacks(
        lambda stacks, workspace_id: stacks.publish(
            workspace_id, author=name, note=note.strip(), journey=journey
        )
    )
    _print_saved(published, output)


@app.command()
def export(
    *,
    file: Annotated[str | None, typer.Argument(help="Where to; else standard output.")] = None,
    journey: Journey = None,
    version: Version = None,
    draft: Draft = False,
    example: Example = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a stack as a file that imports again; a file that is there is not replaced."""
    chosen = _choose(None, journey, version, draft=draft, example=example)
    # The example keeps the comments that explain it.
    content = example_bytes().decode() if example else write_stack(chosen)
    if file is None or file == STANDARD_INPUT:
        sys.stdout.write(content)
    else:
        write_text(file, content, replace=force)
        print_lines([f"Wrote {file}."])


def _published_before(journey: str) -> Stack | None:
    try:
        return _choose(None, journey, None, draft=False, example=False)
    except NotFound:
        return None


def _print_flips(before: Stack | None, after: Stack) -> None:
    """Print which examples change their verdict, if any, by the rules: they cost nothing."""
    found = asyncio.run(preview_flips(before, after, None))
    if found.flips:
        lines = [*evaluation_voice.preview(found), evaluation_voice.by_rules_only(), ""]
        print_lines(map(from_mrkdwn, lines))


def _rules_sentence(rules: int, examples: int) -> str:
    named = "1 house rule" if rules == 1 else f"{rules} house rules"
    if not examples:
        return f"{named}, without examples; “flag” and “pass” would show that they work."
    shown = "its example" if examples == 1 else f"all {examples} examples"
    return f"{named}: {shown} came out as expected."


def _with_stacks(use: Callable[[Stacks, str], Awaitable[_T]]) -> _T:
    async def call() -> _T:
        async with open_workspace(load_settings()) as (database, workspace_id):
            return await use(Stacks(database, system_clock), workspace_id)

    return asyncio.run(call())


def _read(file: str | None, *, example: bool) -> Stack:
    if example == (file is not None):
        raise typer.BadParameter("name one stack file, or use --example.")
    return read_stack(example_bytes() if file is None else read_bytes(file), file or "")


def _choose(
    file: str | None, journey: str | None, version: int | None, *, draft: bool, example: bool
) -> Stack:
    if [file is not None, example, draft, version is not None].count(True) > 1:
        raise typer.BadParameter("choose one: a file, --example, --draft or --version.")
    if file is not None or example:
        return _read(file, example=example)
    if draft:
        return _with_stacks(lambda stacks, workspace: stacks.draft(workspace, journey)).stack
    return _with_stacks(
        lambda stacks, workspace: stacks.published(workspace, journey, number=version)
    ).stack


def _author(name: str | None) -> str:
    if name is not None and name.strip():
        return name.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise typer.BadParameter("name the author with --author.") from None


def _print_saved(saved: PublishedStack | DraftStack, output: OutputFormat) -> None:
    number = saved.number if isinstance(saved, PublishedStack) else None
    is_new = isinstance(saved, PublishedStack) and saved.is_new
    if output is OutputFormat.JSON:
        journey = saved.stack.journey
        print_json({"journey": journey, "version": number, "published": is_new})
    else:
        print_lines([_saved_sentence(f"“{saved.stack.journey}”", number, is_new=is_new)])
        planned = saved.to_reread if isinstance(saved, PublishedStack) else None
        if planned is not None and planned.from_version is not None:
            print_lines([_reread_sentence(planned)])


def _saved_sentence(journey: str, number: int | None, *, is_new: bool) -> str:
    if number is None:
        return f"{journey} has a new draft; “coherence stack diff” shows what it changes."
    if is_new:
        return f"Version {number} of {journey} is published."
    return f"Nothing changed: version {number} of {journey} says the same already."


def _reread_sentence(planned: Planned) -> str:
    """What the running bot does next, and who hears of it."""
    return (
        f"The running bot holds {planned.checks} recent checks and {planned.touchpoints} touchpoints "
        "against it, and tells the first steward in Slack what changes for them."
    )


def _pair(old: str | None, new: str | None, journey: str | None) -> tuple[Stack, Stack]:
    if old is None:
        return (
            _choose(None, journey, None, draft=False, example=False),
            _choose(None, journey, None, draft=True, example=False),
        )
    if new is None:
        return _choose(None, journey, None, draft=False, example=False), _side(old, journey)
    return _side(old, journey), _side(new, journey)


def _side(name: str, journey: str | None) -> Stack:
    if _VERSION_NUMBER.fullmatch(name) and not Path(name).exists():
        return _choose(None, journey, int(name), draft=False, example=False)
    return _read(name, example=False)


def _change_as_json(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "section": change.section,
        "id": change.id,
        "before": change.before,
        "after": change.after,
    }


def _change_as_text(change: Change) -> list[str]:
    heading = f"{change.kind} in {change.section}: {change.id}"
    if change.kind is ChangeKind.MOVED:
        return [heading]
    old = [f"  - {key}: {_value(value)}" for key, value in change.before.items() if key != "id"]
    new = [f"  + {key}: {_value(value)}" for key, value in change.after.items() if key != "id"]
    return [heading, *old, *new]


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
