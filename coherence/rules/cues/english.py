"""English cues, the thorough table."""

import re
from typing import Final

from coherence.rules.cues.kinds import Cues, words

_NOT: Final = (
    r"(?:\w+n't|\bcannot|(?<!\bwhy )(?<!\bif )(?<!\bor )\bnot|\bnever|"
    r"\b(?:dont|doesnt|didnt|cant|wont|isnt|arent|wouldnt|shouldnt))\b"
)
_ARTICLES: Final = r"(?:a|an|the|any|all|this|that|these|those|our|your|every|its|their)"
_PERSON: Final = (
    r"(?:customers?|users?|clients?|people|persons?|reviewers?|critics|competitors?|rivals?|"
    r"vendors?|prospects?|she|he|they|someone|somebody|some|many|others|journalists?|"
    r"analysts?|bloggers?|callers?|buyers?|testers?|participants?|visitors?|readers?|members?|"
    r"fans?|folks|guests?|subscribers?|riders?|patients?|students?|parents?|investors?|"
    r"lawyers?|magazines?|newspapers?|papers|experts?|chefs?|legal|the press|"
    r"(?:other|some) \w+|another \w+|a \w+ (?:owner|manager|lead))"
)
_SPEECH: Final = (
    r"(?:says?|said|saying|calls?|called|calling|describe[sd]?|describing|writes?|wrote|"
    r"writing|asks?|asked|asking|tells?|told|claim(?:s|ed)?|promise[sd]?|thinks?|thought|"
    r"believe[sd]?|mention(?:s|ed)?|report(?:s|ed)?|complain(?:s|ed)?|talk(?:s|ed)?|"
    r"quote[sd]?|repl(?:y|ies|ied)|answer(?:s|ed)|comment(?:s|ed)|put it|puts it)"
)
_DRAFT: Final = (
    r"(?:tag ?lines?|head ?lines?|headings?|subjects?|titles?|copy|drafts?|slogans?|banners?|"
    r"buttons?|captions?|hero|ads?|adverts?|tweets?|posts?|cta|labels?|one-liners?|lines?|"
    r"intro|openers?|openings?|closings?|sign-offs?|footers?|headers?|teasers?|blurbs?|bio|"
    r"boilerplate|texts?|wording|push|notifications?|repl(?:y|ies)|answers?|auto-?reply|"
    r"macros?|scripts?|e-?mails?|mails?|newsletters?|pages?|homepage|website|site|options?|"
    r"variants?|versions?|proposals?|suggestions?|ideas?|pitch|posters?|flyers?|stickers?|"
    r"tooltips?|placeholders?|snippets?|descriptions?|announcements?|messages?|sms|preview|"
    r"preheader|sentences?|paragraphs?|bullets?|send|publish|print|how about|what about|"
    r"let's go with|here goes|going with|proposed|propose|suggest)"
)

ENGLISH: Final = Cues(
    denies=re.compile(
        rf"{_NOT}|\bno (?:longer|such)\b|\b(?:would|'d) (?:love|like) to\b|\bwish (?:we|i|it)\b|"
        rf"\b(?:nobody|nothing|none|neither|nor|nowhere|hardly|barely|rarely|seldom|"
        r"scarcely|unable|impossible|refuse[sd]?|decline[sd]?|refrain|far from|anything but|can not|"
        r"no[ -]one|no way|(?<!n't )(?<!not )(?<!never )(?<!ever )stop(?:ped)?"
        r"(?: (?:saying|promising|claiming|offering|writing|using|calling)|(?=\s*$))|"
        r"used to (?:offer|have|promise|say|guarantee|sell|be|advertise)|far be it|on no account|"
        r"under no circumstances?|at no (?:point|time)|in no (?:case|way|event)|by no means|"
        r"no (?:\w+ ){1,2}(?:is|are|was|were)(?= (?:\w+ )?$)|"
        r"avoid(?:s|ed|ing)? (?:saying|promising|claiming|offering|writing|using|calling|claims|promises)|"
        r"(?<!\bno )(?<!\bwithout )(?<!\ba )(?<!\bbeyond )doubt(?:s|ed)?|not even|too early to|"
        r"forbidden to|wrong to|against|dishonest(?:ly)?|irresponsible|misleading|lying|a lie|"
        r"stops? short of|no (?:\w+ ){1,3}(?:can|could|would|should|may|might|must|will ever))\b"
    ),
    denies_briefly=re.compile(
        r"\b(?:without|instead of|rather than|as opposed to|lack(?:s|ed)?|no|zero|(?:non|un)(?=[ -]))\b"
    ),
    contrasts=re.compile(r"(?:instead of|rather than|as opposed to)"),
    affirms=re.compile(
        rf"(?:{_NOT}) (?:(?:you|we|they|it|i|he|she|this|that|there|everyone|your \w+)\b"
        rf"(?! (?:ever )?(?:call|say|write|promise|claim)\b)|"
        r"(?:ever |have to |need to |be |even )*(?:only|just|merely|simply|least|to mention|to worry|"
        r"surprising|bad|find (?:a |any(?:thing|where)? )?(?:better|more|like)|lose(?= with|\s*$)|"
        r"worry|wait|hesitat\w+|forget|delay|fear|panic|fret|go wrong|resist|believe|regret|beat|help|"
        r"let|miss|shy|afraid|sweat|blink|overlook|think twice|look (?:any )?further|"
        r"look elsewhere|settle|take our word|been (?:so|more|easier|better|faster|simpler|this|as)|"
        r"be the same|"
        r"stop|fail|cease|hurry|sleep on|before)\b|"
        r"(?:need|have|require|pay|cost|take|want)\w*(?: to \w+)? (?!to )(?:.* )?(?:to|for|with|before|"
        r"because)\b)"
        r"|no (?:doubt|question|wonder|matter|mistake|better|other|less|fewer|worries|problem|sooner|"
        r"kidding|joke|"
        r"wait(?:ing)?|one else|need(?! to\s*$)|more \w+ing|surprise|secret|hassle|fuss|strings|catch|"
        r"reason to)\b"
        r"|no[ -]one else\b|nobody else\b"
        r"|nothing (?:to (?:pay|lose|fear|do|install|set up|download|learn|buy|sign|import|configure)|"
        r"short of|but|less|else|"
        r"beats?|compares|comes close|like)\b"
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
        r"|ended|by (?:nobody|no one)"
        r"|(?:is|are|was|were)(?:n't| not) (?:a|an|the|one) (?:promise|word|claim|term|phrase|thing|offer)"
        r"|(?:is|are) (?:a|an|the|one) (?:promise|word|claim|term|phrase|thing|offer) (?:\w+ ){1,2}?"
        r"(?:\w+n't|not|never|cannot|avoid)"
        r"|(?:would|could|might) be (?:dishonest|irresponsible|misleading|wrong|a lie|lying)"
        r"|(?:will|can|could|would|should|must)(?:n't| not|not| never) (?:ever )?be (?:said|promised|"
        r"offered|used))\b"
        r"|(?:\s(?:absolutely |exactly )?nothing|\s?: none)\b"
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
    new_clause=words(
        "we you it they i he she this that there is are was were will can could has have get gets comes? "
        "offers? "
        "gives? brings? makes? enjoy start every everything always instead now then also still simply "
        "your our with"
    ),
    remark=re.compile(
        r",[^,;:]{1,45},(?= (?:can|could|will|would|should|may|might|must|has|have|is|are|do|does|did|"
        r"ever|honestly)\b)"
    ),
    elsewhere=words("elsewhere else others? competitors? rivals?"),
    condition=re.compile(
        r"\s*[\"']*(?:and |but |so )?(?:even )?(?:if|when|since|once|as|in case|where|whenever)\b"
    ),
    subject=words("we i"),
    asks=re.compile(
        r"(?:[^:]*\b(?:questions?|faq|asks|asked)\b[^:]*: )?[\"'\s]*"
        r"(?:(?:so|and|but|also|hi|hello|q)[,:]? )?(?:(?:can|could|do|does|did|will|would|should|"
        r"may|must) "
        r"(?:you|we|it|they|anyone|anybody|someone|the|your|our|this|that|\w+)\b|(?:is|are|was|were|has|"
        r"have) \w+\b|"
        r"(?:who|where|how|what|when|which|why) (?:is|are|was|were|do|does|did|can|could|will|would|"
        r"should)\b)"
    ),
    answered=re.compile(
        r"\s*(?:(?:(?:the |my |our )?(?:short |honest |quick |draft )?(?:answer|reply)|a)(?: is)?[:,]? )?"
        r"(?:(?:no|none|nope|not|never|sorry)\b(?! (?:problem|worries|doubt|catch|kidding|wait|joke))"
        r"|(?:we|it|they|that|this) (?:\w+n't|cannot|(?:\w+ )?(?:not|never))\b"
        r"(?! (?:\w+ )?(?:only|just|stop|joke|joking|kid|kidding|mind|think|forget|fail|even|end)\b))"
    ),
    invites=words(
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
        r"grep for|look(?:ed|ing)? for(?=.*[\"'])|what (?:is|counts as|does)|"
        r"meaning of|definition of|instead of)"
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
        r"|\b(?:words? to avoid|"
        r"avoid(?=\s?:| (?:these|the|saying|using|writing|words|phrases)\b)|"
        r"banned|forbidden|not allowed|don't (?:say|use|write)|do not (?:say|"
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
        rf"\b{_PERSON}\b[^;.]{{0,40}}?\b{_SPEECH}\b(?!.*\bwe\b)(?! us (?:to|for)\b)"
        r"|\b(?<!you )(?:ask(?:s|ed|ing)?|wonder\w*|wants? to know|wanted to know|questions?|"
        r"requests?|unclear|"
        r"unsure|check|asking)"
        r"(?: \w+){0,4}? (?:if|whether|about|for|how|why|what|when|who|on)\b"
        r"|\b(?:drafts?|pages?|copy|texts?|mails?|e-?mails?|banners?|headlines?|slides?|ads?|posts?)"
        r" (?:had |once )?(?:said|claimed|promised|used to say)\b"
        r"|\bwhether\b|\baccording to\b|\bin (?:his|her|their) (?:own )?words\b"
        r"|\b(?:competitors?|rivals?|(?:many|most|some|all|few|unlike) (?:other )?\w+|other (?:\w+ )?"
        r"(?:tools|apps|vendors|companies|products|providers|banks|services|teams|brands|firms|shops|"
        r"platforms)|others|"
        r"they all)\b(?!.*\b(?:we|our|us|you|your)\b)"
    ),
    said_after=re.compile(
        r"[^;:]{0,80}?,[\"']* (?:says?|said|writes?|wrote|asks?|asked|reports?)\b"
    ),
    testimony=words(
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
    drafts=words((_DRAFT,)),
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
