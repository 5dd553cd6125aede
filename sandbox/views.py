"""Views: each member's stack of modals, and their Home of the app."""

import secrets
from copy import deepcopy
from dataclasses import dataclass, field

from sandbox.wire import Json, SlackError, WrongCallError
from sandbox.world import App, Team, new_id

MOST_STACKED = 3


@dataclass
class View:
    """A modal or a Home as somebody has it before them.

    `content` is what the app sent; `values` are the state values last known from the member, in
    Slack's shapes; `errors` are what is shown under inputs, by block id.
    """

    id: str
    user: str
    content: Json
    root_view_id: str
    previous_view_id: str | None = None
    hash: str = ""
    values: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """Return the view's blocks, each with its block id."""
        blocks: list[Json] = self.content["blocks"]
        return blocks

    def replace(self, content: Json) -> None:
        """Show something else in the same place; what was typed stays where ids are the same."""
        self.content = with_ids(content)
        self.errors = {}
        self.hash = _new_hash()
        kept = {(b["block_id"], e["action_id"]) for b in self.blocks for e in elements_of(b)}
        self.values = {
            block_id: known
            for block_id, actions in self.values.items()
            if (known := {a: v for a, v in actions.items() if (block_id, a) in kept})
        }


class Views:
    """All open views, by member."""

    def __init__(self) -> None:
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def clear(self) -> None:
        """Close everything."""
        self._stacks.clear()
        self._homes.clear()

    def stack(self, user: str) -> list[View]:
        """Return a member's modals, bottom first."""
        return list(self._stacks.get(user, []))

    def home(self, user: str) -> View | None:
        """Return what the app published as this member's Home."""
        return self._homes.get(user)

    def open(self, user: str, content: Json) -> View:
        """Show a modal in place of whatever modals were open."""
        self._refuse_taken_external_id(content)
        self._stacks[user] = []
        return self._show(user, content)

    def push(self, user: str, content: Json) -> View:
        """Show a modal on top; raise SlackError `not_found` or `push_limit_reached`."""
        stack = self._stacks.get(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MOST_STACKED:
            raise SlackError("push_limit_reached")
        self._refuse_taken_external_id(content)
        return self._show(user, content)

    def update(self, view: View, content: Json, expected_hash: str | None = None) -> View:
        """Change an open view; raise SlackError `hash_conflict` where it changed meanwhile."""
        if expected_hash is not None and expected_hash != view.hash:
            raise SlackError("hash_conflict")
        self._refuse_taken_external_id(content, but_for=view)
        view.replace(content)
        return view

    def publish(self, user: str, content: Json, expected_hash: str | None = None) -> View:
        """Set a member's Home."""
        home = self._homes.get(user)
        if home is not None:
            return self.update(home, content, expected_hash)
        if expected_hash is not None:
            raise SlackError("hash_conflict")
        return self._homes.setdefault(user, _new_view(user, content))

    def find(self, view_id: str | None = None, external_id: str | None = None) -> View | None:
        """Return an open view by either of its ids."""
        for view in self._all():
            if view_id and view.id == view_id:
                return view
            if external_id and view.content.get("external_id") == external_id:
                return view
        return None

    def held_by(self, user: str, view_id: str) -> View:
        """Return a view that this member has open; raise WrongCallError otherwise."""
        view = self.find(view_id)
        if view is None or view.user != user:
            raise WrongCallError(f"{user} has no view {view_id!r} open.", 404)
        return view

    def close(self, view: View) -> None:
        """Close one modal, leaving those below it."""
        self._stacks[view.user] = [v for v in self._stacks.get(view.user, []) if v is not view]

    def close_all(self, user: str) -> list[View]:
        """Close all of a member's modals and return them, top first."""
        return list(reversed(self._stacks.pop(user, [])))

    def _all(self) -> list[View]:
        modals = [view for stack in self._stacks.values() for view in stack]
        return modals + list(self._homes.values())

    def _show(self, user: str, content: Json) -> View:
        stack = self._stacks.setdefault(user, [])
        view = _new_view(user, content)
        if stack:
            view.root_view_id, view.previous_view_id = stack[0].id, stack[-1].id
        stack.append(view)
        return view

    def _refuse_taken_external_id(self, content: Json, but_for: View | None = None) -> None:
        wanted = content.get("external_id")
        taken = self.find(external_id=wanted) if wanted else None
        if taken is not None and taken is not but_for:
            raise SlackError("duplicate_external_id")


def view_object(view: View, app: App, team: Team) -> Json:
    """Return a view as Slack's answers and payloads carry it."""
    content = view.content
    return {
        "id": view.id,
        "team_id": team.id,
        "type": content["type"],
        "blocks": view.blocks,
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "state": {"values": view.values},
        "hash": view.hash,
        "title": content.get("title") or _plain("View Title"),
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": app.id,
        "external_id": content.get("external_id", ""),
        "app_installed_team_id": team.id,
        "bot_id": app.bot_id,
    }


def with_ids(content: Json) -> Json:
    """Return a copy in which every block and interactive element has its id, as Slack gives it."""
    return {**content, "blocks": blocks_with_ids(content.get("blocks", []))}


def blocks_with_ids(blocks: list[Json]) -> list[Json]:
    """Return a copy of blocks in which each, and each interactive element, has its id."""
    filled = deepcopy(blocks)
    for block in filled:
        block.setdefault("block_id", _short_id())
        for element in elements_of(block):
            element.setdefault("action_id", _short_id())
    return filled


def elements_of(block: Json) -> list[Json]:
    """Return the interactive elements of a block."""
    held = [block.get("accessory"), block.get("element")]
    if block.get("type") in {"actions", "context_actions"}:
        held += block.get("elements", [])
    return [element for element in held if element and element.get("type") != "image"]


def _new_view(user: str, content: Json) -> View:
    view_id = new_id("V")
    return View(view_id, user, with_ids(content), root_view_id=view_id, hash=_new_hash())


def _new_hash() -> str:
    return f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}"


def _short_id() -> str:
    return secrets.token_urlsafe(4)


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}
