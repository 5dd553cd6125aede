"""`coherence check` on files and standard input."""

from pathlib import Path
from typing import Any

import pytest

from coherence.assessment import MAX_CHARACTERS
from tests.bot.cli import EXAMPLE, CommandLine, Said

KEYS = ["file", "verdict", "reason", "judged_by", "stack_version", "findings", "rewrite"]
FINDING_KEYS = [
    "statement_id", "rule_id", "source", "relation", "severity", "start", "end", "quote",
    "statement", "why", "suggestion",
]  # fmt: skip
CLEAN = "Send one invoice today."
OFF_TONE = "A seamless start."
CONFLICT = "You are guaranteed to get paid."


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(capsys, monkeypatch)


class Check:
    """`coherence check` against the example, on files of the test's own."""

    def __init__(self, run: CommandLine, folder: Path) -> None:
        self._run = run
        self._folder = folder

    def file(self, content: bytes | str, name: str = "draft.txt") -> Path:
        path = self._folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def __call__(self, *arguments: str | Path, stdin: bytes | str = b"") -> Said:
        return self._run("check", "--stack", EXAMPLE, *arguments, stdin=stdin)

    def one(self, content: bytes | str, *arguments: str) -> dict[str, Any]:
        said = self("--format", "json", self.file(content), *arguments)
        [answer] = said.json
        assert said.err == ""
        return dict(answer)


@pytest.fixture
def check(run: CommandLine, tmp_path: Path) -> Check:
    return Check(run, tmp_path)


def test_the_json_has_the_keys_of_the_contract_in_order(check: Check) -> None:
    answer = check.one(CONFLICT)
    assert list(answer) == KEYS
    [finding] = answer["findings"]
    assert list(finding) == FINDING_KEYS
    assert answer["verdict"] == "conflict"
    assert (answer["reason"], answer["rewrite"]) == (None, None)
    assert (answer["judged_by"], answer["stack_version"]) == (["rules"], None)
    assert (finding["statement_id"], finding["rule_id"]) == ("X1", None)
    assert (finding["source"], finding["relation"]) == ("rule", "overpromises")
    assert (finding["severity"], finding["quote"]) == ("high", "guaranteed")


def test_the_json_is_a_list_with_an_object_for_each_input_in_order(check: Check) -> None:
    one, two = check.file(CLEAN, "one.txt"), check.file(CONFLICT, "two.txt")
    said = check("--format", "json", two, "-", one, stdin=OFF_TONE)
    assert [(a["file"], a["verdict"]) for a in said.json] == [
        (str(two), "conflict"),
        ("-", "suggestions"),
        (str(one), "not_judged"),
    ]


def test_standard_input_is_read_where_no_file_is_named(check: Check) -> None:
    assert check("--format", "json", stdin=CLEAN).json[0]["file"] == "-"


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        (CLEAN, (), 0),
        (OFF_TONE, (), 0),
        (CONFLICT, (), 1),
        (CLEAN, ("--fail-on", "suggestions"), 0),
        (OFF_TONE, ("--fail-on", "suggestions"), 1),
        (CONFLICT, ("--fail-on", "suggestions"), 1),
        (CONFLICT, ("--fail-on", "conflict"), 1),
        (CLEAN, ("--touchpoint", "C1", "--fail-on", "suggestions"), 1),
    ],
)
def test_the_exit_code_answers_the_question(
    check: Check, text: str, arguments: tuple[str, ...], code: int
) -> None:
    assert check(*arguments, stdin=text).code == code
    assert check("--format", "json", *arguments, stdin=text).code == code


def test_one_conflict_among_several_files_is_a_conflict(check: Check) -> None:
    assert (
        check(check.file(CLEAN, "a"), check.file(CONFLICT, "b"), check.file(CLEAN, "c")).code == 1
    )


@pytest.mark.parametrize(("arguments", "reason"), [((), "no_model"), (("--no-llm",), "rules_only")])
def test_a_text_without_findings_is_not_judged_and_says_why(
    check: Check, arguments: tuple[str, ...], reason: str
) -> None:
    answer = check.one(CLEAN, *arguments)
    assert (answer["verdict"], answer["reason"], answer["findings"]) == ("not_judged", reason, [])


TEXTS = {
    "LF": "one\ntwo\nguaranteed\n",
    "CRLF": "one\r\ntwo\r\nguaranteed\r\n",
    "CR": "one\rtwo\rguaranteed\r",
    "right to left": "שלום guaranteed עולם",
    "combining": "cafe\u0301 e\u0301 guaranteed",
    "emoji": "👩\u200d🔧👍🏽 guaranteed",
    "control characters": "\x07\x1b[31m guaranteed \x00",
    "byte order mark": "\ufeffguaranteed",
    "astral": "\U0001f600\U00020000 guaranteed",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_offsets_count_code_points_of_the_file_as_it_is(check: Check, text: str) -> None:
    [finding] = check.one(text)["findings"]
    assert text[finding["start"] : finding["end"]] == finding["quote"] == "guaranteed"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (TEXTS["LF"], "line 3, column 1"),
        (TEXTS["CRLF"], "line 3, column 1"),
        (TEXTS["CR"], "line 3, column 1"),
        ("It is guaranteed.", "line 1, column 7"),
    ],
)
def test_people_are_told_line_and_column(check: Check, text: str, place: str) -> None:
    assert f"({place})" in check(stdin=text).out


def test_people_read_the_verdict_first_then_each_finding_and_what_was_not_looked_at(
    check: Check,
) -> None:
    said = check(stdin=CONFLICT)
    assert said.err == ""
    lines = said.out.splitlines()
    assert lines[0] == "Conflict: 1 thing clashes with our story."
    assert lines[2] == "Conflict · “guaranteed” · promises more than we do (line 1, column 9)"
    assert lines[3] == "Narrative X1: Nobody guarantees that customers will pay."
    assert lines[-1].startswith("Rules only: meaning not checked.")


def test_several_files_are_answered_under_their_names(check: Check) -> None:
    one, two = check.file(CLEAN, "one.txt"), check.file(CONFLICT, "two.txt")
    lines = check(one, two).out.splitlines()
    assert (lines[0], f"{two}:" in lines) == (f"{one}:", True)


def test_what_a_text_holds_does_not_act_on_the_terminal(check: Check) -> None:
    said = check(check.file("guaranteed\x1b[31m"), check.file(CLEAN, "\x1b]0;x.txt"))
    assert "\x1b" not in said.out


def test_forty_thousand_characters_are_checked_and_one_more_is_refused(check: Check) -> None:
    longest = ("é" * 9 + " ") * (MAX_CHARACTERS // 10)
    assert check.one(longest)["verdict"] == "not_judged"
    assert "40,001 characters; up to 40,000" in check(check.file(longest + "x")).refused()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There is nothing to check yet: the draft is empty."),
        (b" \r\n\t", "There is nothing to check yet: the draft is empty."),
        ("👍🎉".encode(), "There are no words in this draft to check."),
        (b"\x00", "There are no words in this draft to check."),
        ("guarantéed".encode("latin-1"), "this file is not UTF-8 text; save it as UTF-8."),
        ("guaranteed".encode("utf-16"), "this file is not UTF-8 text; save it as UTF-8."),
        (b"x" * 4_000_001, "this is larger than 4 MB."),
    ],
)
def test_a_file_that_cannot_be_checked_is_named(
    check: Check, content: bytes, sentence: str
) -> None:
    path = check.file(content)
    assert check(path).refused() == f"{path}: {sentence}"
    assert check(check.file(CLEAN, "good.txt"), path).refused() == f"{path}: {sentence}"


def test_a_missing_file_a_folder_and_an_impossible_name_are_named(
    check: Check, tmp_path: Path
) -> None:
    missing = tmp_path / "missing.txt"
    assert check(missing).refused() == f"{missing}: no such file or directory."
    assert check(tmp_path).refused() == f"{tmp_path}: is a directory."
    assert check("a\0b").refused() == "a\ufffdb: not a usable file name."


def test_standard_input_that_is_not_utf_8_is_called_by_its_dash(check: Check) -> None:
    assert check(stdin=b"\xff").refused().startswith("-: this file is not UTF-8")


def test_an_unknown_touchpoint_is_told_which_there_are(check: Check) -> None:
    sentence = check("--touchpoint", "C9", stdin=CLEAN).refused()
    assert sentence == "The narrative has no touchpoint “C9”; it has: C1, C2, C3, C4."


def test_a_bad_stack_file_is_named_with_its_line(run: CommandLine, tmp_path: Path) -> None:
    stack = tmp_path / "ours.yml"
    stack.write_text("format: 1\njourney: J\nlanguage: en\nvisoin: []\n")
    said = run("check", "--stack", stack, stdin=CLEAN)
    assert said.refused() == f"{stack}: line 4: “visoin” is not a key that belongs here."


@pytest.mark.parametrize(
    "arguments", [("-", "-"), ("--stack", "-", "-"), ("--stack", "-")], ids=" ".join
)
def test_standard_input_is_not_read_twice(run: CommandLine, arguments: tuple[str, ...]) -> None:
    assert run("check", *arguments, stdin=CLEAN).refused().endswith("can be read once only.")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--nope",), "No such option: --nope."),
        (("--format", "xml"), "Invalid value for '--format': 'xml' is not one of 'text', 'json'."),
        (("--fail-on", "fits"), "'fits' is not one of 'conflict', 'suggestions'."),
        (("--touchpoint",), "Option '--touchpoint' requires an argument."),
    ],
)
def test_wrong_usage_is_one_sentence(
    check: Check, arguments: tuple[str, ...], sentence: str
) -> None:
    assert check(*arguments).refused().endswith(sentence)


def test_without_a_stack_and_a_workspace_one_is_told_both_ways_out(
    run: CommandLine, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    sentence = run("check", stdin=CLEAN).refused()
    assert "--stack" in sentence
    assert "SLACK_BOT_TOKEN" in sentence


ENDLESS = """format: 1
journey: J
language: en
rules:
  - {id: R1, kind: existence, raw: ['(\\w+\\s?)+(?:!|\\?\\?)']}
  - {id: R2, kind: existence, tokens: [very], message: "We do without “very”."}
"""
LEFT_OUT = "House rule R1 took too long on this text and did not count; a steward can simplify it."


def test_a_house_rule_is_named_as_one_and_one_that_takes_too_long_is_told(
    run: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(ENDLESS, encoding="utf-8")
    draft = "so " * 13_000 + "very good"
    said = run("check", "--stack", path, stdin=draft)
    assert "House rule R2: We do without “very”." in said.out.splitlines()
    assert said.out.endswith(f"{LEFT_OUT}\n")
    for_programs = run("check", "--stack", path, "--format", "json", stdin=draft)
    assert for_programs.err == f"{LEFT_OUT}\n"
    [answer] = for_programs.json
    assert [finding["rule_id"] for finding in answer["findings"]] == ["R2"]
