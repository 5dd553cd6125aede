"""The built-in example: the narrative of a fictional company, to learn the practice from."""

from functools import cache
from importlib.resources import files

from coherence.stack.document import Stack
from coherence.stack.file import read_stack


def example_bytes() -> bytes:
    """The example's stack file, with the comments that explain it."""
    return files("coherence.stack").joinpath("example.yml").read_bytes()


@cache
def example_stack() -> Stack:
    """The example as a stack."""
    return read_stack(example_bytes())
