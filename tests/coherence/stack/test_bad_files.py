"""Files that are no stack: each gets one plain sentence that names the line to look at."""

import time

import pytest

from coherence.errors import InvalidStack
from coherence.stack.file import MAX_BYTES, MAX_VALUES, read_stack

HEAD = "format: 1\njourney: J\nlanguage: en\n"
CHECKLIST = HEAD + "touchpoints:\n  - id: C1\n    name: A mail\n    checklist:\n"


def items(*lines: str, section: str = "vision") -> str:
    """A stack file with one section, whose first line is line 5."""
    return HEAD + f"{section}:\n" + "".join(f"  {line}\n" for line in lines)


def refusal(data: bytes | str) -> str:
    with pytest.raises(InvalidStack) as refused:
        read_stack(data.encode() if isinstance(data, str) else data)
    return str(refused.value)


NOT_A_STACK = {
    "empty": "",
    "blank": "\n \n",
    "only a comment": "# later\n",
    "a list at the top": "- a\n- b\n",
    "a text": "hello",
}


@pytest.mark.parametrize("text", NOT_A_STACK.values(), ids=NOT_A_STACK)
def test_a_file_without_keys_is_told_how_a_stack_file_begins(text: str) -> None:
    assert refusal(text) == ("line 1: a stack file begins with “format: 1”; this one has no keys.")


QUOTES = "a text with “: ” in it needs quotes around it, or this line begins too far to the right."
BROKEN_YAML = {
    "a tab": (HEAD + "vision:\n\t- {id: V1, text: x}\n", 5, "there is a tab; use spaces."),
    "a tab inside a block": (items("- id: V1", "\ttext: x"), 6, "there is a tab; use spaces."),
    "a colon in a text": (items("- id: V1", "  text: We say: this"), 6, QUOTES),
    "an open quotation mark": (
        items("- {id: V1, text: 'x}", "- {id: V2, text: y}"),
        5,
        "a quotation mark that is opened here is never closed.",
    ),
    "an open bracket": (
        HEAD + "vision: [{id: V1, text: x}\nnever: []\n",
        5,
        "a comma is missing here, or the bracket opened in line 4 is not closed.",
    ),
    "an open brace": (
        items("- {id: V1, text: x"),
        6,
        "a comma is missing here, or the bracket opened in line 5 is not closed.",
    ),
    "a crooked indentation": (
        items("- id: V1", " text: x"),
        6,
        "this line does not line up with the ones around it, or has a mark too many or too few.",
    ),
    "a character that begins nothing": (
        items("- id: V1", "  text: @home"),
        6,
        "a text that begins with this character needs quotes around it.",
    ),
    "a lone star": (
        items("- {id: X1, text: x, patterns: [ * ]}", section="never"),
        5,
        "a text that begins with * or & needs quotes around it.",
    ),
    "an unknown escape": (
        items("- id: V1", '  text: "a\\qb"'),
        6,
        "after a backslash in double quotes comes an unknown letter; use single quotes.",
    ),
    "two documents": (
        HEAD + "---\n" + HEAD,
        4,
        "a second document begins here; a stack file holds one.",
    ),
    "a document after the end": (
        HEAD + "...\ngarbage: 1\n",
        5,
        "a second document begins here; a stack file holds one.",
    ),
    "a directive": (
        "%YAML 1.1\n---\n" + HEAD,
        1,
        "directives such as %YAML are not used in stack files; remove it.",
    ),
    "a tag": (
        HEAD + "vision: !!python/object/apply:os.system [ls]\n",
        4,
        "tags (words after !) are not used here; put the text in quotes.",
    ),
    "a list as a key": (
        HEAD + "? [a, b]\n: x\n",
        4,
        "a key must be a word, not a list or a mapping.",
    ),
    "no key": (HEAD + ": x\n", 4, "a key is missing before the colon."),
}

KEYS = {
    "a repeated key": (HEAD + "journey: K\n", 4, "the key “journey” appears twice here."),
    "a key repeated within an item": (
        items("- id: V1", "  text: a", "  text: b"),
        7,
        "the key “text” appears twice here.",
    ),
    "a key repeated in quotes": (
        HEAD + "vision: []\n'vision': []\n",
        5,
        "the key “vision” appears",
    ),
    "an unknown section": (HEAD + "\nvisoin: []\n", 5, "“visoin” is not a key that belongs here."),
    "an unknown key of an item": (
        items("- id: V1", "  text: a", "  colour: b"),
        7,
        "“colour” is not a key that belongs here.",
    ),
    "an unknown key of the narrative": (
        HEAD + "narrative:\n  start: {id: N0, text: x}\n",
        5,
        "“start” is not a key that belongs here.",
    ),
    "an unknown key in a checklist": (
        CHECKLIST + "      - id: C1.1\n        text: b\n        require: [c]\n",
        10,
        "“require” is not a key that belongs here.",
    ),
    "a number as a key": (HEAD + "1: x\n", 4, "“1” is not a key that belongs here."),
    "a merge key": (HEAD + "<<: {vision: []}\n", 4, "“<<” is not a key that belongs here."),
    "a missing key of the file": (
        "# ours\nformat: 1\nlanguage: en\n",
        2,
        "“journey” is missing.",
    ),
    "a missing key of an item": (items("- {id: V1, text: a}", "- text: b"), 6, "“id” is missing."),
    "several faults, the first section last in the file": (
        HEAD + "principles: words\nvision: words\n",
        4,
        "“principles” must be a list (and 1 more to put right).",
    ),
    "several faults": (
        items("- {id: V1, colour: a}", "- {id: V2, text: b}", section="promises") + "tune: []\n",
        5,
        "“colour” is not a key that belongs here (and 2 more to put right).",
    ),
}

IDS = {
    "in one section": (items("- {id: V1, text: a}", "- {id: V1, text: b}"), 6),
    "across sections": (items("- {id: V1, text: a}") + "promises:\n  - id: V1\n    text: b\n", 7),
    "in a checklist": (CHECKLIST + "      - {id: C1, text: b}\n", 8),
    "across checklists": (
        CHECKLIST
        + "      - {id: K1, text: b}\n"
        + "  - id: C2\n    name: B\n    checklist:\n      - {id: K1, text: c}\n",
        12,
    ),
    "in the narrative": (
        HEAD + "narrative:\n  from: {id: N, text: a}\n  to:\n    id: N\n    text: b\n",
        7,
    ),
    "in rules": (items("- {id: V1, text: a}") + "rules:\n  - {id: V1, kind: repetition}\n", 7),
}

VALUES = {
    "a date": (
        items("- id: V1", "  text: 2026-01-01"),
        6,
        "put quotes around the date 2026-01-01.",
    ),
    "a date in a rule": (
        items("- {id: R1, kind: existence,", "   since: 2026-01-01}", section="rules"),
        6,
        "put quotes around the date 2026-01-01.",
    ),
    "a number": (items("- id: V1", "  text: 12"), 6, "“text” must be text; put it in quotes."),
    "a number as an id": (items("- id: 1", "  text: a"), 5, "“id” must be text; put it in quotes."),
    "a number as a phrase": (
        items("- id: T1", "  text: a", "  avoid:", "    - ok", "    - 247", section="tone"),
        9,
        "an entry of “avoid” must be text; put it in quotes.",
    ),
    "true": (items("- id: V1", "  text: true"), 6, "“text” must be text; put it in quotes."),
    "nothing": (items("- id: V1", "  text:"), 6, "“text” is empty; fill it in, or leave it out."),
    "an empty entry": (
        items("- {id: V1, text: a}", "-"),
        6,
        "an entry of “vision” is empty; fill it in, or leave it out.",
    ),
    "an empty section": (HEAD + "vision:\n", 4, "“vision” is empty; fill it in, or leave it out."),
    "an empty text": (items("- id: V1", "  text: ''"), 6, "“text” is empty."),
    "an invisible text": (items("- id: V1", "  text: \u200b\u2060"), 6, "“text” is empty."),
    "a text that is too long": (
        items("- id: V1", f"  text: {'a' * 2001}"),
        6,
        "“text” is longer than 2,000 characters.",
    ),
    "a list as a text": (
        items("- id: V1", "  text: [a]"),
        6,
        "“text” must be text; put it in quotes.",
    ),
    "a text as an item": (
        items("- just words"),
        5,
        "an entry of “vision” must hold keys and values, such as {id: …, text: …}.",
    ),
    "a text as a section": (HEAD + "vision: words\n", 4, "“vision” must be a list."),
    "an item as a section": (HEAD + "vision: {id: V1, text: x}\n", 4, "“vision” must be a list."),
    "a phrase as a list of phrases": (
        items("- id: X1", "  text: a", "  patterns: b", section="never"),
        7,
        "“patterns” must be a list.",
    ),
    "no phrase to replace": (
        items("- id: W1", "  use: a", "  instead_of: []", section="terms"),
        7,
        "“instead_of” needs at least one entry.",
    ),
    "words for a number": (
        items("- id: C1", "  name: a", "  max_words: many", section="touchpoints"),
        7,
        "“max_words” must be a whole number, without quotes.",
    ),
    "true for a number": (
        items("- id: C1", "  name: a", "  max_words: true", section="touchpoints"),
        7,
        "“max_words” must be a whole number, without quotes.",
    ),
    "a number that is too small": (
        items("- id: C1", "  name: a", "  max_words: 0", section="touchpoints"),
        7,
        "“max_words” must be at least 1.",
    ),
    "a number that is too large": (
        items("- id: C1", "  name: a", "  max_words: 100001", section="touchpoints"),
        7,
        "“max_words” may be 100,000 at most.",
    ),
    "a number no computer holds": (
        items("- id: C1", "  name: a", f"  max_words: {'9' * 5000}", section="touchpoints"),
        7,
        "this number is too large; put quotes around it.",
    ),
    "an infinite number": (
        items("- {id: R1, kind: existence, most: 1e999}", section="rules"),
        5,
        "this number is too large; put quotes around it.",
    ),
    "a blank in an id": (
        items("- id: V 1", "  text: a"),
        5,
        "“id” may hold letters, digits, dots and dashes only, up to 32.",
    ),
    "another format": ("format: 2\njourney: J\nlanguage: en\n", 1, "“format” must be 1."),
    "true for the format": ("format: true\njourney: J\nlanguage: en\n", 1, "“format” must be 1."),
    "a text for the format": ("format: '1'\njourney: J\nlanguage: en\n", 1, "“format” must be 1."),
    "a language by name": (
        "format: 1\njourney: J\nlanguage: plain English\n",
        3,
        "“language” must be a code such as en or pt-BR.",
    ),
    "a name on two lines": (
        'format: 1\njourney: "a\\nb"\nlanguage: en\n',
        2,
        "“journey” must be on one line.",
    ),
    "an unknown kind of rule": (
        items("- id: R1", "  kind: sorcery", section="rules"),
        6,
        (
            "“kind” must be one of existence, substitution, occurrence, repetition, consistency, "
            "conditional or capitalization."
        ),
    ),
    "an unknown verdict": (
        items("- id: E1", "  text: a", "  verdict: not_judged", section="examples"),
        7,
        "“verdict” must be one of fits, suggestions or conflict.",
    ),
    "an unknown milestone": (
        items("- id: C1", "  name: a", "  milestone: N7", section="touchpoints"),
        7,
        "there is no milestone N7.",
    ),
    "an unknown touchpoint": (
        items("- {id: E1, text: a, verdict: fits,", "   touchpoint: C7}", section="examples"),
        6,
        "there is no touchpoint C7.",
    ),
    "an unknown statement": (
        items("- {id: E1, text: a, verdict: fits,", "   statements: [V7]}", section="examples"),
        6,
        "there is no item V7.",
    ),
}

NOTHING = "this phrase has nothing to look for."
PHRASES = {
    "empty": ('""', "an entry of “patterns” is empty."),
    "blank": ('"  "', "an entry of “patterns” is empty."),
    "zero-width": ('"\u200b\u2060"', NOTHING),
    "a star": ('"*"', NOTHING),
    "stars and blanks": ('" ** *"', NOTHING),
    "no-break space": ('"\u00a0"', "an entry of “patterns” is empty."),
    "missing": ("", "an entry of “patterns” is empty; fill it in, or leave it out."),
}

ALIAS = (
    "anchors and aliases (& and *) are not used in stack files; "
    "write the item out, or put the text in quotes."
)
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
ALIASES = {
    "an item": (items("- &a {id: V1, text: a}", "- *a"), 5),
    "a text": (items("- id: T1", "  text: &a b", "  avoid: [*a]", section="tone"), 6),
    "an unused anchor": (HEAD + "vision: &v\n  - {id: V1, text: x}\n", 4),
    "itself": (HEAD + "vision: &a [*a]\n", 4),
    "a phrase that begins with a star": (
        items("- {id: X1, text: a,", "   patterns: [*guarantee]}", section="never"),
        6,
    ),
    "a billion laughs": (HEAD + LAUGHS, 4),
}

UNREADABLE = {
    "UTF-16": (HEAD.encode("utf-16"), 1, "the file is not UTF-8 text; save it as UTF-8."),
    "Latin-1": (
        items("- {id: V1, text: café}").encode("latin-1"),
        5,
        "the file is not UTF-8 text; save it as UTF-8.",
    ),
    "Latin-1 with old newlines": (
        items("- {id: V1, text: café}").replace("\n", "\r").encode("latin-1"),
        5,
        "the file is not UTF-8 text; save it as UTF-8.",
    ),
    "UTF-16 without a mark": (
        HEAD.encode("utf-16-le"),
        1,
        "there is a control character here (U+0000) that no text needs; remove it.",
    ),
    "NUL": (
        items('- {id: V1, text: "a\0b"}').encode(),
        5,
        "there is a control character here (U+0000) that no text needs; remove it.",
    ),
    "an escaped NUL": (
        items("- id: V1", '  text: "a\\0b"').encode(),
        6,
        "there is a control character here (U+0000) that no text needs; remove it.",
    ),
    "a bell": (
        items("- {id: V1, text: a\x07b}").encode(),
        5,
        "there is a control character here (U+0007) that no text needs; remove it.",
    ),
    "half a character": (
        items("- id: V1", '  text: "a\\ud800b"').encode(),
        6,
        "there is a control character here (U+D800) that no text needs; remove it.",
    ),
}

_TABLE: dict[str, tuple[str | bytes, int, str]] = {
    **{f"YAML: {name}": case for name, case in BROKEN_YAML.items()},
    **{f"keys: {name}": case for name, case in KEYS.items()},
    **{f"values: {name}": case for name, case in VALUES.items()},
    **{f"bytes: {name}": case for name, case in UNREADABLE.items()},
    **{f"alias: {name}": (text, line, ALIAS) for name, (text, line) in ALIASES.items()},
    **{f"id twice: {n}": (text, line, "is used twice;") for n, (text, line) in IDS.items()},
    **{
        f"phrase: {name}": (
            items(
                "- id: X1", "  text: a", "  patterns:", "    - fine", f"    - {p}", section="never"
            ),
            9,
            sentence,
        )
        for name, (p, sentence) in PHRASES.items()
    },
}


@pytest.mark.parametrize(("data", "line", "sentence"), _TABLE.values(), ids=_TABLE)
def test_a_fault_is_one_sentence_that_names_its_line(
    data: str | bytes, line: int, sentence: str
) -> None:
    said = refusal(data)
    assert said.startswith(f"line {line}: ")
    assert sentence in said
    assert said.endswith(".")
    assert "\n" not in said


@pytest.mark.parametrize("newline", ["\r\n", "\r"], ids=["Windows", "old Mac"])
def test_lines_are_counted_whatever_ends_them(newline: str) -> None:
    assert refusal((HEAD + "\nvisoin: []\n").replace("\n", newline)).startswith("line 5: ")


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_stack(b"\xef\xbb\xbf" + HEAD.encode()).journey == "J"


def test_yes_and_no_are_words_as_in_yaml_1_2() -> None:
    assert read_stack(items("- {id: V1, text: yes}").encode()).vision[0].text == "yes"
    assert read_stack(b"format: 1\njourney: J\nlanguage: no\n").language == "no"


def test_a_file_over_the_limit_is_not_parsed() -> None:
    assert refusal(b"#" * (MAX_BYTES + 1)) == "This file is larger than 1 MB."


def test_the_name_of_the_file_leads_the_sentence() -> None:
    with pytest.raises(InvalidStack, match=r"^ours\.yml: line 4: “visoin” is not a key"):
        read_stack((HEAD + "visoin: []\n").encode(), "ours.yml")


HUGE = {
    "10,000 items": (
        items(*(f"- {{id: V{n}, text: x}}" for n in range(10_000))),
        505,
        "this stack has more than 500 items; a few dozen are easier to keep true.",
    ),
    "10,001 phrases": (
        items(
            "- id: X1",
            "  text: a",
            "  patterns:",
            *(f"  - p{n}" for n in range(10_001)),
            section="never",
        ),
        10_008,
        "this stack has more than 10,000 phrases.",
    ),
    "100,000 brackets": (
        HEAD + "vision: " + "[" * 100_000,
        4,
        "lists or keys lie too deeply within each other here.",
    ),
    "50,000 braces": (
        HEAD + "vision: " + "{a: " * 50_000,
        4,
        "lists or keys lie too deeply within each other here.",
    ),
    "a staircase of lists": (
        HEAD + "rules:\n" + "".join(" " * step + "-\n" for step in range(1, 900)),
        17,
        "lists or keys lie too deeply within each other here.",
    ),
    "a million values": (
        HEAD + "vision: [" + "a, " * 300_000,
        4,
        f"this file holds more than {MAX_VALUES:,} values.",
    ),
}


@pytest.mark.parametrize(("text", "line", "sentence"), HUGE.values(), ids=HUGE)
def test_a_huge_file_is_refused_before_it_takes_long(text: str, line: int, sentence: str) -> None:
    before = time.process_time()
    assert refusal(text) == f"line {line}: {sentence}"
    assert time.process_time() - before < 5
