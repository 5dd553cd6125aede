"""Labelled sets: messages with what a check should find in them, a JSON object per line.

{"id": "a1", "touchpoint": null, "text": "…", "label": "contradicts",
 "findings": [{"narrative_id": "P4", "relation": "contradicts", "quote": "…", "severity": "high"}]}
"""

import json
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coherence.assessment import clean_draft
from coherence.errors import InvalidDraft, InvalidLabels
from coherence.evaluation import Case, Line
from coherence.findings import Relation, Severity
from coherence.stack.document import Stack, Verdict

MAX_MESSAGES = 5_000


class _Label(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    narrative_id: str = Field(min_length=1)
    relation: Relation
    severity: Severity


class _Message(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    id: str = Field(min_length=1, max_length=100)
    text: str
    touchpoint: str | None = None
    findings: tuple[_Label, ...]


def read_labelled(text: str, stack: Stack, name: str = "the set") -> tuple[Case, ...]:
    """The messages of a set, to be held against a stack. Raises InvalidLabels, naming the line.

    The verdict a message should get follows from its findings, as it does in a check.
    """
    cases: dict[str, Case] = {}
    for number, line in _lines(text):
        try:
            case = _case(_message(line), stack)
        except InvalidLabels as error:
            raise InvalidLabels(f"{name}, line {number}: {error}") from None
        if case.id in cases:
            raise InvalidLabels(f"{name}, line {number}: the id {case.id} is used twice.")
        cases[case.id] = case
    if not cases:
        raise InvalidLabels(f"{name}: there is no message in this set.")
    if len(cases) > MAX_MESSAGES:
        raise InvalidLabels(f"{name}: a set holds {MAX_MESSAGES:,} messages at most.")
    return tuple(cases.values())


def _lines(text: str) -> Iterator[tuple[int, str]]:
    # Not splitlines: a message may hold what Unicode counts as the end of a line.
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if line.strip():
            yield number, line


def _message(line: str) -> _Message:
    try:
        return _Message.model_validate(json.loads(line))
    except (json.JSONDecodeError, RecursionError):
        raise InvalidLabels("this is not a JSON object on one line.") from None
    except ValidationError as error:
        raise InvalidLabels(_explain(error)) from None


def _explain(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(map(str, first["loc"]))
    if not where:
        return "this is not a JSON object."
    if first["type"] == "missing":
        return f"“{where}” is missing."
    if first["type"] == "enum":
        return (
            f"“{where}” must be {str(first.get('ctx', {}).get('expected')).replace(chr(39), '')}."
        )
    return f"“{where}” can't be used as it is."


def _case(message: _Message, stack: Stack) -> Case:
    if message.touchpoint and stack.touchpoint(message.touchpoint) is None:
        raise InvalidLabels(f"the narrative has no touchpoint {message.touchpoint}.")
    known = {item.id for item in stack.items()}
    for label in message.findings:
        if label.narrative_id not in known:
            raise InvalidLabels(f"the narrative has no line {label.narrative_id}.")
    try:
        clean_draft(message.text)
    except InvalidDraft as error:
        raise InvalidLabels(str(error)) from None
    lines = tuple(Line(label.narrative_id, label.relation) for label in message.findings)
    return Case(message.id, message.text, _verdict(message), message.touchpoint, lines)


def _verdict(message: _Message) -> Verdict:
    severities = {label.severity for label in message.findings}
    if Severity.HIGH in severities:
        return Verdict.CONFLICT
    return Verdict.SUGGESTIONS if severities else Verdict.FITS
