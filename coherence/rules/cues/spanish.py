"""Spanish cues, the basics."""

import re
from typing import Final

from coherence.rules.cues.kinds import Cues, words

SPANISH: Final = Cues(
    denies=words("no nunca jamás nadie nada tampoco ningún ninguna ninguno ni"),
    denies_briefly=re.compile(r"\b(?:sin|en lugar de|en vez de)\b"),
    contrasts=re.compile(r"(?:en lugar de|en vez de)"),
    affirms=re.compile(
        r"no (?:solo|sólo|solamente|te preocupes|se preocupe|esperes|dudes|olvides|te pierdas|hay duda)\b"
    ),
    breaks=re.compile(r"[;:,]|—| - |\b(?:pero|sino|porque|y)\b"),
    joins=re.compile(r"\b(?:o|ni)\b"),
    conjunction=re.compile(r"y"),
    new_clause=words("nosotros usted ustedes es son está están será tiene tienes tenemos"),
    names_word=re.compile(
        r"\b(?:palabra|palabras|término|expresión|evita\w*|decir|escribir)[:\s\"']*$"
    ),
    attributes=re.compile(
        r"\b(?:client\w+|ella|él|alguien|competidor\w*)\b.{0,30}?\b(?:di[cj]|pregunt|escrib)\w*"
    ),
    testimony=words(
        r"entrevista\w* opinión reseña cita testimonio preguntó pregunta dijo dice escribió"
    ),
    drafts=words(
        "borrador asunto título titular eslogan texto línea propuesta respuesta botón anuncio correo"
    ),
    former=words(r"antigu\w* anterior no nunca evita\w* elimin\w* quita\w* reemplaz\w*"),
    speaks=words(r"decir dice digas escrib\w* palabra palabras término expresión"),
    scare_quoted=words("nuestro nuestra nuestros tu tus su un una es son", after=r"[\s\"']*$"),
    near_term=re.compile(
        r"\b(?:no|sin|ni|en lugar de|en vez de|palabra)(?: (?:un|una|el|la|los|las|de|es))*[\s\"']*$"
    ),
)
