"""Which listeners the bot has, and which of them are called."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from unittest.mock import Mock

from slack_bolt.async_app import AsyncApp

from handlers.listeners import register

_TRIGGERS = {"command", "shortcut", "action", "view", "options", "event"}


class Noting:
    """A Bolt app that notes the name of each listener that is registered, and of each that is called."""

    def __init__(self, app: AsyncApp, called: list[str]) -> None:
        self.registered: set[str] = set()
        self._app, self._called = app, called

    def __getattr__(self, name: str) -> Any:
        known = getattr(self._app, name)
        if name not in _TRIGGERS:
            return known
        return lambda *trigger, **only: self._then(known(*trigger, **only))

    def _then(self, add: Callable[[Any], object]) -> Callable[[Any], object]:
        return lambda listener: add(self._noted(listener))

    def _noted(self, listener: Any) -> Any:
        name = _name(listener)
        self.registered.add(name)

        @wraps(listener)
        async def listen(**given: Any) -> None:
            self._called.append(name)
            await listener(**given)

        return listen


def all_listeners() -> set[str]:
    """The names of all listeners of the bot."""
    app = Noting(Mock(), [])
    register(cast("AsyncApp", app), Mock(), Mock(), Mock())
    return app.registered


def _name(listener: Any) -> str:
    """Such as `CheckHandlers.on_edit`; of a button on the Home, with `Home: ` before it."""
    at_home = hasattr(listener, "__wrapped__")
    return f"{'Home: ' if at_home else ''}{listener.__qualname__}"
