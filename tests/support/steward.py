"""A steward at the editor of the narrative, as a test plays them."""

from typing import Any

from sandbox.messages import Message
from sandbox.views import View
from tests.support.people import Person, eventually, text_of


class Steward(Person):
    """Opens the editor, presses its buttons and fills in its forms."""

    @property
    def modals(self) -> list[View]:
        """The open modals, bottom first."""
        return self.slack.slack.views.stack(self.id)

    async def use(self, view: View, action_id: str, value: str) -> None:
        """Press a button, or choose an option, by the value it has."""
        block_id = next(
            block["block_id"]
            for block in view.blocks
            for element in (*block.get("elements", []), block.get("accessory") or {})
            if element.get("action_id") == action_id and value in _values(element)
        )
        acked = await self.slack.surfaces.act_in_view(
            view, block_id=block_id, action_id=action_id, value=value, state=None
        )
        assert acked == {"ok": True}

    async def choose_first(self, where: Message | View, action_id: str) -> None:
        """Choose the first entry of a menu in an answer."""
        block, element = next(
            (block, element)
            for block in where.blocks
            for element in block.get("elements", [])
            if element.get("action_id") == action_id
        )
        names = {"block_id": block["block_id"], "action_id": action_id}
        value = element["options"][0]["value"]
        if isinstance(where, View):
            acked = await self.slack.surfaces.act_in_view(where, **names, value=value, state=None)
        else:
            acked = await self.slack.surfaces.act_on_message(self.id, where, **names, value=value)
        assert acked == {"ok": True}

    async def editor(self, layer: str = "vision") -> View:
        """Open the editor at a layer."""
        await self.command("edit")
        view = await self.modal_showing("The change we want to make")
        return await self.go(view, "layer", f"0|{layer}") if layer != "vision" else view

    async def go(self, view: View, where: str, target: str) -> View:
        before = view.hash
        await self.use(view, f"stack_go_{where}", target)
        await eventually(lambda: view.hash != before)
        return view

    async def form(self, view: View, item_id: str, section: str) -> View:
        """Open an item's form, or with no id a new one's."""
        verb = "edit" if item_id else "add"
        await self.use(view, f"stack_{verb}_item", f"{verb}|{item_id}|{section}")
        return await self.filled_form()

    async def filled_form(self) -> View:
        def look() -> View | None:
            top = self.modal
            return top if top and top.content.get("submit") else None

        found = await eventually(look)
        assert found is not None
        return found

    async def save(self, form: View, **fields: Any) -> dict[str, Any]:
        """Submit an item's form with values by the item's keys."""
        return await self.submit(form, **{block_of(form, key): fields[key] for key in fields})

    async def edit(self, item_id: str, section: str, layer: str, **fields: Any) -> dict[str, Any]:
        """Change an item from the start: open the editor, its form, and save."""
        form = await self.form(await self.editor(layer), item_id, section)
        return await self.save(form, **fields)

    async def menu(self, view: View, verb: str, item_id: str, section: str) -> None:
        """Choose from an item's menu."""
        before = view.hash
        await self.use(view, "stack_item_menu", f"{verb}|{item_id}|{section}")
        await eventually(lambda: view.hash != before)

    async def changes(self, view: View) -> View:
        """Open what the draft changes."""
        await self.use(view, "stack_changes", "open")
        return await self._on_top_of(view)

    async def history(self, view: View) -> View:
        await self.use(view, "stack_history", "open")
        return await self._on_top_of(view)

    async def _on_top_of(self, below: View) -> View:
        def look() -> View | None:
            top = self.modal
            loaded = top and top is not below and "One moment" not in text_of([top.content])
            return top if loaded else None

        found = await eventually(look)
        assert found is not None
        return found


def block_of(form: View, key: str) -> str:
    """The block id of a form's field."""
    return next(
        str(block["block_id"])
        for block in form.blocks
        if block["type"] == "input" and block["block_id"].partition("@")[0] == key
    )


def field_value(form: View, key: str) -> Any:
    """What a form's field holds at first."""
    block_id = block_of(form, key)
    element = next(block["element"] for block in form.blocks if block["block_id"] == block_id)
    return element.get("initial_value") or element.get("initial_option")


def shown(view: View) -> str:
    """All words of a view."""
    return text_of([view.content])


def _values(element: dict[str, Any]) -> list[str]:
    return [element.get("value", ""), *(option["value"] for option in element.get("options", []))]
