"""German cues, the basics."""

import re
from typing import Final

from coherence.rules.cues.kinds import Cues, words

GERMAN: Final = Cues(
    denies=words("nicht nie niemals niemand nichts weder kaum keinesfalls keineswegs"),
    denies_briefly=words(r"kein\w* ohne statt anstatt"),
    contrasts=re.compile(r"(?:statt|anstatt)"),
    affirms=re.compile(
        r"nicht (?:nur|bloß|bloss|zuletzt|warten|zögern|verpassen)\b|kein (?:zweifel|wunder|problem)\b"
    ),
    denied_after=re.compile(
        r"(?: [\w-]+){0,3}? (?:nicht(?! (?:nur|bloß))|nichts|nie|niemals|kein\w*)\b"
    ),
    breaks=re.compile(r"[;:,]|—| - |\b(?:aber|sondern|weil|denn|doch|und)\b"),
    joins=re.compile(r"\b(?:oder|noch)\b"),
    conjunction=re.compile(r"und"),
    new_clause=words("wir ihr sie es ist sind wird werden hat haben"),
    names_word=re.compile(
        r"\b(?:wort|wörter|begriff|ausdruck|formulierung|vermeide\w*|statt)[:\s\"']*$"
    ),
    attributes=re.compile(
        r"\b(?:kund\w+|nutzer\w*|sie|er|jemand|wettbewerb\w*)\b.{0,30}?\b(?:sag|frag|schr[ie]+b|mein)\w*"
    ),
    testimony=words(
        r"interview\w* rückmeldung feedback zitat\w* bewertung\w* gefragt fragt schreibt schrieb sagt sagte"
    ),
    drafts=words(
        "entwurf betreff titel überschrift slogan text zeile vorschlag antwort mail banner button anzeige"
    ),
    former=words(
        r"alte\w* bisherige\w* früher\w* nicht nie statt streich\w* entfern\w* vermeid\w* kein\w*"
    ),
    speaks=words(r"sag\w* schreib\w* wort wörter begriff formulierung nenn\w* heißt"),
    scare_quoted=words(
        r"unser\w* dein\w* euer\w* eure\w* ihr\w* ein\w* ist sind", after=r"[\s\"']*$"
    ),
    near_term=re.compile(
        r"\b(?:nicht|kein\w*|statt|anstatt|ohne|früher|wort)(?: (?:ein|eine|einen|der|die|das|"
        r"von))*[\s\"']*$"
    ),
)
