"""What a review decided: somebody does something until a day."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from coherence.stack.document import Layer
from storage.ritual_review import RitualAction


class ActionState(StrEnum):
    """How far an action has come."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Action:
    """An action; `settled_by` did or dropped it, or opened it again."""

    id: str
    round_id: str
    text: str
    owner: str
    due_on: date
    made_at: datetime
    layer: Layer | None = None
    state: ActionState = ActionState.OPEN
    settled_by: str | None = None
    settled_at: datetime | None = None

    @property
    def decided_on(self) -> date:
        """The day on which it was decided, in UTC."""
        return self.made_at.date()

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state is ActionState.OPEN


def action_value(row: RitualAction) -> Action:
    """An action out of its row."""
    return Action(
        id=row.id,
        round_id=row.round_id,
        text=row.text,
        owner=row.owner,
        due_on=row.due_on,
        made_at=row.made_at,
        layer=Layer(row.layer) if row.layer else None,
        state=ActionState(row.state),
        settled_by=row.settled_by,
        settled_at=row.settled_at,
    )
