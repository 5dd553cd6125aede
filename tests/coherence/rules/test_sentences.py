import pytest

from coherence.rules import compile_stack, run_rules
from coherence.stack.document import Stack

STACK = compile_stack(
    Stack.model_validate(
        {
            "format": 1,
            "journey": "Test",
            "language": "en",
            "never": [
                {
                    "id": "X",
                    "text": "Nobody promises too much.",
                    "patterns": [
                        "guarantee*",
                        "unlimited",
                        "never lose",
                        "24/7",
                        "100% uptime",
                        "without limits",
                        "#1",
                    ],
                }
            ],
            "tone": [
                {
                    "id": "T",
                    "text": "Plain words.",
                    "avoid": ["game-changing", "seamless*", ":rocket:"],
                }
            ],
            "terms": [
                {
                    "id": "W",
                    "use": "workspace",
                    "instead_of": ["tenant", "seat", "end users", "folder", "instance"],
                }
            ],
        }
    )
)

FOUND = [
    ("Results are guaranteed.", "guaranteed"),
    ("We don't charge extra, and results are guaranteed.", "guaranteed"),
    ("We don't charge extra and results are guaranteed.", "guaranteed"),
    ("No setup fee, unlimited notes.", "unlimited"),
    ("No card and unlimited notes.", "unlimited"),
    ("Not sure? We guarantee it.", "guarantee"),
    ("Not only guaranteed but cheap.", "guaranteed"),
    ("Don\u2019t worry, we guarantee it.", "guarantee"),
    ("Why not get unlimited notes?", "unlimited"),
    ("No doubt it is guaranteed.", "guaranteed"),
    ("We can't wait to show you guaranteed delivery.", "guaranteed"),
    ("You don't need a card to get unlimited notes.", "unlimited"),
    ("Nobody else guarantees it.", "guarantees"),
    ("If you are not happy we guarantee a refund.", "guarantee"),
    ("You don't pay for our unlimited plan.", "unlimited"),
    ("You never lose a note.", "never lose"),
    ("Notes without limits.", "without limits"),
    ("New tagline: “Unlimited notes for everyone”", "Unlimited"),
    ("“Unlimited notes for everyone”", "Unlimited"),
    ("Try our “unlimited” plan.", "unlimited"),
    ("Change “fair” to “unlimited” in the headline.", "unlimited"),
    ("gua\u200bran\u00adteed", "gua\u200bran\u00adteed"),
    ("Ｇｕａｒａｎｔｅｅｄ", "Ｇｕａｒａｎｔｅｅｄ"),  # noqa: RUF001
    ("guaranteed™", "guaranteed"),
    ("_guarantee_", "guarantee"),
    ("*never* lose a note", "never* lose"),
    ("We answer 24*/7*", "24*/7"),
    ("We answer *24/7*.", "24/7"),
    ("A game\u2011changing editor", "game\u2011changing"),
    ("Two end\u00a0users", "end\u00a0users"),
    ("Two end\n  users", "end\n  users"),
    ("YOUR TENANT IS READY", "TENANT"),
    ("The tenant\u2019s name", "tenant"),
    ("Your tenant is not ready.", "tenant"),
    ("Your New Tenant Is Ready", "Tenant"),
    ("A <https://x.example/a|seamless start> for you", "seamless"),
    ("We are off :rocket:", ":rocket:"),
    ("The #1 app", "#1"),
    ("Prices rise in May.Guaranteed.", "Guaranteed"),
    ("We never fail to guarantee it.", "guarantee"),
    ("We not only help but guarantee it.", "guarantee"),
    ("Nothing to install and unlimited notes.", "unlimited"),
    ("Why wait? It is guaranteed.", "guaranteed"),
    ("No catch, ever: unlimited notes.", "unlimited"),
    ("Unlimited? We don't joke.", "Unlimited"),
    ("• We don't sell data\n• We guarantee it", "guarantee"),
    ("What you get, not what you pay for:\n• unlimited notes", "unlimited"),
    ("If you don't know us yet:\n• unlimited notes", "unlimited"),
    ("“Hello Ana,\n\nyour notes are unlimited.\n\nLena”", "unlimited"),
    (":wave: “Your notes are unlimited.” :wave:", "unlimited"),
    ("You asked for it: unlimited notes!", "unlimited"),
    ("Looking for unlimited notes?", "unlimited"),
    ("Avoid delays: unlimited notes!", "unlimited"),
    ("You will not find better unlimited notes.", "unlimited"),
    ("You won't find this elsewhere:\n• unlimited notes", "unlimited"),
    ("We won't stop offering unlimited notes.", "unlimited"),
    ("Please send: “Your notes are unlimited.”", "unlimited"),
    ("Subject: Unlimited notes\n\nHello Ana", "Unlimited"),
    ("Your notes are unlimited.\n-- \nLena, Head of No Guarantee", "unlimited"),
    ("A guarantee-backed plan", "guarantee"),
    ("Guaranteed by Northwind Ltd.", "Guaranteed"),
    ("We answer 24/7/365.", "24/7"),
    ("We answer 24 / 7.", "24 / 7"),
    ("100\u00a0% uptime", "100\u00a0% uptime"),
    ("We guaran*tee* it", "guaran*tee"),
]

LEFT = [
    "We do not guarantee uptime.",
    "We don\u2019t promise, imply or guarantee anything.",
    "We do not, under any circumstances, guarantee it.",
    "Nothing here is guaranteed.",
    "Nobody can guarantee that.",
    "It is no longer unlimited.",
    "We promise care instead of unlimited notes.",
    "Unlimited notes are not available.",
    "We do not\nguarantee it.",
    "Please don't write “24/7”.",
    "Please don't write 24/7.",
    "The word guaranteed has to go.",
    "Words to avoid: unlimited, guaranteed, seamless.",
    "Please remove “unlimited” from the headline.",
    "Our old tagline was “Unlimited notes”.",
    "A customer wrote: “It is unlimited!”",
    "A customer asked whether it is unlimited.",
    "Is it unlimited?",
    "`guaranteed` and ```unlimited\n24/7```",
    "See https://x.example/unlimited or <https://x.example/guaranteed|the page>.",
    "<@U0TENANT> in <#C1|tenant> and <!subteam^S1|@tenant>",
    "Write to unlimited@x.example :guaranteed:",
    "> is it guaranteed?\nGood question.",
    "~guaranteed~ likely",
    "set delivery_guaranteed or guaranteed_delivery",
    "unguaranteed",
    "a notebook, not a folder",
    "We say workspace instead of tenant.",
    "The workspace (formerly called tenant) moved.",
    "Rename tenant to workspace.",
    "tenant → workspace",
    "The connector for Folder Heron passed review.",
    "for instance",
    "Take a seat.",
    "The room has one seat left.",
    "The tenant pays rent for the flat.",
    "end\n\nusers",
    "We don't:\n• guarantee anything\n• offer 24/7 help",
    "What we never promise:\n1. unlimited notes\n2. 24/7 help",
    "Words to avoid:\n- tenant\n- guaranteed",
    "No tool, ours or theirs, could honestly guarantee that.",
    "Why don't we call it unlimited?",
    "Question from sales: can we say guaranteed?",
    "Guaranteed? Short answer: no.",
    "Unlimited notes? We don't offer them.",
    "Guarantees: none.",
    "It would be dishonest to guarantee it.",
    "A guarantee would be dishonest.",
    "We would be lying if we guaranteed it.",
    "We stop short of a guarantee.",
    "Results are un-guaranteed and non-guaranteed.",
    "A reviewer called us game-changing.",
    "The draft said game-changing; I took it out.",
    "Our contract with Unlimited Paper Ltd ends in May.",
    "A multi-tenant setup",
    "No note is guaranteed to sync.",
    "We used to offer unlimited notes.",
    "We have stopped guaranteeing it.",
    "Under no circumstances do we guarantee it.",
    "Guaranteed is not a word we use.",
    "Unlimited notes are a promise we do not make.",
    "Unlimited notes ended in May.",
    "Guarantees? None.",
]


@pytest.mark.parametrize(("text", "quote"), FOUND)
def test_a_claim_is_found_with_the_words_as_typed(text: str, quote: str) -> None:
    assert [finding.quote for finding in run_rules(STACK, text)] == [quote]


@pytest.mark.parametrize("text", LEFT)
def test_what_only_a_reader_can_tell_is_left_to_the_model(text: str) -> None:
    assert run_rules(STACK, text) == ()


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("de", "Wir garantieren das nicht.", False),
        ("de", "Wir garantieren das.", True),
        ("fr", "Nous ne pouvons pas le garantir.", False),
        ("es", "No podemos garantizarlo: garantizado.", True),
        ("es", "No está garantizado.", False),
        ("pl", "To nie jest gwarantowane.", True),
    ],
)
def test_each_language_has_its_own_denials_and_others_have_none(
    language: str, text: str, *, found: bool
) -> None:
    stack = Stack.model_validate(
        {
            "format": 1,
            "journey": "Test",
            "language": language,
            "never": [{"id": "X", "text": "Nobody.", "patterns": ["garant*", "gwarant*"]}],
        }
    )

    assert bool(run_rules(compile_stack(stack), text)) is found
