"""Every trigger the bot listens to, a line each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from coherence.check import Checks
from coherence.clock import Clock
from coherence.deliveries import Deliveries
from coherence.drift.choices import DriftChoices
from coherence.drift.links import DriftLinks
from coherence.drift.log import DriftLog
from coherence.drift.over_time import DriftOverTime
from coherence.drift.reporting import DriftReports
from coherence.drift.settings import DriftSettings
from coherence.drift.telling import DriftTelling
from coherence.drift.triage import DriftTriage
from coherence.evaluating import Evaluations
from coherence.examples import Examples
from coherence.feedback import Feedback
from coherence.home import Home
from coherence.outbox import Outbox
from coherence.privacy import Privacy
from coherence.rereading import Rereadings
from coherence.retention import Retention
from coherence.setup import Setup
from coherence.stack.drafts import Drafts
from coherence.stack.versions import Stacks
from coherence.stewards import Stewards
from coherence.usage import Meter
from handlers.answers import Answers
from handlers.blocks import (
    check_answer,
    check_feedback,
    drift_detail,
    drift_forms,
    drift_over_time,
    drift_report,
    drift_settings,
    stack_forms,
)
from handlers.blocks import drift as drift_blocks
from handlers.blocks import evaluation as evaluation_blocks
from handlers.blocks import examples as example_blocks
from handlers.blocks import home as home_blocks
from handlers.blocks import retention as retention_blocks
from handlers.blocks import setup as setup_blocks
from handlers.blocks import setup_narrative as narrative_blocks
from handlers.blocks import stack as stack_blocks
from handlers.blocks import stack_changes as changes_blocks
from handlers.blocks import stack_editing as editing_blocks
from handlers.blocks import undelivered as undelivered_blocks
from handlers.blocks.check import FORM_CALLBACK
from handlers.blocks.privacy import ERASE_ACTION
from handlers.champion_accounts import ForgetAccount, nothing_kept
from handlers.champion_listeners import ChampionUseCases, register_champion
from handlers.check import CheckHandlers
from handlers.check_answers import CheckAnswers
from handlers.check_feedback import CheckFeedbackHandlers
from handlers.drift import DriftHandlers, DriftReading
from handlers.drift_drafts import Drafts as DriftDrafts
from handlers.drift_life import DriftLifeHandlers
from handlers.drift_over_time import DriftOverTimeHandlers
from handlers.drift_reporting import DriftReportHandlers, is_drift_choice, reports_drift
from handlers.drift_settings import DriftSettingsHandlers
from handlers.errors import ErrorHandler
from handlers.evaluation import EvaluationHandlers
from handlers.examples import ExampleHandlers
from handlers.help import HelpHandlers
from handlers.home import HomeHandlers
from handlers.lasting_ack import use_lasting_ack
from handlers.matching import (
    asks_for_drift,
    asks_what_drift_is,
    ignored,
    is_call_for_help,
    is_draft,
    says,
)
from handlers.outbox import DeliveryKind
from handlers.pictures import Pictures
from handlers.privacy import Handling, PrivacyHandlers
from handlers.retention import RetentionHandlers
from handlers.ritual_listeners import RitualUseCases, register_rituals
from handlers.setup import SetupHandlers
from handlers.setup_narrative import NarrativeHandlers
from handlers.stack import StackHandlers
from handlers.stack_editing import StackEditingHandlers
from handlers.stack_history import StackHistoryHandlers
from handlers.undelivered import UndeliveredHandlers


@dataclass(frozen=True)
class UseCases:
    """What the handlers call.

    `model_host` is where drafts are sent, None where no model is asked.
    """

    checks: Checks
    feedback: Feedback
    meter: Meter
    stacks: Stacks
    drafts: Drafts
    evaluations: Evaluations
    examples: Examples
    stewards: Stewards
    setup: Setup
    deliveries: Deliveries
    privacy: Privacy
    rereadings: Rereadings
    retention: Retention
    model_host: str | None
    outbox: Outbox
    drift_log: DriftLog
    drift_over_time: DriftOverTime
    drift_settings: DriftSettings
    drift_reports: DriftReports
    drift_triage: DriftTriage
    drift_links: DriftLinks
    drift_telling: DriftTelling
    drift_choices: DriftChoices
    drift_drafts: DriftDrafts
    home: Home
    champion: ChampionUseCases
    rituals: RitualUseCases
    now: Clock


def register(
    app: AsyncApp,
    use_cases: UseCases,
    answers: Answers,
    pictures: Pictures,
    delivery_kinds: Sequence[DeliveryKind] = (),
    *,
    forget_account: ForgetAccount = nothing_kept,
) -> None:
    """Register all listeners; of several for one trigger the first that matches is called."""
    app.use(use_lasting_ack)
    home = HomeHandlers(use_cases.home, use_cases.stewards, use_cases.deliveries)
    app.event("app_home_opened")(home.on_opened)
    _register_drift(app, use_cases, pictures, home)
    _register_drift_reporting(app, use_cases, home)
    register_champion(app, use_cases.champion, answers, home, forget_account)
    register_rituals(app, use_cases.rituals, answers, home)
    _register_check(app, use_cases, answers, home)
    _register_setup(app, SetupHandlers(use_cases.setup), NarrativeHandlers(use_cases.setup))
    _register_stack(app, use_cases)
    _register_examples(app, use_cases)
    _register_undelivered(app, UndeliveredHandlers(use_cases.outbox, delivery_kinds), home)
    _register_privacy(app, use_cases, answers)
    help_ = HelpHandlers(
        answers,
        use_cases.deliveries,
        use_cases.setup,
        use_cases.stewards,
        use_cases.model_host,
    )
    _register_help(app, help_)
    app.event("message")(ignored)
    app.error(ErrorHandler(answers, use_cases.deliveries, use_cases.stewards).handle)


def _register_check(
    app: AsyncApp, use_cases: UseCases, answers: Answers, home: HomeHandlers
) -> None:
    check_answers = CheckAnswers(use_cases.checks, answers)
    check = CheckHandlers(use_cases.checks, answers, check_answers)
    app.command("/coherence", matchers=[says("check")])(check.on_command)
    app.shortcut({"type": "shortcut", "callback_id": "check_draft"})(check.on_global_shortcut)
    app.shortcut({"type": "message_action", "callback_id": "check_message"})(
        check.on_message_shortcut
    )
    app.action(home_blocks.CHECK_ACTION)(home.then_home(check.on_global_shortcut))
    app.view(FORM_CALLBACK)(check.on_form_submitted)
    app.action(check_answer.EDIT_ACTION)(check.on_edit)
    app.action(check_answer.EDIT_ABOVE_ACTION)(check.on_edit_above)
    app.action(check_answer.REWRITE_ACTION)(check.on_rewrite)
    app.action(check_answer.AGAIN_ACTION)(check.on_check_again)
    app.event("message", matchers=[is_draft])(check.on_direct_message)

    feedback = CheckFeedbackHandlers(use_cases.feedback, check_answers)
    app.action(check_answer.FINDING_ACTION)(feedback.on_finding)
    app.view(check_feedback.DISMISS_CALLBACK)(feedback.on_dismissed)
    app.action(check_answer.SET_ASIDE_ACTION)(feedback.on_set_aside)
    app.action(check_feedback.RESTORE_ACTION)(feedback.on_restore)


def _register_drift_reporting(app: AsyncApp, use_cases: UseCases, home: HomeHandlers) -> None:
    report = DriftReportHandlers(
        use_cases.drift_reports, use_cases.drift_choices, use_cases.checks, use_cases.drift_drafts
    )
    app.command("/coherence", matchers=[reports_drift])(report.on_command)
    app.shortcut({"type": "shortcut", "callback_id": "report_drift_anywhere"})(
        report.on_global_shortcut
    )
    app.shortcut({"type": "message_action", "callback_id": "report_drift"})(
        report.on_message_shortcut
    )
    app.action(home_blocks.REPORT_ACTION)(home.then_home(report.on_global_shortcut))
    # Before the other choices of a finding's menu.
    app.action(check_answer.FINDING_ACTION, matchers=[is_drift_choice])(report.on_finding)
    app.action(drift_report.ADD_ACTION)(report.on_add)
    app.action(drift_report.APART_ACTION)(report.on_apart)
    app.action(drift_report.JOURNEY_ACTION)(report.on_journey)
    app.view(drift_report.FORM_CALLBACK)(report.on_submitted)
    app.view(drift_report.DUPLICATES_CALLBACK)(report.on_another_thing)
    app.action(drift_report.ME_TOO_ACTION)(report.on_me_too)
    app.action(drift_report.BACK_ACTION)(report.on_back)


def _register_setup(app: AsyncApp, setup: SetupHandlers, narrative: NarrativeHandlers) -> None:
    app.command("/coherence", matchers=[says("setup")])(setup.on_command)
    app.action(setup_blocks.OPEN_ACTION)(setup.on_offer)
    app.action(setup_blocks.ADD_ACTION)(setup.on_add)
    app.action(setup_blocks.CHANGE_ACTION)(setup.on_change)
    app.action(setup_blocks.STEWARDS_ACTION)(setup.on_stewards)
    app.view(setup_blocks.JOURNEY_CALLBACK)(setup.on_journey_submitted)
    app.view(setup_blocks.STEWARDS_CALLBACK)(setup.on_stewards_submitted)

    app.action(setup_blocks.NARRATIVE_ACTION)(narrative.on_begin)
    app.action(narrative_blocks.PART_ACTION)(narrative.on_another_part)
    app.view(narrative_blocks.SOURCE_CALLBACK)(narrative.on_source_submitted)
    app.view(narrative_blocks.INTERVIEW_CALLBACK)(narrative.on_interview_submitted)
    app.view(narrative_blocks.FILE_CALLBACK)(narrative.on_file_submitted)
    app.view(narrative_blocks.PUBLISH_CALLBACK)(narrative.on_publish)


def _register_stack(app: AsyncApp, use_cases: UseCases) -> None:
    stack = StackHandlers(use_cases.stacks, use_cases.stewards, use_cases.rereadings)
    app.command("/coherence", matchers=[says("narrative")])(stack.on_command)

    editing = StackEditingHandlers(use_cases.drafts, use_cases.evaluations, use_cases.drift_log)
    app.command("/coherence", matchers=[says("edit")])(editing.on_command)
    app.action(stack_blocks.OPEN_ACTION)(editing.on_open)
    app.action(re.compile(f"^{editing_blocks.GO_PREFIX}"))(editing.on_go)
    app.action(editing_blocks.ADD_ACTION)(editing.on_form)
    app.action(editing_blocks.EDIT_ACTION)(editing.on_form)
    app.action(editing_blocks.MENU_ACTION)(editing.on_menu)
    app.view(stack_forms.FORM_CALLBACK)(editing.on_form_submitted)
    app.action(editing_blocks.CHANGES_ACTION)(editing.on_changes)
    app.view(changes_blocks.PUBLISH_CALLBACK)(editing.on_publish)
    app.action(editing_blocks.DISCARD_ACTION)(editing.on_discard)

    history = StackHistoryHandlers(use_cases.drafts)
    app.action(editing_blocks.HISTORY_ACTION)(history.on_open)
    app.action(re.compile(f"^{changes_blocks.PAGE_PREFIX}"))(history.on_page)
    app.action(changes_blocks.VERSION_ACTION)(history.on_version)
    app.action(changes_blocks.RESTORE_ACTION)(history.on_restore)


def _register_examples(app: AsyncApp, use_cases: UseCases) -> None:
    examples = ExampleHandlers(use_cases.examples, use_cases.checks, use_cases.stewards)
    app.shortcut({"type": "message_action", "callback_id": example_blocks.SHORTCUT})(
        examples.on_message_shortcut
    )
    app.action(example_blocks.PIN_ACTION)(examples.on_answer)
    app.action(example_blocks.JOURNEY_ACTION)(examples.on_journey_chosen)
    app.view(example_blocks.FORM_CALLBACK)(examples.on_form_submitted)

    evaluation = EvaluationHandlers(use_cases.evaluations, use_cases.drafts)
    app.action(evaluation_blocks.OPEN_ACTION)(evaluation.on_open)
    app.action(evaluation_blocks.RUN_ACTION)(evaluation.on_run)


def _register_undelivered(
    app: AsyncApp, undelivered: UndeliveredHandlers, home: HomeHandlers
) -> None:
    app.command("/coherence", matchers=[says("undelivered")])(undelivered.on_command)
    app.action(home_blocks.UNDELIVERED_ACTION)(home.then_home(undelivered.on_open))
    app.action(undelivered_blocks.AGAIN_ACTION)(undelivered.on_again)
    app.action(undelivered_blocks.LET_GO_ACTION)(undelivered.on_let_go)


def _register_privacy(app: AsyncApp, use_cases: UseCases, answers: Answers) -> None:
    privacy = PrivacyHandlers(
        use_cases.privacy,
        Handling(use_cases.retention, use_cases.meter, use_cases.stewards, use_cases.model_host),
        answers,
    )
    app.command("/coherence", matchers=[says("privacy")])(privacy.on_command)
    app.action(ERASE_ACTION)(privacy.on_erase)
    app.event("app_uninstalled", middleware=[privacy.erase_workspace])(privacy.on_uninstalled)
    app.event("tokens_revoked")(privacy.on_tokens_revoked)

    retention = RetentionHandlers(use_cases.retention)
    app.action(retention_blocks.OPEN_ACTION)(retention.on_open)
    app.view(retention_blocks.FORM_CALLBACK)(retention.on_form_submitted)
    app.view(retention_blocks.CONFIRM_CALLBACK)(retention.on_confirmed)


def _register_help(app: AsyncApp, help_: HelpHandlers) -> None:
    app.event("message", matchers=[is_call_for_help])(help_.on_direct_message)
    app.command("/coherence", matchers=[asks_what_drift_is])(help_.on_drift)
    # Last of the commands: it also answers the words that nobody knows.
    app.command("/coherence")(help_.on_command)


def _register_drift(
    app: AsyncApp, use_cases: UseCases, pictures: Pictures, home: HomeHandlers
) -> None:
    settings = use_cases.drift_settings
    reading = DriftReading(use_cases.drift_log, settings, use_cases.stacks, use_cases.now)
    drift = DriftHandlers(reading)
    app.command("/coherence", matchers=[asks_for_drift])(drift.on_command)
    app.action(home_blocks.DRIFT_ACTION)(home.then_home(drift.on_list))
    app.action(re.compile(f"^{drift_blocks.FILTER_PREFIX}"))(drift.on_filter)
    app.action(re.compile(f"^{drift_blocks.PAGE_PREFIX}"))(drift.on_page)
    app.action(drift_blocks.CLEAR_ACTION)(drift.on_clear)
    app.view(drift_blocks.FIND_CALLBACK)(drift.on_find)
    app.action(drift_blocks.OPEN_ACTION)(drift.on_open)
    app.action(drift_detail.OPEN_HERE_ACTION)(drift.on_open_here)

    over_time = DriftOverTimeHandlers(use_cases.drift_over_time, reading, pictures)
    app.action(drift_blocks.OVER_TIME_ACTION)(over_time.on_open)
    app.action(drift_over_time.BY_ACTION)(over_time.on_by)
    choosing = DriftSettingsHandlers(settings)
    app.action(drift_blocks.SETTINGS_ACTION)(choosing.on_open)
    app.action(drift_settings.JOURNEY_ACTION)(choosing.on_journey)
    app.view(drift_settings.CALLBACK)(choosing.on_submitted)

    life = DriftLifeHandlers(
        reading, use_cases.drift_triage, use_cases.drift_links, use_cases.drift_reports
    )
    app.action(drift_detail.TAKE_ACTION)(life.on_take)
    app.action(drift_detail.FIXING_ACTION)(life.on_fixing)
    app.action(drift_detail.WAKE_ACTION)(life.on_wake)
    app.action(drift_detail.REMOVE_ACTION)(life.on_remove_copy)
    app.action(drift_detail.UNLINK_ACTION)(life.on_unlink)
    app.action(re.compile(f"^{drift_detail.FORM_PREFIX}"))(life.on_form)
    app.view(drift_forms.TRIAGE_CALLBACK)(life.on_triaged)
    app.view(drift_forms.RESOLVE_CALLBACK)(life.on_resolved)
    app.view(drift_forms.REOPEN_CALLBACK)(life.on_reopened)
    app.view(drift_forms.SNOOZE_CALLBACK)(life.on_snoozed)
    app.view(drift_forms.LINK_CALLBACK)(life.on_linked)
