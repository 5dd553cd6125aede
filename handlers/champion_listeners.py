"""What people do about the champion's duty, a line for each trigger."""

import re
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from coherence.champion.calendars import ChampionCalendars, ChampionFeeds
from coherence.champion.duty import ChampionDuty
from coherence.champion.handover import ChampionHandovers
from coherence.champion.invitations import ChampionInvitations
from coherence.champion.mine import ChampionDuties
from coherence.champion.passing import ChampionPasses
from coherence.champion.people import ChampionPeople
from coherence.champion.profiles import Profiles
from coherence.champion.requests import RequestKind
from coherence.champion.rotas import ChampionRotas
from coherence.champion.service import ChampionServices
from coherence.champion.stepping_in import ChampionStepIns
from coherence.champion.surface_choice import SurfaceChoices
from coherence.champion.surfaces import ChampionSurfaces
from coherence.champion.swaps import ChampionSwaps
from coherence.champion.telling import ChampionTelling
from coherence.clock import Clock
from coherence.stewards import Stewards
from handlers.answers import Answers
from handlers.blocks import (
    champion_actions,
    champion_mine,
    champion_rota,
    champion_round,
    champion_surfaces,
    champion_swap,
)
from handlers.blocks import champion_calendar as calendar_blocks
from handlers.blocks import champion_duty as duty_blocks
from handlers.champion_accounts import ChampionPeopleHandlers, ForgetAccount
from handlers.champion_calendar import ChampionCalendarHandlers
from handlers.champion_duty import ChampionDutyHandlers
from handlers.champion_invitations import InvitationHandlers
from handlers.champion_mine import ChampionMineHandlers
from handlers.champion_passing import ChampionPassingHandlers
from handlers.champion_rota import ChampionRotaHandlers
from handlers.champion_round import ChampionRoundHandlers
from handlers.champion_surface_form import ChampionSurfaceHandlers
from handlers.champion_swap import ChampionSwapHandlers
from handlers.home import HomeHandlers
from handlers.matching import asks_champion, says


@dataclass(frozen=True)
class ChampionUseCases:
    """What the handlers of the champion's duty call.

    `public_url` is how the bot's web server is reached, None where it isn't.
    """

    swaps: ChampionSwaps
    passes: ChampionPasses
    step_ins: ChampionStepIns
    people: ChampionPeople
    telling: ChampionTelling
    duty: ChampionDuty
    calendars: ChampionCalendars
    feeds: ChampionFeeds
    rotas: ChampionRotas
    duties: ChampionDuties
    invitations: ChampionInvitations
    handovers: ChampionHandovers
    services: ChampionServices
    surfaces: ChampionSurfaces
    surface_choices: SurfaceChoices
    stewards: Stewards
    profiles: Profiles
    public_url: str | None
    now: Clock


def register_champion(
    app: AsyncApp,
    champion: ChampionUseCases,
    answers: Answers,
    home: HomeHandlers,
    forget_account: ForgetAccount,
) -> None:
    """Register the listeners of the champion's duty; the more special words of a command come first."""
    _register_rota(app, champion, answers)
    _register_swap(app, champion)
    _register_duty(app, champion, answers)
    _register_round(app, champion, home)
    _register_surfaces(app, champion)
    people = ChampionPeopleHandlers(champion.people, forget_account)
    app.event("user_change")(people.on_user_change)


def _register_swap(app: AsyncApp, champion: ChampionUseCases) -> None:
    swap = ChampionSwapHandlers(champion.swaps)
    app.action(champion_actions.SWAP)(swap.on_swap)
    app.action(champion_actions.COVER)(swap.on_cover)
    for kind in RequestKind:
        app.view(champion_swap.ASK_CALLBACKS[kind])(swap.on_asked)
    app.action(champion_actions.WITHDRAW)(swap.on_withdraw)
    app.action(champion_actions.ACCEPT)(swap.on_accept)
    app.view(champion_swap.ACCEPT_CALLBACK)(swap.on_accepted)
    app.action(champion_actions.REFUSE)(swap.on_refuse)

    passing = ChampionPassingHandlers(champion.passes, champion.step_ins)
    app.action(champion_actions.SIT_OUT)(passing.on_sit_out)
    app.view(champion_swap.SIT_OUT_CALLBACK)(passing.on_sat_out)
    app.action(champion_actions.STEP_IN)(passing.on_step_in)
    app.view(champion_swap.STEP_IN_CALLBACK)(passing.on_stepped_in)
    app.action(champion_swap.HAND_BACK_ACTION)(passing.on_hand_back)


def _register_duty(app: AsyncApp, champion: ChampionUseCases, answers: Answers) -> None:
    duty = ChampionDutyHandlers(champion.duty, champion.stewards, answers)
    app.command("/coherence", matchers=[says("champion")])(duty.on_command)
    app.action(duty_blocks.CARD_ACTION)(duty.on_card)
    app.action(duty_blocks.MORE_ACTION)(duty.on_more)
    app.action(champion_actions.TERMS)(duty.on_terms)
    app.action(re.compile(f"^{duty_blocks.PAGE_PREFIX}"))(duty.on_page)
    app.action(champion_actions.WHY)(duty.on_why)

    calendar = ChampionCalendarHandlers(champion.feeds, champion.public_url)
    app.action(champion_actions.CALENDAR)(calendar.on_open)
    app.action(calendar_blocks.MAKE_ACTION)(calendar.on_make)
    app.action(calendar_blocks.STOP_ACTION)(calendar.on_stop)


def _register_rota(app: AsyncApp, champion: ChampionUseCases, answers: Answers) -> None:
    rota = ChampionRotaHandlers(champion.rotas, champion.now)
    app.command("/coherence", matchers=[asks_champion("rota")])(rota.on_command)
    app.action(champion_actions.SET_UP)(rota.on_open)
    app.view(champion_rota.FORM_CALLBACK)(rota.on_form_submitted)
    app.action(champion_rota.ORDER_ACTION)(rota.on_order)
    app.view(champion_rota.PREVIEW_CALLBACK)(rota.on_saved)

    invitations = InvitationHandlers(
        champion.invitations,
        champion.duties,
        champion.profiles,
        answers,
        champion.now,
    )
    app.action(champion_actions.JOIN)(invitations.on_join)
    app.action(champion_actions.DECLINE)(invitations.on_decline)

    mine = ChampionMineHandlers(champion.duties)
    app.command("/coherence", matchers=[asks_champion("me", "mine")])(mine.on_command)
    app.action(champion_actions.MINE)(mine.on_open)
    app.action(champion_mine.PAUSE_ACTION)(mine.on_pause)
    app.action(champion_mine.RESUME_ACTION)(mine.on_resume)
    app.action(champion_mine.LEAVE_ROTA_ACTION)(mine.on_leave_rota)
    app.action(champion_mine.MESSAGES_ACTION)(mine.on_messages)
    app.action(champion_mine.ADD_LEAVE_ACTION)(mine.on_add_leave)
    app.view(champion_mine.LEAVE_CALLBACK)(mine.on_leave_submitted)
    app.action(champion_mine.REMOVE_LEAVE_ACTION)(mine.on_remove_leave)
    app.action(champion_mine.COUNTRY_ACTION)(mine.on_country)
    app.view(champion_mine.COUNTRY_CALLBACK)(mine.on_country_submitted)


def _register_round(app: AsyncApp, champion: ChampionUseCases, home: HomeHandlers) -> None:
    duty = ChampionRoundHandlers(champion.services, champion.handovers)
    app.action(champion_actions.ACKNOWLEDGE)(home.then_home(duty.on_acknowledge))
    app.action(champion_actions.NOTES)(duty.on_notes)
    app.view(champion_round.NOTES_CALLBACK)(duty.on_notes_submitted)
    app.action(champion_actions.LOOK_BACK)(duty.on_look_back)
    app.view(champion_round.LOOK_BACK_CALLBACK)(duty.on_looked_back)
    app.action(champion_actions.GUIDE)(duty.on_guide)


def _register_surfaces(app: AsyncApp, champion: ChampionUseCases) -> None:
    surfaces = ChampionSurfaceHandlers(champion.surface_choices)
    app.action(champion_actions.SURFACES)(surfaces.on_open)
    app.options(champion_surfaces.GROUP_ACTION)(surfaces.on_search)
    app.view(champion_surfaces.FORM_CALLBACK)(surfaces.on_submitted)
