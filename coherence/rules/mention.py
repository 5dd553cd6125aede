"""Tell whether a phrase is spoken of rather than said."""

from typing import Final

from coherence.rules.cues import Cues

_NEAR: Final = 100


def is_mentioned(before: str, after: str, cues: Cues) -> bool:
    """Say whether the sentence is about the phrase as a phrase: named, listed, replaced, renamed."""
    near = before[-_NEAR:]
    if cues.names_word.search(near) or cues.named_after.match(after):
        return True
    if cues.replaced.search(near) and cues.replaced_by.match(after):
        return True
    return bool(cues.lists_words.search(before))


def is_near_mention(before: str, cues: Cues) -> bool:
    """Say whether a term is contrasted or spoken of right before it: “not a”, “formerly called”."""
    return bool(cues.near_term.search(before[-_NEAR:]))
