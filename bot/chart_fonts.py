"""Which of the machine's fonts can write what people named things."""

import unicodedata
from functools import cache
from typing import Final

_FIRST: Final = "DejaVu Sans"
_MOST_FONTS: Final = 300
_REGULAR: Final = (400, "normal", "regular", "book")
# The last resort draws boxes, and the mathematical ones that Matplotlib brings have no words. Emoji
# are bitmaps, which it can't scale.
_NO_WORDS: Final = ("last resort", "stix", "cmr", "cmsy", "cmex", "cmmi", "cmtt", "cmss", "cmb")


# What turns the direction of writing would turn the words of others around it.
_TURNS: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class Lettering:
    """Collects, for one chart, the fonts that its words need."""

    def __init__(self) -> None:
        self.families = [_FIRST]
        """In the order in which a sign is looked for."""
        self._known = set(_signs(_FIRST))

    def drawable(self, text: str) -> str:
        """The text on one line, without the signs that no font here has; empty if none is left."""
        line = " ".join(text.translate(_TURNS).split())
        self._look_for({sign for sign in line if ord(sign) not in self._known})
        kept = "".join(sign for sign in line if ord(sign) in self._known)
        return " ".join(kept.split()) if any(sign.isalnum() for sign in kept) else ""

    def _look_for(self, missing: set[str]) -> None:
        wanted = {ord(sign) for sign in missing if unicodedata.category(sign)[0] != "C"}
        for family in _others() if wanted else ():
            found = wanted & _signs(family)
            if found:
                self.families.append(family)
                self._known |= found
                wanted -= found
            if not wanted:
                return


@cache
def _files() -> dict[str, str]:
    """The upright fonts of this machine, each with a file."""
    from matplotlib.font_manager import fontManager  # noqa: PLC0415 - slow; only charts need it

    upright = (font for font in fontManager.ttflist if font.style == "normal")
    return {font.name: font.fname for font in upright if font.weight in _REGULAR}


@cache
def _others() -> tuple[str, ...]:
    named = sorted(name for name in _files() if _is_usable(name.lower()))
    return tuple(named[:_MOST_FONTS])


def _is_usable(name: str) -> bool:
    return name != _FIRST.lower() and "emoji" not in name and not name.startswith(_NO_WORDS)


@cache
def _signs(family: str) -> frozenset[int]:
    """The code points that a font has; none where it can't be read."""
    from matplotlib.font_manager import get_font  # noqa: PLC0415 - as above

    try:
        return frozenset(get_font(_files()[family]).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()
