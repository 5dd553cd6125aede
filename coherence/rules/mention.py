"""Tell whether a phrase is spoken of rather than said."""

from coherence.rules.cues import Cues


def is_mentioned(before: str, after: str, cues: Cues) -> bool:
    """Say whether the sentence is about the phrase as a phrase: named, listed, replaced, renamed."""
    if cues.names_word.search(before) or cues.named_after.match(after):
        return True
    if cues.replaced.search(before) and cues.replaced_by.match(after):
        return True
    return bool(cues.lists_words.search(before))


def is_near_mention(before: str, cues: Cues) -> bool:
    """Say whether a term is contrasted or spoken of right before it: “not a”, “formerly called”."""
    return bool(cues.near_term.search(before))
