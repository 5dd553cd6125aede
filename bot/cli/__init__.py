"""The `coherence` command.

Exit codes: 0 fine, 1 the answer is no, 2 bad input or usage, 3 our own failure.
"""

import logging
import secrets
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import structlog
import typer
from sqlalchemy.exc import OperationalError

# Typer carries its own Click and exports no base class of the usage errors.
from typer._click.exceptions import ClickException, NoArgsIsHelpError

from bot.cli import check, db, doctor, drift, erase, evaluation, rituals, rota, run, stack, usage
from bot.cli.output import discard_output, print_error, use_utf_8
from bot.errors import BotError
from bot.logs import configure_logs
from bot.settings import LogFormat
from coherence.errors import AmbiguousJourney, CoherenceError

BAD_INPUT = 2
OUR_FAILURE = 3
# As a shell reports a program that a signal ended.
INTERRUPTED = 130
NOBODY_READS = 141

app = typer.Typer(
    name="coherence",
    help="Keep a company's story coherent: check texts, keep the narrative, run the Slack bot.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)


def _print_version(asked: bool) -> None:  # noqa: FBT001 - Typer's callback
    if asked:
        typer.echo(f"coherence {version('coherence-champion')}")
        raise typer.Exit


@app.callback()
def coherence(
    *,
    version_: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Keep a company's story coherent: check texts, keep the narrative, run the Slack bot."""


app.command("check")(check.check)
app.command("eval")(evaluation.evaluate)
app.command("run")(run.run)
app.command("doctor")(doctor.doctor)
app.command("erase")(erase.erase)
app.command("usage")(usage.usage)
app.add_typer(stack.app, name="stack")
app.add_typer(rota.app, name="rota")
app.add_typer(rituals.app, name="rituals")
app.add_typer(db.app, name="db")
app.add_typer(drift.exports, name="export")
app.add_typer(drift.imports, name="import")
app.add_typer(drift.charts, name="chart")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    use_utf_8()
    # Standard output is for answers, and what went well is not worth a line beside them.
    configure_logs(LogFormat.CONSOLE, level=logging.WARNING)
    sys.exit(exit_code(arguments))


def exit_code(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code, whatever happens."""
    try:
        code = app(arguments, prog_name="coherence", standalone_mode=False) or 0
        sys.stdout.flush()
    except BrokenPipeError:
        return _stop_writing()
    except SystemExit as exit_:
        # Typer turns a broken pipe into an exit with 1, which here means "the answer is no".
        if isinstance(exit_.__context__, BrokenPipeError):
            return _stop_writing()
        raise
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort of the process
        return _explain(error)
    return int(code)


def _stop_writing() -> int:
    discard_output()
    return NOBODY_READS


def _explain(error: Exception) -> int:
    match error:
        case AmbiguousJourney():
            return _refuse(f"{error} Name it with --journey.")
        case CoherenceError():
            return _refuse(str(error))
        case BotError():
            return _refuse(*error.sentences)
        case NoArgsIsHelpError():
            sys.stderr.write(f"{error.format_message()}\n")
            return BAD_INPUT
        case ClickException():
            return _refuse(_usage_sentence(error))
    return _fail(error)


def _refuse(*sentences: str) -> int:
    for sentence in sentences:
        print_error(sentence)
    return BAD_INPUT


def _usage_sentence(error: ClickException) -> str:
    # Typer leaves the name of pydantic's or Python's error in front of the message.
    message = error.format_message().replace("Value error, ", "").strip()
    return message if message.endswith((".", "?", "!")) else f"{message}."


def _fail(error: Exception) -> int:
    reference = secrets.token_hex(4)
    configure_logs(LogFormat.CONSOLE)
    log = structlog.get_logger(__name__)
    if isinstance(error, OperationalError):
        # It says itself what is wrong; how we came to call it would only bury that.
        log.error("database_failed", reference=reference, reason=str(error.orig))
        what = "The database can't be used: see that it runs and that DATABASE_URL is right."
    else:
        log.error("failed", reference=reference, exc_info=error)
        what = "Something went wrong on our side."
    print_error(f"{what} The log has it under {reference}.")
    return OUR_FAILURE
