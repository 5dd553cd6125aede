"""`auth.test`, `api.test`, `apps.connections.open` and the `users.*` methods."""

from sandbox.arguments import text_of
from sandbox.local_slack import LocalSlack
from sandbox.paging import page
from sandbox.wire import Json, SlackError
from sandbox.world import user_object


def api_test(_: LocalSlack, args: Json) -> Json:
    """Answer, or fail as asked."""
    if args.get("error"):
        raise SlackError(text_of(args, "error"), args=args)
    return {"args": args}


def auth_test(slack: LocalSlack, _: Json) -> Json:
    """Return who the token belongs to."""
    world = slack.world
    return {
        "url": f"{slack.url}/",
        "team": world.team.name,
        "user": world.members[world.app.bot_user_id].name,
        "team_id": world.team.id,
        "user_id": world.app.bot_user_id,
        "bot_id": world.app.bot_id,
        "is_enterprise_install": False,
    }


def open_connection(slack: LocalSlack, _: Json) -> Json:
    """Return the address of a new Socket Mode connection, good for one use."""
    ticket = slack.socket_mode.new_ticket()
    address = slack.url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={slack.world.app.id}"}


def info(slack: LocalSlack, args: Json) -> Json:
    """Return one member."""
    member = slack.world.members.get(text_of(args, "user"))
    if member is None:
        raise SlackError("user_not_found")
    return {"user": user_object(member, slack.world.team)}


def list_users(slack: LocalSlack, args: Json) -> Json:
    """Return all members, bots and deactivated ones included."""
    everybody = list(slack.world.members.values())
    listed, metadata = page(everybody, args, default=200)
    return {"members": [user_object(m, slack.world.team) for m in listed], **metadata}
