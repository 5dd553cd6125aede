"""`files.info`: what a file is called and where its content is."""

from sandbox.arguments import text_of
from sandbox.local_slack import LocalSlack
from sandbox.wire import Json


def info(slack: LocalSlack, args: Json) -> Json:
    """Return one file."""
    return {"file": slack.files.find(text_of(args, "file")).described, "comments": []}
