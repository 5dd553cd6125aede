import pytest

from bot.bootstrap import Application
from bot.clock import system_clock
from coherence.stack.example import example_stack
from coherence.stack.versions import PublishedStack, Stacks
from sandbox.server import RunningSandbox
from tests.support.people import ONBOARDING, Person


@pytest.fixture
async def onboarding(bot: Application, slack: RunningSandbox) -> PublishedStack:
    """The example narrative, published for the channel #onboarding."""
    published = await Stacks(bot.database, system_clock).import_draft(
        slack.world.team.id,
        example_stack(),
        author="hanna",
        channels=[ONBOARDING],
        publish_note="The first version we all agree on",
    )
    assert isinstance(published, PublishedStack)
    return published


@pytest.fixture
def maya(slack: RunningSandbox) -> Person:
    return Person(slack, "U0MAYA")


@pytest.fixture
def tom(slack: RunningSandbox) -> Person:
    return Person(slack, "U0TOM")
