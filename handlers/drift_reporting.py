"""Report drift: by message shortcut, command, global shortcut, or from a check's finding."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.check import Checks
from coherence.drift.choices import DriftChoices
from coherence.drift.report import (
    CameFrom,
    EvidenceKind,
    NewEvidence,
    NewReport,
    Report,
)
from coherence.drift.reporting import DriftReports
from coherence.errors import InvalidAnswers, NoFinding
from coherence.findings import group_key
from coherence.stewards import Person
from handlers.blocks import drift_report as blocks
from handlers.blocks import drift_report_fields as fields
from handlers.blocks.check_answer import REPORT_DRIFT, parse_finding
from handlers.drift_drafts import Drafts
from handlers.drift_sources import (
    MessageLink,
    finding_evidence,
    is_deleted,
    linked_evidence,
    parse_link,
    shortcut_evidence,
)
from handlers.matching import asks_for_drift, asks_what_drift_is, says
from handlers.modals import fill_modal, open_window
from handlers.slack_text import unescape
from handlers.voice import drift_report as voice
from handlers.voice.mrkdwn import clip

Payload = dict[str, Any]

_ABOUT = 300
"""Characters of a long note that the form's field begins with."""


async def reports_drift(body: Payload) -> bool:
    """Match `/coherence drift` with what somebody saw, not with a word or number that asks to read."""
    _, *rest = (body.get("text") or "").split(maxsplit=1) or [""]
    if not rest or await asks_for_drift(body) or await asks_what_drift_is(body):
        return False
    return await says("drift")(body=body) and not rest[0].strip().lstrip("#").isdecimal()


async def is_drift_choice(body: Payload) -> bool:
    """Match the choice of a finding's menu that reports it as drift."""
    verb, _, _ = parse_finding(body["actions"][0]["selected_option"]["value"])
    return verb == REPORT_DRIFT


class DriftReportHandlers:
    """The ways to report drift, and the windows that they open."""

    def __init__(
        self, reports: DriftReports, choices: DriftChoices, checks: Checks, drafts: Drafts
    ) -> None:
        self._reports = reports
        self._choices = choices
        self._checks = checks
        self._drafts = drafts

    async def on_command(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form with what somebody wrote after `/coherence drift`."""
        await ack()
        view_id = await _open(body, context, client)
        typed = unescape(body["text"].strip().partition(" ")[2]).strip()
        draft = _new(Person(body["team_id"], body["user_id"]), body["channel_id"])
        if len(typed) <= fields.MAX_TYPED:
            await self._show(client, view_id, replace(draft, summary=typed))
            return
        note = NewEvidence(EvidenceKind.NOTE, typed, author=body["user_id"])
        draft = replace(draft, summary=clip(typed, _ABOUT), evidence=(note,))
        await self._show(client, view_id, draft, voice.long_note())

    async def on_global_shortcut(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open an empty form from the shortcuts menu."""
        await ack()
        view_id = await _open(body, context, client)
        await self._show(client, view_id, _new(_person(body), None))

    async def on_message_shortcut(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form with a message as evidence, or offer to add it to the report being written."""
        await ack()
        view_id = await _open(body, context, client)
        person = _person(body)
        draft = _new(person, body["channel"]["id"])
        if is_deleted(body["message"]):
            await self._show(client, view_id, draft, voice.deleted())
            return
        draft = replace(draft, evidence=(await shortcut_evidence(client, body),))
        begun = self._drafts.writing(person)
        if begun is None or _same_messages(begun, draft):
            await self._show(client, view_id, draft)
        else:
            metadata = self._drafts.dump(draft)
            offer = blocks.offer_modal(blocks.first_message(begun), metadata)
            await fill_modal(client, view_id, offer)

    async def on_finding(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form with what a check found: its quote, the line it clashes with, its touchpoint."""
        await ack()
        view_id = await _open(body, context, client)
        _, check_id, group = parse_finding(body["actions"][0]["selected_option"]["value"])
        person = _person(body)
        result = await self._checks.recall(person.workspace_id, person.user_id, check_id)
        findings = [each for each in result.assessment.findings if group_key(each) == group]
        if not findings:
            raise NoFinding("This finding is no longer in the answer.")
        keeps_texts = await self._checks.keeps_texts(person.workspace_id)
        evidence = await finding_evidence(client, result, findings, in_sentences=keeps_texts)
        draft = replace(
            _new(person, result.channel_id),
            journey_id=result.journey_id,
            evidence=evidence,
            touchpoint_id=result.touchpoint_id,
            statement_ids=tuple(filter(None, [findings[0].statement_id])),
            came_from=CameFrom(check_id, group),
        )
        await self._show(client, view_id, draft)

    async def on_add(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Add a second message to the report that the person has begun."""
        await ack()
        second = self._draft(body)
        begun = self._drafts.writing(_person(body))
        if begun is not None:
            second = _with_evidence(begun, second.evidence)
        await self._show(client, body["view"]["id"], second)

    async def on_apart(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Report the second message by itself."""
        await ack()
        await self._show(client, body["view"]["id"], self._draft(body))

    async def on_journey(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Show the lines and touchpoints of the journey that was chosen."""
        await ack()
        draft = fields.typed_report(body["view"], self._draft(body))
        chosen = body["actions"][0]["selected_option"]["value"]
        unchosen = replace(
            draft, journey_id=chosen, touchpoint_id=None, statement_ids=(), layer=None
        )
        await self._show(client, body["view"]["id"], unchosen)

    async def on_submitted(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Save the report, or first show those that may be about the same."""
        draft = fields.typed_report(body["view"], self._draft(body))
        typed = fields.other_side(body["view"])
        link = parse_link(typed, client.base_url)
        if typed and link is None:
            await ack(response_action="errors", errors={fields.OTHER_BLOCK: voice.not_a_link()})
            return
        if link is not None:
            draft = await _with_other_side(client, draft, link)
        try:
            await self._save_or_ask(ack, draft)
        except InvalidAnswers as error:
            await ack(response_action="errors", errors=error.faults)

    async def on_another_thing(self, ack: AsyncAck, body: Payload) -> None:
        """Save the report all the same."""
        await self._save(ack, self._draft(body))

    async def on_back(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Return to the form, with everything as it was."""
        await ack()
        await self._show(client, body["view"]["id"], self._draft(body))

    async def on_me_too(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Add what the person has to the report of somebody else."""
        await ack()
        draft, person = self._draft(body), _person(body)
        note = NewEvidence(EvidenceKind.NOTE, draft.summary, author=person.user_id)
        report = await self._reports.me_too(
            person,
            int(body["actions"][0]["value"]),
            [*draft.evidence, note],
            anonymous=draft.anonymous,
            delivery_id=draft.delivery_id,
        )
        self._drafts.done(draft, report.number if report else None)
        number = report.number if report else self._drafts.number_of(draft)
        if report is None:
            said = voice.saved_before(number)
        else:
            said = voice.noted(report, anonymous=draft.anonymous)
        await fill_modal(client, body["view"]["id"], blocks.done_modal(said, number))

    async def _show(
        self,
        client: AsyncWebClient,
        view_id: str | None,
        draft: NewReport,
        notice: str | None = None,
    ) -> None:
        offered = await self._offered(draft)
        if offered.journey is not None:
            guess = fields.guess_of(draft, offered.journey)
            draft = replace(draft, journey_id=offered.journey.journey_id, layer_guess=guess)
        self._drafts.write(draft)
        form = blocks.report_form(draft, offered, self._drafts.dump(draft), notice)
        await fill_modal(client, view_id, form)

    async def _offered(self, draft: NewReport) -> blocks.Offered:
        names = await self._choices.names(draft.workspace_id, draft.channel_id)
        journey_id = draft.journey_id or (names[0].journey_id if len(names) == 1 else None)
        if journey_id is None:
            return blocks.Offered(names, None)
        return blocks.Offered(names, await self._choices.journey(draft.workspace_id, journey_id))

    async def _save_or_ask(self, ack: AsyncAck, draft: NewReport) -> None:
        found = await self._reports.likely_duplicates(draft)
        if found:
            view = blocks.duplicates_modal(found, self._drafts.dump(draft))
            await ack(response_action="update", view=view)
        else:
            await self._save(ack, draft)

    async def _save(self, ack: AsyncAck, draft: NewReport) -> None:
        report = await self._reports.report(draft)
        self._drafts.done(draft, report.number if report else None)
        said = await self._saved(report, draft)
        number = report.number if report else self._drafts.number_of(draft)
        await ack(response_action="update", view=blocks.done_modal(said, number))

    async def _saved(self, report: Report | None, draft: NewReport) -> str:
        if report is None:
            return voice.saved_before(self._drafts.number_of(draft))
        journey = await self._choices.journey(report.workspace_id, report.journey_id)
        link_alone = any(e.kind is EvidenceKind.MESSAGE and not e.text for e in draft.evidence)
        return voice.saved(report, journey.name, link_alone=link_alone)

    def _draft(self, body: Payload) -> NewReport:
        return self._drafts.load(body["view"]["private_metadata"], _person(body))


async def _with_other_side(
    client: AsyncWebClient, draft: NewReport, link: MessageLink
) -> NewReport:
    return _with_evidence(draft, (await linked_evidence(client, link, draft.user_id),))


def _with_evidence(draft: NewReport, more: tuple[NewEvidence, ...]) -> NewReport:
    """The draft with more evidence; a message that it has already is not added again."""
    known = {(each.channel_id, each.message_ts) for each in draft.evidence if each.message_ts}
    new = [each for each in more if (each.channel_id, each.message_ts) not in known]
    return replace(draft, evidence=(*draft.evidence, *new))


def _same_messages(begun: NewReport, draft: NewReport) -> bool:
    return _with_evidence(begun, draft.evidence) == begun


async def _open(body: Payload, context: AsyncBoltContext, client: AsyncWebClient) -> str | None:
    return await open_window(client, context, body, blocks.loading_modal())


def _new(person: Person, channel_id: str | None) -> NewReport:
    """An empty draft; its delivery id makes one report of it, however often it is submitted."""
    return NewReport(
        workspace_id=person.workspace_id,
        user_id=person.user_id,
        summary="",
        channel_id=channel_id,
        delivery_id=f"drift:{uuid4().hex}",
    )


def _person(body: Payload) -> Person:
    return Person(body["team"]["id"], body["user"]["id"])
