"""What a finding of the rules says: a considerate colleague, short and specific, who blames nobody."""

from collections.abc import Sequence

from coherence.stack.document import ChecklistItem, Term, Touchpoint


def term_statement(term: Term) -> str:
    """Put a term as a line of the narrative."""
    return f"Say “{term.use}”, not {either(term.instead_of)}."


def term_why(term: Term) -> str:
    """Say why we use the term."""
    return term.why or f"We say “{term.use}”."


def term_suggestion(term: Term) -> str:
    """Offer the word we use, whatever number or case the sentence asks for."""
    return f"Use our word, “{term.use}”."


def never_why() -> str:
    """Say that these words promise what nobody may promise."""
    return "These words are on the list of what nobody may say."


def never_suggestion() -> str:
    """Point at saying less."""
    return "Say what we can keep: describe what really happens, or leave this out."


def tone_why() -> str:
    """Say that these words don't sound like us."""
    return "We leave these words out to sound like ourselves."


def tone_suggestion() -> str:
    """Offer a way to a plainer tone."""
    return "Leave it out, or say plainly what the reader gets."


def forbidden_why(touchpoint: Touchpoint | None) -> str:
    """Say that a touchpoint's checklist keeps these words out."""
    place = f"the {touchpoint.name}" if touchpoint else "this touchpoint"
    return f"The checklist for {place} leaves these words out."


def forbidden_suggestion() -> str:
    """Offer another place for it."""
    return "Keep it for another message, or put it without these words."


def missing_why(touchpoint: Touchpoint, item: ChecklistItem) -> str:
    """Say what a touchpoint's checklist asks for and the text does not have."""
    asked = either(item.requires)
    return f"The checklist for the {touchpoint.name} asks for {asked}, and it is not there yet."


def missing_suggestion(item: ChecklistItem) -> str:
    """Offer the words that would do."""
    return f"Add a sentence with {either(item.requires)}."


def limit_statement(touchpoint: Touchpoint) -> str:
    """Put a word limit as a line of the narrative."""
    return f"{touchpoint.name}: at most {_words(touchpoint.max_words or 0)}."


def limit_why(touchpoint: Touchpoint, words: int) -> str:
    """Say how long the text is and how long it may be."""
    return f"{_words(words)}; the limit for the {touchpoint.name} is {touchpoint.max_words:,}."


def limit_suggestion(touchpoint: Touchpoint, words: int) -> str:
    """Say how much has to go."""
    return f"Cut {_words(words - (touchpoint.max_words or 0))}: keep what the reader needs for the next step."


def _words(count: int) -> str:
    return "1 word" if count == 1 else f"{count:,} words"


def either(phrases: Sequence[str], most: int = 6) -> str:
    """List phrases as alternatives, the first few of many."""
    if len(phrases) == most + 1:
        most += 1  # “1 more” would be no shorter
    shown = [f"“{phrase}”" for phrase in phrases[:most]]
    if len(phrases) > most:
        shown.append(f"{len(phrases) - most:,} more")
    if len(shown) == 1:
        return shown[0]
    return f"{', '.join(shown[:-1])} or {shown[-1]}"


def shown(quote: str, most: int = 60) -> str:
    """Put a quote on one line; Slack's marks inside it are left out and a long one is shortened."""
    line = " ".join(quote.replace("*", "").split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
