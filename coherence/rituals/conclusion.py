"""What a review came to, as somebody writes it down: what can be used, and what it changes."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.rituals.action import Action, ActionState
from coherence.rituals.ritual import Ritual, Round
from coherence.stack.document import Layer
from storage.ritual_review import RitualAction
from storage.rituals import RitualRound

MOST_ACTIONS: Final = 3
"""More than a team does beside its work in a month is nobody's decision any more."""

LONGEST_CONCLUSION: Final = 300
LONGEST_ACTION: Final = 200

CONCLUSION: Final = "conclusion"
TEXT, OWNER, DUE, LAYER = "text", "owner", "due", "layer"


_T = TypeVar("_T")


def _known(value: _T | None) -> _T:
    if value is None:
        raise ValueError("nothing was filled in")
    return value


def field(name: str, slot: int) -> str:
    """The name of a field of an action; slots count from 1."""
    return f"{name}_{slot}"


@dataclass(frozen=True)
class Draft:
    """An action as somebody fills it in; one without anything is none."""

    text: str = ""
    owner: str | None = None
    due_on: date | None = None
    layer: Layer | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing of weight is filled in."""
        return not self.text and self.owner is None and self.due_on is None

    @property
    def the_owner(self) -> str:
        """The owner of one that `faults` finds nothing wrong with."""
        return _known(self.owner)

    @property
    def the_day(self) -> date:
        """The day of one that `faults` finds nothing wrong with."""
        return _known(self.due_on)


@dataclass(frozen=True)
class Conclusion:
    """What a review came to: the layer that drifted most, None for none, a sentence, and actions."""

    drifted: Layer | None
    sentence: str
    actions: tuple[Draft, ...]


@dataclass(frozen=True)
class Concluding:
    """A review that somebody is about to conclude; `seen` names how it stands. `actions` are by slot."""

    ritual: Ritual
    asked: Round
    actions: Mapping[int, Action]
    today: date
    seen: str


def slot_of(action_id: str) -> int:
    """Which of a form's actions this is, from 1."""
    return int(action_id.rpartition(":")[2])


def fingerprint(row: RitualRound, actions: Sequence[RitualAction]) -> str:
    """What names how a review's conclusion stands, whatever has become of its actions."""
    of_actions = [[a.id, a.text, a.owner, str(a.due_on), a.layer] for a in actions]
    held = [row.drifted, row.conclusion, row.concluded_at is None, of_actions]
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()[:16]


def is_same(row: RitualRound, actions: Sequence[RitualAction], conclusion: Conclusion) -> bool:
    """Whether this is what was written down already."""
    kept = {slot_of(each.id): each for each in actions}
    wanted = dict(_filled(conclusion))
    return (
        row.concluded_at is not None
        and (row.drifted, row.conclusion) == (conclusion.drifted, conclusion.sentence)
        and kept.keys() == wanted.keys()
        and all(_draft(kept[slot]) == draft for slot, draft in wanted.items())
    )


def faults(conclusion: Conclusion, kept: Mapping[int, Action], today: date) -> dict[str, str]:
    """A sentence for each field that can't be used. A day that has passed may stay where it stood."""
    found = {}
    if not conclusion.sentence:
        found[CONCLUSION] = "A sentence is needed: what did you find?"
    for slot, draft in _filled(conclusion):
        was = kept.get(slot)
        found |= {field(name, slot): said for name, said in _draft_faults(draft, was, today)}
    return found


def owners_to_check(
    conclusion: Conclusion, kept: Mapping[int, Action]
) -> Iterator[tuple[int, str]]:
    """Whoever is to become the owner of an action, with its slot."""
    for slot, draft in _filled(conclusion):
        was = kept.get(slot)
        if draft.owner is not None and (was is None or was.owner != draft.owner):
            yield slot, draft.owner


async def keep(
    session: AsyncSession,
    row: RitualRound,
    actions: Sequence[RitualAction],
    conclusion: Conclusion,
    *,
    by: str,
    now: datetime,
) -> None:
    """Write it down in the round's row and the rows of its actions."""
    row.drifted, row.conclusion = conclusion.drifted, conclusion.sentence
    row.concluded_by, row.concluded_at = by, now
    kept = {slot_of(each.id): each for each in actions}
    wanted = dict(_filled(conclusion))
    for slot in kept.keys() - wanted.keys():
        await session.delete(kept[slot])
    for slot, draft in wanted.items():
        if slot in kept:
            _change(kept[slot], draft)
        else:
            session.add(_new_action(row, slot, draft, by, now))


def _filled(conclusion: Conclusion) -> Iterator[tuple[int, Draft]]:
    numbered = enumerate(conclusion.actions[:MOST_ACTIONS], start=1)
    return ((slot, draft) for slot, draft in numbered if not draft.is_empty)


def _draft_faults(draft: Draft, was: Action | None, today: date) -> Iterator[tuple[str, str]]:
    if not draft.text:
        yield TEXT, "What is to be done?"
    if draft.owner is None:
        yield OWNER, "Who takes care of it?"
    if draft.due_on is None:
        yield DUE, "Until when?"
    elif draft.due_on < today and (was is None or was.due_on != draft.due_on):
        yield DUE, "This day has passed. Choose today or a later one."


def _draft(row: RitualAction) -> Draft:
    return Draft(row.text, row.owner, row.due_on, Layer(row.layer) if row.layer else None)


def _change(row: RitualAction, draft: Draft) -> None:
    """Another thing to do is open again, whatever had become of the one before."""
    if draft.text != row.text:
        row.state, row.settled_by, row.settled_at = ActionState.OPEN, None, None
    row.text, row.owner, row.due_on = draft.text, draft.the_owner, draft.the_day
    row.layer = draft.layer


def _new_action(row: RitualRound, slot: int, draft: Draft, by: str, now: datetime) -> RitualAction:
    return RitualAction(
        workspace_id=row.workspace_id,
        id=f"{row.id}:{slot}",
        ritual_id=row.ritual_id,
        round_id=row.id,
        layer=draft.layer,
        text=draft.text,
        owner=draft.the_owner,
        due_on=draft.the_day,
        made_by=by,
        made_at=now,
    )
