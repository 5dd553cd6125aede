import pytest

from sandbox.server import RunningSandbox
from sandbox.typed_text import entities_only, escaped, rich_text


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("R&D < 3 > 2", "R&amp;D &lt; 3 &gt; 2"),
        ("ask @tom about it", "ask <@U0TOM> about it"),
        ("ask @tomorrow", "ask @tomorrow"),
        ("maya@tom.example", "maya@tom.example"),
        ("in #sales.", "in <#C0SALES|sales>."),
        ("in #nowhere", "in #nowhere"),
        ("<!channel> free", "&lt;!channel&gt; free"),
        ("see https://a.example/?x=1&y=2, please", "see <https://a.example/?x=1&amp;y=2>, please"),
        ("(https://a.example/#sales)", "(<https://a.example/#sales>)"),
        ("", ""),
    ],
)
def test_typed_text_is_sent_as_slacks_clients_send_it(
    sandbox: RunningSandbox, typed: str, sent: str
) -> None:
    assert escaped(typed, sandbox.world) == sent


def test_commands_without_should_escape_get_entities_only() -> None:
    assert entities_only("@tom & <b>") == "@tom &amp; &lt;b&gt;"


def test_a_typed_message_carries_its_rich_text() -> None:
    block = rich_text("A &amp; B: <@U0TOM> in <#C0SALES|sales>, <https://a.example/?x&amp;y>")
    assert block["elements"][0]["elements"] == [
        {"type": "text", "text": "A & B: "},
        {"type": "user", "user_id": "U0TOM"},
        {"type": "text", "text": " in "},
        {"type": "channel", "channel_id": "C0SALES"},
        {"type": "text", "text": ", "},
        {"type": "link", "url": "https://a.example/?x&y"},
    ]
