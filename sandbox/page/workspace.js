// What an admin of a workspace can do: the app's install, channels and who is in them, roles.

import * as api from "./api.js";
import { h } from "./dom.js";
import { attempt } from "./doing.js";
import { nameOf, state } from "./store.js";
import { tick } from "./traffic.js";

/** Render the tab. */
export function workspaceTab() {
  return [install(), h("div", { class: "admin-tables", key: "tables" }, channels(), people())];
}

function install() {
  const { app } = state.world;
  const click = () => attempt(api.setApp(!app.installed));
  const style = app.installed ? "button danger" : "button primary";
  const label = app.installed ? "Uninstall the app" : "Install the app";
  const words = app.installed
    ? `${app.name} is installed. Uninstalling revokes its bot token at once.`
    : `${app.name} is not installed: each of its calls is answered with account_inactive.`;
  return h(
    "div",
    { class: "row", key: "install" },
    h("button", { type: "button", class: style, on: { click } }, label),
    h("span", { class: "quiet" }, words),
  );
}

function channels() {
  const shown = state.world.channels.filter((each) => !each.is_im);
  return h(
    "table",
    { class: "admin", key: "channels", "aria-label": "Channels" },
    h("thead", null, h("tr", null, head("Channel"), head("Name"), head("App"), head("State"))),
    h("tbody", null, shown.map(channelRow), newChannel()),
  );
}

const head = (text) => h("th", { scope: "col" }, text);

function channelRow(found) {
  const bot = state.world.app.bot_user_id;
  const inside = found.app_is_member;
  const move = () => attempt(api.setMembers(state.me, found.id, inside ? { remove: [bot] } : { add: [bot] }));
  const archive = () => attempt(api.archiveChannel(state.me, found.id, !found.is_archived));
  const name = found.is_private ? `${found.name} (private)` : found.name;
  return h(
    "tr",
    { key: found.id },
    h("th", { scope: "row" }, `#${name}`),
    h("td", null, renaming(found)),
    h("td", null, small(inside ? "Remove the app" : "Invite the app", move, found.name)),
    h("td", null, small(found.is_archived ? "Unarchive" : "Archive", archive, found.name)),
  );
}

function renaming(found) {
  const rename = async (event) => {
    event.preventDefault();
    const field = event.target.elements.name;
    if (await attempt(api.renameChannel(state.me, found.id, field.value.trim()))) field.value = "";
  };
  return h(
    "form",
    { class: "inline", on: { submit: rename } },
    h("input", { class: "field", name: "name", placeholder: "another name", "aria-label": `New name of #${found.name}` }),
    h("button", { class: "button plain" }, "Rename"),
  );
}

function newChannel() {
  const make = async (event) => {
    event.preventDefault();
    const { name, hidden } = event.target.elements;
    if (await attempt(api.createChannel(state.me, name.value.trim(), hidden.checked))) name.value = "";
  };
  return h(
    "tr",
    { key: "new" },
    h("th", { scope: "row" }, "New channel"),
    h(
      "td",
      { colspan: "3" },
      h(
        "form",
        { class: "inline", on: { submit: make } },
        h("input", { class: "field", name: "name", placeholder: "name", "aria-label": "Name of the new channel" }),
        h("label", { class: "choice" }, h("input", { type: "checkbox", name: "hidden" }), h("span", null, "private")),
        h("button", { class: "button plain" }, "Create"),
      ),
    ),
  );
}

function small(label, click, about) {
  const props = { type: "button", class: "button plain", "aria-label": `${label}: ${about}` };
  return h("button", { ...props, on: { click } }, label);
}

function people() {
  const shown = state.world.members.filter((each) => !each.is_bot);
  return h(
    "table",
    { class: "admin", key: "people", "aria-label": "People" },
    h("thead", null, h("tr", null, head("Person"), head("Roles"))),
    h("tbody", null, shown.map(personRow)),
  );
}

const ROLES = { is_admin: "admin", is_owner: "owner", is_restricted: "guest", deleted: "deactivated" };

function personRow(found) {
  const role = ([name, label]) => {
    const toggle = () => attempt(api.setMember(found.id, { [name]: !found[name] }));
    return tick(label, Boolean(found[name]), toggle, { "aria-label": `${nameOf(found.id)}: ${label}` });
  };
  return h(
    "tr",
    { key: found.id },
    h("th", { scope: "row" }, nameOf(found.id)),
    h("td", null, h("div", { class: "row" }, Object.entries(ROLES).map(role))),
  );
}
