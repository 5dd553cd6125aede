"""What can go wrong in the practice, as one tree.

CoherenceError
├── InvalidFile           a file of ours that cannot be used
│   ├── InvalidStack      a stack file or document that cannot be used
│   └── InvalidRota       a rota file, or a question to it, that cannot be used
├── InvalidItem           an item of a stack whose fields need another look
├── DraftHasChanged       the draft is not the one that was looked at
├── InvalidDraft          a text that cannot be checked
├── InvalidLabels         a labelled set that cannot be used
├── NotFound
│   ├── NoJourney         no journey of that name
│   │   └── NoJourneyYet  the workspace has none at all
│   ├── NoPublishedStack  the journey has no published narrative yet
│   ├── NoTouchpoint      the narrative has no such touchpoint
│   ├── NoItem            the narrative has no such item
│   ├── NoCheck           the check is not, or no longer, on record
│   ├── NoFinding         the answer has no such finding, or no longer
│   ├── NoDrift           the workspace has no drift report of that number
│   ├── NoEvidence        the drift report has no such evidence
│   ├── NoRota            the journey has no rota yet
│   ├── NoRitual          the ritual is not there, or has ended
│   ├── NoRound           the ritual was not asked then, or that is no longer on record
│   └── NoRequest         the request to swap or to cover is not, or no longer, there
├── InvalidAnswers        answers in a form that cannot be used, with a sentence for each
├── ChannelsTaken         channels that belong to another journey, until moving them is confirmed
├── ChangedMeanwhile      what the person wants to change or publish is not what they have seen
├── InvalidRecurrence     something that repeats, of which nobody can tell when
│   ├── UnknownZone       its time zone is not, or no longer, known
│   └── UnknownCountry    the holidays of its country are not known
├── AmbiguousJourney      several journeys, and nothing says which
├── WrongMove             a drift report can't take this step from where it is
├── NotAnonymously        drift in this journey is not reported without a name
├── NotTheirEvidence      only who wrote a message, or a steward, may have its kept copy removed
├── NotTheirDrift         only its owner, who is on duty or a steward may change a drift report
├── NotOnTheRota          only who takes turns in the rota may do this
├── TooLate               a term that has begun or ended can't be changed this way any more
├── CannotTakeIt          who is away or on duty then can't take somebody's duty
├── AlreadyAnswered       somebody else was first to answer a request
├── AlreadyTakenPart      who has answered without a name can't answer again
├── NamesNotShown         the person is not one of those who were promised to see the names
├── RoundClosed           a round has closed, so that nothing can be answered on time any more
├── NotLeading            only who is on duty or a steward may lead a ritual
└── NotASteward           only stewards may do this

Each carries one plain sentence for the person who caused it; everything else is our own failure.
"""

from collections.abc import Mapping, Sequence


class CoherenceError(Exception):
    """An expected error: its text is one plain sentence that may be shown as it is."""


class InvalidFile(CoherenceError):
    """A file of ours that cannot be used; the sentence names the line where it can."""


class InvalidRota(InvalidFile):
    """A rota file, or a question to it, that cannot be used; the sentence names the line where it can."""


class InvalidStack(InvalidFile):
    """A stack file or document that cannot be used; the sentence names the line where it can."""


class InvalidItem(CoherenceError):
    """An item of a stack whose fields need another look; `fields` holds a sentence by key."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(next(iter(fields.values()), "Please look at this again."))


class DraftHasChanged(CoherenceError):
    """The draft is not the one that was looked at; somebody has changed, published or discarded it."""


class DraftInProgress(CoherenceError):
    """A journey has a draft that somebody else is working on."""

    def __init__(self, journey: str) -> None:
        super().__init__(
            f"“{journey}” has a draft that somebody else changed last and that is not published yet. "
            "Use --force to replace it."
        )


class InvalidDraft(CoherenceError):
    """A text that cannot be checked."""


class InvalidLabels(CoherenceError):
    """A labelled set that cannot be used; the sentence names the line where it can."""


class NotFound(CoherenceError):
    """Something asked for by name or id does not exist in this workspace."""


class NoJourney(NotFound):
    """No journey of that name."""


class NoJourneyYet(NoJourney):
    """The workspace has no journey at all."""


class NoPublishedStack(NotFound):
    """The journey has no published narrative yet; `fact` is the sentence without advice."""

    def __init__(self, journey: str | None = None) -> None:
        self.fact = (
            f"“{journey}” has no published narrative yet"
            if journey
            else "There is no published narrative to check against yet"
        )
        super().__init__(f"{self.fact}; ask a steward to publish one.")


class NoTouchpoint(NotFound):
    """The narrative has no such touchpoint."""


class NoItem(NotFound):
    """The narrative has no such item."""


class NoCheck(NotFound):
    """The check is not, or no longer, on record."""


class NoFinding(NotFound):
    """The answer has no such finding, or no longer."""


class NoDrift(NotFound):
    """The workspace has no drift report of that number."""


class NoEvidence(NotFound):
    """The drift report has no such evidence."""


class NoRota(NotFound):
    """The journey has no rota yet."""

    def __init__(self) -> None:
        super().__init__("There is no rota for this journey yet; a steward can set one up.")


class NoRitual(NotFound):
    """The ritual is not there, or has ended."""

    def __init__(self, sentence: str = "This ritual has ended.") -> None:
        super().__init__(sentence)


class NoRound(NotFound):
    """The ritual was not asked then, or that is no longer on record."""

    def __init__(self) -> None:
        super().__init__("This is no longer on record.")


class NoRequest(NotFound):
    """The request to swap or to cover is not, or no longer, there."""


class InvalidAnswers(CoherenceError):
    """Answers in a form that cannot be used; `faults` has a sentence for each field's name."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(" ".join(self.faults.values()))


class ChannelsTaken(CoherenceError):
    """Channels that belong to another journey; `owners` has its name for each channel's id."""

    def __init__(self, owners: Mapping[str, str]) -> None:
        self.owners = dict(owners)
        super().__init__("A channel belongs to one journey; please confirm that it moves.")


class ChangedMeanwhile(CoherenceError):
    """What the person wants to change or publish is no longer what they have seen."""

    def __init__(self) -> None:
        super().__init__("Somebody else has changed this meanwhile; please look at it again.")


class InvalidRecurrence(CoherenceError):
    """Something that repeats, of which nobody can tell when it comes next."""


class UnknownZone(InvalidRecurrence):
    """A time zone that is not, or no longer, known; `similar` holds names that may be meant."""

    def __init__(self, zone: str, similar: Sequence[str] = ()) -> None:
        self.zone = zone
        self.similar = tuple(similar)
        hint = f"; did you mean {' or '.join(self.similar)}?" if self.similar else "."
        super().__init__(f"There is no time zone “{zone}”{hint}")


class UnknownCountry(InvalidRecurrence):
    """A country, or a region of one, whose holidays are not known."""

    def __init__(self, country: str) -> None:
        self.country = country
        super().__init__(
            f"The public holidays of “{country}” are not known; "
            "please use a code such as DE, or DE-BY for a region."
        )


class AmbiguousJourney(CoherenceError):
    """The workspace has several journeys and nothing says which one is meant."""


class WrongMove(CoherenceError):
    """A drift report can't take this step from where it is."""


class NotAnonymously(CoherenceError):
    """Drift in this journey is not reported without a name."""

    def __init__(self) -> None:
        super().__init__("Reporting without a name is not switched on here; a steward can do that.")


class NotTheirEvidence(CoherenceError):
    """Only who wrote a message, or a steward, may have its kept copy removed."""

    def __init__(self) -> None:
        super().__init__(
            "Only the person who wrote this can have the copy removed; so can a steward."
        )


class NotTheirDrift(CoherenceError):
    """Only its owner, who is on duty or a steward may change a drift report.

    `to_ask` holds the user ids of some, maybe none.
    """

    def __init__(self, to_ask: Sequence[str]) -> None:
        self.to_ask = tuple(to_ask)
        super().__init__("Only the owner of this report, the champion or a steward can change it.")


class NotASteward(CoherenceError):
    """Only stewards may do this; `to_ask` holds the user ids of some, maybe none."""

    def __init__(self, to_ask: Sequence[str]) -> None:
        self.to_ask = tuple(to_ask)
        super().__init__("Only a steward can do this; ask a workspace admin or a steward.")


class NotOnTheRota(CoherenceError):
    """Only who takes turns in the rota may do this."""

    def __init__(self) -> None:
        super().__init__("Only people who take turns in this rota can do this.")


class TooLate(CoherenceError):
    """A term that has begun or ended can't be changed this way any more."""


class CannotTakeIt(CoherenceError):
    """Who is away, on duty themselves or not in the rota then can't take somebody's duty."""


class AlreadyAnswered(CoherenceError):
    """Somebody else was first to answer a request, or it was withdrawn."""


class AlreadyTakenPart(CoherenceError):
    """Who has answered without a name can't answer again: nobody knows which answer is theirs."""

    def __init__(self) -> None:
        super().__init__(
            "You have answered this already. Answers without a name can't be found again to be changed."
        )


class NamesNotShown(CoherenceError):
    """The person is not one of those of whom was promised that they see who answered what."""


class RoundClosed(CoherenceError):
    """A round has closed: nothing can be answered on time any more."""

    def __init__(self) -> None:
        super().__init__("This has closed.")


class NotLeading(CoherenceError):
    """Only who is on duty or a steward may lead a ritual; `to_ask` holds the user ids of some, maybe none."""

    def __init__(self, to_ask: Sequence[str]) -> None:
        self.to_ask = tuple(to_ask)
        super().__init__("Only the champion on duty or a steward can do this.")
