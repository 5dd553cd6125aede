"""Questions to begin with, for each kind of ritual; every one can be changed."""

from collections.abc import Mapping, Sequence
from typing import Final

from coherence.rituals.planned_questions import PlannedQuestion
from coherence.rituals.ritual import Form, RitualKind
from coherence.stack.document import Layer

_STAND_UP: Final = (
    PlannedQuestion("Does what we do this week fit what we promise customers?", Form.RATING),
    PlannedQuestion("Where did a customer hear one thing from us and meet another?"),
    PlannedQuestion("Could everybody here tell our narrative in their own words?", Form.RATING),
    PlannedQuestion(
        "Which touchpoint did you change last week, and which milestone does it serve?"
    ),
    PlannedQuestion("What did you see lately that doesn't fit our story?"),
    PlannedQuestion("How easily did you find who decides, when you had to know?", Form.BOTH),
    PlannedQuestion("What did a customer say that our narrative should learn from?"),
    PlannedQuestion("Which good moment of a customer's should the others here know of?"),
)

_SPRINT_REVIEW: Final = (
    PlannedQuestion("How well does what we shipped tell the same story as the rest?", Form.BOTH),
    PlannedQuestion("Which promise did we strengthen, and which did we make harder to keep?"),
    PlannedQuestion("Which touchpoint changed without its checklist?"),
    PlannedQuestion("What did this sprint teach us that the narrative doesn't say yet?"),
)

_MONTHLY_REVIEW: Final = (
    PlannedQuestion(
        "Vision: does what we did this month lead where we said we are going?",
        Form.BOTH,
        Layer.VISION,
    ),
    PlannedQuestion(
        "Narrative: do customers hear one story from us, with promises that we keep?",
        Form.BOTH,
        Layer.NARRATIVE,
    ),
    PlannedQuestion(
        "System: do our data, owners and decision rights hold the story up?",
        Form.BOTH,
        Layer.SYSTEM,
    ),
    PlannedQuestion(
        "Touchpoints: does each piece that customers meet deliver the story?",
        Form.BOTH,
        Layer.TOUCHPOINT,
    ),
)

_FREE: Final = (PlannedQuestion("What fitted our story this week, and what didn't?"),)

TEMPLATES: Final[Mapping[RitualKind, Sequence[PlannedQuestion]]] = {
    RitualKind.STAND_UP: _STAND_UP,
    RitualKind.SPRINT_REVIEW: _SPRINT_REVIEW,
    RitualKind.MONTHLY_REVIEW: _MONTHLY_REVIEW,
    RitualKind.FREE: _FREE,
}

NAMES: Final[Mapping[RitualKind, str]] = {
    RitualKind.STAND_UP: "Stand-up question",
    RitualKind.SPRINT_REVIEW: "Sprint review check",
    RitualKind.MONTHLY_REVIEW: "Monthly review",
    RitualKind.FREE: "Friday question",
}
"""What each is called until somebody says otherwise."""
