"""What `make bench` measures; each module returns rows and prints nothing itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One measured figure; most are ratios of two figures of the same run, with the unit “×”."""

    name: str
    value: float
    unit: str
    note: str
