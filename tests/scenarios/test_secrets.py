"""Whatever a model's endpoint answers, the key and the draft's words stay where they belong."""

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp import web

from bot.bootstrap import Application, start
from bot.clock import system_clock
from bot.settings import Settings
from coherence.check_policy import Keep
from coherence.check_result import CheckRequest, CheckResult
from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks
from sandbox.server import RunningSandbox
from storage.policies import CheckPolicy, save_policy
from tests.storage.holdings import everything_written
from tests.support import model_scripts as scripts
from tests.support.model_scripts import Behaviour, Turn
from tests.support.model_server import KEY, ModelServer
from tests.support.people import ONBOARDING, Person, eventually, text_of

SECRET_WORDS = "Geheimnisvolle Kundschaft"
DRAFT = (
    f"{SECRET_WORDS}: ring us at weekends, it is guaranteed, and we reach out to reach out to you."
)
WRITER = "U0MAYA"
LIBRARIES = ("", "openai", "openai._base_client", "httpx2", "httpcore2", "asyncio", "slack_bolt")


def echoes(code: int, *, error: str = "") -> Behaviour:
    """Answer with an error that repeats all that was sent, the key and the question too."""

    async def behave(turn: Turn) -> web.StreamResponse:
        sent = {"headers": dict(turn.http.headers), "body": turn.question.body}
        message = f"Incorrect API key provided: {KEY}. You sent: {json.dumps(sent)}"
        described = {
            "message": message,
            "type": "invalid_request_error",
            "code": error,
            "param": KEY,
        }
        return web.json_response({"error": described, "input": sent}, status=code)

    return behave


FAILURES = {
    "401": echoes(401, error="invalid_api_key"),
    "400": echoes(400),
    "404": echoes(404, error="model_not_found"),
    "422": echoes(422),
    "429": echoes(429, error="insufficient_quota"),
    "500": echoes(500),
    "a redirect": scripts.redirects("http://127.0.0.1:9/v1/chat/completions"),
    "a page": scripts.garbage(f"<title>{KEY} {DRAFT}</title>".encode(), "text/html"),
    "garbage": scripts.garbage(KEY.encode()),
    "another shape": scripts.sends({"choices": [{"message": {"content": [KEY, DRAFT]}}]}),
    "prose": scripts.replies(f"{KEY} {DRAFT}"),
    "a cut answer": scripts.truncates(30, f'{{"status": "{KEY}", "{DRAFT}": '),
    "a refusal": scripts.refuses(),
    "a closed connection": scripts.drops(),
    "a broken answer": scripts.drops(KEY.encode()),
    "silence": scripts.hangs(),
}


@pytest.fixture
def judged_settings(judged_settings: Settings) -> Settings:
    return judged_settings.model_copy(update={"model_seconds": 1.0})


@pytest.fixture
def raw_logs() -> Iterator[io.StringIO]:
    """All records of all libraries, at DEBUG and before the bot's own redaction."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    before = {name: logging.getLogger(name).level for name in LIBRARIES}
    logging.getLogger().addHandler(handler)
    for name in LIBRARIES[:-1]:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield heard
    logging.getLogger().removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
async def judged_bot(
    slack: RunningSandbox, judged_settings: Settings, logged: io.StringIO
) -> AsyncIterator[Application]:
    async with start(judged_settings) as application:
        await slack.until_connected()
        stacks = Stacks(application.database, system_clock)
        await stacks.import_draft(
            slack.world.team.id,
            example_stack(),
            author="hanna",
            channels=[ONBOARDING],
            publish_note="First",
        )
        yield application


async def checked(bot: Application, slack: RunningSandbox) -> CheckResult:
    """Check the draft as the handlers do, and let the model complete the answer."""
    request = CheckRequest(slack.world.team.id, WRITER, DRAFT, ONBOARDING)
    result = await bot.use_cases.checks.check(request)
    assert result is not None
    return await bot.use_cases.checks.judge(result)


def everything_shown(slack: RunningSandbox, person: Person) -> str:
    messages = [*person.seen(ONBOARDING), *person.direct_answers()]
    shown = [str(message.text) + text_of(message.blocks) for message in messages]
    return "\n".join([*shown, str(person.modal.content) if person.modal else ""])


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
async def test_no_failure_brings_the_key_or_the_draft_where_they_do_not_belong(
    judged_bot: Application,
    slack: RunningSandbox,
    model: ModelServer,
    maya: Person,
    logged: io.StringIO,
    raw_logs: io.StringIO,
    failure: Behaviour,
) -> None:
    model.always(failure)
    assert (await checked(judged_bot, slack)).found.unjudged is not None
    await maya.command(f"check {DRAFT}")
    await eventually(maya.private_answers)
    await judged_bot.in_flight.drain()
    for written in (logged.getvalue(), raw_logs.getvalue()):
        assert KEY not in written
        assert SECRET_WORDS not in written
    assert KEY not in everything_shown(slack, maya)
    assert KEY not in await everything_written(judged_bot.database)


@pytest.mark.parametrize("keep", [Keep.FINGERPRINTS, Keep.NOTHING])
async def test_where_texts_are_not_kept_no_word_of_a_judged_draft_is_on_record(
    judged_bot: Application, slack: RunningSandbox, model: ModelServer, keep: Keep
) -> None:
    async with judged_bot.database.transaction() as session:
        row = CheckPolicy(workspace_id=slack.world.team.id, keep=keep, keep_days=30)
        await save_policy(session, row)
    await checked(judged_bot, slack)
    assert len(model.requests) == 1
    written = await everything_written(judged_bot.database)
    for words in (SECRET_WORDS, "ring us at", "reach out to reach"):
        assert words not in written
    assert ("contradicts" in written) is (keep is Keep.FINGERPRINTS)


async def test_the_key_goes_to_the_endpoint_and_nowhere_else(
    judged_bot: Application, slack: RunningSandbox, model: ModelServer
) -> None:
    await checked(judged_bot, slack)
    [question] = model.requests
    assert question.headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in json.dumps(question.body)
    assert KEY not in repr(judged_bot.settings)
    assert WRITER not in json.dumps(question.body)


async def test_no_more_than_the_draft_and_the_narrative_leaves(
    judged_bot: Application, slack: RunningSandbox, model: ModelServer
) -> None:
    await checked(judged_bot, slack)
    [question] = model.requests
    sent = json.dumps(question.body, ensure_ascii=False)
    for private in (
        WRITER,
        "Maya",
        "Okafor",
        slack.world.team.id,
        ONBOARDING,
        "hanna",
        "Marketing",
    ):
        assert private not in sent
