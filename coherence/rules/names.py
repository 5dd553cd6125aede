"""Tell whether a word is part of a proper name."""

import re
from typing import Final

_REACH: Final = 60
_LINE: Final = 200
_NEXT: Final = re.compile(r"[ \u00a0](?P<word>[^\W\d_][\w'\u2019-]*)")
_PREVIOUS: Final = re.compile(r"(?P<word>[^\W\d_][\w'\u2019-]*)[ \u00a0]$")
_WORD: Final = re.compile(r"[^\W\d_][\w'\u2019-]*")
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?:•\n\"\u201c\u201d*>)-]\s*|^\s+)$")
# Capitalised in running text for other reasons.
_NOT_NAMES: Final = re.compile(r"I(?:'\w+)?|Your?|The|An?|This|That|It|We|Our")
_SHORT: Final = 3
_COMPANY: Final = re.compile(
    r"(?:[ \u00a0](?:&|[A-Z][\w'\u2019&-]*)){0,3}?[ \u00a0]"
    r"(?:Ltd|Limited|Inc|LLC|LLP|GmbH|AG|SE|PLC|plc|Corp|SA|BV|AB|Oy|Pty)\b"
)


def is_part_of_name(text: str, start: int, end: int) -> bool:
    """Say whether a capitalised word stands next to another one in a line that is not in title case."""
    quote = text[start:end]
    if not quote[:1].isupper() or quote.isupper() or _is_title(_line(text, start, end)):
        return False
    following = _NEXT.match(text, end)
    if following and _is_name(following["word"]):
        return True
    before = text[max(0, start - _REACH) : start]
    previous = _PREVIOUS.search(before)
    if not previous or not _is_name(previous["word"]):
        return False
    return not _SENTENCE_START.search(before[: previous.start()])


def is_company(text: str, start: int, end: int) -> bool:
    """Say whether a capitalised word begins the name of a company, such as “Guarantee Trust Inc.”."""
    if not text[start].isupper() or _is_title(_line(text, start, end)):
        return False
    return bool(_COMPANY.match(text, end))


def _is_name(word: str) -> bool:
    return word[0].isupper() and not _NOT_NAMES.fullmatch(word.replace("\u2019", "'"))


def _line(text: str, start: int, end: int) -> str:
    begin = text.rfind("\n", max(0, start - _LINE), start) + 1 or max(0, start - _LINE)
    stop = text.find("\n", end, end + _LINE)
    return text[begin : stop if stop >= 0 else end + _LINE]


def _is_title(line: str) -> bool:
    """Say whether all but the short words of a line are capitalised."""
    words = [word for word in _WORD.findall(line) if len(word) > _SHORT]
    return all(word[0].isupper() for word in words)
