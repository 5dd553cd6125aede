"""The model that means well reads the prompt that the bot really sends."""

import pytest

from coherence.judge import ModelRelation, Reply, parse_reply
from coherence.prompt import REPLY_SCHEMA, make_prompt
from coherence.sentences import split_sentences
from coherence.stack.example import example_stack
from coherence.statements import statements_of
from tests.support.judges import judging
from tests.support.model_questions import check_strict_schema
from tests.support.model_server import ModelServer


async def replied(model: ModelServer, text: str) -> Reply:
    stack = example_stack()
    sentences = split_sentences(text, "en")
    prompt = make_prompt(stack, statements_of(stack, None), sentences, None, "1f2e3d")
    async with judging(model) as judge:
        reply = parse_reply((await judge.ask(prompt)).content)
    shown = {sentence.id: sentence.shown for sentence in sentences}
    against = {statement.id: statement.text for statement in statements_of(stack, None)}
    for remark in reply.assessments:
        assert remark.message_quote in shown[remark.sentence_id]
        assert remark.statement_quote in against[remark.statement_id]
    return reply


def test_the_reply_schema_is_one_that_the_real_api_takes() -> None:
    check_strict_schema(REPLY_SCHEMA)


@pytest.mark.parametrize(
    ("text", "statement", "relation"),
    [
        ("Welcome. Just ring us on Sundays.", "P4", ModelRelation.CONTRADICTS),
        ("It stays free forever.", "P2", ModelRelation.OVERPROMISES),
        ("You are paid instantly.", "P3", ModelRelation.OVERPROMISES),
        ("Your invoice goes out in five minutes.", "P1", ModelRelation.OVERPROMISES),
        ("You are guaranteed to get your money.", "X1", ModelRelation.CONTRADICTS),
        ("You need no accountant.", "X4", ModelRelation.CONTRADICTS),
        ("Time to tidy up your messy books.", "T2", ModelRelation.OFF_TONE),
        ("Build dashboards for your quarterly reports.", "N1", ModelRelation.DRIFTS),
        ("Send your first invoice today.", "N1", ModelRelation.CONSISTENT),
    ],
)
async def test_it_holds_the_example_company_to_its_word(
    model: ModelServer, text: str, statement: str, relation: ModelRelation
) -> None:
    [remark] = (await replied(model, text)).assessments
    assert (remark.statement_id, remark.relation) == (statement, relation)


async def test_what_the_narrative_does_not_mention_is_no_matter_to_it(model: ModelServer) -> None:
    reply = await replied(model, "We bought a new coffee machine for the office.")
    assert (reply.status, reply.assessments) == ("ok", ())


async def test_a_language_it_does_not_know_it_does_not_judge(model: ModelServer) -> None:
    reply = await replied(model, "Wir versprechen jedem Kunden sein Geld noch heute.")
    assert reply.status == "cannot_judge"


async def test_the_narrative_is_known_already_the_second_time(model: ModelServer) -> None:
    stack = example_stack()
    statements = statements_of(stack, None)
    async with judging(model) as judge:
        first, second = [
            await judge.ask(
                make_prompt(stack, statements, split_sentences(text, "en"), None, nonce)
            )
            for text, nonce in (("Hello there.", "1f"), ("Another message.", "2e"))
        ]
    assert first.usage.cached == 0
    assert second.usage.cached > second.usage.prompt * 0.9
