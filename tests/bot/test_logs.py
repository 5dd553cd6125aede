import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import configure_logs
from bot.settings import LogFormat


@pytest.fixture(autouse=True)
def restored_logs() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def logged(log_format: LogFormat, **event: object) -> str:
    stream = io.StringIO()
    configure_logs(log_format, stream)
    structlog.get_logger("test").info("happened", **event)
    return stream.getvalue()


def test_json_lines_can_be_read_by_a_machine() -> None:
    line = json.loads(logged(LogFormat.JSON, reference="ab12"))
    assert (line["event"], line["reference"], line["level"]) == ("happened", "ab12", "info")


def test_console_lines_can_be_read_by_a_person() -> None:
    assert "reference=ab12" in logged(LogFormat.CONSOLE, reference="ab12")


@pytest.mark.parametrize("log_format", LogFormat)
@pytest.mark.parametrize(
    "secret",
    ["xoxb-12-abcDEF", "xapp-1-A0-12-ab", "sk-proj-abcdefgh12", "postgresql://me:geheim@db/x"],
)
def test_a_token_in_a_value_is_never_written(log_format: LogFormat, secret: str) -> None:
    line = logged(log_format, error=f"failed with {secret}")
    assert secret not in line
    assert "geheim" not in line


def test_a_token_in_a_traceback_is_never_written() -> None:
    stream = io.StringIO()
    configure_logs(LogFormat.CONSOLE, stream)
    error = ValueError("xoxb-12-abcDEF was refused")
    structlog.get_logger("test").error("failed", exc_info=error)
    assert "ValueError" in stream.getvalue()
    assert "xoxb-12" not in stream.getvalue()


def test_a_library_s_record_is_formatted_alike_and_freed_of_tokens() -> None:
    stream = io.StringIO()
    configure_logs(LogFormat.JSON, stream)
    logging.getLogger("slack_sdk").warning("refused %s", "xoxb-12-abcDEF")
    assert json.loads(stream.getvalue())["event"] == "refused [secret]"


def test_the_libraries_are_quiet_about_what_people_send() -> None:
    stream = io.StringIO()
    configure_logs(LogFormat.JSON, stream)
    logging.getLogger("slack_bolt.AsyncApp").info("a request with what somebody wrote")
    assert stream.getvalue() == ""
