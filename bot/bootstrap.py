"""The composition root: everything the bot is made of is built here, and only here."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from bot.calendar_feed import ReadCalendar
from bot.champion import Foundation, champion_accounts, champion_deliveries, make_champion
from bot.chart import draw_aside
from bot.clock import make_clock, system_clock
from bot.databases import open_database
from bot.errors import InvalidSettings, SlackRefused
from bot.interruptible_judge import InterruptibleJudge
from bot.metering import make_meter, model_host
from bot.openai_judge import open_judge
from bot.rereader import Rereader
from bot.rituals import make_rituals, ritual_deliveries, ritual_rounds, ritual_schedules
from bot.settings import Settings, Transport, missing_for_run
from bot.slack import (
    DRAIN_SECONDS,
    Arrivals,
    InFlight,
    SocketHandler,
    answer_retry_handlers,
    make_client,
    open_session,
    socket_handler,
)
from bot.timetable import product_timetable
from bot.web import Readiness
from bot.worker import Timetable, Worker
from coherence.accounts import IsHere, everybody_is_here
from coherence.champion.people import LookUp, nobody_known
from coherence.champion.profiles import Profiles, unknown_profile
from coherence.champion.round import ChampionRounds
from coherence.check import Checks
from coherence.clock import Clock
from coherence.deliveries import Deliveries
from coherence.drift.access import DriftAccess, Membership, in_no_channel
from coherence.drift.choices import DriftChoices
from coherence.drift.digest_times import arrange_all_digests
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
from coherence.judge import Judge
from coherence.outbox import Outbox, Pace
from coherence.privacy import Privacy
from coherence.rereading import Rereadings
from coherence.rereading_news import RereadingNews
from coherence.retention import Retention
from coherence.schedules import ScheduleKind, Schedules
from coherence.setup import Setup
from coherence.stack.drafts import Drafts
from coherence.stack.versions import Stacks
from coherence.stewards import Standing, Stewards
from coherence.usage import Meter
from handlers.accounts import Accounts
from handlers.answers import Answers
from handlers.champion_accounts import look_up_in_slack
from handlers.champion_accounts_round import ChampionAccountsRound
from handlers.champion_calendar import CalendarFeeds
from handlers.champion_people import profiles_in_slack
from handlers.champion_surfaces import ChampionSurfaceRound
from handlers.drift_drafts import Drafts as DriftDrafts
from handlers.drift_letters import DriftLetters
from handlers.listeners import UseCases, register
from handlers.membership import membership_in_slack
from handlers.outbox import Sender
from handlers.people_names import PeopleNames
from handlers.pictures import Pictures
from handlers.rereading import RereadingTeller
from handlers.ritual_channels import deserted_in_slack
from handlers.sent_before import Own
from handlers.standing import standing_in_slack
from storage.database import Database
from storage.migrations.upgrade import upgrade
from storage.workspaces import register_workspace

DATABASE_SECONDS = 2.0
"""How long a database may take to answer before it counts as not answering."""

# Slack's names for a token whose app may have been uninstalled.
_GONE = frozenset({"account_inactive", "token_revoked"})

MODEL_GRACE_SECONDS = DRAIN_SECONDS / 2
"""How long a bot that stops still waits for a model; then what waits is answered by the rules alone."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Application:
    """The running bot's parts."""

    settings: Settings
    database: Database
    use_cases: UseCases
    bolt: AsyncApp
    in_flight: InFlight
    worker: Worker
    arrivals: Arrivals
    socket: SocketHandler | None
    judge: InterruptibleJudge | None
    rereader: Rereader
    read_calendar: ReadCalendar | None
    surfaces: ChampionSurfaceRound
    accounts: ChampionAccountsRound

    def take_no_more_work(self) -> None:
        """Leave what arrives over the socket from now on to Slack, which delivers it again."""
        if self.socket is not None:
            self.socket.stopping = True

    async def readiness(self) -> Readiness:
        """What works: the database, the worker, and under Socket Mode the connection to Slack."""
        parts = {"database": await self._database_answers(), "worker": self.worker.works}
        if self.socket is not None:
            parts["socket"] = not self.socket.stopping and await self.socket.client.is_connected()
        return Readiness(parts, self.arrivals.last_event_seconds)

    async def _database_answers(self) -> bool:
        try:
            async with asyncio.timeout(DATABASE_SECONDS), self.database.reading() as session:
                await session.exec(select(1))
        except (SQLAlchemyError, TimeoutError):
            return False
        return True


def make_use_cases(
    database: Database,
    now: Clock,
    standing: Standing,
    appointed: Collection[str],
    *,
    judge: Judge | None,
    meter: Meter,
    membership: Membership = in_no_channel,
    look_up: LookUp = nobody_known,
    profiles: Profiles = unknown_profile,
    is_here: IsHere = everybody_is_here,
    model_host: str | None = None,
    public_url: str | None = None,
    pace: Pace | None = None,
) -> UseCases:
    """The use cases on a database and a clock; for the rest see `Stewards`, `Checks` and `UseCases`."""
    checks = Checks(database, now, judge, meter)
    evaluations = Evaluations(database, now, judge, meter)
    stacks = Stacks(database, now)
    stewards = Stewards(database, now, standing, appointed)
    rereadings = Rereadings(database, now, judge, meter)
    outbox = Outbox(database, now, system_clock, stewards, pace)
    foundation = Foundation(database, now, stewards, outbox, appointed)
    champion = make_champion(foundation, look_up, profiles, public_url)
    access = DriftAccess(stewards, membership, champion.duty.is_on_duty)
    telling = DriftTelling(database, outbox, now)
    drafts = Drafts(database, now, stewards, rereadings.wake, telling.tell)
    examples = Examples(drafts, now)
    drift_drafts = DriftDrafts(lambda: now().timestamp())

    def forget(workspace_id: str) -> None:
        for holder in (checks, evaluations, examples, rereadings, drift_drafts):
            holder.forget(workspace_id)

    return UseCases(
        checks=checks,
        feedback=Feedback(database, now, checks, stewards),
        meter=meter,
        stacks=stacks,
        drafts=drafts,
        examples=examples,
        stewards=stewards,
        setup=Setup(database, now, stewards, stacks, rereadings.wake),
        evaluations=evaluations,
        deliveries=Deliveries(database, now),
        privacy=Privacy(database, now, forget=forget),
        retention=Retention(database, now, stewards, forget=forget),
        model_host=model_host,
        outbox=outbox,
        rereadings=rereadings,
        drift_log=DriftLog(database, now, access),
        drift_over_time=DriftOverTime(database, now),
        drift_settings=DriftSettings(database, stewards),
        drift_reports=DriftReports(database, now, access),
        drift_triage=DriftTriage(database, now, access, telling.tell, is_here),
        drift_links=DriftLinks(database, now, access, telling.tell),
        drift_telling=telling,
        drift_choices=DriftChoices(database),
        drift_drafts=drift_drafts,
        home=Home(database, now),
        champion=champion,
        rituals=make_rituals(foundation, is_here),
        now=now,
    )


@asynccontextmanager
async def start(
    settings: Settings,
    now: Clock | None = None,
    timetable: Timetable | None = None,
    *,
    pace: Pace | None = None,
) -> AsyncIterator[Application]:
    """Build the bot, connect it, and take it apart again: running listeners finish first.

    `timetable` is what time triggers, the product's own if none is given, which keeps to `pace`. Raises
    InvalidSettings or SlackRefused before anything is connected.
    """
    if missing := missing_for_run(settings):
        raise InvalidSettings(*missing)
    clock = now or make_clock(settings.clock_file)
    async with AsyncExitStack() as stack:
        database = open_database(settings)
        stack.push_async_callback(database.close)
        await upgrade(database)
        session = await stack.enter_async_context(open_session())
        opened = await stack.enter_async_context(open_judge(settings))
        judge = InterruptibleJudge(opened) if opened else None
        client = make_client(settings.slack_bot_token, settings.slack_api_url, session)
        pictures = Pictures(client, session, draw_aside)
        application = await _build(
            settings,
            clock,
            database,
            session,
            judge=judge,
            pictures=pictures,
            timetable=timetable
            or replace(product_timetable(settings, database, clock, pictures), pace=pace or Pace()),
        )
        stack.push_async_callback(_stop, application)
        await _connect(application)
        yield application


async def identify(settings: Settings, client: AsyncWebClient) -> AuthorizeResult:
    """Ask Slack who we are. Raises SlackRefused."""
    with _refusals(
        "SLACK_BOT_TOKEN",
        "copy the bot token from the app's “OAuth & Permissions” page",
        settings,
    ):
        who = await client.auth_test()
    return AuthorizeResult(
        enterprise_id=who.get("enterprise_id"),
        team_id=who["team_id"],
        team=who.get("team"),
        bot_user_id=who["user_id"],
        bot_id=who.get("bot_id"),
        bot_token=client.token,
    )


@contextmanager
def _refusals(token: str, hint: str, settings: Settings) -> Iterator[None]:
    """Turn what Slack answers to a wrong token, or does not answer at all, into one sentence."""
    try:
        yield
    except SlackApiError as error:
        reason = str(error.response.get("error"))
        refused = f"Slack refused {token} ({reason}): {hint} (docs/install.md)."
        raise SlackRefused(refused, *_if_gone(reason)) from None
    except (aiohttp.ClientError, TimeoutError):
        raise SlackRefused(f"Slack can't be reached at {settings.slack_api_url}.") from None


def _if_gone(reason: str) -> list[str]:
    if reason not in _GONE:
        return []
    return [
        (
            "If the app was uninstalled while the bot was stopped, “coherence erase” removes what "
            "is still kept (docs/privacy.md)."
        )
    ]


async def _build(
    settings: Settings,
    clock: Clock,
    database: Database,
    session: aiohttp.ClientSession,
    *,
    judge: InterruptibleJudge | None,
    pictures: Pictures,
    timetable: Timetable,
) -> Application:
    client = make_client(settings.slack_bot_token, settings.slack_api_url, session)
    identity = await identify(settings, client)
    async with database.transaction() as transaction:
        await register_workspace(
            transaction, str(identity.team_id), identity.team or "", now=clock()
        )
        await arrange_all_digests(transaction, str(identity.team_id), now=clock())
    bolt = _make_bolt(settings, make_client(None, settings.slack_api_url, session), identity)
    in_flight, arrivals = InFlight(), Arrivals()
    bolt.listener_runner.listener_start_handler = in_flight
    bolt.use(arrivals.note)
    accounts = Accounts(client)
    use_cases = make_use_cases(
        database,
        clock,
        standing_in_slack(client),
        settings.stewards,
        judge=judge,
        meter=make_meter(settings, database, clock),
        membership=membership_in_slack(client),
        look_up=look_up_in_slack(client),
        profiles=profiles_in_slack(client),
        is_here=accounts.is_here,
        model_host=model_host(settings),
        public_url=settings.public_url,
        pace=timetable.pace,
    )
    answers = Answers(session, answer_retry_handlers)
    kinds = [
        *timetable.deliveries,
        DriftLetters(use_cases.drift_telling).kind,
        *champion_deliveries(use_cases.champion),
        *ritual_deliveries(
            use_cases.rituals,
            pictures,
            deserted_in_slack(client, str(identity.bot_user_id)),
        ),
    ]
    register(bolt, use_cases, answers, pictures, kinds, forget_account=accounts.forget)
    socket = None
    if settings.transport is Transport.SOCKET and settings.slack_app_token is not None:
        web_client = make_client(settings.slack_app_token, settings.slack_api_url, session)
        socket = socket_handler(bolt, settings.slack_app_token, web_client, in_flight)
    speaker = make_client(
        settings.slack_bot_token, settings.slack_api_url, session, tries_again=False
    )
    sender = Sender(
        use_cases.outbox,
        speaker,
        Own(str(identity.team_id), identity.bot_id),
        {kind.name: kind for kind in kinds},
    )
    surfaces = ChampionSurfaceRound(use_cases.champion.surfaces, speaker)
    champions_accounts = champion_accounts(database, clock, use_cases.champion)
    worker = Worker(
        database,
        clock,
        make_schedules(database, clock, timetable, *ritual_schedules(use_cases.rituals)),
        sender,
        use_cases.retention,
        rounds=[
            *timetable.rounds,
            champions_accounts,
            _champion_rounds(use_cases, settings, database, clock),
            *ritual_rounds(use_cases.rituals),
            surfaces,
        ],
        tick_seconds=timetable.tick_seconds,
    )
    rereader = _make_rereader(use_cases, database, clock, speaker, identity)
    return Application(
        settings,
        database,
        use_cases,
        bolt,
        in_flight,
        worker,
        arrivals,
        socket,
        judge,
        rereader,
        _calendar_reader(settings, use_cases, client, str(identity.team_id)),
        surfaces,
        champions_accounts,
    )


def _calendar_reader(
    settings: Settings, use_cases: UseCases, client: AsyncWebClient, workspace_id: str
) -> ReadCalendar | None:
    if settings.public_url is None:
        return None
    feeds = CalendarFeeds(
        workspace_id,
        use_cases.champion.feeds,
        use_cases.champion.calendars,
        PeopleNames(client),
    )
    return feeds.read


def _champion_rounds(
    use_cases: UseCases, settings: Settings, database: Database, now: Clock
) -> ChampionRounds:
    return ChampionRounds(database, now, system_clock, use_cases.outbox, settings.stewards)


def _make_rereader(
    use_cases: UseCases,
    database: Database,
    now: Clock,
    client: AsyncWebClient,
    identity: AuthorizeResult,
) -> Rereader:
    news = RereadingNews(database, now, use_cases.rereadings, use_cases.stewards)
    teller = RereadingTeller(news, client, identity.bot_id)
    return Rereader(use_cases.rereadings, teller, str(identity.team_id))


def make_schedules(
    database: Database, now: Clock, timetable: Timetable, *more: ScheduleKind
) -> Schedules:
    """The use cases around schedules, for the kinds of a timetable and `more`."""
    kinds = [*timetable.schedules, *more]
    return Schedules(database, now, system_clock, kinds, timetable.next_time)


def _make_bolt(settings: Settings, client: AsyncWebClient, identity: AuthorizeResult) -> AsyncApp:
    async def authorize(team_id: str | None) -> AuthorizeResult | None:
        # One deployment serves one workspace; to Bolt, None means "not installed there".
        return identity if team_id == identity.team_id else None

    secret = settings.slack_signing_secret
    return AsyncApp(
        name="coherence-champion",
        client=client,
        authorize=authorize,  # type: ignore[arg-type]
        signing_secret=secret.get_secret_value() if secret else None,
    )


async def _connect(application: Application) -> None:
    application.worker.start()
    application.rereader.start()
    if application.socket is None:
        return
    client = application.socket.client
    hint = "it needs an app-level token with the scope connections:write"
    with _refusals("SLACK_APP_TOKEN", hint, application.settings):
        # connect() would retry a bad token for ever; this asks once.
        await client.web_client.apps_connections_open(app_token=client.app_token)
    await client.connect()  # type: ignore[no-untyped-call]


async def _stop(application: Application) -> None:
    application.take_no_more_work()
    await application.rereader.stop()
    await application.worker.stop()
    await application.surfaces.drain()
    await application.accounts.drain()
    # Listeners that run may still have to ack, so the socket stays open until they are done.
    unfinished = await _finish_listeners(application)
    if application.socket is not None:
        await application.socket.client.close()  # type: ignore[no-untyped-call]
    if unfinished:
        log.warning("stopped_with_unfinished_work", listeners=unfinished)


async def _finish_listeners(application: Application) -> int:
    """Wait for running listeners; return how many did not finish."""
    if application.judge is None:
        return await application.in_flight.drain()
    await application.in_flight.drain(MODEL_GRACE_SECONDS)
    application.judge.interrupt()
    return await application.in_flight.drain(DRAIN_SECONDS - MODEL_GRACE_SECONDS)
