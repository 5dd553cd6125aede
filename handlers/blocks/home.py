"""Somebody's Home in Block Kit: what is not there is left out, and nothing grows with the data."""

from collections.abc import Iterator
from typing import Any, Final, Literal

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    Element,
    HeaderBlock,
    HomeTabView,
    PlainText,
    SectionBlock,
    Text,
)

from coherence.drift.report import Report
from coherence.home import HomePage, Queue, Reports
from coherence.rituals.action import ActionState
from handlers.blocks import champion_actions as actions
from handlers.blocks.drift import OPEN_ACTION
from handlers.blocks.message import section, whole_lines
from handlers.blocks.ritual_summary import SETTLES, settled_by_press
from handlers.blocks.setup import OPEN_ACTION as SET_UP_ACTION
from handlers.champion_place import ChampionPlace
from handlers.voice import home as voice

CHECK_ACTION: Final = "home_check"
REPORT_ACTION: Final = "home_report"
DRIFT_ACTION: Final = "home_drift"
UNDELIVERED_ACTION: Final = "home_undelivered"

Style = Literal["primary"]


def home_view(page: HomePage) -> dict[str, Any]:
    """A person's Home."""
    return _view([*_start(page), *_about_them(page), *_duty(page), *_own(page)])


def sentence_view(sentence: str) -> dict[str, Any]:
    """A Home of one sentence, already escaped."""
    return _view([section("sentence", sentence)])


def _view(blocks: list[Block]) -> dict[str, Any]:
    return HomeTabView(blocks=blocks).to_dict()


def _start(page: HomePage) -> Iterator[Block]:
    if page.is_steward and not page.has_narrative:
        yield section("welcome", voice.welcome_to_steward())
        yield _buttons("start", [_button(voice.SET_UP, SET_UP_ACTION, "open", "primary")])
        return
    check = _button(voice.CHECK, CHECK_ACTION, "open", "primary")
    if page.is_new:
        yield section("welcome", voice.welcome())
        yield _buttons("start", [check])
        return
    report = _button(voice.REPORT, REPORT_ACTION, "open")
    drift = _button(voice.DRIFT, DRIFT_ACTION, "open")
    yield _buttons("start", [check, report, drift])


def _about_them(page: HomePage) -> Iterator[Block]:
    if asked := list(_asked(page)):
        yield _header("waiting", voice.WAITING)
        yield from asked
    yield from _tasks(page)
    yield from _reports("assigned", voice.ASSIGNED, page.assigned)
    if page.queue is not None and page.queue.reports.shown:
        yield from _queue(page.queue)
    if page.undelivered:
        button = _button(voice.UNDELIVERED, UNDELIVERED_ACTION, "open")
        yield _line("undelivered", voice.undelivered(page.undelivered), button)


def _asked(page: HomePage) -> Iterator[Block]:
    for asked in page.invitations:
        place = ChampionPlace(asked.journey_id).text()
        button = _button(voice.ANSWER, actions.MINE, place, "primary")
        yield _line(f"asked_{asked.journey_id}", voice.invitation(asked), button)
    for wanted in page.requests:
        place = ChampionPlace(wanted.journey_id, about=wanted.request_id).text()
        button = _button(voice.LOOK, actions.ACCEPT, place)
        yield _line(f"wanted_{wanted.request_id}", voice.request(wanted), button)
    if page.more_requests:
        yield _context("wanted_more", voice.more_requests(page.more_requests))
    for due in page.to_acknowledge:
        place = ChampionPlace(due.journey_id, due.start).text()
        button = _button(voice.ACKNOWLEDGE, actions.ACKNOWLEDGE, place, "primary")
        yield _line(f"acknowledge_{due.journey_id}", voice.to_acknowledge(due), button)
    for due in page.notes_due:
        place = ChampionPlace(due.journey_id, due.start).text()
        button = _button(voice.NOTES, actions.NOTES, place)
        yield _line(f"notes_{due.journey_id}", voice.notes_due(due), button)


def _tasks(page: HomePage) -> Iterator[Block]:
    if not page.tasks:
        return
    yield _header("tasks", voice.TASKS)
    for task in page.tasks:
        action = task.action
        value = settled_by_press(action.round_id, action)
        button = _button(voice.DONE, SETTLES[ActionState.DONE], value)
        yield _line(f"task_{action.id}", voice.task(task), button)
    if page.more_tasks:
        yield _context("tasks_more", voice.more_tasks(page.more_tasks))


def _queue(queue: Queue) -> Iterator[Block]:
    yield _header("queue", voice.QUEUE)
    yield section("queue_count", voice.queue(queue))
    names = queue.journeys if len(queue.journeys) > 1 else {}
    for report in queue.reports.shown:
        yield _report("queue", report, names.get(report.journey_id))


def _duty(page: HomePage) -> Iterator[Block]:
    if not page.duties:
        return
    yield _header("champions", voice.CHAMPIONS)
    for duty in page.duties:
        place = ChampionPlace(duty.journey_id).text()
        button = _button(voice.TERMS, actions.TERMS, place) if duty.takes_part else None
        if duty.may_join:
            button = _button(voice.JOIN_AFTER_ALL, actions.MINE, place)
        yield _line(f"duty_{duty.journey_id}", voice.champion(duty, page.user_id), button)
    if page.more_duties:
        yield _context("duty_more", voice.more_champions(page.more_duties))
    if any(duty.mine for duty in page.duties):
        yield _header("dates", voice.DATES)
        yield section("dates_each", whole_lines(voice.dates(page.duties, page.now)))
    if any(duty.takes_part for duty in page.duties):
        first = next(duty for duty in page.duties if duty.takes_part)
        place = ChampionPlace(first.journey_id).text()
        yield _buttons("mine", [_button(voice.MINE, actions.MINE, place)])


def _own(page: HomePage) -> Iterator[Block]:
    yield from _reports("own", voice.REPORTS, page.reports)
    if page.checks:
        yield _header("checks", voice.CHECKS)
        said = "\n".join(map(voice.check, page.checks))
        yield section("checks_each", whole_lines(said))


def _reports(name: str, title: str, reports: Reports) -> Iterator[Block]:
    if not reports.shown:
        return
    yield _header(name, title)
    for report in reports.shown:
        yield _report(name, report)
    if reports.count > len(reports.shown):
        yield _context(f"{name}_more", voice.of_all(reports))


def _report(name: str, report: Report, journey: str | None = None) -> Block:
    button = _button(voice.OPEN, OPEN_ACTION, str(report.number))
    return _line(f"{name}_{report.number}", voice.report(report, journey), button)


def _line(block_id: str, mrkdwn: str, button: Button | None) -> SectionBlock:
    return SectionBlock(Text(mrkdwn), block_id=block_id, accessory=button)


def _header(name: str, title: str) -> HeaderBlock:
    return HeaderBlock(PlainText(title), block_id=f"{name}_title")


def _context(block_id: str, mrkdwn: str) -> ContextBlock:
    return ContextBlock([Text(mrkdwn)], block_id=block_id)


def _buttons(block_id: str, buttons: list[Element]) -> ActionsBlock:
    return ActionsBlock(buttons, block_id=block_id)


def _button(label: str, action_id: str, value: str, style: Style | None = None) -> Button:
    return Button(PlainText(label), action_id=action_id, value=value, style=style)
