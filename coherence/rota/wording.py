"""Why somebody serves, in a sentence that names nobody and gives away nobody's reasons.

The sentences are stored with the term, and read by the whole team.
"""


def in_order(*, passed_over: bool, rest_shortened: bool) -> str:
    """Say that it is somebody's turn, and how the turn was found."""
    if rest_shortened:
        return "Next in the order, with less rest so that the term is not vacant."
    return "Next in the order among those available." if passed_over else "Next in the order."


def vacant() -> str:
    """Say that nobody can serve."""
    return "Nobody on the rota is available for the whole term."


def override() -> str:
    """Say that people arranged it."""
    return "Arranged by hand; the order stays as it was."


def cover() -> str:
    """Say that somebody stepped in for a while."""
    return "Stepped in; the order stays as it was."


def swap() -> str:
    """Say that two have swapped their turns."""
    return "Swapped with somebody; the order stays as it was."
