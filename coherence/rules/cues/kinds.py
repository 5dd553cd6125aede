"""What to watch for around a phrase: one field per kind of turn, filled in by each language."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_NOTHING: Final = re.compile(r"(?!)")


def words(
    alternatives: str | Iterable[str], before: str = r"\b", after: str = r"\b"
) -> re.Pattern[str]:
    """Compile alternatives, given as one string split at white space or several, between two edges."""
    parts = alternatives.split() if isinstance(alternatives, str) else alternatives
    return re.compile(f"{before}(?:{'|'.join(parts)}){after}")


@dataclass(frozen=True)
class Cues:
    """What to watch for in one language. `before` patterns look at what leads up to a phrase."""

    denies: re.Pattern[str] = _NOTHING
    """Denies what follows in its clause."""
    denies_briefly: re.Pattern[str] = _NOTHING
    """Denies only the next few words: “without”, “instead of”, “no”."""
    contrasts: re.Pattern[str] = _NOTHING
    """Denies what follows only to set off what precedes: “instead of”."""
    affirms: re.Pattern[str] = _NOTHING
    """A denial's first words, at which it claims after all: “not only”, “don't worry”."""
    owned: re.Pattern[str] = _NOTHING
    """Ends what precedes a phrase that is taken for granted: “our”."""
    denied_after: re.Pattern[str] = _NOTHING
    """Follows a phrase and denies it."""
    breaks: re.Pattern[str] = re.compile(r"[;:,]|—| - ")
    """May end a clause."""
    joins: re.Pattern[str] = _NOTHING
    """Between a comma and a phrase, carries the denial on: “or”, “nor”."""
    conjunction: re.Pattern[str] = _NOTHING
    """The break that ends a clause only if another verb or subject follows: “and”."""
    new_clause: re.Pattern[str] = _NOTHING
    """A verb or a subject of its own."""
    remark: re.Pattern[str] = _NOTHING
    """Between two commas and before the verb of the sentence that it interrupts."""
    elsewhere: re.Pattern[str] = _NOTHING
    """Makes a denial one of others, to our advantage: “you won't find this elsewhere”."""
    condition: re.Pattern[str] = _NOTHING
    """Opens a subordinate clause; a subject after it opens the main one."""
    subject: re.Pattern[str] = _NOTHING
    asks: re.Pattern[str] = _NOTHING
    """Opens a question that asks for a fact."""
    answered: re.Pattern[str] = _NOTHING
    """Answers the question before it with no."""
    invites: re.Pattern[str] = _NOTHING
    """Makes a question an invitation: “want”, “ready”."""
    names_word: re.Pattern[str] = _NOTHING
    """Ends what precedes a phrase spoken of as a phrase: “the word”, “avoid saying”."""
    named_after: re.Pattern[str] = _NOTHING
    """Follows a phrase spoken of as a phrase: “is now called”."""
    lists_words: re.Pattern[str] = _NOTHING
    """Opens a list of words in this sentence: “words like”, “banned:”."""
    replaced: re.Pattern[str] = _NOTHING
    """Ends what precedes a phrase that is being replaced; `replaced_by` follows it."""
    replaced_by: re.Pattern[str] = _NOTHING
    proposed: re.Pattern[str] = _NOTHING
    """Ends what precedes the phrase that replaces another."""
    attributes: re.Pattern[str] = _NOTHING
    """Somebody else says what follows."""
    said_after: re.Pattern[str] = _NOTHING
    """Attributes the sentence so far: “…, says Marta”."""
    testimony: re.Pattern[str] = _NOTHING
    """Makes a quotation somebody's words: “interview”, “in her own words”."""
    drafts: re.Pattern[str] = _NOTHING
    """Makes a quotation a piece of copy: “tagline”, “subject”."""
    former: re.Pattern[str] = _NOTHING
    """Makes it copy that is no longer ours, or never was: “old”, “their”."""
    speaks: re.Pattern[str] = _NOTHING
    """A verb or noun of wording near a quotation: “say”, “word”."""
    scare_quoted: re.Pattern[str] = _NOTHING
    """Ends what precedes a quoted word that is used all the same: “our”."""
    near_term: re.Pattern[str] = _NOTHING
    """Ends what precedes a term that is contrasted or spoken of."""
