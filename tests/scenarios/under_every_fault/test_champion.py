"""Ways into the champion's rota and duty under every fault of Slack's."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.clock import system_clock
from coherence.champion.announcing import NEXT
from coherence.champion.letters import Letter, mark, to_person
from coherence.champion.loading import load_rota
from coherence.champion.requests import RequestKind
from coherence.champion.swaps import Wish
from coherence.stewards import Person as Who
from handlers.champion_place import ChampionPlace
from sandbox.messages import Message
from tests.support.crossing import Act, Crossing, WayIn, with_action
from tests.support.insider import Insider
from tests.support.rotas import TOM, add_rota, weekly

pytestmark = pytest.mark.usefixtures("onboarding")


async def take_turns(maya: Insider) -> tuple[str, datetime]:
    """Be in a rota with Tom; returns the journey and the beginning of one's own next term."""
    journey, now, database = await maya.journey(), system_clock(), maya.bot.database
    await add_rota(database, journey.id, [maya.id, TOM], channel_id=None)
    async with database.reading() as session:
        rota = await load_rota(session, maya.team, journey.id)
    coming = (term for term in rota.coming_of(maya.id, now, 2) if term.start > now)
    return journey.id, next(coming).start


async def be_asked(maya: Insider) -> Message:
    """Be asked by Tom to swap a term."""
    journey_id, _ = await take_turns(maya)
    tom = Who(maya.team, TOM)
    swaps = maya.bot.use_cases.champion.swaps
    asking = await swaps.asking(tom, journey_id, RequestKind.SWAP)
    await swaps.ask(tom, Wish(journey_id, "r", RequestKind.SWAP, asking.terms[0].start))
    return await maya.direct_answer()


async def on_duty(maya: Insider) -> Message:
    """Be on duty in the journey of #onboarding, and see the card with all of its buttons."""
    journey = await maya.journey()
    yesterday = maya.day_after(-1)
    await add_rota(maya.bot.database, journey.id, [maya.id, TOM], weekly(start=yesterday))
    await maya.command("champion")
    await maya.press(await maya.private_answer(), "champion_more")
    return await maya.message_with("champion_calendar")


async def serve(maya: Insider, action_id: str) -> Message:
    """Be on duty since three days ago, and have a message with this button about it."""
    journey = await maya.journey()
    start = datetime.combine(maya.in_days(0), time.min, UTC) - timedelta(days=3)
    settings = weekly("UTC", start=f"{start - timedelta(weeks=1):%Y-%m-%d}", handover="00:00")
    await add_rota(maya.bot.database, journey.id, [TOM, maya.id], settings, channel_id=None)
    return maya.posted(maya.direct_channel, {action_id: ChampionPlace(journey.id, start).text()})


async def champion_pass_opened(maya: Insider) -> Act:
    letter = await term_letter(maya)
    return lambda: maya.press(letter, "champion_sit_out")


async def champion_passed(maya: Insider) -> Act:
    await (await champion_pass_opened(maya))()
    form = await maya.filled_form()
    return lambda: maya.submit(form)


async def champion_cover_opened(maya: Insider) -> Act:
    letter = await term_letter(maya)
    return lambda: maya.press(letter, "champion_cover")


async def champion_cover_asked(maya: Insider) -> Act:
    await (await champion_cover_opened(maya))()
    form = await maya.filled_form()
    return lambda: maya.submit(form)


async def champion_request_opened(maya: Insider) -> Act:
    request = await be_asked(maya)
    return lambda: maya.press(request, "champion_accept")


async def champion_request_accepted(maya: Insider) -> Act:
    await (await champion_request_opened(maya))()
    form = await maya.filled_form()
    return lambda: maya.submit(form)


async def term_letter(maya: Insider) -> Message:
    """A letter that says that a term has become theirs."""
    journey_id, start = await take_turns(maya)
    about = {"what": NEXT, "start": mark(start), "reader": maya.id}
    letter = to_person(Letter.CHANGED, journey_id, mark(start), maya.id, **about)
    await maya.have_sent(letter)
    return await maya.message_with("You're next as champion", maya.direct_channel)


async def champion_asked(maya: Insider) -> Act:
    await on_duty(maya)
    return lambda: maya.command("champion tomorrow")


async def champion_in_full(maya: Insider) -> Act:
    await on_duty(maya)
    await maya.command("champion tomorrow")
    card = await maya.message_with("champion_more")
    return lambda: maya.press(card, "champion_more")


async def champion_table(maya: Insider) -> Act:
    await on_duty(maya)
    return lambda: maya.command("champion table")


async def champion_terms(maya: Insider) -> Act:
    card = await on_duty(maya)
    return lambda: maya.press(card, "champion_terms")


async def champion_page(maya: Insider) -> Act:
    await maya.press(await on_duty(maya), "champion_terms")
    table = await with_action(maya, "champion_page_8")
    return lambda: maya.press(table, "champion_page_8")


async def champion_why(maya: Insider) -> Act:
    card = await on_duty(maya)
    return lambda: maya.press(card, "champion_why")


async def champion_calendar(maya: Insider) -> Act:
    card = await on_duty(maya)
    return lambda: maya.press(card, "champion_calendar")


async def champion_calendar_made(maya: Insider) -> Act:
    await (await champion_calendar(maya))()
    window = await with_action(maya, "champion_feed_make")
    return lambda: maya.press(window, "champion_feed_make")


async def champion_calendar_stopped(maya: Insider) -> Act:
    await (await champion_calendar_made(maya))()
    window = await with_action(maya, "champion_feed_stop")
    return lambda: maya.press(window, "champion_feed_stop")


async def champion_surfaces_opened(maya: Insider) -> Act:
    card = await on_duty(maya)
    return lambda: maya.press(card, "champion_surfaces")


async def champion_surfaces_saved(maya: Insider) -> Act:
    await (await champion_surfaces_opened(maya))()
    form = await maya.modal_showing("Channel topic")
    return lambda: maya.submit(form, topic=["topic"])


async def command_rota(maya: Insider) -> Act:
    return lambda: maya.command("champion rota")


async def rota_previewed(maya: Insider) -> Act:
    await maya.command("champion rota")
    form = await maya.modal_showing("Who takes turns")
    return lambda: maya.submit(form, **{"members@0": [maya.id, TOM]})


async def rota_saved(maya: Insider) -> Act:
    submit = await rota_previewed(maya)
    await submit()
    preview = await maya.modal_showing("The order.")
    return lambda: maya.submit(preview)


async def own_duty(maya: Insider) -> Act:
    save = await rota_saved(maya)
    await save()
    await maya.modal_showing("is saved")
    maya.slack.slack.views.close_all(maya.id)
    return lambda: maya.command("champion me")


async def own_duty_paused(maya: Insider) -> Act:
    open_duty = await own_duty(maya)
    await open_duty()
    duty = await maya.modal_showing("Nothing noted.")
    return lambda: maya.press(duty, "champion_mine_pause")


async def days_away_told(maya: Insider) -> Act:
    open_duty = await own_duty(maya)
    await open_duty()
    await maya.press(await maya.modal_showing("Nothing noted."), "champion_mine_add_leave")
    form = await maya.modal_showing("First day away")
    day = maya.day_after(3)
    return lambda: maya.submit(form, first=day, last=day)


async def champion_acknowledged(maya: Insider) -> Act:
    message = await serve(maya, "champion_acknowledge")
    return lambda: maya.press(message, "champion_acknowledge")


async def champion_notes_opened(maya: Insider) -> Act:
    message = await serve(maya, "champion_notes")
    return lambda: maya.press(message, "champion_notes")


async def champion_notes_left(maya: Insider) -> Act:
    await (await champion_notes_opened(maya))()
    form = await maya.modal_showing("What should the next champion know?")
    return lambda: maya.submit(form, notes="The pricing page is with Tom")


async def champion_look_back_opened(maya: Insider) -> Act:
    message = await serve(maya, "champion_look_back")
    return lambda: maya.press(message, "champion_look_back")


async def champion_looked_back(maya: Insider) -> Act:
    await (await champion_look_back_opened(maya))()
    form = await maya.modal_showing("How heavy was it?")
    return lambda: maya.submit(form, weight="2", change="Shorter")


async def champion_guide(maya: Insider) -> Act:
    message = await serve(maya, "champion_guide")
    return lambda: maya.press(message, "champion_guide")


WAYS_IN: dict[WayIn, str] = {
    command_rota: "ChampionRotaHandlers.on_command",
    rota_previewed: "ChampionRotaHandlers.on_form_submitted",
    rota_saved: "ChampionRotaHandlers.on_saved",
    own_duty: "ChampionMineHandlers.on_command",
    own_duty_paused: "ChampionMineHandlers.on_pause",
    days_away_told: "ChampionMineHandlers.on_leave_submitted",
    champion_pass_opened: "ChampionPassingHandlers.on_sit_out",
    champion_passed: "ChampionPassingHandlers.on_sat_out",
    champion_cover_opened: "ChampionSwapHandlers.on_cover",
    champion_cover_asked: "ChampionSwapHandlers.on_asked",
    champion_request_opened: "ChampionSwapHandlers.on_accept",
    champion_request_accepted: "ChampionSwapHandlers.on_accepted",
    champion_asked: "ChampionDutyHandlers.on_command",
    champion_in_full: "ChampionDutyHandlers.on_more",
    champion_table: "ChampionDutyHandlers.on_command",
    champion_terms: "ChampionDutyHandlers.on_terms",
    champion_page: "ChampionDutyHandlers.on_page",
    champion_why: "ChampionDutyHandlers.on_why",
    champion_calendar: "ChampionCalendarHandlers.on_open",
    champion_calendar_made: "ChampionCalendarHandlers.on_make",
    champion_calendar_stopped: "ChampionCalendarHandlers.on_stop",
    champion_surfaces_opened: "ChampionSurfaceHandlers.on_open",
    champion_surfaces_saved: "ChampionSurfaceHandlers.on_submitted",
    champion_acknowledged: "Home: ChampionRoundHandlers.on_acknowledge",
    champion_notes_opened: "ChampionRoundHandlers.on_notes",
    champion_notes_left: "ChampionRoundHandlers.on_notes_submitted",
    champion_look_back_opened: "ChampionRoundHandlers.on_look_back",
    champion_looked_back: "ChampionRoundHandlers.on_looked_back",
    champion_guide: "ChampionRoundHandlers.on_guide",
}

# The form and the message that asked.
CHANGE_TWO_PLACES = {
    champion_request_accepted,
    champion_passed,
    champion_cover_asked,
    champion_notes_left,
    champion_looked_back,
}


@pytest.mark.parametrize("way_in", WAYS_IN, ids=lambda way_in: way_in.__name__)
async def test_every_way_into_the_champions_duty_stands_up_to_every_fault(
    maya: Insider, crossing: Crossing, way_in: WayIn, fault: str
) -> None:
    answers = 2 if way_in in CHANGE_TWO_PLACES else 1
    await crossing.play(maya, way_in, WAYS_IN[way_in], fault, answers=answers)
