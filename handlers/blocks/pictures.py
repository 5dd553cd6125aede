"""Uploaded pictures in Block Kit."""

from slackblocks import ImageBlock, SlackFile

MAX_ALT_TEXT = 2_000


def picture_block(file_id: str, alt_text: str) -> ImageBlock:
    """A picture; another one has another block id, so that Slack shows it where it is replaced."""
    return ImageBlock(
        slack_file=SlackFile(None, file_id),
        alt_text=alt_text[:MAX_ALT_TEXT],
        block_id=f"picture_{file_id}",
    )
