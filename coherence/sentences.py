"""Split a draft into the sentences that a model is asked about.

What Slack's mrkdwn sets apart comes first (lines of a list, quotations, code), then the language's sentences.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sentencex import get_sentence_boundaries

from coherence.rules.folding import without_unseen

LONGEST: Final = 1_000
"""Code points of one sentence; a longer one is split at white space."""
MOST: Final = 600
"""Sentences of one draft; beyond that neighbours are joined."""

_JOINED: Final = 200
_READ_AT_ONCE: Final = 4_000
_HARD_WRAPPED: Final = 60

_FENCE: Final = re.compile(r"```.*?```", re.DOTALL)
_MARKER: Final = re.compile(r"\s*(?:>+\s*)*(?:(?:[-–•◦▪‣*]|\(?\d{1,3}[.)]|[a-z]\))(?=\s)\s*)?")
_HEADING: Final = re.compile(r"\s*\*[^*\n]+\*[\s:]*(?::[\w+'-]{1,80}:\s*)*|\s*#{1,6}\s.*")
_INSEPARABLE: Final = re.compile(
    r"<[^<>\n]{1,3000}>|`[^`\n]+`|https?://[^\s<>]*[\w/=&#%]|:[a-z0-9_+'-]{1,80}:"
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",
    re.IGNORECASE,
)
_EMOJI: Final = re.compile(r":[\w+'-]{1,80}:")
_MAY_END: Final = re.compile(r"[^\w\s,;\-]\s*\S")
# Abbreviations that sentencex takes for the end of a sentence: before anything, or before no capital.
_ABBREVIATED: Final = re.compile(
    r"(?:(?:^|[\s(])(?:approx|incl|excl|vol|max|est|ca|pp?|dept|ext|resp|nr)|^\s*(?:M|Mme|Mlle))\.\s*$",
    re.IGNORECASE,
)
_PERHAPS_ABBREVIATED: Final = re.compile(
    r"(?:^|[\s(])(?:no|min|hrs?|mon|tues?|wed|thurs?|fri|sat|sun|etc)\.\s*$", re.IGNORECASE
)


@dataclass(frozen=True)
class Sentence:
    """One sentence of a draft; `start` and `end` count code points of the draft as given.

    `shown` is what a model reads of it: `text` without the characters that nobody sees.
    """

    id: str
    start: int
    end: int
    text: str
    shown: str


def split_sentences(text: str, language: str) -> tuple[Sentence, ...]:
    """Split a draft so that each of its characters, other than white space, is in one sentence, in order.

    `language` is a code such as `en` or `pt-BR`; one that nobody knows is split as English is.
    """
    primary = language.partition("-")[0].lower()
    spans = [
        part
        for start, end in _blocks(text)
        for span in _in_block(text, start, end, primary)
        for part in _short_enough(text, *span)
    ]
    return tuple(
        Sentence(f"S{n}", start, end, text[start:end], _shown(text[start:end]))
        for n, (start, end) in enumerate(_few_enough(spans), 1)
    )


def sentences_around(text: str, language: str, start: int, end: int) -> str:
    """The sentence, or the sentences, of a draft in which a passage stands."""
    around = [s for s in split_sentences(text, language) if s.start < end and start < s.end]
    return text[around[0].start : around[-1].end] if around else text[start:end]


def list_marker(text: str) -> str:
    """Return what opens a sentence as a line of a list or a quotation, white space included; else nothing."""
    match = _MARKER.match(text)
    return match[0] if match else ""


def _shown(text: str) -> str:
    return without_unseen(text.replace("\0", "\ufffd"))


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield fences, and the runs of lines that belong together."""
    at = 0
    for fence in _FENCE.finditer(text):
        yield from _runs(text, at, fence.start())
        yield fence.span()
        at = fence.end()
    yield from _runs(text, at, len(text))


def _runs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    before, begun, at = "", start, start
    for line in text[start:end].splitlines(keepends=True):
        if not _carries_on(before, line):
            yield begun, at
            begun = at
        at += len(line)
        before = line
    yield begun, at


def _carries_on(before: str, line: str) -> bool:
    """Say whether a line goes on with the sentence that the line before it has begun."""
    if not before.strip() or not line.strip() or _HEADING.fullmatch(before.strip()):
        return False
    marker = list_marker(line)
    rest = line[len(marker) :]
    quoted = ">" in marker and ">" in list_marker(before)
    if marker.strip() and not (quoted and not marker.replace(">", "").strip()):
        return False
    return rest[:1].islower() or _is_cut(before, rest)


def _is_cut(before: str, rest: str) -> bool:
    """Say whether a line was broken only because it was full."""
    stem = before.rstrip()
    return len(stem) >= _HARD_WRAPPED and (stem[-1].isalnum() or stem[-1] == ",") and rest != ""


def _in_block(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    block = text[start:end]
    if _FENCE.fullmatch(block):
        yield start, end
        return
    begun = start
    for stop in _stops(block, language):
        if (span := _trimmed(text, begun, start + stop)) is not None:
            yield span
        begun = start + stop


def _stops(block: str, language: str) -> list[int]:
    """Return where the sentences of a block end, the block's own end last."""
    marker = len(list_marker(block))
    ends: list[int] = []
    if _MAY_END.search(block, marker):
        plain = _INSEPARABLE.sub(_in_place_of, block)
        ends = [end for end in _boundaries(plain, marker, language) if end < len(block)]
    kept: list[int] = []
    begun, says = marker, False
    for end, after in pairwise([*ends, len(block)]):
        says = says or _says_something(block[begun:end])
        following = block[end:after]
        if says and _says_something(following) and _ends(block[begun:end], following):
            kept.append(end)
            says = False
        begun = end
    return [*kept, len(block)]


def _in_place_of(match: re.Match[str]) -> str:
    # A capital, so that a sentence may begin with it.
    return "X" + "x" * (len(match[0]) - 1)


def _boundaries(plain: str, start: int, language: str) -> Iterator[int]:
    for at, end in _portions(plain, start):
        # Rust's strings know no surrogates.
        portion = re.sub("[\ud800-\udfff]", "\ufffd", plain[at:end])
        for boundary in get_sentence_boundaries(language, portion):
            yield at + boundary["end_index"]


def _portions(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Cut what is too long for sentencex, whose time grows faster than the text in the worst case."""
    while len(text) - start > _READ_AT_ONCE:
        end = _cut(text, start, _READ_AT_ONCE)
        yield start, end
        start = end
    yield start, len(text)


def _ends(piece: str, following: str) -> bool:
    if _PERHAPS_ABBREVIATED.search(piece):
        return following.lstrip()[:1].isupper()
    return not _ABBREVIATED.search(piece)


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, _EMOJI.sub("", text)))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    body = piece.strip()
    if not body:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(body)


def _short_enough(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        cut = _cut(text, start, LONGEST)
        if (span := _trimmed(text, start, cut)) is not None:
            yield span
        start = cut
    if (span := _trimmed(text, start, end)) is not None:
        yield span


def _cut(text: str, start: int, most: int) -> int:
    """Return where to cut a text at the latest: after the last white space there, if there is any."""
    for at in range(start + most, start + most // 2, -1):
        if text[at - 1].isspace():
            return at
    return start + most


def _few_enough(spans: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    longest = _JOINED
    joined = spans
    while len(joined) > MOST and longest <= LONGEST:
        joined = list(_joined(spans, longest))
        longest *= 2
    return joined


def _joined(spans: Iterable[tuple[int, int]], longest: int) -> Iterator[tuple[int, int]]:
    """Join neighbours as long as they stay short, so that any two that remain are longer together."""
    last: tuple[int, int] | None = None
    for start, end in spans:
        if last and end - last[0] <= longest:
            last = last[0], end
            continue
        if last:
            yield last
        last = start, end
    if last:
        yield last
