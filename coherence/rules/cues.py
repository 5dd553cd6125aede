"""The words that turn a phrase's meaning: denial, mention, attribution, drafts. One table per language.

Patterns run on folded text (lower case, straight quotes). English is thorough; German, French and
Spanish have the basics; in any other language nothing turns and the rules simply speak.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_NOTHING: Final = re.compile(r"(?!)")


def _words(
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


_NOT: Final = (
    r"(?:\w+n't|\bcannot|(?<!\bwhy )(?<!\bif )(?<!\bor )\bnot|\bnever|"
    r"\b(?:dont|doesnt|didnt|cant|wont|isnt|arent|wouldnt|shouldnt))\b"
)
_ARTICLES: Final = r"(?:a|an|the|any|all|this|that|these|those|our|your|every|its|their)"
_PERSON: Final = (
    r"(?:customers?|users?|clients?|people|persons?|reviewers?|critics|competitors?|rivals?|vendors?|"
    r"prospects?|"
    r"she|he|they|someone|somebody|some|many|others|journalists?|analysts?|bloggers?|callers?|buyers?|"
    r"testers?|"
    r"participants?|visitors?|readers?|members?|fans?|folks|guests?|subscribers?|riders?|patients?|"
    r"students?|"
    r"parents?|investors?|lawyers?|magazines?|newspapers?|papers|experts?|chefs?|legal|the press|(?:other|"
    r"some) \w+|another \w+|a \w+ (?:owner|manager|lead))"
)
_SPEECH: Final = (
    r"(?:says?|said|saying|calls?|called|calling|describe[sd]?|describing|writes?|wrote|writing|asks?|"
    r"asked|asking|"
    r"tells?|told|claim(?:s|ed)?|promise[sd]?|thinks?|thought|believe[sd]?|mention(?:s|ed)?|report(?:s|"
    r"ed)?|"
    r"complain(?:s|ed)?|talk(?:s|ed)?|quote[sd]?|repl(?:y|ies|ied)|answer(?:s|ed)|comment(?:s|ed)|put it|"
    r"puts it)"
)
_DRAFT: Final = (
    r"(?:tag ?lines?|head ?lines?|headings?|subjects?|titles?|copy|drafts?|slogans?|banners?|buttons?|"
    r"captions?|hero|"
    r"ads?|adverts?|tweets?|posts?|cta|labels?|one-liners?|lines?|intro|openers?|openings?|closings?|"
    r"sign-offs?|"
    r"footers?|headers?|teasers?|blurbs?|bio|boilerplate|texts?|wording|push|notifications?|repl(?:y|ies)|"
    r"answers?|"
    r"auto-?reply|macros?|scripts?|e-?mails?|mails?|newsletters?|pages?|homepage|website|site|options?|"
    r"variants?|"
    r"versions?|proposals?|suggestions?|ideas?|pitch|posters?|flyers?|stickers?|tooltips?|placeholders?|"
    r"snippets?|"
    r"descriptions?|announcements?|messages?|sms|preview|preheader|sentences?|paragraphs?|bullets?|"
    r"how about|what about|let's go with|here goes|going with|proposed|propose|suggest)"
)

_ENGLISH: Final = Cues(
    denies=re.compile(
        rf"{_NOT}|\bno (?:longer|such)\b|\b(?:would|'d) (?:love|like) to\b|\bwish (?:we|i|it)\b|"
        rf"\b(?:nobody|nothing|none|neither|nor|nowhere|hardly|barely|rarely|seldom|"
        rf"scarcely|"
        r"unable|impossible|refuse[sd]?|decline[sd]?|refrain|far from|anything but|can not|no[ -]one|"
        r"no way|"
        r"stop(?:ped)? (?:saying|promising|claiming|offering|writing|using|calling)|"
        r"avoid(?:s|ed|ing)? (?:saying|promising|claiming|offering|writing|using|calling|claims|promises)|"
        r"(?<!\bno )(?<!\bwithout )(?<!\ba )(?<!\bbeyond )doubt(?:s|ed)?|not even|too early to|"
        r"forbidden to|wrong to|against)\b"
    ),
    denies_briefly=re.compile(
        r"\b(?:without|instead of|rather than|as opposed to|lack(?:s|ed)?|no|zero|non)\b"
    ),
    affirms=re.compile(
        rf"(?:{_NOT}) (?:(?:you|we|they|it|i|he|she|this|that|there|everyone|your \w+)\b|"
        r"(?:ever |have to |need to |be |even )*(?:only|just|merely|simply|least|to mention|to worry|"
        r"surprising|bad|"
        r"worry|wait|hesitat\w+|forget|delay|fear|panic|fret|go wrong|resist|believe|regret|beat|help|"
        r"let|miss|shy|afraid|sweat|blink|overlook|think twice|look (?:any )?further|"
        r"look elsewhere|settle|take our word|been (?:so|more|easier|better|faster|simpler|this|as)|"
        r"be the same|"
        r"stop|hurry|sleep on|before)\b|"
        r"(?:need|have|require|pay|cost|take|want)\w*(?: to \w+)? (?!to )(?:.* )?(?:to|for|with|before|"
        r"because)\b)"
        r"|no (?:doubt|question|wonder|matter|mistake|better|other|less|fewer|worries|problem|sooner|"
        r"kidding|joke|"
        r"wait(?:ing)?|one else|need(?! to\s*$)|more \w+ing|surprise|secret|hassle|fuss|strings|catch|"
        r"reason to)\b"
        r"|no[ -]one else\b|nobody else\b|nothing (?:to (?:pay|lose|fear|do)|short of|but|less|else|"
        r"beats?|compares|comes close|"
        r"like|to lose)\b"
        r"|nobody (?:does|beats|else)\b|neither here\b"
        r"|without (?:a |an |any )?(?:doubt|fail|question|exception|fuss|hassle|compromise|delay)\b"
    ),
    owned=re.compile(r"\b(?:our|my)(?: new| own| famous)?\s*[\"']*$"),
    denied_after=re.compile(
        r"(?:\s[\w'%-]+){0,4}?[\"']*\s(?:"
        r"(?:(?:is|are|was|were)(?:n't| not| never| no longer)|isn't|aren't)\s(?:currently |yet |ever |"
        r"really |even )?"
        r"(?:available|offered|included|possible|part of|something|what|a thing|on offer|allowed|true|"
        r"in (?:our|the|any)|"
        r"ok(?:ay)?|supported|realistic|an option|planned|a promise|one of|us|correct|right|here|how|"
        r"for us|"
        r"who we|ours)"
        r"|(?:do|does|did)(?:n't| not) (?:exist|apply)"
        r"|(?:is|are|was|were) (?:now |strictly )?(?:banned|forbidden|off[ -]limits|taboo|gone|wrong|"
        r"a no-go|history|"
        r"a myth|impossible|out of the question)"
        r"|(?:will|can|could|would|should|must)(?:n't| not|not| never) (?:ever )?be (?:said|promised|"
        r"offered|used))\b"
        r"|\s(?:absolutely |exactly )?nothing\b"
    ),
    breaks=re.compile(
        r"[;:,]|—| - |\b(?:(?<!anything )(?<!nothing )but|because|until|unless|although|though|whereas|"
        r"except|plus|and|while|"
        r"so (?=we\b|you\b|it\b|they\b|your\b|our\b|the\b)|yet (?=we\b|you\b|it\b|they\b|your\b|our\b|"
        r"the\b))\b"
        r"|\bthanks to\b"
    ),
    joins=re.compile(r"\b(?:or|nor)\b"),
    conjunction=re.compile(r"and"),
    new_clause=_words(
        "we you it they i he she this that there is are was were will can could has have get gets comes? "
        "offers? "
        "gives? brings? makes? enjoy start every everything always instead now then also still simply "
        "your our with"
    ),
    condition=re.compile(
        r"\s*[\"']*(?:and |but |so )?(?:even )?(?:if|when|since|once|as|in case|where|whenever)\b"
    ),
    subject=_words("we i"),
    asks=re.compile(
        r"[\"'\s]*(?:(?:so|and|but|also|hi|hello|q)[,:]? )?(?:(?:can|could|do|does|did|will|would|should|"
        r"may|must) "
        r"(?:you|we|it|they|anyone|anybody|someone|the|your|our|this|that|\w+)\b|(?:is|are|was|were|has|"
        r"have) \w+\b|"
        r"(?:who|where|how|what|when|which|why) (?:is|are|was|were|do|does|did|can|could|will|would|"
        r"should)\b)"
    ),
    answered=re.compile(
        r"\s*(?:no|nope|not|never|sorry)\b(?! (?:problem|worries|doubt|catch|kidding|wait|"
        r"joke))"
    ),
    invites=_words(
        "want wanted ready tired like love dream dreaming imagine imagined looking tried heard miss missed "
        "n't if fancy know wish waiting curious interested please put use add update publish print send "
        "make"
    ),
    names_word=re.compile(
        r"(?:(?:^|\s)s/|(?<!other )(?<!so many )\b(?:words?|phrases?|wording|expressions?|buzzwords?|"
        r"adjectives?|"
        r"keyword|spelling|"
        r"(?<!in )terms?)(?: (?:like|such as))?[:\s\"']*"
        rf"|\b(?:avoid|delet|remov|drop|cut|strik|ban|scrap|kill|retir|ditch|omit|replac|skip|forbid|"
        rf"bann)\w*(?: out)?"
        rf"(?: (?:{_ARTICLES}|words?|phrases?|terms?|claims?|of|like|such as|from|instances? of|"
        r"mention(?:s|ing)?|uses?|or|and))*[:\s\"']*"
        r"|\b(?:get(?:ting)? rid of|le(?:ave|aving|ft) out|steer clear of|stay away from|take out|"
        r"took out|taking out|"
        r"search(?:ed|ing)? for|"
        r"grep for|look(?:ed|ing)? for|what (?:is|counts as|does)|meaning of|definition of|instead of)"
        rf"(?: (?:{_ARTICLES}|words?|phrases?|terms?))*[:\s\"']*)$"
    ),
    named_after=re.compile(
        r"[\"']*\s*(?:->|→|=>|(?:becomes?|became|(?:is|are|was|were|has been|have been|will be|gets?|"
        r"got) (?:now |hereafter )?"
        r"(?:called|known as|renamed|replaced|retired|removed|reworded|struck|deleted|banned|dropped|"
        r"out of)|"
        r"(?:is|are|was) (?:on|off) the (?:\w+[ -])?list|(?:is|are|was) (?:just |only |pure |the wrong |"
        r"a )?"
        r"(?:hype|jargon|buzzwords?|words?|phrases?|terms?|wrong word)|counts? as|sounds? (?:like|too|"
        r"pushy|wrong|off))\b)"
    ),
    lists_words=re.compile(
        r"\b(?:words|phrases|terms|expressions|buzzwords|claims|adjectives|language|promises) (?:like|"
        r"such as)\b[^;:.]*$"
        r"|\b(?:words? to avoid|avoid|banned|forbidden|not allowed|don't (?:say|use|write)|do not (?:say|"
        r"use|write)|"
        r"never (?:say|use|write)|off[ -]limits|no-go|taboo|no longer say|(?:banned|forbidden|never|stop|"
        r"wrong)[ -]?"
        r"(?:words?|phrases?|list|terms?))(?: [\w-]+){0,6}?\s?:[^;]*$"
    ),
    replaced=re.compile(
        r"(?:\b(?:replac|chang|renam|swap|switch|turn|fix|correct|edit|convert|reword|rewrit|rephras|"
        r"rewrot|tak|took|"
        r"le(?:av|ft)|ke(?:ep|pt)|mov)\w*"
        rf"(?: (?:{_ARTICLES}|words?|phrases?|terms?|every|occurrences? of|mentions? of|from))*|"
        rf"\bfrom)[\s\"']*$"
    ),
    replaced_by=re.compile(r"[\"']*\s*(?:(?:to|with|by|into|for|as|out|off|away)\b|->|→|=>)"),
    proposed=re.compile(
        r"\b(?:replac|chang|renam|swap|switch|turn|reword|rewrit|rephras|updat|set)\w*\b.*\b(?:to|with|by|"
        r"into|as)[\s\"']*$"
    ),
    attributes=re.compile(
        rf"\b{_PERSON}\b[^;.]{{0,40}}?\b{_SPEECH}\b(?!.*\b(?:we|us)\b)"
        r"|\b(?:ask(?:s|ed|ing)?|wonder\w*|wants? to know|wanted to know|questions?|requests?|unclear|"
        r"unsure|check|asking)"
        r"(?: \w+){0,4}? (?:if|whether|about|for|how|why|what|when|who|on)\b"
        r"|\bwhether\b|\baccording to\b|\bin (?:his|her|their) (?:own )?words\b"
        r"|\b(?:competitors?|rivals?|(?:many|most|some|all|few|unlike) (?:other )?\w+|other (?:\w+ )?"
        r"(?:tools|apps|vendors|companies|products|providers|banks|services|teams|brands|firms|shops|"
        r"platforms)|others|"
        r"they all)\b(?!.*\b(?:we|our|us|you|your)\b)"
    ),
    said_after=re.compile(
        r"[^;:]{0,80}?,[\"']* (?:says?|said|writes?|wrote|asks?|asked|reports?)\b"
    ),
    testimony=_words(
        (
            r"interview\w*",
            "feedback",
            "testimonials?",
            "reviews?",
            "verbatim",
            "quotes?",
            "quoting",
            r"own words",
            "survey",
            "ticket",
            "complaint",
            "asked",
            "asks",
            "heard",
            "overheard",
            "quotation",
            r"words (?:of|from)",
            r"comments? (?:from|by)",
        )
    ),
    drafts=_words((_DRAFT,)),
    former=re.compile(
        r"\b(?:old|previous|former|formerly|outdated|retired|last year's|their|competitors?'?s?|rival'?s?|"
        r"removed?|removing|"
        r"delet\w+|dropp?\w*|cut|replac\w+|struck|banned|used to|avoid\w*|no more|instead of|rather than|"
        r"scrap\w*|"
        r"took down|take down|currently|still|says|promises|claims|states|said|promised|claimed|"
        r"get rid of|not|never)\b|n't\b"
    ),
    speaks=re.compile(
        rf"\b(?:{_SPEECH}|words?|phrases?|terms?|expression|read|reads|spell\w*|mean\w*|avoid\w*|typed?|"
        rf"types|search\w*|"
        r"click|press|choose|select|button|label|menu|folder named|named)\b"
    ),
    scare_quoted=re.compile(
        r"\b(?:our|your|my|a|an|this|new|get|gets|is|are|be|with|have|has|offers?|truly|really|completely|"
        r"fully)[\s\"']*$"
    ),
    near_term=re.compile(
        rf"(?:(?:{_NOT}|\b(?:no|without|unlike|than|versus|vs\.?|formerly|previously|no longer|instead of|"
        rf"rather than|"
        rf"as opposed to|neither|nor))(?: (?:be|been|a|an|the|any|another|just|call|called|known|as|it|"
        rf"them|to|say|"
        rf"saying|write|writing|use the word|more|like|named|mean|of|this|that|our|your|another))*"
        r"|\b(?:used to (?:be(?: called)?|say|write|have)|known as|also called|renamed|so-called|"
        r"what (?:\w+ ){1,3}calls?|"
        r"(?:used to |would |might |may )call(?: it| this| that| them)?|similar to|compared (?:to|with)|"
        r"equivalent of)"
        rf"(?: {_ARTICLES})?)[\s\"']*$"
    ),
)

_GERMAN: Final = Cues(
    denies=_words("nicht nie niemals niemand nichts weder kaum keinesfalls keineswegs"),
    denies_briefly=_words(r"kein\w* ohne statt anstatt"),
    affirms=re.compile(
        r"nicht (?:nur|bloß|bloss|zuletzt|warten|zögern|verpassen)\b|kein (?:zweifel|wunder|problem)\b"
    ),
    denied_after=re.compile(
        r"(?: [\w-]+){0,3}? (?:nicht(?! (?:nur|bloß))|nichts|nie|niemals|kein\w*)\b"
    ),
    breaks=re.compile(r"[;:,]|—| - |\b(?:aber|sondern|weil|denn|doch|und)\b"),
    joins=re.compile(r"\b(?:oder|noch)\b"),
    conjunction=re.compile(r"und"),
    new_clause=_words("wir ihr sie es ist sind wird werden hat haben"),
    names_word=re.compile(
        r"\b(?:wort|wörter|begriff|ausdruck|formulierung|vermeide\w*|statt)[:\s\"']*$"
    ),
    attributes=re.compile(
        r"\b(?:kund\w+|nutzer\w*|sie|er|jemand|wettbewerb\w*)\b.{0,30}?\b(?:sag|frag|schr[ie]+b|mein)\w*"
    ),
    testimony=_words(
        r"interview\w* rückmeldung feedback zitat\w* bewertung\w* gefragt fragt schreibt schrieb sagt sagte"
    ),
    drafts=_words(
        "entwurf betreff titel überschrift slogan text zeile vorschlag antwort mail banner button anzeige"
    ),
    former=_words(
        r"alte\w* bisherige\w* früher\w* nicht nie statt streich\w* entfern\w* vermeid\w* kein\w*"
    ),
    speaks=_words(r"sag\w* schreib\w* wort wörter begriff formulierung nenn\w* heißt"),
    scare_quoted=_words(
        r"unser\w* dein\w* euer\w* eure\w* ihr\w* ein\w* ist sind", after=r"[\s\"']*$"
    ),
    near_term=re.compile(
        r"\b(?:nicht|kein\w*|statt|anstatt|ohne|früher|wort)(?: (?:ein|eine|einen|der|die|das|"
        r"von))*[\s\"']*$"
    ),
)

_FRENCH: Final = Cues(
    denies=re.compile(r"\bne\b|\bn'|\b(?:pas|jamais|aucun|aucune|personne|rien|ni)\b"),
    denies_briefly=re.compile(r"\b(?:sans|au lieu d[e']|plutôt que)"),
    affirms=re.compile(
        r"(?:pas|ne \w+ pas) (?:seulement|uniquement|que)\b|n'(?:attendez|hésitez|oubliez)|ne \w+ que\b|"
        r"pas de souci"
    ),
    denied_after=re.compile(r"(?: [\w-]+){0,2}? (?:pas|rien|aucune?|jamais)\b"),
    breaks=re.compile(r"[;:,]|—| - |\b(?:mais|car|parce|et|donc)\b"),
    joins=re.compile(r"\b(?:ou|ni)\b"),
    conjunction=re.compile(r"et"),
    new_clause=_words("nous vous il elle on est sont sera seront avez avons"),
    names_word=re.compile(r"\b(?:mot|mots|terme|expression|évite[rz]?|dire|écrire)[:\s\"']*$"),
    attributes=re.compile(
        r"\b(?:client\w*|elle|il|quelqu'un|concurrent\w*)\b.{0,30}?\b(?:dit|demand|écri|trouve)\w*"
    ),
    testimony=_words(r"interview\w* entretien retour témoignage avis citation demande dit écrit"),
    drafts=_words(
        "brouillon objet titre slogan texte ligne proposition réponse bannière bouton accroche mail"
    ),
    former=_words(r"ancien\w* pas jamais éviter évitez supprim\w* retir\w* remplac\w*"),
    speaks=_words(r"dire dit dites écri\w* mot mots terme expression"),
    scare_quoted=_words("notre nos votre vos un une est sont", after=r"[\s\"']*$"),
    near_term=re.compile(
        r"\b(?:pas|sans|ni|au lieu|plutôt que|mot)(?: (?:un|une|le|la|les|de|d'|des))*[\s\"']*$"
    ),
)

_SPANISH: Final = Cues(
    denies=_words("no nunca jamás nadie nada tampoco ningún ninguna ninguno ni"),
    denies_briefly=re.compile(r"\b(?:sin|en lugar de|en vez de)\b"),
    affirms=re.compile(
        r"no (?:solo|sólo|solamente|te preocupes|se preocupe|esperes|dudes|olvides|te pierdas|hay duda)\b"
    ),
    breaks=re.compile(r"[;:,]|—| - |\b(?:pero|sino|porque|y)\b"),
    joins=re.compile(r"\b(?:o|ni)\b"),
    conjunction=re.compile(r"y"),
    new_clause=_words("nosotros usted ustedes es son está están será tiene tienes tenemos"),
    names_word=re.compile(
        r"\b(?:palabra|palabras|término|expresión|evita\w*|decir|escribir)[:\s\"']*$"
    ),
    attributes=re.compile(
        r"\b(?:client\w+|ella|él|alguien|competidor\w*)\b.{0,30}?\b(?:di[cj]|pregunt|escrib)\w*"
    ),
    testimony=_words(
        r"entrevista\w* opinión reseña cita testimonio preguntó pregunta dijo dice escribió"
    ),
    drafts=_words(
        "borrador asunto título titular eslogan texto línea propuesta respuesta botón anuncio correo"
    ),
    former=_words(r"antigu\w* anterior no nunca evita\w* elimin\w* quita\w* reemplaz\w*"),
    speaks=_words(r"decir dice digas escrib\w* palabra palabras término expresión"),
    scare_quoted=_words("nuestro nuestra nuestros tu tus su un una es son", after=r"[\s\"']*$"),
    near_term=re.compile(
        r"\b(?:no|sin|ni|en lugar de|en vez de|palabra)(?: (?:un|una|el|la|los|las|de|es))*[\s\"']*$"
    ),
)

_NONE: Final = Cues()
_BY_LANGUAGE: Final = {"en": _ENGLISH, "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH}


def cues_for(language: str) -> Cues:
    """Return the cues of a language by its two-letter code; none for a language we have no table for."""
    return _BY_LANGUAGE.get(language, _NONE)
