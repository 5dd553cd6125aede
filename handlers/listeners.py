"""Every trigger the bot listens to, a line each."""

import re
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from coherence.check import Checks
from coherence.deliveries import Deliveries
from coherence.stack.drafts import Drafts
from coherence.stack.versions import Stacks
from coherence.stewards import Stewards
from handlers.answers import Answers
from handlers.blocks import stack as stack_blocks
from handlers.blocks import stack_changes as changes_blocks
from handlers.blocks import stack_editing as editing_blocks
from handlers.blocks import stack_forms
from handlers.blocks.check import EDIT_ACTION, FORM_CALLBACK
from handlers.check import CheckHandlers
from handlers.errors import ErrorHandler
from handlers.help import HelpHandlers
from handlers.lasting_ack import use_lasting_ack
from handlers.matching import ignored, is_call_for_help, is_draft, says
from handlers.stack import StackHandlers
from handlers.stack_editing import StackEditingHandlers
from handlers.stack_history import StackHistoryHandlers


@dataclass(frozen=True)
class UseCases:
    """What the handlers call."""

    checks: Checks
    stacks: Stacks
    drafts: Drafts
    stewards: Stewards
    deliveries: Deliveries


def register(app: AsyncApp, use_cases: UseCases, answers: Answers) -> None:
    """Register all listeners; of several for one trigger the first that matches is called."""
    check = CheckHandlers(use_cases.checks, answers)
    stack = StackHandlers(use_cases.stacks, use_cases.stewards)
    editing = StackEditingHandlers(use_cases.drafts)
    history = StackHistoryHandlers(use_cases.drafts)
    help_ = HelpHandlers(answers, use_cases.deliveries)

    app.use(use_lasting_ack)

    app.command("/coherence", matchers=[says("check")])(check.on_command)
    app.command("/coherence", matchers=[says("narrative")])(stack.on_command)
    app.command("/coherence", matchers=[says("edit")])(editing.on_command)
    app.command("/coherence")(help_.on_command)

    app.shortcut({"type": "shortcut", "callback_id": "check_draft"})(check.on_global_shortcut)
    app.shortcut({"type": "message_action", "callback_id": "check_message"})(
        check.on_message_shortcut
    )

    app.view(FORM_CALLBACK)(check.on_form_submitted)
    app.action(EDIT_ACTION)(check.on_edit)

    app.action(stack_blocks.OPEN_ACTION)(editing.on_open)
    app.action(re.compile(f"^{editing_blocks.GO_PREFIX}"))(editing.on_go)
    app.action(editing_blocks.ADD_ACTION)(editing.on_form)
    app.action(editing_blocks.EDIT_ACTION)(editing.on_form)
    app.action(editing_blocks.MENU_ACTION)(editing.on_menu)
    app.view(stack_forms.FORM_CALLBACK)(editing.on_form_submitted)
    app.action(editing_blocks.CHANGES_ACTION)(editing.on_changes)
    app.view(changes_blocks.PUBLISH_CALLBACK)(editing.on_publish)
    app.action(editing_blocks.DISCARD_ACTION)(editing.on_discard)

    app.action(editing_blocks.HISTORY_ACTION)(history.on_open)
    app.action(re.compile(f"^{changes_blocks.PAGE_PREFIX}"))(history.on_page)
    app.action(changes_blocks.VERSION_ACTION)(history.on_version)
    app.action(changes_blocks.RESTORE_ACTION)(history.on_restore)

    app.event("message", matchers=[is_call_for_help])(help_.on_direct_message)
    app.event("message", matchers=[is_draft])(check.on_direct_message)
    app.event("message")(ignored)

    app.error(ErrorHandler(answers, use_cases.deliveries).handle)
