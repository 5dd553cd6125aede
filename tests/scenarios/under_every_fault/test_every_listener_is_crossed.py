"""Which of the bot's listeners somebody reaches in a test under every fault, and which nobody does yet."""

from tests.scenarios.under_every_fault import (
    test_champion,
    test_checks,
    test_drift_log,
    test_drift_reporting,
    test_narrative,
    test_rituals,
    test_workspace,
)
from tests.support.listening import all_listeners

SUBJECTS = (
    test_champion,
    test_checks,
    test_drift_log,
    test_drift_reporting,
    test_narrative,
    test_rituals,
    test_workspace,
)
CROSSED = {listener for subject in SUBJECTS for listener in subject.WAYS_IN.values()}

# They need a model: tests/scenarios/test_judged_under_every_fault.py.
JUDGED = {"CheckHandlers.on_check_again", "CheckHandlers.on_rewrite"}

# Slack tells of these, and nobody waits for an answer.
ANSWERS_NOBODY = {
    "ChampionPeopleHandlers.on_user_change",
    "PrivacyHandlers.on_tokens_revoked",
    "PrivacyHandlers.on_uninstalled",
    "ignored",
}

# A new listener belongs into one of the subjects, not here.
NOT_CROSSED = {
    "ChampionDutyHandlers.on_card",
    "ChampionMineHandlers.on_add_leave",
    "ChampionMineHandlers.on_country",
    "ChampionMineHandlers.on_country_submitted",
    "ChampionMineHandlers.on_leave_rota",
    "ChampionMineHandlers.on_messages",
    "ChampionMineHandlers.on_open",
    "ChampionMineHandlers.on_remove_leave",
    "ChampionMineHandlers.on_resume",
    "ChampionPassingHandlers.on_hand_back",
    "ChampionPassingHandlers.on_step_in",
    "ChampionPassingHandlers.on_stepped_in",
    "ChampionRotaHandlers.on_open",
    "ChampionRotaHandlers.on_order",
    "ChampionSurfaceHandlers.on_search",
    "ChampionSwapHandlers.on_refuse",
    "ChampionSwapHandlers.on_swap",
    "ChampionSwapHandlers.on_withdraw",
    "CheckHandlers.on_edit_above",
    "DriftSettingsHandlers.on_journey",
    "ExampleHandlers.on_journey_chosen",
    "Home: DriftHandlers.on_list",
    "Home: DriftReportHandlers.on_global_shortcut",
    "Home: UndeliveredHandlers.on_open",
    "InvitationHandlers.on_decline",
    "InvitationHandlers.on_join",
    "NarrativeHandlers.on_another_part",
    "NarrativeHandlers.on_begin",
    "NarrativeHandlers.on_file_submitted",
    "NarrativeHandlers.on_interview_submitted",
    "NarrativeHandlers.on_publish",
    "NarrativeHandlers.on_source_submitted",
    "RitualAnswerHandlers.on_names_page",
    "RitualReviewHandlers.on_take_over",
    "RitualSetupHandlers.on_end",
    "RitualSetupHandlers.on_resume",
    "SetupHandlers.on_change",
    "SetupHandlers.on_offer",
    "SetupHandlers.on_stewards",
    "SetupHandlers.on_stewards_submitted",
    "StackEditingHandlers.on_changes",
    "StackEditingHandlers.on_discard",
    "StackEditingHandlers.on_form",
    "StackEditingHandlers.on_go",
    "StackEditingHandlers.on_menu",
    "StackEditingHandlers.on_open",
    "StackHistoryHandlers.on_open",
    "StackHistoryHandlers.on_page",
    "StackHistoryHandlers.on_restore",
    "StackHistoryHandlers.on_version",
}


def test_every_listener_is_crossed_with_every_fault_or_named_as_left_out() -> None:
    assert all_listeners() - CROSSED == JUDGED | ANSWERS_NOBODY | NOT_CROSSED


def test_ways_in_lead_to_listeners_that_there_are() -> None:
    assert all_listeners() >= CROSSED | JUDGED
