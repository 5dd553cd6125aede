"""The words that turn a phrase's meaning: denial, mention, attribution, drafts. One table per language.

Patterns run on folded text (lower case, straight quotes). English is thorough; German, French and
Spanish have the basics; in any other language nothing turns and the rules simply speak.
"""

from typing import Final

from coherence.rules.cues.english import ENGLISH
from coherence.rules.cues.french import FRENCH
from coherence.rules.cues.german import GERMAN
from coherence.rules.cues.kinds import Cues
from coherence.rules.cues.spanish import SPANISH

__all__ = ["Cues", "cues_for"]

_NONE: Final = Cues()
_BY_LANGUAGE: Final = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}


def cues_for(language: str) -> Cues:
    """Return the cues of a language by its two-letter code; none for a language we have no table for."""
    return _BY_LANGUAGE.get(language, _NONE)
