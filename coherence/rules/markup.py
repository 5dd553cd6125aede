"""Tell prose from what is not: code, addresses, mentions, emoji, quoted and struck-through text.

Slack's mrkdwn after entity unescaping, and what people type of it into a file. One scan, linear in the text.
"""

import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import Final, NamedTuple

from coherence.rules.folding import PLACEHOLDER, Folded, fold, ornaments


class Kind(Enum):
    """What a span that is not prose is."""

    CODE = auto()
    ADDRESS = auto()
    MENTION = auto()
    EMOJI = auto()
    QUOTED = auto()
    STRUCK = auto()
    SHELL = auto()
    """The part of a link around its label: nothing is left of it where the label is read."""


class Span(NamedTuple):
    """Code points of the text as given that are not prose."""

    start: int
    end: int
    kind: Kind


PROSE_SKIPS: Final = frozenset(Kind)
"""What phrases are not looked for in."""
LITERAL_SKIPS: Final = frozenset({Kind.CODE})
"""What is skipped for a phrase that is itself an address, an emoji or the like."""

_REQUIREMENT_SKIPS: Final = frozenset({Kind.CODE, Kind.ADDRESS, Kind.SHELL, Kind.STRUCK})

_SCHEMES: Final = r"(?:https?|ftps?|slack|file|ssh|git|mailto|tel|sms)"
_NOT_PROSE: Final = re.compile(
    rf"""
      (?P<fence> ```.*?``` )
    | (?P<code> `[^`\n]+` )
    | (?P<rest> ^>>> )
    | (?P<quoted> ^[ \t]*>[^\n]* (?: \n[ \t]*>[^\n]* )* )
    | < (?P<mention> [@#!][^<>\n]* ) >
    | < (?P<link> {_SCHEMES}:[^<>|\s]*+ ) (?: \| (?P<label> [^<>\n]* ) )? >
    | (?P<emoji> :(?=[^:]*[a-z]|[+-]1:|100:)[a-z0-9_+'-]{{1,80}}: )
    | (?P<struck> (?<![\w~]) ~ (?=[^\s~]) [^~\n]* (?<=\S) ~ (?![\w~]) )
    | (?P<url> \b{_SCHEMES}:(?://|(?<=mailto:)|(?<=tel:))[^\s<>"“”|]+ | \bwww\.[^\s<>"“”|]+ )
    | (?P<email> (?<![\w.+-]) [\w.+-]++ @ [\w-]++ (?:\.[\w-]++)++ )
    | (?P<handle> (?<![\w@#&]) [@\#] [^\W\d_][\w-]* )
    | (?P<path> (?<![\w./~]) (?:~|\.{{1,2}})?/[\w.-]++/[\w./-]*+ )
    | (?P<dotted> (?<![\w@./-]) [\w-]++ (?:[./][\w-]++)++ )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_KINDS: Final = {
    "fence": Kind.CODE,
    "code": Kind.CODE,
    "rest": Kind.QUOTED,
    "quoted": Kind.QUOTED,
    "mention": Kind.MENTION,
    "link": Kind.ADDRESS,
    "emoji": Kind.EMOJI,
    "struck": Kind.STRUCK,
    "url": Kind.ADDRESS,
    "email": Kind.ADDRESS,
    "handle": Kind.MENTION,
    "path": Kind.ADDRESS,
    "dotted": Kind.ADDRESS,
}
_WORTH_SCANNING: Final = re.compile(r"[`<>:~@#/]|\.\w|www\.")
_ORNAMENTED: Final = re.compile(r"[*_%/]")
_QUOTED_LINE: Final = re.compile(r"^[ \t]*>", re.MULTILINE)
_TRAILING: Final = ".,;:!?)]}'\"\u2019\u00bb"
_DOMAIN: Final = re.compile(
    r"(?:com|org|net|io|co|app|dev|ai|eu|uk|de|fr|es|at|ch|it|nl|us|ca|au|info|biz|me|tv|gov|edu|int|example|test)",
    re.IGNORECASE,
)
_FILE: Final = re.compile(
    r"(?:pdf|png|jpe?g|gif|svg|csv|tsv|docx?|xlsx?|pptx?|md|txt|ya?ml|json|toml|html|css|py|js|ts|zip|gz|log)",
    re.IGNORECASE,
)


def not_prose(text: str) -> tuple[Span, ...]:
    """Return what is not prose, in order and without overlaps."""
    if not _WORTH_SCANNING.search(text):
        return ()
    return tuple(_spans(text))


def fold_prose(
    text: str,
    spans: Iterable[Span],
    skipped: frozenset[Kind] = PROSE_SKIPS,
    *,
    keep_form: bool = False,
) -> Folded:
    """Fold a text with the spans of the skipped kinds and all ornaments out of the way."""
    cuts = [
        (span.start, span.end, "" if span.kind is Kind.SHELL else PLACEHOLDER)
        for span in spans
        if span.kind in skipped
    ]
    return fold(text, _with_ornaments(text, cuts), keep_form=keep_form)


def requirement_skips(text: str, spans: Iterable[Span]) -> frozenset[Kind]:
    """Return where the appearance of a required phrase does not count.

    A few quoted lines are what a text answers; a text that is mostly quoted lines is itself the draft.
    """
    spans = tuple(spans)
    lines = [text[span.start : span.end] for span in spans if span.kind is Kind.QUOTED]
    quoted = sum(len(line.split()) for line in lines)
    opens = bool(lines) and text.lstrip().startswith(lines[0].lstrip())
    is_answer = 0 < quoted < count_words(text, spans) * (2 if opens else 1)
    return _REQUIREMENT_SKIPS | {Kind.QUOTED} if is_answer else _REQUIREMENT_SKIPS


def is_markup(phrase: str) -> bool:
    """Say whether a phrase is, at least in part, something that prose is cleared of."""
    return bool(not_prose(phrase))


def count_words(text: str, spans: Iterable[Span]) -> int:
    """Count the words a reader gets: no emoji, nothing quoted or struck through, an address as one."""
    parts = []
    at = 0
    for span in spans:
        parts += [text[at : span.start], _read_as(text, span)]
        at = span.end
    parts.append(text[at:])
    return sum(any(map(str.isalnum, word)) for word in "".join(parts).split())


def _read_as(text: str, span: Span) -> str:
    match span.kind:
        case Kind.CODE:
            return text[span.start : span.end]
        case Kind.ADDRESS | Kind.MENTION:
            return "x"
        case Kind.SHELL:
            return ""
        case _:
            return " "


def _spans(text: str) -> Iterator[Span]:
    at = 0
    while match := _NOT_PROSE.search(text, at):
        group = match.lastgroup or ""
        if group == "label":
            # The label is text, with markup of its own: only what surrounds it goes.
            yield Span(match.start(), match.start("label"), Kind.SHELL)
            yield from (
                Span(s.start + match.start("label"), s.end + match.start("label"), s.kind)
                for s in _spans(match["label"])
            )
            yield Span(match.end("label"), match.end(), Kind.SHELL)
            at = match.end()
            continue
        span = _span(text, match, group)
        if span:
            yield span
        at = max(span.end if span else match.end(), at + 1)


def _span(text: str, match: re.Match[str], group: str) -> Span | None:
    start, end = match.span()
    if group == "dotted" and not _is_address(match[0]):
        return None
    if group == "rest":
        end = _end_of_rest(text, end)
    elif group == "url":
        end = start + len(match[0].rstrip(_TRAILING))
    return Span(start, end, _KINDS[group])


def _end_of_rest(text: str, at: int) -> int:
    """Return where a quotation opened by `>>>` ends: with the text, unless further lines carry marks."""
    if _QUOTED_LINE.search(text, at):
        line_end = text.find("\n", at)
        return line_end if line_end >= 0 else len(text)
    return len(text)


def _is_address(token: str) -> bool:
    """Say whether words joined by dots and slashes are a host or a file, not “24/7” or a missing space."""
    host, _, path = token.partition("/")
    _, dot, domain = host.rpartition(".")
    if dot and _DOMAIN.fullmatch(domain):
        return True
    _, dot, extension = (path or host).rpartition(".")
    return bool(dot and _FILE.fullmatch(extension))


def _with_ornaments(text: str, cuts: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    marks = ornaments(text) if _ORNAMENTED.search(text) else []
    if not marks:
        return cuts
    merged: list[tuple[int, int, str]] = []
    for cut in sorted([*cuts, *((start, end, "") for start, end in marks)]):
        if not merged or cut[0] >= merged[-1][1]:
            merged.append(cut)
    return merged
