"""The files around the code say what the code does."""

import copy
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from unittest.mock import Mock

import jsonschema
import pytest
from ruamel.yaml import YAML
from slack_bolt.async_app import AsyncApp

from bot.scopes import OPTIONAL_SCOPES, REQUIRED_SCOPES
from bot.settings import ENV_FILE_VARIABLE, Settings
from handlers.listeners import register
from sandbox.manifest import read_manifest

ROOT = Path(__file__).parent.parent
FACTS = ROOT.parent / "shared" / "data"
needs_facts = pytest.mark.skipif(
    not FACTS.is_dir(), reason="Slack's method table and manifest schema are not on this machine"
)

# What each method that the bot calls needs; what arrives unasked needs the rest.
CALLED = {
    "apps.connections.open",
    "auth.test",
    "chat.getPermalink",
    "chat.postMessage",
    "chat.update",
    "users.conversations",
    "users.info",
    "users.list",
    "views.open",
    "views.publish",
    "views.push",
    "views.update",
}
# Called where an optional scope was granted: by `coherence doctor`, the outbox, the drift log, and where
# a handle or a topic follows the duty.
CALLED_WITH_OPTIONAL_SCOPES = {
    "conversations.history",
    "conversations.info",
    "conversations.members",
    "conversations.replies",
    "files.completeUploadExternal",
    "files.getUploadURLExternal",
    "conversations.setTopic",
    "usergroups.disable",
    "usergroups.enable",
    "usergroups.list",
    "usergroups.users.update",
}
# Of the scopes that a method takes, those that our use of it needs; the bot works without them.
OPTIONAL = {"channels:read", "groups:read"}
OPTIONAL_HISTORY = {"channels:history", "groups:history"}
OPTIONAL_PICTURES = {"files:write"}
OPTIONAL_TOPIC = {"channels:write.topic", "groups:write.topic"}
OPTIONAL_GROUPS = {"usergroups:read", "usergroups:write"}
SCOPES_OF_TRIGGERS = {"commands": "slash commands and shortcuts", "im:history": "message.im"}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return dict(YAML(typ="safe").load(ROOT / "manifest.yml"))


@pytest.fixture(scope="module")
def http_manifest() -> dict[str, Any]:
    return dict(YAML(typ="safe").load(ROOT / "manifest.http.yml"))


@needs_facts
@pytest.mark.parametrize("name", ["manifest", "http_manifest"])
def test_the_manifests_are_valid_by_slacks_schema(
    name: str, request: pytest.FixtureRequest
) -> None:
    schema = json.loads((FACTS / "slack_manifest.schema.2.0.0.json").read_text())
    jsonschema.validate(request.getfixturevalue(name), schema)


def test_the_manifests_differ_in_how_slack_reaches_the_bot_and_in_nothing_else(
    manifest: dict[str, Any], http_manifest: dict[str, Any]
) -> None:
    plain = copy.deepcopy(http_manifest)
    settings = plain["settings"]
    addresses = {
        plain["features"]["slash_commands"][0].pop("url"),
        settings["event_subscriptions"].pop("request_url"),
        settings["interactivity"].pop("request_url"),
        settings["interactivity"].pop("message_menu_options_url"),
    }
    settings["socket_mode_enabled"] = True
    assert plain == manifest
    assert addresses == {"https://coherence.example.com/slack/events"}
    assert http_manifest["settings"]["socket_mode_enabled"] is False


def test_the_manifest_declares_what_the_bot_listens_to_and_no_more(
    manifest: dict[str, Any],
) -> None:
    app = Registrations()
    register(cast("AsyncApp", app), Mock(), Mock(), Mock())
    assert app.triggers == declared(manifest)


@needs_facts
def test_the_manifest_asks_for_the_scopes_in_use_and_no_more(manifest: dict[str, Any]) -> None:
    methods = json.loads((FACTS / "slack_methods.json").read_text())["methods"]
    taken = {scope for name in CALLED for scope in methods[name]["bot_scopes"] or []}
    needed = taken - set(methods["users.conversations"]["bot_scopes"])
    scopes = manifest["oauth_config"]["scopes"]
    assert set(scopes["bot"]) == needed | set(SCOPES_OF_TRIGGERS)
    readable = set(methods["conversations.history"]["bot_scopes"])
    topics = set(methods["conversations.setTopic"]["bot_scopes"])
    groups = {
        scope
        for name in CALLED_WITH_OPTIONAL_SCOPES
        if name.startswith("usergroups.")
        for scope in methods[name]["bot_scopes"]
    }
    optional = OPTIONAL | OPTIONAL_HISTORY | OPTIONAL_PICTURES | OPTIONAL_TOPIC | OPTIONAL_GROUPS
    assert set(scopes["bot_optional"]) == optional
    assert topics > OPTIONAL_TOPIC
    assert groups == OPTIONAL_GROUPS
    assert taken > OPTIONAL
    assert readable > OPTIONAL_HISTORY


def test_the_doctor_holds_the_scopes_against_those_of_the_manifest(
    manifest: dict[str, Any],
) -> None:
    asked = manifest["oauth_config"]["scopes"]
    assert set(asked["bot"]) == REQUIRED_SCOPES
    assert set(asked["bot_optional"]) == OPTIONAL_SCOPES


def test_every_method_that_the_code_calls_is_counted() -> None:
    sources = [path for part in ("bot", "handlers") for path in (ROOT / part).rglob("*.py")]
    calls = set()
    for path in sources:
        calls |= set(re.findall(r"\b(?:_?client|web_client)\.([a-z]+_\w+)\(", path.read_text()))
    own = {"is_connected", "send_dict"}
    assert {_method_name(call) for call in calls - own} == CALLED | CALLED_WITH_OPTIONAL_SCOPES


def test_the_locks_hold_hashes_and_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links| @ ", text), name
        pinned = re.findall(r"^\S+==\S+", text, re.MULTILINE)
        assert len(pinned) == len(
            re.findall(r"^\S+==.*\\\n    --hash=sha256:", text, re.MULTILINE)
        ), name


def test_the_locks_pin_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    run = {_package(name) for name in (*project["project"]["dependencies"], *groups["build"])}
    everything = run | {_package(name) for name in groups["dev"]}
    assert run <= _pinned("requirements.lock")
    assert everything <= _pinned("requirements-dev.lock")
    assert _pinned("requirements.lock") <= _pinned("requirements-dev.lock")


def test_settings_template_and_docs_name_the_same_variables() -> None:
    names = {str(field.validation_alias) for field in Settings.model_fields.values()}
    template = set(
        re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    )
    documented = set(
        re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)
    )
    assert template == names
    assert documented == names | {ENV_FILE_VARIABLE}


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/*.md")), ids=str
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_sandbox_grants_the_scopes_of_the_manifest_and_no_more(
    manifest: dict[str, Any],
) -> None:
    granted = read_manifest(ROOT / "manifest.yml").scopes
    asked = manifest["oauth_config"]["scopes"]
    assert granted == {*asked["bot"], *asked["bot_optional"]}


def declared(manifest: dict[str, Any]) -> set[tuple[str, str]]:
    features = manifest["features"]
    commands = {("command", each["command"]) for each in features["slash_commands"]}
    shortcuts = {
        (f"{each['type']} shortcut", each["callback_id"]) for each in features["shortcuts"]
    }
    subscribed = manifest["settings"]["event_subscriptions"]["bot_events"]
    return commands | shortcuts | {("event", name.partition(".")[0]) for name in subscribed}


class Registrations:
    """Stands in for a Bolt app and notes what is registered, as the manifest would say it."""

    def __init__(self) -> None:
        self.triggers: set[tuple[str, str]] = set()

    def command(self, name: str, **_: object) -> Callable[..., None]:
        return self._note("command", name)

    def shortcut(self, constraints: dict[str, str], **_: object) -> Callable[..., None]:
        kind = {"shortcut": "global", "message_action": "message"}[constraints["type"]]
        return self._note(f"{kind} shortcut", constraints["callback_id"])

    def event(self, name: str, **_: object) -> Callable[..., None]:
        return self._note("event", name)

    def __getattr__(self, _name: str) -> Callable[..., Callable[..., None]]:
        # Views, actions, middleware and the error handler need nothing of the manifest.
        return lambda *_, **__: lambda *_, **__: None

    def _note(self, kind: str, name: str) -> Callable[..., None]:
        self.triggers.add((kind, name))
        return lambda _listener: None


def _package(requirement: str) -> str:
    return (
        re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]
        .lower()
        .replace("_", "-")
        .replace(".", "-")
    )


def _pinned(lock: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text(), re.MULTILINE))


def _method_name(call: str) -> str:
    """`views_open` as Slack writes it: `views.open`."""
    known = CALLED | CALLED_WITH_OPTIONAL_SCOPES
    return next((name for name in known if name.replace(".", "_") == call), call)
