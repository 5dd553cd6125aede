"""What a rota file that cannot be used is told, and in which line."""

import pytest

from coherence.errors import InvalidRota
from coherence.rota.document import MAX_MEMBERS
from coherence.rota.file import MAX_BYTES, read_rota

GOOD = """\
format: 1
zone: Europe/London
start: 2026-03-02
handover: "09:00"
cadence: {every: 1, unit: week}
weekdays: [mon, tue]
per_term: 1
rest: {min_gap_terms: 1, max_per_year: 6}
members:
  - {user: ana, joined: 2026-01-05, left: null, country: GB}
  - user: bo
    left: "2027-01-01"
  - [{user: cy}, {user: di}]
  - eve
absences:
  - {user: ana, from: 2026-04-01, to: 2026-04-14}
overrides:
  - {from: 2026-05-04T09:00, to: 2026-05-06T09:00, users: [bo]}
  - {from: "2026-05-06T10:00+02:00", to: 2026-05-07 09:00, users: [zoe]}
"""


def told(content: str | bytes) -> str:
    data = content.encode() if isinstance(content, str) else content
    with pytest.raises(InvalidRota) as refused:
        read_rota(data, "rota.yml")
    return str(refused.value).removeprefix("rota.yml: ")


def test_the_file_that_the_others_are_made_from_is_good() -> None:
    rota = read_rota(GOOD.encode())
    assert list(rota.people()) == ["ana", "bo", "cy", "di", "eve"]
    assert [len(group) for group in rota.members] == [1, 1, 2, 1]


CASES = [
    ("Europe/London", "Europe/Londn", "line 2: “zone” must be a time zone that exists; similar"),
    ("Europe/London", "Atlantis", "line 2: “zone” must be a time zone that exists"),
    ("Europe/London", "12", "line 2: “zone” must be text; put it in quotes."),
    ("start: 2026-03-02", "start: 2026-02-30", "line 3: “start” must be a date that the calendar has."),
    ("start: 2026-03-02", "start: 2 March", "line 3: “start” must be a date such as 2026-03-02."),
    ("start: 2026-03-02", "start: 2026-03-02T09:00", "line 3: “start” must be a date such as 2026-03-02."),
    ("start: 2026-03-02", "start: 20260302", "line 3: “start” must be a date such as 2026-03-02."),
    ("start: 2026-03-02", "start: 0001-01-01", "line 3: “start” must lie between the years 1900 and 2200."),
    ("start: 2026-03-02", "start:", "line 3: “start” is empty; fill it in, or leave it out."),
    ("start: 2026-03-02\n", "", "line 1: “start” is missing."),
    ('"09:00"', '"24:00"', "line 4: “handover” must be a time such as 09:00."),
    ('"09:00"', "9", "line 4: “handover” must be a time such as 09:00."),
    ('"09:00"', "09:00+01:00", "line 4: “handover” must be a time such as 09:00."),
    ("every: 1", "every: 0", "line 5: “every” must be at least 1."),
    ("every: 1", "every: 1.5", "line 5: “every” must be a whole number, without quotes."),
    ("every: 1", "every: true", "line 5: “every” must be a whole number, without quotes."),
    ("every: 1", "every: 1001", "line 5: “every” may be 1,000 at most."),
    ("unit: week", "unit: year", "line 5: “unit” must be one of day, week or month."),
    ("every: 1, unit", "unit", "line 5: “cadence” needs either “every” and “unit”, or"),
    ("every: 1", "every: 1, nth: 1", "line 5: “cadence” needs either “every” and “unit”, or"),
    ("every: 1", "nth: 1", "line 5: “cadence” needs both “nth” and “weekday”."),
    ("every: 1", "nth: 1, weekday: mon", "line 5: “cadence” with “nth” needs “unit: month”."),
    ("every: 1, unit: week", "nth: 0, weekday: mon, unit: month", "line 5: “nth” must be 1 to 5"),
    ("{every: 1, unit: week}", "weekly", "line 5: “cadence” must hold keys, such as {every: 1, unit: week}."),
    ("[mon, tue]", "[]", "line 6: “weekdays” needs at least one entry."),
    ("[mon, tue]", "[monday]", "line 6: “weekdays” must be one of mon, tue, wed"),
    ("[mon, tue]", "mon", "line 6: “weekdays” must be a list."),
    ("per_term: 1", "per_term: 0", "line 7: “per_term” must be at least 1."),
    ("per_term: 1", "per_term: 3", "line 7: “per_term” may be 2 at most."),
    ("per_term: 1", "per_term: 2", "line 7: “per_term” must be 1 where members serve together"),
    ("min_gap_terms: 1", "min_gap_terms: -1", "line 8: “min_gap_terms” must be at least 0."),
    ("max_per_year: 6", "max_per_year: 0", "line 8: “max_per_year” must be at least 1."),
    ("max_per_year: 6", "max_a_year: 6", "line 8: “max_a_year” is not a key that belongs here."),
    ("left: null", "left: 2025-12-31", "line 10: “left” is before “joined”, 2026-01-05."),
    ("country: GB", "country: gb", "line 10: “country” must be the two capital letters of a country"),
    ("country: GB", "country: XX", "line 10: “country” must be the two letters of a country whose"),
    ("user: bo\n", "user: ana\n", "line 11: “ana” is a member already, in line 10."),
    ("user: bo\n", "name: bo\n", "line 11: “name” is not a key that belongs here (and 1 more"),
    ("user: bo\n", 'user: "b\\no"\n', "line 11: “user” must be on one line."),
    ("user: bo\n", "user: 7\n", "line 11: “user” must be text; put it in quotes."),
    ('left: "2027-01-01"', "left: soon", "line 12: “left” must be a date such as 2026-03-02."),
    ('left: "2027-01-01"', "user: bob", "line 12: the key “user” appears twice here."),
    ("{user: di}]", "{user: cy}]", "line 13: “cy” is a member already, in line 13."),
    ("[{user: cy}, {user: di}]", "[]", "line 13: “members” needs at least one entry."),
    ("- eve", "- 5", "line 14: an entry of “members” must hold keys and values, such as {user: ana}."),
    ("to: 2026-04-14", "to: 2026-03-31", "line 16: “to” is before “from”, 2026-04-01."),
    ("{user: ana, from", "{user: anna, from", "line 16: “anna” is not among the members."),
    (", to: 2026-04-14", "", "line 16: “to” is missing."),
    ("2026-05-06T09:00, users", "2026-05-04T09:00, users", "line 18: “to” must be later than “from”."),
    ("2026-05-04T09:00", "2026-05-04", "line 18: “from” must be a date and a time such as 2026-03-02T09:00."),
    ("2026-05-04T09:00", "2026-05-04T25:00", "line 18: “from” must be a date and a time that exist."),
    ("users: [bo]", "users: []", "line 18: “users” needs at least one entry."),
    ("users: [bo]", "users: [bo, bo]", "line 18: the same person is named twice here."),
    ("10:00+02:00", "10:00+03:00", "line 19: this override overlaps the one in line 18."),
    ("format: 1", "format: 2", "line 1: “format” must be 1."),
    ("format: 1", "formats: 1", "line 1: “formats” is not a key that belongs here (and 1 more"),
    ("per_term: 1\n", "start: 2026-03-02\n", "line 7: the key “start” appears twice here."),
    ("handover:", "hand_over:", "line 4: “hand_over” is not a key that belongs here (and 1 more"),
    ("zone: Europe", " zone: Europe", "line 2: a text with “: ” in it needs quotes around it, or this line"),
    ("per_term: 1", "per_turn:", "line 7: “per_turn” is not a key that belongs here."),
    ("zone: Europe", "zone: - Europe", "line 2: a list with dashes begins on a line of its own."),
    ("zone: Europe", "zone: |Europe", "line 2: a text that begins with | or > needs quotes around it."),
    ("format: 1", "{format: 1}", "line 2: the file ends above this line: a bracket or a quotation mark"),
    ("zone: ", "zone: &a ", "line 2: anchors and aliases (& and *) are not used in rota files"),
    ("weekdays:", "\tweekdays:", "line 6: there is a tab; use spaces."),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "sentence"), CASES)
def test_a_fault_is_told_in_a_sentence_with_its_line(good: str, bad: str, sentence: str) -> None:
    assert good in GOOD
    assert told(GOOD.replace(good, bad, 1)).startswith(sentence)


def test_a_rota_needs_members() -> None:
    head, _, _ = GOOD.partition("members:")
    assert told(head + "members: []\n") == "line 9: “members” needs at least one entry."
    assert told(head + "members:\n") == "line 9: “members” is empty; fill it in, or leave it out."
    assert told(head) == "line 1: “members” is missing."
    many = ", ".join(f"m{number}" for number in range(MAX_MEMBERS + 1))
    assert told(head + f"members: [{many}]") == "line 9: “members” may have 2,000 entries at most."


def test_overrides_that_the_zone_brings_together_overlap() -> None:
    head, _, _ = GOOD.partition("overrides:")
    one = "  - {from: 2026-10-25T01:30Z, to: 2026-10-25T03:00Z, users: [bo]}\n"
    two = "  - {from: 2026-10-25T00:00, to: 2026-10-25T02:00, users: [cy]}\n"
    sentence = "line 19: this override overlaps the one in line 18."
    assert told(head + "overrides:\n" + one + two) == sentence
    assert told(head + "overrides:\n" + two + one) == sentence


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "line 1: a rota file begins with “format: 1”; this one has no keys."),
        (b"- ana\n", "line 1: a rota file begins with “format: 1”; this one has no keys."),
        (b"format: 1\nzone: \xff\n", "line 2: the file is not UTF-8 text; save it as UTF-8."),
        (b"#" * (MAX_BYTES + 1), "This file is larger than 2 MB."),
        (b"a: [" * 50, "line 1: lists or keys lie too deeply within each other here."),
    ],
)
def test_what_is_no_rota_at_all_is_told_so(content: bytes, sentence: str) -> None:
    assert told(content) == sentence
