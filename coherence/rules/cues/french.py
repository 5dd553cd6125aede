"""French cues, the basics."""

import re
from typing import Final

from coherence.rules.cues.kinds import Cues, words

FRENCH: Final = Cues(
    denies=re.compile(r"\bne\b|\bn'|\b(?:pas|jamais|aucun|aucune|personne|rien|ni)\b"),
    denies_briefly=re.compile(r"\b(?:sans|au lieu d[e']|plutôt que)"),
    contrasts=re.compile(r"(?:au lieu d[e']|plutôt que)"),
    affirms=re.compile(
        r"(?:pas|ne \w+ pas) (?:seulement|uniquement|que)\b|n'(?:attendez|hésitez|oubliez)|ne \w+ que\b|"
        r"pas de souci"
    ),
    denied_after=re.compile(r"(?: [\w-]+){0,2}? (?:pas|rien|aucune?|jamais)\b"),
    breaks=re.compile(r"[;:,]|—| - |\b(?:mais|car|parce|et|donc)\b"),
    joins=re.compile(r"\b(?:ou|ni)\b"),
    conjunction=re.compile(r"et"),
    new_clause=words("nous vous il elle on est sont sera seront avez avons"),
    names_word=re.compile(r"\b(?:mot|mots|terme|expression|évite[rz]?|dire|écrire)[:\s\"']*$"),
    attributes=re.compile(
        r"\b(?:client\w*|elle|il|quelqu'un|concurrent\w*)\b.{0,30}?\b(?:dit|demand|écri|trouve)\w*"
    ),
    testimony=words(r"interview\w* entretien retour témoignage avis citation demande dit écrit"),
    drafts=words(
        "brouillon objet titre slogan texte ligne proposition réponse bannière bouton accroche mail"
    ),
    former=words(r"ancien\w* pas jamais éviter évitez supprim\w* retir\w* remplac\w*"),
    speaks=words(r"dire dit dites écri\w* mot mots terme expression"),
    scare_quoted=words("notre nos votre vos un une est sont", after=r"[\s\"']*$"),
    near_term=re.compile(
        r"\b(?:pas|sans|ni|au lieu|plutôt que|mot)(?: (?:un|une|le|la|les|de|d'|des))*[\s\"']*$"
    ),
)
