"""What a rewrite must keep of a sentence: its numbers, its dates, and what Slack reads as more than words."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Final

from coherence.rules.folding import fold, ornaments
from coherence.rules.markup import Kind, fold_prose, not_prose

_NUMBER: Final = re.compile(
    r"(?<!\d)(?P<before>[€$£¥]|(?:eur|usd|gbp|chf) )? ?"
    r"(?P<digits>\d+(?:[.,:/]\d+)*)"
    r"(?: ?(?P<after>%|percent\b|per cent\b|€|\$|£|¥|(?:eur|usd|gbp|chf|euros?|dollars?|pounds?)\b"
    r"|[ap]\.?m\b\.?|(?:st|nd|rd|th)\b|(?:k|m|bn)\b|million\b|billion\b|thousand\b)|x\b)?"
)
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:,\d{3})+")
_UNITS: Final = {
    **dict.fromkeys(("percent", "per cent"), "%"),
    **dict.fromkeys(("€", "eur", "euro", "euros"), "€"),
    **dict.fromkeys(("$", "usd", "dollar", "dollars"), "$"),
    **dict.fromkeys(("£", "gbp", "pound", "pounds"), "£"),
    **dict.fromkeys(("a.m", "a.m.", "am."), "am"),
    **dict.fromkeys(("p.m", "p.m.", "pm."), "pm"),
    **dict.fromkeys(("st", "nd", "rd", "th"), ""),
    "thousand": "k",
    "million": "m",
    "billion": "bn",
}
_SPELLED: Final = {
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "ninety": "90",
    "hundred": "100",
}
# “One” is a number where it counts something, and a pronoun elsewhere.
_SPELLED_OUT: Final = re.compile(
    rf"\b(?:{'|'.join(_SPELLED)}|(?<!no )(?<!this )(?<!that )(?<!the )(?<!which )(?<!each )(?<!every )"
    r"(?<!any )one(?! (?:of|another|by)\b)(?=[ -]\w))\b"
)
_MONTHS: Final = (
    "january|february|april|june|july|august|september|october|november|december"
    "|januar|jänner|februar|märz|mai|juni|juli|oktober|dezember"
    "|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre"
    "|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
)
_DAYS: Final = (
    "(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tomorrow|yesterday|tonight"
    "|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|heute|morgen|gestern"
    "|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain|hier|aujourd'hui"
    "|lunes|martes|miércoles|jueves|viernes|sábado|domingo|hoy|mañana|ayer"
)
_NAMED_DATE: Final = re.compile(rf"\b(?:{_MONTHS}|(?:{_DAYS})s?)\b", re.IGNORECASE)
# Words of their own in lower case: “may”, “march”, “sat”, “sun”.
_CAPITALISED_DATE: Final = re.compile(
    r"\b(?:March|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)\b"
    r"|\bMay\b(?=,? \d)|(?<=\d )May\b|(?:(?<=\bin )|(?<=\bby )|(?<=\bof )|(?<=\buntil )|(?<=\bsince ))May\b"
)
_MARKUP: Final = (Kind.ADDRESS, Kind.MENTION, Kind.SHELL, Kind.CODE)


@dataclass(frozen=True)
class Facts:
    """The facts of a text, each with how often it stands there."""

    numbers: Counter[str]
    dates: Counter[str]
    markup: Counter[str]
    """Addresses, mentions and code, as they are typed."""
    emoji: Counter[str]


def facts_of(text: str) -> Facts:
    """Collect what a text states that words alone can't replace."""
    composed = unicodedata.normalize("NFKC", text)
    spans = not_prose(composed)
    prose = fold_prose(composed, spans, frozenset({*_MARKUP, Kind.EMOJI}), keep_form=True).text
    typed = [(span.kind, composed[span.start : span.end]) for span in spans]
    return Facts(
        numbers=_numbers(prose.lower()),
        dates=_dates(prose),
        markup=Counter(part for kind, part in typed if kind in _MARKUP),
        emoji=Counter(part for kind, part in typed if kind is Kind.EMOJI),
    )


def numbers_of(text: str) -> Counter[str]:
    """Return the numbers of a text in one way of writing: `10%`, `12`, `€6`; “one” to “twelve” included."""
    folded = fold(text, [(start, end, "") for start, end in ornaments(text)], keep_form=True)
    return _numbers(folded.text.lower())


def _numbers(text: str) -> Counter[str]:
    digits = _SPELLED_OUT.sub(lambda match: _SPELLED.get(match[0], "1"), text)
    return Counter(map(_number, _NUMBER.finditer(digits)))


def _number(match: re.Match[str]) -> str:
    digits = match["digits"]
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(",", "")
    units = (match["before"] or "").strip(), match["after"] or ""
    return digits + "".join(_UNITS.get(unit, unit) for unit in units)


def _dates(text: str) -> Counter[str]:
    named = [match[0].lower() for match in _NAMED_DATE.finditer(text)]
    capitalised = [match[0].lower() for match in _CAPITALISED_DATE.finditer(text)]
    return Counter([*(_day(name) for name in named), *(name[:3] for name in capitalised)])


def _day(name: str) -> str:
    english = name.removesuffix("s").endswith("day") and not name.startswith(("to", "yester"))
    return name[:3] if english else name
