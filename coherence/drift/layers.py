"""Which layer causes a drift: a guess to start from."""

from collections import Counter
from collections.abc import Collection

from coherence.stack.document import Layer, Stack

_NEAREST_FIRST = (Layer.TOUCHPOINT, Layer.SYSTEM, Layer.NARRATIVE, Layer.VISION)


def guess_layer(
    stack: Stack, statement_ids: Collection[str], touchpoint_id: str | None
) -> Layer | None:
    """The layer of most of the statements that are touched, else the touchpoint's; None without either.

    Of two layers with as many statements it is the one nearer to the customer, where a fix costs least.
    """
    layers = _layers_of(stack)
    touched = Counter(layers[each] for each in set(statement_ids) if each in layers)
    if touched:
        return max(_NEAREST_FIRST, key=lambda layer: touched[layer])
    known = touchpoint_id is not None and stack.touchpoint(touchpoint_id) is not None
    return Layer.TOUCHPOINT if known else None


def _layers_of(stack: Stack) -> dict[str, Layer]:
    """The layer of each item: what is in no other layer belongs to the narrative."""
    layers = {item.id: Layer.NARRATIVE for item in stack.items()}
    layers |= {statement.id: Layer.VISION for statement in stack.vision}
    layers |= {item.id: Layer.SYSTEM for item in stack.system}
    for touchpoint in stack.touchpoints:
        layers |= {each.id: Layer.TOUCHPOINT for each in (touchpoint, *touchpoint.checklist)}
    return layers
