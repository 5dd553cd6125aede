"""What the YAML parser's complaints mean to somebody who writes a stack file."""

from ruamel.yaml.error import MarkedYAMLError

_INDENTATION = (
    "this line does not line up with the ones around it, or has a mark too many or too few."
)

# Part of the parser's problem, and what to do about it.
_MEANINGS = (
    ("'\\t' that cannot start", "there is a tab; use spaces."),
    (
        "mapping values are not allowed",
        "a text with “: ” in it needs quotes around it, or this line begins too far to the right.",
    ),
    (
        "that cannot start any token",
        "a text that begins with this character needs quotes around it.",
    ),
    ("could not find expected ':'", "a colon is missing after a key."),
    ("expected <block end>", _INDENTATION),
    (
        "expected '<document start>'",
        "the file ends above this line: a bracket or a quotation mark there is too many.",
    ),
    ("sequence entries are not allowed", "a list with dashes begins on a line of its own."),
    ("expected chomping or indentation", "a text that begins with | or > needs quotes around it."),
    (
        "expected the node content",
        "something is missing after this, or a bracket or comma is too many.",
    ),
    (
        "unknown escape character",
        "after a backslash in double quotes comes an unknown letter; use single quotes.",
    ),
    ("expected alphabetic or numeric", "a text that begins with * or & needs quotes around it."),
)
_NEVER_CLOSED = "a quotation mark that is opened here is never closed."


def explain_fault(error: MarkedYAMLError) -> str:
    """Say in one sentence what is wrong with the YAML, with the line to look at."""
    problem = str(error.problem or "")
    if "unexpected end of stream" in problem and error.context_mark:
        return f"line {error.context_mark.line + 1}: {_NEVER_CLOSED}"
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    if "expected ',' or" in problem and error.context_mark:
        return f"line {line}: {_open_bracket(error.context_mark.line + 1, line)}"
    meaning = next((meaning for part, meaning in _MEANINGS if part in problem), None)
    return f"line {line}: {meaning or f'this is not valid YAML ({problem}).'}"


def _open_bracket(opened: int, line: int) -> str:
    where = "in this line" if opened == line else f"in line {opened}"
    return f"a comma is missing here, or the bracket opened {where} is not closed."
