"""Pin messages as examples: with the verdict that they should get, in the draft of a narrative."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from cachetools import TTLCache

from coherence.assessment import clean_draft
from coherence.check_result import CheckResult
from coherence.clock import Clock
from coherence.errors import DraftHasChanged
from coherence.stack.document import Example, Stack, Verdict
from coherence.stack.drafts import Basis, Clash, Desk, Drafts, Saved
from coherence.stack.editing import add_item, change_item, items_of
from coherence.stewards import Person

SECTION = "examples"

HELD_SECONDS = 3_600
"""How long the text of a form that is too long for its field is held."""

_HELD = 500


@dataclass(frozen=True)
class Suggested:
    """What a new example begins with, from a message or from a check of it."""

    text: str
    verdict: Verdict | None = None
    touchpoint_id: str | None = None
    statements: tuple[str, ...] = ()

    @classmethod
    def by_check(cls, result: CheckResult) -> "Suggested":
        """What a check has said, for the steward to correct."""
        found = result.assessment
        named = [f.statement_id or f.rule_id for f in found.findings]
        verdict = None if found.verdict is Verdict.NOT_JUDGED else found.verdict
        statements = tuple(dict.fromkeys(each for each in named if each))
        return cls(found.text, verdict, result.touchpoint_id, statements)


@dataclass(frozen=True)
class Pinning:
    """A form to pin: `held` names its text; `pinned` is the example that has the same text already."""

    desk: Desk
    suggested: Suggested
    held: str
    pinned: Example | None

    @property
    def item(self) -> dict[str, Any]:
        """What the form's fields begin with: the pinned example, else what is suggested."""
        if self.pinned is not None:
            items = items_of(self.desk.stack, SECTION)
            return next(item for item in items if item["id"] == self.pinned.id)
        known = {item.id for item in self.desk.stack.items()}
        touchpoint = self.suggested.touchpoint_id
        return {
            "text": self.suggested.text,
            "verdict": self.suggested.verdict,
            "touchpoint": touchpoint if touchpoint in known else None,
            "statements": [each for each in self.suggested.statements if each in known],
        }


@dataclass(frozen=True)
class Pinned:
    """An example that is in the draft."""

    saved: Saved
    example: Example


class Examples:
    """The use cases around pinning; each raises NotASteward for anybody else."""

    def __init__(self, drafts: Drafts, now: Clock) -> None:
        self._drafts = drafts
        self._texts: TTLCache[tuple[str, str], Suggested] = TTLCache(
            _HELD, HELD_SECONDS, timer=lambda: now().timestamp()
        )

    def hold(self, person: Person, suggested: Suggested) -> str:
        """Hold what a form is about until it is submitted. Raises InvalidDraft for a text without words."""
        held = uuid4().hex
        text = clean_draft(suggested.text).strip()
        self._texts[person.workspace_id, held] = replace(suggested, text=text)
        return held

    async def begin(
        self, person: Person, held: str, channel_id: str | None, journey_id: str | None = None
    ) -> Pinning:
        """Open the form in a journey, else the channel's. Raises NoJourney or AmbiguousJourney."""
        desk = await (
            self._drafts.look(person, journey_id)
            if journey_id
            else self._drafts.open(person, channel_id)
        )
        suggested = self._held(person, held)
        return Pinning(desk, suggested, held, find_same(desk.stack, suggested.text))

    async def pin(
        self,
        person: Person,
        journey_id: str,
        basis: Basis,
        held: str,
        fields: Mapping[str, Any],
        *,
        example_id: str | None = None,
        once: str | None = None,
    ) -> Pinned | Pinning | Clash:
        """Save a new example to the draft, or change one; a Pinning where the text is pinned already.

        Raises InvalidItem, and DraftHasChanged for a form that is too old.
        """
        if "text" not in fields and example_id is None:
            # It was too long for a field.
            fields = {"text": self._held(person, held).text, **fields}
        if example_id is None:
            desk = await self._drafts.look(person, journey_id)
            same = find_same(desk.stack, str(fields["text"]))
            if same is not None:
                return Pinning(desk, Suggested(same.text), held, same)
        saved = await self._drafts.save(
            person,
            journey_id,
            basis,
            lambda stack, taken: (
                change_item(stack, SECTION, example_id, fields)
                if example_id
                else add_item(stack, SECTION, fields, taken)[0]
            ),
            once=once,
        )
        if isinstance(saved, Clash):
            return saved
        return Pinned(saved, _saved_example(saved, example_id, fields))

    def forget(self, workspace_id: str) -> None:
        """Let go of what is held of a workspace."""
        for key in [key for key in self._texts if key[0] == workspace_id]:
            self._texts.pop(key, None)

    def _held(self, person: Person, held: str) -> Suggested:
        suggested = self._texts.get((person.workspace_id, held))
        if suggested is None:
            raise DraftHasChanged(
                "This form is too old to be saved; please pin the message once more."
            )
        return suggested


def find_same(stack: Stack, text: str) -> Example | None:
    """The example that says the same, whatever its line breaks and spaces."""
    words = text.split()
    return next((example for example in stack.examples if example.text.split() == words), None)


def _saved_example(saved: Saved, example_id: str | None, fields: Mapping[str, Any]) -> Example:
    examples = saved.desk.stack.examples
    by_id = next((example for example in examples if example.id == example_id), None)
    found = by_id or find_same(saved.desk.stack, str(fields["text"]))
    if found is None:
        raise DraftHasChanged("Somebody has changed the draft meanwhile; please look at it again.")
    return found
