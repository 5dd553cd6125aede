"""What the champion's duty is made of, and what it sends."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.clock import system_clock
from coherence.champion.calendars import ChampionCalendars, ChampionFeeds
from coherence.champion.duty import ChampionDuty
from coherence.champion.handover import ChampionHandovers
from coherence.champion.invitations import ChampionInvitations
from coherence.champion.mine import ChampionDuties
from coherence.champion.next_up import NextUp
from coherence.champion.passing import ChampionPasses
from coherence.champion.people import ChampionPeople, LookUp
from coherence.champion.profiles import Profiles
from coherence.champion.rotas import ChampionRotas
from coherence.champion.round import CHANNEL
from coherence.champion.service import ChampionServices
from coherence.champion.stepping_in import ChampionStepIns
from coherence.champion.surface import SurfaceKind
from coherence.champion.surface_choice import SurfaceChoices
from coherence.champion.surfaces import ChampionSurfaces
from coherence.champion.swaps import ChampionSwaps
from coherence.champion.telling import ChampionTelling
from coherence.clock import Clock
from coherence.outbox import Outbox
from coherence.stewards import Stewards
from handlers.champion_accounts_round import ChampionAccountsRound
from handlers.champion_invitations import InvitationLetters
from handlers.champion_listeners import ChampionUseCases
from handlers.champion_round_letters import ChampionRoundLetters
from handlers.champion_steward_letters import ChampionStewardLetters, ChannelTroubleLetters
from handlers.champion_surface_letters import SurfaceTroubleLetters
from handlers.champion_swap_letters import ChampionSwapLetters
from handlers.outbox import DeliveryKind
from storage.database import Database


@dataclass(frozen=True)
class Foundation:
    """What the use cases stand on; `appointed` are the settings' stewards."""

    database: Database
    now: Clock
    stewards: Stewards
    outbox: Outbox
    appointed: Collection[str]


def make_champion(
    on: Foundation, look_up: LookUp, profiles: Profiles, public_url: str | None
) -> ChampionUseCases:
    """The use cases of the champion's duty."""
    database, now, stewards, outbox = on.database, on.now, on.stewards, on.outbox
    return ChampionUseCases(
        swaps=ChampionSwaps(database, now, outbox),
        passes=ChampionPasses(database, now, outbox),
        step_ins=ChampionStepIns(database, now, outbox, stewards),
        people=ChampionPeople(database, now, outbox, stewards, look_up),
        telling=ChampionTelling(database, now),
        duty=ChampionDuty(database, now),
        calendars=ChampionCalendars(database, now),
        feeds=ChampionFeeds(database, now),
        rotas=ChampionRotas(database, now, stewards, outbox, profiles),
        duties=ChampionDuties(database, now),
        invitations=ChampionInvitations(database, now, outbox),
        handovers=ChampionHandovers(database, now),
        services=ChampionServices(database, now),
        surfaces=ChampionSurfaces(database, now, system_clock, outbox, on.appointed),
        surface_choices=SurfaceChoices(database, now, stewards),
        stewards=stewards,
        profiles=profiles,
        public_url=public_url,
        now=now,
    )


def champion_deliveries(champion: ChampionUseCases) -> Sequence[DeliveryKind]:
    """What the duty has sent, and how each becomes words."""
    swap_letters = ChampionSwapLetters(champion.telling)
    surface_letters = SurfaceTroubleLetters(champion.surfaces)
    to_stewards = ChampionStewardLetters(
        {
            CHANNEL: ChannelTroubleLetters(champion.handovers).render,
            **swap_letters.to_stewards,
            **{kind.value: surface_letters.render for kind in SurfaceKind},
        }
    )
    return [
        *swap_letters.kinds,
        *InvitationLetters(champion.invitations).kinds,
        *ChampionRoundLetters(champion.handovers).kinds,
        to_stewards.kind,
    ]


def champion_accounts(
    database: Database, now: Clock, champion: ChampionUseCases
) -> ChampionAccountsRound:
    """What looks whether those who are about to serve are still there."""
    return ChampionAccountsRound(champion.people, NextUp(database, now), now)
