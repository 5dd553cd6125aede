"""What members do in modals, in Home and with the elements of messages."""

from sandbox.clock import real_ts
from sandbox.delivery import Envelope, NoAckError
from sandbox.inputs import initial, options_of, problems, shaped, state_values
from sandbox.limits import option_problems
from sandbox.local_slack import LocalSlack
from sandbox.messages import Message
from sandbox.people import People
from sandbox.view_methods import checked_view
from sandbox.views import View, elements_of
from sandbox.wire import Json, SlackError, WrongCallError


class Surfaces:
    """The members' side of interactive elements and views."""

    def __init__(self, slack: LocalSlack, people: People) -> None:
        self._slack = slack
        self._people = people

    async def act_on_message(
        self, user: str, message: Message, *, block_id: str, action_id: str, value: object
    ) -> Json:
        """Use an element of a message."""
        block, element = find_element(message.blocks, block_id, action_id)
        action = action_object(block, element, value)
        state = state_values(message.blocks, {}, None)
        payload = self._slack.payloads.message_action(
            user=user, message=message, action=action, state=state
        )
        payload["trigger_id"] = self._slack.triggers.make(user)
        own = message if message.bot_id == self._slack.world.app.bot_id else None
        url = self._slack.response_urls.make(user, message.channel, own)
        return await self._people.interact(payload, url)

    async def act_in_view(
        self, view: View, *, block_id: str, action_id: str, value: object, state: Json | None
    ) -> Json:
        """Use an element of a modal or Home; `state` is what is typed elsewhere in it."""
        block, element = find_element(view.blocks, block_id, action_id)
        view.values = state_values(view.blocks, view.values, state)
        action = action_object(block, element, value)
        payload = self._slack.payloads.view_action(view=view, action=action)
        payload["trigger_id"] = self._slack.triggers.make(view.user, view.id)
        return await self._people.interact(payload)

    async def submit(self, view: View, state: Json | None) -> Json:
        """Submit a modal; what the client itself refuses never reaches the app."""
        view.values = state_values(view.blocks, view.values, state)
        refused = problems(view.blocks, view.values)
        if refused:
            return self._refused(view, refused)
        payload = self._slack.payloads.view_submission(view)
        payload["trigger_id"] = self._slack.triggers.make(view.user, view.id)
        envelope = Envelope("interactive", payload, accepts_response_payload=True)
        try:
            ack = await self._slack.delivery.deliver(envelope)
            return self._submitted(view, ack)
        except NoAckError as failure:
            return {"ok": False, "response_action": None, "error": failure.error}
        except SlackError as error:
            return {
                "ok": False,
                "response_action": None,
                "error": error.error,
                "messages": error.messages,
            }

    def close(self, view: View, *, clear: bool = False) -> None:
        """Close a modal, or with `clear` all of them, and tell the app where it asked for it.

        A modal that clears on close takes those below it along.
        """
        clear = clear or bool(view.content.get("clear_on_close"))
        closed = self._slack.views.close_all(view.user) if clear else [view]
        if not clear:
            self._slack.views.close(view)
        self._slack.changes.views(view.user)
        for each in closed:
            if each.content.get("notify_on_close"):
                payload = self._slack.payloads.view_closed(each, is_cleared=clear)
                self._slack.events.in_background(self._tell(payload))

    async def options(
        self, user: str, place: View | Message, *, block_id: str, action_id: str, query: str
    ) -> Json:
        """Return the options that the app offers for an external select."""
        blocks = place.blocks
        _, element = find_element(blocks, block_id, action_id)
        payload = self._slack.payloads.block_suggestion(
            user=user, element=element, block_id=block_id, query=query, place=place
        )
        envelope = Envelope("interactive", payload, accepts_response_payload=True)
        try:
            ack = await self._slack.delivery.deliver(envelope)
        except NoAckError as failure:
            return {"ok": False, "error": failure.error}
        offered: Json = {name: ack[name] for name in ("options", "option_groups") if name in ack}
        wrong = option_problems(offered)
        if wrong:
            return {"ok": False, "error": "invalid_options", "messages": wrong}
        return offered

    def open_home(self, user: str, tab: str = "home") -> None:
        """Open the app's Home, or its messages; raise WrongCallError where there is no Home."""
        self._slack.world.member(user)
        if tab == "messages":
            self._slack.events.home_opened(user, tab=tab)
            return
        if not self._slack.manifest.home_tab:
            raise WrongCallError("The app has no Home: its manifest does not enable the tab.")
        home = self._slack.views.home(user)
        shown = self._slack.payloads.view(home) if home is not None else None
        self._slack.events.home_opened(user, tab="home", view=shown)

    async def _tell(self, payload: Json) -> None:
        await self._people.interact(payload)

    def _submitted(self, view: View, ack: Json) -> Json:
        action = ack.get("response_action")
        match action:
            case None:
                self._slack.views.close(view)
            case "errors":
                return self._refused(view, _errors_on_inputs(view, ack.get("errors") or {}))
            case "update":
                self._slack.views.update(view, checked_view(self._slack, ack.get("view"), "modal"))
            case "push":
                self._slack.views.push(
                    view.user, checked_view(self._slack, ack.get("view"), "modal")
                )
            case "clear":
                self._slack.views.close_all(view.user)
            case _:
                raise SlackError("invalid_response_action")
        self._slack.changes.views(view.user)
        return {"ok": True, "response_action": action}

    def _refused(self, view: View, errors: dict[str, str]) -> Json:
        view.errors = errors
        self._slack.changes.views(view.user)
        return {"ok": True, "response_action": "errors", "errors": errors}


def find_element(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json]:
    """Return an element and its block; raise WrongCallError where there is none."""
    for block in blocks:
        for element in elements_of(block):
            if (block["block_id"], element.get("action_id")) == (block_id, action_id):
                return block, element
    raise WrongCallError(f"There is no element {action_id!r} in block {block_id!r}.", 404)


def action_object(block: Json, element: Json, value: object) -> Json:
    """Return an entry of `actions` in Slack's shape for the element and what was chosen."""
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": real_ts(),
    }
    if element["type"] == "button":
        held = ("text", "value", "style", "url")
        return {**action, **{name: element[name] for name in held if name in element}}
    if element["type"] == "overflow":
        chosen = next((o for o in options_of(element) if o["value"] == value), None)
        if chosen is None:
            raise WrongCallError(f"{element['action_id']} has no option {value!r}.")
        return {**action, "selected_option": chosen}
    entered = initial(element) if value is None else shaped(element, value)
    return {**action, **entered}


def _errors_on_inputs(view: View, errors: Json) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    unknown = sorted(set(errors) - inputs)
    if unknown or not errors:
        raise SlackError("invalid_errors", f"[ERROR] no input block: {', '.join(unknown)}")
    return {block_id: str(text) for block_id, text in errors.items()}
