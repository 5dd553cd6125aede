"""What `coherence doctor` says of the model: it asks the endpoint one small question."""

from bot.diagnosis import Finding, State, bad, good
from bot.model_request import Rung
from bot.openai_judge import CallFailed, OpenAIJudge, open_judge
from bot.settings import Settings
from coherence.assessment import NotJudged
from coherence.judge import Answer, JudgeFailed, Prompt, parse_reply
from coherence.prompt import REPLY_SCHEMA

NAME = "model"
QUESTION = Prompt(
    system=(
        "This is a test of the connection. Answer with the JSON object "
        '{"status": "ok", "assessments": []} and nothing else.'
    ),
    user="Are you there?",
    schema=REPLY_SCHEMA,
    cache_key="coherence-doctor",
)

_REPLIES = {
    Rung.SCHEMA: "structured replies",
    Rung.OBJECT: "replies in JSON, but not by a schema",
    Rung.PLAIN: "replies as plain text only",
}
_ADVICE = {
    NotJudged.QUOTA_SPENT: "see the account's limits and payment at the endpoint",
    NotJudged.BUSY: "try again later, or raise the account's limits at the endpoint",
    NotJudged.TIMEOUT: "choose a faster model, or raise COHERENCE_MODEL_SECONDS",
    NotJudged.UNREACHABLE: (
        "see that this machine may call it, and that OPENAI_BASE_URL and the proxy are right"
    ),
}
_ANOTHER_MODEL = "choose another model with COHERENCE_MODEL"


async def examine_model(settings: Settings) -> Finding:
    """Say whether the model answers and in which form, or what is wrong and what to do."""
    async with open_judge(settings) as judge:
        if judge is None:
            detail = "without OPENAI_API_KEY checks run on rules"
            return Finding(NAME, State.NOT_CHECKED, detail)
        try:
            return _answered(judge, await judge.ask(QUESTION))
        except JudgeFailed as failed:
            return _failed(failed, settings)


def _answered(judge: OpenAIJudge, answer: Answer) -> Finding:
    # Some endpoints take a schema and do not keep to it.
    try:
        parse_reply(answer.content)
    except JudgeFailed:
        return bad(
            NAME, f"{judge.model} does not answer in the form it is asked for", _ANOTHER_MODEL
        )
    return good(NAME, f"{judge.model} answers; the endpoint gives {_REPLIES[judge.rung]}")


def _failed(failed: JudgeFailed, settings: Settings) -> Finding:
    if failed.reason is NotJudged.MISCONFIGURED:
        status = failed.status if isinstance(failed, CallFailed) else None
        return bad(NAME, *_misconfigured(status, settings))
    advice = _ADVICE.get(failed.reason, _ANOTHER_MODEL)
    return bad(NAME, _detail(failed.reason, settings), advice)


def _detail(reason: NotJudged, settings: Settings) -> str:
    details = {
        NotJudged.QUOTA_SPENT: "the account at the endpoint has nothing left",
        NotJudged.BUSY: "the endpoint takes no more requests for now",
        NotJudged.TIMEOUT: f"{settings.model} did not answer within {settings.model_seconds:g} seconds",
        NotJudged.UNREACHABLE: f"{settings.openai_base_url} can't be reached or fails",
    }
    return details.get(reason, f"{settings.model} gives no usable answer ({reason.value})")


def _misconfigured(status: int | None, settings: Settings) -> tuple[str, str]:
    """What is wrong and what to do, by the status of the endpoint's answer."""
    match status:
        case 401 | 403:
            return (
                f"the endpoint refuses OPENAI_API_KEY ({status})",
                f"copy the key again, and see that it may use {settings.model}",
            )
        case 404:
            return (
                f"the endpoint does not know {settings.model}, or is not at this address (404)",
                "see that COHERENCE_MODEL and OPENAI_BASE_URL are right; most addresses end in /v1",
            )
        case None:
            return (
                "the endpoint can't be asked with these settings",
                "see that the proxy in the environment is an HTTP proxy",
            )
        case _:
            return (
                f"the endpoint does not take the question ({status})",
                "see that OPENAI_BASE_URL is right, and that the model takes chat completions",
            )
