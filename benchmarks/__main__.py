"""`make bench`: every figure of one run in one table; name modules to run only those."""

import os
import sys
from importlib import import_module

from rich.console import Console
from rich.table import Table

from benchmarks import Measure

MODULES = (
    "rule_pass",
    "check_end_to_end",
    "judged_check",
    "rota",
    "http",
    "durable_time",
    "drift",
    "home",
    "champion_round",
    "champion",
    "rituals",
    "rituals_rush",
)


def main(names: list[str]) -> None:
    """Run the benchmarks and print their table."""
    os.environ["COHERENCE_ENV_FILE"] = ""
    table = Table("measure", "value", "note", title="Coherence Champion, make bench")
    for name in names or MODULES:
        for measure in import_module(f"benchmarks.{name}").run():
            table.add_row(measure.name, _value(measure), measure.note)
    Console(width=120).print(table)


def _value(measure: Measure) -> str:
    return f"{measure.value:,.2f} {measure.unit}".strip()


if __name__ == "__main__":
    main(sys.argv[1:])
