"""What becomes of a drift report: take it on, triage, fix, resolve, reopen, put off, link."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.drift.links import DriftLinks
from coherence.drift.report import Report, Resolution, Severity, State, Triage
from coherence.drift.reporting import DriftReports
from coherence.drift.triage import DriftTriage
from coherence.errors import (
    ChangedMeanwhile,
    InvalidAnswers,
    NotTheirDrift,
    NotTheirEvidence,
    WrongMove,
)
from coherence.stack.document import Layer
from coherence.stewards import Person
from handlers.blocks import drift_forms as forms
from handlers.blocks.drift_detail import FORM_PREFIX, Opened, Shown
from handlers.drift import DriftReading, opened_in
from handlers.drift_windows import DriftWindows
from handlers.modals import fill_modal, push_modal
from handlers.setup import person_in
from handlers.voice import drift_life as voice
from handlers.voice.mrkdwn import escape

Payload = dict[str, Any]
Typed = Mapping[str, str]
Change = Callable[[Person, Opened], Awaitable[object]]
Form = Callable[[Opened, Typed, str], Payload]
"""A form once more, with what was entered and a notice above it."""

_BEFORE_A_DIAGNOSIS = frozenset({State.REPORTED, State.TRIAGED, State.REOPENED})
_BEFORE_TRIAGE = frozenset({State.REPORTED, State.REOPENED})


class DriftLifeHandlers:
    """What people do with a report. Forms open above it, three windows high at most."""

    def __init__(
        self,
        reading: DriftReading,
        triage: DriftTriage,
        links: DriftLinks,
        reports: DriftReports,
    ) -> None:
        self._reading = reading
        self._windows = DriftWindows(reading)
        self._triage = triage
        self._links = links
        self._reports = reports

    async def on_take(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Take a report on."""

        async def take(person: Person, opened: Opened) -> Report:
            triage = Triage(owner=person.user_id)
            return await self._triage.change(person, opened.number, triage, seen=opened.seen)

        await self._press(ack, body, client, take)

    async def on_fixing(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Note that it is being fixed."""

        async def begin(person: Person, opened: Opened) -> Report:
            return await self._triage.move(person, opened.number, State.FIXING, seen=opened.seen)

        await self._press(ack, body, client, begin)

    async def on_wake(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Take up again what was put off."""

        async def wake(person: Person, opened: Opened) -> Report:
            return await self._triage.snooze(person, opened.number, None, seen=opened.seen)

        await self._press(ack, body, client, wake)

    async def on_remove_copy(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Remove the kept words of a message: one's own, or as a steward anybody's."""
        evidence_id = int(body["actions"][0]["value"])

        async def remove(person: Person, opened: Opened) -> Report:
            return await self._reports.remove_copy(person, opened.number, evidence_id)

        await self._press(ack, body, client, remove)

    async def on_unlink(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Untie a report from what the button stands beside, unless somebody else just did."""
        key = body["actions"][0]["value"]

        async def unlink(person: Person, opened: Opened) -> None:
            detail = (await self._reading.report(person, opened.number)).detail
            for link in detail.links:
                if link.key == key:
                    await self._links.unlink(person, opened.number, link.kind, link.target)

        await self._press(ack, body, client, unlink)

    async def on_form(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open one of the forms on top of the report."""
        await ack()
        view_id = await push_modal(client, context, body["trigger_id"], forms.loading_modal())
        if view_id is None:
            return
        name = body["actions"][0]["action_id"].removeprefix(FORM_PREFIX)
        shown = await self._reading.report(person_in(body), opened_in(body).number)
        opened = _looked_at(opened_in(body), shown)
        await fill_modal(client, view_id, _form(name, shown, opened))

    async def on_triaged(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Save what was put right; where somebody else was faster, show both."""
        person, view = person_in(body), body["view"]
        opened, seen, entered = forms.triage_answers(view)
        shown = await self._reading.report(person, opened.number)
        changes = entered.changed_from(seen)
        try:
            triage = _triage(_with_unshown(changes, seen, shown.report), shown.report)
            await self._triage.change(person, opened.number, triage, seen=opened.seen)
        except InvalidAnswers as error:
            errors = {forms.block_of(view, field): said for field, said in error.faults.items()}
            await ack(response_action="errors", errors=errors)
            return
        except ChangedMeanwhile:
            shown = await self._reading.report(person, opened.number)
            theirs = forms.Fields.of(shown.report, shown.stack)
            again = forms.triage_form(
                shown,
                _looked_at(opened, shown),
                replace(theirs, **changes),
                _what_changed(opened, shown),
            )
            await ack(response_action="update", view=again)
            return
        await self._done(ack, body, client, opened)

    async def on_resolved(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """End a report."""
        typed = forms.answers(body["view"])

        async def resolve(person: Person, opened: Opened) -> Report:
            end = forms.resolution_in(typed)
            return await self._triage.resolve(
                person, opened.number, end, typed["note"], seen=opened.seen
            )

        await self._submit(ack, body, client, resolve, forms.resolve_form)

    async def on_reopened(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Open a resolved report again."""
        note = forms.answers(body["view"])["note"]

        async def reopen(person: Person, opened: Opened) -> Report:
            return await self._triage.reopen(person, opened.number, note, seen=opened.seen)

        await self._submit(ack, body, client, reopen, forms.reopen_form)

    async def on_snoozed(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Let a report rest."""
        typed = forms.answers(body["view"])

        async def snooze(person: Person, opened: Opened) -> Report:
            until = forms.day_in(typed)
            return await self._triage.snooze(person, opened.number, until, seen=opened.seen)

        await self._submit(ack, body, client, snooze, forms.snooze_form)

    async def on_linked(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Tie a report to all that was named, or say what can't be and tie it to nothing."""
        person, opened = person_in(body), opened_in(body)
        named = forms.link_answers(body["view"])
        if not named:
            await ack(response_action="errors", errors={"report": voice.fill_in()})
            return
        try:
            await self._links.link(person, opened.number, named)
        except InvalidAnswers as error:
            await ack(response_action="errors", errors=error.faults)
            return
        await self._done(ack, body, client, opened)

    async def _press(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, change: Change
    ) -> None:
        """Make a change at the press of a button, and show how the report stands now."""
        await ack()
        person, opened = person_in(body), opened_in(body)
        notice = None
        try:
            await change(person, opened)
        except ChangedMeanwhile:
            notice = voice.changed_before_press()
        except (NotTheirDrift, NotTheirEvidence, WrongMove) as error:
            notice = escape(str(error))
        await self._windows.show(body, body["view"]["id"], client, opened, notice)

    async def _submit(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, change: Change, form: Form
    ) -> None:
        """Make a change by a form; where somebody else was faster, say so and keep what was entered."""
        person, opened = person_in(body), opened_in(body)
        try:
            await change(person, opened)
        except InvalidAnswers as error:
            await ack(response_action="errors", errors=error.faults)
            return
        except ChangedMeanwhile:
            shown = await self._reading.report(person, opened.number)
            typed = forms.answers(body["view"])
            again = form(_looked_at(opened, shown), typed, _what_changed(opened, shown))
            await ack(response_action="update", view=again)
            return
        await self._done(ack, body, client, opened)

    async def _done(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, opened: Opened
    ) -> None:
        """Close the form, and show how the report stands now below it."""
        await ack()
        await self._windows.show(body, body["view"]["previous_view_id"], client, opened)


def _form(name: str, shown: Shown, opened: Opened) -> Payload:
    match name:
        case "triage":
            return forms.triage_form(shown, opened)
        case "resolve":
            return forms.resolve_form(opened, _likely_end(shown.report))
        case "reopen":
            return forms.reopen_form(opened)
        case "snooze":
            return forms.snooze_form(opened)
        case _:
            return forms.link_form(shown, opened)


def _likely_end(report: Report) -> Typed | None:
    """What is chosen beforehand where a version of the narrative answers the report."""
    if report.version_number is None:
        return None
    return {"resolution": Resolution.NARRATIVE_CHANGED.value}


def _looked_at(opened: Opened, shown: Shown) -> Opened:
    """The report as it is seen now."""
    return replace(opened, seen=shown.report.revision, events=len(shown.detail.events))


def _what_changed(opened: Opened, shown: Shown) -> str:
    return voice.changed_meanwhile(shown.detail.events[opened.events :], shown.stack)


def _with_unshown(
    changes: Mapping[str, Any], seen: forms.Fields, report: Report
) -> Mapping[str, Any]:
    """What was entered, with the lines that the form could not show: nobody took those away."""
    if "statement_ids" not in changes:
        return changes
    unshown = [each for each in report.statement_ids if each not in seen.statement_ids]
    return {**changes, "statement_ids": (*changes["statement_ids"], *unshown)}


def _triage(changes: Mapping[str, Any], report: Report) -> Triage:
    """What was entered as a change; a layer that is named is a diagnosis, anything else triage.

    A layer that is taken back leaves a report triaged that was diagnosed.
    """
    fields: dict[str, Any] = dict(changes)
    if severity := fields.get("severity"):
        fields["severity"] = Severity(severity)
    if layer := fields.get("layer"):
        fields["layer"] = Layer(layer)
    undoes_diagnosis = layer == "" and report.state is State.DIAGNOSED
    if layer and report.state in _BEFORE_A_DIAGNOSIS:
        fields["state"] = State.DIAGNOSED
    elif undoes_diagnosis or report.state in _BEFORE_TRIAGE:
        fields["state"] = State.TRIAGED
    return Triage(**fields)
