"""What stands in the chart of the layers over time, and what says the same to whoever can't see it."""

from collections.abc import Sequence

from coherence.rituals.over_time import LayersOverTime
from coherence.rituals.ritual import RATINGS, Ritual, Round
from handlers.charts import Chart, Line, Lines
from handlers.voice.mrkdwn import clip
from handlers.voice.ritual_summary import LAYERS
from handlers.voice.ritual_words import one_decimal

_PANEL = "Mean rating, from 1 (absent) to 5 (fully there)"


def chart(ritual: Ritual, over_time: LayersOverTime) -> Chart:
    """A line for each layer, from review to review."""
    lines = tuple(Line(LAYERS[layer], means) for layer, means in over_time.means.items())
    panel = Lines(_PANEL, lines, lowest=RATINGS[0], highest=RATINGS[-1])
    return Chart(_title(ritual), _ticks(over_time.reviews), (panel,))


def alt_text(ritual: Ritual, over_time: LayersOverTime) -> str:
    """The chart in words: where each layer began and where it is."""
    first, last = over_time.reviews[0], over_time.reviews[-1]
    span = f"from {first.due_at:%B %Y} to {last.due_at:%B %Y}"
    courses = [_course(LAYERS[layer], means) for layer, means in over_time.means.items()]
    return f"{_title(ritual)}, mean ratings from 1 to 5, {span}. {' '.join(courses)}"


def _title(ritual: Ritual) -> str:
    return f"The layers in {clip(ritual.name, 60)}"


def _ticks(reviews: Sequence[Round]) -> tuple[str, ...]:
    """A month each; a day where a month has several."""
    months = [f"{each.due_at:%b %Y}" for each in reviews]
    if len(set(months)) == len(months):
        return tuple(months)
    return tuple(f"{each.due_at.day} {each.due_at:%b}" for each in reviews)


def _course(name: str, means: Sequence[float | None]) -> str:
    shown = [mean for mean in means if mean is not None]
    if not shown:
        return f"{name}: not rated."
    return f"{name}: {', '.join(str(one_decimal(mean)) for mean in shown)}."
