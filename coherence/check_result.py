"""A check as values: what is asked, and what is answered."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from coherence.assessment import Assessment, NotJudged
from coherence.dismissals import Wording, Wordings, without_dismissed
from coherence.stack.document import Touchpoint


@dataclass(frozen=True)
class CheckRequest:
    """Somebody asks about a text.

    The journey is `journey_id`, else that of the channel, else the only one. `delivery_id` is
    Slack's id of the request: the same id is answered once.
    """

    workspace_id: str
    user_id: str
    text: str
    channel_id: str | None = None
    journey_id: str | None = None
    touchpoint_id: str | None = None
    delivery_id: str | None = None


@dataclass(frozen=True)
class CheckResult:
    """The answer, and what it was held against.

    `found` is all that was found, `dismissed` the wordings among it that count as no problem for this
    person, `assessment` what remains and is shown. `helpful` are the keys of the groups that the person has
    called helpful, where that was looked up. `renewed_at` is when a spent budget is whole again.
    """

    check_id: str
    workspace_id: str
    user_id: str
    channel_id: str | None
    journey_id: str
    journey: str
    stack_version: int
    language: str
    touchpoint: Touchpoint | None
    found: Assessment
    dismissed: frozenset[Wording] = field(default_factory=frozenset)
    helpful: frozenset[str] = field(default_factory=frozenset)
    renewed_at: datetime | None = None

    @cached_property
    def assessment(self) -> Assessment:
        """What is shown to the person."""
        return without_dismissed(self.found, self.wordings, self.dismissed)

    @cached_property
    def wordings(self) -> tuple[Wording, ...]:
        """What a dismissal of each finding is kept under, in the order of `found.findings`."""
        wordings = Wordings(self.found.text, self.language)
        return tuple(map(wordings.of, self.found.findings))

    @property
    def touchpoint_id(self) -> str | None:
        """The id of the touchpoint, or None."""
        return self.touchpoint.id if self.touchpoint else None

    @property
    def awaits_judge(self) -> bool:
        """Whether a model is still to be asked."""
        return self.found.unjudged is NotJudged.PENDING
