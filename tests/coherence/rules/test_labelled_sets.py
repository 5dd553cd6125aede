import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from coherence.rules import CompiledStack, compile_stack, run_rules
from coherence.stack.document import Stack

OWN = Path(__file__).parent / "sets"
SHARED = Path(__file__).parents[4] / "shared" / "data" / "check-sets"


@dataclass(frozen=True)
class Outcome:
    missed: list[str]
    flagged: list[str]


def compiled(path: Path) -> CompiledStack:
    return compile_stack(Stack.model_validate(YAML(typ="safe").load(path)))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


@pytest.mark.parametrize("messages", sorted(OWN.glob("*.jsonl")), ids=lambda path: path.stem)
def test_every_message_of_our_own_sets_gets_exactly_the_statements_it_is_labelled_with(
    messages: Path,
) -> None:
    stack = compiled(messages.with_suffix(".yml"))
    wrong = {}
    for line in lines(messages):
        found = {f.statement_id for f in run_rules(stack, line["text"], line.get("touchpoint"))}
        if found != set(line["expect"]):
            wrong[line["text"]] = sorted(map(str, found))

    assert wrong == {}


@pytest.mark.parametrize("folder", ["northwind-notes"])
def test_the_shared_set_is_found_where_rules_can_and_nothing_else_is_flagged(folder: str) -> None:
    if not (SHARED / folder).is_dir():
        pytest.skip("the shared check sets are not beside this checkout")
    stack = compiled(SHARED / folder / "stack.yml")
    outcomes = [check(stack, line) for line in lines(SHARED / folder / "messages.jsonl")]

    assert [missed for outcome in outcomes for missed in outcome.missed] == []
    assert [flagged for outcome in outcomes for flagged in outcome.flagged] == []


def check(stack: CompiledStack, line: dict[str, Any]) -> Outcome:
    findings = run_rules(stack, line["text"], line["touchpoint"])
    missed = []
    for label in line["findings"]:
        if label["rules_catchable"]:
            start = line["text"].find(label["quote"])
            stop = start + len(label["quote"])
            if not any(
                f.statement_id == label["narrative_id"]
                and (not label["quote"] or (f.start < stop and start < f.end))
                for f in findings
            ):
                missed.append(f"{line['id']}: {label['narrative_id']}")
    labelled = {label["narrative_id"] for label in line["findings"]}
    flagged = [f"{line['id']}: {f.quote}" for f in findings if f.statement_id not in labelled]
    return Outcome(missed, flagged)
