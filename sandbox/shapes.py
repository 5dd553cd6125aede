"""The means to say which JSON Slack takes: small checks that combine into shapes.

A check looks at one value and notes what is wrong with it, in the words that Slack uses.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from sandbox.wire import Json


class Faulty:
    """Collects what is wrong, each with the JSON pointer of where."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def note(self, sentence: str, at: str) -> None:
        """Note one thing that is wrong."""
        self.messages.append(f"[ERROR] {sentence} [json-pointer:{at or '/'}]")


Check = Callable[[object, str, Faulty], None]
WholeCheck = Callable[[Json, str, Faulty], None]


@dataclass(frozen=True)
class Shape:
    """An object: its required and optional fields, and what must hold between them.

    Fields that are not named are refused, but for `type`.
    """

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    also: tuple[WholeCheck, ...] = ()

    def __call__(self, value: object, at: str, faulty: Faulty) -> None:
        """Check an object against the shape."""
        if not isinstance(value, dict):
            faulty.note("must be an object", at)
            return
        before = len(faulty.messages)
        self._check_fields(value, at, faulty)
        if len(faulty.messages) == before:
            for check in self.also:
                check(value, at, faulty)

    def _check_fields(self, value: Json, at: str, faulty: Faulty) -> None:
        for name in self.required:
            if value.get(name) is None:
                faulty.note(f"missing required field: {name}", at)
        for name, held in value.items():
            check = self.required.get(name) or self.optional.get(name)
            if check is None and name != "type":
                faulty.note(f"invalid additional property: {name}", at)
            elif check is not None and held is not None:
                check(held, f"{at}/{name}", faulty)


def string(most: int, least: int = 0) -> Check:
    """Take text of `least` to `most` characters."""

    def check(value: object, at: str, faulty: Faulty) -> None:
        if not isinstance(value, str):
            faulty.note("must be a string", at)
        elif len(value) > most:
            faulty.note(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            faulty.note(f"must be more than {least - 1} characters", at)

    return check


def one_of(*allowed: object) -> Check:
    """Take one of the given values."""

    def check(value: object, at: str, faulty: Faulty) -> None:
        if value not in allowed:
            listed = ", ".join(str(each) for each in allowed)
            faulty.note(f"must be a valid enum value: {listed}", at)

    return check


def boolean(value: object, at: str, faulty: Faulty) -> None:
    """Take true or false."""
    if not isinstance(value, bool):
        faulty.note("must be a boolean", at)


def integer(least: int, most: int) -> Check:
    """Take a whole number."""

    def check(value: object, at: str, faulty: Faulty) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            faulty.note("must be an integer", at)
        elif not least <= value <= most:
            faulty.note(f"must be between {least} and {most}", at)

    return check


def items(each: Check, most: int, least: int = 1) -> Check:
    """Take a list of `least` to `most` values."""

    def check(value: object, at: str, faulty: Faulty) -> None:
        if not isinstance(value, list):
            faulty.note("must be an array", at)
            return
        if len(value) > most:
            faulty.note(f"no more than {most} items allowed", at)
        if len(value) < least:
            faulty.note(f"no fewer than {least} items allowed", at)
        for n, held in enumerate(value):
            each(held, f"{at}/{n}", faulty)

    return check


def typed(shapes: Mapping[str, Check], allowed: Collection[str] | None = None) -> Check:
    """Take an object whose `type` names one of the shapes, of the `allowed` ones if given."""

    def check(value: object, at: str, faulty: Faulty) -> None:
        if not isinstance(value, dict):
            faulty.note("must be an object", at)
            return
        kind = value.get("type")
        if not isinstance(kind, str):
            faulty.note("missing required field: type", at)
        elif kind not in shapes or (allowed is not None and kind not in allowed):
            faulty.note(f"unsupported type: {kind}", f"{at}/type")
        else:
            shapes[kind](value, at, faulty)

    return check


def anything(value: object, at: str, faulty: Faulty) -> None:
    """Take whatever there is."""
    del value, at, faulty


def plain_text(most: int) -> Check:
    """Take a plain_text object."""
    shape = Shape({"text": string(most, 1)}, {"emoji": boolean})
    return typed({"plain_text": shape})


def any_text(most: int) -> Check:
    """Take a plain_text or mrkdwn object."""
    return typed(
        {
            "plain_text": Shape({"text": string(most, 1)}, {"emoji": boolean}),
            "mrkdwn": Shape({"text": string(most, 1)}, {"verbatim": boolean}),
        }
    )
