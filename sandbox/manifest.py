"""Reads the app manifest: what the app may do and what people can start it with."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


class ManifestError(Exception):
    """The manifest cannot be used; the text is one plain sentence."""


@dataclass(frozen=True)
class Command:
    """A slash command."""

    command: str
    description: str
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Shortcut:
    """A global or message shortcut."""

    callback_id: str
    name: str
    description: str
    is_global: bool


@dataclass(frozen=True)
class Manifest:
    """The parts of an app manifest that a workspace acts on."""

    name: str
    commands: tuple[Command, ...]
    shortcuts: tuple[Shortcut, ...]
    scopes: frozenset[str]
    events: frozenset[str]
    home_tab: bool = False
    messages_tab: bool = True

    def command(self, name: str) -> Command | None:
        """Return the slash command of that name."""
        return next((found for found in self.commands if found.command == name), None)

    def shortcut(self, callback_id: str, *, is_global: bool) -> Shortcut | None:
        """Return the shortcut of that callback id and kind."""
        return next(
            (s for s in self.shortcuts if (s.callback_id, s.is_global) == (callback_id, is_global)),
            None,
        )


def read_manifest(path: Path) -> Manifest:
    """Read a manifest file; raise ManifestError where it is missing or no YAML mapping."""
    try:
        found = _manifest_in(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ManifestError(f"There is no manifest at {path}.") from error
    except YAMLError as error:
        raise ManifestError(f"{path} is not valid YAML: {error}") from error
    if found is None:
        raise ManifestError(f"{path} holds no manifest: a mapping is expected.")
    return found


@cache
def _manifest_in(text: str) -> Manifest | None:
    data = YAML(typ="safe").load(text)
    return _manifest(data) if isinstance(data, dict) else None


def _manifest(data: dict[str, Any]) -> Manifest:
    features = data.get("features", {})
    settings = data.get("settings", {})
    home = features.get("app_home", {})
    return Manifest(
        name=features.get("bot_user", {}).get("display_name")
        or data.get("display_information", {}).get("name", "App"),
        commands=tuple(_command(entry) for entry in features.get("slash_commands", [])),
        shortcuts=tuple(_shortcut(entry) for entry in features.get("shortcuts", [])),
        scopes=_scopes(data.get("oauth_config", {}).get("scopes", {})),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
    )


def _scopes(asked: dict[str, Any]) -> frozenset[str]:
    # Optional ones are granted here, as by somebody who leaves all boxes ticked.
    return frozenset([*asked.get("bot", []), *asked.get("bot_optional", [])])


def _command(entry: dict[str, Any]) -> Command:
    return Command(
        command=entry["command"],
        description=entry.get("description", ""),
        usage_hint=entry.get("usage_hint", ""),
        should_escape=bool(entry.get("should_escape", False)),
    )


def _shortcut(entry: dict[str, Any]) -> Shortcut:
    return Shortcut(
        callback_id=entry["callback_id"],
        name=entry["name"],
        description=entry.get("description", ""),
        is_global=entry["type"] == "global",
    )
