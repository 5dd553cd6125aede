"""The example company: Larkfield, who make an invoicing app for small workshops."""

from datetime import UTC, date, datetime, time, timedelta

from sandbox.clock import MICROSECONDS, Clock, as_ts
from sandbox.company_messages import SAID, Said
from sandbox.messages import Message
from sandbox.typed_text import escaped, rich_text
from sandbox.user_groups import UserGroup
from sandbox.world import IM, Channel, Member, World

FIRST_PERSON = "U0MAYA"
SATURDAY = 5

MEMBERS = (
    Member(
        "U0MAYA", "maya", "Maya Okafor", "Product manager", is_admin=True, avatar_color="#7a4b94"
    ),
    Member(
        "U0TOM", "tom", "Tom Bergström", "Marketing", tz="Europe/Stockholm", avatar_color="#2a7f62"
    ),
    Member("U0PRIYA", "priya", "Priya Nair", "Customer success", avatar_color="#b3541e"),
    Member("U0LUIS", "luis", "Luis Romero", "Sales", tz="Europe/Madrid", avatar_color="#9c2f4b"),
    Member(
        "U0HANNA",
        "hanna",
        "Hanna Weiss",
        "Founder",
        is_admin=True,
        is_owner=True,
        tz="Europe/Berlin",
        avatar_color="#1f5f8b",
    ),
    Member("U0SAM", "sam", "Sam Doyle", "Designer", avatar_color="#5b6b1f"),
    Member("U0RELEASE", "releases", "Release notes", "", is_bot=True, avatar_color="#555b66"),
)
TEAM_MATES = {member.id for member in MEMBERS if not member.is_bot}

CHANNELS = (
    ("C0ONBOARD", "onboarding", "From sign-up to the first paid invoice", True, TEAM_MATES),
    ("C0DRAFTS", "marketing-drafts", "Words before they go out", True, TEAM_MATES),
    ("C0SALES", "sales", "Calls, quotes and follow-ups", True, TEAM_MATES),
    ("C0SUPPORT", "support", "What our workshops ask", True, TEAM_MATES),
    ("C0GENERAL", "general", "Everybody", False, TEAM_MATES),
    ("C0RANDOM", "random", "Sawdust and bike grease", False, TEAM_MATES),
)
GROUPS = (("S0CHAMPION", "champion", "Coherence champion", ["U0HANNA"]),)
RELEASE_BOT_ID = "B0RELEASE"


def furnish(world: World, clock: Clock) -> None:
    """Fill an empty workspace with the example company."""
    app = world.app
    bot = Member(app.bot_user_id, _handle(app.name), app.name, is_bot=True)
    world.members.update({member.id: member for member in (*_copies(), bot)})
    started = int(clock.now()) - 400 * 86_400
    for channel_id, name, topic, has_app, members in CHANNELS:
        with_app = members | ({bot.id} if has_app else set())
        world.channels[channel_id] = Channel(
            channel_id, name, topic, members=with_app, created=started, creator="U0HANNA"
        )
    for group_id, handle, name, people in GROUPS:
        world.groups[group_id] = UserGroup(group_id, handle, name, list(people))
    for user in sorted(TEAM_MATES):
        direct = Channel(f"D{user[1:]}", "", kind=IM, members={user, bot.id}, created=started)
        world.channels[direct.id] = direct
    _say_all(world, clock)


def _copies() -> list[Member]:
    return [Member(**vars(member)) for member in MEMBERS]


def _handle(name: str) -> str:
    return name.lower().replace(" ", "_")


def _say_all(world: World, clock: Clock) -> None:
    today = datetime.fromtimestamp(clock.now(), UTC).date()
    stamps: dict[str, str] = {}
    for n, said in enumerate(SAID):
        ts = as_ts(_moment(said, today) * MICROSECONDS + n)
        stamps[said.key] = ts
        world.messages.add(_message(said, ts, stamps.get(said.reply_to), world))


def _moment(said: Said, today: date) -> int:
    """Return when it was said, in seconds: in the working hours of one of the last days."""
    day = today
    for _ in range(said.days_ago):
        day -= timedelta(days=1)
        while day.weekday() >= SATURDAY:
            day -= timedelta(days=1)
    return int(datetime.combine(day, time.fromisoformat(said.at), UTC).timestamp())


def _message(said: Said, ts: str, thread_ts: str | None, world: World) -> Message:
    text = escaped(said.text, world)
    typed = [rich_text(text)] if text and not said.blocks else []
    return Message(
        said.channel,
        ts,
        said.user,
        text,
        blocks=[{**block, "block_id": f"b{n}"} for n, block in enumerate(said.blocks or typed)],
        bot_id=RELEASE_BOT_ID if said.user == "U0RELEASE" else None,
        thread_ts=thread_ts,
        subtype="file_share" if said.files else None,
        files=list(said.files),
    )
