"""The `files.*` methods: what a file is, and how the app hands one over."""

from sandbox.arguments import number, text_of
from sandbox.local_slack import LocalSlack
from sandbox.wire import Json, SlackError

MOST_ALT_TEXT = 1_000
NOT_SHARED = "[ERROR] the sandbox keeps files that blocks show, and shares none in a channel"


def info(slack: LocalSlack, args: Json) -> Json:
    """Return one file."""
    return {"file": slack.files.find(text_of(args, "file")).described, "comments": []}


def upload_url(slack: LocalSlack, args: Json) -> Json:
    """Return the id that a file will have, and where its bytes are to be sent."""
    if len(text_of(args, "alt_txt")) > MOST_ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    file_id, address = slack.uploads.begin(
        text_of(args, "filename"), number(args, "length", 0, "missing_argument")
    )
    return {"upload_url": address, "file_id": file_id}


def complete_upload(slack: LocalSlack, args: Json) -> Json:
    """Make files of what was sent."""
    if args.keys() & {"channel_id", "channels", "initial_comment", "thread_ts", "blocks"}:
        raise SlackError("invalid_arguments", NOT_SHARED)
    given = args["files"]
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise SlackError("invalid_arguments", "[ERROR] must be an array [json-pointer:/files]")
    user = slack.world.app.bot_user_id
    return {
        "files": [
            slack.uploads.complete(text_of(each, "id"), text_of(each, "title"), user)
            for each in given
        ]
    }
