"""The `coherence` command.

Exit codes: 0 fine, 1 the answer is no, 2 bad input or usage, 3 our own failure.
"""

import secrets
import sys
from collections.abc import Sequence

import structlog
import typer

# Typer carries its own Click and exports no base class of the usage errors.
from typer._click.exceptions import ClickException

from bot.cli import check, db, run, stack
from bot.errors import BotError
from bot.logs import configure_logs
from bot.settings import LogFormat
from coherence.errors import CoherenceError

BAD_INPUT = 2
OUR_FAILURE = 3

app = typer.Typer(
    name="coherence",
    help="Keep a company's story coherent: check texts, keep the narrative, run the Slack bot.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
app.command("check")(check.check)
app.command("run")(run.run)
app.add_typer(stack.app, name="stack")
app.add_typer(db.app, name="db")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    sys.exit(_exit_code(arguments))


def _exit_code(arguments: Sequence[str] | None) -> int:
    try:
        return app(arguments, standalone_mode=False) or 0
    except CoherenceError as error:
        return _refuse(str(error))
    except BotError as error:
        return _refuse(*error.sentences)
    except ClickException as error:
        return _refuse(error.format_message())
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - the last resort of the process
        return _fail(error)


def _refuse(*sentences: str) -> int:
    for sentence in sentences:
        sys.stderr.write(f"{sentence}\n")
    return BAD_INPUT


def _fail(error: Exception) -> int:
    reference = secrets.token_hex(4)
    configure_logs(LogFormat.CONSOLE)
    structlog.get_logger(__name__).error("failed", reference=reference, exc_info=error)
    sys.stderr.write(f"Something went wrong on our side; the log has it under {reference}.\n")
    return OUR_FAILURE
