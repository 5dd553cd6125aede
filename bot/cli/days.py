"""Days as a command line names them."""

from datetime import date

import typer

from coherence.rota.fields import parse_date


def parse_day(option: str, written: str) -> date:
    """The day that an option names. Raises BadParameter with a sentence."""
    try:
        return parse_date(written)
    except ValueError as error:
        raise typer.BadParameter(f"{option} {error}.") from None
